"""What a use rests on, as far as the viewer may see it now."""

from django.http import HttpResponse

from answerable.inventory.figures import figures_of
from answerable.inventory.queries import (
    owner_of,
    owners_ever,
    running_version,
    stage_of,
    use_for,
)
from answerable.kit.doors import signed_in
from answerable.kit.pages import page
from answerable.law.red_lines import red_lines
from answerable.law.rights import rights
from answerable.people.doors import SignedIn
from answerable.people.roles import Role
from answerable.practices.obligations import queries
from answerable.practices.obligations.rules.duties import may_confirm_check


@signed_in
def use(request: SignedIn, ref: str) -> HttpResponse:
    """Show the dossier; to a reviewer who has yet to screen the use, only what is screened."""
    found = use_for(request.actor, ref, *queries.READERS)
    if queries.must_be_blind(found, request.actor):
        _, shown = queries.case_for(request.actor, ref)
        return page(request, "obligations/case.html", {"use": found, "content": shown})
    latest = queries.latest_dossier(found)
    content = queries.content_of(latest)
    names = {right.code: right.right for right in rights()}
    questions = {line.id: line for line in red_lines()}
    case = "" if latest is None else latest.case
    owners = owners_ever(found)
    checks = [
        (check, may_confirm_check(request.actor.ref, author=check.author, owners=owners))
        for check in queries.rights_checks(found)
    ]
    agency = found.agency_id
    return page(
        request,
        "obligations/use.html",
        {
            "use": found,
            "stage": stage_of(found),
            "latest": latest,
            "fits": queries.fits(latest, found),
            "content": content,
            "rights": [(one, names[one.right]) for one in content.rights],
            "answers": [(one, questions.get(one.line)) for one in content.red_lines],
            "blind": queries.blind_answers(found, case=case),
            "rating": queries.rating_of(found, at=request.at),
            "rebuttal": queries.rebuttal_of(found, case=case),
            "checks": checks,
            "rulings": queries.rulings(found),
            "sign_offs": queries.sign_offs(found),
            "findings": queries.findings(
                found, version=running_version(found) or "", at=request.at
            ),
            "figure": figures_of(found).filter(practice="obligations").last(),
            "is_owner": owner_of(found) == request.actor.ref,
            "may_review": request.actor.may(Role.REVIEWER, agency=agency)
            and request.actor.ref not in owners,
            "may_rule": request.actor.may(Role.OWNER, Role.REVIEWER, Role.APPROVER, agency=agency),
            "may_check": request.actor.may(Role.OWNER, Role.REVIEWER, agency=agency),
            "may_confirm": request.actor.may(Role.REVIEWER, Role.APPROVER, agency=agency),
        },
    )
