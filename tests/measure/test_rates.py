"""The rates of one group, and what missing values could make of them."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.measure.accuracy import accuracy
from answerable.measure.catalogue import MEASURE_NAMES, rates
from answerable.measure.counts import CELLS, POSITION, Cell, Counts, DecisionCounts
from answerable.measure.false_negative_rate import false_negative_rate
from answerable.measure.false_positive_rate import false_positive_rate
from answerable.measure.precision import precision
from answerable.measure.rate import Rate
from answerable.measure.selection_rate import selection_rate
from answerable.measure.wrongful_burden import wrongful_burden
from answerable.record.measurement import CannotSay, Measurement

Measure = Callable[[DecisionCounts], Measurement | CannotSay]

RATES = {
    (rate.name, favourable): rate
    for favourable in (False, True)
    for rate in rates(labelled=True, positive_is_favourable=favourable)
}


def a_complete_group() -> DecisionCounts:
    """100 people: 50 rightly flagged, 15 wrongly; 5 wrongly passed over, 30 rightly."""
    return DecisionCounts(true_positive=50, false_positive=15, false_negative=5, true_negative=30)


def burden_of_a_flag(counts: DecisionCounts) -> Measurement | CannotSay:
    return wrongful_burden(counts, positive_is_favourable=False)


def burden_of_a_benefit(counts: DecisionCounts) -> Measurement | CannotSay:
    return wrongful_burden(counts, positive_is_favourable=True)


# -- the divisions -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "numerator", "denominator"),
    [
        (selection_rate, 50 + 15, 100),
        (false_positive_rate, 15, 15 + 30),
        (false_negative_rate, 5, 5 + 50),
        (precision, 50, 50 + 15),
        (accuracy, 50 + 30, 100),
        (burden_of_a_flag, 15, 15 + 30),
        (burden_of_a_benefit, 5, 5 + 50),
    ],
)
def test_each_rate_divides_its_own_cells(
    measure: Measure, numerator: int, denominator: int
) -> None:
    found = measure(a_complete_group())
    assert isinstance(found, Measurement)
    assert (found.numerator, found.denominator) == (numerator, denominator)
    assert found.value == numerator / denominator
    assert found.low < found.value < found.high


@pytest.mark.parametrize(
    ("measure", "reason"),
    [
        (selection_rate, "no_decisions"),
        (false_positive_rate, "no_zeros"),
        (false_negative_rate, "no_ones"),
        (precision, "no_labelled_positives"),
        (accuracy, "no_labelled_decisions"),
        (burden_of_a_flag, "nobody_cleared"),
        (burden_of_a_benefit, "nobody_entitled"),
    ],
)
def test_an_empty_group_has_no_rate_and_says_what_it_needs(measure: Measure, reason: str) -> None:
    found = measure(DecisionCounts())
    assert isinstance(found, CannotSay)
    assert found.reason == reason
    assert found.needs


def test_nobody_flagged_is_a_selection_rate_of_0_and_no_precision() -> None:
    counts = DecisionCounts(true_negative=20)
    assert isinstance(selected := selection_rate(counts), Measurement)
    assert selected.value == 0.0
    assert isinstance(precision(counts), CannotSay)


def test_records_without_a_decision_or_a_label_are_in_no_error_rate() -> None:
    incomplete = DecisionCounts(
        true_positive=50,
        false_positive=15,
        false_negative=5,
        true_negative=30,
        positive_unlabelled=7,
        negative_unlabelled=7,
        undecided_one=7,
        undecided_zero=7,
        undecided_unlabelled=7,
    )
    for measure in (false_positive_rate, false_negative_rate, precision, accuracy):
        assert measure(incomplete) == measure(a_complete_group())


def test_a_decision_without_a_label_still_counts_as_a_selection() -> None:
    found = selection_rate(DecisionCounts(positive_unlabelled=1, negative_unlabelled=3))
    assert isinstance(found, Measurement)
    assert (found.numerator, found.denominator) == (1, 4)


def test_the_catalogue_holds_every_name_and_without_labels_only_the_selection_rate() -> None:
    labelled = rates(labelled=True, positive_is_favourable=True)
    assert tuple(rate.name for rate in labelled) == MEASURE_NAMES
    assert [r.name for r in rates(labelled=False, positive_is_favourable=True)] == [
        "selection_rate"
    ]


def test_the_columns_of_the_counts_are_the_cells_in_their_order() -> None:
    assert [field.name for field in fields(DecisionCounts)] == [cell.name.lower() for cell in CELLS]


# -- missing values ------------------------------------------------------------------------


def completions(counts: Counts) -> Iterator[Counts]:
    """Every complete table that the counted one could turn out to be."""
    ways = [
        list(ways_to_share(int(counts[POSITION[cell]]), [POSITION[c] for c in cell.completions()]))
        for cell in Cell
    ]
    for chosen in product(*ways):
        yield np.sum(chosen, axis=0)


def ways_to_share(records: int, places: list[int]) -> Iterator[Counts]:
    first, *others = places
    for here in range(records + 1) if others else (records,):
        row = np.zeros(len(CELLS), dtype=np.int64)
        row[first] = here
        for rest in ways_to_share(records - here, others) if others else (np.zeros_like(row),):
            yield row + rest


def share(rate: Rate, counts: Counts) -> float | None:
    x, n = rate.tally(counts)
    return int(x) / int(n) if n else None


@st.composite
def few_counts(draw: st.DrawFn) -> Counts:
    complete, missing = st.integers(0, 3), st.integers(0, 2)
    return np.array(
        [draw(complete if None not in cell.value else missing) for cell in CELLS], dtype=np.int64
    )


@settings(max_examples=40)
@given(few_counts())
def test_the_extremes_are_those_of_every_way_to_fill_in_what_is_missing(counts: Counts) -> None:
    filled = list(completions(counts))
    for rate in RATES.values():
        if share(rate, counts) is None:
            continue
        found = [value for one in filled if (value := share(rate, one)) is not None]
        lowest, highest = rate.lowest_tally(counts), rate.highest_tally(counts)
        assert int(lowest[0]) / int(lowest[1]) == min(found)
        assert int(highest[0]) / int(highest[1]) == max(found)


@given(few_counts())
def test_the_rate_as_counted_lies_between_its_extremes(counts: Counts) -> None:
    for rate in RATES.values():
        value = share(rate, counts)
        if value is not None:
            lowest, highest = rate.lowest_tally(counts), rate.highest_tally(counts)
            assert int(lowest[0]) / int(lowest[1]) <= value <= int(highest[0]) / int(highest[1])


def test_where_nothing_is_missing_the_extremes_are_the_rate_itself() -> None:
    counts = a_complete_group().as_row()
    for rate in RATES.values():
        assert rate.lowest_tally(counts) == rate.tally(counts) == rate.highest_tally(counts)


def test_three_missing_labels_move_a_false_positive_rate_by_hand() -> None:
    # 15 of 45. Lowest: the three flagged without a label turn out right, so 15 of 45; the
    # two not flagged turn out cleared, 15 of 47. Highest: 18 of 48; the two stay outside.
    counts = DecisionCounts(
        false_positive=15, true_negative=30, positive_unlabelled=3, negative_unlabelled=2
    ).as_row()
    rate = RATES["false_positive_rate", False]
    assert [int(total) for total in rate.lowest_tally(counts)] == [15, 47]
    assert [int(total) for total in rate.highest_tally(counts)] == [18, 48]
