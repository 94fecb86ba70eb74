"""Where two measures disagree: decisions as often right, yet the innocent more often burdened."""

from dataclasses import dataclass

from answerable.record.measurement import CannotSay, Measurement
from answerable.verdict.groups import GroupKey

EQUAL, UNEQUAL = "precision", "wrongful_burden"
SOURCE = "Chouldechova (2017), Big Data 5:153-163"


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """A group whose precision lies near its reference's while its burden breaks the limit.

    With unequal base rates both cannot be equal [1]_, so the near-equal precision is
    true and clears nobody: which measure binds must be decided and said.

    .. [1] Chouldechova (2017), Big Data 5:153-163.
    """

    group: GroupKey
    reference: GroupKey | None
    equal: Measurement
    unequal: Measurement


def conflict_between(
    *,
    group: GroupKey,
    reference: GroupKey | None,
    precision_ratio: Measurement | CannotSay,
    burden_ratio: Measurement | CannotSay,
    low: float,
    high: float,
    burden_not_met: bool,
) -> Conflict | None:
    """Name a conflict: the burden's limit broken, and precision within that same limit."""
    match precision_ratio, burden_ratio:
        case Measurement() as equal, Measurement() as unequal if (
            burden_not_met and low <= equal.value <= high
        ):
            return Conflict(group=group, reference=reference, equal=equal, unequal=unequal)
        case _:
            return None
