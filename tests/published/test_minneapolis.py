"""Police stops in Minneapolis in 2017: a form that changed in July, and race left out by sixths.

City of Minneapolis, open data, as the R package carData carries them: 51,920 stops.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command, answerable
from tests.real_data import minneapolis_stops

__all__ = ["answerable"]


@pytest.fixture
def found(answerable: Command) -> tuple[int, Any]:
    minneapolis_stops(Path("stops.csv"))
    done = answerable(
        "data", "stops.csv", "--by", "race", "--time", "date", "--json", "result.json"
    )
    return done.status, json.loads(Path("result.json").read_text(encoding="utf-8"))


def test_the_field_for_citations_begins_in_july(found: tuple[int, Any]) -> None:
    status, document = found
    (change,) = document["time"]["form_changes"]
    assert ("citationIssued", None, "2017-07") == (
        change["column"],
        change["empty_from"],
        change["filled_again_from"],
    )
    assert 1 == status


def test_race_is_missing_in_a_sixth_of_the_stops_and_unknown_in_another(
    found: tuple[int, Any],
) -> None:
    columns = {one["column"]: one for one in found[1]["columns"]["missing"]}
    assert round(columns["race"]["missing"]["value"], 3) == 0.158
    # 9,219 of 51,920: 17.8 %.
    assert columns["race"]["stand_ins"] == 9_219


def test_who_is_searched(answerable: Command) -> None:
    minneapolis_stops(Path("stops.csv"))
    answerable(
        "audit", "stops.csv", "--decision", "personSearch", "--positive", "YES",
        "--favourable", "NO", "--by", "race", "--profile", "none", "--json", "result.json",
    )  # fmt: skip
    document = json.loads(Path("result.json").read_text(encoding="utf-8"))
    rates = {one["group"]["race"]: one["measures"]["selection_rate"] for one in document["groups"]}
    assert {
        "Native American": 0.306,
        "Black": 0.204,
        "Latino": 0.119,
        "White": 0.082,
        "East African": 0.077,
    }.items() <= {
        race: round(rate["value"], 3) for race, rate in rates.items() if "value" in rate
    }.items()
