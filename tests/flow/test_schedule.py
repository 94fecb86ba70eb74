"""What falls due is run once, and what failed stays in sight."""

from datetime import UTC, datetime, timedelta

import pytest

from answerable.errors import AnswerableError
from answerable.flow.models import DueJob
from answerable.flow.schedule import (
    KEPT,
    RETRIED_AFTER,
    TAKEN_OVER_AFTER,
    Job,
    forget_done,
    last_due,
    overdue,
    tick,
)

pytestmark = pytest.mark.django_db(databases="__all__")

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class DiskIsFull(AnswerableError):
    code = "example.disk_is_full"
    message = "The disk is full."
    hint = "Make room."


def a_job(ran: list[datetime], *, failing: list[Exception] | None = None) -> Job:
    failures = failing or []

    def run(at: datetime) -> None:
        ran.append(at)
        if failures:
            raise failures.pop(0)

    return Job(name="sealing", every=HOUR, run=run)


def test_what_is_due_is_run_once_however_often_the_clock_ticks() -> None:
    ran: list[datetime] = []
    for minutes in (0, 1, 59, 60):
        tick([a_job(ran)], at=NOON + timedelta(minutes=minutes))
    assert [NOON, NOON + HOUR] == ran
    assert not overdue().exists()


def test_what_another_process_has_begun_is_left_to_it() -> None:
    ran: list[datetime] = []
    DueJob.objects.create(job="sealing", due_at=NOON, started_at=NOON)
    assert () == tick([a_job(ran)], at=NOON + timedelta(minutes=1))
    assert [] == ran


def test_what_was_begun_and_never_finished_is_taken_over() -> None:
    ran: list[datetime] = []
    DueJob.objects.create(job="sealing", due_at=NOON, started_at=NOON)
    later = NOON + TAKEN_OVER_AFTER + timedelta(seconds=1)
    assert ["sealing"] == [one.job for one in tick([a_job(ran)], at=later)]
    assert [later] == ran


def test_a_failure_is_kept_with_its_reason_and_stays_overdue() -> None:
    failing = a_job([], failing=[DiskIsFull()])
    (ran,) = tick([failing], at=NOON)
    assert "The disk is full. Make room." == ran.failure
    assert ["The disk is full. Make room."] == [row.failure for row in overdue()]
    assert () == tick([failing], at=NOON + timedelta(minutes=5))
    assert 1 == overdue().count()


def test_what_failed_is_tried_again_after_a_while() -> None:
    job = a_job([], failing=[DiskIsFull()])
    tick([job], at=NOON)
    (ran,) = tick([job], at=NOON + RETRIED_AFTER + timedelta(seconds=1))
    assert ("sealing", "") == (ran.job, ran.failure)
    assert not overdue().exists()


def test_a_fault_of_ours_is_named_without_what_it_quotes() -> None:
    (ran,) = tick([a_job([], failing=[ValueError("Jane Roe, born 1970")])], at=NOON)
    assert "a fault of ours (ValueError)" == ran.failure


def test_the_next_success_makes_good_for_earlier_failures() -> None:
    job = a_job([], failing=[DiskIsFull(), DiskIsFull()])
    for hours in range(3):
        tick([job], at=NOON + hours * HOUR)
    assert not overdue().exists()


def test_one_failure_holds_up_no_other_job() -> None:
    ran: list[datetime] = []
    other = Job(name="other", every=HOUR, run=ran.append)
    tick([a_job([], failing=[DiskIsFull()]), other], at=NOON)
    assert [NOON] == ran


def test_due_times_do_not_depend_on_when_the_machine_was_started() -> None:
    assert NOON == last_due(HOUR, at=NOON)
    assert NOON == last_due(HOUR, at=NOON + HOUR - timedelta(microseconds=1))


def test_what_was_done_is_forgotten_after_a_week_and_what_failed_is_not() -> None:
    tick([a_job([])], at=NOON)
    DueJob.objects.create(job="other", due_at=NOON, started_at=NOON, failure="The disk is full.")
    forget_done(NOON + KEPT)
    assert 2 == DueJob.objects.count()
    forget_done(NOON + KEPT + HOUR)
    assert ["other"] == [row.job for row in DueJob.objects.all()]
