"""Who works in Massachusetts: a real model, stable for four years, and wrong about the disabled.

American Community Survey 2015 to 2018, the task ACSEmployment of Ding, Hardt, Miller and
Schmidt (2021), NeurIPS 34; the model's predictions are those that come with the file.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command, answerable
from tests.real_data import massachusetts_employment

__all__ = ["answerable"]

DISABLED, NOT_DISABLED = "1", "2"


def measured(answerable: Command, *words: str) -> Any:
    massachusetts_employment(Path("acs.parquet"))
    done = answerable(words[0], "acs.parquet", *words[1:], "--json", "result.json")
    assert done.status in {0, 1, 3}, done.err
    return json.loads(Path("result.json").read_text(encoding="utf-8"))


def of_group(document: Any, measure: str, **group: str) -> dict[str, float]:
    (found,) = [one for one in document["groups"] if one["group"] == group]
    value: dict[str, float] = found["measures"][measure]
    return value


def test_disabled_people_are_predicted_to_work_half_as_often_as_they_do(
    answerable: Command,
) -> None:
    document = measured(
        answerable, "performance", "--score", "prediction", "--label", "employed", "--by", "DIS"
    )
    # 7,097 of 37,516 work, 0.189; 3,400 are predicted to, 0.091: 7,097 / 3,400 = 2.09.
    ratio = of_group(document, "calibration_ratio", DIS=DISABLED)
    assert ratio["value"] == pytest.approx(7_097 / 3_400, abs=1e-9)
    assert ratio["low"] > 2
    assert of_group(document, "calibration_ratio", DIS=NOT_DISABLED)["high"] < 1


def test_the_score_itself_is_calibrated_for_them(answerable: Command) -> None:
    document = measured(
        answerable,
        *("performance", "--score", "predicted_probability"),
        *("--label", "employed", "--by", "DIS"),
    )
    ratio = of_group(document, "calibration_ratio", DIS=DISABLED)
    slope = of_group(document, "calibration_slope", DIS=DISABLED)
    assert (1.047, 0.975) == (round(ratio["value"], 3), round(slope["value"], 3))
    assert slope["low"] < 1 < slope["high"]


def test_four_years_rank_alike(answerable: Command) -> None:
    document = measured(
        answerable,
        *("performance", "--score", "predicted_probability", "--decision", "prediction"),
        *("--label", "employed", "--by", "year"),
    )
    years = ("2015", "2016", "2017", "2018")
    assert [0.903, 0.902, 0.905, 0.906] == [
        round(of_group(document, "auc", year=year)["value"], 3) for year in years
    ]
    assert [0.827, 0.825, 0.829, 0.828] == [
        round(of_group(document, "accuracy", year=year)["value"], 3) for year in years
    ]


def test_six_people_of_one_race_are_too_few_and_stay_in_the_table(answerable: Command) -> None:
    document = measured(
        answerable, "data", "--by", "RAC1P", "--time", "year", "--label", "employed"
    )
    patterns = {
        tuple(one["pattern"].items()): one["records"] for one in document["coverage"]["uncovered"]
    }
    assert patterns[("RAC1P", "4"),] == 6
    verdicts = {one["check"]: one["verdict"] for one in document["verdicts"]}
    # Four years are too few to rule a break out: silence is not health.
    assert ("cannot_say", "met") == (verdicts["label_break"], verdicts["form_changes"])
