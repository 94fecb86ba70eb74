"""Challenges of a use: taken, considered afresh, decided point by point, and undone."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import resolve_url

from answerable.intake.machine import machine
from answerable.inventory.models import Use
from answerable.inventory.queries import context_from, context_of, use_for
from answerable.kit.doors import signed_in
from answerable.kit.forms import act, form_page
from answerable.kit.pages import page, paged
from answerable.people.doors import SignedIn
from answerable.people.roles import Role
from answerable.practices.remedy.actions.challenges import acknowledge
from answerable.practices.remedy.actions.repairs import (
    close_challenge,
    complete_remedy,
    promise_remedy,
)
from answerable.practices.remedy.actions.reviewing import (
    assign_reviewer,
    decide_challenge,
    record_blind_finding,
)
from answerable.practices.remedy.forms import (
    CompleteForm,
    DecisionForm,
    FindingForm,
    HarmForm,
)
from answerable.practices.remedy.queries.cases import remedies_of, said_in
from answerable.practices.remedy.queries.challenges import (
    challenge_for,
    challenges_visible_to,
    was_shown,
)
from answerable.practices.remedy.queries.notices import STAFF
from answerable.practices.remedy.rules.states import MET, ChallengeState, ElementState, Harm

_HEARERS = (Role.CASEWORKER, Role.REVIEWER)


@signed_in
def challenges(request: SignedIn, ref: str) -> HttpResponse:
    """List the challenges of a use, the next one due first."""
    found = use_for(request.actor, ref, *STAFF)
    listed = challenges_visible_to(request.actor).filter(use=found)
    context = {"use": found, "listed": paged(request, listed), "at": request.at}
    return page(request, "remedy/challenges.html", context)


@signed_in
def challenge(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Show a challenge as far as whoever looks may see it now, and what comes next."""
    del ref
    found = challenge_for(request.actor, reference, *STAFF)
    hears = request.actor.may(*_HEARERS, agency=found.use.agency_id)
    mine = found.reviewer == request.actor.ref
    decided = found.decided_at is not None
    shown = was_shown(found.notice, request.actor)
    remedies = remedies_of(found)
    context = {
        "use": found.use,
        "challenge": found,
        "said": said_in(found, machine().pseudonyms) if hears else None,
        "mine": mine,
        "hears": hears,
        "may_take": hears and found.state == ChallengeState.RECEIVED,
        "may_find": mine and found.state == ChallengeState.ASSIGNED,
        "may_decide": mine and found.state == ChallengeState.FOUND,
        "may_repair": found.state == ChallengeState.OVERTURNED,
        "may_close": hears and found.state in {ChallengeState.OVERTURNED, ChallengeState.UPHELD},
        "was_shown": shown,
        "decided": decided,
        "remedies": remedies,
        "to_do": [one for one in remedies if ElementState(one.state) not in MET],
        "late": (found.decided_at or request.at) >= found.consider_by,
    }
    return page(request, "remedy/case_of_staff.html", context)


@signed_in
def acknowledged(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Note that the person was told by telephone or letter."""
    do = partial(
        acknowledge, challenge=reference, how="telephone or letter", by=request.actor, at=request.at
    )
    return _button(request, ref, reference, do)


@signed_in
def take(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Take a challenge on."""
    do = partial(
        assign_reviewer,
        challenge=reference,
        reviewer=request.actor,
        pseudonyms=machine().pseudonyms,
        by=request.actor,
        at=request.at,
    )
    return _button(request, ref, reference, do)


@signed_in
def find(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Record one's own finding, before what was decided is shown."""
    found = challenge_for(request.actor, reference, *_HEARERS)
    pseudonyms = machine().pseudonyms

    def do(typed: dict[str, Any]) -> object:
        return record_blind_finding(
            challenge=reference,
            finding=typed["finding"],
            words=typed["words"],
            minutes=typed["minutes"],
            pseudonyms=pseudonyms,
            by=request.actor,
            at=request.at,
        )

    context = {
        "use": found.use,
        "heading": "Your own finding",
        "note": "What was decided, and what the AI said, is shown to you after this.",
        "said": said_in(found, pseudonyms),
        "button": "Record my finding",
    }
    form = partial(FindingForm, outcomes=_outcomes(found.use))
    then = resolve_url("remedy:challenge", ref, reference)
    return form_page(request, form, "remedy/step.html", do=do, then=then, context=context)


@signed_in
def decide(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Answer every point, and decide."""
    found = challenge_for(request.actor, reference, *_HEARERS)
    pseudonyms = machine().pseudonyms
    made: list[DecisionForm] = []

    def form(**given: Any) -> DecisionForm:  # noqa: ANN401 - passed on to the form
        points = list(found.points.order_by("number"))
        made.append(DecisionForm(**given, outcomes=_outcomes(found.use), points=points))
        return made[-1]

    def do(typed: dict[str, Any]) -> object:
        return decide_challenge(
            challenge=reference,
            outcome=typed["outcome"],
            answers=made[-1].answers,
            minutes=typed["minutes"],
            pseudonyms=pseudonyms,
            by=request.actor,
            at=request.at,
        )

    context = {
        "use": found.use,
        "heading": "Decide, point by point",
        "note": "The person reads your answers as you write them.",
        "said": said_in(found, pseudonyms),
        "button": "Decide",
    }
    then = resolve_url("remedy:challenge", ref, reference)
    return form_page(request, form, "remedy/step.html", do=do, then=then, context=context)


@signed_in
def promise(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Name a harm that has to be undone."""
    found = challenge_for(request.actor, reference, *STAFF)

    def do(typed: dict[str, Any]) -> object:
        return promise_remedy(
            challenge=reference, harm=Harm(typed["harm"]), by=request.actor, at=request.at
        )

    context = {"use": found.use, "heading": "What has to be undone", "button": "Promise it"}
    then = resolve_url("remedy:challenge", ref, reference)
    return form_page(request, HarmForm, "remedy/step.html", do=do, then=then, context=context)


@signed_in
def complete(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Note that a harm was undone."""
    found = challenge_for(request.actor, reference, *STAFF)
    to_do = [one for one in remedies_of(found) if ElementState(one.state) not in MET]

    def do(typed: dict[str, Any]) -> object:
        return complete_remedy(
            challenge=reference,
            harm=Harm(typed["harm"]),
            proof=typed["proof"],
            by=request.actor,
            at=request.at,
        )

    context = {
        "use": found.use,
        "heading": "What was undone",
        "note": "Name a number or a file, and no person: it stands in the ledger.",
        "button": "It is done",
    }
    form = partial(CompleteForm, elements=to_do)
    then = resolve_url("remedy:challenge", ref, reference)
    return form_page(request, form, "remedy/step.html", do=do, then=then, context=context)


@signed_in
def close(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Close a challenge of which nothing is left to be done."""
    do = partial(close_challenge, challenge=reference, by=request.actor, at=request.at)
    return _button(request, ref, reference, do)


def _button(request: SignedIn, ref: str, reference: str, do: Any) -> HttpResponse:  # noqa: ANN401 - an action to be called
    if request.method != "POST":
        return challenge(request, ref, reference)  # type: ignore[return-value]
    return act(request, do=do, then=resolve_url("remedy:challenge", ref, reference))


def _outcomes(use: Use) -> tuple[str, ...]:
    context = context_from(context_of(use))
    return context.outcomes or context.adverse
