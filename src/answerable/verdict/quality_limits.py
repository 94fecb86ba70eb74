"""The limits that data are judged by: declared beforehand, or this version's own."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from answerable.measure.two_groups import Scale
from answerable.record.measurement import CannotSay
from answerable.verdict.norms import NormMalformed
from answerable.verdict.verdicts import Met, NotMet, Verdict

FAMILYWISE = 0.05
"""The largest accepted chance of even one false verdict of a kind within one check."""

OWN = "this version's own; no law sets it"
DECLARED = "declared for this run"

MOST_RECORDS = 1e7
"""Beyond this a plan is no help to anyone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Between what bounds a figure must lie, and who set them."""

    low: float
    high: float
    source: str


DEFAULTS: Mapping[str, Band] = {
    "missing.difference": Band(low=-0.05, high=0.05, source=OWN),
    "representation.ratio": Band(low=0.8, high=1.25, source=OWN),
    "drift.w": Band(low=0.0, high=0.1, source=OWN),
    "label.difference": Band(low=-0.1, high=0.1, source=OWN),
    "volume.ratio": Band(low=0.5, high=2.0, source=OWN),
}
"""By name. The last two say how large a step in time must be noticeable to be ruled out."""

_EQUAL = {"difference": 0.0, "ratio": 1.0, "w": 0.0}
_FLOOR = {"difference": -1.0, "ratio": 0.0, "w": 0.0}


def choose_bands(texts: Iterable[str]) -> dict[str, Band]:
    """Take this version's limits; a declared one replaces its like.

    >>> choose_bands(["representation.ratio=0.9,1.11"])["representation.ratio"].low
    0.9
    """
    chosen = dict(DEFAULTS)
    own: set[str] = set()
    for text in texts:
        name, equals, written = text.partition("=")
        if not equals or name not in DEFAULTS:
            raise NormMalformed(text=text, reason=f"there is no such limit ({', '.join(DEFAULTS)})")
        if name in own:
            raise NormMalformed(text=text, reason="it is declared twice")
        own.add(name)
        chosen[name] = _band(text, name.rpartition(".")[2], written)
    return chosen


def _band(text: str, kind: str, written: str) -> Band:
    try:
        low, high = (float(part) for part in written.split(","))
    except ValueError:
        raise NormMalformed(text=text, reason=f"{written} is not two numbers") from None
    fits = _FLOOR[kind] <= low <= _EQUAL[kind] <= high
    if not (math.isfinite(low) and math.isfinite(high) and fits):
        reason = f"a band must be finite, start at {_FLOOR[kind]:g} or above, and hold equality"
        raise NormMalformed(text=text, reason=f"{reason} ({_EQUAL[kind]:g})")
    return Band(low=low, high=high, source=DECLARED)


def scale_of(name: str) -> Scale:
    """Whether a limit is on a ratio or on a difference."""
    return Scale(name.rpartition(".")[2])


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A verdict on data as a whole: ``met``, ``not_met``, or ``cannot_say`` and why."""

    verdict: str
    why: CannotSay | None = None


MET = Answer(verdict="met")
NOT_MET = Answer(verdict="not_met")


def cannot_say(why: CannotSay) -> Answer:
    """Answer that nothing can be said, and what would help."""
    return Answer(verdict="cannot_say", why=why)


def together(verdicts: Iterable[Verdict], *, nothing: CannotSay) -> Answer:
    """Let a single *not met* decide, and *met* take all of them.

    ``nothing`` is the answer where there is no verdict at all.
    """
    found = list(verdicts)
    if any(isinstance(verdict, NotMet) for verdict in found):
        return NOT_MET
    if found and all(isinstance(verdict, Met) for verdict in found):
        return MET
    return cannot_say(next((one for one in found if isinstance(one, CannotSay)), nothing))


def enough(needed: float, *, now: int, what: str) -> str:
    """Say how many records would settle a question, in two significant digits rounded up.

    >>> enough(1234.5, now=100, what="records")
    'about 1,300 records (there are 100), if the truth is near what was seen'
    """
    if not math.isfinite(needed) or needed > MOST_RECORDS:
        return "no number of records would settle it: the value lies at the limit itself"
    number = max(math.ceil(needed), now + 1)
    step = int(10 ** max(0, len(str(number)) - 2))
    rounded = -(-number // step) * step
    return f"about {rounded:,} {what} (there are {now:,}), if the truth is near what was seen"
