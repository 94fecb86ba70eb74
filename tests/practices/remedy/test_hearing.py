"""Whoever decides a challenge has looked afresh, as the ledger tells; another can take over."""

from pathlib import Path

import pytest

from answerable.people.actors import Actor
from answerable.practices.remedy.actions import reviewing
from answerable.practices.remedy.actions.reviewing import (
    Answer,
    FindingRefused,
    FindingUntold,
    NotTheReviewer,
    PointUnanswered,
    ReviewerTookTheDecision,
)
from answerable.practices.remedy.models import Challenge
from tests.inventory.situations import DAY, HOUR
from tests.practices.remedy.situations import NOW, OTHER, PSEUDONYMS, TENDER, a_challenge

pytestmark = pytest.mark.django_db(databases="__all__")

HEARD = NOW + 2 * DAY


def assign(challenge: Challenge, reviewer: Actor) -> None:
    reviewing.assign_reviewer(
        challenge=challenge.reference,
        reviewer=reviewer,
        pseudonyms=PSEUDONYMS,
        by=reviewer,
        at=HEARD,
    )


def find(challenge: Challenge, by: Actor, *, minutes: int = 25) -> None:
    reviewing.record_blind_finding(
        challenge=challenge.reference,
        finding="paid",
        words="The payslip is there.",
        minutes=minutes,
        pseudonyms=PSEUDONYMS,
        by=by,
        at=HEARD,
    )


def decide(challenge: Challenge, by: Actor, *, minutes: int = 5) -> Challenge:
    return reviewing.decide_challenge(
        challenge=challenge.reference,
        outcome="refused",
        answers=[Answer(accepted=False, words="It is not there.")],
        minutes=minutes,
        pseudonyms=PSEUDONYMS,
        by=by,
        at=HEARD,
    )


def test_a_finding_typed_into_the_row_decides_nothing(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    assign(challenge, TENDER)
    Challenge.objects.update(state="found", finding="refused", found_at=HEARD, minutes=25)
    with pytest.raises(FindingUntold):
        decide(challenge, TENDER)
    # Nor by somebody else's entry, or by a finding that was changed afterwards.
    Challenge.objects.update(state="assigned", finding="", found_at=None)
    find(challenge, TENDER)
    for change in ({"finding": "refused"}, {"found_at": HEARD - HOUR}, {"reviewer": OTHER.ref}):
        kept = Challenge.objects.values(*change).get()
        Challenge.objects.update(**change)
        with pytest.raises(FindingUntold):
            decide(challenge, OTHER if "reviewer" in change else TENDER)
        Challenge.objects.update(**kept)
    assert decide(challenge, TENDER).overturned is False


def test_somebody_else_takes_over_and_begins_afresh(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    assign(challenge, TENDER)
    find(challenge, TENDER)
    assign(challenge, OTHER)
    with pytest.raises(NotTheReviewer):
        decide(challenge, TENDER)
    challenge.refresh_from_db()
    assert ("assigned", "", None, 0) == (
        challenge.state,
        challenge.finding,
        challenge.found_at,
        challenge.minutes,
    )
    find(challenge, OTHER, minutes=10)
    assert 15 == decide(challenge, OTHER).minutes


def test_who_compared_does_not_take_it_back_to_look_afresh(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    assign(challenge, TENDER)
    find(challenge, TENDER)
    reviewing.show_decision(notice=challenge.notice.reference, by=TENDER, at=HEARD)
    with pytest.raises(ReviewerTookTheDecision, match="have been shown"):
        assign(challenge, TENDER)


def test_time_taken_is_not_below_nothing(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    assign(challenge, TENDER)
    with pytest.raises(FindingRefused, match="less than a minute"):
        find(challenge, TENDER, minutes=0)
    find(challenge, TENDER)
    with pytest.raises(PointUnanswered):
        decide(challenge, TENDER, minutes=-1)
    assert 25 == decide(challenge, TENDER, minutes=0).minutes
