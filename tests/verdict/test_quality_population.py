"""Representation: verdicts of exact tests, with every group in the table."""

import pytest
from scipy.stats import binom

from answerable.errors import AnswerableError
from answerable.measure.quality.g_test import Fit
from answerable.record.measurement import CannotSay
from answerable.verdict.quality_limits import DEFAULTS, Band
from answerable.verdict.quality_population import (
    PopulationFound,
    judge_representation,
    read_margins,
)
from answerable.verdict.verdicts import Met, NotMet, verdict_name

BAND = DEFAULTS["representation.ratio"]


def judged(
    counted: dict[str | None, int], shares: dict[str, float], band: Band = BAND
) -> PopulationFound:
    return judge_representation({"g": counted}, {"g": shares}, band)


def verdicts(found: PopulationFound) -> dict[str | None, str]:
    (column,) = found.columns
    return {group.value: verdict_name(group.verdict) for group in column.groups}


def test_data_like_the_population_meet_the_limit_if_there_are_enough() -> None:
    found = judged({"a": 5000, "b": 5000}, {"a": 0.5, "b": 0.5})
    assert {"a": "met", "b": "met"} == verdicts(found)
    assert found.answer.verdict == "met"


def test_the_same_shares_of_few_records_settle_nothing_and_say_how_many_would() -> None:
    found = judged({"a": 10, "b": 10}, {"a": 0.5, "b": 0.5})
    assert {"a": "cannot_say", "b": "cannot_say"} == verdicts(found)
    assert found.answer.why is not None
    assert "records in all (there are 20)" in found.answer.why.needs


def test_a_group_at_a_third_of_its_share_is_under_represented() -> None:
    found = judged({"a": 100, "b": 900}, {"a": 0.3, "b": 0.7})
    assert "not_met" == verdicts(found)["a"]
    assert "not_met" == found.answer.verdict


def test_a_group_that_is_not_there_is_in_the_table_and_under_represented() -> None:
    assert "not_met" == verdicts(judged({"b": 1000}, {"a": 0.1, "b": 0.9}))["a"]


def test_the_p_value_is_that_of_the_binomial_tail() -> None:
    (column,) = judged({"a": 100, "b": 900}, {"a": 0.3, "b": 0.7}).columns
    verdict = column.groups[0].verdict
    assert isinstance(verdict, NotMet)
    # Both sides of the limit are tested at half the level, so the tail counts twice.
    assert verdict.test.p_value == pytest.approx(2 * binom.cdf(100, 1000, 0.8 * 0.3), rel=1e-9)


def test_a_false_verdict_is_rare_where_the_truth_lies_on_the_limit() -> None:
    """Every count of 200 records with a true share of just 0.8 x 0.3: at most 2.5 % each way."""
    broken = sum(
        binom.pmf(x, 200, 0.24)
        for x in range(201)
        if "not_met" == verdicts(judged({"a": x, "b": 200 - x}, {"a": 0.3}))["a"]
    )
    kept = sum(
        binom.pmf(x, 200, 0.24)
        for x in range(201)
        if "met" == verdicts(judged({"a": x, "b": 200 - x}, {"a": 0.3}))["a"]
    )
    assert broken <= 0.025
    assert kept <= 0.025


def test_missing_values_that_could_break_the_limit_let_nobody_say_met() -> None:
    assert "met" == verdicts(judged({"a": 5000, "b": 5000}, {"a": 0.5, "b": 0.5}))["a"]
    found = judged({"a": 5000, "b": 5000, None: 5000}, {"a": 0.5, "b": 0.5})
    verdict = found.columns[0].groups[0].verdict
    assert isinstance(verdict, CannotSay)
    assert verdict.reason == "missing_values"


def test_values_that_the_file_does_not_name_are_together_the_rest() -> None:
    found = judged({"a": 500, "b": 300, "c": 200}, {"a": 0.5})
    rest = found.columns[0].groups[1]
    assert (None, 0.5) == (rest.value, rest.population_share)
    assert isinstance(rest.verdict, Met)


def test_a_value_that_a_whole_population_does_not_have_cannot_be_judged() -> None:
    found = judged({"a": 500, "b": 400, "z": 100}, {"a": 0.5, "b": 0.5})
    assert "cannot_say" == verdicts(found)[None]
    fit = found.columns[0].fit
    assert isinstance(fit, CannotSay)
    assert fit.reason == "not_in_population"


def test_the_fit_as_a_whole_is_measured() -> None:
    fit = judged({"a": 60, "b": 40}, {"a": 0.5, "b": 0.5}).columns[0].fit
    assert isinstance(fit, Fit)
    assert round(fit.g, 2) == 4.03


# -- the file ------------------------------------------------------------------------


def test_shares_and_counts_say_the_same() -> None:
    shares = read_margins(b"column,value,share\ng,a,0.25\ng,b,0.75\n", file="p.csv")
    counts = read_margins(b"column,value,count\ng,a,1000\ng,b,3000\n", file="p.csv")
    assert shares == counts == {"g": {"a": 0.25, "b": 0.75}}


def test_printed_shares_may_miss_1_by_their_rounding() -> None:
    margins = read_margins(b"column,value,share\ng,a,0.333\ng,b,0.666\n", file="p.csv")
    assert sum(margins["g"].values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("content", "row", "found"),
    [
        ("", 1, "the header is another one"),
        ("column,value,weight\ng,a,1\n", 1, "the header is another one"),
        ("column,value,share\n", 2, "there is no line with a group"),
        ("column,value,share\ng,a,0.5,x\n", 2, "it has 4 cells instead of 3"),
        ("column,value,share\ng,a,50 %\n", 2, "the last cell is no number from 0 to 1"),
        ("column,value,share\ng,a,nan\n", 2, "the last cell is no number from 0 to 1"),
        ("column,value,share\ng,a,1.5\n", 2, "the last cell is no number from 0 to 1"),
        ("column,value,count\ng,a,-5\n", 2, "the last cell is no number of people"),
        ("column,value,share\ng,a,0.5\ng,a,0.5\n", 3, "this group stands there twice"),
        ("column,value,share\ng,a,0.6\ng,b,0.6\n", 1, "the shares of g come to 1.2"),
        ("column,value,count\ng,a,0\n", 1, "the shares of g come to 0"),
    ],
)
def test_a_file_that_is_no_population_is_refused_with_its_line(
    content: str, row: int, found: str
) -> None:
    with pytest.raises(AnswerableError, match="CSV with the header") as refused:
        read_margins(content.encode(), file="p.csv")
    assert f"p.csv, line {row}: {found}" in str(refused.value)


def test_a_file_in_another_encoding_is_refused() -> None:
    with pytest.raises(AnswerableError, match="not UTF-8"):
        read_margins("column,value,share\ng,é,0.5\n".encode("latin-1"), file="p.csv")
