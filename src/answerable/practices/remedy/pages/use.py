"""Remedy of one use: what stands, what is late, the words of its letters, whom to write to."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import resolve_url

from answerable.errors import AnswerableError
from answerable.intake.machine import machine
from answerable.inventory.figures import latest_figures
from answerable.inventory.models import Use
from answerable.inventory.queries import running_version, use_for
from answerable.kit.doors import signed_in
from answerable.kit.forms import act, form_page
from answerable.kit.pages import page
from answerable.people.doors import SignedIn
from answerable.people.roles import Role
from answerable.practices.remedy.actions.contacts import import_contacts
from answerable.practices.remedy.actions.figures import measure_remedy, sign_off
from answerable.practices.remedy.actions.wording import name_offices, set_words
from answerable.practices.remedy.forms import ContactsForm, OfficesForm, WordsForm
from answerable.practices.remedy.pages.steps import step_of
from answerable.practices.remedy.queries.challenges import challenges_visible_to, overdue_challenges
from answerable.practices.remedy.queries.findings import findings
from answerable.practices.remedy.queries.look_backs import look_backs_visible_to
from answerable.practices.remedy.queries.notices import counts_of, overdue_notices
from answerable.practices.remedy.queries.wordings import (
    languages_of,
    offices_of,
    unworded,
    words_of,
)
from answerable.practices.remedy.rules.roles import IMPORTERS, STAFF
from answerable.practices.remedy.rules.states import ChallengeState, LookBackState, Part, Step
from answerable.report.letter import LANGUAGES

_SHOWN = 10


@signed_in
def use(request: SignedIn, ref: str) -> HttpResponse:
    """Show how people affected by a use are told, heard and made whole."""
    return _shown(request, ref)


def _shown(request: SignedIn, ref: str, refusal: AnswerableError | None = None) -> HttpResponse:
    found = use_for(request.actor, ref, *STAFF)
    version = _version(found)
    may = partial(request.actor.may, agency=found.agency_id)
    named, _ = offices_of(found)
    mine = challenges_visible_to(request.actor).filter(use=found)
    look_backs = look_backs_visible_to(request.actor).filter(use=found)
    context = {
        "use": found,
        "version": version,
        "counts": counts_of(request.actor, ref),
        "late_notices": overdue_notices(request.actor, at=request.at).filter(use=found).count(),
        "challenges": mine.exclude(state=ChallengeState.CLOSED.value)[:_SHOWN],
        "late": set(
            overdue_challenges(request.actor, at=request.at)
            .filter(use=found)
            .values_list("pk", flat=True)
        ),
        "look_backs": look_backs.exclude(state=LookBackState.CLOSED.value)[:_SHOWN],
        "figures": [one for one in latest_figures(found) if one.practice == "remedy"],
        "findings": findings(found, version=version, at=request.at),
        "refusal": refusal,
        "offices": [(step.words, named[step.value]) for step in Step if named.get(step.value)],
        "is_owner": may(Role.OWNER),
        "is_importer": may(*IMPORTERS),
        "may_measure": bool(version) and may(Role.OWNER, Role.REVIEWER),
        "may_sign": bool(version) and may(Role.REVIEWER),
    }
    return page(request, "remedy/use.html", context, status=200 if refusal is None else 409)


@signed_in
def words(request: SignedIn, ref: str) -> HttpResponse:
    """Word a part of the letters of a use."""
    found = use_for(request.actor, ref, *STAFF)

    def do(typed: dict[str, Any]) -> object:
        return set_words(
            use=ref,
            part=Part(typed["part"]),
            code=typed["code"],
            language=typed["language"],
            words=typed["words"],
            by=request.actor,
            at=request.at,
        )

    said = words_of(found).said
    languages = languages_of(found) or LANGUAGES[:1]
    context = {
        "use": found,
        "heading": "The words of its letters",
        "said": [(Part(part).words, *place, text) for (part, *place), text in sorted(said.items())],
        "unworded": [(one, unworded(found, language=one)) for one in languages],
        "is_owner": request.actor.may(Role.OWNER, agency=found.agency_id),
        "button": "Keep these words",
    }
    then = resolve_url("remedy:words", ref)
    return form_page(request, WordsForm, "remedy/words.html", do=do, then=then, context=context)


@signed_in
def offices(request: SignedIn, ref: str) -> HttpResponse:
    """Name who answers for each step of remedy."""
    found = use_for(request.actor, ref, Role.OWNER)
    named, _ = offices_of(found)

    def do(typed: dict[str, Any]) -> object:
        given = {step: typed[step.value] for step in Step}
        return name_offices(use=ref, offices=given, by=request.actor, at=request.at)

    heading = "Who answers for remedy"
    context = step_of(found, heading=heading, button="Name these offices")
    return form_page(
        request,
        OfficesForm,
        "remedy/step.html",
        do=do,
        then=resolve_url("remedy:use", ref),
        context=context,
        initial=named,
    )


@signed_in
def contacts(request: SignedIn, ref: str) -> HttpResponse:
    """Take in how people can be written to."""
    found = use_for(request.actor, ref, *IMPORTERS)

    def do(typed: dict[str, Any]) -> object:
        return import_contacts(
            agency=found.agency_id,
            contacts=typed["file"],
            pseudonyms=machine().pseudonyms,
            by=request.actor,
            at=request.at,
        )

    note = (
        "Names and addresses are kept encrypted, found by the pseudonym that your software "
        "sends, and shown nowhere."
    )
    context = step_of(found, heading="How people can be written to", button="Import", note=note)
    # An administrator, who sees no cases, stays here.
    goes_on = request.actor.may(*STAFF, agency=found.agency_id)
    then = resolve_url("remedy:use" if goes_on else "remedy:contacts", ref)
    return form_page(request, ContactsForm, "remedy/step.html", do=do, then=then, context=context)


@signed_in
def measure(request: SignedIn, ref: str) -> HttpResponse:
    """Measure who was told and heard in time."""
    return _do(request, ref, measure_remedy)


@signed_in
def sign(request: SignedIn, ref: str) -> HttpResponse:
    """Make what the rows find verdicts."""
    return _do(request, ref, sign_off)


def _do(request: SignedIn, ref: str, action: Callable[..., object]) -> HttpResponse:
    found = use_for(request.actor, ref, *STAFF)
    if request.method != "POST":
        return _shown(request, ref)
    return act(
        request,
        do=partial(action, use=ref, version=_version(found), by=request.actor, at=request.at),
        then=resolve_url("remedy:use", ref),
        again=lambda error: _shown(request, ref, error),
    )


def _version(use: Use) -> str:
    newest = use.notices.order_by("-pk").values_list("version", flat=True).first()
    return running_version(use) or newest or ""
