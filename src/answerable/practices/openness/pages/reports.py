"""The public door for reports, and the desk where staff deal with them."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from answerable.errors import AnswerableError
from answerable.intake.machine import machine
from answerable.kit.doors import public, signed_in
from answerable.kit.forms import form_page
from answerable.kit.pages import page, paged
from answerable.people.doors import Public, SignedIn
from answerable.practices.openness.actions import reports as act
from answerable.practices.openness.forms import (
    AcknowledgeForm,
    AnswerForm,
    FollowForm,
    ReportForm,
)
from answerable.practices.openness.queries import reports as read
from answerable.practices.openness.rules import ReportState

_SECURITY_TXT_HOLDS = timedelta(days=180)


@public
def report(request: Public) -> HttpResponse:
    """Take a report; what comes back is shown once and kept by nobody else."""
    about = request.GET.get("use", "")[:120]
    initial = {"use": about, "agency": about.partition(".")[0]}
    if request.method != "POST":
        return page(request, "openness/report.html", {"form": ReportForm(initial=initial)})
    form = ReportForm(data=request.POST)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        try:
            taken = act.receive_report(
                **form.cleaned_data, pseudonyms=machine().pseudonyms, at=request.at
            )
        except AnswerableError as error:
            context["refusal"] = error
        else:
            # Shown, not redirected to: an address would stay in the browser's history.
            answer = page(request, "openness/report_taken.html", {"taken": taken})
            answer["Cache-Control"] = "no-store"
            return answer
    return page(request, "openness/report.html", context, status=422)


@public
def follow(request: Public) -> HttpResponse:
    """Show whoever holds the code how a report stands."""
    if request.method != "POST":
        return page(request, "openness/follow.html", {"form": FollowForm()})
    form = FollowForm(data=request.POST)
    context: dict[str, object] = {"form": form}
    if not form.is_valid():
        return page(request, "openness/follow.html", context, status=422)
    code = form.cleaned_data["code"]
    try:
        context["followed"] = read.follow(code, pseudonyms=machine().pseudonyms, at=request.at)
    except AnswerableError as error:
        return page(request, "openness/follow.html", {**context, "refusal": error}, status=404)
    answer = page(request, "openness/follow.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@public
def security_txt(request: Public) -> HttpResponse:
    """Say where weaknesses are reported (RFC 9116)."""
    contact = request.build_absolute_uri(reverse("openness:report"))
    ends = (request.at + _SECURITY_TXT_HOLDS).isoformat(timespec="seconds")
    lines = (f"Contact: {contact}", f"Expires: {ends}", "Preferred-Languages: en", "")
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@signed_in
def desk(request: SignedIn) -> HttpResponse:
    """List the reports of the viewer's agencies, what is due first."""
    rows = read.reports_visible_to(request.actor)
    return page(request, "openness/desk.html", {"reports": paged(request, rows), "at": request.at})


@signed_in
def staff_report(request: SignedIn, agency: str, number: int) -> HttpResponse:
    """Read a report, and acknowledge or answer it, whichever is next."""
    found = read.report_for(request.actor, agency, number)
    pseudonyms = machine().pseudonyms
    context = {
        "report": found,
        "text": read.text_of_report(found, pseudonyms=pseudonyms),
        "overdue": found.state != ReportState.ANSWERED and request.at >= found.due_at,
    }

    def acknowledge(fields: dict[str, Any]) -> object:
        return act.acknowledge_report(
            agency=agency,
            number=number,
            severity=fields["severity"],
            by=request.actor,
            at=request.at,
        )

    def answer(fields: dict[str, Any]) -> object:
        return act.answer_report(
            agency=agency,
            number=number,
            answer=fields["answer"],
            changed=fields["changed"],
            pseudonyms=pseudonyms,
            by=request.actor,
            at=request.at,
        )

    next_step = {
        ReportState.RECEIVED.value: (AcknowledgeForm, acknowledge, "Acknowledge it"),
        ReportState.ACKNOWLEDGED.value: (AnswerForm, answer, "Answer it"),
    }.get(found.state)
    handles = request.actor.may(*read.HANDLERS, agency=agency)
    if next_step is None or not handles:
        return page(request, "openness/staff_report.html", context)
    form, do, words = next_step
    return form_page(
        request,
        form,
        "openness/staff_report.html",
        do=do,
        then=reverse("openness:staff-report", args=[agency, number]),
        context={**context, "words": words},
    )
