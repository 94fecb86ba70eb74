"""COMPAS as ProPublica published it: what is wrong with the data, found from the file alone.

Barenstein (2019), "ProPublica's COMPAS Data Revisited", arXiv 1906.04711: the two-year
cut-off was not applied to those who were charged again, so after 1 April 2014 all are.
"""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command, answerable
from tests.demo_data import compas_file, personal_values

__all__ = ["answerable"]

PERSONAL = {"name", "first", "last", "dob", "c_case_number", "r_case_number", "vr_case_number"}

BROWARD = """column,value,share
race,Caucasian,0.4375
race,African-American,0.2586
race,Hispanic,0.2520
race,Asian,0.0325
"""
"""The county's people by the census of 2010; all ages, not those at risk of arrest."""


@pytest.fixture
def found(answerable: Command) -> tuple[str, Any, int]:
    """What the command says and writes of the file, names and birth dates left out."""
    with compas_file().open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    kept = [at for at, name in enumerate(header) if name not in PERSONAL]
    with Path("compas.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([row[at] for at in kept] for row in (header, *rows))
    Path("broward.csv").write_text(BROWARD, encoding="utf-8")
    done = answerable(
        "data", "compas.csv", "--by", "race,sex", "--population", "broward.csv",
        "--time", "compas_screening_date", "--label", "two_year_recid", "--json", "found.json",
    )  # fmt: skip
    return done.out, json.loads(Path("found.json").read_text(encoding="utf-8")), done.status


def test_the_faults_that_are_known_are_found(found: tuple[str, Any, int]) -> None:
    said, document, status = found
    assert 1 == status
    assert 7214 == document["data"]["rows"]
    columns = document["columns"]
    assert ["violent_recid"] == columns["empty"]
    assert ["decile_score", "decile_score.1"] in columns["identical"]
    assert ["priors_count", "priors_count.1"] in columns["identical"]
    missing = {one["column"]: one["missing"]["value"] for one in columns["missing"]}
    # 6,077 and 307 of 7,214.
    assert (0.84, 0.043) == (
        round(missing["c_arrest_date"], 2),
        round(missing["days_b_screening_arrest"], 3),
    )
    assert 0 == columns["repeated_rows"]
    # No form changed: what is empty is empty all the time.
    assert [] == document["time"]["form_changes"]
    assert "violent_recid has no value in any row" in said


def test_the_label_breaks_in_april_2014(found: tuple[str, Any, int]) -> None:
    said, document, _ = found
    (step,) = document["time"]["label"]["breaks"]
    assert "2014-04" == step["from"]
    # 36.2 % before; the month has 9 people of 1 April itself, 3 of them not charged again.
    assert {"numerator": 2247, "denominator": 6207} == step["before"]
    assert {"numerator": 1004, "denominator": 1007} == step["after"]
    assert ("2014-04-01", 998) == (step["last_other_label_on"], step["rows_after_it"])
    assert step["p_value"] <= document["method"]["step_level"] == 0.025
    assert "After 2014-04-01 every one of 998 rows has 1 or nothing" in " ".join(said.split())
    assert said.index("From 2014-04 on two_year_recid") < said.index("represented")


def test_the_number_of_screenings_falls_in_the_same_month(found: tuple[str, Any, int]) -> None:
    _, document, _ = found
    (step,) = document["time"]["volume"]["breaks"]
    assert "2014-04" == step["from"]


def test_black_people_are_twice_as_many_as_in_the_county(found: tuple[str, Any, int]) -> None:
    said, document, _ = found
    (column,) = document["population"]["columns"]
    groups = {group["value"]: group for group in column["groups"]}
    black, hispanic = groups["African-American"], groups["Hispanic"]
    assert 0.512 == round(black["ratio"]["numerator"] / black["ratio"]["denominator"], 3)
    assert (0.2586, 1.98) == (black["population_share"], round(black["ratio"]["value"], 2))
    assert ("not_met", "not_met") == (black["verdict"], hispanic["verdict"])
    # 34.0 % against 43.8 %: 0.78, and the limit of 0.8 lies within 0.75 to 0.80.
    assert "cannot_say" == groups["Caucasian"]["verdict"]
    assert "51.2 % of the data and 25.9 % of the population" in said


def test_people_of_whom_there_are_too_few_for_a_verdict_are_named(
    found: tuple[str, Any, int],
) -> None:
    _, document, _ = found
    uncovered = {
        tuple(one["pattern"].values()): one["records"] for one in document["coverage"]["uncovered"]
    }
    # With 45 % charged again an audit needs 212 records of a group.
    assert 212 == document["coverage"]["fewest"]
    assert (32, 18) == (uncovered["Asian",], uncovered["Native American",])
    assert 103 == uncovered["Hispanic", "Female"]


def test_no_name_birth_date_or_case_number_is_said(found: tuple[str, Any, int]) -> None:
    said, document, _ = found
    text = said + json.dumps(document)
    assert not [value for value in personal_values() if value in text and not value.isdigit()]
