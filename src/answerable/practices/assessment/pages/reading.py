"""What assessments hold and came to."""

from collections.abc import Mapping
from functools import partial

from django.http import HttpResponse
from django.shortcuts import resolve_url

from answerable.inventory.queries import running_version, use_for
from answerable.kit.doors import signed_in
from answerable.kit.forms import form_page
from answerable.kit.pages import page, paged
from answerable.people.doors import SignedIn
from answerable.people.queries import names_of
from answerable.people.roles import Role
from answerable.practices.assessment import queries
from answerable.practices.assessment.actions.opening import open_assessment
from answerable.practices.assessment.forms import VersionForm
from answerable.practices.assessment.models import Assessment


@signed_in
def use(request: SignedIn, ref: str) -> HttpResponse:
    """List the assessments of a use, and what is found of what runs."""
    found = use_for(request.actor, ref, *Role)
    version = running_version(found)
    shown = {
        "use": found,
        "assessments": paged(request, queries.assessments_of(found)),
        "version": version,
        "findings": queries.findings(found, version=version, at=request.at) if version else (),
        "may_open": request.actor.may(Role.OWNER, agency=found.agency_id),
    }
    return page(request, "assessment/use.html", shown)


@signed_in
def show(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Show an assessment; to whoever may yet score a risk, without its owner's score."""
    found = queries.assessment_for(request.actor, ref, number, *Role)
    risks = queries.risks_seen_by(request.actor, found)
    named = names_of(
        {
            found.decided_by,
            *queries.acceptors_of(found),
            *(one.responsible for seen in risks for one in seen.risk.mitigations.all()),
        }
    )
    shown = {
        "use": found.use,
        "assessment": found,
        "risks": [_with_names(seen, named) for seen in risks],
        "by": named.get(found.decided_by, ""),
        "findings": queries.findings_of(found, on=request.at.date()),
        "figures": queries.figures_about(found),
        "measurings": found.measurings.order_by("-at").prefetch_related("reruns"),
        "data": found.data.order_by("pk"),
        "grounds": found.grounds.order_by("pk"),
        "limits": found.limits.order_by("measure"),
        "steps": queries.steps_of(request.actor, found),
    }
    return page(request, "assessment/show.html", shown)


@signed_in
def begin(request: SignedIn, ref: str) -> HttpResponse:
    """Open an assessment of a version."""
    found = use_for(request.actor, ref, Role.OWNER)
    recorded = found.system.versions.order_by("-recorded_at")
    versions = tuple(recorded.values_list("digest", flat=True))

    def then(opened: Assessment) -> str:
        return resolve_url("assessment:show", ref, opened.number)

    return form_page(
        request,
        partial(VersionForm, versions),
        "assessment/begin.html",
        do=lambda given: open_assessment(use=ref, **given, by=request.actor, at=request.at),
        then=then,
        context={"use": found, "versions": versions},
    )


def _with_names(seen: queries.RiskSeen, named: Mapping[str, str]) -> dict[str, object]:
    residue = seen.risk.residue if seen.remains is not None else None
    return {
        "risk": seen.risk,
        "owner": seen.owner,
        "reviewer": seen.reviewer,
        "remains": seen.remains,
        "accepted_by": "" if residue is None else named.get(residue.by, ""),
        "mitigations": [
            (one, named.get(one.responsible, "")) for one in seen.risk.mitigations.all()
        ],
    }
