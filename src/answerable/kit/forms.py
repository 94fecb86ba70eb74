"""Forms: shown, sent, refused with reasons, and done once."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from answerable.errors import AnswerableError
from answerable.kit.errors import closes_the_page
from answerable.kit.pages import page

T = TypeVar("T")


class KitRenderer(TemplatesSetting):
    """Renders every form of the site, those of other people's rooms too, in the shared look."""

    form_template_name = "kit/form.html"
    field_template_name = "kit/field.html"


class KitForm(forms.Form):
    """A form in the shared look. The browser checks nothing: the page says what is wrong."""

    use_required_attribute = False
    # No colon behind a label: a screen reader would say it.
    label_suffix = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Leave the label as it is written."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class DayInput(forms.DateInput):
    """A day, in a field that every browser knows: 2026-03-27."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """Write days the one way in which the field reads them."""
        super().__init__(attrs, format="%Y-%m-%d")


def form_page(
    request: HttpRequest,
    form: Callable[..., forms.Form],
    template: str,
    *,
    do: Callable[[dict[str, Any]], T],
    then: str | Callable[[T], str],
    context: Mapping[str, object] | None = None,
    initial: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Show a form; when it is sent, do the one thing it is for and go on.

    Parameters
    ----------
    form
        The class of the form, or what makes one from ``data``, ``files`` and ``initial``.
    do
        Makes one action call with the cleaned fields.
    then
        Where to go afterwards: an address or the name of a page; or what gives the
        address from the result of ``do``.
    context
        What else the template shows; the form is ``form``.

    Notes
    -----
    What the action refuses stands above the form, which keeps what was typed. What is
    unknown to the person, or not for them, is a page of its own (`errors.Refusals`).
    """
    shown = dict(context or {})
    if request.method != "POST":
        return page(request, template, {**shown, "form": form(initial=dict(initial or {}))})
    sent = form(data=request.POST, files=request.FILES, initial=dict(initial or {}))
    if not sent.is_valid():
        return _again(request, template, {**shown, "form": sent})
    try:
        done = do(sent.cleaned_data)
    except AnswerableError as error:
        if closes_the_page(error):
            raise
        return _again(request, template, {**shown, "form": sent, "refusal": error})
    return redirect(then if isinstance(then, str) else then(done))


def act(
    request: HttpRequest,
    *,
    do: Callable[[], object],
    then: str,
    again: Callable[[AnswerableError], HttpResponse] | None = None,
) -> HttpResponse:
    """Do what a button without fields is for, and go on; ``again`` shows what was refused."""
    try:
        do()
    except AnswerableError as error:
        if again is None or closes_the_page(error):
            raise
        return again(error)
    del request
    return redirect(then)


def _again(request: HttpRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    return page(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
