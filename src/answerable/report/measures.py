"""What each measure is called, and what it says about whom, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """A measure in words.

    ``among`` and ``event`` complete "of the people ``among``, so many ``event``", and
    ``of`` says whom the share is counted among. ``more_is_harm`` tells whether a higher
    share is worse for the people in it; None where neither end is.
    """

    name: str
    of: str
    among: str
    event: str
    says: str
    formula: str
    more_is_harm: bool | None


ORDER = (
    "wrongful_burden",
    "selection_rate",
    "false_positive_rate",
    "false_negative_rate",
    "precision",
    "accuracy",
)
"""The order in which measures are shown: what people bear first."""


def wordings(*, positive_is_favourable: bool) -> Mapping[str, Wording]:
    """Give every measure's wording, for a benefit or for a flag."""
    return {name: _COMMON[name] for name in _COMMON} | (
        _WHEN_POSITIVE_IS_FAVOURABLE if positive_is_favourable else _WHEN_NEGATIVE_IS_FAVOURABLE
    )


def twin_of_burden(*, positive_is_favourable: bool) -> str:
    """The error rate that the wrongful burden is: the same people, counted the same way."""
    return "false_negative_rate" if positive_is_favourable else "false_positive_rate"


_COMMON = {
    "false_positive_rate": Wording(
        name="False-positive rate",
        of="people whose outcome is 0",
        among="whose outcome is 0",
        event="got the positive decision",
        says="How often people whose outcome is 0 got the positive decision all the same.",
        formula="false positives / (false positives + true negatives)",
        more_is_harm=None,
    ),
    "false_negative_rate": Wording(
        name="False-negative rate",
        of="people whose outcome is 1",
        among="whose outcome is 1",
        event="got the negative decision",
        says="How often people whose outcome is 1 got the negative decision all the same.",
        formula="false negatives / (false negatives + true positives)",
        more_is_harm=None,
    ),
    "precision": Wording(
        name="Precision",
        of="positive decisions with a known outcome",
        among="with the positive decision and a known outcome",
        event="had the outcome 1",
        says="How often the outcome bears a positive decision out.",
        formula="true positives / (true positives + false positives)",
        more_is_harm=None,
    ),
    "accuracy": Wording(
        name="Accuracy",
        of="decisions with a known outcome",
        among="with a decision and a known outcome",
        event="had a decision that agrees with the outcome",
        says="How often the decision and the outcome agree. Where one outcome is rare it "
        "reads high for a decision that never finds it.",
        formula="(true positives + true negatives) / all with a decision and an outcome",
        more_is_harm=None,
    ),
}

_WHEN_POSITIVE_IS_FAVOURABLE = {
    "selection_rate": Wording(
        name="Selection rate",
        of="people with a decision",
        among="with a decision",
        event="got the favourable decision",
        says="How often people got the positive decision, which is the favourable one here.",
        formula="positive decisions / decisions",
        more_is_harm=False,
    ),
    "wrongful_burden": Wording(
        name="Wrongful burden",
        of="people whom the outcome shows to be entitled",
        among="whom the outcome shows to be entitled",
        event="got the unfavourable decision",
        says="How often people whom the outcome shows to be entitled were refused all the same.",
        formula="false negatives / (false negatives + true positives)",
        more_is_harm=True,
    ),
}

_WHEN_NEGATIVE_IS_FAVOURABLE = {
    "selection_rate": Wording(
        name="Selection rate",
        of="people with a decision",
        among="with a decision",
        event="got the unfavourable decision",
        says="How often people got the positive decision, which is the unfavourable one here.",
        formula="positive decisions / decisions",
        more_is_harm=True,
    ),
    "wrongful_burden": Wording(
        name="Wrongful burden",
        of="people whom the outcome cleared",
        among="whom the outcome cleared",
        event="got the unfavourable decision",
        says="How often people whom the outcome cleared got the unfavourable decision all the "
        "same.",
        formula="false positives / (false positives + true negatives)",
        more_is_harm=True,
    ),
}
