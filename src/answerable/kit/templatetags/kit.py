"""One partial for each thing: a figure, a verdict, a citation, an entry, a field."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.db.models import Model
from django.forms import BoundField
from django.http import HttpRequest
from django.template import Context
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from answerable.kit import navigation
from answerable.kit.navigation import Way
from answerable.kit.numbers import IsFigure, shown, written
from answerable.law import rights, rows

register = template.Library()

# Words and a shape for each: colour alone tells nobody anything.
_VERDICTS = {
    "met": ("met", "\N{CHECK MARK}"),
    "not_met": ("not met", "\N{MULTIPLICATION X}"),
    "cannot_say": ("cannot say", "?"),
    "not_built": ("not built", "\N{EN DASH}"),
}


@register.inclusion_tag("kit/measurement.html")
def measurement(figure: IsFigure) -> dict[str, object]:
    """Show a figure with its unit, interval, n, days and how we know."""
    return shown(figure)


@register.inclusion_tag("kit/verdict.html")
def verdict(finding: object) -> dict[str, str]:
    """Show met, not met or cannot say, in words and shape."""
    name = str(finding)
    words, shape = _VERDICTS.get(name, (name.replace("_", " "), ""))
    return {"name": name.replace("_", "-"), "words": words, "shape": shape}


@register.inclusion_tag("kit/findings.html")
def findings(found: Iterable[object], version: str = "") -> dict[str, object]:
    """Show what a room finds of each row: its code, what it asks for, verdict, what is missing.

    Each has ``row``, ``finding``, ``rests_on`` and ``needs``, as `gate.row_findings.RowFinding`.
    """
    return {"findings": found, "version": version}


@register.inclusion_tag("kit/citation.html")
def citation(cited: object) -> dict[str, str]:
    """Show a source: a citation of law, or its title."""
    return {
        "title": str(getattr(cited, "title", cited)),
        "href": str(getattr(cited, "href", None) or ""),
    }


@register.inclusion_tag("kit/entry.html")
def entry(index: int) -> dict[str, int]:
    """Link to the ledger's entry that tells of something."""
    return {"index": index}


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """Show one field of a form with its label, hint and error."""
    return bound.as_field_group()


@register.inclusion_tag("kit/button_form.html", takes_context=True)
def button_form(context: Context, form: object, words: str, action: str = "") -> dict[str, object]:
    """Show a whole form with its button."""
    return {
        "form": form,
        "words": words,
        "action": action,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("kit/pager.html", takes_context=True)
def pager(context: Context, found: "Page[Model]") -> dict[str, object]:
    """Link to the page before and the page after, keeping what was searched for."""
    request: HttpRequest = context["request"]
    kept = urlencode([(name, str(value)) for name, value in request.GET.items() if name != "page"])
    return {"found": found, "kept": f"{kept}&" if kept else ""}


@register.filter
def anchor(bound: BoundField) -> str:
    """Give the part of the page where a field is put right."""
    return bound.id_for_label or f"{bound.auto_id}_0"


@register.filter
def percent(share: float) -> str:
    """Write a share of 0 to 1 as a percentage."""
    return written(share, "share")


# What a state of a permit lets a use do, for somebody who has never heard of permits.
_STATES = {
    "open": "decide about people, under a permit",
    "pilot": "decide about a limited number of people, as a pilot",
    "observe": "go on deciding about people as it did before, under observation",
    "shadow": "compute, without effect on anybody",
    "people_only": "decide about nobody: people decide",
    "stopped": "do nothing: it is stopped",
}


@register.filter
def may(state: object) -> str:
    """Say what a use in this state may do."""
    return _STATES.get(str(state), str(state).replace("_", " "))


@register.filter
def words(code: object) -> str:
    """Write a code as words: cannot_say, people_only."""
    return str(code).replace("_", " ")


@register.filter
def row_words(row: object) -> str:
    """Say what a row of the requirements asks for, to stand beside its code."""
    return rows.row(str(row)).requirement


@register.filter
def right_words(code: object) -> str:
    """Name a right, to stand beside its code."""
    return rights.right(str(code)).right


@register.simple_tag(takes_context=True)
def ways(context: Context) -> Sequence[Way]:
    """Give the links of the header."""
    request: Any = context.get("request")
    return navigation.ways(request) if request is not None else ()


@register.simple_tag
def footer_ways() -> Sequence[Way]:
    """Give the links of the footer."""
    return navigation.footer_ways()


@register.simple_tag
def practices_of(use: str) -> Sequence[Way]:
    """Give the first page of each practice about a use."""
    return navigation.practices_of(use)
