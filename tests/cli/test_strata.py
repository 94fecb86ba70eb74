"""`answerable audit --strata`: a declared reason, and what is left of a gap within it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from tests.cli.situations import saved

ADMITTED = {
    "A": ((512, 825), (89, 108)),
    "B": ((353, 560), (17, 25)),
    "C": ((120, 325), (202, 593)),
    "D": ((138, 417), (131, 375)),
    "E": ((53, 191), (94, 393)),
    "F": ((22, 373), (24, 341)),
}
"""Berkeley in 1973: see tests/published/test_berkeley.py."""

WORDS = ("--decision", "admitted", "--by", "sex", "--reference", "sex=man", "--profile", "none")
WITHIN = ("--strata", "department", "--because", "departments choose for themselves")


@pytest.fixture
def applications(answerable: Command) -> Path:  # noqa: ARG001 - saves in the folder it made
    lines = ["sex,department,admitted"]
    for department, sides in ADMITTED.items():
        for sex, (admitted, applied) in zip(("man", "woman"), sides, strict=True):
            lines += [f"{sex},{department},{int(at < admitted)}" for at in range(applied)]
    return saved("\n".join([*lines, ""]), "berkeley.csv")


def explained(place: str = "result.json") -> dict[str, Any]:
    document = json.loads(Path(place).read_text(encoding="utf-8"))
    (one,) = document["explained"]["gaps"]
    assert isinstance(one, dict)
    return one


def test_women_are_admitted_less_in_all_and_not_within_departments(
    answerable: Command, applications: Path
) -> None:
    done = answerable("audit", applications, *WORDS, *WITHIN, "--json", "result.json")
    assert "turns round" in done.out
    assert "departments choose for themselves" in done.out
    assert "Verdicts rest on the gaps as they are" in done.out
    found = explained()
    assert found["turns_round"]
    assert found["ratio"]["low"] < 1 < found["ratio"]["value"]
    assert (6, 0) == (found["strata"], found["left_out"])
    assert found["unlike_strata_p_value"] < 0.01
    # Who applies where is itself unequal.
    assert found["spread_over_strata"]["low"] > 0.3


def test_the_verdict_is_that_of_the_gap_as_it_is(answerable: Command, applications: Path) -> None:
    norm = ("--norm", "selection_rate.ratio=0.8,1.25")
    plain = answerable("audit", applications, *WORDS, *norm)
    within = answerable("audit", applications, *WORDS, *norm, *WITHIN)
    assert (1, 1) == (plain.status, within.status)


def test_evidence_holds_the_reason_and_is_reproduced(
    answerable: Command, applications: Path
) -> None:
    answerable("audit", applications, *WORDS, *WITHIN, "--evidence", "e.json", "--html", "r.html")
    assert 0 == answerable("reproduce", "e.json").status
    assert "departments choose for themselves" in Path("r.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ("--strata", "department"),
        ("--strata", "department", "--because", "  "),
        ("--because", "no columns"),
        ("--strata", "sex", "--because", "the group itself"),
        ("--strata", "admitted", "--because", "the decision itself"),
        ("--strata", "department,department", "--because", "twice"),
        ("--strata", "faculty", "--because", "not there"),
    ],
)
def test_strata_need_a_reason_and_columns_of_their_own(
    answerable: Command, applications: Path, words: tuple[str, ...]
) -> None:
    done = answerable("audit", applications, *WORDS, *words)
    assert 2 == done.status
    assert done.err.startswith("answerable: ")


def test_a_stratum_without_the_reference_is_counted_and_left_out(
    answerable: Command, applications: Path
) -> None:
    text = applications.read_text(encoding="utf-8") + "woman,G,1\n" * 12
    applications.write_text(text, encoding="utf-8")
    answerable("audit", applications, *WORDS, *WITHIN, "--json", "result.json")
    found = explained()
    assert (6, 12) == (found["strata"], found["left_out"])
