"""The person's pages: open a letter with its code, read, challenge, follow, opt out, leave."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.cache import add_never_cache_headers, patch_cache_control

from answerable.errors import AnswerableError
from answerable.intake.machine import machine
from answerable.kit.doors import public
from answerable.kit.forms import act, form_page
from answerable.kit.pages import page
from answerable.law.profiles import profile
from answerable.people.doors import Public
from answerable.practices.remedy.actions.cases import open_case, opt_out
from answerable.practices.remedy.actions.challenges import PAGE, file_challenge
from answerable.practices.remedy.actions.parts import PERSON
from answerable.practices.remedy.actions.repairs import answer_remedy
from answerable.practices.remedy.forms import ChallengeForm, OpenForm
from answerable.practices.remedy.models import Challenge, Notice
from answerable.practices.remedy.queries.cases import case_of, said_in
from answerable.practices.remedy.queries.challenges import elements_of
from answerable.practices.remedy.queries.letters import letter_of
from answerable.practices.remedy.queries.standing import (
    bar_to_challenge,
    challenges_to,
    standing_of,
)
from answerable.practices.remedy.rules.states import ElementState, Harm
from answerable.report.letter import direction_of
from answerable.report.letter_words import WORDS

OPEN_FOR = timedelta(minutes=30)
_KEY = "remedy_case"
_ANSWERS = frozenset({"yes", "no"})


@public
def case(request: Public) -> HttpResponse:
    """Ask for the reference and the code of a letter."""

    def do(typed: dict[str, Any]) -> Notice:
        found = open_case(
            reference=typed["reference"],
            secret=typed["secret"],
            place=request.META.get("REMOTE_ADDR", ""),
            at=request.at,
        )
        # Whoever knew the session before knows nothing of what is behind it now.
        request.session.cycle_key()
        until = (request.at + OPEN_FOR).isoformat()
        request.session[_KEY] = {"reference": found.reference, "until": until}
        return found

    shown = form_page(
        request, OpenForm, "remedy/case.html", do=do, then=resolve_url("remedy:letter")
    )
    return _kept_nowhere(shown)


@public
def letter(request: Public) -> HttpResponse:
    """Show the letter to its person."""
    return _opened(request, _show_letter)


@public
def challenge(request: Public) -> HttpResponse:
    """Take in what the person says is wrong."""
    return _opened(request, _challenge)


@public
def status(request: Public) -> HttpResponse:
    """Show where the person's challenge stands, and by when they hear."""
    return _opened(request, _status)


@public
def answer(request: Public, challenge: str, answered: str) -> HttpResponse:
    """Take in whether a harm was undone, from the person."""
    return _opened(request, partial(_answer, challenge=challenge, answered=answered))


@public
def leave_it_to_people(request: Public) -> HttpResponse:
    """Let the person be decided about by people from now on."""
    return _opened(request, _opt_out)


@public
def leave(request: Public) -> HttpResponse:
    """Close the case on this device."""
    if request.method == "POST":
        request.session.pop(_KEY, None)
    return redirect("remedy:case")


def _opened(request: Public, show: Callable[[Public, Notice], HttpResponse]) -> HttpResponse:
    kept = request.session.get(_KEY) or {}
    found = case_of(str(kept.get("reference", ""))) if kept else None
    if found is None or request.at >= datetime.fromisoformat(kept["until"]):
        request.session.pop(_KEY, None)
        return redirect("remedy:case")
    return _kept_nowhere(show(request, found))


def _kept_nowhere(shown: HttpResponse) -> HttpResponse:
    add_never_cache_headers(shown)
    patch_cache_control(shown, no_store=True, private=True)
    return shown


def _show_letter(request: Public, notice: Notice) -> HttpResponse:
    said = letter_of(notice, machine().pseudonyms)
    context = {
        "notice": notice,
        "letter": said,
        "direction": direction_of(said.language).value if said is not None else "ltr",
        "headings": WORDS[said.language] if said is not None else None,
        "standing": standing_of(notice),
        "challenges": challenges_to(notice),
        "may_challenge": not bar_to_challenge(notice),
    }
    return page(request, "remedy/letter.html", context)


def _challenge(request: Public, notice: Notice) -> HttpResponse:
    pseudonyms = machine().pseudonyms
    made: list[ChallengeForm] = []

    def form(**given: Any) -> ChallengeForm:  # noqa: ANN401 - passed on to the form
        made.append(ChallengeForm(**given, urgent=profile(notice.use.agency.profile).urgent))
        return made[-1]

    def do(typed: dict[str, Any]) -> Challenge:
        return file_challenge(
            notice=notice.reference,
            points=made[-1].points,
            urgent=typed["urgent"],
            channel=PAGE,
            pseudonyms=pseudonyms,
            by=PERSON,
            at=request.at,
        )

    then = resolve_url("remedy:status")
    context = {"notice": notice}
    return form_page(request, form, "remedy/challenge.html", do=do, then=then, context=context)


def _status(
    request: HttpRequest, notice: Notice, refusal: AnswerableError | None = None
) -> HttpResponse:
    pseudonyms = machine().pseudonyms
    challenges = [
        {
            "challenge": one,
            "said": said_in(one, pseudonyms),
            "remedies": elements_of(one),
            "asks": elements_of(one).filter(state=ElementState.COMPLETED.value),
        }
        for one in challenges_to(notice)
    ]
    context = {"notice": notice, "challenges": challenges, "refusal": refusal}
    return page(request, "remedy/status.html", context, status=409 if refusal else 200)


def _answer(request: Public, notice: Notice, *, challenge: str, answered: str) -> HttpResponse:
    then = resolve_url("remedy:status")
    own = challenges_to(notice).filter(reference=challenge)
    harm = next((one for one in Harm if one.value == request.POST.get("harm")), None)
    if request.method != "POST" or answered not in _ANSWERS or harm is None or not own.exists():
        return redirect(then)
    return act(
        request,
        do=partial(
            answer_remedy,
            challenge=challenge,
            harm=harm,
            confirmed=answered == "yes",
            by=PERSON,
            at=request.at,
        ),
        then=then,
        again=lambda error: _status(request, notice, error),
    )


def _opt_out(request: Public, notice: Notice) -> HttpResponse:
    def shown(refusal: AnswerableError | None = None) -> HttpResponse:
        context = {"notice": notice, "refusal": refusal}
        return page(request, "remedy/opt_out.html", context, status=409 if refusal else 200)

    if request.method != "POST":
        return shown()
    do = partial(opt_out, notice=notice, pseudonyms=machine().pseudonyms, at=request.at)
    return act(request, do=do, then=resolve_url("remedy:opted_out"), again=shown)


@public
def opted_out(request: Public) -> HttpResponse:
    """Say that the person is decided about by people from now on."""
    return _opened(
        request, lambda asked, notice: page(asked, "remedy/opted_out.html", {"notice": notice})
    )
