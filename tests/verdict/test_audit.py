"""A whole audit: groups, references, gaps, verdicts and the one word for all of them."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.measure.counts import DecisionCounts
from answerable.measure.tables import Tally
from answerable.record.measurement import CannotSay, Measurement
from answerable.verdict.audit import NO_NORM, Audit, audit
from answerable.verdict.groups import (
    MOST_GROUPS,
    ReferenceUnknown,
    TooManyCombinations,
    form_groups,
)
from answerable.verdict.verdicts import Met, NotMet, verdict_name, worst
from tests.verdict.situations import (
    FOUR_FIFTHS,
    Counted,
    Key,
    a_plan,
    a_tally,
    an_audit_of,
    an_audit_of_a_flag,
    flagged,
    gap,
    selected,
    why_not,
)

ALIKE: Counted = {"north": selected(500, 1000), "south": selected(500, 1000)}
UNLIKE: Counted = {"north": selected(500, 1000), "south": selected(300, 1000)}
FEW: Counted = {"north": selected(10, 20), "south": selected(10, 20)}


# -- one word ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "word"),
    [
        ([], "cannot_say"),
        (["met"], "met"),
        (["met", "met"], "met"),
        (["met", "cannot_say"], "cannot_say"),
        (["cannot_say"], "cannot_say"),
        (["met", "not_met"], "not_met"),
        (["cannot_say", "not_met"], "not_met"),
    ],
)
def test_met_takes_all_and_not_met_takes_one(names: list[str], word: str) -> None:
    assert worst(names) == word


def test_the_same_audit_can_end_in_each_of_the_three_words() -> None:
    assert an_audit_of(ALIKE).verdict == "met"
    assert an_audit_of(UNLIKE).verdict == "not_met"
    assert an_audit_of(FEW).verdict == "cannot_say"


def test_one_group_that_cannot_be_judged_keeps_the_others_from_being_enough() -> None:
    found = an_audit_of({**ALIKE, "east": selected(5, 10)})
    assert isinstance(gap(found, "north").verdict, Met)
    assert why_not(gap(found, "east").verdict) == "too_few_records"
    assert found.verdict == "cannot_say"


def test_one_group_outside_decides_whatever_the_others_say() -> None:
    found = an_audit_of({**ALIKE, "east": selected(100, 1000), "west": selected(2, 4)})
    assert isinstance(gap(found, "east").verdict, NotMet)
    assert why_not(gap(found, "west").verdict) == "too_few_records"
    assert found.verdict == "not_met"


def test_without_a_limit_the_clearest_gap_cannot_say() -> None:
    found = an_audit_of(UNLIKE, norms=())
    assert gap(found, "south").verdict == NO_NORM
    assert found.verdict == "cannot_say"
    assert found.family == 0
    assert [(line.measure, line.norm, line.verdict) for line in found.verdicts] == [
        ("selection_rate", None, "cannot_say")
    ]


def test_a_limit_on_one_measure_leaves_the_others_shown_and_unjudged() -> None:
    found = an_audit_of_a_flag(
        {"north": flagged(guilty=(60, 100), innocent=(30, 100))},
        norms=(FOUR_FIFTHS,),
        profile="none",
    )
    assert [line.measure for line in found.verdicts] == ["selection_rate"]
    assert gap(found, "north", measure="precision").verdict == NO_NORM


def test_a_ratio_and_a_difference_of_one_measure_are_two_limits_and_two_lines() -> None:
    # 20/1000 against 50/1000: 0.4 as a ratio, 0.03 as a difference.
    found = an_audit_of(
        {"north": selected(500, 10_000), "south": selected(200, 10_000)},
        norms=(FOUR_FIFTHS, "selection_rate.difference=-0.05,0.05"),
    )
    assert [(line.norm and line.norm.scale.value, line.verdict) for line in found.verdicts] == [
        ("ratio", "not_met"),
        ("difference", "met"),
    ]
    assert isinstance(gap(found, "south", scale="ratio").verdict, NotMet)
    assert isinstance(gap(found, "south", scale="difference").verdict, Met)
    assert found.verdict == "not_met"


# -- nothing to compare ----------------------------------------------------------------------


def test_a_group_without_decisions_is_shown_and_cannot_be_judged() -> None:
    found = an_audit_of({**ALIKE, "east": selected(0, 0, undecided=5)})
    east = gap(found, "east")
    assert why_not(east.verdict) == "no_decisions"
    assert isinstance(east.difference, CannotSay)
    (shown,) = (group for group in found.groups if group.key == (("office", "east"),))
    assert (shown.n, shown.without_decision) == (5, 5)
    assert isinstance(shown.measures["selection_rate"], CannotSay)


def test_a_single_group_has_nobody_to_be_compared_with() -> None:
    found = an_audit_of({"north": selected(500, 1000)})
    assert why_not(gap(found, "north").verdict) == "reference_no_decisions"
    assert found.verdict == "cannot_say"
    assert found.family == 0


def test_a_reference_without_decisions_cannot_be_compared_with() -> None:
    found = an_audit_of(
        {"north": selected(500, 1000), "south": selected(0, 0, undecided=9)},
        reference={"office": "south"},
    )
    assert why_not(gap(found, "north").verdict) == "reference_no_decisions"


def test_a_reference_without_events_has_no_ratio_and_still_a_difference() -> None:
    groups: Counted = {"north": selected(500, 1000), "south": selected(0, 1000)}
    found = an_audit_of(groups, norms=(FOUR_FIFTHS, "selection_rate.difference=-0.1,0.1"))
    assert why_not(gap(found, "north").verdict) == "reference_has_no_events"
    assert isinstance(gap(found, "north", scale="difference").verdict, NotMet)
    # Seen from the other side there is a ratio, 0, and it is outside.
    assert isinstance(gap(found, "south").verdict, NotMet)


def test_a_measure_nobody_counts_for_cannot_say_beside_one_that_can_be_judged() -> None:
    found = an_audit_of_a_flag(
        {
            "north": flagged(guilty=(500, 1000), innocent=(0, 0)),
            "south": flagged(guilty=(300, 1000), innocent=(0, 0)),
        }
    )
    assert why_not(gap(found, "south", measure="false_positive_rate").verdict) == "no_zeros"
    assert why_not(gap(found, "south", measure="wrongful_burden").verdict) == "nobody_cleared"
    assert isinstance(gap(found, "south", measure="false_negative_rate").verdict, NotMet)


# -- missing values ----------------------------------------------------------------------------


def test_decisions_left_blank_hold_a_met_where_they_could_break_the_limit() -> None:
    # 500 of 1000 against 500 of 1000, and 300 blanks in the south. All refused: 500/1300 =
    # 0.385, ratio 0.77, below 0.8. With 100 blanks it is 500/1100 = 0.455, ratio 0.91.
    held = an_audit_of({"north": selected(500, 1000), "south": selected(500, 1000, undecided=300)})
    passes = an_audit_of(
        {"north": selected(500, 1000), "south": selected(500, 1000, undecided=100)}
    )
    assert why_not(gap(held, "south").verdict) == "missing_values"
    assert isinstance(gap(passes, "south").verdict, Met)


def test_blanks_in_the_reference_hold_it_too() -> None:
    held = an_audit_of({"north": selected(500, 1000), "south": selected(500, 1000, undecided=300)})
    assert why_not(gap(held, "north").verdict) == "missing_values"
    assert held.verdict == "cannot_say"


def test_missing_attributes_hold_a_met() -> None:
    # 5,000 of 10,000 in both groups: met. The 4,000 of 8,000 without a group could all be
    # refusals of one of them: 5,000 of 14,000 against 9,000 of 14,000 is 0.56.
    alike = selected(5000, 10000)
    unknown = selected(4000, 8000)
    met = an_audit_of({"north": alike, "south": alike})
    assert isinstance(gap(met, "north").verdict, Met)
    held = an_audit_of({"north": alike, "south": alike, (None,): unknown})
    assert why_not(gap(held, "north").verdict) == "missing_values"
    few = selected(40, 80)
    still = an_audit_of({"north": alike, "south": alike, (None,): few})
    assert isinstance(gap(still, "north").verdict, Met)


def test_a_missing_attribute_counts_against_a_named_reference_too() -> None:
    alike = selected(5000, 10000)
    unknown = selected(4000, 8000)
    groups: Counted = {"north": alike, "south": alike, (None,): unknown}
    held = an_audit_of(groups, reference={"office": "south"})
    assert why_not(gap(held, "north").verdict) == "missing_values"


def test_missing_labels_hold_an_error_rate_and_not_the_selection_rate() -> None:
    complete = flagged(guilty=(600, 1000), innocent=(500, 1000))
    unlabelled = DecisionCounts(
        true_positive=600,
        false_negative=400,
        false_positive=500,
        true_negative=500,
        positive_unlabelled=400,
        negative_unlabelled=400,
    )
    found = an_audit_of_a_flag({"north": complete, "south": unlabelled})
    assert why_not(gap(found, "south", measure="false_positive_rate").verdict) == "missing_values"
    assert isinstance(gap(found, "south").verdict, Met)


# -- the family --------------------------------------------------------------------------------


def test_wrongful_burden_and_the_rate_that_it_counts_are_one_question() -> None:
    # Two offices under four limits: selection, false positives, false negatives, and the
    # burden, which for a flag counts the same people as the false-positive rate.
    found = an_audit_of_a_flag(
        {
            "north": flagged(guilty=(600, 1000), innocent=(300, 1000)),
            "south": flagged(guilty=(600, 1000), innocent=(300, 1000)),
        }
    )
    assert len([g for g in found.gaps if g.norm is not None]) == 2 * 4
    assert found.family == 2 * 3
    for office in ("north", "south"):
        burden = gap(found, office, measure="wrongful_burden").verdict
        assert burden == gap(found, office, measure="false_positive_rate").verdict


def test_another_limit_for_the_same_people_is_another_question() -> None:
    found = an_audit_of_a_flag(
        {
            "north": flagged(guilty=(600, 1000), innocent=(300, 1000)),
            "south": flagged(guilty=(600, 1000), innocent=(300, 1000)),
        },
        norms=("wrongful_burden.ratio=0.9,1.11",),
    )
    assert found.family == 2 * 4


def test_comparisons_that_cannot_be_made_cost_the_family_nothing() -> None:
    assert an_audit_of({**ALIKE, "east": selected(0, 0, undecided=5)}).family == 2


# -- references ----------------------------------------------------------------------------------


def test_without_a_named_reference_each_group_faces_everyone_else() -> None:
    found = an_audit_of({"a": selected(10, 100), "b": selected(20, 100), "c": selected(60, 100)})
    assert [g.reference for g in found.gaps] == [None] * 3
    # a has 10 of 100, everyone else 80 of 200: 0.1 - 0.4 = -0.3
    difference = gap(found, "a").difference
    assert isinstance(difference, Measurement)
    assert difference.value == pytest.approx(-0.3)


def test_a_named_reference_takes_the_place_of_the_rest_and_is_itself_not_compared() -> None:
    found = an_audit_of(
        {"a": selected(10, 100), "b": selected(20, 100), "c": selected(60, 100)},
        reference={"office": "c"},
    )
    assert [g.group for g in found.gaps] == [(("office", "a"),), (("office", "b"),)]
    assert {g.reference for g in found.gaps} == {(("office", "c"),)}
    difference = gap(found, "a").difference
    assert isinstance(difference, Measurement)
    assert difference.value == pytest.approx(-0.5)
    assert len(found.groups) == 3


def four_by_office_and_sex() -> dict[Key, DecisionCounts]:
    return {
        ("north", "f"): selected(1, 10),
        ("north", "m"): selected(2, 10),
        ("south", "f"): selected(3, 10),
        ("south", "m"): selected(4, 10),
    }


def test_every_value_and_every_combination_is_a_group() -> None:
    found = an_audit_of(four_by_office_and_sex(), by=("office", "sex"))
    assert [tuple(value for _, value in group.key) for group in found.groups] == [
        ("north",),
        ("south",),
        ("f",),
        ("m",),
        ("north", "f"),
        ("north", "m"),
        ("south", "f"),
        ("south", "m"),
    ]
    # Women: 1 + 3 of 20; the north: 1 + 2 of 20.
    shares = {g.key[0][1]: g.measures["selection_rate"] for g in found.groups[:4]}
    assert isinstance(shares["f"], Measurement)
    assert (shares["f"].numerator, shares["f"].denominator) == (4, 20)


def test_a_combination_faces_the_same_combination_with_the_reference_s_value() -> None:
    found = an_audit_of(four_by_office_and_sex(), by=("office", "sex"), reference={"sex": "m"})
    references: dict[tuple[str | None, ...], object] = {
        tuple(v for _, v in g.group): g.reference and [v for _, v in g.reference]
        for g in found.gaps
    }
    assert references == {
        ("north",): None,
        ("south",): None,
        ("f",): ["m"],
        ("north", "f"): ["north", "m"],
        ("south", "f"): ["south", "m"],
    }


def test_a_combination_that_only_the_group_has_no_one_to_face() -> None:
    groups = four_by_office_and_sex()
    del groups["north", "m"]
    found = an_audit_of(groups, by=("office", "sex"), reference={"sex": "m"})
    assert why_not(gap(found, "north", "f").verdict) == "reference_no_decisions"


def test_a_missing_value_is_a_group_of_its_own_and_comes_last() -> None:
    found = an_audit_of({"a": selected(10, 100), (None,): selected(20, 100), "b": selected(1, 9)})
    assert [group.key[0][1] for group in found.groups] == ["a", "b", None]


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ({"office": "east"}, "office holds: north, south"),
        ({"sex": "f"}, "Groups are made by office"),
    ],
)
def test_a_reference_that_no_record_has_is_refused(reference: dict[str, str], message: str) -> None:
    with pytest.raises(ReferenceUnknown, match=message):
        an_audit_of(ALIKE, reference=reference)


def test_more_groups_than_anyone_can_judge_are_refused() -> None:
    many: Counted = {str(at): selected(1, 2) for at in range(MOST_GROUPS + 1)}
    with pytest.raises(TooManyCombinations):
        form_groups(a_tally(many), {})


# -- conflicts -------------------------------------------------------------------------------------


def a_burdened_minority(*, precise: bool) -> dict[Key, DecisionCounts]:
    """Innocent people of the minority flagged twice as often; flags as often right, or not."""
    right = 800 if precise else 400
    return {
        # 400 of 1000 innocent flagged; precision 800/1200 or 400/800.
        "minority": flagged(guilty=(right, 1000), innocent=(400, 1000)),
        # 200 of 1000 innocent flagged; precision 400/600.
        "majority": flagged(guilty=(400, 1000), innocent=(200, 1000)),
    }


def test_near_equal_precision_beside_a_broken_burden_is_a_conflict() -> None:
    # Precision 0.667 against 0.667, burden 0.4 against 0.2.
    found = an_audit_of_a_flag(a_burdened_minority(precise=True))
    assert [conflict.group for conflict in found.conflicts] == [
        (("office", "majority"),),
        (("office", "minority"),),
    ]
    conflict = found.conflicts[1]
    assert conflict.equal.value == pytest.approx(1.0)
    assert conflict.unequal.value == pytest.approx(2.0)


def test_unequal_precision_is_a_second_finding_and_no_conflict() -> None:
    # 400/800 = 0.5 against 0.667 is a ratio of 0.75, outside 0.8 to 1.25.
    found = an_audit_of_a_flag(a_burdened_minority(precise=False))
    assert isinstance(gap(found, "minority", measure="wrongful_burden").verdict, NotMet)
    assert found.conflicts == ()


def test_an_unequal_burden_that_is_not_established_is_no_conflict() -> None:
    few: Counted = {
        "minority": flagged(guilty=(8, 10), innocent=(4, 10)),
        "majority": flagged(guilty=(4, 10), innocent=(2, 10)),
    }
    found = an_audit_of_a_flag(few)
    assert why_not(gap(found, "minority", measure="wrongful_burden").verdict) == "too_few_records"
    assert found.conflicts == ()


def test_without_a_limit_on_the_burden_there_is_no_conflict_to_name() -> None:
    assert an_audit_of_a_flag(a_burdened_minority(precise=True), profile="none").conflicts == ()


# -- what no order changes, and large counts -------------------------------------------------------


@settings(max_examples=15)
@given(st.permutations(range(4)))
def test_the_order_of_the_rows_is_irrelevant(order: list[int]) -> None:
    groups = list(four_by_office_and_sex().items())
    by = ("office", "sex")
    shuffled = an_audit_of(dict(groups[at] for at in order), by=by)
    expected = an_audit_of(dict(groups), by=by)
    assert sorted(shuffled.gaps, key=repr) == sorted(expected.gaps, key=repr)
    assert shuffled.verdicts == expected.verdicts


def numbers(audited: Audit) -> list[float]:
    found = [
        finding
        for line in audited.gaps
        for finding in (line.difference, line.ratio)
        if isinstance(finding, Measurement)
    ]
    found += [
        m
        for group in (*audited.groups, audited.everyone)
        for m in group.measures.values()
        if isinstance(m, Measurement)
    ]
    tests = [g.verdict.test for g in audited.gaps if isinstance(g.verdict, Met | NotMet)]
    return [
        *(n for m in found for n in (m.value, m.low, m.high)),
        *(n for test in tests for n in (test.p_value, test.adjusted)),
    ]


def test_ten_million_records_give_finite_numbers_and_verdicts() -> None:
    found = an_audit_of_a_flag(
        {
            "a": flagged(guilty=(1_300_000, 2_000_000), innocent=(900_000, 3_000_000)),
            "b": flagged(guilty=(1_290_000, 2_000_000), innocent=(910_000, 2_900_000)),
            "c": flagged(guilty=(3, 20), innocent=(1, 9)),
            "d": flagged(guilty=(30_000, 49_000), innocent=(20_000, 51_000)),
        }
    )
    assert all(math.isfinite(number) for number in numbers(found))
    assert {verdict_name(g.verdict) for g in found.gaps if g.norm} == {
        "met",
        "not_met",
        "cannot_say",
    }


def a_family_of_503_groups() -> Tally:
    """Four attributes of 2, 3, 5 and 6 values: 3 x 4 x 6 x 7 - 1 = 503 groups."""
    draw = np.random.default_rng(20261123)
    keys = [
        (f"a{a}", f"b{b}", f"c{c}", f"d{d}")
        for a in range(2)
        for b in range(3)
        for c in range(5)
        for d in range(6)
    ]
    records = draw.multinomial(200_000, draw.dirichlet(np.full(len(keys), 0.7)))
    groups: Counted = {
        key: selected(int(draw.binomial(n, 0.3)), int(n))
        for key, n in zip(keys, records, strict=True)
    }
    return a_tally(groups, by=("a", "b", "c", "d"))


def test_a_family_of_503_groups_is_judged_and_finds_nothing_in_noise() -> None:
    by = ("a", "b", "c", "d")
    found = audit(a_family_of_503_groups(), a_plan(by=by))
    assert len(found.groups) == 503
    assert found.family <= 503
    assert not [g for g in found.gaps if isinstance(g.verdict, NotMet)]
    assert [g for g in found.gaps if isinstance(g.verdict, Met)]
    assert json.dumps([verdict_name(g.verdict) for g in found.gaps], allow_nan=False)
