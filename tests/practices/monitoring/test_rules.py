"""What follows from limits and counts, by hand and by law."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.practices.monitoring.rules.alarms import (
    drifted,
    episode,
    first_red,
    first_together,
    grades_due,
    known_on,
    system_now,
)
from answerable.practices.monitoring.rules.coverage import Seen, coverage
from answerable.practices.monitoring.rules.limits import (
    LimitsRefused,
    Measured,
    Side,
    Stream,
    Terms,
    check,
    loosened,
    terms_from,
)
from answerable.practices.monitoring.rules.periods import Cadence, Period, periods
from answerable.practices.monitoring.rules.streams import (
    Cells,
    Counted,
    Point,
    by_period,
    evidence_of,
    notice,
    tally,
)
from tests.inventory.situations import HOUR, NINE
from tests.practices.monitoring.situations import (
    FIRST,
    LABELS,
    REFUSALS,
    TERMS,
    UNLABELLED,
    VOLUME,
    day,
)

_DAY = timedelta(days=1)


def counts(stream: Stream, *rows: tuple[int, int] | tuple[int, int, int, int]) -> list[Counted]:
    found = periods(stream.cadence, begins_on=FIRST, until=FIRST + 4000 * _DAY)
    return [
        Counted(
            period=period,
            hits=row[0],
            cases=row[1],
            reference_hits=row[2] if len(row) == 4 else 0,
            reference_cases=row[3] if len(row) == 4 else 0,
        )
        for period, row in zip(found, rows, strict=False)
    ]


# -- limits --------------------------------------------------------------------------------


def test_limits_read_back_as_they_were_written() -> None:
    assert terms_from(TERMS.content()) == TERMS
    assert terms_from(TERMS.content()).digest() == TERMS.digest()


def test_the_slightest_change_is_another_plan() -> None:
    changed = replace(TERMS, streams=(replace(VOLUME, limit=0.91), *TERMS.streams[1:]))
    assert changed.digest() != TERMS.digest()


def test_these_limits_may_be_set() -> None:
    check(TERMS, outcomes=("paid", "refused"), attributes=("sex",))


def with_stream(stream: Stream, **changes: object) -> Terms:
    changed = replace(stream, **changes)  # type: ignore[arg-type]  # by name
    return replace(TERMS, streams=tuple(changed if one is stream else one for one in TERMS.streams))


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        (replace(TERMS, streams=()), "no stream"),
        (replace(TERMS, streams=(VOLUME, VOLUME)), "one name"),
        (replace(TERMS, alpha=0.5), "false alarms"),
        (with_stream(REFUSALS, weight=0.7), "more than 1"),
        (replace(TERMS, selected=("fined",)), "none of this use"),
        (replace(TERMS, streams=(VOLUME, LABELS)), "whether they are missing"),
        (replace(TERMS, blind_days=0), "blind_days"),
        (with_stream(VOLUME, reason=" "), "reason is blank"),
        (with_stream(VOLUME, low=40), "from low to high"),
        (with_stream(LABELS, age=0), "an age in days"),
        (with_stream(REFUSALS, attribute="faith"), "none of the use"),
        (with_stream(REFUSALS, group=""), "names no group"),
        (with_stream(REFUSALS, reference="F"), "another one"),
        (with_stream(REFUSALS, catches=1.1), "beyond its limit"),
        (with_stream(LABELS, limit=float("nan")), "a number of it is none"),
        (with_stream(LABELS, name="system"), "its name"),
    ],
)
def test_limits_leave_nothing_open(terms: Terms, why: str) -> None:
    with pytest.raises(LimitsRefused, match=why):
        check(terms, outcomes=("paid", "refused"), attributes=("sex",))


def test_stored_limits_that_were_tampered_with_are_refused() -> None:
    content = TERMS.content()
    for key, value in (("streams", "none"), ("begins_on", "soon"), ("use", None)):
        with pytest.raises(LimitsRefused):
            terms_from({**content, key: value})


@pytest.mark.parametrize(
    ("after", "names"),
    [
        (TERMS, ()),
        (with_stream(LABELS, limit=0.6, catches=0.9), ("label-rate",)),
        (with_stream(LABELS, limit=0.4), ()),
        (with_stream(VOLUME, limit=0.8), ("volume",)),
        (with_stream(VOLUME, high=60), ("volume",)),
        (replace(TERMS, streams=TERMS.streams[1:]), ("volume",)),
        (with_stream(REFUSALS, reference="X"), ("refusals-of-women",)),
        (replace(TERMS, blind_days=30), ("blind_days",)),
        (replace(TERMS, alpha=0.01), ("alpha",)),
        (replace(TERMS, covered=0.5), ("covered",)),
        (replace(TERMS, drift=0.2), ("drift",)),
        (replace(TERMS, selected=("paid",)), ("selected",)),
        (replace(TERMS, label_yes="yes"), ("label_yes",)),
        # Less of the budget, a longer wait, or a larger breach before anybody notices.
        (with_stream(VOLUME, weight=0.1), ("volume",)),
        (with_stream(REFUSALS, cadence=Cadence.WEEK), ("refusals-of-women",)),
        (with_stream(REFUSALS, catches=4), ("refusals-of-women",)),
        (with_stream(LABELS, age=5), ("label-rate",)),
    ],
)
def test_what_lets_more_pass_is_named(after: Terms, names: tuple[str, ...]) -> None:
    assert loosened(TERMS, after) == names


# -- counts --------------------------------------------------------------------------------

CELLS = Cells(selected_yes=7, selected_no=3, selected_open=2, other_yes=1, other_no=9, other_open=4)


@pytest.mark.parametrize(
    ("measured", "side", "expected"),
    [
        (Measured.SELECTED, Side.AT_MOST, (12, 26)),
        (Measured.LABEL, Side.AT_MOST, (8, 26)),
        # Not yet known is never held against the use: 8 + 6 for a floor.
        (Measured.LABEL, Side.AT_LEAST, (14, 26)),
        (Measured.MISSING_LABEL, Side.AT_MOST, (6, 26)),
        (Measured.FALSE_POSITIVE, Side.AT_MOST, (3, 12)),
        (Measured.FALSE_NEGATIVE, Side.AT_MOST, (1, 8)),
    ],
)
def test_each_measure_counts_its_own_cells(
    measured: Measured, side: Side, expected: tuple[int, int]
) -> None:
    assert tally(replace(LABELS, measured=measured, side=side), CELLS) == expected


@pytest.mark.parametrize(("decisions", "inside"), [(4, 0), (5, 1), (30, 1), (31, 0)])
def test_a_volume_counts_the_days_within_its_baseline(decisions: int, inside: int) -> None:
    assert tally(VOLUME, Cells(other_open=decisions)) == (inside, 1)


def test_a_period_waits_for_its_last_day() -> None:
    weeks = list(periods(Cadence.WEEK, begins_on=FIRST, until=FIRST + 14 * _DAY))
    days = {day(n): Cells(other_no=1) for n in range(13)}
    found = by_period(LABELS, weeks, group=days, reference={})
    assert [one.cases for one in found] == [7]


def test_months_are_those_of_the_calendar() -> None:
    found = periods(Cadence.MONTH, begins_on=date(2014, 3, 15), until=date(2014, 5, 1))
    assert list(found) == [
        Period(first=date(2014, 3, 15), until=date(2014, 4, 1)),
        Period(first=date(2014, 4, 1), until=date(2014, 5, 1)),
    ]


# -- evidence ------------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.data())
def test_evidence_does_not_depend_on_when_it_is_asked_for(
    hits: list[int], data: st.DataObject
) -> None:
    rows = counts(UNLABELLED, *((hit, 20) for hit in hits))
    cut = data.draw(st.integers(1, len(rows)))
    assert evidence_of(UNLABELLED, rows)[:cut] == evidence_of(UNLABELLED, rows[:cut])


def test_a_label_rate_that_jumps_from_36_to_100_percent_is_a_breach_within_a_cohort_or_two() -> (
    None
):
    monthly = replace(LABELS, cadence=Cadence.MONTH, cases=600)
    rows = counts(monthly, *[(216, 600)] * 6, (60, 60), (60, 60))
    points = evidence_of(monthly, rows)
    assert max(point.evidence for point in points[:6]) < 1.5
    red = first_red(points, monthly, alpha=0.05)
    assert red is not None
    assert red.counted is rows[6]
    assert red.since == rows[6].period.first


def test_a_label_rate_below_its_ceiling_stays_quiet() -> None:
    assert (
        first_red(evidence_of(LABELS, counts(LABELS, *[(35, 100)] * 52)), LABELS, alpha=0.05)
        is None
    )


@pytest.mark.parametrize("jump", [0, 4, 31, 400])
def test_days_outside_the_baseline_are_noticed_within_a_fortnight(jump: int) -> None:
    inside, outside = tally(VOLUME, Cells(other_no=15)), tally(VOLUME, Cells(other_no=jump))
    rows = counts(VOLUME, *[inside] * 60, *[outside] * 20)
    red = first_red(evidence_of(VOLUME, rows), VOLUME, alpha=0.05)
    assert red is not None
    assert 60 <= rows.index(red.counted) < 74


def test_a_group_refused_more_than_a_quarter_more_often_is_noticed_and_not_the_mirror_image() -> (
    None
):
    more = counts(REFUSALS, *[(6, 10, 3, 10)] * 90)
    less = counts(REFUSALS, *[(3, 10, 6, 10)] * 90)
    assert first_red(evidence_of(REFUSALS, more), REFUSALS, alpha=0.05) is not None
    assert first_red(evidence_of(REFUSALS, less), REFUSALS, alpha=0.05) is None
    floor = replace(REFUSALS, side=Side.AT_LEAST, limit=0.8, catches=0.5)
    assert first_red(evidence_of(floor, more), floor, alpha=0.05) is None
    assert first_red(evidence_of(floor, less), floor, alpha=0.05) is not None


def test_what_would_be_noticed_rests_on_the_cases_there_are() -> None:
    # 100 cases a week were expected; with 10 it takes longer, and with none for ever.
    as_planned = notice(LABELS, alpha=0.05)
    few, none = counts(LABELS, *[(3, 10)] * 20), counts(LABELS, *[(0, 0)] * 20)
    assert as_planned < notice(LABELS, alpha=0.05, counts=few) < 52
    assert notice(LABELS, alpha=0.05, counts=none) == np.inf
    alone = counts(REFUSALS, *[(3, 10, 0, 0)] * 20)
    assert notice(REFUSALS, alpha=0.05) < 365
    assert notice(REFUSALS, alpha=0.05, counts=alone) == np.inf


def test_the_system_is_judged_on_each_day_as_it_was_known_then() -> None:
    late = replace(LABELS, weight=0.5, cadence=Cadence.DAY)
    soon = replace(late, name="soon", age=1)

    def points(*evidence: float) -> list[Point]:
        found = counts(late, *[(0, 1)] * len(evidence))
        return [
            Point(counted=one, evidence=shown, since=FIRST)
            for one, shown in zip(found, evidence, strict=True)
        ]

    # The day of 30 is known a day after it, that of 14 ten days after it: never both at once.
    apart = [(soon, points(30, 1)), (late, points(14))]
    assert first_together(apart, least=20) is None
    # (30 + 14) / 2 = 22, once the label of the first day has reached its age.
    both = first_together([(soon, points(30)), (late, points(14))], least=20)
    assert both is not None
    assert both.evidence == 22
    assert known_on(late, both.latest[1][1]) == day(11)
    assert (
        first_together([(soon, points(30)), (late, points(14))], least=20, before=day(11)) is None
    )


def test_a_tiny_office_never_alarms_and_could_not_either() -> None:
    tiny = replace(LABELS, cadence=Cadence.MONTH, cases=8, catches=0.6)
    rng = np.random.default_rng(8)
    rows = counts(tiny, *((int(s), 8) for s in rng.binomial(8, 0.35, size=12)))
    assert first_red(evidence_of(tiny, rows), tiny, alpha=0.05) is None
    assert notice(tiny, alpha=0.05) > 12


def test_after_a_year_the_evidence_begins_anew() -> None:
    rows = counts(UNLABELLED, *[(1, 20)] * 53)
    assert evidence_of(UNLABELLED, rows)[52].evidence == pytest.approx(
        evidence_of(UNLABELLED, rows[52:])[0].evidence
    )


def test_quiet_years_of_all_streams_together_raise_hardly_a_system_alarm() -> None:
    rng = np.random.default_rng(9)
    alarms = 0
    for _ in range(60):
        latest = []
        for stream, share in ((LABELS, 0.5), (UNLABELLED, 0.4)):
            drawn = rng.binomial(100, share, size=52)
            points = evidence_of(stream, counts(stream, *((int(s), 100) for s in drawn)))
            latest.append([(stream, point) for point in points])
        alarms += any(system_now([one[week] for one in latest]) >= 20 for week in range(52))
    # At most 3 of 60 are expected where every share lies on its limit all year long.
    assert alarms <= 9


# -- alarms and steps ----------------------------------------------------------------------


def test_after_a_breach_was_closed_the_budget_is_halved_and_begins_the_day_after() -> None:
    again = episode(begins_on=FIRST, alpha=0.05, closings=(NINE + 30 * _DAY,))
    assert again is not None
    assert (again.number, again.alpha) == (2, 0.025)
    assert again.begins_on == (NINE + 31 * _DAY).date()


def test_the_breaker_goes_from_waiting_to_people_to_a_stop() -> None:
    def due(hours: float) -> list[str]:
        found = grades_due(opened_at=NINE, pause=24 * HOUR, stop=72 * HOUR, at=NINE + hours * HOUR)
        return [one.value for one in found]

    assert due(0) == ["pause"]
    assert due(23.9) == ["pause"]
    assert due(24) == ["pause", "people_only"]
    assert due(72) == ["pause", "people_only", "stopped"]


def test_a_change_between_quarters_is_shown_only_if_the_counts_show_it() -> None:
    before = Cells(selected_open=300, other_open=700)
    assert drifted(before, Cells(selected_open=420, other_open=580), tolerance=0.05) is not None
    assert drifted(before, Cells(selected_open=330, other_open=670), tolerance=0.05) is None
    assert drifted(before, Cells(selected_open=4, other_open=6), tolerance=0.05) is None
    assert drifted(before, Cells(), tolerance=0.05) is None


# -- coverage ------------------------------------------------------------------------------


def test_what_came_too_late_is_no_covered_decision() -> None:
    days = [day(n) for n in range(4)]
    found = coverage(days, {one: Seen(decisions=9, late=1) for one in days})
    assert (found.share, found.longest_blind, found.seen) == (0.9, 0, 4)


def test_a_gap_in_use_is_no_blind_period() -> None:
    days = [day(0), day(1), day(50), day(51)]
    found = coverage(days, {})
    assert (found.longest_blind, found.blind_now) == (2, 2)
    assert found.blind_since == day(50)
