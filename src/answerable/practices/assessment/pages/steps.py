"""The steps in an assessment: each page makes one call, and decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass
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
    form: type[Form],
    words: _Words,
    do: Callable[[Given], object],
) -> HttpResponse:
    found = queries.assessment_for(request.actor, ref, number, *Role)
    return form_page(
        request,
        form,
        "assessment/step.html",
        do=do,
        then=resolve_url("assessment:show", ref, number),
        context={"use": found.use, "assessment": found, "words": words},
    )


@signed_in
def describe_risk(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Add a risk."""

    def do(given: Given) -> object:
        return risks.describe_risk(
            use=ref,
            assessment=number,
            dimension=Dimension(given["dimension"]),
            harm=given["harm"],
            group=given["group"],
            scores=forms.scores_in(given),
            by=request.actor,
            at=request.at,
        )

    note = "Your score stays sealed until the reviewer has given one of their own."
    words = _Words(title="Describe a risk", button="Add the risk", note=note)
    return _step(request, ref, number, forms.RiskForm, words, do)


@signed_in
def score_risk(request: SignedIn, ref: str, number: int, risk: int) -> HttpResponse:
    """Score a risk, blind."""

    def do(given: Given) -> object:
        return risks.score_risk(
            use=ref,
            assessment=number,
            risk=risk,
            scores=forms.scores_in(given),
            by=request.actor,
            at=request.at,
        )

    note = "You see the owner's score after you have given yours. It cannot be changed then."
    words = _Words(title=f"Score risk {risk}", button="Give this score", note=note)
    return _step(request, ref, number, forms.ScoresForm, words, do)


@signed_in
def plan_mitigation(request: SignedIn, ref: str, number: int, risk: int) -> HttpResponse:
    """Say what is done about a risk."""

    def do(given: Given) -> object:
        return mitigations.plan_mitigation(
            use=ref,
            assessment=number,
            risk=risk,
            action=given["action"],
            responsible=actor_of(account(given["responsible"])),
            due_on=given["due_on"],
            by=request.actor,
            at=request.at,
        )

    words = _Words(title=f"What is done about risk {risk}", button="Plan it")
    return _step(request, ref, number, forms.MitigationForm, words, do)


@signed_in
def prove_mitigation(
    request: SignedIn, ref: str, number: int, risk: int, mitigation: int
) -> HttpResponse:
    """Show whether a mitigation works."""

    def do(given: Given) -> object:
        group = {given["attribute"]: given["value"]} if given["attribute"] else {}
        return mitigations.prove_mitigation(
            use=ref,
            assessment=number,
            risk=risk,
            mitigation=mitigation,
            **{name: given[name] for name in ("before", "after", "measure")},
            group=group,
            by=request.actor,
            at=request.at,
        )

    note = "Without proof the risk stays as it is: an intention makes nothing smaller."
    words = _Words(title="Does the mitigation work?", button="Compare the two", note=note)
    return _step(request, ref, number, forms.ProofForm, words, do)


@signed_in
def accept_residue(request: SignedIn, ref: str, number: int, risk: int) -> HttpResponse:
    """Accept what remains of a risk."""

    def do(given: Given) -> object:
        return risks.accept_residue(
            use=ref,
            assessment=number,
            risk=risk,
            remains=forms.scores_in(given),
            reason=given["reason"],
            by=request.actor,
            at=request.at,
        )

    words = _Words(title=f"Accept what remains of risk {risk}", button="Accept it")
    return _step(request, ref, number, forms.ResidueForm, words, do)


@signed_in
def describe_data(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Write down how data came about."""
    names = ("steps", "exclusions", "label_source", "label_agreement", "origin")

    def do(given: Given) -> object:
        unknown = given["unknown_because"]
        told = None if unknown else data.DataTold(**{name: given[name] for name in names})
        return data.describe_data(
            use=ref,
            assessment=number,
            part=Part(given["part"]),
            told=told,
            unknown_because=unknown,
            by=request.actor,
            at=request.at,
        )

    words = _Words(title="Where the data come from", button="Record it")
    return _step(request, ref, number, forms.DataForm, words, do)


@signed_in
def set_limit(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Fix a limit on an error rate."""

    def do(given: Given) -> object:
        return data.set_limit(use=ref, assessment=number, **given, by=request.actor, at=request.at)

    note = "A limit that is set after measuring would fit any result, and is refused."
    words = _Words(title="How often may it be wrong?", button="Set the limit", note=note)
    return _step(request, ref, number, forms.LimitForm, words, do)


@signed_in
def cover_ground(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Say how a ground is looked at."""

    def do(given: Given) -> object:
        return data.cover_ground(
            use=ref,
            assessment=number,
            ground=Ground(given["ground"]),
            how=How(given["how"]),
            attribute=given["attribute"],
            reason=given["reason"],
            by=request.actor,
            at=request.at,
        )

    words = _Words(title="A ground of discrimination", button="Record it")
    return _step(request, ref, number, forms.GroundForm, words, do)


@signed_in
def measure(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Audit the decisions of a period."""

    def do(given: Given) -> object:
        return measuring.measure_decisions(
            use=ref,
            assessment=number,
            **given,
            machine=machine(),
            by=request.actor,
            at=request.at,
        )

    note = (
        "The log is read as it was known when this day began (UTC), by every attribute the use is "
        "watched by. Whatever comes of it is signed and kept; a gap beyond the norm is not met "
        "from then on."
    )
    words = _Words(title="Measure the decisions", button="Measure them", note=note)
    return _step(request, ref, number, forms.PeriodForm, words, do)


@signed_in
def rerun(request: SignedIn, ref: str, number: int, evidence: str) -> HttpResponse:
    """Compute evidence again."""

    def do(_given: Given) -> object:
        return measuring.rerun_evidence(
            use=ref,
            assessment=number,
            evidence=evidence,
            machine=machine(),
            by=request.actor,
            at=request.at,
        )

    note = "The same question is put to the log again, and every figure compared."
    words = _Words(title="Compute the evidence again", button="Compute it again", note=note)
    return _step(request, ref, number, KitForm, words, do)


@signed_in
def submit(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Hand an assessment to review."""

    def do(_given: Given) -> object:
        return opening.submit(use=ref, assessment=number, by=request.actor, at=request.at)

    note = "Until it is handed back you cannot add to it."
    words = _Words(title="Hand it to review", button="Hand it over", note=note)
    return _step(request, ref, number, KitForm, words, do)


@signed_in
def hand_back(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Hand an assessment back."""

    def do(given: Given) -> object:
        return opening.hand_back(
            use=ref, assessment=number, **given, by=request.actor, at=request.at
        )

    words = _Words(title="Hand it back to its owner", button="Hand it back")
    return _step(request, ref, number, forms.ReasonForm, words, do)


@signed_in
def sign(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Sign an assessment."""

    def do(given: Given) -> object:
        return deciding.sign_off(
            use=ref,
            assessment=number,
            **given,
            machine=machine(),
            by=request.actor,
            at=request.at,
        )

    note = (
        "Each row gets the finding it has: a signature makes none of them better. After it nothing "
        "in the assessment changes."
    )
    words = _Words(title="Sign the assessment", button="Sign", note=note)
    return _step(request, ref, number, forms.ReasonForm, words, do)


@signed_in
def refuse(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Refuse a version."""

    def do(given: Given) -> object:
        return deciding.refuse(use=ref, assessment=number, **given, by=request.actor, at=request.at)

    note = (
        "The version is not used here. The refusal is public and it stays: no official overrules "
        "it, and its reversal takes new evidence and another reviewer."
    )
    words = _Words(title="Refuse the version", button="Refuse it", note=note)
    return _step(request, ref, number, forms.ReasonForm, words, do)
