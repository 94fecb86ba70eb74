"""Whether data represent a population: each group's share against the population's."""

import csv
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from answerable.errors import AnswerableError
from answerable.measure.binomial import at_least, at_most
from answerable.measure.holm import holm_adjusted
from answerable.measure.quality.g_test import Fit, g_test
from answerable.measure.quality.representation_ratio import representation_ratio
from answerable.measure.sample_size import records_needed
from answerable.measure.two_groups import Scale
from answerable.record.measurement import CannotSay, Finding
from answerable.verdict.quality_limits import FAMILYWISE, Answer, Band, enough, together
from answerable.verdict.verdicts import Met, NotMet, Test, Verdict

ROUNDING = 0.005
"""Printed shares may miss 1 by so much; then they are taken to be the whole population."""

_HEADER = ("column", "value")
_KINDS = ("share", "count")
_NO_SHARES = CannotSay(reason="no_population_shares", needs="shares of at least two groups")


class PopulationMalformed(AnswerableError):
    """A file of population shares that cannot be read as one."""

    code = "verdict.population_malformed"
    message = "{file}, line {row}: {found}."
    hint = (
        "Write a CSV with the header column,value,share or column,value,count, one line for each "
        "group: race,Black,0.2586."
    )


Margins = Mapping[str, Mapping[str, float]]
"""By column: the population's share of each value. What they lack of 1 has other values."""


def read_margins(content: bytes, *, file: str) -> Margins:
    r"""Read the shares, or counts, of a population.

    >>> margins = read_margins(b"column,value,count\nsex,F,60\nsex,M,40\n", file="p.csv")
    >>> margins["sex"]["F"]
    0.6
    """
    try:
        lines = list(csv.reader(content.decode("utf-8-sig").splitlines(), strict=True))
    except UnicodeDecodeError:
        raise PopulationMalformed(file=file, row=1, found="the text is not UTF-8") from None
    except csv.Error:
        raise PopulationMalformed(file=file, row=1, found="it is no CSV") from None
    header = tuple(name.strip().lower() for name in lines[0]) if lines else ()
    if header[:2] != _HEADER or len(header) != len(_HEADER) + 1 or header[2] not in _KINDS:
        raise PopulationMalformed(file=file, row=1, found="the header is another one")
    numbers: dict[str, dict[str, float]] = defaultdict(dict)
    for row, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        column, value, number = _line(line, row, file, most=1.0 if header[2] == "share" else None)
        if value in numbers[column]:
            raise PopulationMalformed(file=file, row=row, found="this group stands there twice")
        numbers[column][value] = number
    if not numbers:
        raise PopulationMalformed(file=file, row=2, found="there is no line with a group")
    return {
        column: _shares(column, values, counts=header[2] == "count", file=file)
        for column, values in numbers.items()
    }


def _line(
    line: Sequence[str], row: int, file: str, *, most: float | None
) -> tuple[str, str, float]:
    if len(line) != len(_HEADER) + 1:
        found = f"it has {len(line)} cells instead of 3"
        raise PopulationMalformed(file=file, row=row, found=found)
    try:
        number = float(line[2])
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0 or (most is not None and number > most):
        found = "the last cell is no number" + (" from 0 to 1" if most else " of people")
        raise PopulationMalformed(file=file, row=row, found=found)
    return line[0], line[1], number


def _shares(
    column: str, values: Mapping[str, float], *, counts: bool, file: str
) -> dict[str, float]:
    total = sum(values.values())
    if total <= 0 or (not counts and total > 1 + ROUNDING):
        found = f"the shares of {column} come to {total:g}, and a whole is 1"
        raise PopulationMalformed(file=file, row=1, found=found)
    whole = total if counts or total >= 1 - ROUNDING else 1.0
    return {value: number / whole for value, number in values.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Represented:
    """A group's share of the data against the population's. ``value`` None: all other values."""

    column: str
    value: str | None
    population_share: float
    ratio: Finding
    verdict: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnRepresented:
    """One column: its groups, the fit as a whole, and the records without a value."""

    column: str
    known: int
    missing: int
    fit: Fit | CannotSay
    groups: tuple[Represented, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PopulationFound:
    """Every column of which the population's shares are known."""

    columns: tuple[ColumnRepresented, ...]
    band: Band

    @property
    def answer(self) -> Answer:
        """Whether every group is represented as the limit says."""
        verdicts = (group.verdict for column in self.columns for group in column.groups)
        return together(verdicts, nothing=_NO_SHARES)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """One group: records, records with a known group, without one, and the population's share."""

    x: int
    n: int
    missing: int
    share: float
    listed: bool


def judge_representation(
    counted: Mapping[str, Mapping[str | None, int]], margins: Margins, band: Band
) -> PopulationFound:
    """Compare the shares of data with a population's, and hold the error of all verdicts.

    The population is taken as exact, so each test is an exact binomial one. As in an audit
    each side of the limit is tested at half the level, and each kind of claim is one Holm
    family: the chance of even one false *not met* is at most 5 %, and so for *met*.
    """
    asked = {
        (column, value): one
        for column, shares in margins.items()
        for value, one in _of_column(counted[column], shares).items()
    }
    verdicts = dict(zip(asked, _judge(tuple(asked.values()), band), strict=True))
    return PopulationFound(
        columns=tuple(
            _column(column, {v: one for (c, v), one in asked.items() if c == column}, verdicts)
            for column in margins
        ),
        band=band,
    )


def _of_column(
    counts: Mapping[str | None, int], shares: Mapping[str, float]
) -> dict[str | None, _Asked]:
    missing = counts.get(None, 0)
    known = sum(counts.values()) - missing
    asked: dict[str | None, _Asked] = {
        value: _Asked(x=counts.get(value, 0), n=known, missing=missing, share=share, listed=True)
        for value, share in shares.items()
    }
    others = known - sum(one.x for one in asked.values())
    rest = 1.0 - sum(shares.values())
    if others or rest > ROUNDING:
        share = rest if rest > ROUNDING else 0.0
        asked[None] = _Asked(x=others, n=known, missing=missing, share=share, listed=False)
    return asked


def _judge(asked: Sequence[_Asked], band: Band) -> list[Verdict]:
    inside = np.array([_inside(one, band) for one in asked])
    p_values = np.array([_p_value(one, band) for one in asked])
    adjusted = np.empty(len(asked))
    for kind in (inside, ~inside):
        adjusted[kind] = holm_adjusted(np.where(kind, p_values, 1.0))[kind]
    return [
        _verdict(
            one,
            band,
            Test(
                claim="inside" if within else "outside",
                p_value=float(p),
                adjusted=float(together_p),
                exact=True,
            ),
            family=len(asked),
        )
        for one, within, p, together_p in zip(asked, inside, p_values, adjusted, strict=True)
    ]


def _inside(one: _Asked, band: Band) -> bool:
    return bool(one.n and one.share > 0 and band.low <= one.x / one.n / one.share <= band.high)


def _p_value(one: _Asked, band: Band) -> float:
    if not one.n or one.share <= 0:
        return 1.0
    x, n = np.array(one.x), np.array(one.n)
    low, high = min(1.0, one.share * band.low), one.share * band.high
    below = float(at_most(x, n, np.array(low)))
    above = float(at_least(x, n, np.array(low)))
    if high >= 1:
        # No share exceeds 1, so that side cannot be broken and needs no proof.
        under, over = 0.0, 1.0
    else:
        under, over = float(at_most(x, n, np.array(high))), float(at_least(x, n, np.array(high)))
    if _inside(one, band):
        return min(1.0, 2 * max(above if low > 0 else 0.0, under))
    return min(1.0, 2 * (below if one.x / one.n < one.share else over))


def _verdict(one: _Asked, band: Band, test: Test, *, family: int) -> Verdict:
    if not one.n:
        return CannotSay(reason="no_known_groups", needs="rows whose group is known")
    if one.share <= 0:
        needs = "the population's share of these values: the file does not name them"
        return CannotSay(reason="not_in_population", needs=needs)
    if test.adjusted > FAMILYWISE:
        return CannotSay(reason="too_few_records", needs=_needs(one, band, family))
    if test.claim == "outside":
        return NotMet(test=test)
    lowest = one.x / (one.n + one.missing) / one.share
    highest = (one.x + one.missing) / (one.n + one.missing) / one.share
    if lowest < band.low or highest > band.high:
        needs = "the missing values of this column: filled in one way they would break the limit"
        return CannotSay(reason="missing_values", needs=needs)
    return Met(test=test)


def _needs(one: _Asked, band: Band, family: int) -> str:
    p = (one.x + 0.5) / (one.n + 1)
    ratio = p / one.share
    within = band.low <= ratio <= band.high
    bounds = (band.low, band.high) if within else (band.low if ratio < band.low else band.high,)
    needed = max(
        records_needed(
            group_share=p,
            reference_share=one.share,
            reference_per_group=math.inf,
            scale=Scale.RATIO,
            bound=bound,
            level=FAMILYWISE / family / 2,
        )
        for bound in bounds
        if bound > 0
    )
    return enough(needed, now=one.n, what="records in all")


def _column(
    column: str,
    asked: Mapping[str | None, _Asked],
    verdicts: Mapping[tuple[str, str | None], Verdict],
) -> ColumnRepresented:
    first = next(iter(asked.values()))
    return ColumnRepresented(
        column=column,
        known=first.n,
        missing=first.missing,
        fit=_fit(tuple(asked.values())),
        groups=tuple(
            Represented(
                column=column,
                value=value,
                population_share=one.share,
                ratio=representation_ratio(counted=one.x, known=one.n, population_share=one.share),
                verdict=verdicts[column, value],
            )
            for value, one in asked.items()
        ),
    )


def _fit(asked: Sequence[_Asked]) -> Fit | CannotSay:
    """Test all shares at once, where every record has a value that the population knows."""
    if any(one.share <= 0 and one.x for one in asked):
        needs = "the population's share of every value in the data"
        return CannotSay(reason="not_in_population", needs=needs)
    cells = [one for one in asked if one.share > 0]
    if len(cells) < 2 or not cells[0].n:  # noqa: PLR2004 - one cell fits whatever it holds
        return _NO_SHARES
    counts = np.array([one.x for one in cells], dtype=np.int64)
    shares = np.array([one.share for one in cells])
    return g_test(counts, shares / shares.sum())
