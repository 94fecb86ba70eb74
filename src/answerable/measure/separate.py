"""Differences and ratios of two numbers that were measured apart, from their intervals."""

import math

from answerable.record.measurement import CannotSay, Finding, Measurement


def difference_of(*, group: Finding, reference: Finding) -> Finding:
    """Subtract one number from another; they rest on different records.

    Newcombe's combination of the two intervals: each end takes the sides that face it.
    """
    if isinstance(group, CannotSay):
        return group
    if isinstance(reference, CannotSay):
        return reference.in_reference()
    gap = group.value - reference.value
    return Measurement(
        value=gap,
        low=gap - math.hypot(group.value - group.low, reference.high - reference.value),
        high=gap + math.hypot(group.high - group.value, reference.value - reference.low),
        numerator=group.numerator,
        denominator=group.denominator,
    )


def ratio_of(*, group: Finding, reference: Finding) -> Finding:
    """Divide one number by another; they rest on different records and are 0 or more.

    The same combination on the scale of logarithms. An end at 0 stays one.

    >>> def said(value, low, high):
    ...     return Measurement(value=value, low=low, high=high, numerator=5, denominator=10)
    >>> found = ratio_of(group=said(0.5, 0.25, 1), reference=said(1, 0.5, 2))
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.5, 0.188, 1.333)
    """
    if isinstance(group, CannotSay):
        return group
    if isinstance(reference, CannotSay):
        return reference.in_reference()
    if reference.low == 0 or group.value == 0:
        needs = "events in both groups; a ratio to nothing, or of nothing, has no ends"
        return CannotSay(reason="no_events", needs=needs)
    ratio = math.log(group.value / reference.value)
    down = math.log(group.value / group.low) if group.low > 0 else math.inf
    low = ratio - math.hypot(down, math.log(reference.high / reference.value))
    up = math.log(group.high / group.value)
    high = ratio + math.hypot(up, math.log(reference.value / reference.low))
    return Measurement(
        value=math.exp(ratio),
        low=math.exp(low),
        high=math.exp(high),
        numerator=group.numerator,
        denominator=group.denominator,
    )
