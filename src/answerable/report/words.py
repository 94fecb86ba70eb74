"""Numbers, days and people's own text, written out for people. Percentages begin here."""

import hashlib
import math
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime

from answerable.errors import visible

MISSING = "(missing)"
"""How a missing value is shown; a value that reads like this is shown in quotes."""

LONGEST = 80
"""Characters of a value that are shown; a longer one is cut, and still told from others."""

CROSS = " \u00d7 "
"""Between the values, or the names, of attributes that make groups together."""

_NBSP, _MINUS = "\u00a0", "\u2212"
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_SMALLEST_P = 0.0001
_MOST_DECIMALS = 6
_TWO_DECIMALS_BELOW = 10
_PLAIN_ABOVE = 0.1
_SPOKEN_ABOVE = 1.5

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


# -- text that people wrote ----------------------------------------------------------


def shown(value: str | None, *, most: int = LONGEST) -> str:
    """Write a value of the data: never markup, never mistaken for a missing one.

    >>> shown(None), shown("(missing)"), shown("")
    ('(missing)', '"(missing)"', '""')
    >>> shown("x" * 100, most=5)
    'xxxxx… [100 characters, SHA-256 09ecb6eb]'
    """
    if value is None:
        return MISSING
    text = visible(value)
    if len(value) > most:
        # Two long values may begin alike: the digest tells them apart.
        digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        return f"{isolated(visible(value[:most]))}… [{len(value):,} characters, SHA-256 {digest}]"
    # Quotes tell apart what would otherwise read alike, quotes themselves included.
    if not value or value == MISSING or value != value.strip() or value.startswith('"'):
        text = f'"{text}"'
    return isolated(text)


def isolated(text: str) -> str:
    """Keep text written from right to left from rearranging the sentence around it."""
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return f"{_ISOLATE}{text}{_END_OF_ISOLATE}"
    return text


def without_isolates(text: str) -> str:
    """Take the marks of `isolated` away, for text that stands alone."""
    return text.replace(_ISOLATE, "").replace(_END_OF_ISOLATE, "")


def listed(parts: Iterable[str], *, last: str = "and") -> str:
    """Join parts as a sentence does.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    *first, end = parts
    return f"{', '.join(first)} {last} {end}" if first else end


# -- numbers -------------------------------------------------------------------------


def count(number: int) -> str:
    """Write a count.

    >>> count(7214)
    '7,214'
    """
    return f"{number:,}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Write a count with its noun.

    >>> counted(1, "group"), counted(2, "group")
    ('1 group', '2 groups')
    """
    return f"{count(number)} {noun if number == 1 else plural or noun + 's'}"


def per_cent(share: float) -> str:
    """Write a share in [0, 1] per hundred, with a decimal more where it would read 0 or 100.

    >>> per_cent(0.44847), per_cent(1.0), per_cent(0.0004), per_cent(0.9996)
    ('44.8', '100', '0.04', '99.96')
    """
    if share in {0.0, 1.0}:
        return f"{100 * share:.0f}"
    for decimals in range(1, _MOST_DECIMALS):
        text = f"{100 * share:.{decimals}f}"
        if 0 < float(text) < 100:  # noqa: PLR2004 - the ends of a percentage
            return text
    return f"{100 * share:.{_MOST_DECIMALS}f}"


def percentage(share: float) -> str:
    r"""Write a share as a percentage.

    >>> percentage(0.5)
    '50.0\xa0%'
    """
    return f"{per_cent(share)}{_NBSP}%"


def percentage_range(low: float, high: float) -> str:
    r"""Write an interval of shares.

    >>> percentage_range(0.4256, 0.4716)
    '42.6 to 47.2\xa0%'
    """
    return f"{per_cent(low)} to {percentage(high)}"


def level(share: float) -> str:
    r"""Write a level that somebody chose, with no more decimals than they did.

    >>> level(0.95)
    '95\xa0%'
    """
    return f"{100 * share:g}{_NBSP}%"


def points(difference: float) -> str:
    r"""Write a difference of shares in percentage points, with its sign.

    >>> points(0.2284), points(0.00001), points(-0.0299) == "\u22123.0"
    ('+22.8', '0.0', True)
    """
    text = f"{100 * abs(difference):.1f}"
    if not float(text):
        return text
    return f"{_MINUS if difference < 0 else '+'}{text}"


def points_range(low: float, high: float) -> str:
    """Write an interval of differences."""
    return f"{points(low)} to {points(high)}"


def times(ratio: float) -> str:
    """Write a ratio.

    >>> times(2.0383), times(0.0042), times(0.0), times(12.34)
    ('2.04', '0.0042', '0', '12.3')
    """
    if not ratio:
        return "0"
    if ratio < _PLAIN_ABOVE:
        return f"{ratio:.2g}"
    return f"{ratio:.2f}" if ratio < _TWO_DECIMALS_BELOW else f"{ratio:,.1f}"


def times_range(low: float, high: float) -> str:
    """Write an interval of ratios, which may have no upper end."""
    return f"{times(low)} to {times(high)}" if math.isfinite(high) else f"{times(low)} or more"


def spoken_times(ratio: float, low: float, high: float) -> tuple[str, str]:
    """Write a ratio and its interval to be read aloud; exactly where it is near 1.

    >>> spoken_times(2.038, 1.855, 2.240), spoken_times(1.081, 1.02, 1.147)
    (('2.0', '1.9 to 2.2'), ('1.08', '1.02 to 1.15'))
    """
    if low < _SPOKEN_ABOVE or not math.isfinite(high):
        return times(ratio), times_range(low, high)
    return f"{ratio:,.1f}", f"{low:,.1f} to {high:,.1f}"


def at_most(p_value: float) -> str:
    """Write a p-value, rounded up so that what is written stays true.

    >>> at_most(0.02099), at_most(6.98e-05), at_most(1e-30), at_most(1.0)
    ('0.021', '0.0001', '0.0001', '1')
    """
    if p_value <= _SMALLEST_P:
        return f"{_SMALLEST_P:g}"
    step = 10.0 ** (math.floor(math.log10(p_value)) - 1)
    # A float a hair above a whole step is that step.
    return f"{math.ceil(p_value / step - 1e-9) * step:.3g}"


def one_in(p_value: float) -> str:
    """Write a chance to be read aloud, rounded so that what is said stays true.

    >>> one_in(0.021), one_in(1e-9), one_in(0.6)
    ('1 in 47', '1 in 10,000', '1 in 1')
    """
    return f"1 in {math.floor(1 / max(p_value, _SMALLEST_P)):,}"


# -- time ----------------------------------------------------------------------------


def day(on: date) -> str:
    """Write a day in words, whatever the machine's language.

    >>> day(date(2026, 11, 23))
    '23 November 2026'
    """
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def moment(at: datetime) -> str:
    """Write a UTC time to the minute."""
    return f"{day(at.date())}, {at:%H:%M} UTC"
