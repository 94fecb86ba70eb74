"""A use is screened by two people apart, and what is presumed falls by reasons alone."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from answerable.gate.terms import Finding
from answerable.inventory.actions import name_owner
from answerable.inventory.models import Figure
from answerable.law.rights import right
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import Role
from answerable.practices.obligations import queries
from answerable.practices.obligations.actions import screening
from answerable.practices.obligations.actions.doors import NotIndependent
from answerable.practices.obligations.models import BlindAnswers, Rebuttal
from answerable.practices.obligations.rules.screening import ASKED
from tests.inventory.situations import (
    DAY,
    MINUTE,
    NINE,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    a_use,
    an_actor,
)
from tests.practices.obligations.situations import (
    BASIS,
    BLIND,
    LATER,
    NOTHING_TOUCHED,
    PURPOSE,
    SCREENED,
    a_dossier,
    filed,
    found,
    screened_blind,
    the_use,
)

pytestmark = pytest.mark.django_db(databases="__all__")

OTHER_REVIEWER = an_actor("other-reviewer", Role.REVIEWER)
OWNING_REVIEWER = an_actor("both", Role.OWNER, Role.REVIEWER)


def test_a_reviewer_sees_no_answers_before_giving_their_own() -> None:
    a_dossier()
    assert queries.must_be_blind(the_use(), REVIEWER)
    _, shown = queries.case_for(REVIEWER, USE)
    assert (PURPOSE, BASIS, None) == (shown.purpose, shown.basis, shown.screening)
    assert () == (*shown.rights, *shown.red_lines)
    screened_blind()
    # One reviewer's answers do not show the owner's to another, who may yet give their own.
    assert not queries.must_be_blind(the_use(), REVIEWER)
    assert queries.must_be_blind(the_use(), OTHER_REVIEWER)
    assert not queries.must_be_blind(the_use(), OWNER)


def test_agreement_is_a_figure_that_the_owner_cannot_raise_afterwards() -> None:
    a_dossier()
    screened_blind()
    # The reviewer did not name R16: 27 of 28 answers are alike.
    figure = Figure.objects.get(practice="obligations")
    assert (28, 0.964) == (figure.n, round(figure.value, 3))
    assert (0.823, 0.994) == (round(figure.low, 3), round(figure.high, 3))
    filed(replace(SCREENED, rights=BLIND.rights, untouched={}), minute=4)
    assert 1 == Figure.objects.count()
    with pytest.raises(screening.AnsweredAlready):
        screened_blind(minute=6)


def test_who_owns_or_owned_the_use_is_no_second_assessor() -> None:
    a_dossier()
    name_owner(use=USE, owner=OWNING_REVIEWER, by=OWNER, at=LATER)
    with pytest.raises(NotIndependent):
        screening.answer_blind(use=USE, answers=BLIND, by=OWNING_REVIEWER, at=LATER)
    with pytest.raises(NotPermitted):
        screening.answer_blind(use=USE, answers=BLIND, by=OWNER, at=LATER)
    assert not BlindAnswers.objects.exists()


def test_there_is_nothing_to_screen_before_purpose_basis_and_answers() -> None:
    a_use()
    filed(PURPOSE, SCREENED)
    with pytest.raises(screening.NothingToScreen, match="the legal basis"):
        screened_blind()


def test_benefits_are_presumed_high_risk_and_any_right_touched_makes_a_use_so() -> None:
    a_dossier()
    screened_blind()
    rated = queries.rating_of(the_use(), at=LATER)
    assert rated is not None
    assert rated.high
    presumed, touched = rated.reasons[:2]
    assert "presumed for public benefits and service delivery" == presumed
    assert touched == f"R02 {right('R02').right}"


def test_another_purpose_makes_the_blind_answers_those_of_another_case() -> None:
    a_dossier()
    screened_blind()
    assert Finding.MET is found()["S2"]
    filed(replace(PURPOSE, action="Claims above 0.8 are refused."), minute=4)
    assert Finding.CANNOT_SAY is found()["S2"]
    screened_blind(minute=6)
    assert Finding.MET is found()["S2"]


def test_a_screening_asks_one_question_a_right_and_two_more() -> None:
    assert 28 == ASKED


def a_presumed_use() -> None:
    a_use()
    filed(PURPOSE, BASIS, NOTHING_TOUCHED)
    screened_blind(blind=NOTHING_TOUCHED)


def propose(by: Actor = OWNER, *, minute: int = 4) -> Rebuttal:
    reasons = "The list is a reminder for staff and changes no payment."
    return screening.propose_rebuttal(use=USE, reasons=reasons, by=by, at=NINE + minute * MINUTE)


def test_a_presumption_falls_by_reasons_that_a_reviewer_agrees_to_for_twelve_months() -> None:
    a_presumed_use()
    assert Finding.MET is found()["S3"]
    propose()
    assert Finding.CANNOT_SAY is found()["S3"]
    rated = queries.rating_of(the_use(), at=LATER)
    assert rated is not None
    assert rated.high
    decided = screening.decide_rebuttal(use=USE, agreed=True, by=REVIEWER, at=LATER)
    assert decided.until == LATER.replace(year=2027)
    for days, high in ((0, False), (364, False), (366, True)):
        rated = queries.rating_of(the_use(), at=LATER + days * DAY)
        assert rated is not None
        assert rated.high is high
    over = queries.findings(the_use(), version=VERSION_A, at=LATER + 366 * DAY)
    assert Finding.CANNOT_SAY is over[1].finding


def test_an_owner_does_not_agree_to_their_own_rebuttal() -> None:
    a_presumed_use()
    name_owner(use=USE, owner=OWNING_REVIEWER, by=OWNER, at=NINE + 3 * MINUTE)
    propose(OWNING_REVIEWER)
    with pytest.raises(NotIndependent):
        screening.decide_rebuttal(use=USE, agreed=True, by=OWNING_REVIEWER, at=LATER)
    with pytest.raises(NotPermitted):
        screening.decide_rebuttal(use=USE, agreed=True, by=OWNER, at=LATER)
    waiting = Rebuttal.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Rebuttal.objects.filter(pk=waiting.pk).update(
            agreed=True, decided_by=waiting.proposed_by, decided_entry=1
        )


def test_a_rebuttal_is_decided_once_and_a_refused_one_leaves_the_use_high_risk() -> None:
    a_presumed_use()
    propose()
    screening.decide_rebuttal(use=USE, agreed=False, by=REVIEWER, at=LATER)
    with pytest.raises(screening.RebuttalDecided):
        screening.decide_rebuttal(use=USE, agreed=True, by=REVIEWER, at=LATER)
    rated = queries.rating_of(the_use(), at=LATER)
    assert rated is not None
    assert rated.high
    assert Finding.MET is found()["S3"]


def test_a_reviewer_decides_on_a_rebuttal_after_their_own_screening() -> None:
    a_presumed_use()
    propose()
    with pytest.raises(queries.NotBlindYet):
        screening.decide_rebuttal(use=USE, agreed=True, by=OTHER_REVIEWER, at=LATER)
    assert screening.decide_rebuttal(use=USE, agreed=True, by=REVIEWER, at=LATER).agreed


def test_a_rebuttal_answers_the_presumptions_it_was_about_and_no_other() -> None:
    a_presumed_use()
    proposed = propose()
    screening.decide_rebuttal(use=USE, agreed=True, by=REVIEWER, at=LATER)
    assert ["public benefits and service delivery"] == proposed.presumed
    filed(replace(NOTHING_TOUCHED, domain="JUS", watches=True), minute=20)
    rated = queries.rating_of(the_use(), at=LATER)
    assert rated is not None
    assert ("presumed for justice", "presumed for surveillance") == rated.reasons
    # Nor does a row that was changed answer more than its entry tells.
    Rebuttal.objects.update(presumed=["justice", "surveillance", *proposed.presumed])
    rated = queries.rating_of(the_use(), at=LATER)
    assert rated is not None
    assert 3 == len(rated.reasons)


def test_a_rebuttal_of_another_case_waits_for_nobody_and_bars_no_new_one() -> None:
    a_presumed_use()
    propose()
    with pytest.raises(screening.NothingToRebut, match="waits"):
        propose(minute=5)
    filed(replace(PURPOSE, action="Nothing is done with it."), minute=6)
    screened_blind(blind=NOTHING_TOUCHED, minute=7)
    with pytest.raises(screening.RebuttalDecided):
        screening.decide_rebuttal(use=USE, agreed=True, by=REVIEWER, at=LATER)
    propose(minute=8)
    assert screening.decide_rebuttal(use=USE, agreed=True, by=REVIEWER, at=LATER).agreed


def test_where_a_right_is_touched_there_is_nothing_to_rebut() -> None:
    a_dossier()
    screened_blind()
    with pytest.raises(screening.NothingToRebut, match="a right"):
        propose()


def test_an_agreement_to_a_rebuttal_that_was_typed_in_leaves_the_use_high_risk() -> None:
    a_presumed_use()
    waiting = propose()
    Rebuttal.objects.filter(pk=waiting.pk).update(
        agreed=True,
        decided_by=REVIEWER.ref,
        decided_at=LATER,
        decided_entry=waiting.proposed_entry,
        until=LATER + 300 * DAY,
    )
    rated = queries.rating_of(the_use(), at=LATER)
    assert rated is not None
    assert (True, Finding.CANNOT_SAY) == (rated.high, found()["S3"])
