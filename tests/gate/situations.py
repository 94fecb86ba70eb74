"""Situations of the gate by name, under a small rule set of the tests' own."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction

from answerable.gate import permits, stages, verdicts
from answerable.gate.in_force import RowsInForce, of_profile
from answerable.gate.terms import Finding, PilotTerms
from answerable.inventory import actions
from answerable.inventory.models import Use
from answerable.inventory.stages import Stage
from answerable.law.profiles import profile
from answerable.ledger.append import append
from answerable.ledger.entries import Person
from answerable.practices.obligations.entries import RightsChecked
from tests.inventory.situations import (
    APPROVER,
    DAY,
    HOUR,
    MINUTE,
    NINE,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    a_use,
)

ROWS = ("P1c", "P2.5b", "P2.4c", "P7.2a", "P1e")
"""Not waivable · waivable · only for a wider release · only if bought · only for close-out."""

TERMS = PilotTerms(
    cap=40,
    exit_criteria="500 reviewed cases with P2.5b met.",
    stop_rule="Any wrong refusal.",
    redress="Each person is paid at once.",
)


def small_law(_agency: str = "north", *, on: date) -> RowsInForce:
    """A few rows, as if they were built."""
    found = of_profile(replace(profile("statement"), listed_rows=ROWS), on=on)
    rows = (replace(row, served_by=row.served_by or __name__) for row in found.rows)
    return replace(found, rows=tuple(rows))


def room_of(row: str) -> str:
    """The room that serves a row under the tests' law."""
    found = small_law(on=NINE.date()).row(row)
    return (found and found.served_by) or ""


def a_rights_entry(stage: Stage, *, at: datetime, use: str = USE) -> int:
    """The entry of a rights check for a stage, as the practice of obligations writes it."""
    told = RightsChecked(
        use=use,
        stage=stage.value,
        rights=("R07",),
        text="ab" * 32,
        author=Person(OWNER.ref),
        proposed=0,
    )
    with transaction.atomic():
        return append(told, by=REVIEWER, at=at, agency="north").index


def enter(stage: Stage, *, at: datetime, version: str | None = None) -> None:
    """Move the use to a stage, by whoever may, on an entry of its own."""
    by = APPROVER if stage in (Stage.DEPLOY, Stage.USE, Stage.DECOMMISSION) else OWNER
    stages.enter_stage(
        use=USE,
        stage=stage,
        rights_entry=a_rights_entry(stage, at=at),
        version=version,
        by=by,
        at=at,
        law=small_law,
    )


def record(
    row: str, finding: Finding = Finding.MET, *, at: datetime, version: str = VERSION_A
) -> None:
    """A reviewer records a verdict, with evidence where it is met."""
    verdicts.record_verdict(
        use=USE,
        version=version,
        row=row,
        finding=finding,
        rests_on=("evidence/7",) if finding is Finding.MET else (),
        room=room_of(row),
        by=REVIEWER,
        at=at,
        law=small_law,
    )


def a_running_use(*, at: datetime = NINE) -> Use:
    """Version A in the stage deploy, from an hour after ``at`` on; nobody approved it."""
    use = a_use(at=at)
    for minute, row in enumerate(("P1c", "P2.5b", "P2.4c")):
        record(row, at=at + (minute + 1) * MINUTE)
    enter(Stage.DEVELOP, at=at + 10 * MINUTE)
    enter(Stage.DEPLOY, at=at + 20 * MINUTE, version=VERSION_A)
    actions.start_deployment(use=USE, version=VERSION_A, by=OWNER, at=at + HOUR)
    return use


def an_open_use(*, at: datetime = NINE) -> Use:
    """The same, approved two hours after ``at`` for half a year."""
    use = a_running_use(at=at)
    approved(at=at + 2 * HOUR)
    return use


def approved(*, at: datetime, version: str = VERSION_A, days: int = 182) -> None:
    """An approving official permits a version."""
    permits.approve(
        use=USE, version=version, until=at + days * DAY, by=APPROVER, at=at, law=small_law
    )


def a_pilot(*, at: datetime = NINE, cap: int = 40) -> Use:
    """The same use as a pilot of 30 days, started two hours after ``at``."""
    use = a_running_use(at=at)
    permits.start_pilot(
        use=USE,
        version=VERSION_A,
        until=at + 30 * DAY,
        terms=replace(TERMS, cap=cap),
        by=APPROVER,
        at=at + 2 * HOUR,
        law=small_law,
    )
    return use


A_LATER_DAY = NINE + timedelta(days=3)
