"""A reviewer whose work it is not goes through a dossier; later words make that stale."""

from dataclasses import replace

import pytest

from answerable.gate.models import RowVerdict
from answerable.gate.terms import Finding
from answerable.inventory.actions import name_owner, start_deployment
from answerable.inventory.stages import Stage
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import Role
from answerable.practices.obligations import queries
from answerable.practices.obligations.actions import clocks, dossier, review
from answerable.practices.obligations.actions.doors import NotIndependent
from answerable.practices.obligations.models import BlindAnswers, RightsCheck
from tests.inventory.situations import (
    MINUTE,
    NINE,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    VERSION_B,
    an_actor,
)
from tests.practices.obligations.situations import (
    BASIS,
    LATER,
    a_dossier,
    a_reviewed_dossier,
    a_right,
    a_rights_check,
    answers,
    entry,
    filed,
    found,
    needs,
    screened_blind,
    signed_off,
    the_use,
    verdicts,
)

pytestmark = pytest.mark.django_db(databases="__all__")

MET = ("S2", "S3", "P1a", "P1c", "P1d")
# Of P1b a part is not built: nobody can say that it is met.
ALL_SHOWN = {**dict.fromkeys(MET, "met"), "P1b": "cannot_say"}
OWNING_REVIEWER = an_actor("both", Role.OWNER, Role.REVIEWER)


def test_a_full_dossier_that_a_reviewer_went_through_meets_the_rows_of_this_room() -> None:
    signed = a_reviewed_dossier()
    assert ALL_SHOWN == verdicts()
    assert list(MET) == entry(signed.entry).fields["met"]
    assert f"entry {signed.entry}" in RowVerdict.objects.get(row="P1c").rests_on


def test_an_owner_signs_nothing_off_even_as_a_reviewer() -> None:
    a_reviewed_dossier()
    name_owner(use=USE, owner=OWNING_REVIEWER, by=OWNER, at=LATER)
    latest = queries.need_dossier(the_use())
    for by, error in ((OWNING_REVIEWER, NotIndependent), (OWNER, NotPermitted)):
        with pytest.raises(error):
            review.sign_off(
                use=USE, number=latest.number, version=VERSION_A, objections={}, by=by, at=LATER
            )


def test_whoever_wrote_in_a_dossier_does_not_sign_it_off_though_they_never_owned_the_use() -> None:
    a_dossier()
    dossier.file_part(
        use=USE, part=replace(a_right("R02"), group="Women."), by=OWNING_REVIEWER, at=LATER
    )
    screened_blind()
    latest = queries.need_dossier(the_use()).number
    told = {"use": USE, "number": latest, "version": VERSION_A, "objections": {}, "at": LATER}
    with pytest.raises(NotIndependent):
        review.sign_off(**told, by=OWNING_REVIEWER)  # type: ignore[arg-type] # of each its own
    assert not RowVerdict.objects.exists()
    review.sign_off(**told, by=REVIEWER)  # type: ignore[arg-type] # of each its own
    assert RowVerdict.objects.exists()


def test_a_reviewer_signs_off_after_their_own_screening_not_after_that_of_another() -> None:
    a_dossier()
    screened_blind()
    latest = queries.need_dossier(the_use()).number
    with pytest.raises(queries.NotBlindYet):
        review.sign_off(
            use=USE,
            number=latest,
            version=VERSION_A,
            objections={},
            by=an_actor("other-reviewer", Role.REVIEWER),
            at=LATER,
        )


def test_what_is_said_after_the_sign_off_makes_every_row_cannot_say() -> None:
    a_reviewed_dossier()
    filed(replace(BASIS, necessity="It is cheaper."), minute=6)
    assert {"cannot_say"} == set(verdicts().values())
    # Another basis is another case: the reviewer screens it anew.
    screened_blind(minute=7)
    signed_off(minute=8)
    assert ALL_SHOWN == verdicts()


def test_what_came_after_a_sign_off_waits_for_another() -> None:
    signed = a_reviewed_dossier()
    assert queries.is_signed(signed.dossier)
    assert [] == queries.waiting(REVIEWER, at=LATER)
    a_rights_check(Stage.DEVELOP, minute=6)
    assert not queries.is_signed(signed.dossier)
    (line,) = queries.waiting(REVIEWER, at=LATER)
    assert line.what.startswith("Go through dossier")
    signed_off(minute=7)
    assert queries.is_signed(signed.dossier)
    # Nor does one version's sign-off cover the version that runs.
    start_deployment(use=USE, version=VERSION_B, by=OWNER, at=LATER)
    assert not queries.is_signed(signed.dossier)


def test_a_dossier_that_moved_meanwhile_is_not_signed_off_unread() -> None:
    a_dossier()
    screened_blind()
    read = queries.need_dossier(the_use()).number
    filed(replace(a_right("R02"), group="Women."), minute=4)
    with pytest.raises(review.DossierMoved):
        review.sign_off(
            use=USE, number=read, version=VERSION_A, objections={}, by=REVIEWER, at=LATER
        )


def test_an_objection_makes_a_row_not_met_and_only_that_one() -> None:
    a_dossier()
    a_rights_check()
    screened_blind()
    signed_off(objections={"P1c": "Section 12 allows checks of facts, not of likelihoods."})
    assert {"P1c"} == {row for row, finding in verdicts().items() if finding == "not_met"}
    with pytest.raises(review.ObjectionRefused):
        signed_off(minute=6, objections={"P2.5b": "It is biased."})


def test_a_crossed_red_line_is_not_met_whatever_a_reviewer_says() -> None:
    a_dossier()
    filed(answers("repression"), minute=2)
    a_rights_check()
    screened_blind()
    signed_off()
    assert "not_met" == verdicts()["P1d"]
    assert ("Another use: this one crosses the red line repression.",) == needs("P1d")


def test_a_crossed_red_line_is_not_met_at_once_where_a_reviewer_had_signed() -> None:
    a_reviewed_dossier()
    filed(answers("repression"), minute=6)
    assert ("not_met", "cannot_say") == (verdicts()["P1d"], verdicts()["P1c"])


def test_a_crossed_red_line_is_not_met_at_once_for_what_runs_unsigned() -> None:
    a_dossier()
    start_deployment(use=USE, version=VERSION_A, by=OWNER, at=NINE + 2 * MINUTE)
    filed(a_right("R03"), minute=3)
    assert {} == verdicts()
    filed(answers("repression"), minute=4)
    assert {"P1d": "not_met"} == verdicts()


def test_rows_that_the_ledger_does_not_tell_of_count_for_nothing() -> None:
    a_reviewed_dossier()
    assert ALL_SHOWN == found()
    BlindAnswers.objects.update(answers={**BlindAnswers.objects.get().answers, "rights": ["R03"]})
    assert Finding.CANNOT_SAY is found()["S2"]
    RightsCheck.objects.update(stage="use")
    assert Finding.CANNOT_SAY is found()["P1a"]
    latest = queries.need_dossier(the_use())
    latest.content["basis"]["citation"] = "Another Act, section 1."
    latest.save()
    assert {Finding.CANNOT_SAY} == set(found().values())
    # No action did that: the clock takes the verdicts back, once.
    assert ALL_SHOWN == verdicts()
    part = Actor.operator("answerable/obligations")
    assert len(MET) == clocks.take_back(by=part, at=LATER)
    assert {"cannot_say"} == set(verdicts().values())
    assert 0 == clocks.take_back(by=part, at=LATER)
