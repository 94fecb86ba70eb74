"""Pages about signing in and about one's own account."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.http import Http404, HttpResponse

from answerable.kit.doors import public, signed_in
from answerable.kit.forms import KitForm, form_page
from answerable.kit.pages import page
from answerable.people import links, queries
from answerable.people.doors import Public, SignedIn
from answerable.people.models import Account
from answerable.people.second_steps import owes_second_step


class PasswordForm(KitForm):
    """A new password, typed twice."""

    password = forms.CharField(
        label="New password",
        help_text="At least 12 characters. Four words that do not belong together are enough.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    again = forms.CharField(
        label="The same password again",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two that differ."""
        cleaned = super().clean() or {}
        if {"password", "again"} <= cleaned.keys() and cleaned["password"] != cleaned["again"]:
            self.add_error("again", "The two passwords differ. Type the same one in both fields.")
        return cleaned


@public
def first_password(request: Public, secret: str) -> HttpResponse:
    """Set a password with the link that an administrator passed on."""
    account = links.account_of(secret, at=request.at)

    def do(cleaned: dict[str, Any]) -> Account:
        return links.set_password(secret=secret, password=cleaned["password"], at=request.at)

    return form_page(
        request,
        PasswordForm,
        "people/first_password.html",
        do=do,
        then="account_login",
        context={"email": account.email},
    )


@signed_in
def account(request: SignedIn) -> HttpResponse:
    """Show who one is here, one's roles, and the ways in which one signs in."""
    kinds = Authenticator.objects.filter(user_id=request.user.pk).values_list("type", flat=True)
    roles = sorted((agency, role.value) for agency, role in request.actor.roles)
    return page(
        request,
        "people/account.html",
        {
            "account": request.user,
            "roles": roles,
            "agencies": queries.agencies_visible_to(request.actor),
            "second": sorted(set(kinds)),
            "owes_second": isinstance(request.user, Account) and owes_second_step(request.user),
        },
    )


@public
def closed(request: Public) -> HttpResponse:
    """Say that nothing is here: accounts come from administrators."""
    del request
    raise Http404
