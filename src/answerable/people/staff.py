"""Pages with which an administrator lets people in, and gives and ends roles."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse

from answerable.kit.doors import signed_in
from answerable.kit.forms import act, form_page
from answerable.kit.pages import page, paged
from answerable.people import actions, links, queries, second_steps
from answerable.people.doors import SignedIn
from answerable.people.links import MadeLink, need_keeper, works_only_in
from answerable.people.models import Account
from answerable.people.roles import Role
from answerable.people.staff_forms import AddForm, RoleForm

_READERS = (Role.ADMINISTRATOR, Role.AUDITOR)


@signed_in
def people(request: SignedIn) -> HttpResponse:
    """Show the agencies whose people one may see; go straight to it where there is one."""
    seen = [
        agency
        for agency in queries.agencies_visible_to(request.actor)
        if request.actor.may(*_READERS, agency=agency.ref)
    ]
    if len(seen) == 1:
        return redirect("people:agency", seen[0].ref)
    return page(request, "people/agencies.html", {"agencies": seen})


@signed_in
def agency(request: SignedIn, agency: str) -> HttpResponse:
    """List who plays a part in an agency."""
    request.actor.need(*_READERS, agency=agency)
    shown = paged(request, queries.accounts_of(agency, viewer=request.actor))
    return page(
        request,
        "people/agency.html",
        {
            "agency": queries.agency(agency),
            "people": shown,
            "rows": [(one, queries.roles_in(agency, one)) for one in shown],
            "may_change": request.actor.may(Role.ADMINISTRATOR, agency=agency),
        },
    )


@signed_in
def add(request: SignedIn, agency: str) -> HttpResponse:
    """Add somebody with a first role, in one step."""
    request.actor.need(Role.ADMINISTRATOR, agency=agency)

    def do(cleaned: dict[str, Any]) -> Account:
        return actions.add_with_role(
            email=cleaned["email"],
            name=cleaned["name"],
            role=cleaned["role"],
            agency=agency,
            by=request.actor,
            at=request.at,
        )

    return form_page(
        request,
        AddForm,
        "people/add.html",
        do=do,
        then=lambda account: reverse("people:person", args=(agency, account.pk)),
        context={"agency": queries.agency(agency)},
    )


@signed_in
def person(request: SignedIn, agency: str, number: int) -> HttpResponse:
    """Show one person's roles in the agency, and what an administrator can change."""
    request.actor.need(*_READERS, agency=agency)
    return page(request, "people/person.html", _shown(request, agency, number))


@signed_in
def give(request: SignedIn, agency: str, number: int) -> HttpResponse:
    """Give somebody a role."""
    shown = _shown(request, agency, number)

    def do(cleaned: dict[str, Any]) -> object:
        return actions.give_role(
            account=shown["account"],
            role=cleaned["role"],
            agency=agency,
            by=request.actor,
            at=request.at,
        )

    return form_page(
        request,
        RoleForm,
        "people/person.html",
        do=do,
        then=reverse("people:person", args=(agency, number)),
        context=shown,
    )


@signed_in
def end(request: SignedIn, agency: str, number: int, role: str) -> HttpResponse:
    """Ask, and then end a role."""
    shown = _shown(request, agency, number)
    if request.method != "POST":
        return page(request, "people/end_role.html", {**shown, "role": role})
    return act(
        request,
        do=lambda: actions.end_role(
            account=shown["account"], role=role, agency=agency, by=request.actor, at=request.at
        ),
        then=reverse("people:person", args=(agency, number)),
        again=lambda error: page(
            request, "people/person.html", {**shown, "refusal": error}, status=409
        ),
    )


@signed_in
def link(request: SignedIn, agency: str, number: int) -> HttpResponse:
    """Make a link with which somebody sets a password, and show it, once."""
    shown = _shown(request, agency, number)
    if request.method != "POST":
        return redirect("people:person", agency, number)
    made: MadeLink = links.make_link(
        account=shown["account"], agency=agency, by=request.actor, at=request.at
    )
    # Shown in the answer itself: a page to go on to would have to keep the secret.
    address = request.build_absolute_uri(resolve_url("people:first_password", made.secret))
    return page(request, "people/link.html", {**shown, "address": address, "made": made})


@signed_in
def remove_second_step(request: SignedIn, agency: str, number: int) -> HttpResponse:
    """Ask, and then take a lost second step away."""
    shown = _shown(request, agency, number)
    need_keeper(shown["account"], agency=agency, by=request.actor)
    if request.method != "POST":
        return page(request, "people/remove_second_step.html", shown)
    return act(
        request,
        do=lambda: second_steps.remove_second_steps(
            account=shown["account"], agency=agency, by=request.actor, at=request.at
        ),
        then=reverse("people:person", args=(agency, number)),
        again=lambda error: page(
            request, "people/person.html", {**shown, "refusal": error}, status=409
        ),
    )


def _shown(request: SignedIn, agency: str, number: int) -> dict[str, Any]:
    account = queries.account_in(agency, number, viewer=request.actor)
    return {
        "agency": queries.agency(agency),
        "account": account,
        "roles": queries.roles_in(agency, account),
        "may_change": request.actor.may(Role.ADMINISTRATOR, agency=agency),
        "may_let_in": works_only_in(agency, account),
        "second": second_steps.has_second_step(account),
        "form": RoleForm(),
    }
