"""A ruling of unlawfulness freezes a use at once."""

from dataclasses import replace

import pytest

from answerable.gate.models import Hold
from answerable.gate.terms import Finding
from answerable.practices.obligations.actions import rulings
from tests.inventory.situations import (
    APPROVER,
    MINUTE,
    NINE,
    USE,
)
from tests.practices.obligations.situations import (
    BASIS,
    PURPOSE,
    a_dossier,
    a_reviewed_dossier,
    filed,
    found,
    verdicts,
)

pytestmark = pytest.mark.django_db(databases="__all__")

COURT = "Administrative Court of the North"


def rule(grade: rulings.Grade = rulings.Grade.STOP, *, body: str = COURT) -> None:
    rulings.receive_ruling(
        use=USE,
        body=body,
        citation="Judgment 12/2026, https://court.example/12",
        grade=grade,
        by=APPROVER,
        at=NINE + 6 * MINUTE,
    )


def test_a_ruling_of_unlawfulness_stops_the_use_until_it_has_another_basis() -> None:
    a_reviewed_dossier()
    rule()
    assert [("stopped", "ruling")] == list(Hold.objects.values_list("level", "ground"))
    assert ("not_met", Finding.NOT_MET) == (verdicts()["P1c"], found()["P1c"])
    filed(replace(PURPOSE, action="Nothing else changes."), minute=7)
    assert Finding.NOT_MET is found()["P1c"]
    filed(replace(BASIS, citation="Benefits Act, section 12a (new)."), minute=8)
    assert Finding.MET is found()["P1c"]
    assert "not_met" != verdicts()["P1c"]


@pytest.mark.parametrize(
    ("grade", "levels", "finding"),
    [
        (rulings.Grade.NONE, [], "met"),
        (rulings.Grade.PAUSE, ["pause"], "not_met"),
        (rulings.Grade.STOP, ["stopped"], "not_met"),
    ],
)
def test_what_is_unlawful_is_frozen_and_nothing_else_is(
    grade: rulings.Grade, levels: list[str], finding: str
) -> None:
    a_reviewed_dossier()
    rule(grade)
    assert levels == list(Hold.objects.values_list("level", flat=True))
    assert (finding, finding) == (verdicts()["P1c"], found()["P1c"].value)


@pytest.mark.parametrize("body", [" ", "x" * 201])
def test_a_ruling_says_who_ruled(body: str) -> None:
    a_dossier()
    with pytest.raises(rulings.RulingRefused, match="who ruled"):
        rule(body=body)
    assert not Hold.objects.exists()
