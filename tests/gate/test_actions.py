"""What the actions refuse, beside what they let through, and what they tell the ledger."""

import ast
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest

import answerable.practices
from answerable.gate import holds, permits, stages, verdicts
from answerable.gate.changes import recompute, recompute_all
from answerable.gate.check import check
from answerable.gate.holds import LiftedAlready, LiftOnNothing, RestartNeedsApproval
from answerable.gate.in_force import RowsInForce, of_profile
from answerable.gate.models import Hold, StateChange
from answerable.gate.permits import NotRunningBefore, RowsNotCleared, TermRefused
from answerable.gate.stages import StageHeldUp
from answerable.gate.terms import Finding, Permit, PermitState
from answerable.gate.verdicts import MetOnNothing, RowNotInForce, VersionUnknown, WaiverRefused
from answerable.inventory import actions
from answerable.inventory.stages import Stage
from answerable.law.profiles import profile
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from tests.gate.situations import (
    ROWS,
    TERMS,
    a_rights_entry,
    a_running_use,
    an_open_use,
    approved,
    enter,
    record,
    room_of,
    small_law,
)
from tests.inventory.situations import (
    APPROVER,
    CASEWORKER,
    CONTEXT,
    DAY,
    HOUR,
    MINUTE,
    NINE,
    OPERATOR,
    OTHER_APPROVER,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    VERSION_B,
    a_use,
)

pytestmark = pytest.mark.django_db(databases="__all__")

NOW = NINE + 3 * HOUR
PRACTICES = Path(answerable.practices.__path__[0])


def now(*, hours: float = 3) -> Permit:
    at = NINE + hours * HOUR
    return check(use=USE, viewer=OWNER, at=at, ledger_fits=True, law=small_law).permit


def waive(*, days: int = 180, row: str = "P2.5b", reason: str = "The data come in May.") -> None:
    verdicts.give_waiver(
        use=USE,
        version=VERSION_A,
        row=row,
        reason=reason,
        until=NOW + days * DAY,
        by=APPROVER,
        at=NOW,
        law=small_law,
    )


# -- verdicts and waivers ---------------------------------------------------------------


def test_a_row_is_met_only_on_something_that_shows_it() -> None:
    a_running_use()
    for rests_on in ((), (" ",)):
        with pytest.raises(MetOnNothing):
            verdicts.record_verdict(
                use=USE,
                version=VERSION_A,
                row="P1c",
                finding=Finding.MET,
                rests_on=rests_on,
                room=room_of("P1c"),
                by=REVIEWER,
                at=NOW,
                law=small_law,
            )


@pytest.mark.parametrize(
    ("row", "room", "why"),
    [
        ("P1c", "", "obligations finds it"),
        ("P1c", "answerable.practices.assessment.actions", "obligations finds it"),
        ("P1c", "answerable.practices.obligations_of_mine", "obligations finds it"),
        ("P2.4c", "", "nothing serves it yet"),
    ],
)
def test_met_comes_from_the_room_that_serves_the_row(row: str, room: str, why: str) -> None:
    a_running_use()
    found = partial(
        verdicts.record_verdict,
        use=USE,
        version=VERSION_A,
        row=row,
        rests_on=("evidence/7",),
        by=REVIEWER,
        at=NOW,
        law=as_in_the_statement,
    )
    with pytest.raises(verdicts.MetByHand, match=why):
        found(finding=Finding.MET, room=room)
    # That something is wrong may be said by anybody entitled to.
    assert found(finding=Finding.NOT_MET, room=room).finding == Finding.NOT_MET


def as_in_the_statement(_agency: str, *, on: date) -> RowsInForce:
    return of_profile(replace(profile("statement"), listed_rows=ROWS), on=on)


def test_each_practice_names_itself_as_the_room_and_no_other() -> None:
    named = [
        (path.name, ast.unparse(given.value))
        for path in PRACTICES.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in {"record_findings", "record_verdict"}
        for given in call.keywords
        if given.arg == "room"
    ]
    assert len(named) >= 8
    assert {room for _, room in named} == {"__name__"}


@pytest.mark.parametrize(
    ("version", "row", "error"),
    [("cc" * 32, "P1c", VersionUnknown), (VERSION_A, "P3h", RowNotInForce)],
)
def test_a_verdict_is_on_a_row_in_force_and_a_known_version(
    version: str, row: str, error: type[Exception]
) -> None:
    a_running_use()
    with pytest.raises(error):
        record(row, at=NOW, version=version)


def test_a_waiver_covers_what_cannot_be_said_for_at_most_180_days() -> None:
    a_running_use()
    record("P2.5b", Finding.CANNOT_SAY, at=NOW)
    with pytest.raises(WaiverRefused, match="180 days"):
        waive(days=181)
    with pytest.raises(WaiverRefused, match="blank"):
        waive(reason=" ")
    waive(days=180)
    approved(at=NOW + HOUR)
    assert now(hours=4).is_open


@pytest.mark.parametrize(
    ("row", "finding", "why"),
    [
        ("P2.5b", Finding.NOT_MET, "it is not met"),
        ("P2.5b", Finding.MET, "it is met"),
        ("P1c", Finding.CANNOT_SAY, "no waiver ever covers"),
    ],
)
def test_a_waiver_covers_neither_what_was_judged_nor_a_row_that_takes_none(
    row: str, finding: Finding, why: str
) -> None:
    a_running_use()
    record(row, finding, at=NOW)
    with pytest.raises(WaiverRefused, match=why):
        waive(row=row)


def test_a_row_that_is_not_built_takes_no_waiver() -> None:
    a_running_use()
    with pytest.raises(WaiverRefused, match="not built"):
        verdicts.give_waiver(
            use=USE,
            version=VERSION_A,
            row="P2.3c",
            reason="The data come in May.",
            until=NOW + DAY,
            by=APPROVER,
            at=NOW,
        )


def test_a_waiver_is_given_once_and_renewed_once_by_another_official() -> None:
    a_running_use()
    record("P2.5b", Finding.CANNOT_SAY, at=NOW)
    waive(days=90)
    with pytest.raises(WaiverRefused, match="renewed instead"):
        waive(days=100)
    again = {
        "use": USE,
        "version": VERSION_A,
        "row": "P2.5b",
        "reason": "The data come in June.",
        "at": NOW + 80 * DAY,
        "until": NOW + 200 * DAY,
        "law": small_law,
    }
    with pytest.raises(WaiverRefused, match="neither owns"):
        verdicts.renew_waiver(by=APPROVER, **again)  # type: ignore[arg-type]  # by name
    verdicts.renew_waiver(by=OTHER_APPROVER, **again)  # type: ignore[arg-type]  # by name
    with pytest.raises(WaiverRefused, match="as often"):
        verdicts.renew_waiver(by=APPROVER, **again)  # type: ignore[arg-type]  # by name


# -- approvals, pilots, stops -----------------------------------------------------------


def test_the_ledger_says_of_a_verdict_what_a_person_would_say() -> None:
    a_running_use()
    record("P2.5b", Finding.NOT_MET, at=NOW)
    [told] = EntryRow.objects.filter(kind="gate.verdict.recorded").order_by("-index")[:1]
    sentence = WrittenEntry.read(bytes(told.payload)).sentence
    assert sentence.startswith("Row P2.5b is not met for version ")


def test_the_day_on_which_the_ledger_was_found_not_to_fit_is_that_of_the_look() -> None:
    use = an_open_use()
    for hours, fits in ((6, False), (7, False), (9, True)):
        recompute(use, by=OPERATOR, at=NINE + hours * HOUR, ledger_fits=fits, law=small_law)
    told = [(one.at, one.state, one.reasons) for one in StateChange.objects.order_by("pk")]
    assert told[-2:] == [
        (NINE + 6 * HOUR, "people_only", ["ledger_does_not_fit"]),
        (NINE + 9 * HOUR, "open", ["permit_open"]),
    ]


def test_an_action_takes_it_that_the_ledger_is_as_it_was_last_found() -> None:
    use = an_open_use()
    recompute(use, by=OPERATOR, at=NINE + 6 * HOUR, ledger_fits=False, law=small_law)
    holds.pause(use=USE, ground="breaker", by=OPERATOR, at=NINE + 7 * HOUR, law=small_law)
    assert StateChange.objects.latest("pk").state == "people_only"


def test_an_approval_is_refused_while_a_row_holds_the_gate() -> None:
    a_running_use()
    record("P2.5b", Finding.NOT_MET, at=NOW)
    with pytest.raises(RowsNotCleared, match=r"Not met: P2\.5b Fairness run \(entry \d+\)"):
        approved(at=NOW + HOUR)
    record("P2.5b", at=NOW + 2 * HOUR)
    approved(at=NOW + 3 * HOUR)
    assert now(hours=6).is_open


@pytest.mark.parametrize("days", [0, 366])
def test_an_approval_ends_within_a_year(days: int) -> None:
    a_running_use()
    with pytest.raises(TermRefused, match="12 months"):
        approved(at=NOW, days=days)
    approved(at=NOW, days=365)


@pytest.mark.parametrize(
    "terms",
    [
        replace(TERMS, cap=0),
        replace(TERMS, exit_criteria=" "),
        replace(TERMS, stop_rule=""),
        replace(TERMS, redress=""),
    ],
)
def test_a_pilot_leaves_none_of_its_terms_open(terms: object) -> None:
    a_running_use()
    record("P2.4c", Finding.NOT_MET, at=NOW)
    start = {"use": USE, "version": VERSION_A, "until": NOW + 30 * DAY, "by": APPROVER, "at": NOW}
    with pytest.raises(TermRefused):
        permits.start_pilot(terms=terms, law=small_law, **start)  # type: ignore[arg-type]  # by name
    permits.start_pilot(terms=TERMS, law=small_law, **start)  # type: ignore[arg-type]  # by name
    assert now().state is PermitState.PILOT


def test_a_change_of_version_or_context_closes_at_once() -> None:
    an_open_use()
    assert now().is_open
    actions.start_deployment(use=USE, version=VERSION_B, by=OWNER, at=NOW)
    assert not now(hours=3).is_open
    actions.start_deployment(use=USE, version=VERSION_A, by=OWNER, at=NOW + MINUTE)
    assert now(hours=4).reasons == ("no_live_approval",)
    approved(at=NOW + HOUR)
    assert now(hours=5).is_open
    other = replace(CONTEXT, population="Everyone who ever claimed.")
    actions.change_context(use=USE, context=other, by=OWNER, at=NOW + 2 * HOUR)
    assert {"cannot_say:P1c", "cannot_say:P2.5b"} <= set(now(hours=5).reasons)


@pytest.mark.parametrize("restrict", [holds.send_to_people, holds.stop])
def test_what_was_stopped_starts_again_only_on_a_new_approval(restrict: object) -> None:
    an_open_use()
    assert callable(restrict)
    hold = restrict(use=USE, ground="breaker", by=OPERATOR, at=NOW, law=small_law)
    lift = {"hold": hold.pk, "rests_on": ("fix/1",), "by": APPROVER, "law": small_law}
    with pytest.raises(RestartNeedsApproval):
        holds.lift_hold(at=NOW + HOUR, **lift)
    approved(at=NOW + HOUR)
    assert not now(hours=4).is_open
    holds.lift_hold(at=NOW + 2 * HOUR, **lift)
    assert now(hours=5).is_open
    with pytest.raises(LiftedAlready):
        holds.lift_hold(at=NOW + 3 * HOUR, **lift)


def test_a_pause_is_lifted_without_a_new_approval_but_not_on_nothing() -> None:
    an_open_use()
    hold = holds.pause(use=USE, ground="breaker", by=OWNER, at=NOW, law=small_law)
    assert (now().is_open, now().paused) == (True, True)
    with pytest.raises(LiftOnNothing):
        holds.lift_hold(hold=hold.pk, rests_on=(), by=APPROVER, at=NOW, law=small_law)
    holds.lift_hold(hold=hold.pk, rests_on=("fix/1",), by=APPROVER, at=NOW, law=small_law)
    assert (now().is_open, now().paused) == (True, False)


@pytest.mark.parametrize(
    "fields", [{}, {"source": "a"}, {"record": "1"}, {"source": "a", "record": "1", "subject": "b"}]
)
def test_a_hold_is_on_one_decision_or_on_one_person(fields: dict[str, str]) -> None:
    an_open_use()
    with pytest.raises(holds.HoldMisplaced):
        holds.place_hold(use=USE, ground="challenge", by=CASEWORKER, at=NOW, **fields)
    assert not Hold.objects.exists()


# -- observing and shadow runs ------------------------------------------------------------


def test_a_system_running_before_it_was_enrolled_is_observed_once_for_90_days() -> None:
    a_use(running_since=NINE - 400 * DAY)
    with pytest.raises(NotRunningBefore, match="no version"):
        permits.enrol_observed(use=USE, by=APPROVER, at=NINE + HOUR, law=small_law)
    actions.start_deployment(use=USE, version=VERSION_A, by=OWNER, at=NINE + HOUR)
    found = permits.enrol_observed(use=USE, by=APPROVER, at=NINE + 2 * HOUR, law=small_law)
    assert found.until == NINE + 90 * DAY
    assert now().state is PermitState.OBSERVE
    with pytest.raises(NotRunningBefore, match="already"):
        permits.enrol_observed(use=USE, by=APPROVER, at=NOW, law=small_law)
    holds.stop(use=USE, ground="breaker", by=OWNER, at=NOW, law=small_law)
    assert now().state is PermitState.STOPPED


def test_a_new_system_is_not_observed_and_neither_is_one_enrolled_long_ago() -> None:
    a_running_use()
    with pytest.raises(NotRunningBefore, match="not running"):
        permits.enrol_observed(use=USE, by=APPROVER, at=NOW, law=small_law)
    a_use(slug="older", running_since=NINE - DAY)
    actions.start_deployment(use="north.older", version=VERSION_A, by=OWNER, at=NOW)
    with pytest.raises(NotRunningBefore, match="has passed"):
        permits.enrol_observed(use="north.older", by=APPROVER, at=NINE + 90 * DAY, law=small_law)


def test_a_shadow_run_needs_no_permit_and_gives_none() -> None:
    a_running_use()
    permits.start_shadow(
        use=USE, version=VERSION_B, until=NOW + 30 * DAY, by=APPROVER, at=NOW, law=small_law
    )
    shadow = check(
        use=USE, version=VERSION_B, viewer=OWNER, at=NOW, ledger_fits=True, law=small_law
    ).permit
    assert (shadow.state, shadow.is_open, now().state) == (
        PermitState.SHADOW,
        False,
        PermitState.PEOPLE_ONLY,
    )


# -- stages and history -------------------------------------------------------------------


def test_a_stage_is_held_up_by_the_rows_that_block_it() -> None:
    a_use()
    enter(Stage.DEVELOP, at=NINE + HOUR)
    with pytest.raises(StageHeldUp, match=r"Nobody can say: P1c Authority record; P2\.5b"):
        enter(Stage.DEPLOY, at=NINE + 2 * HOUR, version=VERSION_A)
    for minute, row in enumerate(("P1c", "P2.5b"), start=1):
        record(row, at=NINE + 2 * HOUR + minute * MINUTE)
    enter(Stage.DEPLOY, at=NINE + 3 * HOUR, version=VERSION_A)


def test_a_use_retires_on_its_close_out_and_is_stopped_then() -> None:
    an_open_use()
    with pytest.raises(StageHeldUp, match="P1e"):
        enter(Stage.DECOMMISSION, at=NOW, version=VERSION_A)
    record("P1e", at=NOW)
    enter(Stage.DECOMMISSION, at=NOW + HOUR, version=VERSION_A)
    assert now(hours=5).state is PermitState.STOPPED


def test_an_entry_of_a_rights_check_serves_one_stage_only() -> None:
    a_use()
    entry = a_rights_entry(Stage.DEVELOP, at=NINE)
    fields = {"use": USE, "rights_entry": entry, "by": OWNER, "law": small_law}
    stages.enter_stage(stage=Stage.DEVELOP, at=NINE + HOUR, **fields)  # type: ignore[arg-type]  # by name
    with pytest.raises(actions.RightsEntryMissing):
        stages.enter_stage(stage=Stage.DESIGN, at=NINE + 2 * HOUR, **fields)  # type: ignore[arg-type]  # by name


def test_every_change_of_state_is_told_once_at_the_moment_at_which_it_came() -> None:
    an_open_use()
    assert recompute_all(by=OPERATOR, at=NOW, ledger_fits=True, law=small_law) == []
    # The approval ran out after 182 days; nobody looked until day 300.
    found = recompute_all(by=OPERATOR, at=NINE + 300 * DAY, ledger_fits=True, law=small_law)
    assert [(one.state, one.at) for one in found] == [("people_only", NINE + 2 * HOUR + 182 * DAY)]
    assert recompute_all(by=OPERATOR, at=NINE + 300 * DAY, ledger_fits=True, law=small_law) == []
    assert list(StateChange.objects.order_by("pk").values_list("state", flat=True)) == [
        "open",
        "people_only",
    ]


def test_every_action_is_told_to_the_ledger_and_a_refused_one_is_not() -> None:
    an_open_use()
    before = EntryRow.objects.count()
    with pytest.raises(TermRefused):
        permits.close_permit(use=USE, reason=" ", by=APPROVER, at=NOW, law=small_law)
    assert EntryRow.objects.count() == before
    permits.close_permit(use=USE, reason="A fault.", by=APPROVER, at=NOW, law=small_law)
    kinds = EntryRow.objects.filter(index__gte=before).order_by("index")
    assert list(kinds.values_list("kind", flat=True)) == [
        "gate.permit.closed",
        "gate.state.changed",
    ]
