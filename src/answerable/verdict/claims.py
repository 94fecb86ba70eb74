"""Claims about a system: what somebody promised, and whether the data bear it out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from scipy.special import ndtri

from answerable.errors import AnswerableError
from answerable.measure.sample_size import POWER
from answerable.record.canonical import JsonValue, NotJson, parse_json
from answerable.record.measurement import CannotSay, Finding
from answerable.verdict.groups import GroupKey

LEVEL = 0.95
LARGEST_FILE = 1 << 20
MOST_CLAIMS = 200
MOST_RECORDS = 1e7
"""Beyond this a plan is no help to anyone."""


class Comparator(StrEnum):
    """On which side of its value a promised number is to lie."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOUT = "about"


class ClaimVerdict(StrEnum):
    """What the data say of a claim."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    CANNOT_SAY = "cannot_say"


OF_CLAIM = {
    ClaimVerdict.SUPPORTED: "met",
    ClaimVerdict.REFUTED: "not_met",
    ClaimVerdict.CANNOT_SAY: "cannot_say",
}
"""The verdict that a claim comes to among other verdicts."""


# -- whether a claim holds -----------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Where a number must lie for its claim to hold; both ends belong to it."""

    low: float
    high: float


def band(comparator: Comparator, *, value: float, tolerance: float = 0.0) -> Band:
    """Settle where a promised number may lie.

    >>> band(Comparator.AT_LEAST, value=0.64, tolerance=0.1)
    Band(low=0.54, high=inf)
    >>> band(Comparator.ABOUT, value=0.64, tolerance=0.1)
    Band(low=0.54, high=0.74)
    """
    # 0.64 - 0.1 is 0.54 to whoever wrote the claim, whatever doubles make of it.
    low, high = round(value - tolerance, 12), round(value + tolerance, 12)
    return Band(
        low=-math.inf if comparator is Comparator.AT_MOST else low,
        high=math.inf if comparator is Comparator.AT_LEAST else high,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A verdict on a claim; ``why`` says why nothing can be said, None where something can.

    ``records`` is about how many records would settle it, None where no number would help.
    """

    verdict: ClaimVerdict
    why: CannotSay | None = None
    records: int | None = None


def judge_claim(
    found: Finding, *, within: Band, lowest: float | None = None, highest: float | None = None
) -> Judged:
    """Judge a claim by the interval of the same number, measured again.

    Parameters
    ----------
    found
        What was measured, with its interval.
    within
        Where it must lie for the claim to hold.
    lowest, highest
        What it would be were every missing value filled in as badly as possible, one way
        and the other. None: nothing is missing.

    Returns
    -------
    Judged
        *Refuted*: the whole interval lies outside. *Supported*: the whole interval lies
        inside, and so would the number whatever the missing values are. Otherwise *cannot
        say*, with about how many records would settle it. Missing values save no claim: it
        is refuted by the records that are complete, as a limit is broken by them in an audit.

    Notes
    -----
    Each wrong verdict has a chance of about 2.5 % at most where the interval keeps its 95 %,
    claim by claim: of many claims some will be judged wrongly. ``records`` supposes that the
    truth is what was measured and that the interval narrows with the square root of the
    records, and gives a verdict with a chance of about 80 %.

    Examples
    --------
    64 % was claimed, give or take ten points. 370 of 1,000 are right, 0.34 to 0.40: refuted.
    Of 7 of 20, 0.18 to 0.57, nobody can say: the interval reaches 0.217 up, the claim is
    0.19 away, so 20 x (0.217 / 0.19)² x ((1.96 + 0.84) / 1.96)² = 53.5, about 54.

    >>> from answerable.record.measurement import Measurement
    >>> promised = band(Comparator.ABOUT, value=0.64, tolerance=0.1)
    >>> many = Measurement(value=0.37, low=0.341, high=0.400, numerator=370, denominator=1000)
    >>> few = Measurement(value=0.35, low=0.181, high=0.567, numerator=7, denominator=20)
    >>> judge_claim(many, within=promised).verdict.value
    'refuted'
    >>> judged = judge_claim(few, within=promised)
    >>> judged.verdict.value, judged.records
    ('cannot_say', 54)
    """
    if isinstance(found, CannotSay):
        return Judged(verdict=ClaimVerdict.CANNOT_SAY, why=found)
    if found.high < within.low or found.low > within.high:
        return Judged(verdict=ClaimVerdict.REFUTED)
    if found.low < within.low or found.high > within.high:
        records = _records_to_settle(found, within)
        return Judged(verdict=ClaimVerdict.CANNOT_SAY, why=_unsettled(records), records=records)
    least = found.value if lowest is None else lowest
    most = found.value if highest is None else highest
    if least < within.low or most > within.high:
        needs = "the values that are missing: they could refute the claim"
        why = CannotSay(reason="missing_values_could_refute", needs=needs)
        return Judged(verdict=ClaimVerdict.CANNOT_SAY, why=why)
    return Judged(verdict=ClaimVerdict.SUPPORTED)


def _unsettled(records: int | None) -> CannotSay:
    if records is None:
        needs = (
            "another tolerance: the measured value lies so near the end of what was promised "
            "that no number of records is likely to tell the two apart"
        )
    else:
        needs = f"about {records:,} records in all, were the truth what these records show"
    return CannotSay(reason="interval_holds_the_limit", needs=needs)


def _records_to_settle(found: Finding, within: Band) -> int | None:
    """About how many records in all; None where even ten million may not do."""
    if isinstance(found, CannotSay):
        return None
    down = (found.value - found.low, found.value - within.low)
    up = (found.high - found.value, within.high - found.value)
    # What the interval reaches, and how far it may: on both sides where the value is inside,
    # else on the side on which it reaches over the nearer end.
    sides = [down, up]
    if found.value < within.low:
        sides = [(up[0], -down[1])]
    elif found.value > within.high:
        sides = [(down[0], -up[1])]
    z = float(ndtri(0.5 + LEVEL / 2))
    power = ((z + float(ndtri(POWER))) / z) ** 2
    needed = max(
        math.inf if distance == 0 else found.denominator * (reach / distance) ** 2 * power
        for reach, distance in sides
    )
    return _rounded_up(needed) if needed <= MOST_RECORDS else None


def _rounded_up(number: float) -> int:
    """Round up to two digits; more would pretend to know.

    >>> _rounded_up(53.5), _rounded_up(1234.0)
    (54, 1300)
    """
    step = int(10 ** max(0, math.floor(math.log10(max(number, 1))) - 1))
    return math.ceil(number / step) * step


# -- what was claimed ----------------------------------------------------------------


class ClaimMalformed(AnswerableError):
    """A file of claims that cannot be read as one."""

    code = "verdict.claim_malformed"
    message = "{file}, {where}: {reason}."
    hint = (
        'Write a JSON list of claims, as in [{{"metric": "precision", "comparator": "at_least", '
        '"value": 0.64, "tolerance": 0.1, "date": "2026-01-31"}}]. Shares lie in [0, 1].'
    )


_SHARES = frozenset(
    {
        "selection_rate",
        "false_positive_rate",
        "false_negative_rate",
        "precision",
        "accuracy",
        "wrongful_burden",
        "auc",
    }
)
_OTHERS = frozenset(
    {"calibration_ratio", "calibration_slope", "calibration_intercept", "mean_residual"}
)
CLAIMABLE = _SHARES | _OTHERS

_USUAL = {
    "precision": Comparator.AT_LEAST,
    "accuracy": Comparator.AT_LEAST,
    "auc": Comparator.AT_LEAST,
    "false_positive_rate": Comparator.AT_MOST,
    "false_negative_rate": Comparator.AT_MOST,
    "wrongful_burden": Comparator.AT_MOST,
}
"""What a bare number promises: of a merit no less, of an error no more, else about that."""

_SPELLINGS = {
    "at_least": Comparator.AT_LEAST,
    ">=": Comparator.AT_LEAST,
    "at_most": Comparator.AT_MOST,
    "<=": Comparator.AT_MOST,
    "about": Comparator.ABOUT,
    "=": Comparator.ABOUT,
}
_TOLD = frozenset({"claim", "source", "quoted", "vendor", "note"})
_KNOWN = frozenset({"metric", "population", "comparator", "value", "tolerance", "date"}) | _TOLD


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A promised number: of which measure, for whom, how much, and as of when.

    ``group`` are the columns and values that pick the records; empty: all of them.
    ``population`` are the words of a claim that names no columns; nothing is picked by them.
    ``written`` is the claim as it stands in the file.
    """

    metric: str
    group: GroupKey
    population: str
    comparator: Comparator
    value: float
    tolerance: float
    on: date | None
    written: Mapping[str, JsonValue]

    @property
    def within(self) -> Band:
        """Where the number must lie for the claim to hold."""
        return band(self.comparator, value=self.value, tolerance=self.tolerance)


class ClaimsNotRead(AnswerableError):
    """A file of claims that cannot be opened."""

    code = "verdict.claims_not_read"
    message = "The claims in {file} cannot be read: {reason}."
    hint = "Name a JSON file that exists and may be read."


def read_claims(path: Path) -> tuple[Claim, ...]:
    """Read the claims of a file, no more of it than a file of claims may hold.

    Raises
    ------
    ClaimsNotRead, ClaimMalformed
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ClaimsNotRead(file=path, reason=str(error.strerror).lower()) from error
    return parse_claims(content, file=path.name)


def parse_claims(content: bytes, *, file: str) -> tuple[Claim, ...]:
    """Read a file of claims: a JSON list, every entry of a known form.

    Raises
    ------
    ClaimMalformed
        Naming the claim by its place, and what is wrong with it.
    """
    whole = "as a whole"
    if len(content) > LARGEST_FILE:
        raise ClaimMalformed(file=file, where=whole, reason="it is larger than a megabyte")
    try:
        found = parse_json(content)
    except NotJson as error:
        reason = f"it is no JSON with one meaning ({error.fields['reason']})"
        raise ClaimMalformed(file=file, where=whole, reason=reason) from error
    if not isinstance(found, Sequence) or isinstance(found, str):
        raise ClaimMalformed(file=file, where=whole, reason="it is no list of claims")
    if not 1 <= len(found) <= MOST_CLAIMS:
        reason = f"it holds {len(found)} claims, and 1 to {MOST_CLAIMS} can be tested at once"
        raise ClaimMalformed(file=file, where=whole, reason=reason)
    return tuple(
        _claim(item, _At(file=file, number=number)) for number, item in enumerate(found, start=1)
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _At:
    file: str
    number: int

    def refuse(self, reason: str) -> NoReturn:
        raise ClaimMalformed(file=self.file, where=f"claim {self.number}", reason=reason)


def _claim(item: JsonValue, at: _At) -> Claim:
    if not isinstance(item, Mapping):
        at.refuse("it is no object")
    unknown = sorted(item.keys() - _KNOWN)
    if unknown:
        known = ", ".join(sorted(_KNOWN))
        at.refuse(f"it has {unknown[0]}, which means nothing here (there are {known})")
    metric = item.get("metric")
    if not isinstance(metric, str) or metric not in CLAIMABLE:
        known = ", ".join(sorted(CLAIMABLE))
        at.refuse(f"its metric is none that can be measured (there are {known})")
    usual = _USUAL.get(metric, Comparator.ABOUT)
    comparator = _SPELLINGS.get(str(item.get("comparator", usual.value)))
    if comparator is None:
        at.refuse("its comparator is none of at_least, at_most and about")
    value, tolerance = _number(item, "value", at), _number(item, "tolerance", at, default=0.0)
    if tolerance < 0:
        at.refuse("its tolerance is below 0")
    if metric in _SHARES and not (0 <= value <= 1 and tolerance <= 1):
        at.refuse(f"{metric} is a share, and the value or tolerance lies outside [0, 1]")
    group, population = _population(item.get("population"), at)
    return Claim(
        metric=metric,
        group=group,
        population=population,
        comparator=comparator,
        value=value,
        tolerance=tolerance,
        on=_date(item.get("date"), at),
        written=dict(item),
    )


def _number(
    item: Mapping[str, JsonValue], name: str, at: _At, *, default: float | None = None
) -> float:
    value = item.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        at.refuse(f"its {name} is no number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        at.refuse(f"its {name} is no number that a measure could have")
    return number


def _date(value: JsonValue, at: _At) -> date | None:
    if value is None:
        return None
    try:
        # Python also reads 20260131 and 2026-W05-6.
        found = date.fromisoformat(str(value))
    except ValueError:
        found = None
    if found is None or found.isoformat() != value:
        at.refuse("its date is no day of the form 2026-01-31")
    return found


def _population(value: JsonValue, at: _At) -> tuple[GroupKey, str]:
    if value is None or isinstance(value, str):
        return (), value or ""
    if not isinstance(value, Mapping) or not value:
        at.refuse("its population is neither words nor an object of columns and values")
    if any(
        isinstance(one, Sequence | Mapping) and not isinstance(one, str) for one in value.values()
    ):
        at.refuse("its population gives a column more than one value")
    return tuple((column, _text(one)) for column, one in value.items()), ""


def _text(value: JsonValue) -> str | None:
    """Write a value as the tables have it: 1 and 1.0 are the same group."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
