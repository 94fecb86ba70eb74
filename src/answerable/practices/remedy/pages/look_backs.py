"""Look-backs of a use: tried as a count first, then searched, and closed when everyone was told."""

from datetime import timedelta
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
from answerable.people.doors import SignedIn
from answerable.practices.remedy.actions.look_backs import close_look_back, search
from answerable.practices.remedy.forms import SearchForm
from answerable.practices.remedy.queries.log import search_log
from answerable.practices.remedy.queries.look_backs import (
    look_back_for,
    look_backs_visible_to,
    told_of,
)
from answerable.practices.remedy.rules.roles import SEARCHERS, STAFF
from answerable.practices.remedy.rules.search import SearchRule, rule_from
from answerable.practices.remedy.rules.states import LookBackState


@signed_in
def look_backs(request: SignedIn, ref: str) -> HttpResponse:
    """List the look-backs of a use."""
    found = use_for(request.actor, ref, *STAFF)
    listed = look_backs_visible_to(request.actor).filter(use=found)
    context = {"use": found, "listed": paged(request, listed), "at": request.at}
    return page(request, "remedy/look_backs.html", context)


@signed_in
def look_back(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Show a look-back: its rule, what it found, and what became of those found."""
    del ref
    return _shown(request, reference)


def _shown(
    request: SignedIn, reference: str, refusal: AnswerableError | None = None
) -> HttpResponse:
    found = look_back_for(request.actor, reference, *STAFF)
    searches = request.actor.may(*SEARCHERS, agency=found.use.agency_id)
    context = {
        "use": found.use,
        "look_back": found,
        "rule": rule_from(found.rule).words,
        "told": told_of(found),
        "refusal": refusal,
        "may_search": searches and found.state == LookBackState.OPENED,
        "may_close": searches and found.state == LookBackState.SEARCHED,
        "late": found.closed_at is None and found.due_at <= request.at,
    }
    status = 200 if refusal is None else 409
    return page(request, "remedy/look_back.html", context, status=status)


@signed_in
def searched(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Try a rule with GET, which only counts; search by it with POST."""
    found = look_back_for(request.actor, reference, *SEARCHERS)
    initial = _typed(rule_from(found.rule))
    tried = SearchForm(data=request.GET, initial=initial) if "since" in request.GET else None
    hits = None
    if request.method != "POST" and tried is not None and tried.is_valid():
        hits = search_log(found.use, tried.cleaned_data["rule"], machine=machine())
        initial = {name: request.GET.get(name, "") for name in initial}

    def do(typed: dict[str, Any]) -> object:
        return search(
            look_back=reference,
            machine=machine(),
            rule=typed["rule"],
            by=request.actor,
            at=request.at,
        )

    context = {
        "use": found.use,
        "look_back": found,
        "tried": tried if tried is not None and tried.errors else None,
        "hits": hits,
    }
    then = resolve_url("remedy:look_back", ref, reference)
    return form_page(
        request,
        SearchForm,
        "remedy/search.html",
        do=do,
        then=then,
        context=context,
        initial=initial,
    )


@signed_in
def close(request: SignedIn, ref: str, reference: str) -> HttpResponse:
    """Close a look-back whose people were told."""
    if request.method != "POST":
        return _shown(request, reference)
    return act(
        request,
        do=partial(close_look_back, look_back=reference, by=request.actor, at=request.at),
        then=resolve_url("remedy:look_back", ref, reference),
        again=lambda error: _shown(request, reference, error),
    )


def _typed(rule: SearchRule) -> dict[str, object]:
    last = rule.until - timedelta(microseconds=1)
    return {
        "since": rule.since.date(),
        "until": last.date(),
        "version": rule.version,
        "outcomes": " ".join(rule.outcomes),
        "reasons": " ".join(rule.reasons),
        "attributes": " ".join(f"{name}={value}" for name, value in rule.attributes),
    }
