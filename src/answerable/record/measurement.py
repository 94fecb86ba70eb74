"""The two answers a measure can give: a number with its uncertainty, or that it cannot say."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """A measured value with the interval and the counts it rests on.

    ``low`` and ``high`` bound the value at the interval's level (95 % unless said).
    ``numerator`` and ``denominator`` are the
    records counted; for a comparison of two groups both are those of the group.
    """

    value: float
    low: float
    high: float
    numerator: int
    denominator: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CannotSay:
    """An answer too: why nothing can be said, and what would be needed to say it.

    ``reason`` is a stable code (``no_decisions``); ``needs`` a sentence for people.
    It never counts as met, and it holds the gate.
    """

    reason: str
    needs: str

    def in_reference(self) -> "CannotSay":
        """The same, said of the reference that a group is compared with."""
        return CannotSay(reason=f"reference_{self.reason}", needs=f"in the reference, {self.needs}")


Finding = Measurement | CannotSay
