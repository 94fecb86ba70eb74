"""A hold of this room ends on what shows that it may, and on nothing that was typed in."""

from pathlib import Path

import pytest

from answerable.flow.reactions import react
from answerable.gate.models import Hold, Lift
from answerable.ledger.models import EntryRow
from answerable.practices.remedy.actions import repairs
from answerable.practices.remedy.actions.cases import open_case
from answerable.practices.remedy.actions.challenges import ChallengeRefused, file_challenge
from answerable.practices.remedy.actions.delivery import let_take_effect
from answerable.practices.remedy.actions.look_backs import close_look_back, search
from answerable.practices.remedy.actions.parts import PERSON
from answerable.practices.remedy.models import Challenge, LookBack, Notice
from answerable.practices.remedy.queries.look_backs import told_of
from answerable.practices.remedy.queries.standing import standing_of
from answerable.practices.remedy.rules.states import Harm
from tests.inventory.situations import CASEWORKER, DAY, HOUR, REVIEWER
from tests.practices.remedy.situations import (
    NOW,
    PSEUDONYMS,
    Postbox,
    a_challenge,
    a_letter,
    a_machine,
    decide,
    prepare,
    secret_in,
    send,
)
from tests.practices.remedy.test_cases import OVERTURNED
from tests.practices.remedy.test_look_backs import a_look_back

pytestmark = pytest.mark.django_db(databases="__all__")

LONG_AFTER = NOW + 90 * DAY


def held() -> list[str]:
    """The grounds of the holds that nobody has lifted."""
    return sorted(Hold.objects.filter(lift=None).values_list("ground", flat=True))


def a_decision_found_again(folder: Path, post: Postbox) -> LookBack:
    """A refusal with its letter, found by a look-back that wrote to its person as well."""
    a_letter(folder, post=post)
    back = a_look_back()
    search(look_back=back.reference, machine=a_machine(folder), by=REVIEWER, at=NOW)
    prepare()
    send(post)
    assert 2 == len(post.taken)
    return LookBack.objects.get()


def the_letter_of(look_back: LookBack) -> Notice:
    return Notice.objects.select_related("use__agency").get(look_back=look_back)


def they_open(notice: Notice, post: Postbox) -> Notice:
    return open_case(reference=notice.reference, secret=secret_in(post), place="::1", at=NOW + HOUR)


def close(look_back: LookBack) -> LookBack:
    return close_look_back(look_back=look_back.reference, by=REVIEWER, at=NOW + DAY)


def test_what_a_look_back_found_is_held_until_it_is_closed_and_its_person_had_time(
    tmp_path: Path,
) -> None:
    post = Postbox()
    look_back = a_decision_found_again(tmp_path, post)
    notice = they_open(the_letter_of(look_back), post)
    assert ["look_back", "notice"] == held()
    assert 0 == let_take_effect(at=LONG_AFTER)
    closed = close(look_back)
    assert notice.effect_from is not None
    assert 0 == let_take_effect(at=notice.effect_from - HOUR)
    assert (1, 0) == tuple(let_take_effect(at=notice.effect_from) for _ in range(2))
    # The first letter was never opened: its own hold stays.
    assert ["notice"] == held()
    lift = Lift.objects.get()
    assert [f"entry {notice.entry}", f"entry {closed.entry}"] == lift.rests_on
    assert EntryRow.objects.filter(index=lift.entry, kind="gate.hold.lifted").exists()
    assert 0 == told_of(closed).held


def test_whoever_was_not_reached_stays_held_when_the_look_back_is_closed(tmp_path: Path) -> None:
    close(a_decision_found_again(tmp_path, Postbox()))
    assert 0 == let_take_effect(at=LONG_AFTER)
    assert ["look_back", "notice"] == held()
    assert 1 == told_of(LookBack.objects.get()).held


def test_a_look_back_typed_as_closed_lets_nothing_go(tmp_path: Path) -> None:
    post = Postbox()
    look_back = a_decision_found_again(tmp_path, post)
    they_open(the_letter_of(look_back), post)
    LookBack.objects.update(state="closed", closed_at=NOW + DAY)
    assert 0 == let_take_effect(at=LONG_AFTER)
    LookBack.objects.update(entry=EntryRow.objects.latest("index").index)
    assert 0 == let_take_effect(at=LONG_AFTER)
    assert ["look_back", "notice"] == held()


def they_challenge(notice: Notice) -> Challenge:
    return file_challenge(
        notice=notice.reference,
        points=["I did send my payslip."],
        channel="page",
        pseudonyms=PSEUDONYMS,
        by=PERSON,
        at=NOW + DAY,
    )


def test_a_decision_found_again_that_a_person_upholds_is_let_go_by_its_look_back(
    tmp_path: Path,
) -> None:
    post = Postbox()
    look_back = a_decision_found_again(tmp_path, post)
    challenge = they_challenge(they_open(the_letter_of(look_back), post))
    assert ["challenge", "look_back", "notice"] == held()
    done = decide(challenge, outcome="refused", at=NOW + 2 * DAY)
    # Its first letter is not known to have arrived.
    assert ["notice"] == held()
    rests_on = [lift.rests_on for lift in Lift.objects.all()]
    assert [[f"entry {done.decided_entry}"]] * 2 == rests_on


def test_a_decision_found_again_that_falls_is_let_go_when_repaired_and_held_for_good(
    tmp_path: Path,
) -> None:
    post = Postbox()
    look_back = a_decision_found_again(tmp_path, post)
    challenge = they_challenge(they_open(the_letter_of(look_back), post))
    at = NOW + 2 * DAY
    decide(challenge, outcome="paid", at=at)
    assert ["challenge", "look_back", "notice"] == held()
    react([OVERTURNED], at=at)
    ref = challenge.reference
    repairs.promise_remedy(challenge=ref, harm=Harm.MONEY, by=CASEWORKER, at=at)
    repairs.complete_remedy(challenge=ref, harm=Harm.MONEY, proof="77", by=CASEWORKER, at=at)
    second = LookBack.objects.exclude(pk=look_back.pk).get()
    search(look_back=second.reference, machine=a_machine(tmp_path), by=REVIEWER, at=at)
    close_look_back(look_back=second.reference, by=REVIEWER, at=at)
    closed = repairs.close_challenge(challenge=ref, by=CASEWORKER, at=at)
    assert ["challenge", "notice"] == held()
    assert [f"entry {closed.entry}"] == Lift.objects.get().rests_on


def test_a_decision_is_challenged_once_at_a_time_through_whichever_of_its_letters(
    tmp_path: Path,
) -> None:
    post = Postbox()
    look_back = a_decision_found_again(tmp_path, post)
    again = they_open(the_letter_of(look_back), post)
    first = Notice.objects.get(look_back=None)
    challenge = they_challenge(first)
    with pytest.raises(ChallengeRefused, match="being challenged already"):
        they_challenge(again)
    assert standing_of(again).challenged
    decide(challenge, outcome="paid", at=NOW + 2 * DAY)
    assert (True, False) == (standing_of(again).fallen, standing_of(again).challenged)
    with pytest.raises(ChallengeRefused, match="does not stand any more"):
        they_challenge(again)


def test_a_challenge_is_not_closed_on_a_look_back_typed_as_closed(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    at = NOW + 2 * DAY
    decide(challenge, outcome="paid", at=at)
    react([OVERTURNED], at=at)
    ref = challenge.reference
    repairs.promise_remedy(challenge=ref, harm=Harm.MONEY, by=CASEWORKER, at=at)
    repairs.complete_remedy(challenge=ref, harm=Harm.MONEY, proof="77", by=CASEWORKER, at=at)
    LookBack.objects.update(state="closed", found=0, closed_at=at, searched_at=at)
    with pytest.raises(repairs.ChallengeNotClosed, match="look-back"):
        repairs.close_challenge(challenge=ref, by=CASEWORKER, at=at)
