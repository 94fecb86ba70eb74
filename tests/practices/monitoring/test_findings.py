"""What monitoring shows about its rows, and what the database keeps."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from answerable.gate.models import RowVerdict
from answerable.gate.terms import Finding
from answerable.inventory.figures import latest_figures
from answerable.people.actors import NotPermitted
from answerable.practices.monitoring.actions.running import (
    sign_off,
)
from answerable.practices.monitoring.models import Alarm, DayCount, Incident, Plan
from answerable.practices.monitoring.queries import budget, findings, waiting, watched
from tests.inventory.situations import (
    APPROVER,
    HOUR,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
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
    an_agreed_plan,
    by_row,
    close,
    day,
    decided,
    labelled,
    law,
    told,
    watch,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_month_of_good_counts_is_signed_off_by_a_reviewer_alone(tmp_path: Path) -> None:
    use = a_watched_use()
    for number in range(18):
        ids = decided(number)
        labelled(ids[:6], label="1", at=after(number))
        labelled(ids[6:], label="0", at=after(number))
    watch(tmp_path, at=after(17))
    found = by_row(use, at=after(17))
    assert found == {
        "P3a": Finding.MET,
        "P3b": Finding.MET,
        "P3c": Finding.MET,
        "P3h": Finding.MET,
        # There was no breach yet, so nobody knows whether the breaker works.
        "P3i": Finding.CANNOT_SAY,
    }
    for stranger in (OWNER, APPROVER):
        with pytest.raises(NotPermitted):
            sign_off(use=USE, version=VERSION_A, by=stranger, at=after(17), law=law)
    signed = sign_off(use=USE, version=VERSION_A, by=REVIEWER, at=after(17), law=law)
    assert {one.row: Finding(one.finding) for one in signed} == found
    assert all(one.rests_on for one in signed if one.finding == "met")


def test_a_limit_too_fine_for_the_cases_there_are_is_no_limit_met(tmp_path: Path) -> None:
    fine = replace(LABELS, catches=0.51)
    use = a_watched_use(replace(TERMS, streams=(VOLUME, fine, UNLABELLED)))
    for number in range(18):
        ids = decided(number)
        labelled(ids[:6], label="1", at=after(number))
        labelled(ids[6:], label="0", at=after(number))
    watch(tmp_path, at=after(17))
    found = {one.row: one for one in findings(use, version=VERSION_A, at=after(17), law=law)}
    assert found["P3b"].finding is Finding.CANNOT_SAY
    assert "would probably not be noticed" in " ".join(found["P3b"].needs)
    # No stream compares the groups of sex any more.
    assert found["P3c"].finding is Finding.CANNOT_SAY


def test_each_month_has_its_figures_once(tmp_path: Path) -> None:
    use = a_watched_use()
    for number in range(10):
        decided(number, women=(4, 10), men=(2, 10))
    ran = watch(tmp_path, at=after(9))
    assert ran.figures == 4
    figures = {one.about: one for one in latest_figures(use) if one.name == "selection_rate"}
    # From 24 to 30 November: seven days of 10 and 10.
    women = figures["sex=F"]
    assert (women.value, women.n, women.first_on, women.last_on) == (0.4, 70, day(0), day(6))
    assert women.low < 0.4 < women.high
    assert figures[""].value == pytest.approx(0.3)
    assert watch(tmp_path, at=after(9, hours=5)).figures == 0


def test_a_group_that_never_comes_is_watched_by_no_limit(tmp_path: Path) -> None:
    nobody = replace(REFUSALS, group="Female")
    use = a_watched_use(replace(TERMS, streams=(VOLUME, nobody, LABELS, UNLABELLED)))
    for number in range(12):
        decided(number)
    watch(tmp_path, at=after(11))
    found = {one.row: one for one in findings(use, version=VERSION_A, at=after(11), law=law)}
    assert found["P3c"].finding is Finding.CANNOT_SAY
    assert "More cases for refusals-of-women: with as many as there were" in found["P3c"].needs[0]


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ({"selected_open": 0}, {"attribute": "sex", "group": "F"}),
        ({"other_open": 900}, {"attribute": ""}),
        ({"late": 5}, {"attribute": ""}),
        ({"group": "X"}, {"group": "M"}),
        ({"entry": 1}, {"on": day(1)}),
        (None, {"on": day(1), "group": "F"}),
        (None, {"on": day(1)}),
        (None, {}),
    ],
)
def test_counts_that_were_changed_by_hand_are_judged_by_nobody(
    tmp_path: Path, change: dict[str, object] | None, rows: dict[str, object]
) -> None:
    use = a_watched_use(ONLY_GROUPS)
    for number in range(BREACHED - 2):
        decided(number, women=(5, 10))
    for number in (3, BREACHED - 3):
        watch(tmp_path, at=after(number))
    assert by_row(use, at=after(BREACHED - 3))["P3c"] is Finding.MET
    kept = DayCount.objects.filter(**rows)
    changed = kept.delete()[0] if change is None else kept.update(**change)
    assert changed
    now = by_row(use, at=after(BREACHED - 3))
    assert {now[row] for row in ("P3a", "P3b", "P3c")} == {Finding.CANNOT_SAY}
    ran = watch(tmp_path, at=after(BREACHED))
    assert (ran.days, ran.red) == (0, ())
    told_of = RowVerdict.objects.filter(finding="cannot_say")
    assert set(told_of.values_list("row", flat=True)) == {"P3a", "P3b", "P3c"}
    assert "Counts as they were taken" in told_of.latest("pk").needs[0]
    # Each is told once, however often the monitors run.
    before = told_of.count()
    watch(tmp_path, at=after(BREACHED + 1))
    assert told_of.count() == before


def test_limits_that_were_changed_by_hand_judge_nothing(tmp_path: Path) -> None:
    a_watched_use(ONLY_GROUPS)
    wide = replace(ONLY_GROUPS, streams=(replace(REFUSALS, weight=1.0, limit=9, catches=12),))
    Plan.objects.update(content=wide.content())
    decided(0)
    assert watch(tmp_path, at=after(0)).days == 0
    assert "Limits as they were agreed to" in RowVerdict.objects.latest("pk").needs[0]


def test_a_breach_stays_a_breach_under_the_limits_that_follow(tmp_path: Path) -> None:
    use, incident = a_breach(tmp_path)
    terms = replace(ONLY_GROUPS, begins_on=day(BREACHED + 1))
    an_agreed_plan(terms, at=incident.opened_at + HOUR)
    for number in range(BREACHED, BREACHED + 12):
        decided(number)
    watch(tmp_path, at=after(BREACHED + 11))
    assert by_row(use, at=after(BREACHED + 11))["P3c"] is Finding.NOT_MET
    close(incident, at=after(BREACHED + 11))
    assert by_row(use, at=after(BREACHED + 11, hours=3))["P3c"] is Finding.MET


def test_an_open_breach_waits_for_owner_and_reviewer_until_it_is_overdue(tmp_path: Path) -> None:
    _, incident = a_breach(tmp_path)
    at = incident.opened_at + HOUR
    for viewer in (OWNER, REVIEWER):
        (line,) = waiting(viewer, at=at)
        assert (line.urgency, line.due) == ("blocked", incident.due_at)
        assert waiting(viewer, at=incident.due_at)[0].urgency == "overdue"
    assert waiting(APPROVER, at=at) == []


def test_a_day_is_counted_once_whoever_writes(tmp_path: Path) -> None:
    a_watched_use()
    decided(0)
    watch(tmp_path, at=after(0))
    row = DayCount.objects.get(attribute="")
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_an_incident_without_cause_and_evidence_cannot_be_closed_in_the_database(
    tmp_path: Path,
) -> None:
    _, incident = a_breach(tmp_path)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(closed_at=incident.due_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alarm.objects.update(tier="green")


def test_changed_limits_begin_with_a_clean_sheet(tmp_path: Path) -> None:
    use, incident = a_breach(tmp_path)
    terms = replace(ONLY_GROUPS, begins_on=day(BREACHED + 2))
    plan = an_agreed_plan(terms, at=incident.opened_at)
    assert told("monitoring.limits.agreed")[-1].fields["after_breach"] is True
    assert watched(plan, terms)[0].counts == ()
    # The breach under the limits before stands open all the same.
    assert Incident.objects.filter(closed_at=None, alarm__plan__use=use).exists()


def test_limits_that_are_replaced_hold_until_the_new_ones_do_which_spend_half(
    tmp_path: Path,
) -> None:
    a_watched_use(ONLY_GROUPS)
    old = Plan.objects.get()
    terms = replace(ONLY_GROUPS, begins_on=day(3))
    new = an_agreed_plan(terms, at=after(0))
    for number in range(5):
        decided(number)
    watch(tmp_path, at=after(4))
    assert sorted(old.days.filter(attribute="").values_list("on", flat=True)) == [
        day(0),
        day(1),
        day(2),
    ]
    assert sorted(new.days.filter(attribute="").values_list("on", flat=True)) == [day(3), day(4)]
    assert (budget(old, ONLY_GROUPS), budget(new, terms)) == (0.05, 0.025)
