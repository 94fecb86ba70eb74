"""The rights are checked for every stage, by one person and then another."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from answerable.gate.in_force import RowsInForce, of_profile
from answerable.gate.stages import StageHeldUp, enter_stage
from answerable.gate.terms import Finding
from answerable.inventory.actions import RightsEntryMissing
from answerable.inventory.queries import stage_of
from answerable.inventory.stages import Stage
from answerable.law.profiles import profile
from answerable.people.actors import NotPermitted
from answerable.people.roles import Role
from answerable.practices.obligations.actions import rights
from answerable.practices.obligations.models import RightsCheck
from tests.inventory.situations import (
    APPROVER,
    MINUTE,
    NINE,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    an_actor,
)
from tests.practices.obligations.situations import (
    CHANGED,
    LATER,
    a_dossier,
    a_rights_check,
    entry,
    found,
    screened_blind,
    signed_off,
    the_use,
)

pytestmark = pytest.mark.django_db(databases="__all__")

OTHER_REVIEWER = an_actor("other-reviewer", Role.REVIEWER)


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
    listed = ("S2", "S3", "P1a", "P1c", "P1d")
    force = of_profile(replace(profile("statement"), listed_rows=listed), on=on)
    return replace(
        force, rows=tuple(replace(row, served_by=row.served_by or "tests") for row in force.rows)
    )


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
