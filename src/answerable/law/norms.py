"""What an audit compares its numbers with: bands, and the level of error of the whole family."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from answerable.errors import AnswerableError
from answerable.law.citations import Citation, Mark
from answerable.law.profiles import Comparison, NormRule, Profile
from answerable.law.rules import Band, DatedValue, Unit


class NormUnusable(AnswerableError):
    """A rule cannot serve as the norm that a profile makes of it."""

    code = "law.norm_unusable"
    message = "The rule {rule} of {jurisdiction} cannot be {use}: it holds {found}, not {wanted}."
    hint = "Name another rule in the profile, or correct the rule."


@dataclass(frozen=True, kw_only=True, slots=True)
class Norm:
    """The band in which a comparison with the reference group counts as equal treatment.

    A ratio is equal at 1 and a difference at 0; both ends belong to the band.
    """

    measure: str
    comparison: Comparison
    low: float
    high: float
    rule: str
    jurisdiction: str
    since: date
    citation: Citation
    mark: Mark


def norms(profile: Profile, *, on: date) -> Mapping[tuple[str, str], Norm]:
    """Give the norms of a profile on a day, by measure and comparison.

    Examples
    --------
    >>> from answerable.law.profiles import profile
    >>> norm = norms(profile("statement"), on=date(2026, 11, 23))[("selection_rate", "ratio")]
    >>> norm.low, norm.high, norm.mark.value
    (0.8, 1.25, 'own')
    """
    return MappingProxyType(
        {
            (entry.measure.value, entry.comparison.value): _norm(
                entry, profile.value(entry.rule, on=on)
            )
            for entry in profile.norms
        }
    )


def familywise_level(profile: Profile, *, on: date) -> DatedValue:
    """Give the largest chance of one or more false verdicts in an audit. Unit: share."""
    found = profile.value(profile.familywise, on=on)
    if found.unit is not Unit.SHARE or isinstance(found.value, Band) or not 0 < found.number < 1:
        raise _unusable(found, use="the level of error", wanted="a share between 0 and 1")
    return found


def _norm(entry: NormRule, found: DatedValue) -> Norm:
    ratio = entry.comparison is Comparison.RATIO
    equal, unit = (1.0, Unit.RATIO) if ratio else (0.0, Unit.SHARE)
    band = _band(found)
    if found.unit is not unit or band is None or not band.low < equal < band.high:
        wanted = f"a band of the unit {unit} around {equal:g}"
        raise _unusable(
            found, use=f"the norm for {entry.measure}.{entry.comparison}", wanted=wanted
        )
    return Norm(
        measure=entry.measure,
        comparison=entry.comparison,
        low=band.low,
        high=band.high,
        rule=found.rule,
        jurisdiction=found.jurisdiction,
        since=found.since,
        citation=found.citation,
        mark=found.mark,
    )


def _band(found: DatedValue) -> Band | None:
    if isinstance(found.value, Band):
        return found.value
    if found.unit is not Unit.RATIO:
        return None
    # Which group is the reference is a choice, so a floor alone also bounds the swapped ratio.
    return Band(low=found.number, high=1 / found.number)


def _unusable(found: DatedValue, *, use: str, wanted: str) -> NormUnusable:
    return NormUnusable(
        rule=found.rule,
        jurisdiction=found.jurisdiction,
        use=use,
        found=f"{found.value!r} {found.unit}",
        wanted=wanted,
    )
