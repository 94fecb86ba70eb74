"""When a comparison meets its limit, when it does not, and when nobody can say."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binom

from answerable.measure.exact_p_value import LARGEST_SMALLER_SIDE, exact_p_value
from answerable.measure.quick_p_values import quick_p_values
from answerable.measure.two_groups import Scale, Side, Table
from answerable.record.measurement import CannotSay
from answerable.verdict.judge import Comparison, judge
from answerable.verdict.verdicts import Met, NotMet, Verdict, verdict_name
from tests.verdict.situations import a_comparison, a_limit, why_not

LEVEL = 0.05


def the_verdict_on(comparison: Comparison, level: float = LEVEL) -> Verdict:
    (verdict,) = judge([comparison], level=level)
    return verdict


# -- the three verdicts ----------------------------------------------------------------


def test_a_ratio_of_three_fifths_in_two_thousand_records_does_not_meet_four_fifths() -> None:
    # 300/1000 over 500/1000 = 0.6; on the log scale log(0.6/0.8) = -0.288, and its standard
    # error is sqrt(0.7/300 + 0.5/500) = 0.0577: five of them.
    verdict = the_verdict_on(a_comparison((300, 1000, 500, 1000)))
    assert isinstance(verdict, NotMet)
    assert verdict.test.claim == "outside"
    assert verdict.test.p_value < 1e-5


def test_equal_shares_in_two_thousand_records_meet_it() -> None:
    # 500/1000 over 500/1000 = 1; log(0.8) = -0.223, standard error 0.0447: five, both ways.
    verdict = the_verdict_on(a_comparison((500, 1000, 500, 1000)))
    assert isinstance(verdict, Met)
    assert verdict.test.claim == "inside"
    assert verdict.test.p_value < 1e-5


def test_equal_shares_in_forty_records_cannot_say() -> None:
    verdict = the_verdict_on(a_comparison((10, 20, 10, 20)))
    assert why_not(verdict) == "too_few_records"


def test_three_fifths_in_forty_records_cannot_say_either() -> None:
    verdict = the_verdict_on(a_comparison((6, 20, 10, 20)))
    assert why_not(verdict) == "too_few_records"


def test_too_much_breaks_a_limit_as_too_little_does() -> None:
    # 500/1000 over 300/1000 = 1.67, above 1.25
    assert isinstance(the_verdict_on(a_comparison((500, 1000, 300, 1000))), NotMet)


def test_on_the_limit_itself_no_number_of_records_settles_it() -> None:
    # 400/1000 over 500/1000 = 0.8
    for times in (1, 1000):
        verdict = the_verdict_on(
            a_comparison((400 * times, 1000 * times, 500 * times, 1000 * times))
        )
        assert isinstance(verdict, CannotSay)


def test_a_difference_is_judged_on_its_own_scale() -> None:
    # 0.02 - 0.05 = -0.03: small as a difference, 0.4 as a ratio.
    table = (200, 10_000, 500, 10_000)
    assert isinstance(
        the_verdict_on(a_comparison(table, limit="selection_rate.difference=-0.05,0.05")), Met
    )
    assert isinstance(the_verdict_on(a_comparison(table)), NotMet)


def test_a_group_without_events_is_outside_and_is_shown_to_be() -> None:
    # 0 of 40 against 200 of 400: at a ratio of 0.8 its chance is below 0.6^40 = 1e-9.
    assert isinstance(the_verdict_on(a_comparison((0, 40, 200, 400))), NotMet)


@pytest.mark.parametrize(
    "limit", ["selection_rate.ratio=0,1.25", "selection_rate.difference=-1,0.1"]
)
def test_a_limit_on_one_side_asks_only_about_that_side(limit: str) -> None:
    # 100/1000 against 500/1000 is far below equality, which such a limit allows.
    assert isinstance(the_verdict_on(a_comparison((100, 1000, 500, 1000), limit=limit)), Met)
    assert isinstance(the_verdict_on(a_comparison((800, 1000, 500, 1000), limit=limit)), NotMet)


def test_a_limit_of_a_difference_up_to_1_asks_only_about_the_other_side() -> None:
    limit = "selection_rate.difference=-0.1,1"
    assert isinstance(the_verdict_on(a_comparison((1000, 1000, 0, 1000), limit=limit)), Met)


def test_a_limit_that_nothing_can_break_is_met_by_anything() -> None:
    # The command line refuses one; a profile's rule could still hold it.
    norm = replace(a_limit("selection_rate.difference=-1,0"), high=1.0)
    comparison = replace(
        a_comparison((9, 10, 1, 10), limit="selection_rate.difference=-1,0"), norm=norm
    )
    assert isinstance(the_verdict_on(comparison), Met)


def test_equality_as_the_whole_band_can_be_broken_and_never_met() -> None:
    limit = "selection_rate.ratio=1,1"
    assert isinstance(the_verdict_on(a_comparison((300, 1000, 500, 1000), limit=limit)), NotMet)
    assert isinstance(the_verdict_on(a_comparison((500, 1000, 500, 1000), limit=limit)), CannotSay)


# -- what would help -----------------------------------------------------------------------


def test_a_cannot_say_names_more_records_than_there_are() -> None:
    verdict = the_verdict_on(a_comparison((10, 20, 100, 200)))
    assert isinstance(verdict, CannotSay)
    # With half an event more, 10.5/21 and 100.5/201 are 0.5; ten reference records each:
    # (1.96 + 0.84)^2 x (1 + 0.1) / log(0.8)^2 = 173.4, in two digits 180.
    assert verdict.needs == (
        "about 180 records of this group that count for this rate (it has 20), "
        "if the truth is near what was seen"
    )


def test_at_the_limit_it_says_that_none_would() -> None:
    verdict = the_verdict_on(a_comparison((4000, 10_000, 5000, 10_000)))
    assert isinstance(verdict, CannotSay)
    assert verdict.needs.startswith("no number of records would settle it")


@given(st.data())
@settings(max_examples=50)
def test_a_cannot_say_always_says_what_it_needs(data: st.DataObject) -> None:
    n1, n2 = data.draw(st.integers(1, 60)), data.draw(st.integers(1, 60))
    table = (data.draw(st.integers(0, n1)), n1, data.draw(st.integers(1, n2)), n2)
    verdict = the_verdict_on(a_comparison(table))
    if isinstance(verdict, CannotSay):
        assert verdict.reason == "too_few_records"
        assert "records" in verdict.needs
        assert "nan" not in verdict.needs


# -- missing values ------------------------------------------------------------------------


def test_missing_values_that_could_break_the_limit_hold_a_met() -> None:
    table = (500, 1000, 500, 1000)
    assert isinstance(the_verdict_on(a_comparison(table, lowest=0.81, highest=1.2)), Met)
    for lowest, highest in ((0.79, 1.2), (0.81, 1.26)):
        verdict = the_verdict_on(a_comparison(table, lowest=lowest, highest=highest))
        assert why_not(verdict) == "missing_values"


def test_missing_values_do_not_hold_a_not_met() -> None:
    table = (300, 1000, 500, 1000)
    assert isinstance(the_verdict_on(a_comparison(table, lowest=0.1, highest=1.0)), NotMet)


def test_too_few_records_is_said_before_missing_values() -> None:
    verdict = the_verdict_on(a_comparison((10, 20, 10, 20), lowest=0.1, highest=9.0))
    assert why_not(verdict) == "too_few_records"


# -- the family ------------------------------------------------------------------------------


def test_claims_that_pass_ease_the_way_of_the_last() -> None:
    # Twenty questions: nineteen pass at once, so that the last needs 0.05 and not 0.05 / 20.
    # At 0.0025 its exact value (0.039) could not have mattered, and was not worked out.
    strong = [a_comparison((300, 1000, 500, 1000), name=f"strong {at}") for at in range(19)]
    last = a_comparison((47, 100, 75, 100), name="last")
    alone = the_verdict_on(last)
    assert isinstance(alone, NotMet)
    assert 0.025 < alone.test.p_value <= 0.05
    verdicts = judge([*strong, last], level=LEVEL)
    assert {"not_met"} == {verdict_name(verdict) for verdict in verdicts}


def test_what_is_settled_alone_and_not_among_a_hundred_questions_says_so() -> None:
    # 300/1000 over 450/1000 = 0.667: log(0.667/0.8) = -0.182, standard error 0.0596, z = 3.06,
    # p about 0.002. Alone that is below 0.05; among 101 questions it would have to be 0.0005.
    borderline = a_comparison((300, 1000, 450, 1000))
    assert isinstance(the_verdict_on(borderline), NotMet)
    others = [a_comparison((10, 20, 10, 20), name=f"question {at}") for at in range(100)]
    first, second, *_ = judge([borderline, *others], level=LEVEL)
    alone = "asked alone it would be settled"
    assert isinstance(first, CannotSay)
    assert alone in first.needs
    assert isinstance(second, CannotSay)
    assert alone not in second.needs


def test_an_empty_family_has_no_verdicts() -> None:
    assert judge([], level=LEVEL) == ()


def test_the_same_question_put_twice_is_one_question() -> None:
    table = (330, 1000, 500, 1000)
    once = judge([a_comparison(table, name="burden")], level=LEVEL)
    twice = judge([a_comparison(table, name="burden")] * 2, level=LEVEL)
    assert twice == once * 2


def test_a_second_question_makes_the_first_harder_to_answer() -> None:
    (alone,) = judge([a_comparison((330, 1000, 500, 1000))], level=LEVEL)
    first, second = judge(
        [a_comparison((330, 1000, 500, 1000)), a_comparison((10, 20, 10, 20))], level=LEVEL
    )
    assert isinstance(alone, NotMet)
    assert isinstance(first, NotMet)
    assert isinstance(second, CannotSay)
    # Holm: the smaller of two p-values is doubled.
    assert first.test.adjusted == pytest.approx(2 * first.test.p_value)
    assert alone.test.adjusted == alone.test.p_value


def test_what_passes_alone_can_fail_among_many() -> None:
    # 345/1000 over 500/1000 = 0.69: p is about 0.015, too much for one of twenty.
    close = a_comparison((345, 1000, 500, 1000))
    others = [a_comparison((10, 20, 10 + i, 20 + 2 * i)) for i in range(19)]
    assert isinstance(the_verdict_on(close), NotMet)
    assert isinstance(judge([close, *others], level=LEVEL)[0], CannotSay)


def test_claims_that_pass_make_way_for_the_next() -> None:
    # Of two claims the larger p-value is left as it is once the smaller has passed.
    clear, close = a_comparison((100, 1000, 500, 1000)), a_comparison((342, 1000, 500, 1000))
    unclear = a_comparison((10, 20, 10, 20))
    _, beside_a_clear_one = judge([clear, close], level=LEVEL)
    _, beside_an_unclear_one = judge([unclear, close], level=LEVEL)
    assert isinstance(beside_a_clear_one, NotMet)
    assert isinstance(beside_an_unclear_one, NotMet)
    assert beside_a_clear_one.test.adjusted < beside_an_unclear_one.test.adjusted


@settings(max_examples=12)
@given(st.permutations(range(6)))
def test_the_order_of_the_comparisons_is_irrelevant(order: list[int]) -> None:
    family = [
        a_comparison(table)
        for table in (
            (300, 1000, 500, 1000),
            (345, 1000, 500, 1000),
            (500, 1000, 500, 1000),
            (10, 20, 10, 20),
            (0, 30, 90, 300),
            (44, 400, 120, 800),
        )
    ]
    verdicts = judge(family, level=LEVEL)
    assert judge([family[at] for at in order], level=LEVEL) == tuple(verdicts[at] for at in order)


# -- the p-value ---------------------------------------------------------------------------


def test_a_p_value_is_twice_the_one_sided_one_and_pays_one_percent_for_the_quick_test() -> None:
    table = (345, 1000, 500, 1000)
    verdict = the_verdict_on(a_comparison(table))
    one_sided = exact_p_value(
        Table(x1=345, n1=1000, x2=500, n2=1000), scale=Scale.RATIO, bound=0.8, side=Side.BELOW
    )
    assert isinstance(verdict, NotMet)
    assert verdict.test.exact
    assert verdict.test.p_value == pytest.approx(2 * one_sided / 0.99)


def test_where_the_quick_test_settles_it_its_bound_is_given_and_called_a_bound() -> None:
    verdict = the_verdict_on(a_comparison((100, 1000, 500, 1000)))
    counts = (np.array(count) for count in (100, 1000, 500, 1000))
    quick = quick_p_values(*counts, scale=Scale.RATIO, bound=0.8, side=Side.BELOW)
    assert isinstance(verdict, NotMet)
    assert not verdict.test.exact
    assert verdict.test.p_value == pytest.approx(2 * 100 * float(quick))


def test_above_50_000_on_both_sides_there_is_only_the_bound_and_nothing_to_pay_for() -> None:
    n = LARGEST_SMALLER_SIDE + 1
    verdict = the_verdict_on(a_comparison((20_000, n, 26_000, n)))
    counts = (np.array(count) for count in (20_000, n, 26_000, n))
    quick = quick_p_values(*counts, scale=Scale.RATIO, bound=0.8, side=Side.BELOW)
    assert isinstance(verdict, NotMet)
    assert not verdict.test.exact
    assert verdict.test.p_value == pytest.approx(2 * float(quick))


def test_working_out_only_what_can_matter_changes_no_verdict() -> None:
    # Every p-value of the family worked out exactly, and Holm's procedure by hand.
    family = [a_comparison((x, 60, 90, 180)) for x in range(0, 60, 4)]
    claims = {"inside": [], "outside": []}  # type: dict[str, list[tuple[float, int]]]
    for at, comparison in enumerate(family):
        sides = [(0.8, Side.ABOVE), (1.25, Side.BELOW)]
        if not comparison.inside:
            sides = [(0.8, Side.BELOW) if comparison.value < 0.8 else (1.25, Side.ABOVE)]
        p = max(
            exact_p_value(comparison.table, scale=Scale.RATIO, bound=bound, side=side)
            for bound, side in sides
        )
        claims["inside" if comparison.inside else "outside"].append((2 * p / 0.99, at))
    passed = set()
    for found in claims.values():
        for rank, (p, at) in enumerate(sorted(found)):
            if p > LEVEL / (len(family) - rank):
                break
            passed.add(at)
    verdicts = judge(family, level=LEVEL)
    assert {at for at, v in enumerate(verdicts) if not isinstance(v, CannotSay)} == passed
    assert 0 < len(passed) < len(family)


# -- how often it errs -----------------------------------------------------------------------


BAND = "selection_rate.difference=-0.3,0.3"


def verdicts_on_every_table(n1: int, n2: int, level: float) -> NDArray[np.str_]:
    found = [
        verdict_name(the_verdict_on(a_comparison((x1, n1, x2, n2), limit=BAND), level))
        for x1 in range(n1 + 1)
        for x2 in range(n2 + 1)
    ]
    return np.array(found).reshape(n1 + 1, n2 + 1)


def test_every_table_of_a_design_a_false_verdict_is_no_likelier_than_the_level() -> None:
    n1, n2, level = 16, 20, 0.2
    names = verdicts_on_every_table(n1, n2, level)
    assert set(names.ravel().tolist()) == {"met", "not_met", "cannot_say"}
    for reference in np.linspace(0.0, 1.0, 41):
        for difference in np.linspace(-1.0, 1.0, 41):
            share = reference + difference
            if not -1e-9 <= share <= 1 + 1e-9:
                continue
            first = binom.pmf(np.arange(n1 + 1), n1, min(1.0, max(0.0, share)))
            second = binom.pmf(np.arange(n2 + 1), n2, reference)
            if abs(difference) <= 0.3 + 1e-9:
                assert first @ (names == "not_met") @ second <= level
            if abs(difference) >= 0.3 - 1e-9:
                assert first @ (names == "met") @ second <= level


def test_in_a_family_with_one_reference_even_one_false_verdict_is_no_likelier() -> None:
    # Five groups of 40 at 0.4 share a reference of 120 at 0.5, in 200 audits: each ratio is
    # 0.8, on the limit, so that "outside" is false and "inside" true by nothing.
    level, runs = 0.2, 200
    draw = np.random.default_rng(20261123)
    false = {"met": 0, "not_met": 0}
    for _ in range(runs):
        x2 = int(draw.binomial(120, 0.5))
        family = [
            a_comparison((int(x1), 40, x2, 120), name=at)
            for at, x1 in enumerate(draw.binomial(40, 0.4, size=5))
        ]
        names = {verdict_name(verdict) for verdict in judge(family, level=level)}
        for name in false:
            false[name] += name in names
    # 40 of 200 at most, and three standard deviations of sqrt(200 x 0.2 x 0.8) = 5.7.
    most = runs * level + 3 * math.sqrt(runs * level * (1 - level))
    assert false["not_met"] <= most
    assert false["met"] <= most
