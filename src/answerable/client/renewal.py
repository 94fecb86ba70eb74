"""Renew the lease in the background: at about half its life, and again sooner after a failure."""

import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from answerable.client.answers import Answer, Course, answer_under, people_only
from answerable.client.clocks import SECOND, Clock
from answerable.client.gateway import Gateway, GatewayRefused, GatewayUnreachable
from answerable.client.held import Held
from answerable.errors import AnswerableError
from answerable.record.keys import VerifierKey
from answerable.record.leases import Lease, OptOutList, OptOutListMalformed, open_signed

_FIRST_WAIT = 1.0
_LONGEST_WAIT = 30.0
_NEEDS_NO_LIST = frozenset({Course.PEOPLE_ONLY, Course.STOPPED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """What a lease is asked for."""

    use: str
    version: str
    keys: Sequence[VerifierKey]


class Renewal:
    """Asks for leases one after the other, in one thread; `ask` reads what it last installed.

    ``install`` is given the lease in hand, or what to answer because a lease was refused.
    """

    def __init__(
        self,
        *,
        gateway: Gateway,
        asking: Asking,
        clock: Clock,
        install: Callable[[Held | Answer], None],
    ) -> None:
        """Begin without a lease."""
        self._gateway = gateway
        self._asking = asking
        self._clock = clock
        self._install = install
        self._held: Held | None = None
        self._list: OptOutList | None = None
        self._list_digest = ""
        self._returned: dict[str, int] = {}
        self._failures = 0
        self._next = clock()
        self._earliest = self._next
        self.problem: AnswerableError | None = None

    def step(self) -> None:
        """Renew if it is time. Whatever fails is kept in ``problem`` and tried again."""
        now = self._clock()
        # A clock that went back would leave the next attempt far ahead.
        set_back = now < self._earliest
        spent = self._held is not None and self._held.spent and now >= self._earliest + SECOND
        if now < self._next and not set_back and not spent:
            return
        self._earliest = now
        try:
            self._renew(now)
        except AnswerableError as error:
            self.problem = error
            self._next = now + self._backoff(error)
            self._failures += 1
        else:
            self.problem = None
            self._failures = 0

    def give_back(self) -> None:
        """Tell the gateway, once, what is left of the last lease."""
        self._hand_back()
        if self._returned:
            self._gateway.give_back(use=self._asking.use, returned=self._returned)

    def _renew(self, asked_at: int) -> None:
        nonce = os.urandom(16).hex()
        kept, unused = self._held, self._hand_back()
        asking = self._asking
        try:
            sent = self._gateway.lease(
                use=asking.use, version=asking.version, nonce=nonce, returned=self._returned
            )
        except GatewayUnreachable as error:
            if kept is not None and unused is not None and not error.fields["asked"]:
                del self._returned[kept.lease.id]
                kept.keep_after_all(unused)
            raise
        try:
            lease = open_signed(
                sent, keys=asking.keys, use=asking.use, version=asking.version, nonce=nonce
            )
        except AnswerableError as error:
            # Whoever sends such a thing, the lease in hand is no longer relied on.
            self._held = None
            self._install(people_only(error.code.removeprefix("record.")))
            raise
        self._returned.clear()
        self._take(lease, asked_at)

    def _take(self, lease: Lease, asked_at: int) -> None:
        instead: Answer | None = None
        trouble: AnswerableError | None = None
        if answer_under(lease).course not in _NEEDS_NO_LIST:
            try:
                instead = self._fetch_list(lease)
            except AnswerableError as error:
                trouble = error
                instead = people_only("opt_outs_missing", lease=lease.id)
        self._held = Held(lease, since=asked_at, opt_outs=self._list, instead=instead)
        self._install(self._held)
        self._next = asked_at + int(lease.seconds * SECOND * random.uniform(0.45, 0.55))  # noqa: S311 - spreads load, hides nothing
        if trouble is not None:
            raise trouble
        if instead is not None:
            raise OptOutListMalformed(reason="it is not the one that the lease names")

    def _fetch_list(self, lease: Lease) -> Answer | None:
        if lease.opt_outs == self._list_digest:
            return None
        fetched = OptOutList.from_bytes(self._gateway.opt_outs(use=lease.use))
        if fetched.digest() != lease.opt_outs:
            return people_only("opt_outs_differ", lease=lease.id)
        self._list, self._list_digest = fetched, lease.opt_outs
        return None

    def _hand_back(self) -> int | None:
        if self._held is None:
            return None
        lease = self._held.lease.id
        if lease in self._returned:
            # Handed back by an earlier try that the gateway may have heard: that count stands.
            return None
        unused = self._held.hand_back()
        if unused is not None:
            self._returned[lease] = unused
        return unused

    def _backoff(self, error: AnswerableError) -> int:
        seconds = min(_FIRST_WAIT * 2 ** min(self._failures, 10), _LONGEST_WAIT)
        seconds *= random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, hides nothing
        if isinstance(error, GatewayRefused):
            asked_for = error.fields["wait"]
            seconds = max(seconds, asked_for if isinstance(asked_for, float) else 0.0)
        return int(seconds * SECOND)
