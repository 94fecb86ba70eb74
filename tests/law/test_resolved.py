"""A profile's content as of a day has one spelling and one digest."""

from dataclasses import replace
from datetime import date

from answerable.law.profiles import Comparison, Measure, profile
from answerable.law.resolved import norms_content, norms_digest, profile_content, profile_digest
from answerable.law.rules import rule_names

from .situations import TODAY, a_profile_of, a_profile_with_norm


def test_the_content_holds_every_rule_and_every_row() -> None:
    content = profile_content(profile("statement"), on=TODAY)
    values, rows = content["values"], content["rows"]
    assert isinstance(values, dict)
    assert isinstance(rows, list)
    assert set(values) == set(rule_names("statement"))
    assert len(rows) == 96


def test_a_value_keeps_its_kind_its_unit_and_its_marks() -> None:
    values = profile_content(a_profile_of("statement", "eu"), on=TODAY)["values"]
    assert isinstance(values, dict)
    found = {name: (values[name]["value"], values[name]["unit"]) for name in values}
    assert found["full_redress"] == (30, "days")
    assert found["familywise_error"] == (0.05, "share")
    assert found["selection_rate_ratio"] == ([0.8, 1.25], "ratio")
    assert found["annex_iii_duties_start"] == ("2027-12-02", "date")
    assert values["serious_incident_report"]["mark"] == "V2"
    assert values["serious_incident_report"]["date_mark"] == "U"


def test_the_norms_name_their_band_and_its_source() -> None:
    norms = norms_content(profile("statement"), on=TODAY)["norms"]
    assert isinstance(norms, dict)
    norm = norms["selection_rate.ratio"]
    assert (norm["low"], norm["high"]) == (0.8, 1.25)
    assert norm["source"]["since"] == "2024-09-01"
    assert norm["source"]["mark"] == "own"


def test_the_digest_stays_while_the_law_does_and_changes_with_it() -> None:
    european = a_profile_of("statement", "eu")
    before, eve, change = (
        profile_digest(european, on=day)
        for day in (date(2026, 7, 1), date(2026, 7, 26), date(2026, 7, 27))
    )
    assert before == eve
    assert eve != change


def test_the_norms_digest_changes_with_a_norm_and_not_with_a_title() -> None:
    statement = profile("statement")
    renamed = replace(statement, title="Another title")
    strict = a_profile_with_norm(Measure.SELECTION_RATE, Comparison.RATIO, "strict_rate_ratio")
    usual = a_profile_with_norm(Measure.SELECTION_RATE, Comparison.RATIO, "selection_rate_ratio")
    assert norms_digest(statement, on=TODAY) == norms_digest(renamed, on=TODAY)
    assert profile_digest(statement, on=TODAY) != profile_digest(renamed, on=TODAY)
    assert norms_digest(strict, on=TODAY) != norms_digest(usual, on=TODAY)
