"""A watched use by name: its limits, its days, its decisions."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from answerable.gate.in_force import RowsInForce, of_profile
from answerable.gate.terms import Finding
from answerable.intake import wire
from answerable.inventory.evidence import attach_evidence
from answerable.inventory.models import Use
from answerable.law.profiles import profile
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.measure.tables import Limits
from answerable.practices.monitoring.actions.incidents import close_incident
from answerable.practices.monitoring.actions.plans import agree_to_limits, propose_limits
from answerable.practices.monitoring.actions.reading import Log
from answerable.practices.monitoring.actions.running import Ran, run
from answerable.practices.monitoring.models import DayCount, Incident, Plan
from answerable.practices.monitoring.queries import findings
from answerable.practices.monitoring.rules.limits import Measured, Side, Stream, Terms
from answerable.practices.monitoring.rules.periods import Cadence
from answerable.record.keys import SigningKey
from answerable.record.statements import Statement, Subject, sign
from tests.gate.situations import ROWS, an_open_use
from tests.intake.log_situations import KEY, arrive
from tests.inventory.situations import HOUR, NINE, OWNER, REVIEWER, USE, VERSION_A

WATCHED = ("P3a", "P3b", "P3c", "P3h", "P3i")
FIRST = date(2026, 11, 24)
"""The first day that is watched: limits are agreed to on the day before."""
AGREED = NINE + 3 * HOUR
_DAY = timedelta(days=1)
_numbers = count(1)


def law(_agency: str = "north", *, on: date) -> RowsInForce:
    """The rows of monitoring beside a few others, as if all were built."""
    found = of_profile(replace(profile("statement"), listed_rows=(*ROWS, *WATCHED)), on=on)
    return replace(
        found, rows=tuple(replace(row, served_by=row.served_by or "tests") for row in found.rows)
    )


def day(number: int) -> date:
    """The so-manieth watched day, from 0."""
    return FIRST + number * _DAY


def after(number: int, *, hours: float = 2) -> datetime:
    """Some hours after the end of a watched day."""
    at = datetime(day(number).year, day(number).month, day(number).day, tzinfo=UTC)
    return at + _DAY + timedelta(hours=hours)


VOLUME = Stream(
    name="volume",
    measured=Measured.VOLUME,
    side=Side.AT_LEAST,
    limit=0.9,
    low=5,
    high=30,
    reason="The office has decided ten to twenty claims a day for years.",
    cadence=Cadence.DAY,
    weight=0.2,
    expected=0.95,
    cases=1,
    catches=0.5,
)
REFUSALS = Stream(
    name="refusals-of-women",
    measured=Measured.SELECTED,
    side=Side.AT_MOST,
    limit=1.25,
    reason="A quarter more often is what the assessment found bearable.",
    cadence=Cadence.DAY,
    weight=0.4,
    expected=0.3,
    cases=10,
    catches=2.5,
    attribute="sex",
    group="F",
    reference="M",
)
LABELS = Stream(
    name="label-rate",
    measured=Measured.LABEL,
    side=Side.AT_MOST,
    limit=0.5,
    reason="In the years before, a third of claims turned out to be wrong.",
    cadence=Cadence.WEEK,
    weight=0.2,
    expected=0.35,
    cases=100,
    catches=0.8,
    age=10,
)
UNLABELLED = replace(
    LABELS,
    name="unlabelled",
    measured=Measured.MISSING_LABEL,
    limit=0.4,
    catches=0.8,
    reason="Without labels nobody can say whether the system still works.",
)
TERMS = Terms(
    use=USE,
    version=VERSION_A,
    begins_on=FIRST,
    selected=("refused",),
    streams=(VOLUME, REFUSALS, LABELS, UNLABELLED),
)


def an_agreed_plan(terms: Terms = TERMS, *, gains: str = "", at: datetime = AGREED) -> Plan:
    plan = propose_limits(terms=terms, gains=gains, by=OWNER, at=at - HOUR)
    return agree_to_limits(plan=plan.pk, by=REVIEWER, at=at, law=law)


def a_watched_use(terms: Terms = TERMS) -> Use:
    """An approved use that runs, under limits that begin on the day after."""
    use = an_open_use()
    an_agreed_plan(terms)
    return use


def decided(
    number: int,
    *,
    women: tuple[int, int] = (3, 10),
    men: tuple[int, int] = (3, 10),
    version: str = VERSION_A,
    shadow: bool = False,
    at: datetime | None = None,
) -> list[str]:
    """A day of decisions: so many refused of so many; give the ids of the records."""
    noon = after(number, hours=-12)
    ids: list[str] = []
    for sex, (refused, of) in (("F", women), ("M", men)):
        made = [
            wire.Decision(
                source="desk-1",
                id=f"d-{next(_numbers)}",
                use=USE,
                occurred_at=noon,
                version=version,
                person=f"person-{sex}",
                outcome="refused" if place < refused else "paid",
                shadow=shadow,
            )
            for place in range(of)
        ]
        if made:
            arrive(*made, at=at or noon, attributes={"sex": sex})
        ids += [str(one.id) for one in made]
    return ids


def labelled(ids: Iterable[str], *, label: str, at: datetime) -> None:
    """What turned out to be true of decisions."""
    found = [
        wire.Outcome(
            source="court",
            id=f"o-{next(_numbers)}",
            use=USE,
            occurred_at=at,
            found_at=at,
            decision=wire.DecisionRef(source="desk-1", id=one),
            label=label,
        )
        for one in ids
    ]
    if found:
        arrive(*found, at=at)


def watch(log: Path, *, at: datetime) -> Ran:
    return run(use=USE, log=the_log(log), at=at, law=law)


def the_log(folder: Path) -> Log:
    return Log(folder=folder, keys=(KEY.verifier,), limits=Limits())


ONLY_GROUPS = replace(TERMS, streams=(replace(REFUSALS, weight=1.0),))
BREACHED = 12
"""Days after which the group that is refused three times as often has been noticed."""


def a_breach(tmp_path: Path, *, terms: Terms = ONLY_GROUPS) -> tuple[Use, Incident]:
    """Women are refused nine times of ten, men three: day after day, until it is noticed."""
    use = a_watched_use(terms)
    for number in range(BREACHED):
        decided(number, women=(9, 10), men=(3, 10))
    ran = watch(tmp_path, at=after(BREACHED - 1))
    assert len(ran.red) == 1
    return use, Incident.objects.get()


def told(kind: str) -> list[WrittenEntry]:
    rows = EntryRow.objects.filter(kind=kind).order_by("index")
    return [WrittenEntry.read(bytes(row.payload)) for row in rows]


def cells(on: int, *, age: int = 0, group: str = "") -> tuple[int, ...]:
    row = DayCount.objects.get(on=day(on), age=age, group=group)
    return (
        row.selected_yes,
        row.selected_no,
        row.selected_open,
        row.other_yes,
        row.other_no,
        row.other_open,
    )


def by_row(use: Use, *, at: datetime) -> dict[str, Finding]:
    return {one.row: one.finding for one in findings(use, version=VERSION_A, at=at, law=law)}


def close(incident: Incident, *, at: datetime) -> None:
    kept = attach_evidence(use=USE, envelope=an_envelope(3), by=REVIEWER, at=at)
    close_incident(
        incident=incident.pk,
        cause="A form was misread.",
        evidence=kept.digest,
        by=REVIEWER,
        at=at,
    )


def an_envelope(number: int) -> bytes:
    statement = Statement(
        subjects=(Subject.of_sha256(name="counts", sha256="5" * 64),),  # type: ignore[arg-type]
        predicate_type="https://example.org/measurement/v1",
        predicate={"n": number},
    )
    return sign(statement, keys=[SigningKey.make("evidence.example")]).to_bytes()
