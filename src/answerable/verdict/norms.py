"""The limits an audit judges by: declared on the command line, or taken from a profile."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from answerable.errors import AnswerableError
from answerable.law import norms as law_norms
from answerable.law.profiles import profile
from answerable.measure.catalogue import MEASURE_NAMES
from answerable.measure.two_groups import Scale

DEFAULT_FAMILYWISE = 0.05
NO_PROFILE = "none"


class NormMalformed(AnswerableError):
    """A limit on the command line that cannot be read as one."""

    code = "verdict.norm_malformed"
    message = "The limit {text} cannot be used: {reason}."
    hint = (
        "Write MEASURE.ratio=LOW,HIGH or MEASURE.difference=LOW,HIGH, "
        "as in selection_rate.ratio=0.8,1.25."
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Norm:
    """The band a comparison must lie in, and who set it."""

    measure: str
    scale: Scale
    low: float
    high: float
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Norms:
    """Every limit of one audit, fixed before its numbers are known.

    ``familywise`` is the largest accepted chance of even one false *not met*, and of
    even one false *met*, over the whole family. ``profile`` is the profile's name.
    """

    limits: tuple[Norm, ...]
    familywise: float
    profile: str

    def of(self, measure: str) -> tuple[Norm, ...]:
        """The limits on one measure; none, one, or a ratio and a difference."""
        return tuple(norm for norm in self.limits if norm.measure == measure)


def parse_norm(text: str) -> Norm:
    """Read a limit from the command line.

    >>> norm = parse_norm("selection_rate.ratio=0.9,1.11")
    >>> norm.measure, norm.scale.value, norm.low, norm.high
    ('selection_rate', 'ratio', 0.9, 1.11)
    """
    name, equals, band = text.partition("=")
    measure, dot, kind = name.rpartition(".")
    if not equals or not dot:
        raise NormMalformed(text=text, reason="it is not of the form NAME=LOW,HIGH")
    if measure not in MEASURE_NAMES:
        known = ", ".join(MEASURE_NAMES)
        raise NormMalformed(text=text, reason=f"there is no measure {measure} (there are {known})")
    if kind not in {scale.value for scale in Scale}:
        raise NormMalformed(text=text, reason=f"{kind} is neither ratio nor difference")
    scale = Scale(kind)
    try:
        low, high = (float(part) for part in band.split(","))
    except ValueError:
        raise NormMalformed(text=text, reason=f"{band} is not two numbers") from None
    ratio = scale is Scale.RATIO
    floor, equal, ceiling = (0.0, 1.0, math.inf) if ratio else (-1.0, 0.0, 1.0)
    if not (math.isfinite(low) and math.isfinite(high) and floor <= low <= equal <= high):
        reason = (
            f"a band must be finite, start at {floor:g} or above, and hold {equal:g} (equality)"
        )
        raise NormMalformed(text=text, reason=reason)
    if high > ceiling:
        reason = f"shares lie in [0, 1], so no difference exceeds {ceiling:g}"
        raise NormMalformed(text=text, reason=reason)
    if (low, high) == (floor, ceiling):
        raise NormMalformed(text=text, reason="nothing could ever break it")
    return Norm(
        measure=measure,
        scale=scale,
        low=low,
        high=high,
        source="declared for this audit",
    )


def _from_law(norm: law_norms.Norm) -> Norm:
    return Norm(
        measure=str(norm.measure),
        scale=Scale(norm.comparison.value),
        low=norm.low,
        high=norm.high,
        source=f"{norm.jurisdiction}/{norm.rule}, since {norm.since}: {norm.citation.title}",
    )


def choose_norms(*, profile_name: str, declared: Iterable[Norm], on: date) -> Norms:
    """Take a profile's limits as of a day; a declared one replaces its like."""
    limits: dict[tuple[str, Scale], Norm] = {}
    familywise = DEFAULT_FAMILYWISE
    if profile_name != NO_PROFILE:
        chosen = profile(profile_name)
        familywise = law_norms.familywise_level(chosen, on=on).number
        for legal in law_norms.norms(chosen, on=on).values():
            norm = _from_law(legal)
            limits[norm.measure, norm.scale] = norm
    own: set[tuple[str, Scale]] = set()
    for norm in declared:
        if (norm.measure, norm.scale) in own:
            text = f"{norm.measure}.{norm.scale.value}"
            raise NormMalformed(text=text, reason="it is declared twice")
        own.add((norm.measure, norm.scale))
        limits[norm.measure, norm.scale] = norm
    return Norms(limits=tuple(limits.values()), familywise=familywise, profile=profile_name)
