"""The JSON of an audit: the shape that other programs rely on."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from answerable.measure.catalogue import MEASURE_NAMES
from answerable.record.canonical import JsonValue, canonical_bytes
from answerable.verdict.document import audit_document
from tests.verdict.situations import audited_file


def the_document(folder: Path, **changes: object) -> dict[str, JsonValue]:
    return audit_document(audited_file(folder, **changes))


def an_object(value: JsonValue) -> Mapping[str, JsonValue]:
    assert isinstance(value, dict)
    return value


def a_list(value: JsonValue) -> list[Mapping[str, JsonValue]]:
    assert isinstance(value, list)
    return [an_object(item) for item in value]


def every_value(value: JsonValue) -> Iterator[JsonValue]:
    yield value
    if isinstance(value, dict):
        for inside in value.values():
            yield from every_value(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from every_value(inside)


@pytest.mark.parametrize("profile", ["statement", "none"])
def test_no_number_is_nan_or_infinite(tmp_path: Path, profile: str) -> None:
    document = the_document(tmp_path, profile=profile)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert canonical_bytes(document)


def test_the_promised_keys_are_there(tmp_path: Path) -> None:
    document = the_document(tmp_path)
    assert {"answerable", "data", "groups", "gaps", "verdicts", "method"} <= set(document)
    assert {"rows", "digest", "columns"} <= set(an_object(document["data"]))
    assert {"level", "family", "adjustment", "seed"} <= set(an_object(document["method"]))
    for group in a_list(document["groups"]):
        assert {"group", "n", "measures"} <= set(group)
        assert set(an_object(group["measures"])) == set(MEASURE_NAMES)
    for gap in a_list(document["gaps"]):
        promised = {"measure", "group", "reference", "difference", "ratio", "verdict", "norm"}
        assert promised <= set(gap)


def test_a_finding_is_a_measurement_or_says_why_not_and_what_would_help(tmp_path: Path) -> None:
    findings = [
        an_object(finding)
        for group in a_list(the_document(tmp_path)["groups"])
        for finding in an_object(group["measures"]).values()
    ]
    for finding in findings:
        if "cannot_say" in finding:
            assert set(finding) == {"cannot_say"}
            assert set(an_object(finding["cannot_say"])) == {"reason", "needs"}
        else:
            assert set(finding) == {"value", "low", "high", "numerator", "denominator"}
    # The office left blank has one person whom the label calls entitled, and no zero decided.
    assert {"cannot_say" in finding for finding in findings} == {True, False}


def test_every_cannot_say_carries_a_reason_and_what_it_needs(tmp_path: Path) -> None:
    document = the_document(tmp_path)
    lines = [*a_list(document["gaps"]), *a_list(document["verdicts"])]
    unsaid = [line for line in lines if line["verdict"] == "cannot_say"]
    assert unsaid
    for line in unsaid:
        assert line["reason"]
        assert line["needs"]
        assert "test" not in line


def test_a_verdict_carries_its_test_and_no_reason(tmp_path: Path) -> None:
    gaps = a_list(the_document(tmp_path, norms=("selection_rate.ratio=0.9,1.11",))["gaps"])
    said = [gap for gap in gaps if gap["verdict"] != "cannot_say"]
    assert said
    for gap in said:
        assert set(an_object(gap["test"])) == {"claim", "p_value", "adjusted_p_value", "exact"}
        assert "reason" not in gap
        assert gap["norm"] is not None


def test_figures_are_those_of_the_file(tmp_path: Path) -> None:
    # North: 60 of 100 selected, 10 of 40 with a label of 0. South: 30 of 100.
    document = the_document(tmp_path)
    data = an_object(document["data"])
    assert data["rows"] == 202
    assert data["columns"] == ["office", "granted", "entitled"]
    north, south, blank = a_list(document["groups"])
    assert north["group"] == {"office": "north"}
    assert north["n"] == 100
    selected = an_object(an_object(north["measures"])["selection_rate"])
    assert (selected["value"], selected["numerator"], selected["denominator"]) == (0.6, 60, 100)
    wrongly = an_object(an_object(north["measures"])["false_positive_rate"])
    assert (wrongly["numerator"], wrongly["denominator"]) == (10, 40)
    assert an_object(an_object(south["measures"])["selection_rate"])["value"] == 0.3
    assert blank["group"] == {"office": None}
    assert blank["missing"] == {"decision": 1, "label": 0}


def test_numbers_have_at_most_twelve_significant_digits(tmp_path: Path) -> None:
    for value in every_value(the_document(tmp_path)):
        if isinstance(value, float):
            assert float(f"{value:.12g}") == value


def test_the_rest_is_called_rest_and_a_named_reference_by_its_name(tmp_path: Path) -> None:
    rest = a_list(the_document(tmp_path)["gaps"])
    assert {json.dumps(gap["reference"]) for gap in rest} == {'"rest"'}
    named = a_list(the_document(tmp_path, reference={"office": "north"})["gaps"])
    assert {json.dumps(gap["reference"]) for gap in named} == {'{"office": "north"}'}
    assert '{"office": "north"}' not in {json.dumps(gap["group"]) for gap in named}


def test_without_a_limit_each_measure_says_no_norm(tmp_path: Path) -> None:
    document = the_document(tmp_path, profile="none")
    assert document["verdict"] == "cannot_say"
    lines = a_list(document["verdicts"])
    assert [(line["measure"], line["reason"]) for line in lines] == [
        (name, "no_norm") for name in MEASURE_NAMES
    ]


def test_two_runs_write_the_same_document(tmp_path: Path) -> None:
    assert the_document(tmp_path) == the_document(tmp_path)
