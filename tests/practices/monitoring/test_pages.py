"""The pages of monitoring: who sees what, and that each button does what it says."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from answerable.gate.models import Hold, RowVerdict
from answerable.inventory.evidence import attach_evidence
from answerable.inventory.queries import UnknownUse
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import Role
from answerable.practices.monitoring import pages
from answerable.practices.monitoring.models import Incident, Plan
from answerable.practices.monitoring.rules.limits import terms_from
from tests.inventory.situations import (
    APPROVER,
    DAY,
    EVERYBODY_SOUTH,
    HOUR,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    a_use,
    an_actor,
)
from tests.practices.monitoring.situations import (
    AGREED,
    BREACHED,
    TERMS,
    a_breach,
    a_watched_use,
    after,
    an_agreed_plan,
    an_envelope,
    decided,
    watch,
)

pytestmark = pytest.mark.django_db(databases="__all__")

Page = Callable[..., HttpResponseBase]


def get(view: Page, *args: object, by: Actor = OWNER, at: datetime = AGREED) -> str:
    request = RequestFactory().get("/")
    request.actor, request.at = by, at  # type: ignore[attr-defined]  # as the doorkeeper does
    answer = view(request, USE, *args)
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == 200
    return answer.content.decode()


def post(
    view: Page,
    *args: object,
    by: Actor = OWNER,
    at: datetime = AGREED,
    **fields: Any,
) -> HttpResponse:
    request = RequestFactory().post("/", fields)
    request.actor, request.at = by, at  # type: ignore[attr-defined]  # as the doorkeeper does
    answer = view(request, USE, *args)
    assert isinstance(answer, HttpResponse)
    return answer


FILLED: dict[str, Any] = {
    "version": VERSION_A,
    "begins_on": "2026-11-24",
    "selected": ["refused"],
    "low": 5,
    "high": 30,
    "within": 0.9,
    "volume_reason": "The office has decided ten to twenty claims a day for years.",
    "groups": "sex; F; M; 1.25; 2\n\nsex; X; M; 1.5; 3",
    "group_cases": 10,
    "group_share": 0.3,
    "group_reason": "A quarter more often is bearable.",
    "age": 60,
    "label_yes": "1",
    "label_share": 0.35,
    "label_limit": 0.5,
    "label_catches": 0.7,
    "missing_limit": 0.1,
    "label_cases": 300,
    "label_reason": "A third of claims turned out to be wrong.",
    "blind_days": 7,
    "gains": "",
}


def test_a_use_that_nobody_watches_says_so_and_what_to_do() -> None:
    a_use()
    assert "Propose limits; a reviewer then agrees" in get(pages.use)
    assert "Its owner proposes limits" in get(pages.use, by=REVIEWER)


def test_what_is_filled_in_becomes_limits_that_a_reviewer_agrees_to() -> None:
    a_use()
    answer = post(pages.propose, **FILLED)
    plan = Plan.objects.get()
    assert answer["Location"] == f"/uses/{USE}/monitoring/limits/{plan.pk}/"
    terms = terms_from(plan.content)
    assert [one.name for one in terms.streams] == [
        "volume",
        "sex.1",
        "sex.2",
        "label",
        "missing-label",
    ]
    assert sum(one.weight for one in terms.streams) == pytest.approx(1)
    shown = get(pages.limits, plan.pk, by=REVIEWER)
    assert "selected at most 1.25 times as often for F as for M" in shown
    assert "Agree to these limits" in shown
    assert "Agree to these limits" not in get(pages.limits, plan.pk)
    assert post(pages.limits, plan.pk, by=REVIEWER)["Location"] == f"/uses/{USE}/monitoring/"
    assert Plan.objects.get().state == "agreed"
    assert "The limits</a> were agreed to" in get(pages.use)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"groups": "sex F M"}, "is not of the form"),
        ({"groups": "faith; A; B; 1.2; 2"}, "its attribute is none of the use"),
        ({"selected": []}, "required"),
        ({"high": 3}, "from low to high"),
        ({"version": "00" * 32}, "valid choice"),
    ],
)
def test_what_cannot_be_a_limit_is_said_beside_what_was_typed(
    change: dict[str, Any], words: str
) -> None:
    a_use()
    answer = post(pages.propose, **{**FILLED, **change})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "The office has decided" in answer.content.decode()
    assert not Plan.objects.exists()


def test_an_owner_who_agrees_to_limits_is_refused_on_the_page() -> None:
    a_use()
    post(pages.propose, **FILLED)
    with pytest.raises(NotPermitted):
        post(pages.limits, Plan.objects.get().pk, by=OWNER)
    assert Plan.objects.get().state == "proposed"


def test_whoever_may_not_agree_is_told_who_does_and_has_no_button() -> None:
    a_use()
    post(pages.propose, **FILLED)
    plan = Plan.objects.get().pk
    both = an_actor("owner", Role.OWNER, Role.REVIEWER)
    for viewer in (OWNER, APPROVER, both):
        shown = get(pages.limits, plan, by=viewer)
        assert "Agree to these limits" not in shown
        assert "A reviewer who never owned the use agrees to them" in shown
    too_late = get(pages.limits, plan, by=both, at=AGREED + DAY)
    assert "Propose limits with a later first day." in too_late
    assert "Agree to these limits" not in get(pages.limits, plan, by=REVIEWER, at=AGREED + DAY)


def test_only_owners_propose_and_nobody_of_another_agency_sees_anything() -> None:
    a_use()
    plan = an_agreed_plan()
    with pytest.raises(NotPermitted):
        get(pages.propose, by=REVIEWER)
    for view, args in ((pages.use, ()), (pages.limits, (plan.pk,)), (pages.alarms, ())):
        with pytest.raises(UnknownUse):
            get(view, *args, by=EVERYBODY_SOUTH)


def test_a_stream_shows_a_picture_and_the_same_in_a_table(tmp_path: Path) -> None:
    a_watched_use()
    for number in range(5):
        decided(number, women=(4, 10), men=(2, 10))
    watch(tmp_path, at=after(4))
    plan = Plan.objects.get()
    shown = get(pages.stream, plan.pk, "refusals-of-women")
    assert shown.count("<circle") == 5
    assert "One dot for each of 5 periods" in shown
    assert "4 of 10" in shown
    assert "2.00" in shown
    assert "style=" not in shown
    assert "nothing yet" in get(pages.use)
    with pytest.raises(Http404):
        get(pages.stream, plan.pk, "nothing")


def test_an_empty_list_of_alarms_is_no_proof_of_health() -> None:
    a_use()
    assert "no proof of health" in get(pages.alarms)


def test_a_breach_is_shown_with_its_steps_and_closed_by_a_reviewer(tmp_path: Path) -> None:
    _, incident = a_breach(tmp_path)
    at = after(BREACHED)
    assert "Red: breach" in get(pages.alarms)
    assert "Breaches that stand open" in get(pages.use, at=at)
    assert "In breach" in get(pages.use, at=at)
    assert "Close the breach" not in get(pages.incident, incident.pk)
    shown = get(pages.incident, incident.pk, by=REVIEWER)
    assert "pause" in shown
    assert "Close the breach" in shown
    refused = post(
        pages.incident, incident.pk, by=REVIEWER, at=at, cause="A form.", evidence="00" * 32
    )
    assert refused.status_code == 422
    assert "no evidence of this digest" in refused.content.decode()
    kept = attach_evidence(use=USE, envelope=an_envelope(5), by=REVIEWER, at=at)
    post(
        pages.incident,
        incident.pk,
        by=REVIEWER,
        at=at + HOUR,
        cause="A form was misread.",
        evidence=kept.digest,
    )
    assert Incident.objects.get().cause == "A form was misread."
    assert kept.digest in get(pages.incident, incident.pk)
    assert Hold.objects.get(lift=None).level == "pause"


def test_a_reviewer_takes_the_findings_and_nobody_else_does(tmp_path: Path) -> None:
    a_watched_use()
    decided(0)
    watch(tmp_path, at=after(0))
    before = RowVerdict.objects.count()
    with pytest.raises(NotPermitted):
        post(pages.sign_off, by=APPROVER, at=after(0), version=VERSION_A)
    assert post(pages.sign_off, by=REVIEWER, at=after(0), version=VERSION_A).status_code == 302
    assert RowVerdict.objects.count() == before + 5
    assert "Take the findings" in get(pages.use, by=REVIEWER, at=after(0))
    assert TERMS.version == VERSION_A
