"""What is wrong with a record that is kept all the same: judged once, as it arrives."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from answerable.intake import wire
from answerable.intake.bodies import microseconds
from answerable.record.leases import State, opt_out_mark


class Mark(StrEnum):
    """Something wrong with a record. Each opens a finding, except ``historic``."""

    UNKNOWN_USE = "unknown_use"
    CLOSED_USE = "closed_use"
    STATE_UNKNOWN = "state_unknown"
    WRONG_VERSION = "wrong_version"
    WRONG_STAGE = "wrong_stage"
    OPTED_OUT = "opted_out"
    SHADOW_EFFECT = "shadow_effect"
    NO_REASONS = "no_reasons"
    UNKNOWN_REASON = "unknown_reason"
    UNKNOWN_OUTCOME = "unknown_outcome"
    OUT_OF_CAP = "out_of_cap"
    HISTORIC = "historic"


# Clocks of two machines that are kept right differ by less.
CLOCK_US = 5_000_000
# The stages in which a system decides about people at all.
LIVE_STAGES = frozenset({"deploy", "use"})

_LIVE = frozenset({State.OPEN, State.OBSERVE, State.SHADOW})
_MOST_ANSWERS = 10_000
_FOR_EVER = 2**62


class StateFrom(Protocol):
    """From when on a use was in a state, and for which version."""

    @property
    def at(self) -> datetime:
        """When it began."""

    @property
    def state(self) -> State:
        """What a lease given then says."""

    @property
    def version(self) -> str:
        """The version it says it for; empty where there is none."""


class OptedOut(Protocol):
    """From when on somebody was out of a use, and until when; None where they still are."""

    @property
    def since(self) -> datetime:
        """When they opted out."""

    @property
    def until(self) -> datetime | None:
        """When they came back."""


class UseFacts(Protocol):
    """What the gate knows of a use, by which its records are judged."""

    @property
    def agency(self) -> str:
        """The agency it belongs to."""

    @property
    def states(self) -> Sequence[StateFrom]:
        """Every state each version was in, oldest first; any other was people only."""

    @property
    def told_since(self) -> datetime:
        """From when on the states are told; before it nobody here knows them."""

    @property
    def stages(self) -> Sequence[tuple[datetime, str]]:
        """Every stage its system was in, oldest first."""

    @property
    def outcomes(self) -> frozenset[str]:
        """The outcomes it may have; none named, any."""

    @property
    def adverse(self) -> frozenset[str]:
        """The outcomes that need reasons."""

    @property
    def reasons(self) -> frozenset[str]:
        """Its reason catalogue."""

    @property
    def salt(self) -> bytes:
        """What its opt-out marks are salted with."""

    @property
    def opt_outs(self) -> Mapping[bytes, Sequence[OptedOut]]:
        """Who opted out since the states are told, or was out then, by mark, and when."""

    @property
    def cap(self) -> int | None:
        """How many decisions it may make in all, if that is limited."""

    @property
    def lease_seconds(self) -> int:
        """How long its leases last."""


class _Window(NamedTuple):
    """A stretch of time in which a lease may have said so."""

    start_us: int
    end_us: int
    state: State
    version: str


class _Use:
    """One use, its facts laid out for a quick look."""

    def __init__(self, facts: UseFacts) -> None:
        self.facts = facts
        grace = facts.lease_seconds * 1_000_000 + CLOCK_US
        self.windows = _windows(facts.states, grace=grace)
        self.stage_starts = [microseconds(at) - CLOCK_US for at, _ in facts.stages]
        self.told_us = microseconds(facts.told_since) - CLOCK_US
        # Until then a lease may say what was so before the states are told.
        self.sure_us = microseconds(facts.told_since) + grace
        # From here on only the newest state and stage count.
        self.settled_us = max(
            max((microseconds(one.at) for one in facts.states), default=0) + grace,
            (self.stage_starts[-1] if self.stage_starts else 0) + 2 * CLOCK_US,
            self.sure_us,
        )
        self.answers: dict[tuple[str, str, bool, tuple[str, ...]], tuple[Mark, ...]] = {}

    def capped(self) -> bool:
        return self.facts.cap is not None

    def at(self, moment_us: int) -> list[_Window]:
        return [one for one in self.windows if one.start_us <= moment_us < one.end_us]

    def out_at(self, person: str, moment_us: int) -> bool:
        opt_outs = self.facts.opt_outs
        if not opt_outs:
            return False
        return any(
            microseconds(one.since) <= moment_us
            and (one.until is None or moment_us < microseconds(one.until))
            for one in opt_outs.get(opt_out_mark(person, salt=self.facts.salt), ())
        )

    def live_at(self, moment_us: int) -> bool:
        stages = self.facts.stages
        if not stages:
            return False
        place = bisect_right(self.stage_starts, moment_us) - 1
        if place < 0:
            return False
        # Within the clocks' difference of a change, either stage counts.
        before = bisect_right(self.stage_starts, moment_us - 2 * CLOCK_US) - 1
        return any(stages[at][1] in LIVE_STAGES for at in {place, max(before, 0)})


def _windows(states: Sequence[StateFrom], *, grace: int) -> list[_Window]:
    """Give each version's states an end: that version's next state, and a lease's length more.

    What a lease said just before a change holds until that lease has ended.
    """
    windows = []
    following: dict[str, int] = {}
    for one in reversed(states):
        start = microseconds(one.at)
        end = following.get(one.version, _FOR_EVER) + grace
        windows.append(_Window(start - CLOCK_US, end, one.state, one.version))
        following[one.version] = start
    return windows


class Judge:
    """Judges records against what the gate knew of every use at one moment."""

    def __init__(self, uses: Mapping[str, UseFacts]) -> None:
        """Lay out the facts of each use when it is first asked for."""
        self._facts = uses
        self._uses: dict[str, _Use] = {}

    def marks(self, record: wire.Record, *, agency: str, at_us: int) -> tuple[Mark, ...]:
        """Say what is wrong with a record that occurred at ``at_us``.

        What counts is the state when it occurred, and what a lease may still have said
        of the state before; how late the record arrives does not count.
        """
        use = self._of(record.use, agency)
        if use is None:
            return (Mark.UNKNOWN_USE,)
        if isinstance(record, wire.Decision):
            return _of_decision(record, use, at_us)
        if isinstance(record, wire.Effect):
            return _of_effect(record, use)
        return ()

    def capped(self, use: str, *, agency: str) -> bool:
        """Say whether decisions of the use are counted against its leases."""
        known = self._of(use, agency)
        return known is not None and known.capped()

    def _of(self, ref: str, agency: str) -> _Use | None:
        use = self._uses.get(ref)
        if use is None:
            facts = self._facts.get(ref)
            if facts is None:
                return None
            use = self._uses[ref] = _Use(facts)
        # Another agency's use is as unknown here as one that is nobody's.
        return use if use.facts.agency == agency else None


def _of_decision(decision: wire.Decision, use: _Use, at_us: int) -> tuple[Mark, ...]:
    reasons = tuple(decision.reasons)
    asked = (decision.version, decision.outcome, decision.shadow, reasons)
    if at_us >= use.settled_us:
        # Nothing has changed since: what was said of one decision holds for its likes.
        marks = use.answers.get(asked)
        if marks is None:
            if len(use.answers) > _MOST_ANSWERS:
                use.answers.clear()
            marks = use.answers[asked] = (
                *_of_time(decision, use, at_us),
                *_of_codes(decision, use),
            )
    else:
        marks = (*_of_time(decision, use, at_us), *_of_codes(decision, use))
    if use.out_at(decision.person, at_us):
        return (*marks, Mark.OPTED_OUT)
    return marks


def _of_time(decision: wire.Decision, use: _Use, at_us: int) -> Iterator[Mark]:
    live = [one for one in use.at(at_us) if one.state in _LIVE]
    fitting = {one.state for one in live if one.version == decision.version}
    fits = bool(fitting) and (fitting != {State.SHADOW} or decision.shadow)
    if at_us < use.told_us or (at_us < use.sure_us and not fits):
        yield Mark.STATE_UNKNOWN
    elif fits:
        pass
    elif not live:
        yield Mark.CLOSED_USE
    elif not fitting:
        yield Mark.WRONG_VERSION
    else:
        yield Mark.SHADOW_EFFECT
    if not use.live_at(at_us):
        yield Mark.WRONG_STAGE


def _of_codes(decision: wire.Decision, use: _Use) -> Iterator[Mark]:
    facts = use.facts
    if facts.outcomes and decision.outcome not in facts.outcomes:
        yield Mark.UNKNOWN_OUTCOME
    if not decision.reasons:
        if decision.outcome in facts.adverse:
            yield Mark.NO_REASONS
    elif not facts.reasons.issuperset(decision.reasons):
        yield Mark.UNKNOWN_REASON


def _of_effect(effect: wire.Effect, use: _Use) -> tuple[Mark, ...]:
    windows = use.at(microseconds(effect.carried_out_at))
    only_shadow = bool(windows) and all(one.state is State.SHADOW for one in windows)
    return (Mark.SHADOW_EFFECT,) if only_shadow else ()
