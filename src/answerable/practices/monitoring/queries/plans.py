"""Limits, alarms and breaches of a use; reads only."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from answerable.inventory.figures import latest_figures
from answerable.inventory.models import Figure, Use
from answerable.inventory.queries import use_for
from answerable.law.lengths import later
from answerable.law.profiles import profile
from answerable.people.actors import Actor
from answerable.people.queries import agency as agency_of
from answerable.people.roles import GIVEN
from answerable.practices.monitoring.models import (
    AGREED,
    SUPERSEDED,
    Alarm,
    Incident,
    Plan,
)
from answerable.practices.monitoring.rules.limits import Terms, terms_from

_DAY, _YEAR = timedelta(days=1), timedelta(days=365)


def use_of(viewer: Actor, ref: str) -> Use:
    """Give a use to somebody of its agency, whatever their part in it."""
    return use_for(viewer, ref, *GIVEN)


def plans_of(use: Use) -> QuerySet[Plan]:
    """List the limits of a use, newest first."""
    return Plan.objects.filter(use=use).order_by("-proposed_at", "-pk")


def plan_in_force(use: Use, *, version: str) -> Plan | None:
    """Give the limits that were agreed to for a version; None where there are none."""
    return Plan.objects.filter(use=use, version=version, state=AGREED).first()


def last_agreed(use: Use, *, version: str) -> Plan | None:
    """Give the limits that new ones are held against: the version's, or the use's latest.

    A new version is no way to looser limits that nobody has to account for.
    """
    agreed = Plan.objects.filter(use=use, state__in=(AGREED, SUPERSEDED))
    return plan_in_force(use, version=version) or agreed.order_by("-agreed_at", "-pk").first()


def plans_in_force(use: Use) -> QuerySet[Plan]:
    """List the limits in force, of whatever version."""
    return Plan.objects.filter(use=use, state=AGREED).order_by("pk")


def plans_to_run(use: Use) -> list[Plan]:
    """List the limits in force, and those replaced whose last days are still to be counted."""
    replaced = Plan.objects.filter(use=use, state=SUPERSEDED).order_by("pk")
    return [*(plan for plan in replaced if not _is_counted(plan)), *plans_in_force(use)]


def _is_counted(plan: Plan) -> bool:
    """Whether the last day of limits that were replaced is counted at every age."""
    if plan.ends_on is None or plan.ends_on <= plan.begins_on:
        return True
    last = plan.days.filter(attribute="", on=plan.ends_on - _DAY)
    ages = terms_from(plan.content).ages
    return set(ages) <= set(last.values_list("age", flat=True))


def watched_uses() -> list[str]:
    """Name the uses that have limits."""
    states = (AGREED, SUPERSEDED)
    found = Plan.objects.filter(state__in=states).order_by("use__ref")
    return list(found.values_list("use__ref", flat=True).distinct())


def budget(plan: Plan, terms: Terms) -> float:
    """Give the chance of a false alarm that limits may spend.

    Limits that replace others within a year spend half of what those did: whoever chose
    anew had seen something. Those before have spent the stakes that they had placed, so
    all limits of one year together err with a chance of at most a quarter more than
    ``alpha``; each by itself keeps to what is given here.
    """
    before = Plan.objects.filter(
        use=plan.use,
        version=plan.version,
        state=SUPERSEDED,
        ends_on__lte=plan.begins_on,
        ends_on__gt=plan.begins_on - _YEAR,
    )
    return float(terms.alpha / 2 ** before.exclude(pk=plan.pk).count())


def alarms_of(use: Use) -> QuerySet[Alarm]:
    """List the alarms of a use, newest first."""
    found = Alarm.objects.filter(plan__use=use).select_related("plan", "incident")
    return found.order_by("-at", "-pk")


def incidents_of(use: Use) -> QuerySet[Incident]:
    """List the incidents of a use, newest first."""
    found = Incident.objects.filter(alarm__plan__use=use).select_related("alarm")
    return found.order_by("-opened_at", "-pk")


def open_incidents(use: Use) -> QuerySet[Incident]:
    """List the breaches that stand open, oldest first."""
    return incidents_of(use).filter(closed_at=None).order_by("opened_at", "pk")


def breaker_times(use: Use, since: datetime) -> tuple[datetime, datetime]:
    """Give until when effects must wait, and until when a use must stop, after a breach."""
    kept = profile(agency_of(use.agency_id).profile)
    on = since.date()
    return (
        later(since, kept.value("breach_to_pause", on=on)),
        later(since, kept.value("breach_to_stop", on=on)),
    )


def figures(use: Use) -> list[Figure]:
    """Give the last figure of each kind that monitoring recorded."""
    return [one for one in latest_figures(use) if one.practice == "monitoring"]
