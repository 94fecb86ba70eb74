"""What the gateway asks of the rooms below, so that each can be seen at one glance."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from answerable.intake.marks import UseFacts
from answerable.people.tokens import TokenFacts
from answerable.record.leases import Lease


class Returned(NamedTuple):
    """What a client did not use of a lease."""

    lease: str
    unused: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaseAsked:
    """What a client asks a lease for."""

    agency: str
    use: str
    version: str
    nonce: str
    returned: Sequence[Returned]


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """Whether a decision may take effect now; the reasons are codes."""

    clear: bool
    reasons: tuple[str, ...] = ()


class Gate(Protocol):
    """The gate, as the gateway uses it: always from the one thread that reads models."""

    def uses(self, *, fits: bool, at: datetime) -> Mapping[str, UseFacts]:
        """Give the facts of every use, by which arriving records are judged."""

    def checkpoint(self) -> str:
        """Give the ledger's latest checkpoint, ``size:root``."""

    def lease(self, asked: LeaseAsked, *, fits: bool, at: datetime) -> Lease:
        """Say what a use may do now; people only where the ledger does not fit."""

    def give_back(self, asked: LeaseAsked, *, at: datetime) -> None:
        """Take back what was not used, without giving anything."""

    def opt_outs(self, *, agency: str, use: str) -> bytes:
        """Give the list of opt-outs of a use."""

    def effect(
        self, *, agency: str, bound: str, source: str, record: str, fits: bool, at: datetime
    ) -> Effect:
        """Say whether a decision may take effect."""


class Clock(Protocol):
    """The two clocks of the machine."""

    def now(self) -> datetime:
        """Give the time, in UTC."""

    def us(self) -> int:
        """Give the time in microseconds since 1970."""

    def monotonic(self) -> float:
        """Give seconds that never go back."""


FindToken = Callable[[str, datetime], TokenFacts | None]
Fits = Callable[[], bool]
