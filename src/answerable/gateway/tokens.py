"""Who is asking: service tokens, looked up once in a few seconds."""

from hashlib import sha256

from answerable.gateway.ports import Clock, FindToken
from answerable.gateway.problems import ScopeMissing, TokenMissing, UseNotCovered
from answerable.gateway.reading import ReadingThread
from answerable.people.tokens import Scope, TokenFacts

# How long a revoked token may still open something.
TRUSTED_SECONDS = 5.0
_MOST_KEPT = 10_000
_BEARER = b"bearer "
_LONGEST = 512


class Tokens:
    """Verified tokens, kept by their hash for a few seconds."""

    def __init__(self, *, find: FindToken, reading: ReadingThread, clock: Clock) -> None:
        """Begin with none."""
        self._find, self._reading, self._clock = find, reading, clock
        self._kept: dict[bytes, tuple[TokenFacts | None, float]] = {}

    async def facts(self, authorization: bytes, *, scope: Scope) -> TokenFacts:
        """Give what the token opens, or refuse it."""
        if authorization[: len(_BEARER)].lower() != _BEARER or len(authorization) > _LONGEST:
            raise TokenMissing
        secret = authorization[len(_BEARER) :]
        key = sha256(secret).digest()
        kept = self._kept.get(key)
        if kept is None or kept[1] < self._clock.monotonic():
            facts = await self._look_up(key, secret)
        else:
            facts = kept[0]
        if facts is None or facts.expires_at <= self._clock.now():
            raise TokenMissing
        if scope not in facts.scopes:
            raise ScopeMissing(scope=scope)
        return facts

    async def _look_up(self, key: bytes, secret: bytes) -> TokenFacts | None:
        now = self._clock.now()
        try:
            text = secret.decode("ascii")
        except UnicodeDecodeError:
            return None
        facts = await self._reading.ask(lambda: self._find(text, now))
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[key] = (facts, self._clock.monotonic() + TRUSTED_SECONDS)
        return facts


def check_use(facts: TokenFacts, use: str) -> None:
    """Refuse a use that the token is not for."""
    if facts.use and facts.use != use:
        raise UseNotCovered(bound=facts.use)
