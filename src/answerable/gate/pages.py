"""The pages of the gate: what a use may do, why not, and the steps officials take."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import resolve_url

from answerable.gate import holds, permits, stages, verdicts
from answerable.gate.check import check
from answerable.gate.duties import may_approve
from answerable.gate.forms import (
    ApprovalForm,
    HoldForm,
    LiftForm,
    ReasonForm,
    ShadowForm,
    StageForm,
    WaiverForm,
    end_of,
)
from answerable.gate.models import Observation, StateChange
from answerable.gate.terms import Level, PilotTerms, RowState
from answerable.inventory.models import Use
from answerable.inventory.queries import (
    context_from,
    context_of,
    owner_of,
    owners_ever,
    running_version,
    stage_of,
    stages_visible_to,
    use_for,
)
from answerable.inventory.stages import FOLLOWS, Stage
from answerable.kit.doors import signed_in
from answerable.kit.forms import KitForm, form_page
from answerable.kit.pages import page, paged
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.queries import entries_visible_to
from answerable.people.doors import SignedIn
from answerable.people.queries import names_of
from answerable.people.roles import Role


class AskedOfGate(SignedIn):
    """A request that also knows whether the ledger fits what was signed."""

    ledger_fits: Callable[[], bool]


@signed_in
def use(request: AskedOfGate, ref: str) -> HttpResponse:
    """Show what a use may do now, row by row, and what anyone here may do about it."""
    found = use_for(request.actor, ref, *Role)
    running = running_version(found)
    checked = check(
        use=ref,
        version=running or _judged_last(found),
        viewer=request.actor,
        at=request.at,
        ledger_fits=request.ledger_fits(),
    )
    owner = owner_of(found)
    shown = {
        "use": found,
        "context": context_from(context_of(found)),
        "stage": stage_of(found),
        "stages": stages_visible_to(request.actor).filter(use=found),
        "owner": names_of([owner]).get(owner, "nobody"),
        "checked": checked,
        "runs": running is not None,
        "counts": _counts(checked.permit.rows),
        "is_owner": owner == request.actor.ref,
        "may_decide": _may_decide(request, found),
        "observed": Observation.objects.filter(use=found).exists(),
        "roles": {role.value: request.actor.may(role, agency=found.agency_id) for role in Role},
        "waivers": found.waivers.filter(until__gt=request.at).order_by("row"),
    }
    return page(request, "gate/use.html", shown)


@signed_in
def history(request: AskedOfGate, ref: str) -> HttpResponse:
    """Show how the permit of a use has changed, newest first."""
    found = use_for(request.actor, ref, *Role)
    changes = StateChange.objects.filter(use=found).order_by("-at", "-pk")
    return page(request, "gate/history.html", {"use": found, "changes": paged(request, changes)})


@signed_in
def entry_list(request: AskedOfGate, ref: str) -> HttpResponse:
    """List what the ledger tells of the agency of a use, newest first."""
    found = use_for(request.actor, ref, *Role)
    told = entries_visible_to(request.actor).filter(agency=found.agency_id).order_by("-index")
    rows = paged(request, told)
    read = [WrittenEntry.read(bytes(row.payload)) for row in rows]
    return page(request, "gate/entries.html", {"use": found, "rows": rows, "entries": read})


@signed_in
def approve(request: AskedOfGate, ref: str) -> HttpResponse:
    """Permit a version, or let it run as a pilot."""
    found = use_for(request.actor, ref, Role.APPROVER)

    def do(given: dict[str, Any]) -> object:
        terms = PilotTerms(
            cap=given["cap"] or 0,
            exit_criteria=given["exit_criteria"],
            stop_rule=given["stop_rule"],
            redress=given["redress"],
        )
        act = permits.approve if given["cap"] is None else partial(permits.start_pilot, terms=terms)
        return act(
            use=ref,
            version=given["version"],
            until=end_of(given["until"]),
            conditions=_lines(given["conditions"]),
            by=request.actor,
            at=request.at,
        )

    return _step(request, found, partial(ApprovalForm, _versions(found)), "approve", do)


@signed_in
def refuse(request: AskedOfGate, ref: str) -> HttpResponse:
    """Refuse to permit a use."""
    return _reasoned(request, ref, "refuse", permits.refuse)


@signed_in
def close(request: AskedOfGate, ref: str) -> HttpResponse:
    """Close the permit of a use at once."""
    return _reasoned(request, ref, "close", permits.close_permit)


@signed_in
def observe(request: AskedOfGate, ref: str) -> HttpResponse:
    """Watch what was running before it was enrolled."""
    found = use_for(request.actor, ref, Role.APPROVER)

    def do(_given: dict[str, Any]) -> object:
        return permits.enrol_observed(use=ref, by=request.actor, at=request.at)

    return _step(request, found, KitForm, "observe", do)


@signed_in
def shadow(request: AskedOfGate, ref: str) -> HttpResponse:
    """Let a version compute without effect."""
    found = use_for(request.actor, ref, Role.APPROVER)

    def do(given: dict[str, Any]) -> object:
        until = end_of(given["until"])
        return permits.start_shadow(
            use=ref, version=given["version"], until=until, by=request.actor, at=request.at
        )

    return _step(request, found, partial(ShadowForm, _versions(found)), "shadow", do)


@signed_in
def waive(request: AskedOfGate, ref: str) -> HttpResponse:
    """Let a row be *cannot say* for a while, or for another while."""
    found = use_for(request.actor, ref, Role.APPROVER)

    def do(given: dict[str, Any]) -> object:
        before = found.waivers.filter(version=given["version"], row=given["row"]).exists()
        act = verdicts.renew_waiver if before else verdicts.give_waiver
        return act(
            use=ref,
            version=given["version"],
            row=given["row"],
            reason=given["reason"],
            until=end_of(given["until"]),
            by=request.actor,
            at=request.at,
        )

    return _step(request, found, partial(WaiverForm, _versions(found)), "waive", do)


@signed_in
def hold(request: AskedOfGate, ref: str) -> HttpResponse:
    """Pause a use, send its cases to people, or stop it."""
    found = use_for(request.actor, ref, *Role)
    acts = {
        Level.PAUSE: holds.pause,
        Level.PEOPLE_ONLY: holds.send_to_people,
        Level.STOPPED: holds.stop,
    }

    def do(given: dict[str, Any]) -> object:
        act = acts[Level(given["level"])]
        return act(use=ref, ground=given["ground"], by=request.actor, at=request.at)

    return _step(request, found, HoldForm, "hold", do)


@signed_in
def lift(request: AskedOfGate, ref: str, number: int) -> HttpResponse:
    """Lift a hold on a whole use."""
    found = use_for(request.actor, ref, *Role)

    def do(given: dict[str, Any]) -> object:
        rests_on = _lines(given["rests_on"])
        return holds.lift_hold(hold=number, rests_on=rests_on, by=request.actor, at=request.at)

    return _step(request, found, LiftForm, "lift", do)


@signed_in
def enter_stage(request: AskedOfGate, ref: str) -> HttpResponse:
    """Move a use to its next stage."""
    found = use_for(request.actor, ref, Role.OWNER, Role.APPROVER)
    following = tuple(sorted(FOLLOWS[stage_of(found)], key=list(Stage).index))

    def do(given: dict[str, Any]) -> object:
        return stages.enter_stage(
            use=ref,
            stage=Stage(given["stage"]),
            rights_entry=given["rights_entry"],
            version=given["version"] or None,
            by=request.actor,
            at=request.at,
        )

    form = partial(StageForm, following, _versions(found))
    return _step(request, found, form, "stage", do)


_TITLES = {
    "approve": ("Approve a version, or start a pilot", "Approve"),
    "refuse": ("Refuse a permit", "Refuse"),
    "close": ("Close the permit", "Close the permit now"),
    "observe": ("Observe what was running before", "Observe"),
    "shadow": ("Run a version without effect", "Start the shadow run"),
    "waive": ("Waive a row for a while", "Waive"),
    "hold": ("Hold the use", "Place the hold"),
    "lift": ("Lift a hold", "Lift the hold"),
    "stage": ("Enter the next stage", "Enter the stage"),
}


def _step(
    request: AskedOfGate,
    found: Use,
    form: Callable[..., Any],
    step: str,
    do: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    title, button = _TITLES[step]
    return form_page(
        request,
        form,
        "gate/step.html",
        do=do,
        then=resolve_url("gate:use", found.ref),
        context={"use": found, "step": step, "title": title, "button": button},
    )


def _reasoned(
    request: AskedOfGate, ref: str, step: str, act: Callable[..., object]
) -> HttpResponse:
    found = use_for(request.actor, ref, Role.APPROVER)

    def do(given: dict[str, Any]) -> object:
        return act(use=ref, reason=given["reason"], by=request.actor, at=request.at)

    return _step(request, found, ReasonForm, step, do)


def _may_decide(request: AskedOfGate, found: Use) -> bool:
    is_official = request.actor.may(Role.APPROVER, agency=found.agency_id)
    return is_official and may_approve(request.actor.ref, owners=owners_ever(found))


def _judged_last(found: Use) -> str | None:
    """Give the version about which a verdict was recorded last: what an official decides on."""
    judged = found.verdicts.exclude(version="").order_by("at", "pk")
    return judged.values_list("version", flat=True).last()


def _versions(found: Use) -> tuple[str, ...]:
    running = running_version(found)
    known = found.system.versions.order_by("-recorded_at", "-pk").values_list("digest", flat=True)
    return tuple(sorted(known, key=lambda digest: digest != running))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _counts(rows: Iterable[RowState]) -> dict[str, int]:
    found = {"met": 0, "not_met": 0, "cannot_say": 0, "not_built": 0}
    for row in rows:
        found["not_built" if row.not_built else row.finding.value] += 1
    return found
