"""Nothing becomes open by creation, import, restore, or a hand in the tables."""

import ast
from pathlib import Path

import pytest
from django.core import serializers
from django.db import transaction

from answerable.gate import holds, permits
from answerable.gate.facts import facts_of
from answerable.gate.models import (
    Approval,
    Ending,
    Hold,
    Lift,
    Observation,
    RowVerdict,
    ShadowRun,
    StateChange,
    Waiver,
)
from answerable.gate.rules import permit
from answerable.gate.terms import Finding, Permit, PermitState
from answerable.inventory import actions
from answerable.inventory.models import Deployment, Ownership, StageEvent, Use, UseContext
from answerable.inventory.queries import context_of
from tests.gate.situations import (
    a_running_use,
    an_open_use,
    approved,
    record,
    small_law,
)
from tests.inventory.situations import (
    APPROVER,
    CONTEXT,
    DAY,
    HOUR,
    NINE,
    OPERATOR,
    OWNER,
    USE,
    VERSION_A,
    VERSION_B,
    a_use,
)

pytestmark = pytest.mark.django_db(databases="__all__")

SOURCE = Path(__file__).resolve().parents[2] / "src" / "answerable"
NOW = NINE + 5 * HOUR


def now(use: Use, *, version: str = VERSION_A) -> Permit:
    found = Use.objects.get(pk=use.pk)
    return permit(facts_of(found, at=NOW, ledger_fits=True, law=small_law), version=version, at=NOW)


def test_a_use_that_was_only_created_is_for_people_only() -> None:
    assert now(a_use()).state is PermitState.PEOPLE_ONLY


def test_writing_every_stored_state_to_open_opens_nothing() -> None:
    use = a_running_use()
    record("P2.5b", Finding.NOT_MET, at=NINE + 2 * HOUR)
    StateChange.objects.create(
        use=use,
        version=VERSION_A,
        state="open",
        reasons=["permit_open"],
        at=NINE,
        recorded_at=NINE,
        entry=0,
    )
    StateChange.objects.update(state="open")
    assert now(use).state is PermitState.PEOPLE_ONLY


def test_an_approval_that_was_typed_in_or_changed_counts_for_nothing() -> None:
    use = a_running_use()
    typed = Approval.objects.create(
        use=use,
        version=VERSION_A,
        context=context_of(use).digest,
        at=NINE + 2 * HOUR,
        by="account/approver",
        until=NINE + 90 * DAY,
        conditions=[],
        entry=1,
    )
    assert now(use).reasons == ("no_live_approval",)
    typed.delete()
    approved(at=NINE + 3 * HOUR, days=90)
    assert now(use).is_open
    Approval.objects.update(until=NINE + 360 * DAY)
    assert now(use).reasons == ("no_live_approval",)


def test_a_pilot_whose_cap_was_raised_by_hand_is_closed() -> None:
    use = a_running_use()
    approved(at=NINE + 3 * HOUR)
    assert now(use).is_open
    Approval.objects.update(cap=10)
    assert not now(use).is_open


def test_a_verdict_turned_to_met_by_hand_counts_for_nothing() -> None:
    use = an_open_use()
    record("P2.5b", Finding.CANNOT_SAY, at=NINE + 3 * HOUR)
    assert now(use).reasons == ("cannot_say:P2.5b",)
    RowVerdict.objects.filter(finding="cannot_say").update(finding="met", rests_on=["x"])
    assert now(use).reasons == ("ledger_does_not_fit",)


@pytest.mark.parametrize("how", ["delete", "move to another version"])
def test_a_verdict_does_not_go_away_with_its_row(how: str) -> None:
    use = an_open_use()
    record("P2.5b", Finding.NOT_MET, at=NINE + 3 * HOUR)
    assert now(use).reasons == ("not_met:P2.5b",)
    wrong = RowVerdict.objects.filter(finding="not_met")
    if how == "delete":
        wrong.delete()
    else:
        wrong.update(version=VERSION_B)
    assert now(use).reasons == ("ledger_does_not_fit",)


def test_a_change_of_version_context_stage_or_owner_does_not_go_away_with_its_row() -> None:
    use = an_open_use()
    for model in (Deployment, UseContext, StageEvent, Ownership):
        with transaction.atomic():
            model.objects.order_by("-pk")[:1].get().delete()
            assert now(use).reasons == ("ledger_does_not_fit",)
            transaction.set_rollback(True)
    assert now(use).is_open


def test_a_waiver_that_was_typed_in_counts_for_nothing() -> None:
    use = an_open_use()
    record("P2.5b", Finding.CANNOT_SAY, at=NINE + 3 * HOUR)
    Waiver.objects.create(
        use=use,
        version=VERSION_A,
        context=context_of(use).digest,
        row="P2.5b",
        reason="Because.",
        at=NINE + 3 * HOUR,
        by="account/approver",
        until=NINE + 90 * DAY,
        entry=2,
    )
    assert now(use).reasons == ("cannot_say:P2.5b",)


@pytest.mark.parametrize("how", ["delete", "weaken", "lift"])
def test_a_stop_does_not_go_away_with_its_row(how: str) -> None:
    use = an_open_use()
    hold = holds.stop(use=USE, ground="breaker", by=OPERATOR, at=NINE + 3 * HOUR, law=small_law)
    if how == "delete":
        hold.delete()
    elif how == "weaken":
        Hold.objects.update(level="pause", subject="ab" * 16)
    else:
        Lift.objects.create(hold=hold, rests_on=["x"], at=NOW, by="account/1", entry=hold.entry)
    assert not now(use).is_open


@pytest.mark.parametrize("how", ["delete", "move", "mildest"])
def test_a_hold_on_the_whole_does_not_go_away_with_its_row(how: str) -> None:
    use = an_open_use()
    place = holds.stop if how == "mildest" else holds.pause
    hold = place(use=USE, ground="breaker", by=OPERATOR, at=NINE + 3 * HOUR, law=small_law)
    held = now(use)
    assert held.paused or not held.is_open
    if how == "delete":
        hold.delete()
    elif how == "move":
        Hold.objects.update(subject="ab" * 16)
    else:
        Hold.objects.update(level="pause")
    assert now(use).reasons == ("ledger_does_not_fit",)


def test_a_closing_does_not_go_away_with_its_row() -> None:
    use = an_open_use()
    permits.close_permit(use=USE, reason="A fault.", by=APPROVER, at=NINE + 3 * HOUR, law=small_law)
    Ending.objects.all().delete()
    assert now(use).reasons == ("no_live_approval",)


def test_a_context_rewritten_in_place_is_one_for_which_nothing_was_shown() -> None:
    use = an_open_use()
    row = UseContext.objects.get()
    row.content = row.content | {"purpose": "Something else."}
    row.save()
    assert not now(use).is_open


def test_a_version_or_a_stage_that_was_typed_in_closes() -> None:
    use = an_open_use()
    version = use.system.versions.get(digest=VERSION_A)
    with transaction.atomic():
        Deployment.objects.create(use=use, version=version, since=NINE + 3 * HOUR, entry=1)
        assert now(use).reasons == ("version_not_running",)
        transaction.set_rollback(True)
    StageEvent.objects.create(use=use, stage="use", at=NINE + 3 * HOUR, by="x", entry=1)
    assert now(use).reasons == ("stage_untold",)


def test_observing_or_shadowing_that_was_typed_in_counts_for_nothing() -> None:
    use = a_running_use()
    Use.objects.update(running_since=NINE - 9 * DAY)
    fields = {"use": use, "at": NINE + 2 * HOUR, "by": "account/approver", "entry": 3}
    until = NINE + 80 * DAY
    Observation.objects.create(
        version=VERSION_A, context=context_of(use).digest, until=until, **fields
    )
    ShadowRun.objects.create(version=VERSION_A, until=until, **fields)
    assert now(use).state is PermitState.PEOPLE_ONLY


def test_rows_loaded_from_a_file_without_their_ledger_open_nothing() -> None:
    use = an_open_use()
    models = (Deployment, StageEvent, UseContext, RowVerdict, Approval)
    saved = serializers.serialize("json", [row for one in models for row in one.objects.all()])
    for model in models:
        model.objects.all().delete()
    # The numbers of another installation's ledger: here they tell of something else.
    moved = saved.replace('"entry": ', '"entry": 1')
    for row in serializers.deserialize("json", moved):
        row.save()
    assert Approval.objects.count() == 1
    assert not now(use).is_open


def test_a_use_brought_back_from_retirement_needs_everything_again() -> None:
    use = an_open_use()
    actions.start_deployment(use=USE, version=VERSION_B, by=OWNER, at=NINE + 3 * HOUR)
    actions.start_deployment(use=USE, version=VERSION_A, by=OWNER, at=NINE + 4 * HOUR)
    actions.change_context(use=USE, context=CONTEXT, by=OWNER, at=NINE + 4 * HOUR)
    assert now(use).reasons == ("no_live_approval",)


def test_no_part_of_the_product_passes_a_law_of_its_own() -> None:
    passed = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                passed |= {ast.unparse(one.value) for one in node.keywords if one.arg == "law"}
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
                passed |= {
                    ast.unparse(default)
                    for name, default in named
                    if name.arg == "law" and default is not None
                }
    # Handed on, or the agency's own profile; the others are the field of a row or of facts.
    fields = {"in_force[use.agency_id]", "wanted.law", "row.law"}
    digest = {one for one in passed if one.startswith("sha256_of_bytes(")}
    assert passed - fields - digest <= {"law", "law_of_agency", "self.law", "self._law"}
