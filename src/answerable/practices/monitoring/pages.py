"""Pages: what is watched, limits and who agreed to them, breaches and how they ended."""

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url

from answerable.gate.duties import may_record_met
from answerable.inventory.models import Use
from answerable.inventory.queries import context_from, context_of, owners_ever, use_for
from answerable.kit.doors import signed_in
from answerable.kit.forms import form_page
from answerable.kit.pages import page, paged
from answerable.people.doors import SignedIn
from answerable.people.roles import Role
from answerable.practices.monitoring import queries
from answerable.practices.monitoring.actions.incidents import close_incident
from answerable.practices.monitoring.actions.plans import agree_to_limits, propose_limits
from answerable.practices.monitoring.actions.running import sign_off as take_findings
from answerable.practices.monitoring.forms import (
    AgreeForm,
    CloseForm,
    LimitsForm,
    SignOffForm,
    outcomes_of,
    terms_of,
)
from answerable.practices.monitoring.models import Plan
from answerable.practices.monitoring.rules.charts import chart_of, shown_value
from answerable.practices.monitoring.rules.limits import terms_from


@signed_in
def use(request: SignedIn, ref: str) -> HttpResponse:
    """Show how a use is watched, and how everything stands."""
    found = queries.use_of(request.actor, ref)
    return page(request, "monitoring/use.html", _overview(request, found))


@signed_in
def stream(request: SignedIn, ref: str, plan: int, name: str) -> HttpResponse:
    """Show one stream, period by period."""
    found = queries.use_of(request.actor, ref)
    held = queries.plans_of(found).filter(pk=plan).first()
    if held is None:
        raise Http404
    terms = terms_from(held.content)
    one = next((one for one in queries.watched(held, terms) if one.stream.name == name), None)
    if one is None:
        raise Http404
    grown = {point.counted.period: point.words for point in one.points}
    rows = [
        (count, shown_value(one.stream, count), grown.get(count.period))
        for count in reversed(one.counts)
    ]
    return page(
        request,
        "monitoring/stream.html",
        {
            "use": found,
            "plan": held,
            "watched": one,
            "chart": chart_of(one.stream, one.counts),
            "rows": rows[:_MOST_ROWS],
            "left_out": max(0, len(rows) - _MOST_ROWS),
        },
    )


_MOST_ROWS = 200


@signed_in
def alarms(request: SignedIn, ref: str) -> HttpResponse:
    """List the alarms of a use."""
    found = queries.use_of(request.actor, ref)
    listed = paged(request, queries.alarms_of(found))
    return page(request, "monitoring/alarms.html", {"use": found, "listed": listed})


@signed_in
def propose(request: SignedIn, ref: str) -> HttpResponse:
    """Propose limits for a version."""
    found = use_for(request.actor, ref, Role.OWNER)
    versions = list(
        found.system.versions.order_by("-recorded_at", "-pk").values_list("digest", flat=True)
    )
    context = context_from(context_of(found))
    outcomes = outcomes_of(context)

    def do(cleaned: dict[str, Any]) -> Plan:
        return propose_limits(
            terms=terms_of(ref, cleaned),
            gains=cleaned["gains"],
            by=request.actor,
            at=request.at,
        )

    return form_page(
        request,
        partial(LimitsForm, versions=versions, outcomes=outcomes),
        "monitoring/propose.html",
        do=do,
        then=lambda plan: resolve_url("monitoring:limits", ref, plan.pk),
        context={"use": found, "versions": versions, "outcomes": outcomes},
        initial={"selected": list(context.adverse)},
    )


@signed_in
def limits(request: SignedIn, ref: str, plan: int) -> HttpResponse:
    """Show limits, and let a reviewer agree to them."""
    found = queries.use_of(request.actor, ref)
    held = queries.plans_of(found).filter(pk=plan).first()
    if held is None:
        raise Http404
    too_late = held.begins_on <= request.at.date()
    may_agree = held.state == "proposed" and not too_late
    context = {
        "use": found,
        "plan": held,
        "terms": terms_from(held.content),
        "too_late": too_late,
        "is_owner": _may(request, found, Role.OWNER),
        "may_agree": may_agree and _may_judge(request, found, held.proposed_by),
    }

    def do(_cleaned: dict[str, Any]) -> Plan:
        return agree_to_limits(plan=plan, by=request.actor, at=request.at)

    return form_page(
        request,
        AgreeForm,
        "monitoring/limits.html",
        do=do,
        then=resolve_url("monitoring:use", ref),
        context=context,
    )


@signed_in
def incident(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Show a breach with the steps that were taken, and let a reviewer close it."""
    found = queries.use_of(request.actor, ref)
    held = queries.incidents_of(found).filter(pk=number).first()
    if held is None:
        raise Http404
    context = {
        "use": found,
        "incident": held,
        "steps": held.steps.order_by("pk"),
        "may_close": held.closed_at is None and _may_judge(request, found),
    }

    def do(cleaned: dict[str, Any]) -> object:
        return close_incident(
            incident=number,
            cause=cleaned["cause"],
            evidence=cleaned["evidence"].strip().lower(),
            by=request.actor,
            at=request.at,
        )

    return form_page(
        request,
        CloseForm,
        "monitoring/incident.html",
        do=do,
        then=resolve_url("monitoring:incident", ref, number),
        context=context,
    )


@signed_in
def sign_off(request: SignedIn, ref: str) -> HttpResponse:
    """Take what monitoring shows as verdicts, as a reviewer."""
    found = use_for(request.actor, ref, Role.REVIEWER)
    versions = list(queries.plans_in_force(found).values_list("version", flat=True))

    def do(cleaned: dict[str, Any]) -> object:
        return take_findings(use=ref, version=cleaned["version"], by=request.actor, at=request.at)

    return form_page(
        request,
        partial(SignOffForm, versions=versions),
        "monitoring/sign_off.html",
        do=do,
        then=resolve_url("monitoring:use", ref),
        context=_overview(request, found),
    )


def _overview(request: SignedIn, found: Use) -> dict[str, object]:
    plans = []
    for plan in queries.plans_in_force(found):
        terms = terms_from(plan.content)
        plans.append(
            {
                "plan": plan,
                "terms": terms,
                "streams": queries.watched(plan, terms),
                "coverage": queries.coverage_of(plan, terms, at=request.at),
                "findings": queries.findings(found, version=plan.version, at=request.at),
            }
        )
    return {
        "use": found,
        "plans": plans,
        "proposed": queries.plans_of(found).filter(state="proposed"),
        "incidents": queries.open_incidents(found),
        "figures": queries.figures(found),
        "is_owner": _may(request, found, Role.OWNER),
        "may_review": _may(request, found, Role.REVIEWER),
    }


def _may_judge(request: SignedIn, found: Use, *others: str) -> bool:
    """Whether somebody reviews the use and never owned it, nor is one of some others."""
    owners = owners_ever(found) | set(others)
    return _may(request, found, Role.REVIEWER) and may_record_met(request.actor.ref, owners=owners)


def _may(request: SignedIn, found: Use, role: Role) -> bool:
    return request.actor.may(role, agency=found.agency_id)
