"""Alarms: what raises one, what does not, and that a killed run is made good."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction

from answerable.gate.models import Hold, RowVerdict
from answerable.gate.terms import Finding
from answerable.ledger.models import EntryRow
from answerable.practices.monitoring.actions import judging
from answerable.practices.monitoring.models import Alarm, DayCount, Incident
from answerable.practices.monitoring.rules.periods import Cadence
from tests.inventory.situations import (
    HOUR,
    OWNER,
)
from tests.practices.monitoring.situations import (
    BREACHED,
    LABELS,
    ONLY_GROUPS,
    REFUSALS,
    TERMS,
    UNLABELLED,
    VOLUME,
    a_breach,
    a_watched_use,
    after,
    by_row,
    day,
    decided,
    labelled,
    told,
    watch,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_quiet_month_raises_nothing_and_holds_nothing(tmp_path: Path) -> None:
    a_watched_use()
    for number in range(39):
        ids = decided(number)
        labelled(ids[:5], label="1", at=after(number))
        labelled(ids[5:], label="0", at=after(number))
    ran = watch(tmp_path, at=after(38))
    assert (ran.amber, ran.red, ran.steps) == ((), (), ())
    assert not Hold.objects.exists()


def test_a_group_refused_three_times_as_often_is_a_breach_with_all_that_follows(
    tmp_path: Path,
) -> None:
    _, incident = a_breach(tmp_path)
    alarm = incident.alarm
    (entry,) = told("monitoring.alarm.raised")[-1:]
    assert entry.index == alarm.entry
    assert entry.fields["stream"] == "refusals-of-women"
    assert alarm.evidence is not None
    assert alarm.evidence >= 20
    assert day(0) == alarm.from_on < alarm.to_on <= day(BREACHED - 1)
    assert alarm.at == after(BREACHED - 1)
    assert "1 in" in entry.sentence
    assert incident.owner == OWNER.ref
    assert incident.due_at == incident.opened_at + 72 * HOUR
    hold = Hold.objects.get()
    assert (hold.level, hold.ground, hold.record, hold.subject) == ("pause", "breach", "", "")
    verdict = RowVerdict.objects.get(row="P3c")
    assert verdict.finding == "not_met"
    assert verdict.rests_on[0] == f"entry {alarm.entry}"


def test_a_second_run_raises_nothing_new(tmp_path: Path) -> None:
    a_breach(tmp_path)
    before = EntryRow.objects.count()
    watch(tmp_path, at=after(BREACHED - 1))
    assert EntryRow.objects.count() == before


def test_a_run_that_was_killed_is_made_good_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_watched_use(ONLY_GROUPS)
    for number in range(BREACHED):
        decided(number, women=(9, 10), men=(3, 10))

    def killed(*_: object, **__: object) -> Iterator[None]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        # The last thing in the transaction of the alarm, after its incident and its hold.
        patched.setattr(judging, "record_findings", killed)
        with pytest.raises(KeyboardInterrupt):
            watch(tmp_path, at=after(BREACHED - 1))
    assert not Alarm.objects.filter(tier="red").exists()
    assert not Incident.objects.exists()
    assert DayCount.objects.filter(attribute="").count() == BREACHED
    assert len(watch(tmp_path, at=after(BREACHED - 1)).red) == 1
    assert Hold.objects.count() == 1


def test_an_amber_alarm_holds_nothing(tmp_path: Path) -> None:
    a_watched_use(replace(TERMS, streams=(replace(REFUSALS, weight=0.5),)))
    number = 0
    while not Alarm.objects.exists():
        decided(number, women=(7, 10), men=(3, 10))
        watch(tmp_path, at=after(number))
        number += 1
        assert number < 30
    assert {alarm.tier for alarm in Alarm.objects.all()} == {"amber"}
    assert not Hold.objects.exists()
    assert not Incident.objects.exists()


def test_labels_that_turn_from_a_third_to_all_are_a_breach_of_function(tmp_path: Path) -> None:
    use = a_watched_use(replace(TERMS, streams=(LABELS, UNLABELLED)))
    for number in range(28):
        ids = decided(number)
        third = len(ids) // 3
        labelled(ids[:third] if number < 14 else ids, label="1", at=after(number))
        labelled(ids[third:] if number < 14 else [], label="0", at=after(number))
    watch(tmp_path, at=after(24))
    assert not Alarm.objects.filter(tier="red").exists()
    watch(tmp_path, at=after(38))
    alarm = Alarm.objects.get(tier="red")
    assert (alarm.stream, alarm.from_on) == ("label-rate", day(14))
    assert by_row(use, at=after(38))["P3b"] is Finding.NOT_MET


def test_streams_that_lean_together_are_an_alarm_of_the_system_whenever_it_is_looked_for(
    tmp_path: Path,
) -> None:
    daily = replace(LABELS, cadence=Cadence.DAY, limit=0.4, cases=20, weight=0.5)
    unlabelled = replace(UNLABELLED, cadence=Cadence.DAY, limit=0.4, cases=20, weight=0.5)
    a_watched_use(replace(TERMS, streams=(daily, unlabelled)))
    for number in range(24):
        # Of 20, 10 turn out to be wrong and 10 stay open; 8 of each are bearable.
        labelled(decided(number)[:10], label="1", at=after(number))

    def alarms(*, looked_at: range) -> list[tuple[object, ...]]:
        with transaction.atomic():
            for number in looked_at:
                watch(tmp_path, at=after(number))
            found = Alarm.objects.filter(tier="red").order_by("pk")
            told: list[tuple[object, ...]] = list(
                found.values_list("stream", "from_on", "to_on", "evidence", "data")
            )
            transaction.set_rollback(True)
        return told

    # Each of the two would need 40; both together need 20, and are there some days before.
    (first, *_) = alarms(looked_at=range(10, 34))
    assert first[0] == "system"
    assert 20 <= float(str(first[3])) < 40
    (alone,) = alarms(looked_at=range(33, 34))[:1]
    assert alone == first


def test_a_volume_that_leaves_its_baseline_is_a_breach(tmp_path: Path) -> None:
    a_watched_use(replace(TERMS, streams=(replace(VOLUME, weight=1.0),)))
    for number in range(12):
        decided(number, women=(3, 40), men=(3, 40))
    watch(tmp_path, at=after(11))
    assert Alarm.objects.get(tier="red").stream == "volume"


def test_a_change_between_quarters_is_amber(tmp_path: Path) -> None:
    wide = replace(REFUSALS, limit=5, catches=9, weight=1.0)
    a_watched_use(replace(TERMS, streams=(wide,)))
    for number in range(0, 182, 4):
        refused = 2 if number < 91 else 6
        decided(number, women=(refused, 10), men=(refused, 10))
    watch(tmp_path, at=after(182))
    drift = Alarm.objects.get(stream="drift")
    assert (drift.tier, drift.from_on, drift.to_on) == ("amber", day(91), day(181))
    assert drift.evidence is None
    # From 2 of 10 to 6 of 10.
    (entry,) = told("monitoring.drift.noticed")
    assert 0.3 < float(str(entry.fields["low"])) < 0.4 < float(str(entry.fields["high"])) < 0.5
    assert not Hold.objects.exists()
