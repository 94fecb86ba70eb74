"""What a use rests on is said by its owner, part by part, and never rewritten."""

from dataclasses import replace

import pytest

from answerable.gate.terms import Finding
from answerable.inventory.actions import change_context
from answerable.inventory.queries import UnknownUse
from answerable.law.rights import right
from answerable.ledger.models import EntryRow
from answerable.people.actors import NotPermitted
from answerable.practices.obligations import queries
from answerable.practices.obligations.actions import dossier
from answerable.practices.obligations.rules.dossier import RightDropped
from tests.inventory.situations import (
    CONTEXT,
    EVERYBODY_SOUTH,
    OWNER,
    REVIEWER,
    USE,
    a_use,
)
from tests.practices.obligations.situations import (
    BASIS,
    BLIND,
    LATER,
    OPTIONS,
    PURPOSE,
    SCREENED,
    UNTOUCHED,
    a_dossier,
    a_reviewed_dossier,
    a_right,
    answers,
    entry,
    filed,
    found,
    needs,
    screened_blind,
    the_use,
)

pytestmark = pytest.mark.django_db(databases="__all__")


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


def test_a_right_that_only_the_reviewer_named_has_to_be_mapped() -> None:
    a_dossier()
    screened_blind(blind=replace(BLIND, rights=("R02", "R04")))
    # That complaints are compared with the map is not built, so nothing meets the row yet.
    needed, complaints = needs("P1b")
    assert "compared with the map: not built yet" in complaints
    assert needed == (
        f"The right R04 ({right('R04').right}) in the map: an assessor said that it is touched."
    )
    filed(a_right("R04"), minute=4)
    assert (complaints,) == needs("P1b")
    filed(RightDropped(right="R16"), minute=5)
    assert f"The right R16 ({right('R16').right}) in the map" in needs("P1b")[0]
    assert Finding.CANNOT_SAY is found()["P1b"]


def test_of_a_right_that_the_field_offers_first_a_reason_is_enough() -> None:
    a_dossier()
    screened_blind()
    untouched = {code: why for code, why in UNTOUCHED.items() if code != "R06"}
    filed(replace(SCREENED, untouched=untouched), minute=4)
    needed, _ = needs("P1b")
    assert needed.endswith("in the map, or a reason why it is not touched.")
    filed(SCREENED, minute=5)
    assert 1 == len(needs("P1b"))
