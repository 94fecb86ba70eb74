"""Limits are set beforehand, by two people, and loosened in the open."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from answerable.gate.models import RowVerdict
from answerable.gate.terms import Finding
from answerable.gate.verdicts import VersionUnknown
from answerable.inventory.queries import UnknownUse
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.people.actors import NotPermitted
from answerable.people.roles import Role
from answerable.practices.monitoring.actions.plans import (
    GainsUnsaid,
    LimitsNotBeforehand,
    OwnLimits,
    PlanNotProposed,
    UnknownPlan,
    agree_to_limits,
    propose_limits,
)
from answerable.practices.monitoring.models import Plan
from answerable.practices.monitoring.queries import findings, plan_in_force, waiting
from answerable.practices.monitoring.rules.limits import LimitsRefused
from tests.gate.situations import an_open_use
from tests.inventory.situations import (
    APPROVER,
    CASEWORKER,
    DAY,
    EVERYBODY_SOUTH,
    HOUR,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    VERSION_B,
    a_use,
    an_actor,
)
from tests.practices.monitoring.situations import (
    AGREED,
    FIRST,
    LABELS,
    TERMS,
    an_agreed_plan,
    law,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def told(kind: str) -> WrittenEntry:
    row = EntryRow.objects.filter(kind=kind).latest("index")
    return WrittenEntry.read(bytes(row.payload))


def test_limits_that_a_reviewer_agreed_to_beforehand_meet_the_row() -> None:
    use = a_use()
    plan = an_agreed_plan()
    assert plan_in_force(use, version=VERSION_A) == plan
    verdict = RowVerdict.objects.get(row="P3h")
    assert (verdict.finding, verdict.version) == ("met", VERSION_A)
    assert verdict.rests_on == [f"entry {plan.agreed_entry}", f"limits {TERMS.digest()}"]
    assert told("monitoring.limits.agreed").fields["plan"] == TERMS.digest()
    proposed = told("monitoring.limits.proposed").sentence
    assert (
        "labelled yes in at most 0.5 of cases; In the years before, a third of claims" in proposed
    )


def test_without_limits_nobody_can_say_anything_of_what_is_watched() -> None:
    use = a_use()
    propose_limits(terms=TERMS, by=OWNER, at=AGREED)
    found = findings(use, version=VERSION_A, at=AGREED, law=law)
    assert {one.finding for one in found} == {Finding.CANNOT_SAY}
    assert [one.row for one in found] == ["P3a", "P3b", "P3c", "P3h", "P3i"]
    assert all(one.needs for one in found)


def test_limits_of_one_version_are_none_of_another() -> None:
    use = a_use()
    an_agreed_plan()
    by_row = {one.row: one for one in findings(use, version=VERSION_B, at=AGREED, law=law)}
    assert by_row["P3h"].finding is Finding.CANNOT_SAY


def test_limits_do_not_reach_back_to_days_of_which_something_was_seen() -> None:
    a_use()
    plan = propose_limits(terms=TERMS, by=OWNER, at=AGREED)
    with pytest.raises(LimitsNotBeforehand):
        agree_to_limits(plan=plan.pk, by=REVIEWER, at=AGREED + DAY, law=law)
    agree_to_limits(plan=plan.pk, by=REVIEWER, at=AGREED, law=law)


def test_only_an_owner_proposes_and_only_another_agrees() -> None:
    a_use()
    for stranger in (REVIEWER, APPROVER, CASEWORKER):
        with pytest.raises(NotPermitted):
            propose_limits(terms=TERMS, by=stranger, at=AGREED)
    with pytest.raises(UnknownUse):
        propose_limits(terms=TERMS, by=EVERYBODY_SOUTH, at=AGREED)
    plan = propose_limits(terms=TERMS, by=OWNER, at=AGREED)
    both = an_actor("owner", Role.OWNER, Role.REVIEWER)
    with pytest.raises(OwnLimits):
        agree_to_limits(plan=plan.pk, by=both, at=AGREED, law=law)
    with pytest.raises(NotPermitted):
        agree_to_limits(plan=plan.pk, by=APPROVER, at=AGREED, law=law)
    with pytest.raises(UnknownPlan):
        agree_to_limits(plan=plan.pk, by=EVERYBODY_SOUTH, at=AGREED, law=law)
    assert not RowVerdict.objects.filter(row="P3h").exists()


def test_limits_are_agreed_to_once() -> None:
    a_use()
    plan = an_agreed_plan()
    with pytest.raises(PlanNotProposed):
        agree_to_limits(plan=plan.pk, by=REVIEWER, at=AGREED + HOUR, law=law)


def test_limits_are_of_a_version_and_a_catalogue_that_the_use_has() -> None:
    a_use()
    with pytest.raises(VersionUnknown):
        propose_limits(terms=replace(TERMS, version="cc" * 32), by=OWNER, at=AGREED)
    with pytest.raises(LimitsRefused, match="none of this use"):
        propose_limits(terms=replace(TERMS, selected=("fined",)), by=OWNER, at=AGREED)


def test_who_loosens_a_limit_says_who_gains() -> None:
    use = a_use()
    an_agreed_plan()
    looser = replace(LABELS, limit=0.6, catches=0.9)
    terms = replace(
        TERMS,
        begins_on=FIRST.replace(month=12),
        streams=tuple(looser if one is LABELS else one for one in TERMS.streams),
    )
    silent = propose_limits(terms=terms, by=OWNER, at=AGREED + DAY)
    with pytest.raises(GainsUnsaid, match="label-rate"):
        agree_to_limits(plan=silent.pk, by=REVIEWER, at=AGREED + DAY, law=law)
    an_agreed_plan(terms, gains="The office, which checks fewer claims.", at=AGREED + 2 * DAY)
    entry = told("monitoring.limits.agreed")
    assert entry.fields["loosened"] == ["label-rate"]
    assert entry.fields["after_breach"] is False
    assert "The office" in entry.sentence
    states = Plan.objects.filter(use=use).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["superseded", "proposed", "agreed"]


def test_a_new_version_is_no_way_to_looser_limits() -> None:
    a_use()
    an_agreed_plan()
    looser = tuple(
        replace(one, limit=0.6, catches=0.9) if one is LABELS else one for one in TERMS.streams
    )
    terms = replace(TERMS, version=VERSION_B, streams=looser)
    silent = propose_limits(terms=terms, by=OWNER, at=AGREED)
    with pytest.raises(GainsUnsaid, match="label-rate"):
        agree_to_limits(plan=silent.pk, by=REVIEWER, at=AGREED, law=law)
    an_agreed_plan(replace(terms, streams=TERMS.streams))
    states = Plan.objects.order_by("pk").values_list("version", "state")
    assert list(states) == [
        (VERSION_A, "agreed"),
        (VERSION_B, "proposed"),
        (VERSION_B, "agreed"),
    ]


def test_proposed_limits_wait_for_a_reviewer_and_nobody_else() -> None:
    an_open_use()
    propose_limits(terms=TERMS, by=OWNER, at=AGREED)
    (line,) = waiting(REVIEWER, at=AGREED)
    assert line.url == f"/uses/{USE}/monitoring/"
    assert waiting(OWNER, at=AGREED) == waiting(EVERYBODY_SOUTH, at=AGREED) == []


@pytest.mark.parametrize(
    "change",
    [{"agreed_entry": None}, {"agreed_at": None}, {"agreed_by": OWNER.ref}, {"state": "gone"}],
)
def test_the_database_keeps_an_agreement_whole(change: dict[str, object]) -> None:
    a_use()
    plan = an_agreed_plan()
    if change == {"state": "gone"}:
        # A second one in force is what it refuses there.
        Plan.objects.filter(pk=plan.pk).update(state="superseded")
        other = propose_limits(terms=TERMS, by=OWNER, at=AGREED)
        change = {"state": "agreed", "agreed_at": AGREED, "agreed_entry": 1, "agreed_by": "x"}
        Plan.objects.filter(pk=other.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(**{"state": "agreed", **change})
