"""What a permit still needs: the answer of `answerable check`."""

from dataclasses import dataclass
from datetime import datetime

from answerable.gate.doors import use_for_part
from answerable.gate.facts import facts_of, facts_of_all
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.models import Hold, Lift
from answerable.gate.rules import permit, running_at
from answerable.gate.terms import Facts, Finding, Permit, RowState
from answerable.inventory.models import Use
from answerable.people.actors import Actor
from answerable.people.queries import is_operator
from answerable.people.roles import Role
from answerable.record.canonical import JsonValue


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldInPlace:
    """A hold on the whole use that nobody has lifted."""

    number: int
    level: str
    ground: str
    at: datetime

    @property
    def sentence(self) -> str:
        """Say it for people, with the number that lifting it asks for."""
        level, ground = self.level.replace("_", " "), self.ground.replace("_", " ")
        return f"Hold {self.number} since {self.at:%Y-%m-%d %H:%M} UTC: {level} ({ground})."


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """A use in one version, its permit now, and every row in force."""

    use: str
    version: str
    permit: Permit
    holds: tuple[HoldInPlace, ...] = ()

    @property
    def holding(self) -> tuple[RowState, ...]:
        """The rows that hold the gate."""
        return tuple(row for row in self.permit.rows if row.holds_the_gate)

    @property
    def worst(self) -> Finding:
        """One verdict for the whole: *met* takes an open permit."""
        if any(row.finding is Finding.NOT_MET for row in self.holding):
            return Finding.NOT_MET
        return Finding.MET if self.permit.is_open else Finding.CANNOT_SAY

    def document(self) -> JsonValue:
        """Give the promised JSON."""
        return {
            "use": self.use,
            "version": self.version or None,
            "permit": "open" if self.permit.is_open else "closed",
            "state": self.permit.state.value,
            "reasons": list(self.permit.reasons),
            "holds": [
                {
                    "hold": hold.number,
                    "level": hold.level,
                    "ground": hold.ground,
                    "at": hold.at.isoformat(),
                }
                for hold in self.holds
            ],
            "rows": [
                {
                    "id": row.id,
                    "verdict": row.finding.value,
                    "rests_on": list(row.rests_on),
                    "needs": list(row.needs),
                    "not_built": row.not_built,
                    "waived": row.waived,
                    "holds_the_gate": row.holds_the_gate,
                }
                for row in self.permit.rows
            ],
        }

    def lines(self) -> list[str]:
        """Write it for a terminal, the rows that hold the gate first."""
        version = self.version[:12] or "no version"
        opened = "open" if self.permit.is_open else "closed"
        head = f"{self.use} ({version}): permit {opened}, {self.permit.state}"
        rows = sorted(self.permit.rows, key=lambda row: not row.holds_the_gate)
        reasons = [reason for reason in self.permit.reasons if ":" not in reason]
        why = [f"  Because of: {', '.join(reasons)}."] if reasons else []
        holds = [f"  {hold.sentence}" for hold in self.holds]
        count = len(self.holding)
        rows_hold = "1 row holds" if count == 1 else f"{count} rows hold"
        held = [f"  {rows_hold} the gate, marked with !:"] if count else []
        return [head, *why, *holds, *held, *(_line(row) for row in rows)]


def check(
    *,
    use: str,
    version: str | None = None,
    viewer: Actor,
    at: datetime,
    ledger_fits: bool,
    law: Law = law_of_agency,
) -> Checked:
    """Say what a permit of the use still needs, for a version or for the one that runs."""
    found = use_for_part(viewer, use, *Role)
    facts = facts_of(found, at=at, law=law, ledger_fits=ledger_fits)
    return _checked(found, facts, version=version, at=at)


def check_all(
    *, viewer: Actor, at: datetime, ledger_fits: bool, law: Law = law_of_agency
) -> list[Checked]:
    """Check every use that the viewer may see; the operator sees all."""
    uses = [
        use
        for use in Use.objects.select_related("system").order_by("ref")
        if use.agency_id in viewer.agencies or is_operator(viewer)
    ]
    facts = facts_of_all(uses, at=at, law=law, ledger_fits=ledger_fits)
    return [_checked(use, facts[use.ref], version=None, at=at) for use in uses]


def _checked(use: Use, facts: Facts, *, version: str | None, at: datetime) -> Checked:
    wanted = version if version is not None else running_at(facts, at=at) or ""
    return Checked(
        use=use.ref,
        version=wanted,
        permit=permit(facts, version=wanted, at=at),
        holds=_holds_on(use),
    )


def _holds_on(use: Use) -> tuple[HoldInPlace, ...]:
    lifted = Lift.objects.values("hold")
    whole = Hold.objects.filter(use=use, record="", subject="").exclude(pk__in=lifted)
    return tuple(
        HoldInPlace(number=hold.pk, level=hold.level, ground=hold.ground, at=hold.at)
        for hold in whole.order_by("pk")
    )


def _line(row: RowState) -> str:
    said = "not built" if row.not_built else row.finding.value.replace("_", " ")
    waived = ", waived" if row.waived else ""
    mark = "!" if row.holds_the_gate else " "
    needs = f" — needs: {' '.join(row.needs)}" if row.needs and not row.not_built else ""
    rests = f" — rests on {', '.join(row.rests_on)}" if row.rests_on else ""
    return f"{mark} {row.id}: {said}{waived}{rests}{needs}"
