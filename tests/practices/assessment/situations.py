"""Assessments by name: a score that calls people of one group high far more often."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from answerable.gate.models import RowVerdict
from answerable.gate.terms import Finding
from answerable.intake.machine import Machine
from answerable.intake.subjects import Pseudonyms
from answerable.inventory import actions as inventory
from answerable.inventory.contexts import Context, Kind
from answerable.inventory.models import Use
from answerable.measure.tables import Limits
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.assessment.actions import data, deciding, measuring, opening, risks
from answerable.practices.assessment.models import Assessment, Measuring
from answerable.practices.assessment.rules import Dimension, Ground, How, Part, Scores
from answerable.record.keys import SigningKey
from tests.intake.log_situations import KEY, MONDAY, a_decision, an_outcome, arrive
from tests.inventory.situations import (
    DAY,
    MINUTE,
    NINE,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    VERSION_B,
    an_actor,
    an_agency,
)

OTHER_REVIEWER = an_actor("other-reviewer", Role.REVIEWER)
EVIDENCE_KEY = SigningKey.make("agency.example/evidence")
CONTEXT = Context(
    kind=Kind.INFORMS,
    purpose="Which defendants a judge is told are high risk.",
    population="Everyone who is booked.",
    legal_basis="Bail Act, section 3.",
    outcomes=("high", "low"),
    adverse=("high",),
    bought=True,
)
LATER = NINE + 30 * DAY
SIGNING = LATER + 10 * MINUTE
FIRST, LAST = date(2026, 11, 1), date(2026, 12, 23)
MILD = Scores(likelihood=2, severity=3, scale=2, reversibility=2)
GRAVE = Scores(likelihood=4, severity=3, scale=2, reversibility=4)
HARM = "People who would have come back to court are kept in custody."


def a_machine(folder: Path) -> Machine:
    """A log in a folder, and keys of its own."""
    return Machine(
        log=folder,
        log_keys=[KEY.verifier],
        limits=Limits(memory_mb=128, threads=1),
        pseudonyms=Pseudonyms(lookup=b"l" * 32, encryption=b"e" * 32),
        evidence=EVIDENCE_KEY,
        mail=None,
        site="https://answerable.example",
    )


def a_scored_use() -> Use:
    """A bought score of two outcomes, watched by race, of which nothing runs yet."""
    an_agency()
    inventory.enrol_system(agency="north", slug="score", name="A score", by=OWNER, at=NINE)
    for digest in (VERSION_A, VERSION_B):
        inventory.record_version(
            system="north.score", digest=digest, source="client", by=OWNER, at=NINE
        )
    return inventory.enrol_use(
        system="north.score",
        slug="benefit-check",
        name="Bail score",
        context=CONTEXT,
        attributes=("race",),
        by=OWNER,
        at=NINE,
    )


def decided(
    outcome: str,
    race: str,
    count: int,
    *,
    start: int,
    version: str = VERSION_A,
    shadow: bool = False,
    labels: str = "",
    arrived: datetime = MONDAY,
) -> None:
    """Decisions of one outcome about one group, each with a label where ``labels`` says one."""
    numbers = range(start, start + count)
    if not numbers:
        return
    told: dict[str, Any] = {"version": version, "outcome": outcome, "shadow": shadow}
    arrive(*(a_decision(n, **told) for n in numbers), at=arrived, attributes={"race": race})
    if labels:
        arrive(*(an_outcome(n, of=n, label=labels) for n in numbers), at=arrived)


def unequal_decisions(*, shadow: bool = False, arrived: datetime = MONDAY) -> None:
    """Of 200 A 120 are called high, of 200 B 50: a share of 0.60 against 0.25, ratio 2.4."""
    decided("high", "A", 120, start=0, shadow=shadow, arrived=arrived)
    decided("low", "A", 80, start=200, shadow=shadow, arrived=arrived)
    decided("high", "B", 50, start=400, shadow=shadow, arrived=arrived)
    decided("low", "B", 150, start=600, shadow=shadow, arrived=arrived)


def an_assessment(*, at: datetime = NINE) -> Assessment:
    """Opened, with one risk in each dimension."""
    found = opening.open_assessment(use=USE, version=VERSION_A, by=OWNER, at=at)
    for dimension in Dimension:
        risks.describe_risk(
            use=USE,
            assessment=found.number,
            dimension=dimension,
            harm=HARM,
            group="People of group A",
            scores=MILD,
            by=OWNER,
            at=at + MINUTE,
        )
    return found


def measured(
    folder: Path,
    *,
    number: int = 1,
    until_on: date = LAST,
    by: Actor = OWNER,
    at: datetime = LATER,
) -> Measuring:
    return measuring.measure_decisions(
        use=USE,
        assessment=number,
        since_on=FIRST,
        until_on=until_on,
        machine=a_machine(folder),
        by=by,
        at=at,
    )


def submitted(*, number: int = 1, at: datetime = LATER + MINUTE) -> None:
    opening.submit(use=USE, assessment=number, by=OWNER, at=at)


def scored(*, number: int = 1, at: datetime = LATER + 2 * MINUTE, scores: Scores = GRAVE) -> None:
    """The reviewer scores all four risks."""
    for risk in range(1, 5):
        risks.score_risk(use=USE, assessment=number, risk=risk, scores=scores, by=REVIEWER, at=at)


def covered(*, number: int = 1, at: datetime = LATER + 3 * MINUTE) -> None:
    """Race is measured; of the other grounds it is said why not."""
    for ground in Ground:
        race = ground is Ground.RACE
        data.cover_ground(
            use=USE,
            assessment=number,
            ground=ground,
            how=How.MEASURED if race else How.QUALITATIVE,
            attribute="race" if race else "",
            reason="" if race else "It is not recorded; two groups of people were heard.",
            by=REVIEWER,
            at=at,
        )


TOLD = data.DataTold(
    steps="load.sql, commit 3f1",
    exclusions="Bookings without a charge: 214 of 7,428.",
    label_source="Court records: a new charge within two years.",
    label_agreement="Two clerks agreed on 96 of 100.",
    origin="County court, extract of 2026-10-01.",
)


def described(*, number: int = 1, at: datetime = NINE + 2 * MINUTE) -> None:
    """The data of each part are described."""
    for part in Part:
        data.describe_data(use=USE, assessment=number, part=part, told=TOLD, by=OWNER, at=at)


def signed(folder: Path, *, number: int = 1, by: Actor = REVIEWER) -> Assessment:
    return deciding.sign_off(
        use=USE,
        assessment=number,
        reason="Every risk was scored on its own.",
        machine=a_machine(folder),
        by=by,
        at=SIGNING,
    )


def finding_of(row: str) -> Finding:
    """What was recorded last of a row of the version."""
    told = RowVerdict.objects.filter(row=row, version=VERSION_A).order_by("at", "pk").last()
    return Finding.CANNOT_SAY if told is None else Finding(told.finding)
