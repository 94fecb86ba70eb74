"""Exit statuses: what a script may rely on."""

from enum import IntEnum


class Status(IntEnum):
    """The promised statuses. Our own faults are never mistaken for a verdict."""

    MET = 0
    NOT_MET = 1
    BAD_INPUT = 2
    CANNOT_SAY = 3
    INTERRUPTED = 130
    OUR_FAULT = 70


OF_VERDICT = {
    "met": Status.MET,
    "not_met": Status.NOT_MET,
    "cannot_say": Status.CANNOT_SAY,
}
