"""Letters of a use: which are on their way, which arrived, and what is to be done about them."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import resolve_url

from answerable.errors import AnswerableError
from answerable.intake.machine import machine
from answerable.inventory.queries import use_for
from answerable.kit.doors import signed_in
from answerable.kit.forms import act, form_page
from answerable.kit.pages import page, paged
from answerable.law.profiles import profile
from answerable.people.doors import SignedIn
from answerable.people.roles import Role
from answerable.practices.remedy.actions.challenges import file_challenge
from answerable.practices.remedy.actions.delivery import confirm_delivery, record_return
from answerable.practices.remedy.actions.mailing import send_again
from answerable.practices.remedy.actions.reviewing import show_decision
from answerable.practices.remedy.forms import CallerForm, DeliveryForm, ReturnForm
from answerable.practices.remedy.models import Challenge
from answerable.practices.remedy.pages.steps import step_of
from answerable.practices.remedy.queries.challenges import was_shown
from answerable.practices.remedy.queries.letters import letter_of
from answerable.practices.remedy.queries.notices import (
    lacking,
    may_be_sent_again,
    notice_for,
    notices_visible_to,
)
from answerable.practices.remedy.queries.standing import bar_to_challenge, challenges_to
from answerable.practices.remedy.rules.roles import HEARERS, SENDERS, STAFF
from answerable.practices.remedy.rules.states import AWAITED, WRITTEN, How, NoticeState


@signed_in
def notices(request: SignedIn, ref: str) -> HttpResponse:
    """List the letters of a use, fifty at a time."""
    found = use_for(request.actor, ref, *STAFF)
    listed = notices_visible_to(request.actor).filter(use=found)
    state = request.GET.get("state", "")
    chosen = NoticeState(state) if state in set(NoticeState) else None
    if chosen is not None:
        listed = listed.filter(state=chosen.value)
    shown = paged(request, listed)
    context = {
        "use": found,
        "chosen": chosen,
        "states": list(NoticeState),
        "listed": shown,
        "rows": [(one, lacking(one)) for one in shown],
    }
    return page(request, "remedy/notices.html", context)


@signed_in
def notice(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Show how far a letter has come; what was decided is shown on asking."""
    del ref
    return _shown(request, reference)


def _shown(
    request: SignedIn, reference: str, refusal: AnswerableError | None = None
) -> HttpResponse:
    found = notice_for(request.actor, reference, *STAFF)
    may = partial(request.actor.may, agency=found.use.agency_id)
    context = {
        "use": found.use,
        "notice": found,
        "refusal": refusal,
        "lacking": lacking(found),
        "mailings": found.mailings.order_by("pk"),
        "challenges": challenges_to(found),
        "may_send_again": may(*SENDERS) and may_be_sent_again(found),
        "may_deliver": may(*HEARERS) and found.state in AWAITED and found.letter_digest,
        "may_return": may(*HEARERS) and found.state != NoticeState.DELIVERED,
        "may_file": may(Role.CASEWORKER) and found.state in WRITTEN and not bar_to_challenge(found),
    }
    status = 200 if refusal is None else 409
    return page(request, "remedy/notice.html", context, status=status)


@signed_in
def delivered(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Note what shows that a letter arrived."""
    found = notice_for(request.actor, reference, *HEARERS)

    def do(typed: dict[str, Any]) -> object:
        return confirm_delivery(
            notice=reference,
            how=How(typed["how"]),
            proof=typed["proof"],
            by=request.actor,
            at=request.at,
        )

    context = step_of(found, heading=f"{reference} arrived", button="Note the delivery")
    then = resolve_url("remedy:notice", ref, reference)
    return form_page(request, DeliveryForm, "remedy/step.html", do=do, then=then, context=context)


@signed_in
def returned(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Note that a letter came back."""
    found = notice_for(request.actor, reference, *HEARERS)

    def do(typed: dict[str, Any]) -> object:
        return record_return(
            notice=reference, reason=typed["reason"], by=request.actor, at=request.at
        )

    note = "Give a reason without names or addresses: it stands in the ledger."
    button = "Note that it did not arrive"
    context = step_of(found, heading=f"{reference} did not arrive", button=button, note=note)
    then = resolve_url("remedy:notice", ref, reference)
    return form_page(request, ReturnForm, "remedy/step.html", do=do, then=then, context=context)


@signed_in
def again(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Send a letter once more."""
    if request.method != "POST":
        return _shown(request, reference)
    return act(
        request,
        do=partial(send_again, notice=reference, by=request.actor, at=request.at),
        then=resolve_url("remedy:notice", ref, reference),
        again=lambda error: _shown(request, reference, error),
    )


@signed_in
def file_for(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Take in a challenge for a person who called, wrote or came."""
    found = notice_for(request.actor, reference, Role.CASEWORKER)
    grounds = profile(found.use.agency.profile).urgent
    made: list[CallerForm] = []

    def form(**given: Any) -> CallerForm:  # noqa: ANN401 - passed on to the form
        made.append(CallerForm(**given, urgent=grounds))
        return made[-1]

    def do(typed: dict[str, Any]) -> Challenge:
        return file_challenge(
            notice=found.reference,
            points=made[-1].points,
            urgent=typed["urgent"],
            channel=typed["channel"],
            pseudonyms=machine().pseudonyms,
            by=request.actor,
            at=request.at,
        )

    note = "Write down what the person says, in their words. From now on nothing happens to them."
    context = step_of(found, heading="A person challenges it", button="Take it in", note=note)

    def then(filed: Challenge) -> str:
        return resolve_url("remedy:challenge", ref, filed.reference)

    return form_page(request, form, "remedy/step.html", do=do, then=then, context=context)


@signed_in
def decision(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Show what was decided, to whoever asks for it and from then on does not review it afresh."""

    def shown(refusal: AnswerableError | None = None) -> HttpResponse:
        found = notice_for(request.actor, reference, *STAFF)
        seen = was_shown(found, request.actor)
        context = {
            "use": found.use,
            "notice": found,
            "refusal": refusal,
            "was_shown": seen,
            "mine": challenges_to(found).filter(reviewer=request.actor.ref, closed_at=None).first(),
            "letter": letter_of(found, machine().pseudonyms) if seen else None,
        }
        return page(request, "remedy/decision.html", context, status=409 if refusal else 200)

    if request.method != "POST":
        return shown()
    do = partial(show_decision, notice=reference, by=request.actor, at=request.at)
    then = resolve_url("remedy:decision", ref, reference)
    return act(request, do=do, then=then, again=shown)
