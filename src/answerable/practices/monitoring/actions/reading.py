"""Reading the log for the monitors: once for all streams of a plan, whatever their ages."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

from django.db.models import Q

from answerable.intake import sealing, unsealed
from answerable.intake.bodies import microseconds
from answerable.intake.log import need_reader
from answerable.intake.marks import Mark
from answerable.intake.models import Segment
from answerable.intake.segments import write_attributes_to, write_rows_to
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
from answerable.record import manifests
from answerable.record.keys import VerifierKey
from answerable.record.manifests import ManifestMalformed

_ROWS_A_FILE = 50_000
_LAST = 2**62
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
        with sealing.hold(log.folder, alone=False):
            return count_cohorts(
                _files(terms.use, cohorts, late_from=late[0].date(), log=log, working=working),
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
    use: str, cohorts: Sequence[Cohorts], *, late_from: date, log: Log, working: Path
) -> CohortFiles:
    """Name the sealed files that can hold something that is asked for, and write the hot rows."""
    decisions, attributes = _unsealed_files(use, working)
    outcomes = list(decisions)
    for segment in _segments(use, cohorts, late_from=late_from):
        manifest = manifests.open_signed(bytes(segment.manifest), keys=log.keys)
        if manifest.files[0].path != segment.path:
            raise ManifestMalformed(part="its path", reason="is another segment's")
        manifests.check_files(manifest, folder=log.folder)
        first, *others = (log.folder / file.path for file in manifest.files)
        outcomes.append(first)
        if segment.day >= late_from or any(_holds_days(segment, one) for one in cohorts):
            decisions.append(first)
            attributes += others
    return CohortFiles(decisions=decisions, attributes=attributes, outcomes=outcomes)


def _segments(use: str, cohorts: Sequence[Cohorts], *, late_from: date) -> Iterator[Segment]:
    """List the segments with late decisions, with the decisions of days, or with their outcomes.

    Outcomes occur after their decisions, so what is older than a day says nothing of it; and
    what was recorded after a day had reached its age is not taken.
    """
    near = Q(day__gte=late_from)
    for one in cohorts:
        frozen = ripe_at(one.until - _DAY, age=one.age).date()
        near |= Q(occurred_until_us__gte=_midnight_us(one.first), day__lte=frozen)
    kept = Segment.objects.filter(near, use=use, deleted_at=None)
    return kept.order_by("first").iterator()


def _holds_days(segment: Segment, cohorts: Cohorts) -> bool:
    return (
        segment.occurred_from_us < _midnight_us(cohorts.until)
        and segment.occurred_until_us >= _midnight_us(cohorts.first)
        and segment.day <= ripe_at(cohorts.until - _DAY, age=cohorts.age).date()
    )


def _unsealed_files(use: str, folder: Path) -> tuple[list[Path], list[Path]]:
    """Write the hot rows of a use to files, at least one, so that the log is never without."""
    rows = (
        row
        for row in unsealed.rows_between(after=sealing.sealed_upto(), upto=_LAST, use=use)
        if Mark.UNKNOWN_USE not in row.marks.split()
    )
    records: list[Path] = []
    attributes: list[Path] = []
    while (part := list(islice(rows, _ROWS_A_FILE))) or not records:
        records.append(folder / f"records-{len(records)}.parquet")
        write_rows_to(records[-1], part)
        told = unsealed.attributes_between(after=part[0].seq - 1, upto=part[-1].seq) if part else {}
        of_use = {row.seq: told[row.seq] for row in part if row.seq in told}
        if of_use:
            attributes.append(folder / f"attributes-{len(records)}.parquet")
            write_attributes_to(attributes[-1], of_use)
    return records, attributes


def _midnight_us(day: date) -> int:
    return microseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
