"""The public register: the list, a record, its figures, the policy."""

from collections.abc import Mapping

from django.http import HttpResponse

from answerable.gate.terms import PermitState
from answerable.kit.doors import public
from answerable.kit.numbers import shown as as_written
from answerable.kit.pages import page, paged
from answerable.law.rows import row as law_row
from answerable.people.doors import Public
from answerable.practices.openness.models import PublicRecord, RegisterLine
from answerable.practices.openness.queries import register as read

_POLICY_LANGUAGES_RTL = frozenset({"ar", "fa", "he", "ur", "ps", "dv", "yi"})


@public
def register(request: Public) -> HttpResponse:
    """List what is published, with a search."""
    search = request.GET.get("q", "")[: read.LONGEST_SEARCH]
    asked = request.GET.get("state", "")
    state = asked if asked in set(PermitState) else ""
    lines = read.register(search=search, state=state).select_related("use")
    return page(
        request,
        "openness/register.html",
        {
            "lines": paged(request, lines),
            "search": search,
            "state": state,
            "states": [one.value for one in PermitState],
        },
    )


@public
def record(request: Public, ref: str) -> HttpResponse:
    """Show the newest record of a use."""
    line = read.line_of(ref)
    return _record(request, line, line.record)


@public
def past_record(request: Public, ref: str, number: int) -> HttpResponse:
    """Show a record as it was."""
    return _record(request, read.line_of(ref), read.record_of(ref, number))


@public
def figure(request: Public, ref: str, entry: int) -> HttpResponse:
    """Show how we know a published figure."""
    line = read.line_of(ref)
    found = read.figure_in(line, entry)
    context = {"line": line, "figure": found, "shown": as_written(found)}
    return page(request, "openness/figure.html", context)


@public
def policies(request: Public) -> HttpResponse:
    """List the policies."""
    return page(request, "openness/policies.html", {"policies": read.policies()})


@public
def policy(request: Public, agency: str, language: str) -> HttpResponse:
    """Show a policy in its language."""
    found = read.policy_of(agency, language)
    paragraphs = [text for text in found.text.split("\n\n") if text.strip()]
    rtl = language.partition("-")[0] in _POLICY_LANGUAGES_RTL
    return page(
        request,
        "openness/policy.html",
        {"policy": found, "paragraphs": paragraphs, "direction": "rtl" if rtl else "ltr"},
    )


def _record(request: Public, line: RegisterLine, shown: PublicRecord) -> HttpResponse:
    content = shown.content
    rows = [
        {**told, "title": law_row(str(told["id"])).requirement}
        for told in content["rows"]
        if isinstance(told, Mapping)
    ]
    return page(
        request,
        "openness/record.html",
        {
            "line": line,
            "record": shown,
            "content": content,
            "newest": shown.pk == line.record_id,
            "figures": read.figures_in(content),
            "rows": rows,
            "waivers": [
                {**told, "title": law_row(str(told["row"])).requirement}
                for told in content["waivers"]
            ],
            "comparison": read.comparison_of(shown),
            "past": paged(request, read.other_records(shown), size=10),
            "history": list(reversed(content["history"])),
        },
    )
