"""How well the deciles of COMPAS rank, in print and in the file.

Flores, Bechtel and Lowenkamp (2016), Federal Probation 80(2):38-46, answer ProPublica with an
AUC of 0.71 for all defendants, about the same for Black and White ones. They take the 6,172
people whose charge lies within 30 days of the score. Dressel and Farid (2018), Science Advances
4:eaao5580, give 0.70 for a thousand of the 7,214 of the whole file.
"""

import csv
from collections.abc import Callable
from functools import cache

from answerable.measure.auc import auc
from answerable.measure.auc_difference import auc_difference
from answerable.measure.score_counts import ScoreCounts, counted
from answerable.record.measurement import CannotSay, Finding, Measurement
from tests.demo_data import compas_file

Row = dict[str, str]


@cache
def people() -> tuple[Row, ...]:
    ranked = ("race", "decile_score", "two_year_recid")
    wanted = (*ranked, "days_b_screening_arrest", "is_recid", "c_charge_degree", "score_text")
    with compas_file().open(encoding="utf-8", newline="") as stream:
        return tuple({name: row[name] for name in wanted} for row in csv.DictReader(stream))


def scored(chosen: Callable[[Row], bool]) -> ScoreCounts:
    return counted(
        (float(row["decile_score"]), int(row["two_year_recid"])) for row in people() if chosen(row)
    )


def near_the_charge(row: Row) -> bool:
    days = row["days_b_screening_arrest"]
    known = row["is_recid"] != "-1" and row["c_charge_degree"] != "O" and row["score_text"] != "N/A"
    return days != "" and abs(int(days)) <= 30 and known


def said(found: Finding) -> tuple[float, float, float]:
    assert isinstance(found, Measurement)
    return round(found.value, 3), round(found.low, 3), round(found.high, 3)


def test_the_deciles_of_everybody_rank_with_0_70() -> None:
    found = auc(scored(lambda _: True))
    assert said(found) == (0.702, 0.690, 0.714)
    assert isinstance(found, Measurement)
    assert (found.numerator, found.denominator) == (3251, 7214)


def test_those_charged_within_30_days_rank_with_the_0_71_of_the_answer() -> None:
    found = auc(scored(near_the_charge))
    assert isinstance(found, Measurement)
    assert found.denominator == 6172
    assert round(found.value, 2) == 0.71


def test_equal_ranking_and_unequal_error_rates_are_true_at_once() -> None:
    # The same people whose false positive rates are 0.448 and 0.235 (test_compas).
    black = auc(scored(lambda row: row["race"] == "African-American"))
    white = auc(scored(lambda row: row["race"] == "Caucasian"))
    assert said(black)[0] == 0.692
    assert said(white)[0] == 0.693
    _, low, high = said(auc_difference(group=black, reference=white))
    assert low < 0 < high


def test_a_group_of_18_people_is_too_small_to_rank() -> None:
    found = auc(scored(lambda row: row["race"] == "Native American"))
    assert isinstance(found, CannotSay)
    assert found.reason == "too_few_of_a_label"
