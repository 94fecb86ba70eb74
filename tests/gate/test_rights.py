"""By role, action and agency: nobody does or sees more than their part in their own agency."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate import changes, check, holds, optouts, permits, stages, verdicts
from answerable.gate.holds import UnknownHold
from answerable.gate.models import Hold
from answerable.gate.terms import Finding
from answerable.inventory import actions, queries
from answerable.inventory.queries import UnknownSystem, UnknownUse
from answerable.inventory.stages import Stage
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import Role
from tests.gate.situations import (
    TERMS,
    a_rights_entry,
    a_running_use,
    an_open_use,
    room_of,
    small_law,
)
from tests.inventory.situations import (
    CONTEXT,
    DAY,
    HOUR,
    NINE,
    OPERATOR,
    USE,
    VERSION_A,
    VERSION_B,
    an_actor,
)

pytestmark = pytest.mark.django_db(databases="__all__")

NOW = NINE + 3 * HOUR
SYSTEM = "north.benefit-check-system"
GIVEN = tuple(role for role in Role if role is not Role.OPERATOR)

Act = Callable[[Actor], object]


def hold(*, whole: bool) -> int:
    if whole:
        return holds.pause(use=USE, ground="breaker", by=OPERATOR, at=NOW, law=small_law).pk
    return holds.place_hold(use=USE, ground="challenge", subject="ab" * 16, by=OPERATOR, at=NOW).pk


def waived(by: Actor) -> object:
    verdicts.record_verdict(
        use=USE,
        version=VERSION_A,
        row="P2.5b",
        finding=Finding.CANNOT_SAY,
        by=an_actor("reviewer", Role.REVIEWER),
        at=NOW,
        law=small_law,
    )
    return verdicts.give_waiver(
        use=USE,
        version=VERSION_A,
        row="P2.5b",
        reason="The data arrive in May.",
        until=NOW + DAY,
        by=by,
        at=NOW,
        law=small_law,
    )


def renewed(by: Actor) -> object:
    waived(an_actor("first", Role.APPROVER))
    return verdicts.renew_waiver(
        use=USE,
        version=VERSION_A,
        row="P2.5b",
        reason="The data arrive in June.",
        until=NOW + 2 * DAY,
        by=by,
        at=NOW + HOUR,
        law=small_law,
    )


def judged(by: Actor, finding: Finding) -> object:
    return verdicts.record_verdict(
        use=USE,
        version=VERSION_A,
        row="P2.5b",
        finding=finding,
        rests_on=("evidence/1",),
        room=room_of("P2.5b"),
        by=by,
        at=NOW,
        law=small_law,
    )


def entered(by: Actor, stage: Stage) -> object:
    return stages.enter_stage(
        use=USE,
        stage=stage,
        rights_entry=a_rights_entry(stage, at=NOW),
        version=VERSION_A,
        by=by,
        at=NOW,
        law=small_law,
    )


def withdrawn(by: Actor) -> object:
    optouts.place_opt_out(use=USE, person="person-1", by=OPERATOR, at=NOW)
    optouts.withdraw_opt_out(use=USE, person="person-1", by=by, at=NOW)
    return True


OWN, APP, REV, CW = Role.OWNER, Role.APPROVER, Role.REVIEWER, Role.CASEWORKER
LAW: dict[str, Any] = {"at": NOW, "law": small_law}
HALF: dict[str, Any] = {"until": NOW + 90 * DAY}

# Every action of the two rooms, with the roles that may take it; "part": Answerable's own parts.
ACTIONS: dict[str, tuple[Act, set[Role | str]]] = {
    "enrol_system": (
        lambda by: actions.enrol_system(agency="north", slug="other", name="Other", by=by, at=NOW),
        {OWN},
    ),
    "record_version": (
        lambda by: actions.record_version(
            system=SYSTEM, digest="dd" * 32, source="client", by=by, at=NOW
        ),
        {OWN},
    ),
    "enrol_use": (
        lambda by: actions.enrol_use(
            system=SYSTEM, slug="other", name="Other", context=CONTEXT, by=by, at=NOW
        ),
        {OWN},
    ),
    "change_context": (
        lambda by: actions.change_context(
            use=USE, context=replace(CONTEXT, purpose="Another."), by=by, at=NOW
        ),
        {OWN},
    ),
    "change_catalogue": (
        lambda by: actions.change_catalogue(
            use=USE, reasons=("late",), attributes=(), by=by, at=NOW
        ),
        {OWN},
    ),
    "name_owner": (
        lambda by: actions.name_owner(use=USE, owner=an_actor("heir", OWN), by=by, at=NOW),
        {OWN},
    ),
    "start_deployment": (
        lambda by: actions.start_deployment(use=USE, version=VERSION_B, by=by, at=NOW),
        {OWN},
    ),
    "end_deployment": (lambda by: actions.end_deployment(use=USE, by=by, at=NOW), {OWN}),
    "inventory.enter_stage": (
        lambda by: actions.enter_stage(
            use=USE,
            stage=Stage.USE,
            rights_entry=a_rights_entry(Stage.USE, at=NOW),
            by=by,
            at=NOW,
        ),
        {APP},
    ),
    "enter_stage use": (lambda by: entered(by, Stage.USE), {APP}),
    "enter_stage develop": (lambda by: entered(by, Stage.DEVELOP), {OWN}),
    "record_verdict met": (lambda by: judged(by, Finding.MET), {REV}),
    "record_verdict not met": (lambda by: judged(by, Finding.NOT_MET), {OWN, REV, "part"}),
    "give_waiver": (waived, {APP}),
    "renew_waiver": (renewed, {APP}),
    "approve": (
        lambda by: permits.approve(use=USE, version=VERSION_A, by=by, **HALF, **LAW),
        {APP},
    ),
    "start_pilot": (
        lambda by: permits.start_pilot(
            use=USE, version=VERSION_A, terms=TERMS, by=by, **HALF, **LAW
        ),
        {APP},
    ),
    "refuse": (lambda by: permits.refuse(use=USE, reason="No.", by=by, **LAW), {APP}),
    "close_permit": (
        lambda by: permits.close_permit(use=USE, reason="No.", by=by, **LAW),
        {APP},
    ),
    "start_shadow": (
        lambda by: permits.start_shadow(use=USE, version=VERSION_B, by=by, **HALF, **LAW),
        {APP},
    ),
    "place_hold": (
        lambda by: holds.place_hold(use=USE, ground="challenge", subject="ab" * 16, by=by, at=NOW),
        {OWN, APP, REV, CW, "part"},
    ),
    "pause": (
        lambda by: holds.pause(use=USE, ground="breaker", by=by, **LAW),
        {OWN, APP, REV, CW, "part"},
    ),
    "send_to_people": (
        lambda by: holds.send_to_people(use=USE, ground="breaker", by=by, **LAW),
        {OWN, APP, REV, CW, "part"},
    ),
    "stop": (
        lambda by: holds.stop(use=USE, ground="breaker", by=by, **LAW),
        {OWN, APP, REV, CW, "part"},
    ),
    "lift_hold of a person": (
        lambda by: holds.lift_hold(hold=hold(whole=False), rests_on=("challenge/1",), by=by, **LAW),
        {REV, CW, "part"},
    ),
    "lift_hold of a use": (
        lambda by: holds.lift_hold(hold=hold(whole=True), rests_on=("approval/1",), by=by, **LAW),
        {APP},
    ),
    "place_opt_out": (
        lambda by: optouts.place_opt_out(use=USE, person="person-1", by=by, at=NOW) is not None,
        {CW, "part"},
    ),
    "withdraw_opt_out": (withdrawn, {CW, "part"}),
    "erase_opt_outs": (
        lambda by: optouts.erase_opt_outs(agency="north", person="person-1", by=by, at=NOW),
        {Role.ADMINISTRATOR, OWN, "part"},
    ),
    "recompute_all": (
        lambda by: changes.recompute_all(by=by, ledger_fits=True, **LAW) is not None,
        {"part"},
    ),
    "check": (
        lambda by: check.check(use=USE, viewer=by, ledger_fits=True, **LAW),
        {*GIVEN, "part"},
    ),
}


def outcome(act: Act, by: Actor) -> object:
    """Whether the actor may, leaving nothing behind; what else went wrong is raised."""
    try:
        with transaction.atomic():
            act(by)
            transaction.set_rollback(True)
    except (NotPermitted, UnknownHold, UnknownUse, UnknownSystem):
        return False
    return True


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_taken_by_its_roles_in_the_agency_and_by_nobody_else(name: str) -> None:
    a_running_use()
    act, may = ACTIONS[name]
    for role in GIVEN:
        assert outcome(act, an_actor("x", role)) is (role in may), role
        assert outcome(act, an_actor("x", role, agency="south")) is False, role
    assert outcome(act, OPERATOR) is ("part" in may)
    assert outcome(act, an_actor("nobody")) is False


def test_no_action_was_forgotten() -> None:
    rooms = (actions, verdicts, permits, holds, optouts, stages)
    written = {
        name
        for room in rooms
        for name, found in vars(room).items()
        if callable(found)
        and found.__module__ == room.__name__
        and {"by", "at"} <= set(getattr(found, "__annotations__", {}))
        and not name.startswith("_")
    }
    # Observing has a situation, and a test, of its own.
    tabled = {name.split()[0].removeprefix("inventory.") for name in ACTIONS} | {"enrol_observed"}
    assert written <= tabled


def test_the_queries_show_an_agency_only_to_those_who_belong_to_it() -> None:
    an_open_use()
    for query in (
        queries.systems_visible_to,
        queries.versions_visible_to,
        queries.uses_visible_to,
        queries.deployments_visible_to,
        queries.stages_visible_to,
    ):
        for role in GIVEN:
            assert query(an_actor("x", role)).exists()
            assert not query(an_actor("x", role, agency="south")).exists()
        assert not query(an_actor("nobody")).exists()
        assert not query(OPERATOR).exists()


def test_an_agency_that_asks_for_all_is_shown_its_own() -> None:
    an_open_use()
    asked = [
        len(check.check_all(viewer=viewer, ledger_fits=True, **LAW))
        for viewer in (OPERATOR, an_actor("x", APP), an_actor("x", APP, agency="south"))
    ]
    assert asked == [1, 1, 0]


def test_a_hold_of_another_agency_is_as_unknown_as_one_that_is_not_there() -> None:
    an_open_use()
    held = hold(whole=False)
    stranger = an_actor("x", *GIVEN, agency="south")
    messages = []
    for number in (held, held + 1000):
        with pytest.raises(UnknownHold) as refused:
            holds.lift_hold(hold=number, rests_on=("x/1",), by=stranger, **LAW)
        messages.append(refused.value.code)
    assert messages == ["gate.unknown_hold"] * 2
    assert Hold.objects.filter(lift=None).count() == 1


# -- separation of duties, row by row --------------------------------------------------


EVERYTHING = frozenset(("north", role) for role in GIVEN)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("approve", "gate.own_use"),
        ("start_pilot", "gate.own_use"),
        ("refuse", "gate.own_use"),
        ("close_permit", "gate.own_use"),
        ("start_shadow", "gate.own_use"),
        ("give_waiver", "gate.waiver_refused"),
        ("renew_waiver", "gate.waiver_refused"),
        ("record_verdict met", "gate.own_met_refused"),
        ("lift_hold of a person", "gate.own_hold"),
        ("lift_hold of a use", "gate.own_hold"),
    ],
)
def test_an_owner_is_refused_whatever_other_role_they_hold_and_after_handing_over(
    name: str, code: str
) -> None:
    a_running_use()
    act, _ = ACTIONS[name]
    owner = Actor(ref="account/owner", roles=EVERYTHING)
    other = Actor(ref="account/another", roles=EVERYTHING)
    with transaction.atomic():
        assert outcome(act, other) is True
    for _ in range(2):
        with pytest.raises(AnswerableError) as refused, transaction.atomic():
            act(owner)
        assert refused.value.code == code
        actions.name_owner(
            use=USE,
            owner=an_actor("heir", OWN),
            by=owner,
            at=NINE + 2 * HOUR + timedelta(minutes=1),
        )


def test_an_owner_may_say_that_a_row_is_not_met() -> None:
    a_running_use()
    act, _ = ACTIONS["record_verdict not met"]
    assert outcome(act, an_actor("owner", OWN)) is True
