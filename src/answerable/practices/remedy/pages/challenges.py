"""Challenges of a use: taken, considered afresh, decided point by point, and undone."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import resolve_url

from answerable.errors import AnswerableError
from answerable.intake.machine import machine
from answerable.inventory.models import Use
from answerable.inventory.queries import context_from, context_of, use_for
from answerable.kit.doors import signed_in
from answerable.kit.forms import act, form_page
from answerable.kit.pages import page, paged
from answerable.people.doors import SignedIn
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
from answerable.practices.remedy.models import Challenge
from answerable.practices.remedy.pages.steps import step_of
from answerable.practices.remedy.queries.cases import finding_in, said_in
from answerable.practices.remedy.queries.challenges import (
    challenge_for,
    challenges_visible_to,
    elements_of,
    was_shown,
)
from answerable.practices.remedy.rules.roles import ASSIGNERS, HEARERS, REPAIRERS, STAFF
from answerable.practices.remedy.rules.states import TO_DO, UNDECIDED, ChallengeState, Harm


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
    return _shown(request, reference)


def _shown(
    request: SignedIn, reference: str, refusal: AnswerableError | None = None
) -> HttpResponse:
    found = challenge_for(request.actor, reference, *STAFF)
    may = partial(request.actor.may, agency=found.use.agency_id)
    hears = may(*HEARERS)
    mine = found.reviewer == request.actor.ref
    fell = found.state == ChallengeState.OVERTURNED
    remedies = list(elements_of(found))
    context = {
        "use": found.use,
        "challenge": found,
        "refusal": refusal,
        "said": said_in(found, machine().pseudonyms) if hears else None,
        # Whoever may yet take it over is not told what somebody else has found.
        "finding": _finding(found) if mine or (hears and found.decided_at) else "",
        "may_acknowledge": hears and found.acknowledged_at is None,
        "may_take": hears and not mine and found.state in UNDECIDED,
        "may_find": mine and hears and found.state == ChallengeState.ASSIGNED,
        "may_decide": mine and hears and found.state == ChallengeState.FOUND,
        "may_promise": fell and may(*ASSIGNERS),
        "may_repair": may(*REPAIRERS) and any(one.state in TO_DO for one in remedies),
        "may_close": hears and (fell or found.state == ChallengeState.UPHELD),
        "was_shown": was_shown(found.notice, request.actor),
        "remedies": remedies,
        "late": (found.decided_at or request.at) >= found.consider_by,
    }
    status = 200 if refusal is None else 409
    return page(request, "remedy/case_of_staff.html", context, status=status)


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
    found = challenge_for(request.actor, reference, *HEARERS)
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

    note = "What was decided, and what the AI said, is shown to you after this."
    context = step_of(found, heading="Your own finding", button="Record my finding", note=note)
    context["said"] = said_in(found, pseudonyms)
    form = partial(FindingForm, outcomes=_outcomes(found.use))
    then = resolve_url("remedy:challenge", ref, reference)
    return form_page(request, form, "remedy/step.html", do=do, then=then, context=context)


@signed_in
def decide(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Answer every point, and decide."""
    found = challenge_for(request.actor, reference, *HEARERS)
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

    note = "The person reads your answers as you write them."
    context = step_of(found, heading="Decide, point by point", button="Decide", note=note)
    context["said"] = said_in(found, pseudonyms)
    then = resolve_url("remedy:challenge", ref, reference)
    return form_page(request, form, "remedy/step.html", do=do, then=then, context=context)


@signed_in
def promise(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Name a harm that has to be undone."""
    found = challenge_for(request.actor, reference, *ASSIGNERS)

    def do(typed: dict[str, Any]) -> object:
        return promise_remedy(
            challenge=reference, harm=Harm(typed["harm"]), by=request.actor, at=request.at
        )

    context = step_of(found, heading="What has to be undone", button="Promise it")
    then = resolve_url("remedy:challenge", ref, reference)
    return form_page(request, HarmForm, "remedy/step.html", do=do, then=then, context=context)


@signed_in
def complete(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Note that a harm was undone."""
    found = challenge_for(request.actor, reference, *REPAIRERS)
    to_do = [one for one in elements_of(found) if one.state in TO_DO]

    def do(typed: dict[str, Any]) -> object:
        return complete_remedy(
            challenge=reference,
            harm=Harm(typed["harm"]),
            proof=typed["proof"],
            by=request.actor,
            at=request.at,
        )

    note = "Name a number or a file, and no person: it stands in the ledger."
    context = step_of(found, heading="What was undone", button="It is done", note=note)
    form = partial(CompleteForm, elements=to_do)
    then = resolve_url("remedy:challenge", ref, reference)
    return form_page(request, form, "remedy/step.html", do=do, then=then, context=context)


@signed_in
def close(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Close a challenge of which nothing is left to be done."""
    do = partial(close_challenge, challenge=reference, by=request.actor, at=request.at)
    return _button(request, ref, reference, do)


def _button(request: SignedIn, ref: str, reference: str, do: Callable[[], object]) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, reference)
    return act(
        request,
        do=do,
        then=resolve_url("remedy:challenge", ref, reference),
        again=lambda error: _shown(request, reference, error),
    )


def _finding(found: Challenge) -> str:
    if not found.finding:
        return ""
    words = finding_in(found, machine().pseudonyms) or "(erased)"
    return f"{found.finding}: {words}"


def _outcomes(use: Use) -> tuple[str, ...]:
    context = context_from(context_of(use))
    return context.outcomes or context.adverse
