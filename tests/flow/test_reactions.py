"""What an entry asks for is done once, after the commit; what failed stays in sight."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from answerable.errors import AnswerableError
from answerable.flow.models import DueReaction
from answerable.flow.reactions import RETRIED_AFTER, Reaction, overdue, react
from answerable.ledger.append import append
from answerable.ledger.entries import WrittenEntry
from answerable.people.actors import Actor
from answerable.people.entries import AgencyFounded
from answerable.people.models import Agency

pytestmark = pytest.mark.django_db(databases="__all__")

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FOUNDED = frozenset({"people.agency.founded"})
CLERK = Actor.operator("answerable/test")


class MailIsDown(AnswerableError):
    code = "example.mail_is_down"
    message = "The mail server does not answer."
    hint = "Start it."


def found(ref: str) -> int:
    with transaction.atomic():
        told = AgencyFounded(ref=ref, name=ref, profile="statement")
        return append(told, by=CLERK, at=NOON, agency=ref).index


def noting(seen: list[int], *, failures: list[Exception] | None = None) -> Reaction:
    left = failures or []

    def run(entry: WrittenEntry, _by: Actor, at: datetime) -> None:
        Agency.objects.create(
            ref=f"seen-{entry.index}-{len(seen)}", name="", profile="", created_at=at
        )
        seen.append(entry.index)
        if left:
            raise left.pop(0)

    return Reaction(name="note", kinds=FOUNDED, run=run)


def test_each_entry_of_a_kind_is_answered_once_however_often_it_is_asked() -> None:
    seen: list[int] = []
    first, second = found("north"), found("south")
    assert [one.index for one in react([noting(seen)], at=NOON)] == [first, second]
    assert react([noting(seen)], at=NOON) == ()
    third = found("west")
    react([noting(seen)], at=NOON)
    assert seen == [first, second, third]


def test_entries_of_other_kinds_are_passed_over() -> None:
    seen: list[int] = []
    found("north")
    other = Reaction(name="other", kinds=frozenset({"gate.hold.placed"}), run=noting(seen).run)
    assert (react([other], at=NOON), seen) == ((), [])


def test_a_failure_leaves_nothing_behind_is_in_sight_and_is_made_good_later() -> None:
    seen: list[int] = []
    index = found("north")
    reaction = noting(seen, failures=[MailIsDown()])
    (ran,) = react([reaction], at=NOON)
    assert "does not answer" in ran.failure
    assert [(row.index, row.attempts) for row in overdue()] == [(index, 1)]
    # The row it wrote before it failed is gone: what it does and that it is done are one.
    assert not Agency.objects.exists()
    assert react([reaction], at=NOON + RETRIED_AFTER - timedelta(seconds=1)) == ()
    (again,) = react([reaction], at=NOON + RETRIED_AFTER + timedelta(seconds=1))
    assert (again.failure, len(overdue()), Agency.objects.count()) == ("", 0, 1)
    assert DueReaction.objects.get().attempts == 2


def test_one_failure_holds_up_no_other_and_tells_no_message_of_a_fault() -> None:
    seen: list[int] = []
    found("north")
    found("south")
    reaction = noting(seen, failures=[ValueError("Jane Roe, born 1970")])
    first, second = react([reaction], at=NOON)
    assert (first.failure, second.failure) == ("a fault of ours (ValueError)", "")


def test_a_reaction_may_write_what_another_one_answers() -> None:
    answered: list[int] = []

    def found_another(entry: WrittenEntry, by: Actor, at: datetime) -> None:
        if entry.fields["ref"] == "north":
            told = AgencyFounded(ref="child", name="child", profile="statement")
            append(told, by=by, at=at, agency="child")

    found("north")
    table = [Reaction(name="child", kinds=FOUNDED, run=found_another), noting(answered)]
    react(table, at=NOON)
    assert len(answered) == 2
