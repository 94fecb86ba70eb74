"""The daily sample (row X1): records drawn at random, and rebuilt from the log.

The seed comes from the ledger's newest checkpoint, so that nobody can choose which records
are looked at, and anyone who has it can draw the same ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Sum

from answerable.intake import rebuild, sealing
from answerable.intake.findings import Found, count_finding
from answerable.intake.hot.models import Record
from answerable.intake.log_entries import SampleFailed, SampleRebuilt
from answerable.intake.marks import Mark
from answerable.intake.models import Sample, Segment
from answerable.intake.rebuild import Problem, Reference
from answerable.intake.unsealed import HotRow, rows_between
from answerable.ledger import checkpoints
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import INSTALLATION, Role
from answerable.record import notes
from answerable.record.checkpoints import Checkpoint

SAMPLE_FAILED = "sample_failed"

_DRAW = b"answerable sample v1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rebuilt:
    """What became of a sample. ``verdict`` is *met*, *not_met* or *cannot_say*."""

    use: str
    kept: int
    drawn: int
    rebuilt: int
    problems: tuple[str, ...]
    verdict: str
    needs: str = ""


def rebuild_sample(
    *, agency: str, use: str, size: int, reference: Reference, by: Actor, at: datetime
) -> Rebuilt:
    """Draw records of a use for the day, rebuild each, and enter how many could be.

    A record that cannot be rebuilt is an incident: an entry says how many, and which
    promises did not hold, and a finding
    is open until somebody closes it. Run twice on a day, the second gives the result of the first.
    Without a checkpoint or without records it *cannot say*, and nothing is entered.
    """
    by.need(Role.OPERATOR, agency=INSTALLATION)
    day = at.date()
    before = Sample.objects.filter(use=use, day=day).first()
    if before is not None:
        return _result(before)
    note = checkpoints.latest()
    if note is None:
        return _nothing(use, needs="a signed checkpoint of the ledger, which gives the seed")
    with sealing.hold(reference.log, alone=False):
        pool = _Pool(agency, use)
        if not pool.size:
            return _nothing(use, needs="records of this use")
        seed = seed_of(note, use=use, day=day)
        drawn = sorted(draw(seed, among=pool.size, size=size))
        problems = list(_problems(pool, drawn, reference=reference))
        if rebuild.segments_missing(agency):
            # Its records could not be drawn: the first that was stands for them.
            problems[0] = (*problems[0], Problem.SEGMENT_MISSING)
    sample = Sample(
        agency=agency,
        use=use,
        day=day,
        seed=seed.hex(),
        kept=pool.size,
        drawn=len(drawn),
        rebuilt=sum(not each for each in problems),
        problems=" ".join(sorted({problem for each in problems for problem in each})),
        drawn_at=at,
    )
    _enter(sample, by=by, at=at)
    return _result(sample)


def seed_of(note: bytes, *, use: str, day: date) -> bytes:
    """Derive the seed of a use and a day from a signed checkpoint."""
    root = Checkpoint.parse(notes.parse(note).text).root
    return sha256(b"\0".join((_DRAW, root, use.encode(), day.isoformat().encode()))).digest()


def draw(seed: bytes, *, among: int, size: int) -> frozenset[int]:
    """Draw so many different places out of a number of them, all where there are fewer.

    Each place is the hash of the seed and a counter, modulo the number: 256 bits, so that
    no place is favoured by as much as one part in 2**190.

    >>> sorted(draw(bytes(32), among=1000, size=3)) == sorted(draw(bytes(32), among=1000, size=3))
    True
    >>> sorted(draw(bytes(32), among=3, size=9))
    [0, 1, 2]
    """
    drawn: set[int] = set()
    counter = 0
    while len(drawn) < min(size, among):
        value = sha256(seed + counter.to_bytes(8)).digest()
        drawn.add(int.from_bytes(value) % among)
        counter += 1
    return frozenset(drawn)


class _Pool:
    """Every record of a use in the log, numbered from 0: sealed ones first, as they lie."""

    def __init__(self, agency: str, use: str) -> None:
        kept = Segment.objects.filter(agency=agency, use=use, deleted_at=None)
        self.segments = list(kept.order_by("first"))
        self.sealed = kept.aggregate(rows=Sum("rows"))["rows"] or 0
        hot = Record.objects.filter(agency=agency, use=use, seq__gt=sealing.sealed_upto())
        self.hot = list(
            hot.exclude(marks__contains=Mark.UNKNOWN_USE)
            .order_by("seq")
            .values_list("seq", flat=True)
        )
        self.size = self.sealed + len(self.hot)

    def hot_row(self, number: int) -> HotRow | None:
        seq = self.hot[number - self.sealed]
        return next(rows_between(after=seq - 1, upto=seq), None)


def _problems(
    pool: _Pool, drawn: list[int], *, reference: Reference
) -> Iterator[tuple[Problem, ...]]:
    """Rebuild each record drawn; an empty tuple means that all holds."""
    first = 0
    for segment in pool.segments:
        here = [number - first for number in drawn if first <= number < first + segment.rows]
        first += segment.rows
        if not here:
            continue
        of_segment = rebuild.problems_of_segment(segment, reference=reference)
        for place in here:
            yield of_segment or _of_sealed(segment, place, reference=reference)
    for number in drawn:
        if number >= pool.sealed:
            row = pool.hot_row(number)
            yield (
                (Problem.RECORD_MISSING,)
                if row is None
                else tuple(rebuild.problems_of_row(row, None, reference=reference))
            )


def _of_sealed(segment: Segment, place: int, *, reference: Reference) -> tuple[Problem, ...]:
    found = rebuild.sealed_row(segment, place, reference=reference)
    if found is None:
        return (Problem.RECORD_MISSING,)
    row, cells = found
    return tuple(rebuild.problems_of_row(row, cells, reference=reference))


def _enter(sample: Sample, *, by: Actor, at: datetime) -> None:
    failed = sample.drawn - sample.rebuilt
    with transaction.atomic():
        sample.save(force_insert=True)
        counted = SampleRebuilt(
            use=sample.use,
            kept=sample.kept,
            drawn=sample.drawn,
            rebuilt=sample.rebuilt,
            seed=sample.seed,
        )
        append(counted, by=by, at=at, agency=sample.agency)
        if failed:
            incident = SampleFailed(
                use=sample.use,
                drawn=sample.drawn,
                failed=failed,
                reasons=tuple(sample.problems.split()),
            )
            append(incident, by=by, at=at, agency=sample.agency)
            found = Found(
                agency=sample.agency,
                use=sample.use,
                kind=SAMPLE_FAILED,
                about="",
                count=failed,
                first_at=at,
                last_at=at,
            )
            count_finding(found=found, by=by, at=at)


def _result(sample: Sample) -> Rebuilt:
    return Rebuilt(
        use=sample.use,
        kept=sample.kept,
        drawn=sample.drawn,
        rebuilt=sample.rebuilt,
        problems=tuple(sample.problems.split()),
        verdict="met" if sample.rebuilt == sample.drawn else "not_met",
    )


def _nothing(use: str, *, needs: str) -> Rebuilt:
    return Rebuilt(
        use=use, kept=0, drawn=0, rebuilt=0, problems=(), verdict="cannot_say", needs=needs
    )
