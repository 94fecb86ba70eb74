"""Counting days from the log: each once, and as it was known at its age."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction

from answerable.gate.terms import Finding
from answerable.people.actors import NotPermitted
from answerable.practices.monitoring.actions import reading
from answerable.practices.monitoring.actions.running import (
    run,
)
from answerable.practices.monitoring.models import DayCount
from answerable.practices.monitoring.rules.streams import CELLS
from answerable.record.manifests import SegmentFileChanged
from tests.intake.log_situations import sealed
from tests.inventory.situations import (
    OWNER,
    USE,
    VERSION_B,
)
from tests.practices.monitoring.situations import (
    TERMS,
    a_watched_use,
    after,
    by_row,
    cells,
    day,
    decided,
    labelled,
    law,
    the_log,
    told,
    watch,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_day_is_counted_by_group_once_it_is_over(tmp_path: Path) -> None:
    a_watched_use()
    decided(0, women=(4, 9), men=(2, 8))
    assert watch(tmp_path, at=after(0, hours=0.5)).days == 0
    assert watch(tmp_path, at=after(0)).days == 1
    # Selected without a label, and others without one.
    assert cells(0) == (0, 0, 6, 0, 0, 11)
    assert cells(0, group="F") == (0, 0, 4, 0, 0, 5)
    assert cells(0, group="M") == (0, 0, 2, 0, 0, 6)
    assert watch(tmp_path, at=after(0, hours=3)).days == 0
    assert len(told("monitoring.counts.taken")) == 1


def test_what_is_sealed_meanwhile_is_counted_no_differently(tmp_path: Path) -> None:
    a_watched_use()
    decided(0)
    sealed(tmp_path, at=after(0))
    decided(1)
    assert watch(tmp_path, at=after(1)).days == 2
    assert [sum(cells(0)), sum(cells(1))] == [20, 20]


@pytest.mark.parametrize(("shadow", "counted"), [(True, 40), (False, 20)])
def test_only_the_version_that_is_watched_is_counted_and_shadow_only_if_so_agreed(
    tmp_path: Path, *, shadow: bool, counted: int
) -> None:
    a_watched_use(replace(TERMS, shadow=shadow))
    decided(0)
    decided(0, version=VERSION_B)
    decided(0, shadow=True)
    watch(tmp_path, at=after(0))
    assert sum(cells(0)) == counted


def test_what_arrives_late_is_told_and_counted_nowhere(tmp_path: Path) -> None:
    use = a_watched_use()
    decided(0)
    watch(tmp_path, at=after(0))
    decided(0, women=(10, 10), men=(0, 0), at=after(1, hours=-5))
    decided(1)
    watch(tmp_path, at=after(1))
    assert sum(cells(0)) == 20
    assert DayCount.objects.get(on=day(0), age=0, attribute="").late == 10
    assert told("monitoring.counts.taken")[-1].fields["late"] == 10
    # 40 of 50 counted in time are fewer than the 95 of 100 that were agreed to.
    assert by_row(use, at=after(1))["P3a"] is Finding.NOT_MET


def test_labels_are_those_of_their_age_whenever_the_count_is_taken(tmp_path: Path) -> None:
    a_watched_use()
    ids = decided(0, women=(10, 10), men=(0, 10))
    labelled(ids[:4], label="1", at=after(5))
    labelled(ids[4:6], label="0", at=after(5))
    watch(tmp_path, at=after(9))
    assert not DayCount.objects.filter(age=10).exists()
    # A day too late, and with it two labels that were changed and four that are new.
    labelled(ids[2:], label="1", at=after(11))
    watch(tmp_path, at=after(12))
    # Of ten selected, 4 had turned out so by then, 2 not, 4 were open; nothing of the others.
    assert cells(0, age=10) == (4, 2, 4, 0, 0, 10)


def test_of_two_labels_in_time_the_later_one_counts(tmp_path: Path) -> None:
    a_watched_use()
    (one,) = decided(0, women=(1, 1), men=(0, 0))
    labelled([one], label="1", at=after(3))
    labelled([one], label="0", at=after(10, hours=0.9))
    labelled([one], label="1", at=after(10, hours=1))
    watch(tmp_path, at=after(10))
    assert cells(0, age=10) == (0, 1, 0, 0, 0, 0)


def test_one_read_or_many_come_to_the_same_counts_and_nothing_late_is_lost(
    tmp_path: Path,
) -> None:
    a_watched_use()
    for number in range(12):
        ids = decided(number, women=(number % 5, 5), men=(2, 5))
        # Two a day arrive a day later, and on every fourth day three come forty days after.
        decided(number, women=(1, 2), men=(0, 0), at=after(number + 1))
        if number % 4 == 0:
            decided(number, women=(0, 0), men=(1, 3), at=after(40 + number))
        labelled(ids[: number % 7], label="1", at=after(number + 9, hours=12))
        labelled(ids[3:], label="0", at=after(number + 10, hours=12))

    def state(days: Iterable[int]) -> tuple[list[tuple[object, ...]], int]:
        with transaction.atomic():
            for number in days:
                watch(tmp_path, at=after(number))
            rows = DayCount.objects.order_by("age", "on", "attribute", "group")
            kept = list(rows.values_list("age", "on", "attribute", "group", "late", *CELLS))
            late = sum(int(str(one.fields["late"])) for one in told("monitoring.counts.taken"))
            transaction.set_rollback(True)
        return kept, late

    sealed(tmp_path, upto=100, at=after(50))
    once, late = state([55])
    assert state([*range(24), 55]) == state(range(6, 56, 7)) == (once, late)
    # 12 days of two, and three days of three.
    assert late == 12 * 2 + 3 * 3


def test_a_day_without_decisions_is_a_counted_day(tmp_path: Path) -> None:
    a_watched_use()
    watch(tmp_path, at=after(0))
    assert cells(0) == (0, 0, 0, 0, 0, 0)


def test_an_attribute_that_nobody_sent_is_nobodys_group(tmp_path: Path) -> None:
    a_watched_use()
    decided(0, women=(0, 0), men=(0, 0))
    assert watch(tmp_path, at=after(0)).days == 1


def test_only_parts_of_answerable_run_the_monitors(tmp_path: Path) -> None:
    a_watched_use()
    with pytest.raises(NotPermitted):
        run(use=USE, log=the_log(tmp_path), by=OWNER, at=after(0), law=law)


def test_a_log_that_was_changed_is_not_counted(tmp_path: Path) -> None:
    a_watched_use()
    decided(0)
    sealed(tmp_path, at=after(0))
    for path in tmp_path.rglob("*.parquet"):
        path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(SegmentFileChanged):
        watch(tmp_path, at=after(0))
    assert not DayCount.objects.exists()


def test_where_nothing_is_ripe_the_log_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_watched_use()
    decided(0)
    watch(tmp_path, at=after(0))
    monkeypatch.setattr(reading, "count_cohorts", None)
    assert watch(tmp_path, at=after(0, hours=20)).days == 0
    with pytest.raises(TypeError):
        watch(tmp_path, at=after(1))
