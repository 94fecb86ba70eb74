"""The rates an audit measures, by the names its output uses."""

from answerable.measure import (
    accuracy,
    false_negative_rate,
    false_positive_rate,
    precision,
    selection_rate,
    wrongful_burden,
)
from answerable.measure.rate import Rate

MEASURE_NAMES = (
    "selection_rate",
    "false_positive_rate",
    "false_negative_rate",
    "precision",
    "accuracy",
    "wrongful_burden",
)


def rates(*, labelled: bool, positive_is_favourable: bool) -> tuple[Rate, ...]:
    """The rates that data with or without labels can give, in the order they are shown."""
    if not labelled:
        return (selection_rate.RATE,)
    burden = (
        wrongful_burden.WHEN_POSITIVE_IS_FAVOURABLE
        if positive_is_favourable
        else wrongful_burden.WHEN_NEGATIVE_IS_FAVOURABLE
    )
    return (
        selection_rate.RATE,
        false_positive_rate.RATE,
        false_negative_rate.RATE,
        precision.RATE,
        accuracy.RATE,
        burden,
    )
