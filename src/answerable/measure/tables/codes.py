"""How a decision and a label are written in the data, and which way each counts."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from answerable.errors import AnswerableError

POSITIVE_CODES = frozenset({"1", "1.0", "true", "yes", "y"})
NEGATIVE_CODES = frozenset({"0", "0.0", "false", "no", "n"})


class DecisionNotBinary(AnswerableError):
    """The decision column does not hold the two values a decision has."""

    code = "measure.decision_not_binary"
    message = "Column {column} of {file} holds {found}, and a decision has two values."
    hint = "Name the positive one with --positive, and leave out rows with any third value."


class ValueNotFound(AnswerableError):
    """A value named on the command line that the data do not hold."""

    code = "measure.value_not_found"
    message = "Column {column} of {file} never holds {value}."
    hint = "It holds {found}."


@dataclass(frozen=True, kw_only=True, slots=True)
class Codes:
    """The written values that count as 1 and as 0; every other one is refused."""

    ones: frozenset[str]
    zeros: frozenset[str]

    def read(self, written: str) -> bool | None:
        """Whether a written value counts as 1; None for a code that is neither."""
        # Codes that somebody named are taken as written: yes and YES may mean two things.
        text = written.casefold() if self == STANDARD else written
        return True if text in self.ones else False if text in self.zeros else None

    @property
    def expected(self) -> str:
        """The codes, for a sentence."""
        if self == STANDARD:
            return "1, true or yes, and 0, false or no"
        return f"{_listed(self.ones)} and {_listed(self.zeros)}"


STANDARD = Codes(ones=POSITIVE_CODES, zeros=NEGATIVE_CODES)


def written(value: object) -> str | None:
    """A cell as text; None where it is missing (null or not a number).

    >>> written(True), written(1.0), written("Yes"), written(float("nan"))
    ('true', '1', 'Yes', None)
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def decision_codes(
    values: Iterable[str],
    *,
    positive: str | None,
    favourable: str | None,
    column: str,
    file: str,
) -> tuple[Codes, bool]:
    """Settle which written decisions are positive, and whether positive is favourable.

    Returns
    -------
    codes, positive_is_favourable
        By default 1, true and yes are positive and favourable.

    Raises
    ------
    ValueNotFound
        ``positive`` or ``favourable`` is no value of the column.
    DecisionNotBinary
        With ``positive`` named, the column holds more than one other value.
    """
    seen = sorted(set(values))
    if positive is None:
        codes = STANDARD
    else:
        if positive not in seen:
            raise ValueNotFound(column=column, file=file, value=positive, found=_listed(seen))
        others = [value for value in seen if value != positive]
        if len(others) > 1:
            raise DecisionNotBinary(column=column, file=file, found=_listed(seen))
        if not others and favourable not in {None, positive}:
            others = [str(favourable)]
        codes = Codes(ones=frozenset({positive}), zeros=frozenset(others))
    if favourable is None:
        return codes, True
    good = codes.read(favourable)
    if good is None:
        raise ValueNotFound(column=column, file=file, value=favourable, found=_listed(seen))
    return codes, good


def _listed(values: Iterable[str], most: int = 6) -> str:
    quoted = [repr(value[:40]) for value in sorted(values)]
    more = f" and {len(quoted) - most} more" if len(quoted) > most else ""
    return (", ".join(quoted[:most]) or "no value") + more
