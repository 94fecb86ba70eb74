"""Leases, opt-outs and effects: what a use may do now."""

from typing import Annotated
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta, Struct
from starlette.types import Receive
from starlette.types import Scope as Request

from answerable.gateway.facts import Facts
from answerable.gateway.ports import Clock, Gate, LeaseAsked, Returned
from answerable.gateway.problems import BodyMalformed
from answerable.gateway.reading import ReadingThread
from answerable.gateway.requests import JSON, Answer, body_of, headers_of
from answerable.gateway.tokens import Tokens, check_use
from answerable.gateway.writer import Writer
from answerable.people.tokens import Scope, TokenFacts
from answerable.record import leases
from answerable.record.keys import SigningKey
from answerable.record.leases import State

MOST_BYTES = 65_536
_NO_CONTENT, _OK = 204, 200
_NEVER_KEPT = (b"cache-control", b"no-store")
_BYTES = (b"content-type", b"application/octet-stream")

Name = Annotated[str, Meta(max_length=128)]


class _Back(Struct, forbid_unknown_fields=True):
    lease: Name
    unused: Annotated[int, Meta(ge=0, le=2**53 - 1)]


class _Asked(Struct, forbid_unknown_fields=True):
    use: Name
    version: Name = ""
    nonce: Name = ""
    returned: Annotated[list[_Back], Meta(max_length=1_000)] = []


_ASKED = msgspec.json.Decoder(_Asked)


class PermitsDoor:
    """Answers what depends on the gate, always through the one thread that reads it."""

    def __init__(
        self,
        *,
        gate: Gate,
        facts: Facts,
        tokens: Tokens,
        writer: Writer,
        reading: ReadingThread,
        key: SigningKey,
        clock: Clock,
    ) -> None:
        """Take what the answers are made of."""
        self._gate, self._facts, self._tokens, self._writer = gate, facts, tokens, writer
        self._reading, self._key, self._clock = reading, key, clock

    async def lease(self, scope: Request, receive: Receive) -> Answer:
        """Sign what a use may do for the next seconds."""
        asked = await self._asked(scope, receive)
        fits = self._facts.trusted
        now = self._clock.now()
        lease = await self._reading.ask(lambda: self._gate.lease(asked, fits=fits, at=now))
        if lease.cap is not None and lease.state is not State.STOPPED:
            await self._writer.allot(lease=lease.id, use=lease.use, allotted=lease.cap)
        return Answer(_OK, leases.sign(lease, key=self._key), [*JSON, _NEVER_KEPT])

    async def give_back(self, scope: Request, receive: Receive) -> Answer:
        """Take back what leases did not use."""
        asked = await self._asked(scope, receive)
        now = self._clock.now()
        await self._reading.ask(lambda: self._gate.give_back(asked, at=now))
        return Answer(_NO_CONTENT, b"", [])

    async def opt_outs(self, scope: Request, receive: Receive) -> Answer:  # noqa: ARG002 - no body
        """Give the marks of the people who opted out of a use."""
        facts = await self._known(scope)
        use = _query(scope).get("use", "")
        check_use(facts, use)
        agency = facts.agency
        body = await self._reading.ask(lambda: self._gate.opt_outs(agency=agency, use=use))
        return Answer(_OK, body, [_BYTES, _NEVER_KEPT])

    async def effect(self, scope: Request, receive: Receive) -> Answer:  # noqa: ARG002 - no body
        """Say whether a decision may take effect now."""
        token = await self._tokens.facts(headers_of(scope).authorization, scope=Scope.EFFECTS)
        asked = _query(scope)
        source, identity = asked.get("source", ""), asked.get("id", "")
        if not source or not identity:
            raise BodyMalformed(reason="source and id name the decision, and one is missing")
        if not self._facts.trusted:
            return _effect(clear=False, reasons=[f"gateway.{self._facts.state}"])
        now = self._clock.now()
        found = await self._reading.ask(
            lambda: self._gate.effect(
                agency=token.agency,
                bound=token.use,
                source=source,
                record=identity,
                fits=True,
                at=now,
            )
        )
        return _effect(clear=found.clear, reasons=list(found.reasons))

    async def _asked(self, scope: Request, receive: Receive) -> LeaseAsked:
        headers = headers_of(scope)
        facts = await self._tokens.facts(headers.authorization, scope=Scope.LEASES)
        body = await body_of(receive, headers, most=MOST_BYTES)
        try:
            asked = _ASKED.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BodyMalformed(reason=error) from None
        check_use(facts, asked.use)
        return LeaseAsked(
            agency=facts.agency,
            use=asked.use,
            version=asked.version,
            nonce=asked.nonce,
            returned=[Returned(one.lease, one.unused) for one in asked.returned],
        )

    async def _known(self, scope: Request) -> TokenFacts:
        return await self._tokens.facts(headers_of(scope).authorization, scope=Scope.LEASES)


def _query(scope: Request) -> dict[str, str]:
    raw = scope["query_string"].decode("latin-1")
    return dict(parse_qsl(raw, max_num_fields=10))


def _effect(*, clear: bool, reasons: list[str]) -> Answer:
    body = msgspec.json.encode({"effect": "clear" if clear else "held", "reasons": reasons})
    return Answer(_OK, body, [*JSON, _NEVER_KEPT])
