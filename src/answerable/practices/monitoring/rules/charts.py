"""A stream as a small chart: one dot a period, a line at the limit. The table holds the figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from answerable.practices.monitoring.rules.limits import Measured, Stream
from answerable.practices.monitoring.rules.streams import Counted

WIDTH, HEIGHT = 640, 180
_LEFT, _TOP, _BELOW = 48, 12, 28
_MOST_PERIODS = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """Where everything is drawn, in the units of the picture."""

    dots: tuple[tuple[float, float], ...]
    line: str
    limit_y: float
    top: float
    first: str
    last: str
    description: str
    bottom: int = HEIGHT - _BELOW
    left: int = _LEFT
    width: int = WIDTH
    height: int = HEIGHT


def shown_value(stream: Stream, one: Counted) -> float | None:
    """Give what a period shows: a share, or a ratio; None where there is nothing to divide."""
    if not one.cases:
        return None
    share = one.hits / one.cases
    if not stream.reference:
        return share
    if not one.reference_cases or not one.reference_hits:
        return None
    return share / (one.reference_hits / one.reference_cases)


def chart_of(stream: Stream, counts: Sequence[Counted]) -> Chart | None:
    """Draw the last periods of a stream; None without any that shows something."""
    drawn = [
        (one, value)
        for one in counts[-_MOST_PERIODS:]
        if (value := shown_value(stream, one)) is not None
    ]
    if not drawn:
        return None
    values = [value for _, value in drawn]
    top = max(*values, stream.limit, 0.01) * 1.1
    plot = HEIGHT - _BELOW - _TOP
    step = (WIDTH - _LEFT - 8) / max(1, len(drawn) - 1)

    def y(value: float) -> float:
        return round(_TOP + plot * (1 - value / top), 1)

    dots = tuple((round(_LEFT + step * at, 1), y(value)) for at, value in enumerate(values))
    first, last = drawn[0][0].period.first, drawn[-1][0].period.last
    what = "ratio" if stream.reference else "share"
    kind = "periods within the baseline" if stream.measured is Measured.VOLUME else what
    return Chart(
        dots=dots,
        line=" ".join(f"{x},{height}" for x, height in dots),
        limit_y=y(stream.limit),
        top=top,
        first=first.isoformat(),
        last=last.isoformat(),
        description=(
            f"One dot for each of {len(drawn)} periods from {first} to {last}: the {kind}. "
            f"Lowest {min(values):.3g}, highest {max(values):.3g}, limit {stream.limit:g}. "
            "The table below holds the figures."
        ),
    )
