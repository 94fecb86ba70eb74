"""How a figure is written for people. Percentages exist here and nowhere below."""

from datetime import date
from typing import Protocol

_PERCENT = 100
_DASH = "\N{EN DASH}"
_MINUS = "\N{MINUS SIGN}"


class IsFigure(Protocol):
    """What a partial needs of a figure, to read only, so that a frozen one fits as well."""

    @property
    def name(self) -> str:
        """What was measured."""

    @property
    def about(self) -> str:
        """Of whom or what, where the name does not say it."""

    @property
    def value(self) -> float:
        """The figure itself."""

    @property
    def low(self) -> float:
        """The lower end of its interval."""

    @property
    def high(self) -> float:
        """The upper end of its interval."""

    @property
    def level(self) -> float:
        """The confidence of the interval, in [0, 1]."""

    @property
    def n(self) -> int:
        """How many it was computed from."""

    @property
    def first_on(self) -> date:
        """The first day that it covers."""

    @property
    def last_on(self) -> date:
        """The last day that it covers."""

    @property
    def data(self) -> str:
        """The hash of what it was computed from."""

    @property
    def command(self) -> str:
        """How anybody computes it again."""

    @property
    def evidence(self) -> str:
        """The hash of its signed evidence, if there is any."""


_UNITS = {
    "share": "",
    # Every ratio here is one of two shares.
    "ratio": "times as often",
    "difference": "percentage points",
    "count": "",
    "days": "days",
}


def written(number: float, unit: str) -> str:
    """Write a number in its unit, without a digit that means nothing.

    >>> written(0.30303, "share"), written(0.2, "difference"), written(1234.0, "count")
    ('30.3 %', '20.0', '1,234')
    """
    match unit:
        case "share":
            text = f"{number * _PERCENT:.1f} %"
        case "difference":
            text = f"{number * _PERCENT:.1f}"
        case "ratio":
            text = f"{number:.2f}"
        case _:
            text = f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"
    return text.replace("-", _MINUS)


def shown(figure: IsFigure) -> dict[str, object]:
    """Give the words in which a figure stands on a page."""
    unit = str(getattr(figure, "unit", ""))
    name = figure.name.replace("_", " ")
    interval = f"{written(figure.low, unit)} to {written(figure.high, unit)}"
    return {
        "name": f"{name[:1].upper()}{name[1:]}{f', {figure.about}' if figure.about else ''}:",
        "value": written(figure.value, unit),
        "unit": _UNITS.get(unit, unit),
        # A count of what happened is exact: an interval around it would say otherwise.
        "interval": "" if figure.low == figure.high == figure.value else interval,
        "level": f"{figure.level * _PERCENT:g} %",
        "n": f"{figure.n:,}",
        "period": f"{figure.first_on:%Y-%m-%d} {_DASH} {figure.last_on:%Y-%m-%d}",
        "entry": getattr(figure, "entry", None),
        "data": figure.data,
        "command": figure.command,
        "evidence": figure.evidence,
    }
