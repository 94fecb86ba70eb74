"""What a use rests on: said by its owner, checked by somebody else, and never by itself."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from answerable.gate.in_force import RowsInForce, of_profile
from answerable.gate.models import Hold, RowVerdict
from answerable.gate.stages import StageHeldUp, enter_stage
from answerable.gate.terms import Finding
from answerable.inventory.actions import RightsEntryMissing, change_context, name_owner
from answerable.inventory.models import Figure, Use
from answerable.inventory.queries import UnknownUse, stage_of
from answerable.inventory.stages import Stage
from answerable.law.profiles import profile
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import Role
from answerable.practices.obligations import queries
from answerable.practices.obligations.actions import dossier, review, rights, rulings, screening
from answerable.practices.obligations.models import BlindAnswers, Rebuttal, RightsCheck
from answerable.practices.obligations.rules.dossier import RightDropped
from answerable.practices.obligations.rules.screening import ASKED
from tests.inventory.situations import (
    APPROVER,
    CONTEXT,
    DAY,
    EVERYBODY_SOUTH,
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
    CHANGED,
    NOTHING_TOUCHED,
    OPTIONS,
    PURPOSE,
    SCREENED,
    a_dossier,
    a_reviewed_dossier,
    a_right,
    a_rights_check,
    answers,
    filed,
    screened_blind,
    signed_off,
)

pytestmark = pytest.mark.django_db(databases="__all__")

LATER = NINE + 10 * MINUTE
OTHER_REVIEWER = an_actor("other-reviewer", Role.REVIEWER)
OWNING_REVIEWER = an_actor("both", Role.OWNER, Role.REVIEWER)


def the_use() -> Use:
    return Use.objects.get(ref=USE)


def verdicts() -> dict[str, str]:
    """The last verdict on each row for version A."""
    rows = RowVerdict.objects.filter(use__ref=USE, version=VERSION_A).order_by("pk")
    return dict(rows.values_list("row", "finding"))


def found() -> dict[str, Finding]:
    rows = queries.findings(the_use(), version=VERSION_A, at=LATER)
    return {one.row: one.finding for one in rows}


def needs(row: str) -> tuple[str, ...]:
    rows = queries.findings(the_use(), version=VERSION_A, at=LATER)
    return next(one.needs for one in rows if one.row == row)


def entry(index: int) -> WrittenEntry:
    return WrittenEntry.read(bytes(EntryRow.objects.get(index=index).payload))


# -- what is said ------------------------------------------------------------------------


def test_a_use_of_which_nothing_was_said_is_cannot_say_on_every_row() -> None:
    a_use()
    assert {Finding.CANNOT_SAY} == set(found().values())


def test_each_part_makes_another_dossier_and_an_entry_without_its_words() -> None:
    a_use()
    filed(PURPOSE, BASIS)
    latest = queries.need_dossier(the_use())
    assert 2 == latest.number
    told = entry(latest.entry)
    assert ("legal basis", latest.digest) == (told.fields["part"], told.fields["dossier"])
    assert BASIS.citation.encode() not in bytes(EntryRow.objects.get(index=latest.entry).payload)


@pytest.mark.parametrize(
    ("part", "why"),
    [
        pytest.param(replace(PURPOSE, output=" "), "blank", id="a blank text"),
        pytest.param(replace(PURPOSE, output="x" * 2001), "longer", id="a text too long"),
        pytest.param(replace(OPTIONS, options=()), "no option", id="no option"),
        pytest.param(replace(a_right("R02"), right="R99"), "no such right", id="no right"),
        pytest.param(replace(SCREENED, domain="XXX"), "no such domain", id="no domain"),
        pytest.param(
            replace(SCREENED, untouched={"R02": "No."}), "yes and no", id="yes and no at once"
        ),
        pytest.param(
            replace(answers(), answers=answers().answers[1:]),
            "every red line",
            id="a line left out",
        ),
    ],
)
def test_a_part_that_leaves_something_unsaid_is_refused(part: object, why: str) -> None:
    a_use()
    with pytest.raises(dossier.PartRefused, match=why):
        filed(part)
    assert queries.latest_dossier(the_use()) is None


def test_only_the_owner_says_it_and_strangers_do_not_know_the_use() -> None:
    a_use()
    for by, error in ((REVIEWER, NotPermitted), (EVERYBODY_SOUTH, UnknownUse)):
        with pytest.raises(error):
            dossier.file_part(use=USE, part=PURPOSE, by=by, at=LATER)


def test_saying_the_same_again_changes_nothing() -> None:
    a_dossier()
    with pytest.raises(dossier.NothingNew):
        filed(BASIS)


# -- screening ---------------------------------------------------------------------------


def test_a_reviewer_sees_no_answers_before_giving_their_own() -> None:
    a_dossier()
    with pytest.raises(queries.NotBlindYet):
        queries.dossier_for(REVIEWER, USE)
    _, shown = queries.case_for(REVIEWER, USE)
    assert (PURPOSE, BASIS, None) == (shown.purpose, shown.basis, shown.screening)
    assert () == (*shown.rights, *shown.red_lines)
    screened_blind()
    _, content = queries.dossier_for(REVIEWER, USE)
    assert content.screening == SCREENED
    assert queries.dossier_for(OWNER, USE)[1] == content


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
    with pytest.raises(screening.NotIndependent):
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
    assert ("presumed:public benefits and service delivery", "right:R02") == rated.reasons[:2]


def test_another_purpose_makes_the_blind_answers_those_of_another_case() -> None:
    a_dossier()
    screened_blind()
    assert Finding.MET is found()["S2"]
    filed(replace(PURPOSE, action="Claims above 0.8 are refused."), minute=4)
    assert Finding.CANNOT_SAY is found()["S2"]
    screened_blind(minute=6)
    assert Finding.MET is found()["S2"]


# -- rebuttal ----------------------------------------------------------------------------


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
    with pytest.raises(screening.NotIndependent):
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


def test_where_a_right_is_touched_there_is_nothing_to_rebut() -> None:
    a_dossier()
    screened_blind()
    with pytest.raises(screening.NothingToRebut, match="a right"):
        propose()


# -- rights, stage by stage --------------------------------------------------------------


def test_a_rights_check_counts_once_another_person_confirmed_it() -> None:
    a_dossier()
    check = a_rights_check(confirmed=False)
    assert (None, Finding.CANNOT_SAY) == (check.entry, found()["P1a"])
    with pytest.raises(NotPermitted):
        rights.confirm_check(use=USE, check=check.pk, by=OWNER, at=LATER)
    confirmed = rights.confirm_check(use=USE, check=check.pk, by=APPROVER, at=LATER)
    assert confirmed.entry is not None
    told = entry(confirmed.entry)
    assert ("obligations.rights.checked", "design") == (told.kind, told.fields["stage"])
    assert Finding.MET is found()["P1a"]
    with pytest.raises(rights.UnknownCheck):
        rights.confirm_check(use=USE, check=check.pk, by=APPROVER, at=LATER)


def test_whoever_wrote_a_check_does_not_confirm_it() -> None:
    a_dossier()
    check = rights.propose_check(
        use=USE,
        stage=Stage.DESIGN,
        rights=("R02",),
        changed=CHANGED,
        by=REVIEWER,
        at=LATER,
    )
    with pytest.raises(rights.OwnCheck):
        rights.confirm_check(use=USE, check=check.pk, by=REVIEWER, at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        RightsCheck.objects.filter(pk=check.pk).update(confirmed_by=check.author)
    rights.confirm_check(use=USE, check=check.pk, by=OTHER_REVIEWER, at=LATER)


def test_copied_text_is_refused_whatever_its_case_and_spacing() -> None:
    a_dossier()
    a_rights_check()
    copied = f"  {CHANGED.format(stage=Stage.DESIGN).upper()} \n"
    with pytest.raises(rights.CheckRefused, match="earlier check"):
        rights.propose_check(
            use=USE, stage=Stage.DEVELOP, rights=("R02",), changed=copied, by=OWNER, at=LATER
        )


@pytest.mark.parametrize(("codes", "changed"), [((), CHANGED), (("R02",), "Nothing.")])
def test_a_check_names_rights_and_says_what_changed(codes: tuple[str, ...], changed: str) -> None:
    a_dossier()
    with pytest.raises(rights.CheckRefused):
        rights.propose_check(
            use=USE, stage=Stage.DESIGN, rights=codes, changed=changed, by=OWNER, at=LATER
        )


def rows_of_this_room(_agency: str = "north", *, on: date) -> RowsInForce:
    """The rows of this room, as if nothing else were in force."""
    listed = ("S2", "S3", "P1a", "P1b", "P1c", "P1d")
    force = of_profile(replace(profile("statement"), listed_rows=listed), on=on)
    return replace(force, rows=tuple(replace(row, served=True) for row in force.rows))


def leave_design(entry: int, *, minute: int) -> None:
    enter_stage(
        use=USE,
        stage=Stage.DEVELOP,
        rights_entry=entry,
        version=VERSION_A,
        by=OWNER,
        at=NINE + minute * MINUTE,
        law=rows_of_this_room,
    )


def test_no_stage_past_design_without_screening_and_a_rights_check_of_its_own() -> None:
    a_dossier()
    a_rights_check()
    check = a_rights_check(Stage.DEVELOP, minute=3)
    assert check.entry is not None
    with pytest.raises(StageHeldUp, match="S2"):
        leave_design(check.entry, minute=4)
    screened_blind(minute=5)
    signed_off(minute=6)
    of_design = RightsCheck.objects.get(stage="design").entry
    assert of_design is not None
    for wrong in (of_design, check.proposed_entry):
        with pytest.raises(RightsEntryMissing):
            leave_design(wrong, minute=7)
    leave_design(check.entry, minute=8)
    assert Stage.DEVELOP is stage_of(the_use())
    assert Finding.MET is found()["P1a"]


# -- the rows ----------------------------------------------------------------------------


def test_a_full_dossier_that_a_reviewer_went_through_meets_the_rows_of_this_room() -> None:
    signed = a_reviewed_dossier()
    rows = ("S2", "S3", "P1a", "P1b", "P1c", "P1d")
    assert dict.fromkeys(rows, "met") == verdicts()
    assert list(rows) == entry(signed.entry).fields["met"]
    assert f"entry {signed.entry}" in RowVerdict.objects.get(row="P1c").rests_on


def test_an_owner_signs_nothing_off_even_as_a_reviewer() -> None:
    a_reviewed_dossier()
    name_owner(use=USE, owner=OWNING_REVIEWER, by=OWNER, at=LATER)
    latest = queries.need_dossier(the_use())
    for by, error in ((OWNING_REVIEWER, screening.NotIndependent), (OWNER, NotPermitted)):
        with pytest.raises(error):
            review.sign_off(
                use=USE, number=latest.number, version=VERSION_A, objections={}, by=by, at=LATER
            )


def test_what_is_said_after_the_sign_off_makes_every_row_cannot_say() -> None:
    a_reviewed_dossier()
    filed(replace(BASIS, necessity="It is cheaper."), minute=6)
    assert {"cannot_say"} == set(verdicts().values())
    # Another basis is another case: the reviewer screens it anew.
    screened_blind(minute=7)
    signed_off(minute=8)
    assert {"met"} == set(verdicts().values())


def test_a_dossier_that_moved_meanwhile_is_not_signed_off_unread() -> None:
    a_dossier()
    screened_blind()
    read = queries.need_dossier(the_use()).number
    filed(replace(a_right("R02"), group="Women."), minute=4)
    with pytest.raises(review.DossierMoved):
        review.sign_off(
            use=USE, number=read, version=VERSION_A, objections={}, by=REVIEWER, at=LATER
        )


def test_a_right_that_only_the_reviewer_named_has_to_be_mapped() -> None:
    a_dossier()
    screened_blind(blind=replace(BLIND, rights=("R02", "R04")))
    assert Finding.CANNOT_SAY is found()["P1b"]
    assert ("The right R04 in the map, or a reason why it is not touched.",) == needs("P1b")
    filed(a_right("R04"), minute=4)
    assert Finding.MET is found()["P1b"]
    filed(RightDropped(right="R16"), minute=5)
    assert Finding.CANNOT_SAY is found()["P1b"]


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


@pytest.mark.parametrize(
    ("left_out", "row"), [("purpose", "P1c"), ("basis", "P1c"), ("options", "P1c")]
)
def test_without_purpose_basis_or_a_less_intrusive_option_there_is_no_basis(
    left_out: str, row: str
) -> None:
    a_use()
    parts = {"purpose": PURPOSE, "basis": BASIS, "options": OPTIONS}
    filed(*(part for name, part in parts.items() if name != left_out))
    assert Finding.CANNOT_SAY is found()[row]
    filed(parts[left_out], minute=2)
    assert Finding.MET is found()[row]


def test_in_another_context_nothing_that_was_said_fits() -> None:
    a_reviewed_dossier()
    change_context(use=USE, context=replace(CONTEXT, purpose="Debt."), by=OWNER, at=LATER)
    assert {Finding.CANNOT_SAY} == set(found().values())
    filed(replace(PURPOSE, action="Debts are collected."), minute=20)
    content = queries.content_of(queries.latest_dossier(the_use()))
    assert (None, ()) == (content.screening, content.red_lines)


# -- rulings -----------------------------------------------------------------------------


def rule(*, unlawful: bool = True, grade: rulings.Grade = rulings.Grade.STOP) -> None:
    rulings.receive_ruling(
        use=USE,
        body="Administrative Court of the North",
        citation="Judgment 12/2026, https://court.example/12",
        unlawful=unlawful,
        grade=grade,
        by=APPROVER,
        at=NINE + 6 * MINUTE,
    )


def test_a_ruling_of_unlawfulness_stops_the_use_until_it_has_another_basis() -> None:
    a_reviewed_dossier()
    rule()
    assert [("stopped", "ruling")] == list(Hold.objects.values_list("level", "ground"))
    assert ("not_met", Finding.NOT_MET) == (verdicts()["P1c"], found()["P1c"])
    filed(replace(PURPOSE, action="Nothing else changes."), minute=7)
    assert Finding.NOT_MET is found()["P1c"]
    filed(replace(BASIS, citation="Benefits Act, section 12a (new)."), minute=8)
    assert Finding.MET is found()["P1c"]
    assert "not_met" != verdicts()["P1c"]


@pytest.mark.parametrize(
    ("unlawful", "grade"), [(True, rulings.Grade.NONE), (False, rulings.Grade.STOP)]
)
def test_what_is_unlawful_is_frozen_and_nothing_else_is(
    *, unlawful: bool, grade: rulings.Grade
) -> None:
    a_dossier()
    with pytest.raises(rulings.RulingRefused):
        rule(unlawful=unlawful, grade=grade)
    assert not Hold.objects.exists()


def test_a_screening_asks_one_question_a_right_and_two_more() -> None:
    assert 28 == ASKED


# -- back doors --------------------------------------------------------------------------


def test_rows_that_the_ledger_does_not_tell_of_count_for_nothing() -> None:
    a_reviewed_dossier()
    assert {Finding.MET} == set(found().values())
    BlindAnswers.objects.update(answers={**BlindAnswers.objects.get().answers, "rights": ["R03"]})
    assert Finding.CANNOT_SAY is found()["S2"]
    RightsCheck.objects.update(stage="use")
    assert Finding.CANNOT_SAY is found()["P1a"]
    latest = queries.need_dossier(the_use())
    latest.content["basis"]["citation"] = "Another Act, section 1."
    latest.save()
    assert {Finding.CANNOT_SAY} == set(found().values())


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
