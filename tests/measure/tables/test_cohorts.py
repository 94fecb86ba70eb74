"""Counts of days at an age, against the same counted record by record."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.measure.tables.cohorts import (
    CohortCount,
    CohortFiles,
    Cohorts,
    count_cohorts,
)
from answerable.measure.tables.locked import Limits
from answerable.measure.tables.rows import LogUnreadable
from answerable.measure.tables.write import Column, Kind, write_columns

FIRST = date(2026, 3, 2)
DAY_US = 86_400_000_000
HOUR_US = DAY_US // 24
Row = dict[str, str | int | bool]
START_US = (FIRST - date(1970, 1, 1)).days * DAY_US
KINDS = {
    **dict.fromkeys(("kind", "source", "id", "outcome", "version", "marks"), Kind.TEXT),
    **dict.fromkeys(("label", "of_source", "of_id"), Kind.TEXT),
    "seq": Kind.WHOLE,
    "shadow": Kind.FLAG,
    "occurred_at": Kind.TIME,
    "recorded_at": Kind.TIME,
}


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision: on which day and after how many hours it arrived, and its labels likewise."""

    day: int
    hours: int
    outcome: str = "yes"
    group: str = "F"
    labels: Sequence[tuple[int, str]] = ()
    fields: Row = field(default_factory=dict)


def written(made: Sequence[Decided], folder: Path) -> CohortFiles:
    """Write records as a log does, each with a row of its group."""
    rows: list[Row] = []
    groups: list[Row] = []
    for number, one in enumerate(made):
        noon = START_US + one.day * DAY_US + DAY_US // 2
        about = {"source": "desk", "id": f"d-{number}"}
        rows.append(
            {
                **about,
                "kind": "decision",
                "outcome": one.outcome,
                "version": "v1",
                "occurred_at": noon,
                "recorded_at": noon + one.hours * HOUR_US,
                "seq": len(rows),
                **one.fields,
            }
        )
        groups.append({"seq": rows[-1]["seq"], "name": "sex", "value": one.group})
        rows += [
            {
                "kind": "outcome",
                "source": "court",
                "id": f"o-{number}-{hours}",
                "of_source": "desk",
                "of_id": f"d-{number}",
                "label": label,
                "occurred_at": noon + hours * HOUR_US,
                "recorded_at": noon + hours * HOUR_US,
                "seq": len(rows) + place,
            }
            for place, (hours, label) in enumerate(one.labels)
        ]
    records, attributes = folder / "records.parquet", folder / "attributes.parquet"
    write_columns(records, columns(KINDS, rows))
    names = {"seq": Kind.WHOLE, "name": Kind.TEXT, "value": Kind.TEXT}
    write_columns(attributes, columns(names, groups))
    return CohortFiles(decisions=[records], attributes=[attributes], outcomes=[records])


def columns(kinds: dict[str, Kind], rows: list[Row]) -> list[Column]:
    return [
        Column(name=name, kind=kind, cells=[row.get(name) for row in rows])
        for name, kind in kinds.items()
    ]


def counted(
    made: Sequence[Decided], *, age: int, days: int = 3, shadow: bool = False
) -> tuple[list[CohortCount], dict[date, int]]:
    with TemporaryDirectory() as name:
        return count_cohorts(
            written(made, Path(name)),
            version="v1",
            shadow=shadow,
            cohorts=[Cohorts(age=age, first=FIRST, until=FIRST + timedelta(days=days))],
            attributes=("sex",),
            grace=timedelta(hours=1),
            late_us=(0, 2**62),
            leave_out="unknown_outcome",
            limits=Limits(),
            spill=Path(name),
        )


def alike(found: Sequence[CohortCount]) -> Counter[tuple[object, ...]]:
    return Counter({tuple(one[:-1]): one.decisions for one in found})


DECIDED = st.builds(
    Decided,
    day=st.integers(0, 3),
    hours=st.integers(0, 60),
    outcome=st.sampled_from(["yes", "no"]),
    group=st.sampled_from(["F", "M"]),
    labels=st.lists(
        st.tuples(st.integers(0, 120), st.sampled_from("01")),
        max_size=3,
        unique_by=lambda one: one[0],
    ),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(DECIDED, max_size=8), st.integers(0, 3))
def test_each_day_is_counted_with_what_had_arrived_at_its_age(
    made: list[Decided], age: int
) -> None:
    expected: Counter[tuple[object, ...]] = Counter()
    late: Counter[date] = Counter()
    for one in made:
        on = FIRST + timedelta(days=one.day)
        # From noon on: 12 hours to the end of the day, its age, and an hour more.
        late[on] += one.hours >= 13
        if one.day > 2 or one.hours >= 13 + 24 * age:
            continue
        known = sorted(label for label in one.labels if label[0] < 13 + 24 * age)
        label = known[-1][1] if known else None
        for name, group in (("", ""), ("sex", one.group)):
            expected[age, on, name, group, one.outcome, label] += 1
    found, told_late = counted(made, age=age)
    assert alike(found) == expected
    assert told_late == {day: number for day, number in late.items() if number}


@pytest.mark.parametrize(
    ("fields", "shadow", "decisions"),
    [
        ({}, False, 1),
        ({"version": "v2"}, False, 0),
        ({"shadow": True}, False, 0),
        ({"shadow": True}, True, 1),
        ({"marks": "wrong_stage unknown_outcome"}, False, 0),
        ({"marks": "wrong_stage"}, False, 1),
    ],
)
def test_only_decisions_of_the_version_count_and_none_with_an_outcome_that_is_unknown(
    fields: Row, *, shadow: bool, decisions: int
) -> None:
    found, _ = counted([Decided(day=0, hours=0, fields=fields)], age=0, shadow=shadow)
    assert sum(one.decisions for one in found if not one.attribute) == decisions


def test_a_file_that_is_none_is_refused_by_its_name(tmp_path: Path) -> None:
    files = written([], tmp_path)
    (tmp_path / "records.parquet").write_bytes(b"none")
    with pytest.raises(LogUnreadable, match=r"records\.parquet"):
        count_cohorts(
            files,
            version="v1",
            shadow=False,
            cohorts=[],
            attributes=(),
            grace=timedelta(hours=1),
            late_us=(0, 1),
            leave_out="unknown_outcome",
            limits=Limits(),
            spill=tmp_path,
        )
