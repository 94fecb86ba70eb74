"""A gateway with one open use, as the rooms below would describe it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from answerable.gateway.ports import Effect, LeaseAsked
from answerable.people.tokens import Scope, TokenFacts
from answerable.record.leases import Lease, OptOutList, State
from tests.gateway.sent import AGENCY, USE, VERSION

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
CHECKPOINT = f"7:{'0' * 64}"


@dataclass(frozen=True, kw_only=True, slots=True)
class AState:
    """From when on a version was in a state."""

    at: datetime
    state: State
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AnOptOut:
    """From when until when somebody was out."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AUse:
    """What the gate knows of a use; open for one version since long ago."""

    agency: str = AGENCY
    states: tuple[AState, ...] = (AState(at=LONG_AGO, state=State.OPEN, version=VERSION),)
    told_since: datetime = LONG_AGO
    stages: tuple[tuple[datetime, str], ...] = ((LONG_AGO, "use"),)
    outcomes: frozenset[str] = frozenset({"granted", "refused"})
    adverse: frozenset[str] = frozenset({"refused"})
    reasons: frozenset[str] = frozenset({"income-missing"})
    salt: bytes = bytes(32)
    opt_outs: Mapping[bytes, tuple[AnOptOut, ...]] = field(default_factory=dict)
    cap: int | None = None
    lease_seconds: int = 60


@dataclass(kw_only=True, slots=True)
class AGate:
    """A gate that says what it is told to."""

    known: Mapping[str, AUse] = field(default_factory=lambda: {USE: AUse()})
    state: State = State.OPEN
    cap: int | None = None
    held: tuple[str, ...] = ()
    failing: bool = False
    given: int = 0
    returned: list[tuple[str, int]] = field(default_factory=list)

    def uses(self, *, fits: bool, at: datetime) -> Mapping[str, AUse]:  # noqa: ARG002
        if self.failing:
            raise ConnectionError
        return self.known

    def checkpoint(self) -> str:
        return CHECKPOINT

    def lease(self, asked: LeaseAsked, *, fits: bool, at: datetime) -> Lease:
        self.give_back(asked, at=at)
        self.given += 1
        return Lease(
            id=f"lease-{self.given}",
            agency=asked.agency,
            use=asked.use,
            version=asked.version,
            state=self.state if fits else State.PEOPLE_ONLY,
            reason="permit_open" if fits else "ledger_does_not_fit",
            issued_at=at,
            seconds=60,
            nonce=asked.nonce,
            opt_outs=OptOutList(salt=bytes(32), marks=frozenset()).digest(),
            cap=self.cap,
            checkpoint=self.checkpoint(),
        )

    def give_back(self, asked: LeaseAsked, *, at: datetime) -> None:  # noqa: ARG002
        self.returned.extend(asked.returned)

    def opt_outs(self, *, agency: str, use: str) -> bytes:  # noqa: ARG002
        return OptOutList(salt=bytes(32), marks=frozenset()).to_bytes()

    def effect(
        self, *, agency: str, bound: str, source: str, record: str, fits: bool, at: datetime
    ) -> Effect:
        del agency, bound, source, record, fits, at
        return Effect(clear=not self.held, reasons=self.held)


def token_facts(
    *scopes: Scope, use: str = "", expires_at: datetime = LONG_AGO + timedelta(days=36_500)
) -> TokenFacts:
    """What a token opens: everything, unless scopes are given."""
    return TokenFacts(
        agency=AGENCY,
        prefix="00000000",
        scopes=frozenset(scopes or Scope),
        use=use,
        expires_at=expires_at,
    )
