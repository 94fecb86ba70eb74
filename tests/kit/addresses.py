"""A site of a few pages, with which the tests of kit are made."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

from answerable.errors import AnswerableError
from answerable.kit.doors import public, signed_in
from answerable.kit.forms import DayInput, KitForm, act, form_page
from answerable.kit.pages import page
from answerable.people.actors import NotPermitted
from answerable.people.doors import Public, SignedIn
from answerable.people.urls import sign_in_urlpatterns

EATEN: list[dict[str, Any]] = []


class UnknownCake(AnswerableError):
    """There is none."""

    code = "example.unknown_cake"
    message = "There is no cake {cake}."
    hint = "Bake one."


class CakeGone(AnswerableError):
    """Somebody was quicker."""

    code = "example.cake_gone"
    message = "The cake was eaten."
    hint = "Come earlier."
    citation = "House rules, 3"


class CakeForm(KitForm):
    name = forms.CharField(label="Name of the cake", help_text="As on the box.")
    kind = forms.ChoiceField(
        label="Kind", choices=[("plum", "Plum"), ("nut", "Nut")], widget=forms.RadioSelect
    )
    baked_on = forms.DateField(label="Baked on", required=False, widget=DayInput)
    slices = forms.MultipleChoiceField(
        label="Slices",
        required=False,
        choices=[("1", "First"), ("2", "Second")],
        widget=forms.CheckboxSelectMultiple,
    )
    shared = forms.BooleanField(label="It is shared", required=False)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    oven = forms.ChoiceField(label="Oven", choices=[("a", "A"), ("b", "B")])


@public
def open_page(request: Public) -> HttpResponse:
    """Say who asks, and when."""
    return HttpResponse(f"{request.actor and request.actor.ref} {request.at:%Y}")


@signed_in
def closed_page(request: SignedIn) -> HttpResponse:
    return HttpResponse(" ".join(sorted(agency for agency, _ in request.actor.roles)))


@signed_in
def eat(request: SignedIn) -> HttpResponse:
    def do(cleaned: dict[str, Any]) -> str:
        match cleaned["name"]:
            case "gone":
                raise CakeGone
            case "unknown":
                raise UnknownCake(cake="unknown")
            case "forbidden":
                raise NotPermitted(needed="baker", agency="north")
            case name:
                EATEN.append(cleaned)
                return str(name)

    return form_page(
        request, CakeForm, "tests/cake.html", do=do, then=lambda name: f"/open/?ate={name}"
    )


@signed_in
def gone(_request: SignedIn) -> HttpResponse:
    raise CakeGone


@signed_in
def throw_away(request: SignedIn) -> HttpResponse:
    def do() -> None:
        raise CakeGone

    return act(
        request,
        do=do,
        then="/open/",
        again=lambda error: page(request, "tests/cake.html", {"refusal": error}, status=422),
    )


@public
def broken(_request: Public) -> HttpResponse:
    raise RuntimeError


def rendered(source: str, **context: object) -> str:
    """Render a template from its text."""
    return engines["django"].from_string(f"{{% load kit %}}{source}").render(context)


urlpatterns = [
    path("open/", open_page),
    path("closed/", closed_page),
    path("eat/", eat),
    path("gone/", gone),
    path("throw-away/", throw_away),
    path("broken/", broken),
    path("", include("answerable.people.urls")),
    path("ledger/", include("answerable.ledger.urls")),
    *sign_in_urlpatterns,
]

handler403 = "answerable.kit.errors.forbidden"
handler404 = "answerable.kit.errors.not_found"
handler500 = "answerable.kit.errors.broken"
