"""A report has a clock, moves one step at a time, and knows nothing of whoever made it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.people.actors import NotPermitted
from answerable.people.queries import UnknownAgency
from answerable.people.roles import Role
from answerable.practices.openness.actions.reports import (
    ReportMovedOn,
    Taken,
    acknowledge_report,
    answer_report,
    receive_report,
)
from answerable.practices.openness.models import Report
from answerable.practices.openness.queries.findings import waiting
from answerable.practices.openness.queries.reports import UnknownReport, follow
from tests.inventory.situations import CASEWORKER, EVERYBODY_SOUTH, OWNER, an_actor, an_agency
from tests.practices.openness.situations import PSEUDONYMS

pytestmark = pytest.mark.django_db(databases="__all__")

# A Thursday.
RECEIVED = datetime(2026, 11, 26, 15, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _addresses(site: object) -> None:
    """What waits names pages."""


def a_report(*, about: str = "weakness") -> Taken:
    an_agency()
    return receive_report(
        agency="north", about=about, text="It tells names.", pseudonyms=PSEUDONYMS, at=RECEIVED
    )


def acknowledge(by: object = CASEWORKER, severity: str = "critical") -> Report:
    return acknowledge_report(
        agency="north",
        number=1,
        severity=severity,
        by=by,  # type: ignore[arg-type]
        at=RECEIVED + DAY,
    )


def answer(*, at: datetime = RECEIVED + 2 * DAY) -> Report:
    return answer_report(
        agency="north",
        number=1,
        answer="The hole is closed.",
        changed=True,
        pseudonyms=PSEUDONYMS,
        by=CASEWORKER,
        at=at,
    )


def test_it_is_acknowledged_within_three_working_days() -> None:
    report = a_report().report
    # Friday, Monday, Tuesday.
    assert report.due_on == date(2026, 12, 1)
    assert report.calendar == "Saturdays and Sundays left out, no holidays known; UTC"
    entry = WrittenEntry.read(bytes(EntryRow.objects.get(index=report.entry).payload))
    assert entry.fields["due_on"] == "2026-12-01"
    assert "names" not in bytes(EntryRow.objects.get(index=report.entry).payload).decode()


def test_a_critical_one_is_dealt_with_in_seven_days_and_another_in_thirty() -> None:
    a_report()
    assert acknowledge().due_on == date(2026, 12, 3)
    a_report()
    ordinary = acknowledge_report(
        agency="north", number=2, severity="ordinary", by=CASEWORKER, at=RECEIVED
    )
    assert ordinary.due_on == date(2026, 12, 26)


def test_one_step_follows_the_other_and_none_is_done_twice() -> None:
    a_report()
    with pytest.raises(ReportMovedOn, match="received"):
        answer()
    acknowledge()
    with pytest.raises(ReportMovedOn, match="acknowledged"):
        acknowledge()
    answer()
    with pytest.raises(ReportMovedOn, match="answered"):
        answer()


def test_whoever_holds_the_code_is_told_also_that_it_is_overdue() -> None:
    taken = a_report()
    told = follow(taken.code, pseudonyms=PSEUDONYMS, at=RECEIVED + 6 * DAY)
    assert (told.state, told.overdue, told.answer) == ("received", True, "")
    acknowledge()
    answer()
    told = follow(taken.code, pseudonyms=PSEUDONYMS, at=RECEIVED + 60 * DAY)
    assert (told.state, told.overdue, told.answer) == ("answered", False, "The hole is closed.")
    with pytest.raises(UnknownReport):
        follow("AAAAA-AAAAA", pseudonyms=PSEUDONYMS, at=RECEIVED)


def test_nobody_else_reads_or_answers_it() -> None:
    a_report()
    with pytest.raises(UnknownReport):
        acknowledge(by=EVERYBODY_SOUTH)
    with pytest.raises(NotPermitted):
        acknowledge(by=an_actor("auditor", Role.AUDITOR))
    with pytest.raises(UnknownAgency):
        receive_report(agency="east", about="harm", text="x", pseudonyms=PSEUDONYMS, at=RECEIVED)


def test_it_waits_for_those_who_can_deal_with_it_and_is_overdue_in_time() -> None:
    a_report()
    (line,) = [one for one in waiting(CASEWORKER, at=RECEIVED) if "Report" in one.what]
    assert line.urgency.value == "waiting"
    (line,) = [one for one in waiting(OWNER, at=RECEIVED + 9 * DAY) if "Report" in one.what]
    assert line.urgency.value == "overdue"
    assert waiting(EVERYBODY_SOUTH, at=RECEIVED) == [
        one for one in waiting(EVERYBODY_SOUTH, at=RECEIVED) if one.agency == "south"
    ]


def test_the_database_refuses_a_report_that_skips_a_step() -> None:
    report = a_report().report
    for changes in (
        {"state": "answered"},
        {"severity": "critical"},
        {"about": "praise"},
        {"state": "closed"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**changes)


def test_no_column_of_a_report_can_hold_who_made_it() -> None:
    assert {field.name for field in Report._meta.get_fields()} == {
        *("id", "agency", "use", "number", "about", "code", "text", "state", "severity"),
        *("received_on", "due_at", "due_on", "calendar", "acknowledged_at"),
        *("answer", "changed", "answered_at", "entry"),
    }
