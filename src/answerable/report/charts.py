"""Dot-and-interval charts as SVG: text stays text, shapes tell the verdicts apart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from answerable.record.measurement import Measurement
from answerable.report.findings import WORDS
from answerable.report.templates import environment
from answerable.report.words import counted, percentage, percentage_range

MOST_ROWS = 40
"""Groups one chart can show and still be read; the table beside it holds them all."""

MOST_LABEL = 34
"""Characters of a label that fit beside the plot."""

SCREEN_FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

_WIDTH, _LEFT, _PLOT = 760, 240, 330
_TOP, _ROW, _BELOW = 12, 26, 58
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
_MOST_TICKS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class PlotRow:
    """One group to be drawn. ``mark`` is a verdict's name, or ``reference``.

    ``share`` is None where nothing could be measured. ``low`` and ``high`` are the shares
    between which the limit would have the group lie; None without a limit.
    """

    label: str
    name: str
    share: Measurement | None
    low: float | None
    high: float | None
    mark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Plot:
    """What one chart shows. ``id`` is unique on its page; ``note`` says what is left out."""

    id: str
    title: str
    description: str
    axis: str
    note: str
    rows: tuple[PlotRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _DrawnRow:
    y: int
    label: str
    name: str
    mark: str
    value: str
    x: float
    low: float
    high: float
    band: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tick:
    x: float
    text: str


def chosen_rows(rows: Sequence[PlotRow], sizes: Sequence[int]) -> tuple[PlotRow, ...]:
    """Take the rows a chart has room for: those not met first, then the largest groups."""
    if len(rows) <= MOST_ROWS:
        return tuple(rows)
    order = sorted(range(len(rows)), key=lambda at: (rows[at].mark != "not_met", -sizes[at], at))
    return tuple(rows[at] for at in sorted(order[:MOST_ROWS]))


def left_out(drawn: int, groups: int) -> str:
    """Say how many groups a chart leaves to the table; nothing where it holds them all."""
    if drawn == groups:
        return ""
    return (
        f"The chart shows {counted(drawn, 'group')} of {groups:,}: those not met first, then "
        "the largest."
    )


def description(rows: Sequence[PlotRow], of: str) -> str:
    """Say in words what a chart shows."""
    measured = [(row.share.value, row.name) for row in rows if row.share is not None]
    start = (
        f"One line for each of {counted(len(rows), 'group')}: its share of {of}, with the "
        "95 % interval. The table that goes with the chart holds the same figures."
    )
    parts = [start]
    if len(measured) > 1:
        (low, lowest), (high, highest) = min(measured), max(measured)
        parts.append(
            f"Lowest: {lowest}, {percentage(low)}. Highest: {highest}, {percentage(high)}."
        )
    marks = [row.mark for row in rows]
    told = [f"{word}: {marks.count(name)}" for name, word in WORDS.items() if name in marks]
    if told:
        parts.append(f"{', '.join(told)}.")
    return " ".join(parts)


def svg(plot: Plot, *, font: str = SCREEN_FONT) -> str:
    """Draw a chart. The result is a whole SVG file, and can stand inside a page as well."""
    # Where nobody was counted there is nothing to scale by.
    top = max((_reach(row) for row in plot.rows), default=0.0) or 1.0
    step = next((step for step in _STEPS if top / step <= _MOST_TICKS), _STEPS[-1])
    end = min(1.0, math.ceil(top / step - 1e-9) * step)

    def x(share: float) -> float:
        return round(_LEFT + _PLOT * min(share, end) / end, 1)

    drawn = [
        _DrawnRow(
            y=_TOP + _ROW * at + _ROW // 2,
            label=row.label,
            name=row.name,
            mark=row.mark,
            value=_value(row.share),
            x=x(row.share.value) if row.share else 0.0,
            low=x(row.share.low) if row.share else 0.0,
            high=x(row.share.high) if row.share else 0.0,
            band=None if row.low is None or row.high is None else (x(row.low), x(row.high)),
        )
        for at, row in enumerate(plot.rows)
    ]
    bottom = _TOP + _ROW * len(plot.rows)
    ticks = [_Tick(x=x(at * step), text=f"{100 * at * step:g}") for at in range(_ticks(end, step))]
    marks = {row.mark for row in plot.rows if row.share}
    return (
        environment()
        .get_template("chart.svg")
        .render(
            plot=plot,
            rows=drawn,
            ticks=ticks,
            legend=[(name, word) for name, word in _legend().items() if name in marks],
            limited=any(row.band for row in drawn),
            width=_WIDTH,
            height=bottom + _BELOW,
            left=_LEFT,
            right=_LEFT + _PLOT,
            top=_TOP,
            bottom=bottom,
            row_height=_ROW,
            font=font,
        )
    )


def _legend() -> dict[str, str]:
    return {**{name: word.lower() for name, word in WORDS.items()}, "reference": "reference"}


def _ticks(end: float, step: float) -> int:
    return math.floor(end / step + 1e-9) + 1


def _reach(row: PlotRow) -> float:
    """How far to the right a row is drawn."""
    return max(row.share.high if row.share else 0.0, row.high or 0.0)


def _value(share: Measurement | None) -> str:
    if share is None:
        return "cannot say"
    return f"{percentage(share.value)} ({percentage_range(share.low, share.high)})"
