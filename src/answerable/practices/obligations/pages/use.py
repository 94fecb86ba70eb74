"""What a use rests on, as far as the viewer may see it now."""

from django.http import HttpResponse

from answerable.inventory.figures import figures_of
from answerable.inventory.queries import running_version, stage_of, use_for
from answerable.kit.doors import signed_in
from answerable.kit.pages import page
from answerable.law.red_lines import red_lines
from answerable.people.doors import SignedIn
from answerable.people.roles import Role
from answerable.practices.obligations import queries
from answerable.practices.obligations.pages.words import rights_named
from answerable.practices.obligations.rules.duties import may_confirm_check, may_review
from answerable.practices.obligations.rules.screening import missing_to_screen


@signed_in
def use(request: SignedIn, ref: str) -> HttpResponse:
    """Show the dossier; to a reviewer who has yet to screen the use, only what is screened."""
    found = use_for(request.actor, ref, *queries.READERS)
    if queries.must_be_blind(found, request.actor):
        _, shown = queries.case_for(request.actor, ref)
        missing = missing_to_screen(queries.content_of(queries.latest_dossier(found)))
        told = {"use": found, "content": shown, "missing": missing}
        return page(request, "obligations/case.html", told)
    latest = queries.latest_dossier(found)
    content = queries.content_of(latest)
    questions = {line.id: line for line in red_lines()}
    case = "" if latest is None else latest.case
    actor, agency = request.actor, found.agency_id
    authors = queries.authors_of(found)
    may_agree = actor.may(Role.REVIEWER, Role.APPROVER, agency=agency)
    checks = [
        (
            check,
            rights_named(check.rights),
            may_agree and may_confirm_check(actor.ref, writer=check.author, authors=authors),
        )
        for check in queries.rights_checks(found)
    ]
    return page(
        request,
        "obligations/use.html",
        {
            "use": found,
            "stage": stage_of(found),
            "latest": latest,
            "fits": queries.fits(latest, found),
            "content": content,
            "rights": list(
                zip(content.rights, rights_named(one.right for one in content.rights), strict=True)
            ),
            "answers": [(one, questions.get(one.line)) for one in content.red_lines],
            "rating": queries.rating_of(found, at=request.at),
            "rebuttal": queries.rebuttal_of(found, case=case),
            "checks": checks,
            "rulings": queries.rulings(found),
            "sign_offs": queries.sign_offs(found),
            "is_signed": latest is not None and queries.is_signed(latest),
            "findings": queries.findings(
                found, version=running_version(found) or "", at=request.at
            ),
            "figure": figures_of(found).filter(practice="obligations").last(),
            "may_say": actor.may(Role.OWNER, agency=agency),
            "may_review": actor.may(Role.REVIEWER, agency=agency)
            and may_review(actor.ref, authors=authors),
            "may_rule": actor.may(Role.OWNER, Role.REVIEWER, Role.APPROVER, agency=agency),
            "may_check": actor.may(Role.OWNER, Role.REVIEWER, agency=agency),
        },
    )
