"""Forms with which an administrator lets people in."""

from django import forms

from answerable.kit.forms import KitForm
from answerable.people.roles import GIVEN

_MEANINGS = {
    "owner": "Owner: answers for a use",
    "reviewer": "Reviewer: checks what an owner says, and never their own",
    "approver": "Approver: an official who permits or refuses",
    "caseworker": "Caseworker: decides about people with the system's help",
    "auditor": "Auditor: reads everything and changes nothing",
    "administrator": "Administrator: lets people in and decides nothing about AI",
}
ROLES = [(role.value, _MEANINGS[role.value]) for role in GIVEN]


class AddForm(KitForm):
    """Somebody who works for the agency from now on."""

    name = forms.CharField(label="Name", max_length=200)
    email = forms.CharField(
        label="Email address", help_text="With it the person signs in.", max_length=254
    )
    role = forms.ChoiceField(label="First role", choices=ROLES, widget=forms.RadioSelect)


class RoleForm(KitForm):
    """A role that somebody is given."""

    role = forms.ChoiceField(label="Role", choices=ROLES, widget=forms.RadioSelect)
