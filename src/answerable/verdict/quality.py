"""From files and a question to what the data say about their quality, in one call."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from answerable.errors import AnswerableError
from answerable.measure.tables import Digest, Limits, Source, check_unchanged, digest, find_source
from answerable.measure.tables.codes import STANDARD
from answerable.measure.tables.whole import WholeTable, open_whole
from answerable.record.measurement import CannotSay
from answerable.verdict.quality_columns import ColumnsFound, look_at_columns
from answerable.verdict.quality_coverage import CoverageFound, find_uncovered
from answerable.verdict.quality_drift import DriftFound, judge_drift
from answerable.verdict.quality_limits import Answer, Band, choose_bands
from answerable.verdict.quality_missing import MissingFound, judge_missing
from answerable.verdict.quality_population import (
    Margins,
    PopulationFound,
    judge_representation,
)
from answerable.verdict.quality_time import TimeFound, look_at_time
from answerable.verdict.verdicts import worst

Said = Callable[[float], None]


class LabelNotBinary(AnswerableError):
    """A label that is neither 1 nor 0 nor missing."""

    code = "verdict.label_not_binary"
    message = (
        "Column {column} of {file} is no label: {count} rows hold something else than {wanted}."
    )
    hint = "Name the column of what turned out true, written as 1 and 0; unknown ones are empty."


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityQuestion:
    """What is asked of data. Whatever is None, or empty, is not looked at, and says so."""

    by: tuple[str, ...] = ()
    time: str | None = None
    label: str | None = None
    against: str | None = None
    population: Margins | None = None
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One verdict: its name, the row of the catalogue that it serves, and the answer."""

    name: str
    row: str
    answer: Answer


@dataclass(frozen=True, kw_only=True, slots=True)
class NotLookedAt:
    """A question that nobody asked, so that its answer is on no list, and what it would need."""

    name: str
    row: str
    why: CannotSay


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """What was found. Parts that were not asked for are None and stand in ``not_looked_at``."""

    source: Source
    digest: Digest
    against: Digest | None
    question: QualityQuestion
    columns: ColumnsFound
    missing: MissingFound | None
    time: TimeFound | None
    population: PopulationFound | None
    drift: DriftFound | None
    coverage: CoverageFound | None

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every verdict, in a fixed order."""
        return tuple(Check(name=name, row=row, answer=one) for name, row, one in self._answers())

    def _answers(self) -> Iterator[tuple[str, str, Answer]]:
        yield "empty_columns", "P2.3d", self.columns.emptiness
        yield "identical_columns", "P2.3d", self.columns.sameness
        yield "repeated_rows", "P2.3d", self.columns.repetition
        if self.missing is not None:
            yield "missing_by_group", "P2.3d", self.missing.answer
        if self.time is not None:
            yield "form_changes", "P2.3a", self.time.form_answer
            if self.time.label is not None:
                yield "label_break", "P2.3d", self.time.label.answer
            yield "volume_break", "P2.3a", self.time.volume.answer
        if self.population is not None:
            yield "representation", "P2.3e", self.population.answer
        if self.drift is not None:
            yield "drift", "P2.3g", self.drift.answer
        if self.coverage is not None:
            yield "coverage", "P2.3e", self.coverage.answer

    @property
    def verdict(self) -> str:
        """One word for all checks that were asked for."""
        return worst(check.answer.verdict for check in self.checks)

    @property
    def not_looked_at(self) -> tuple[NotLookedAt, ...]:
        """What this run could not test: the beginning of the public list of P2.3h."""
        return (
            tuple(
                NotLookedAt(name=name, row=row, why=CannotSay(reason="not_asked", needs=needs))
                for name, row, needs, asked in (
                    ("missing_by_group", "P2.3d", "--by COL: groups of people", self.missing),
                    ("form_changes", "P2.3a", "--time COL: when each record is from", self.time),
                    (
                        "label_break",
                        "P2.3d",
                        "--time COL and --label COL",
                        self.time and self.time.label,
                    ),
                    ("representation", "P2.3e", "--population FILE", self.population),
                    ("drift", "P2.3g", "--against FILE: earlier data", self.drift),
                    ("coverage", "P2.3e", "--by COL: groups of people", self.coverage),
                )
                if asked is None
            )
            + _NEVER
        )


_NEVER = tuple(
    NotLookedAt(name=name, row=row, why=CannotSay(reason="not_in_the_table", needs=needs))
    for name, row, needs in (
        (
            "label_agreement",
            "P2.3d",
            "two independent labels of a random sample of the same people",
        ),
        ("match_errors", "P2.3d", "a sample of records checked against the truth"),
        ("target_validity", "P2.3f", "a better measure of the target for a sample, by group"),
        ("provenance", "P2.3c", "where each record came from, and on what legal basis"),
    )
)
"""What no table of its own says, whatever is asked."""


def look_at(
    location: str,
    question: QualityQuestion,
    *,
    limits: Limits,
    progress: Said | None = None,
) -> Quality:
    """Read, identify and look at the data at ``location``.

    Raises
    ------
    AnswerableError
        The data or the question cannot be used. Nothing partial comes back.
    """
    bands = choose_bands(question.limits)
    sources = [find_source(place) for place in (location, question.against) if place is not None]
    # The digest reads every byte once more; beside the passes it costs little time.
    with ThreadPoolExecutor(max_workers=1) as pool:
        identified = [pool.submit(digest, source) for source in sources]
        with open_whole(*sources, limits=limits) as tables:
            found = _look(tables, question, bands, progress or (lambda _done: None))
        identities = [one.result() for one in identified]
    for source in sources:
        check_unchanged(source)
    columns, missing, time, population, drift, coverage = found
    return Quality(
        source=sources[0],
        digest=identities[0],
        against=identities[1] if len(identities) > 1 else None,
        question=question,
        columns=columns,
        missing=missing,
        time=time,
        population=population,
        drift=drift,
        coverage=coverage,
    )


_Parts = tuple[
    ColumnsFound,
    MissingFound | None,
    TimeFound | None,
    PopulationFound | None,
    DriftFound | None,
    CoverageFound | None,
]


def _look(
    tables: Sequence[WholeTable], question: QualityQuestion, bands: dict[str, Band], said: Said
) -> _Parts:
    table = tables[0]
    margins = question.population or {}
    for column in (*question.by, *margins, question.time, question.label):
        if column is not None:
            table.require(column)
    columns, facts = look_at_columns(table)
    share = None if question.label is None else _share_of_ones(table, question.label)
    said(0.3)
    missing = coverage = None
    if question.by:
        names = [column.name for column in facts]
        filled = table.filled_by(question.by, names)
        missing = judge_missing(filled, question.by, bands["missing.difference"])
        coverage = find_uncovered(
            filled,
            question.by,
            share=share,
            also={column: tuple(shares) for column, shares in margins.items()},
        )
    said(0.5)
    time = None
    if question.time is not None:
        time = look_at_time(table, question.time, question.label, bands=bands)
    said(0.7)
    population = None
    if question.population is not None:
        counted = {
            column: {
                key: rows for (key,), (rows, _) in table.filled_by((column,), ()).cells.items()
            }
            for column in margins
        }
        population = judge_representation(counted, margins, bands["representation.ratio"])
    drift = None
    if len(tables) > 1:
        other = tables[1]
        drift = judge_drift(
            (table, facts), (other, other.profile()), by=question.by, band=bands["drift.w"]
        )
    said(1.0)
    return columns, missing, time, population, drift, coverage


def _share_of_ones(table: WholeTable, label: str) -> float | None:
    """The share of 1 among the labels; None where all of them are missing."""
    found = {True: 0, False: 0}
    unknown = 0
    for (value,), (rows, _) in table.filled_by((label,), ()).cells.items():
        one = None if value is None else STANDARD.read(value)
        if one is not None:
            found[one] += rows
        elif value is not None:
            unknown += rows
    if unknown:
        raise LabelNotBinary(
            column=label, file=table.source.name, count=unknown, wanted=STANDARD.expected
        )
    known = sum(found.values())
    return found[True] / known if known else None
