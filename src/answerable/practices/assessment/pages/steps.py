"""The steps in an assessment: each page makes one call, and decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import resolve_url

from answerable.intake.machine import machine
from answerable.kit.doors import signed_in
from answerable.kit.forms import KitForm, form_page
from answerable.people.doors import SignedIn
from answerable.people.queries import account, actor_of
from answerable.people.roles import Role
from answerable.practices.assessment import forms, queries
from answerable.practices.assessment.actions import (
    data,
    deciding,
    measuring,
    mitigations,
    opening,
    risks,
)
from answerable.practices.assessment.rules import Dimension, Ground, How, Part

Given = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Words:
    """What stands on the page of a step."""

    title: str
    button: str
    note: str = ""


def _step(
    request: SignedIn,
    ref: str,
    number: int,
    words: _Words,
    form: type[Form],
    act: Callable[..., object],
    *,
    read: Callable[[Given], Given] = dict,
    **about: object,
) -> HttpResponse:
    """Show a form; when it is sent, call the action with what ``read`` makes of it."""
    found = queries.assessment_for(request.actor, ref, number, *Role)

    def do(given: Given) -> object:
        told = {"use": ref, "assessment": number, **about, **read(given)}
        return act(**told, by=request.actor, at=request.at)

    return form_page(
        request,
        form,
        "assessment/step.html",
        do=do,
        then=resolve_url("assessment:show", ref, number),
        context={"use": found.use, "assessment": found, "words": words},
    )


# -- by its owner --------------------------------------------------------------------


@signed_in
def describe_risk(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Add a risk."""

    def read(given: Given) -> Given:
        told = {name: given[name] for name in ("harm", "group")}
        dimension = Dimension(given["dimension"])
        return {**told, "dimension": dimension, "scores": forms.scores_in(given)}

    note = "Your score stays sealed until the reviewer has given one of their own."
    words = _Words(title="Describe a risk", button="Add the risk", note=note)
    return _step(request, ref, number, words, forms.RiskForm, risks.describe_risk, read=read)


@signed_in
def plan_mitigation(request: SignedIn, ref: str, number: int, risk: int) -> HttpResponse:
    """Say what is done about a risk."""

    def read(given: Given) -> Given:
        return {**given, "responsible": actor_of(account(given["responsible"]))}

    words = _Words(title=f"What is done about risk {risk}", button="Plan it")
    act = mitigations.plan_mitigation
    return _step(request, ref, number, words, forms.MitigationForm, act, read=read, risk=risk)


@signed_in
def prove_mitigation(
    request: SignedIn, ref: str, number: int, risk: int, mitigation: int
) -> HttpResponse:
    """Show whether a mitigation works."""

    def read(given: Given) -> Given:
        told = {name: given[name] for name in ("before", "after", "measure")}
        group = {given["attribute"]: given["value"]} if given["attribute"] else {}
        return {**told, "group": group, "mitigation": mitigation}

    note = "Without proof the risk stays as it is: an intention makes nothing smaller."
    words = _Words(title="Does the mitigation work?", button="Compare the two", note=note)
    act = mitigations.prove_mitigation
    return _step(request, ref, number, words, forms.ProofForm, act, read=read, risk=risk)


@signed_in
def describe_data(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Write down how data came about."""
    names = ("steps", "exclusions", "label_source", "label_agreement", "origin")

    def read(given: Given) -> Given:
        unknown = given["unknown_because"]
        told = None if unknown else data.DataTold(**{name: given[name] for name in names})
        return {"part": Part(given["part"]), "told": told, "unknown_because": unknown}

    words = _Words(title="Where the data come from", button="Record it")
    return _step(request, ref, number, words, forms.DataForm, data.describe_data, read=read)


@signed_in
def measure(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Audit the decisions of a period."""
    note = (
        "The log is read as it was known when this day began (UTC), by every attribute the use is "
        "watched by. Whatever comes of it is signed and kept; a gap beyond the norm is not met "
        "from then on."
    )
    words = _Words(title="Measure the decisions", button="Measure them", note=note)
    act = partial(measuring.measure_decisions, machine=machine())
    return _step(request, ref, number, words, forms.PeriodForm, act)


@signed_in
def submit(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Hand an assessment to review."""
    note = "Until it is handed back you cannot add to it."
    words = _Words(title="Hand it to review", button="Hand it over", note=note)
    return _step(request, ref, number, words, KitForm, opening.submit)


# -- by an official ------------------------------------------------------------------


@signed_in
def set_limit(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Fix a limit on an error rate."""
    note = "A limit that is set after measuring would fit any result, and is refused."
    words = _Words(title="How often may it be wrong?", button="Set the limit", note=note)
    return _step(request, ref, number, words, forms.LimitForm, data.set_limit)


@signed_in
def accept_residue(request: SignedIn, ref: str, number: int, risk: int) -> HttpResponse:
    """Accept what remains of a risk."""

    def read(given: Given) -> Given:
        return {"remains": forms.scores_in(given), "reason": given["reason"]}

    words = _Words(title=f"Accept what remains of risk {risk}", button="Accept it")
    act = risks.accept_residue
    return _step(request, ref, number, words, forms.ResidueForm, act, read=read, risk=risk)


# -- by its reviewer -----------------------------------------------------------------


@signed_in
def score_risk(request: SignedIn, ref: str, number: int, risk: int) -> HttpResponse:
    """Score a risk, blind."""

    def read(given: Given) -> Given:
        return {"scores": forms.scores_in(given)}

    note = "You see the owner's score after you have given yours. It cannot be changed then."
    words = _Words(title=f"Score risk {risk}", button="Give this score", note=note)
    act = risks.score_risk
    return _step(request, ref, number, words, forms.ScoresForm, act, read=read, risk=risk)


@signed_in
def cover_ground(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Say how a ground is looked at."""

    def read(given: Given) -> Given:
        return {**given, "ground": Ground(given["ground"]), "how": How(given["how"])}

    words = _Words(title="A ground of discrimination", button="Record it")
    return _step(request, ref, number, words, forms.GroundForm, data.cover_ground, read=read)


@signed_in
def rerun(request: SignedIn, ref: str, number: int, evidence: str) -> HttpResponse:
    """Compute evidence again."""
    note = "The same question is put to the log again, and every figure compared."
    words = _Words(title="Compute the evidence again", button="Compute it again", note=note)
    act = partial(measuring.rerun_evidence, machine=machine())
    return _step(request, ref, number, words, KitForm, act, evidence=evidence)


@signed_in
def hand_back(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Hand an assessment back."""
    words = _Words(title="Hand it back to its owner", button="Hand it back")
    return _step(request, ref, number, words, forms.ReasonForm, opening.hand_back)


@signed_in
def sign(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Sign an assessment."""
    note = (
        "Each row gets the finding it has: a signature makes none of them better. After it nothing "
        "in the assessment changes."
    )
    words = _Words(title="Sign the assessment", button="Sign", note=note)
    act = partial(deciding.sign_off, machine=machine())
    return _step(request, ref, number, words, forms.ReasonForm, act)


@signed_in
def refuse(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Refuse a version."""
    note = (
        "The version is not used here. The refusal is public and it stays: no official overrules "
        "it, and its reversal takes new evidence and another reviewer."
    )
    words = _Words(title="Refuse the version", button="Refuse it", note=note)
    return _step(request, ref, number, words, forms.ReasonForm, deciding.refuse)
