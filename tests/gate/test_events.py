"""Random sequences of actions: the database opens a permit only where a direct reading does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from answerable.errors import AnswerableError
from answerable.gate import holds, permits, verdicts
from answerable.gate.changes import recompute, recompute_all
from answerable.gate.facts import facts_of
from answerable.gate.models import Hold, StateChange
from answerable.gate.rules import permit
from answerable.gate.terms import (
    Approved,
    ContextSince,
    Facts,
    Finding,
    Level,
    Recorded,
    Since,
    UseHold,
    Waived,
)
from answerable.inventory import actions
from answerable.inventory.models import Use
from answerable.inventory.stages import Stage
from answerable.people.actors import Actor
from tests.gate.reading import may_be_open
from tests.gate.situations import ROWS, TERMS, a_running_use, enter, room_of, small_law
from tests.inventory.situations import (
    APPROVER,
    CONTEXT,
    DAY,
    HOUR,
    NINE,
    OPERATOR,
    OTHER_APPROVER,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    VERSION_B,
)

pytestmark = pytest.mark.django_db(databases="__all__")

VERSIONS = (VERSION_A, VERSION_B)
CONTEXTS = (CONTEXT, replace(CONTEXT, bought=True), replace(CONTEXT, purpose="Another one."))
OFFICIALS = (OWNER, APPROVER, OTHER_APPROVER)


@contextmanager
def undone() -> Iterator[None]:
    """Run an example and leave nothing of it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Diary:
    """What a clerk beside the machine writes down of everything that was not refused."""

    facts: Facts
    at: datetime

    def note(self, **fields: object) -> None:
        self.facts = replace(
            self.facts,
            **{name: (*getattr(self.facts, name), value) for name, value in fields.items()},  # type: ignore[arg-type]  # by the names of the fields
        )

    @property
    def context(self) -> str:
        return self.facts.contexts[-1].digest


def a_diary(use: Use, *, at: datetime) -> Diary:
    """Begin where the situation has brought the use to."""
    return Diary(facts=facts_of(use, at=at, ledger_fits=True, law=small_law), at=at)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    by: Actor
    version: str
    row: str
    finding: Finding
    days: int
    context: int
    level: Level
    stage: Stage
    pilot: bool


drawn = st.builds(
    Drawn,
    by=st.sampled_from(OFFICIALS),
    version=st.sampled_from((VERSION_A, VERSION_A, VERSION_B)),
    row=st.sampled_from(ROWS),
    finding=st.sampled_from((Finding.MET, *Finding)),
    days=st.sampled_from((10, 90, 180, 181, 365, 366)),
    context=st.integers(0, 2),
    level=st.sampled_from(Level),
    stage=st.sampled_from((Stage.DEPLOY, Stage.USE, Stage.DEVELOP)),
    pilot=st.booleans(),
)


def judge(diary: Diary, one: Drawn) -> None:
    recorded = verdicts.record_verdict(
        use=USE,
        version=one.version,
        row=one.row,
        finding=one.finding,
        rests_on=("evidence/1",),
        room=room_of(one.row),
        by=REVIEWER,
        at=diary.at,
        law=small_law,
    )
    diary.note(
        verdicts=Recorded(
            row=one.row,
            version=one.version,
            context=diary.context,
            finding=one.finding,
            rests_on=("evidence/1",),
            needs=(),
            law=recorded.law,
            at=diary.at,
            until=None,
            entry=recorded.entry,
        )
    )


def waive(diary: Diary, one: Drawn) -> None:
    again = any(w.row == one.row and w.version == one.version for w in diary.facts.waivers)
    give = verdicts.renew_waiver if again else verdicts.give_waiver
    until = diary.at + one.days * DAY
    give(
        use=USE,
        version=one.version,
        row=one.row,
        reason="The data arrive in May.",
        until=until,
        by=one.by,
        at=diary.at,
        law=small_law,
    )
    diary.note(
        waivers=Waived(
            row=one.row,
            version=one.version,
            context=diary.context,
            reason="The data arrive in May.",
            by=one.by.ref,
            at=diary.at,
            until=until,
        )
    )


def approve(diary: Diary, one: Drawn) -> None:
    until = diary.at + one.days * DAY
    if one.pilot:
        permits.start_pilot(
            use=USE,
            version=one.version,
            until=until,
            terms=TERMS,
            by=one.by,
            at=diary.at,
            law=small_law,
        )
    else:
        permits.approve(
            use=USE, version=one.version, until=until, by=one.by, at=diary.at, law=small_law
        )
    diary.note(
        approvals=Approved(
            ref=1,
            version=one.version,
            context=diary.context,
            by=one.by.ref,
            at=diary.at,
            until=until,
            conditions=(),
            pilot=TERMS if one.pilot else None,
        )
    )


def end(diary: Diary, one: Drawn) -> None:
    close = permits.refuse if one.pilot else permits.close_permit
    close(use=USE, reason="A new finding.", by=one.by, at=diary.at, law=small_law)
    diary.note(ended=diary.at)


def hold(diary: Diary, one: Drawn) -> None:
    place = {
        Level.PAUSE: holds.pause,
        Level.PEOPLE_ONLY: holds.send_to_people,
        Level.STOPPED: holds.stop,
    }[one.level]
    place(use=USE, ground="breaker", by=OPERATOR, at=diary.at, law=small_law)
    diary.note(holds=UseHold(level=one.level, at=diary.at, lifted_at=None))


def lift(diary: Diary, one: Drawn) -> None:
    live = Hold.objects.filter(use__ref=USE, lift=None).order_by("pk").first()
    if live is None:
        return
    holds.lift_hold(hold=live.pk, rests_on=("approval/2",), by=one.by, at=diary.at, law=small_law)
    found = list(diary.facts.holds)
    place = next(number for number, held in enumerate(found) if held.at == live.at)
    found[place] = replace(found[place], lifted_at=diary.at)
    diary.facts = replace(diary.facts, holds=tuple(found))


def change_context(diary: Diary, one: Drawn) -> None:
    context = CONTEXTS[one.context]
    actions.change_context(use=USE, context=context, by=OWNER, at=diary.at)
    if context.digest() != diary.context:
        diary.note(
            contexts=ContextSince(digest=context.digest(), bought=context.bought, at=diary.at)
        )


def deploy(diary: Diary, one: Drawn) -> None:
    actions.start_deployment(use=USE, version=one.version, by=OWNER, at=diary.at)
    diary.note(running=Since(value=one.version, at=diary.at))


def move(diary: Diary, one: Drawn) -> None:
    enter(one.stage, at=diary.at, version=one.version)
    diary.note(stages=Since(value=one.stage.value, at=diary.at))


EVENTS: tuple[Callable[[Diary, Drawn], None], ...] = (
    *(judge, judge, waive, approve, approve, end),
    *(hold, lift, change_context, deploy, move),
)
step = st.tuples(
    st.sampled_from(EVENTS),
    drawn,
    st.sampled_from((timedelta(hours=1), timedelta(days=1), timedelta(days=60))),
)


@given(steps=st.lists(step, min_size=4, max_size=14), begin_open=st.booleans())
@settings(
    max_examples=30,
    # Shrinking would run thousands of transactions; the steps drawn are few and printed.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_database_opens_a_permit_only_where_a_direct_reading_of_what_happened_does(
    *, steps: list[tuple[Callable[[Diary, Drawn], None], Drawn, timedelta]], begin_open: bool
) -> None:
    with undone():
        use = a_running_use()
        diary = a_diary(use, at=NINE + 2 * HOUR)
        if begin_open:
            approve(diary, _AN_APPROVAL)
        for event, one, passed in steps:
            diary.at += passed
            try:
                with transaction.atomic():
                    event(diary, one)
            except AnswerableError:
                pass
            found = facts_of(use, at=diary.at, ledger_fits=True, law=small_law)
            for version in VERSIONS:
                assert permit(found, version=version, at=diary.at).is_open is may_be_open(
                    diary.facts, version, diary.at
                )
        # What the history says of now is what is computed now, and a second run adds nothing.
        recompute_all(by=OPERATOR, at=diary.at, ledger_fits=True, law=small_law)
        for version in VERSIONS:
            told = StateChange.objects.filter(version=version).order_by("at", "pk").last()
            now = permit(found, version=version, at=diary.at)
            # Of a version that nothing ever named there is no history, and it is never open.
            assert now.state.value == told.state if told else not now.is_open
        assert recompute(use, by=OPERATOR, at=diary.at, ledger_fits=True, law=small_law) == []


_AN_APPROVAL = Drawn(
    by=APPROVER,
    version=VERSION_A,
    row="P1c",
    finding=Finding.MET,
    days=180,
    context=0,
    level=Level.PAUSE,
    stage=Stage.DEPLOY,
    pilot=False,
)
