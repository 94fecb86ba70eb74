"""Claims: how a file of them is read, and when one is supported, refuted or neither."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.measure.wilson import wilson_interval
from answerable.record.measurement import CannotSay, Finding, Measurement
from answerable.verdict.claims import (
    LARGEST_FILE,
    MOST_CLAIMS,
    Band,
    Claim,
    ClaimMalformed,
    ClaimsNotRead,
    ClaimVerdict,
    Comparator,
    band,
    judge_claim,
    parse_claims,
    read_claims,
)

SUPPORTED, REFUTED, CANNOT_SAY = ClaimVerdict


def share(x: int, n: int) -> Measurement:
    low, high = wilson_interval(np.array(x), np.array(n))
    return Measurement(value=x / n, low=float(low), high=float(high), numerator=x, denominator=n)


def said(found: Finding, within: Band, **bounds: float) -> ClaimVerdict:
    return judge_claim(found, within=within, **bounds).verdict


AT_LEAST_64 = band(Comparator.AT_LEAST, value=0.64)
AT_MOST_64 = band(Comparator.AT_MOST, value=0.64)
ABOUT_64 = band(Comparator.ABOUT, value=0.64, tolerance=0.1)


# -- judging -------------------------------------------------------------------------


def test_the_housing_benefit_claim_is_refuted_by_37_in_100() -> None:
    # 64 % of flags were to be in error, with ten points allowed; 37 % of those reviewed were.
    within = band(Comparator.AT_LEAST, value=0.64, tolerance=0.1)
    assert said(share(370, 1000), within) is REFUTED
    assert said(share(640, 1000), within) is SUPPORTED


def test_the_same_share_of_20_cannot_say_and_says_how_many_would_do() -> None:
    few = judge_claim(share(7, 20), within=ABOUT_64)
    assert few.verdict is CANNOT_SAY
    assert few.records == 54
    assert few.why is not None
    assert "about 54 records" in few.why.needs
    assert said(share(19, 54), ABOUT_64) is REFUTED


@pytest.mark.parametrize(
    ("x", "at_least", "at_most", "about"),
    [
        (800, SUPPORTED, REFUTED, REFUTED),
        (640, CANNOT_SAY, CANNOT_SAY, SUPPORTED),
        (545, REFUTED, SUPPORTED, CANNOT_SAY),
        (400, REFUTED, SUPPORTED, REFUTED),
    ],
)
def test_each_way_to_promise_64_in_100_of_a_thousand(
    x: int, at_least: ClaimVerdict, at_most: ClaimVerdict, about: ClaimVerdict
) -> None:
    found = share(x, 1000)
    verdicts = tuple(said(found, within) for within in (AT_LEAST_64, AT_MOST_64, ABOUT_64))
    assert verdicts == (at_least, at_most, about)


def test_an_interval_that_ends_on_the_limit_is_inside() -> None:
    edge = Measurement(value=0.7, low=0.64, high=0.75, numerator=7, denominator=10)
    assert said(edge, AT_LEAST_64) is SUPPORTED
    # And one that only touches it from outside is not yet outside.
    edge = Measurement(value=0.6, low=0.5, high=0.64, numerator=6, denominator=10)
    assert said(edge, AT_LEAST_64) is CANNOT_SAY


def test_missing_values_that_could_refute_hold_up_support_and_save_no_claim() -> None:
    found = share(800, 1000)
    assert said(found, AT_LEAST_64, lowest=0.65, highest=0.9) is SUPPORTED
    held = judge_claim(found, within=AT_LEAST_64, lowest=0.60, highest=0.9)
    assert held.verdict is CANNOT_SAY
    assert held.why is not None
    assert (held.why.reason, held.records) == ("missing_values_could_refute", None)
    assert said(share(370, 1000), AT_LEAST_64, lowest=0.1, highest=0.9) is REFUTED
    # The same from above.
    assert said(share(500, 1000), AT_MOST_64, lowest=0.3, highest=0.63) is SUPPORTED
    assert said(share(500, 1000), AT_MOST_64, lowest=0.3, highest=0.65) is CANNOT_SAY


def test_what_cannot_be_measured_cannot_be_judged() -> None:
    nobody = CannotSay(reason="no_labelled_positives", needs="flags that were reviewed")
    judged = judge_claim(nobody, within=AT_LEAST_64)
    assert (judged.verdict, judged.why, judged.records) == (CANNOT_SAY, nobody, None)


def test_where_no_number_of_records_would_do_that_is_said() -> None:
    on_the_line = judge_claim(share(64, 100), within=AT_LEAST_64)
    assert on_the_line.records is None
    assert on_the_line.why is not None
    assert "another tolerance" in on_the_line.why.needs


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_at_least_and_at_most_never_both_stand_or_fall(counts: tuple[int, int]) -> None:
    found = share(*counts)
    pair = {said(found, AT_LEAST_64), said(found, AT_MOST_64)}
    assert pair in ({SUPPORTED, REFUTED}, {CANNOT_SAY})


@given(
    st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.floats(0, 1),
    st.floats(0, 0.5),
)
def test_a_plan_asks_for_more_records_than_there_are_near_enough(
    counts: tuple[int, int], value: float, tolerance: float
) -> None:
    judged = judge_claim(
        share(*counts), within=band(Comparator.ABOUT, value=value, tolerance=tolerance)
    )
    # The factor for a chance of 80 % is 2.04, so a plan never asks for fewer than stand there.
    assert judged.records is None or judged.records >= counts[1]


def test_a_true_promise_is_refuted_at_most_once_in_forty() -> None:
    # Every count of 100 records with a true share of 0.64, by its chance.
    n, truth = 100, 0.64
    refuted = sum(
        math.comb(n, x) * truth**x * (1 - truth) ** (n - x)
        for x in range(n + 1)
        if said(share(x, n), AT_LEAST_64) is REFUTED
    )
    assert refuted < 0.03


# -- reading -------------------------------------------------------------------------


def read(*claims: object) -> tuple[Claim, ...]:
    return parse_claims(json.dumps(claims).encode(), file="claims.json")


def test_a_claim_in_full_is_read() -> None:
    (claim,) = read(
        {
            "metric": "precision",
            "population": {"office": "north", "year": 2025, "urgent": True, "stage": None},
            "comparator": ">=",
            "value": 0.64,
            "tolerance": 0.1,
            "date": "2026-01-31",
            "vendor": "A vendor",
        }
    )
    assert claim.group == (
        ("office", "north"),
        ("year", "2025"),
        ("urgent", "true"),
        ("stage", None),
    )
    assert claim.on is not None
    assert claim.on.isoformat() == "2026-01-31"
    assert claim.within == Band(low=0.54, high=math.inf)
    assert claim.written["vendor"] == "A vendor"


@pytest.mark.parametrize(
    ("metric", "comparator"),
    [
        ("auc", Comparator.AT_LEAST),
        ("false_positive_rate", Comparator.AT_MOST),
        ("selection_rate", Comparator.ABOUT),
        ("calibration_slope", Comparator.ABOUT),
    ],
)
def test_a_bare_number_promises_no_less_of_a_merit_and_no_more_of_an_error(
    metric: str, comparator: Comparator
) -> None:
    (claim,) = read({"metric": metric, "value": 0.9, "population": "adults"})
    assert (claim.comparator, claim.population, claim.group) == (comparator, "adults", ())


def test_a_number_and_its_float_pick_the_same_group() -> None:
    one, other = read(
        {"metric": "auc", "value": 0.7, "population": {"year": 2025}},
        {"metric": "auc", "value": 0.7, "population": {"year": 2025.0}},
    )
    assert one.group == other.group


SOUND = {"metric": "auc", "value": 0.7}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"metric": "fairness"}, "none that can be measured"),
        ({"metric": None}, "none that can be measured"),
        ({"value": None}, "its value is no number"),
        ({"value": "0.7"}, "its value is no number"),
        ({"value": True}, "its value is no number"),
        ({"value": 70}, "outside [0, 1]"),
        ({"value": 2**60}, "outside [0, 1]"),
        ({"tolerance": -0.1}, "below 0"),
        ({"tolerance": 2}, "outside [0, 1]"),
        ({"comparator": "roughly"}, "none of at_least, at_most and about"),
        ({"comparator": []}, "none of at_least, at_most and about"),
        ({"date": "31.1.2026"}, "no day of the form"),
        ({"date": "20260131"}, "no day of the form"),
        ({"date": 20260131}, "no day of the form"),
        ({"population": {}}, "neither words nor"),
        ({"population": ["adults"]}, "neither words nor"),
        ({"population": {"office": ["north", "south"]}}, "more than one value"),
        ({"metirc": "auc"}, "it has metirc"),
    ],
)
def test_a_claim_that_means_nothing_is_refused_by_its_place(
    change: dict[str, object], told: str
) -> None:
    assert read(SOUND)
    with pytest.raises(ClaimMalformed) as refused:
        read(SOUND, SOUND | change)
    assert refused.value.fields["where"] == "claim 2"
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{}", "no list"),
        (b'"auc"', "no list"),
        (b"[]", "it holds 0 claims"),
        (b"[1]", "no object"),
        (b"[", "no JSON"),
        (b'\xff[{"metric": "auc"}]', "no JSON"),
        (b'[{"metric": "auc", "value": 0.7, "value": 0.8}]', "stands twice"),
        (b'[{"metric": "auc", "value": NaN}]', "no JSON"),
        (b'[{"metric": "calibration_slope", "value": 1' + b"0" * 400 + b"}]", "no number"),
        (b"[" * 100_000, "no JSON"),
        (b" " * (LARGEST_FILE + 1), "larger than a megabyte"),
        (b"[" + b",".join([b"{}"] * (MOST_CLAIMS + 1)) + b"]", "it holds 201 claims"),
    ],
)
def test_a_file_that_is_no_list_of_claims_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(ClaimMalformed, match=told.replace("[", r"\[")):
        parse_claims(content, file="claims.json")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClaimsNotRead, match="no such file"):
        read_claims(tmp_path / "claims.json")
    with pytest.raises(ClaimsNotRead):
        read_claims(tmp_path)
