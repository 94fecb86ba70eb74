"""The lease in hand: how long it holds, whom it leaves to people, and how many it allows."""

import hashlib
import threading
from collections.abc import Callable

from answerable.client.answers import Answer, Course, answer_under, people_only
from answerable.client.clocks import SECOND
from answerable.record.leases import MARK_BYTES, SALT_BYTES, Lease, OptOutList

_NOBODY: frozenset[bytes] = frozenset()
_DECIDES = frozenset({Course.PROCEED, Course.PROCEED_WITHOUT_EFFECT})
# Threads read the clock in one order and compare in another; a clock set back is further off.
_DISORDER = SECOND

_EXPIRED = people_only("lease_expired")
_SET_BACK = people_only("clock_set_back")

_BLOCK = hashlib.sha256().block_size


def marker(salt: bytes) -> Callable[[str], bytes]:
    """Give the function that marks people as `opt_out_mark` does, in half of the time.

    What HMAC does with the salt alone (RFC 2104) is done once for all people.

    Examples
    --------
    >>> marker(bytes(32))("person-1").hex()
    'bfa2edd73b34b2de7c69696667d504e9'
    """
    padded = salt.ljust(_BLOCK, b"\0")
    inner_start = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
    outer_start = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def mark(person: str) -> bytes:
        inner, outer = inner_start.copy(), outer_start.copy()
        inner.update(person.encode())
        outer.update(inner.digest())
        return outer.digest()[:MARK_BYTES]

    return mark


class Held:
    """A lease that was opened and found good, aged from the moment it was asked for.

    ``instead`` answers for everybody where the lease cannot be relied on after all.
    """

    __slots__ = (
        "_answer",
        "_lock",
        "_mark",
        "_marks",
        "_opted_out",
        "_out",
        "_unused",
        "latest",
        "lease",
        "since",
        "until",
    )

    def __init__(
        self, lease: Lease, *, since: int, opt_outs: OptOutList | None, instead: Answer | None
    ) -> None:
        """Prepare every answer beforehand: `ask` only chooses."""
        self.lease = lease
        self.since = self.latest = since
        self.until = since + lease.seconds * SECOND
        self._answer = instead or answer_under(lease)
        excepts = self._answer.course in _DECIDES
        self._marks = opt_outs.marks if opt_outs and excepts else _NOBODY
        self._mark = marker(opt_outs.salt if opt_outs else bytes(SALT_BYTES))
        self._opted_out = people_only("opted_out", lease=lease.id)
        self._lock = threading.Lock()
        capped = lease.cap is not None and self._answer.course is Course.PROCEED
        self._unused = lease.cap if capped else None
        self._out = people_only("cap_spent", lease=lease.id)

    def answer(self, person: str, *, now: int) -> Answer:
        """Answer for one person at one time."""
        if now >= self.until:
            return _EXPIRED
        if now >= self.latest:
            self.latest = now
        elif now < self.latest - _DISORDER:
            return _SET_BACK
        if self._marks and self._mark(person) in self._marks:
            return self._opted_out
        if self._unused is None:
            return self._answer
        with self._lock:
            if self._unused == 0:
                return self._out
            self._unused -= 1
        return self._answer

    @property
    def everybody(self) -> Answer:
        """The answer for a person whom nothing excepts."""
        return self._answer

    @property
    def spent(self) -> bool:
        """Whether all that was allotted has been used, and there was something."""
        return self._unused == 0 and bool(self.lease.cap)

    def hand_back(self) -> int | None:
        """Stop using what is left of the cap, and say how much that was."""
        with self._lock:
            if self._unused is None:
                return None
            unused, self._unused = self._unused, 0
            self._out = people_only("cap_returned", lease=self.lease.id)
        return unused

    def keep_after_all(self, unused: int) -> None:
        """Use what is left again: the gateway never heard that it was handed back."""
        with self._lock:
            self._unused = unused
            self._out = people_only("cap_spent", lease=self.lease.id)
