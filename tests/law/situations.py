"""Rules and profiles built by name, for situations that the shipped data does not hold."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from answerable.law import files, rules
from answerable.law.profiles import Comparison, Measure, NormRule, Profile, profile
from answerable.law.rules import Rule, rule_from

TODAY = date(2026, 11, 23)

_RULE = """\
description: A time limit for a test.
values: {values}
unit: {unit}
citation: {{title: Test law}}
{marks}
"""


def rule_text(
    *,
    values: str = "{2024-09-01: 2}",
    unit: str = "days",
    marks: str = "mark: own\nchecked_on: 2026-11-23",
) -> str:
    """Write a rule file."""
    return _RULE.format(values=values, unit=unit, marks=marks)


def a_rule(text: str, *, name: str = "limit", jurisdiction: str = "test") -> Rule:
    """Read a rule file."""
    return rule_from(files.parse(text, file="test.yaml"), name=name, jurisdiction=jurisdiction)


def a_rule_of(values: Mapping[date, int | None]) -> Rule:
    """Build a rule in days that had these values."""
    pairs = ", ".join(
        f"{day.isoformat()}: {'null' if value is None else value}" for day, value in values.items()
    )
    return a_rule(rule_text(values=f"{{{pairs}}}"))


def only_these_rules(monkeypatch: pytest.MonkeyPatch, *kept: Rule) -> None:
    """Let the jurisdictions hold these rules and no others."""
    by_place = {(rule.jurisdiction, rule.name): rule for rule in kept}

    def names(place: str) -> tuple[str, ...]:
        return tuple(name for jurisdiction, name in by_place if jurisdiction == place)

    def rule(name: str, *, jurisdiction: str) -> Rule:
        return by_place[jurisdiction, name]

    monkeypatch.setattr(rules, "rule_names", names)
    monkeypatch.setattr(rules, "rule", rule)


def a_profile_of(*jurisdictions: str) -> Profile:
    """Take the statement profile with the rules of other jurisdictions."""
    return replace(profile("statement"), jurisdictions=jurisdictions)


def a_profile_with_norm(measure: Measure, comparison: Comparison, rule: str) -> Profile:
    """Take the statement profile with a single norm."""
    norm = NormRule(measure=measure, comparison=comparison, rule=rule)
    return replace(profile("statement"), norms=(norm,))
