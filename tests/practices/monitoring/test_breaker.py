"""The breaker and the end of a breach, through the gate."""

from dataclasses import replace
from pathlib import Path

import pytest

from answerable.gate import holds, permits
from answerable.gate.models import Hold, RowVerdict
from answerable.gate.terms import Finding
from answerable.inventory.evidence import attach_evidence
from answerable.people.actors import NotPermitted
from answerable.people.roles import Role
from answerable.practices.monitoring.actions.incidents import (
    IncidentClosedAlready,
    IncidentNotExplained,
    OwnIncident,
    UnknownIncident,
    close_incident,
)
from answerable.practices.monitoring.models import Alarm, BreakerStep, Incident
from tests.inventory.situations import (
    APPROVER,
    DAY,
    EVERYBODY_SOUTH,
    HOUR,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    an_actor,
)
from tests.practices.monitoring.situations import (
    BREACHED,
    TERMS,
    a_breach,
    a_watched_use,
    after,
    an_envelope,
    by_row,
    close,
    day,
    decided,
    law,
    told,
    watch,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def test_people_decide_a_day_after_a_breach_and_nothing_is_lifted(tmp_path: Path) -> None:
    _, incident = a_breach(tmp_path)
    levels = []
    for hours in (1, 23, 24, 71, 72, 100):
        watch(tmp_path, at=incident.opened_at + hours * HOUR)
        levels.append(list(Hold.objects.order_by("pk").values_list("level", flat=True)))
    paused, people = ["pause"], ["pause", "people_only"]
    # Once people decide, nothing of the system has an effect that could be stopped.
    assert levels == [paused, paused, people, people, people, people]
    assert [entry.fields["hours"] for entry in told("monitoring.breaker.tripped")] == [0, 24]
    assert not Hold.objects.exclude(lift=None).exists()


def test_a_use_let_decide_again_while_its_breach_stands_open_is_stopped_on_the_third_day(
    tmp_path: Path,
) -> None:
    use, incident = a_breach(tmp_path)
    opened = incident.opened_at
    watch(tmp_path, at=opened + 24 * HOUR)
    permits.approve(
        use=USE,
        version=VERSION_A,
        until=opened + 90 * DAY,
        by=APPROVER,
        at=opened + 30 * HOUR,
        law=law,
    )
    people = Hold.objects.get(level="people_only")
    holds.lift_hold(
        hold=people.pk, rests_on=("approval",), by=APPROVER, at=opened + 31 * HOUR, law=law
    )
    watch(tmp_path, at=opened + 71 * HOUR)
    assert not Hold.objects.filter(level="stopped").exists()
    assert watch(tmp_path, at=opened + 72 * HOUR).steps == ("stopped",)
    assert by_row(use, at=opened + 73 * HOUR)["P3i"] is Finding.MET


def test_a_breach_is_closed_on_a_cause_and_on_evidence_made_after_it(tmp_path: Path) -> None:
    use, incident = a_breach(tmp_path)
    later = incident.opened_at + HOUR
    stale = attach_evidence(use=USE, envelope=an_envelope(1), by=REVIEWER, at=later - 2 * HOUR)
    fresh = attach_evidence(use=USE, envelope=an_envelope(2), by=REVIEWER, at=later)
    close = {"incident": incident.pk, "cause": "A form was misread.", "at": later + HOUR}
    for digest in (stale.digest, "00" * 32, ""):
        with pytest.raises(IncidentNotExplained, match="no evidence"):
            close_incident(**close, evidence=digest, by=REVIEWER)  # type: ignore[arg-type]
    with pytest.raises(IncidentNotExplained, match="blank"):
        close_incident(**{**close, "cause": " "}, evidence=fresh.digest, by=REVIEWER)  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        close_incident(**close, evidence=fresh.digest, by=OWNER)  # type: ignore[arg-type]
    both = an_actor("owner", Role.OWNER, Role.REVIEWER)
    with pytest.raises(OwnIncident):
        close_incident(**close, evidence=fresh.digest, by=both)  # type: ignore[arg-type]
    with pytest.raises(UnknownIncident):
        close_incident(**close, evidence=fresh.digest, by=EVERYBODY_SOUTH)  # type: ignore[arg-type]
    assert by_row(use, at=later)["P3c"] is Finding.NOT_MET
    closed = close_incident(**close, evidence=fresh.digest, by=REVIEWER)  # type: ignore[arg-type]
    assert (closed.cause, closed.evidence) == ("A form was misread.", fresh.digest)
    with pytest.raises(IncidentClosedAlready):
        close_incident(**close, evidence=fresh.digest, by=REVIEWER)  # type: ignore[arg-type]
    # The pause stays until an approving official lifts it.
    assert Hold.objects.get(lift=None).level == "pause"
    holds.lift_hold(
        hold=Hold.objects.get().pk,
        rests_on=(f"entry {closed.closed_entry}",),
        by=APPROVER,
        at=later + 2 * HOUR,
        law=law,
    )
    assert by_row(use, at=later + 2 * HOUR)["P3i"] is Finding.MET


def test_after_a_breach_was_closed_the_stream_is_judged_again_on_half_the_budget(
    tmp_path: Path,
) -> None:
    _, incident = a_breach(tmp_path)
    close(incident, at=after(BREACHED))
    for number in range(BREACHED, 2 * BREACHED + 4):
        decided(number, women=(9, 10), men=(3, 10))
    watch(tmp_path, at=after(2 * BREACHED + 3))
    first, second = Alarm.objects.filter(tier="red").order_by("pk")
    assert (first.episode, second.episode) == (1, 2)
    assert second.from_on > day(BREACHED)
    assert second.evidence is not None
    assert second.evidence >= 40
    assert Incident.objects.filter(closed_at=None).count() == 1


def test_nobody_sees_a_use_for_too_long_and_its_effects_wait(tmp_path: Path) -> None:
    use = a_watched_use(replace(TERMS, streams=TERMS.streams[1:]))
    for number in range(3):
        decided(number)
    watch(tmp_path, at=after(9))
    assert not Hold.objects.exists()
    watch(tmp_path, at=after(10))
    step = BreakerStep.objects.get()
    assert (step.blind_since, step.grade) == (day(3), "pause")
    assert Hold.objects.get().ground == "blind"
    assert RowVerdict.objects.filter(row="P3a").latest("pk").finding == "cannot_say"
    watch(tmp_path, at=after(11))
    assert BreakerStep.objects.count() == 1
    assert by_row(use, at=after(11))["P3a"] is Finding.CANNOT_SAY


def test_what_has_no_effect_is_not_stopped(tmp_path: Path) -> None:
    _, incident = a_breach(tmp_path)
    holds.send_to_people(use=USE, ground="other", by=APPROVER, at=incident.opened_at, law=law)
    watch(tmp_path, at=incident.opened_at + 80 * HOUR)
    assert not Hold.objects.filter(level="stopped").exists()
