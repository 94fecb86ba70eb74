"""Reading the log for the monitors: once for all streams of a plan, whatever their ages."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db.models import Q

from answerable.intake.bodies import microseconds
from answerable.intake.log import HeldLog, held_log, need_reader
from answerable.intake.marks import Mark
from answerable.intake.models import Segment
from answerable.measure.tables.cohorts import (
    CohortCount,
    CohortFiles,
    Cohorts,
    count_cohorts,
)
from answerable.measure.tables.locked import Limits
from answerable.people.actors import Actor
from answerable.practices.monitoring.rules.limits import Terms
from answerable.practices.monitoring.rules.periods import ARRIVES_WITHIN, ripe_at
from answerable.record.keys import VerifierKey

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Log:
    """Where the log lies, and who may have signed it."""

    folder: Path
    keys: Sequence[VerifierKey]
    limits: Limits


def read_log(
    terms: Terms,
    days: Mapping[int, Sequence[date]],
    *,
    late: tuple[datetime, datetime],
    log: Log,
    by: Actor,
) -> tuple[list[CohortCount], dict[date, int]]:
    """Count the decisions of some days, at each age those that reached it.

    A label is taken as it was known when its day had reached the age, so a run that comes
    late finds what one in time would have found. With them come the decisions of each day
    that arrived too late for it, within the half-open time ``late``.

    Raises
    ------
    SegmentFileChanged, SegmentFileMissing, ManifestNotSigned
        Part of the log is not what was sealed.
    """
    need_reader(by, agency=terms.use.partition(".")[0])
    cohorts = [
        Cohorts(age=age, first=wanted[0], until=wanted[-1] + _DAY)
        for age, wanted in days.items()
        if wanted
    ]
    with tempfile.TemporaryDirectory(prefix="answerable-monitors-") as name:
        working = Path(name)
        with held_log(terms.use, log=log.folder, keys=log.keys) as held:
            return count_cohorts(
                _files(held, cohorts, late_from=late[0].date(), working=working),
                version=terms.version,
                shadow=terms.shadow,
                cohorts=cohorts,
                attributes=terms.attributes,
                grace=ARRIVES_WITHIN,
                late_us=(microseconds(late[0]), microseconds(late[1])),
                leave_out=Mark.UNKNOWN_OUTCOME.value,
                limits=log.limits,
                spill=working,
            )


def _files(
    held: HeldLog, cohorts: Sequence[Cohorts], *, late_from: date, working: Path
) -> CohortFiles:
    """Name the sealed files that can hold something that is asked for, and write the hot rows."""
    decisions, attributes = held.write_unsealed(working)
    outcomes = list(decisions)
    for files in held.sealed(_near(cohorts, late_from=late_from)):
        outcomes.append(files.records)
        segment = files.segment
        if segment.day >= late_from or any(_holds_days(segment, one) for one in cohorts):
            decisions.append(files.records)
            attributes += files.attributes
    return CohortFiles(decisions=decisions, attributes=attributes, outcomes=outcomes)


def _near(cohorts: Sequence[Cohorts], *, late_from: date) -> Q:
    """Choose the segments with late decisions, with the decisions of days, or their outcomes.

    Outcomes occur after their decisions, so what is older than a day says nothing of it; and
    what was recorded after a day had reached its age is not taken.
    """
    near = Q(day__gte=late_from)
    for one in cohorts:
        frozen = ripe_at(one.until - _DAY, age=one.age).date()
        near |= Q(occurred_until_us__gte=_midnight_us(one.first), day__lte=frozen)
    return near


def _holds_days(segment: Segment, cohorts: Cohorts) -> bool:
    return (
        segment.occurred_from_us < _midnight_us(cohorts.until)
        and segment.occurred_until_us >= _midnight_us(cohorts.first)
        and segment.day <= ripe_at(cohorts.until - _DAY, age=cohorts.age).date()
    )


def _midnight_us(day: date) -> int:
    return microseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
