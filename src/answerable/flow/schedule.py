"""The schedule: what falls due is run once, by whichever process comes first.

A tick may run twice, in two processes, or be killed half-way. Each time a job falls due has
a row of its own; whoever claims the row runs the job. A claim that was never finished is
taken over after a while, so every job must itself be safe to run twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError
from django.db.models import F, Q, QuerySet

from answerable.errors import AnswerableError
from answerable.flow.models import DueJob

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Longer than any job takes, so that a slow one is not started again beside itself.
TAKEN_OVER_AFTER = timedelta(minutes=30)
RETRIED_AFTER = timedelta(minutes=10)
KEPT = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Something to be done every so often; ``run`` is given the time and is safe to run twice."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """What became of a job in a tick. An empty ``failure`` means that it was done."""

    job: str
    due_at: datetime
    failure: str = ""


def last_due(every: timedelta, *, at: datetime) -> datetime:
    """Give the latest time, not after ``at``, at which something of this rhythm was due.

    >>> last_due(timedelta(hours=1), at=datetime(2026, 11, 23, 16, 40, tzinfo=UTC)).hour
    16
    """
    return EPOCH + (at - EPOCH) // every * every


def tick(jobs: Sequence[Job], *, at: datetime) -> tuple[Ran, ...]:
    """Run what is due and nobody has run, in the order given; one failure holds up no other.

    A job that failed is tried again after a while; until it succeeds, then or at its next
    time, it is overdue.
    """
    return tuple(ran for job in jobs if (ran := _run_if_due(job, at=at)) is not None)


def _run_if_due(job: Job, *, at: datetime) -> Ran | None:
    try:
        return _run_if_free(job, at=at)
    except DatabaseError as error:
        # A full disk takes no note of it either: the job stays undone, and the clock goes on.
        failure = f"the database takes no note of it ({type(error).__name__})"
        return Ran(job=job.name, due_at=last_due(job.every, at=at), failure=failure)


def overdue() -> QuerySet[DueJob]:
    """List what was due and is not done: failed, or started and never finished."""
    return DueJob.objects.filter(finished_at=None).order_by("due_at", "job")


def forget_done(at: datetime) -> None:
    """Delete the rows of what was done long ago; what was not done stays in sight."""
    DueJob.objects.filter(finished_at__lt=at - KEPT).delete()


def _run_if_free(job: Job, *, at: datetime) -> Ran | None:
    due_at = last_due(job.every, at=at)
    row, _ = DueJob.objects.get_or_create(job=job.name, due_at=due_at)
    if not _claim(row, at=at):
        return None
    try:
        job.run(at)
    except AnswerableError as error:
        failure = str(error)
    except Exception as error:  # noqa: BLE001 - a failure is kept in the row, where it is overdue
        # Its message may quote a cell or a name.
        failure = f"a fault of ours ({type(error).__name__})"
    else:
        _finish(job, due_at=due_at, at=at)
        return Ran(job=job.name, due_at=due_at)
    DueJob.objects.filter(pk=row.pk).update(failure=failure[:300])
    return Ran(job=job.name, due_at=due_at, failure=failure)


def _claim(row: DueJob, *, at: datetime) -> bool:
    """Take the row if nobody has it: one statement, so that only one process can."""
    free = (
        Q(started_at=None)
        | Q(failure="", started_at__lt=at - TAKEN_OVER_AFTER)
        | ~Q(failure="") & Q(started_at__lt=at - RETRIED_AFTER)
    )
    unclaimed = DueJob.objects.filter(free, pk=row.pk, finished_at=None)
    return bool(unclaimed.update(started_at=at, failure="", attempts=F("attempts") + 1))


def _finish(job: Job, *, due_at: datetime, at: datetime) -> None:
    # What is safe to run twice makes good, when it is done, for the times it was not.
    DueJob.objects.filter(job=job.name, due_at__lte=due_at, finished_at=None).update(finished_at=at)
