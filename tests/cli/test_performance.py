"""`answerable performance` as a person meets it: sentences, JSON and an exit status."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.cli.conftest import Command, Done
from tests.cli.situations import saved

COLUMNS = ("--label", "owed", "--score", "risk", "--decision", "flagged")


def flags(times: int = 10) -> Path:
    """Of each 100 people of two districts 40 owe; flags are right 30 times of 40 in the north.

    In the south they are right 20 times of 40.
    """
    lines = [
        f"{district},{flagged},{risk},{owed}\n" * (number * times)
        for district, right in (("north", 30), ("south", 20))
        for flagged, risk, owed, number in (
            ("yes", 0.8, 1, right),
            ("no", 0.3, 1, 40 - right),
            ("yes", 0.8, 0, 40 - right),
            ("no", 0.3, 0, 20 + right),
        )
    ]
    return saved("district,flagged,risk,owed\n" + "".join(lines), "flags.csv")


def claims(*written: dict[str, object]) -> Path:
    return saved(json.dumps(written), "claims.json")


def precision(at_least: float, district: str | None = None) -> dict[str, object]:
    about: dict[str, object] = {"metric": "precision", "value": at_least}
    return about if district is None else about | {"population": {"district": district}}


def document(place: str = "result.json") -> Any:
    def no_constant(name: str) -> None:
        raise AssertionError(name)

    return json.loads(Path(place).read_text(encoding="utf-8"), parse_constant=no_constant)


def given_claims(answerable: Command, *written: dict[str, object], times: int = 10) -> Done:
    return answerable(
        "performance", flags(times), *COLUMNS, "--claim", claims(*written), "--json", "result.json"
    )


# -- claims and their statuses -------------------------------------------------------


def test_a_claim_that_the_data_support_ends_in_0(answerable: Command) -> None:
    done = given_claims(answerable, precision(0.7, "north"))
    assert (0, "") == (done.status, done.err)
    assert "Claim supported: precision at least 0.7, district: north" in done.out
    (claim,) = document()["claims"]
    assert ("supported", {"district": "north"}, 400) == (
        claim["verdict"],
        claim["measured_on"],
        claim["measured"]["n"],
    )
    assert {"low": 0.7} == claim["holds_within"]
    assert "met" == document()["verdict"]


def test_a_claim_that_the_data_refute_ends_in_1_and_stands_first(answerable: Command) -> None:
    done = given_claims(answerable, precision(0.7, "south"))
    assert 1 == done.status
    assert "REFUTED" in done.out.lstrip().partition("\n")[0]
    assert "measured 0.500 (0.451 to 0.549) on 400" in done.out
    assert "not_met" == document()["verdict"]


def test_too_few_records_cannot_say_and_end_in_3_with_how_many_would_do(
    answerable: Command,
) -> None:
    done = given_claims(answerable, precision(0.7, "north"), times=1)
    assert 3 == done.status
    (claim,) = document()["claims"]
    assert ("cannot_say", "interval_holds_the_limit") == (claim["verdict"], claim["reason"])
    assert claim["records_needed"] > 40
    assert "needs about" in done.out


def test_the_worst_of_several_claims_sets_the_status_and_chance_is_mentioned(
    answerable: Command,
) -> None:
    done = given_claims(
        answerable, precision(0.7, "north"), precision(0.63), precision(0.7, "south")
    )
    assert 1 == done.status
    verdicts = [claim["verdict"] for claim in document()["claims"]]
    assert ["supported", "cannot_say", "refuted"] == verdicts
    assert "wrong by chance" in " ".join(done.out.split())
    alone = given_claims(answerable, precision(0.7, "north"), precision(0.63))
    assert 3 == alone.status
    one = given_claims(answerable, precision(0.7, "north"))
    assert "by chance" not in " ".join(one.out.split())


def test_without_claims_there_is_no_verdict_and_the_status_is_0(answerable: Command) -> None:
    done = answerable("performance", flags(), *COLUMNS, "--by", "district", "--json", "result.json")
    assert 0 == done.status
    found = document()
    assert "verdict" not in found
    assert "claims" not in found
    assert ["north", "south"] == [one["group"]["district"] for one in found["groups"]]
    assert {"auc", "calibration_ratio", "mean_residual"} == {
        one["measure"] for one in found["gaps"]
    }
    assert "Differences between each group and everyone else: see --json" in done.out


def test_a_promise_made_to_some_people_in_words_is_said_to_be_tested_on_all(
    answerable: Command,
) -> None:
    done = given_claims(answerable, {"metric": "auc", "value": 0.5, "population": "adults\x1b[31m"})
    assert "all records (claimed of: " in done.out
    assert "\x1b" not in done.out


# -- output --------------------------------------------------------------------------


def test_json_on_standard_output_is_all_that_stands_there(answerable: Command) -> None:
    done = answerable("performance", flags(), *COLUMNS, "--top", "800", "--json", "-")
    assert 0 == done.status
    found = json.loads(done.out)
    # 800 of 2,000 are flagged, all with the higher score.
    assert 0.4 == found["overall"]["measures"]["top_k_rate"]["value"]
    assert 10 == len(found["overall"]["reliability"])
    assert ["flagged", "owed", "risk"] == found["data"]["columns"]


def test_rounded_scores_are_said_to_be(
    answerable: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("answerable.measure.tables.scores.MOST_SCORES", 1500)
    select = "SELECT i % 3 = 0 AS owed, (i + 0.5) / 2000 AS risk FROM range(2000) t(i)"
    duckdb.execute(f"COPY ({select}) TO 'fine.parquet' (FORMAT parquet)")
    columns = ("--label", "owed", "--score", "risk", "--json", "result.json")
    done = answerable("performance", "fine.parquet", *columns)
    assert "rounded to 3 significant digits" in done.out
    assert 3 == document()["method"]["scores_rounded_to_digits"]


def test_what_cannot_be_said_is_in_the_table_with_what_would_help(answerable: Command) -> None:
    place = saved("owed,risk\n1,0.5\n0,0.4\n", "two.csv")
    done = answerable("performance", place, "--label", "owed", "--score", "risk")
    assert 0 == done.status
    assert "too few of a label" in done.out
    assert "at least 20 records of each label; there are 1 with a label of 1" in done.out


# -- refusals ------------------------------------------------------------------------


def refused(answerable: Command, *words: object) -> str:
    before = sorted(path.name for path in Path().iterdir())
    done = answerable("performance", *words, "--json", "result.json")
    assert (2, "") == (done.status, done.out)
    assert before == sorted(path.name for path in Path().iterdir())
    return done.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--label", "owed", "--score", "risky"), "no column risky"),
        (("--label", "owing", "--score", "risk"), "no column owing"),
        (("--label", "owed", "--score", "risk", "--by", "town"), "no column town"),
        (("--label", "owed"), "Name the column of the score with --score"),
        (("--label", "owed", "--decision", "flagged", "--top", "5"), "Places are given by rank"),
        (("--label", "owed", "--score", "owed"), "different columns"),
        (("--label", "owed", "--score", "risk", "--by", "risk"), "different columns"),
        (("--label", "owed", "--score", "district"), "expected a finite number"),
        (("--label", "district", "--score", "risk"), "expected 1, true or yes"),
    ],
)
def test_a_column_that_is_not_there_or_holds_something_else_ends_in_2(
    answerable: Command, words: tuple[str, ...], told: str
) -> None:
    assert told in " ".join(refused(answerable, flags(), *words).split())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("not JSON", "no JSON"),
        ("{}", "no list of claims"),
        ('[{"metric": "fairness", "value": 1}]', "none that can be measured"),
        ('[{"metric": "auc", "value": 70}]', "outside [0, 1]"),
        ('[{"metric": "auc", "value": 0.7, "population": {"owed": 1}}]', "makes no population"),
        ('[{"metric": "auc", "value": 0.7, "population": {"town": "x"}}]', "no column town"),
    ],
)
def test_a_malformed_claim_ends_in_2(answerable: Command, text: str, told: str) -> None:
    place = saved(text, "claims.json")
    said = refused(answerable, flags(), *COLUMNS, "--claim", place)
    assert told in " ".join(said.split())


def test_files_that_are_not_there_end_in_2(answerable: Command) -> None:
    assert "cannot be read" in refused(answerable, flags(), *COLUMNS, "--claim", "none.json")
    assert refused(answerable, "none.csv", *COLUMNS)


def test_neither_the_data_nor_the_claims_are_written_over(answerable: Command) -> None:
    data, promised = flags(), claims(precision(0.7))
    for place in (data, promised):
        before = place.read_bytes()
        done = answerable(
            "performance", data, *COLUMNS, "--claim", promised, "--json", place
        )  # fmt: skip
        assert 2 == done.status
        assert before == place.read_bytes()
