"""Letters of a use: which are on their way, which arrived, and what is to be done about them."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import resolve_url

from answerable.intake.machine import machine
from answerable.inventory.queries import use_for
from answerable.kit.doors import signed_in
from answerable.kit.forms import act, form_page
from answerable.kit.pages import page, paged
from answerable.people.doors import SignedIn
from answerable.people.roles import Role
from answerable.practices.remedy.actions.delivery import confirm_delivery, record_return
from answerable.practices.remedy.actions.mailing import send_again
from answerable.practices.remedy.actions.reviewing import show_decision
from answerable.practices.remedy.forms import DeliveryForm, ReturnForm
from answerable.practices.remedy.queries.challenges import was_shown
from answerable.practices.remedy.queries.letters import letter_of
from answerable.practices.remedy.queries.notices import STAFF, notice_for, notices_visible_to
from answerable.practices.remedy.rules.states import How, NoticeState


@signed_in
def notices(request: SignedIn, ref: str) -> HttpResponse:
    """List the letters of a use, fifty at a time."""
    found = use_for(request.actor, ref, *STAFF)
    listed = notices_visible_to(request.actor).filter(use=found)
    state = request.GET.get("state", "")
    if state in set(NoticeState):
        listed = listed.filter(state=state)
    context = {
        "use": found,
        "state": state,
        "states": [one.value for one in NoticeState],
        "listed": paged(request, listed),
    }
    return page(request, "remedy/notices.html", context)


@signed_in
def notice(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Show how far a letter has come; what was decided is shown on asking."""
    found = notice_for(request.actor, reference, *STAFF)
    caseworker = request.actor.may(Role.CASEWORKER, Role.REVIEWER, agency=found.use.agency_id)
    again = found.state in {NoticeState.UNKNOWN, NoticeState.RETURNED}
    context = {
        "use": found.use,
        "notice": found,
        "mailings": found.mailings.order_by("pk"),
        "is_caseworker": caseworker,
        "may_send_again": again and bool(found.letter),
        "is_on_its_way": found.state in {NoticeState.SENT, NoticeState.UNKNOWN},
        "was_shown": was_shown(found, request.actor),
        "delivery_form": DeliveryForm(),
        "return_form": ReturnForm(),
    }
    del ref
    return page(request, "remedy/notice.html", context)


@signed_in
def delivered(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Note what shows that a letter arrived."""
    found = notice_for(request.actor, reference, Role.CASEWORKER, Role.REVIEWER)

    def do(typed: dict[str, Any]) -> object:
        return confirm_delivery(
            notice=reference,
            how=How(typed["how"]),
            proof=typed["proof"],
            by=request.actor,
            at=request.at,
        )

    context = {"use": found.use, "heading": f"{reference} arrived", "button": "Note the delivery"}
    then = resolve_url("remedy:notice", ref, reference)
    return form_page(request, DeliveryForm, "remedy/step.html", do=do, then=then, context=context)


@signed_in
def returned(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Note that a letter came back."""
    found = notice_for(request.actor, reference, Role.CASEWORKER, Role.REVIEWER)

    def do(typed: dict[str, Any]) -> object:
        return record_return(
            notice=reference, reason=typed["reason"], by=request.actor, at=request.at
        )

    context = {
        "use": found.use,
        "heading": f"{reference} did not arrive",
        "note": "Give a reason without names or addresses: it stands in the ledger.",
        "button": "Note that it did not arrive",
    }
    then = resolve_url("remedy:notice", ref, reference)
    return form_page(request, ReturnForm, "remedy/step.html", do=do, then=then, context=context)


@signed_in
def again(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Send a letter once more."""
    if request.method != "POST":
        return notice(request, ref, reference)  # type: ignore[return-value]
    do = partial(send_again, notice=reference, by=request.actor, at=request.at)
    return act(request, do=do, then=resolve_url("remedy:notice", ref, reference))


@signed_in
def decision(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Show what was decided, to whoever asks for it and from then on does not review it afresh."""
    found = notice_for(request.actor, reference, *STAFF)
    if request.method == "POST":
        do = partial(show_decision, notice=reference, by=request.actor, at=request.at)
        return act(request, do=do, then=resolve_url("remedy:decision", ref, reference))
    shown = was_shown(found, request.actor)
    context = {
        "use": found.use,
        "notice": found,
        "was_shown": shown,
        "letter": letter_of(found, machine().pseudonyms) if shown else None,
    }
    return page(request, "remedy/decision.html", context)
