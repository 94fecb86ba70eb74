"""`answerable data` as a person meets it: sentences, JSON and an exit status."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from tests.cli.situations import saved


def sound_data() -> Path:
    """A year of 1,000 records a month, a third of them 1, offices alike, every cell filled."""
    lines = ["id,office,month,label"]
    lines += [
        f"{month}-{at},{('north', 'south')[at % 2]},2024-{month:02d},{int(at % 3 == 0)}"
        for month in range(1, 13)
        for at in range(1_000)
    ]
    return saved("\n".join([*lines, ""]), "sound.csv")


def broken_data() -> Path:
    """The same, but from September on only those labelled 1 were kept, and a field begins."""
    lines = ["id,office,month,label,reason,office"]
    lines += [
        f"{month}-{at},{office},2024-{month:02d},{int(at % 3 == 0)},"
        f"{'new' if month >= 9 else ''},{office}"
        for month in range(1, 13)
        for at in range(1_000)
        for office in [("north", "south")[at % 2]]
        if month < 9 or at % 3 == 0
    ]
    return saved("\n".join([*lines, ""]), "broken.csv")


def population(north: float = 0.5) -> Path:
    text = f"column,value,share\noffice,north,{north}\noffice,south,{1 - north}\n"
    return saved(text, "population.csv")


def document(place: str = "result.json") -> Any:
    def no_constant(name: str) -> None:
        raise AssertionError(name)

    return json.loads(Path(place).read_text(encoding="utf-8"), parse_constant=no_constant)


def verdicts(found: Any) -> dict[str, str]:
    return {one["check"]: one["verdict"] for one in found["verdicts"]}


def test_sound_data_meet_every_check(answerable: Command) -> None:
    place = sound_data()
    done = answerable(
        "data", place, "--by", "office", "--time", "month", "--label", "label",
        "--population", population(), "--against", place, "--json", "result.json",
    )  # fmt: skip
    assert (0, "") == (done.status, done.err)
    found = document()
    assert {"met"} == set(verdicts(found).values())
    assert 10 == len(verdicts(found))
    assert "Verdict: met" in done.out
    assert "Not met" not in done.out


def test_broken_data_are_told_what_broke_and_when_the_gravest_first(answerable: Command) -> None:
    done = answerable(
        "data", broken_data(), "--time", "month", "--label", "label", "--json", "result.json"
    )
    assert 1 == done.status
    found = document()
    assert "2024-09" == found["time"]["label"]["breaks"][0]["from"]
    assert "2024-09" == found["time"]["volume"]["breaks"][0]["from"]
    (form,) = found["time"]["form_changes"]
    assert ("reason", None, "2024-09") == (
        form["column"],
        form["empty_from"],
        form["filled_again_from"],
    )
    assert [["office", "office.1"]] == found["columns"]["identical"]
    first = done.out.index("From 2024-09 on label is 1 in 100.0 % of the rows")
    assert first < done.out.index("reason is empty until 2024-09")
    assert first < done.out.index("office.1 holds the same as office")


def test_what_was_not_asked_for_is_listed_and_holds_nothing_up(answerable: Command) -> None:
    done = answerable("data", sound_data(), "--json", "result.json")
    assert 0 == done.status
    found = document()
    assert {"empty_columns", "identical_columns", "repeated_rows"} == set(verdicts(found))
    named = {one["check"]: one for one in found["not_looked_at"]}
    assert {"representation", "drift", "label_break", "target_validity"} <= set(named)
    assert all(one["reason"] and one["needs"] for one in named.values())
    assert "Not looked at" in done.out


def test_too_few_records_cannot_say_and_the_status_is_3(answerable: Command) -> None:
    place = saved("id,office\n1,north\n2,south\n", "few.csv")
    done = answerable("data", place, "--population", population(), "--json", "result.json")
    assert 3 == done.status
    assert "cannot_say" == verdicts(document())["representation"]


def test_a_population_that_differs_is_not_met(answerable: Command) -> None:
    done = answerable("data", sound_data(), "--population", population(0.9))
    assert 1 == done.status
    assert "under-represented" in done.out


def test_a_limit_declared_beforehand_takes_the_place_of_ours(answerable: Command) -> None:
    asked = ("data", sound_data(), "--population", population(0.55), "--json", "result.json")
    assert 0 == answerable(*asked).status
    done = answerable(*asked, "--norm", "representation.ratio=0.95,1.05")
    assert 1 == done.status
    norm = document()["population"]["norm"]
    assert {"low": 0.95, "high": 1.05, "source": "declared for this run"} == norm


def test_data_that_drifted_differ_and_say_by_how_much(answerable: Command) -> None:
    before = sound_data()
    after = saved(before.read_text().replace("south", "west").replace(",1\n", ",0\n"), "after.csv")
    done = answerable("data", after, "--against", before, "--by", "office", "--json", "r.json")
    assert 1 == done.status
    columns = {one["column"]: one for one in document("r.json")["drift"]["columns"]}
    assert ("not_met", True) == (columns["office"]["verdict"], columns["office"]["differs"])
    assert ("met", False) == (columns["month"]["verdict"], columns["month"]["differs"])
    # Half of all rows are from an office that was not there before.
    assert 0.5 == columns["office"]["outside"]["value"]
    outside = {
        tuple(one["group"].values()): one["share"]["value"]
        for one in document("r.json")["drift"]["outside"]
    }
    assert {(): 0.5, ("north",): 0, ("west",): 1} == outside


def test_repeated_rows_count_where_records_have_a_number_of_their_own(answerable: Command) -> None:
    numbered = saved(
        "id,x\n1,a\n2,b\n2,b\n3,c\n4,d\n5,e\n6,f\n7,g\n8,h\n9,i\n10,j\n11,k\n", "n.csv"
    )
    assert 1 == answerable("data", numbered, "--json", "result.json").status
    assert 1 == document()["columns"]["repeated_rows"]
    plain = saved("x\n" + "a\nb\n" * 20, "plain.csv")
    assert 3 == answerable("data", plain, "--json", "result.json").status
    (repeated,) = (one for one in document()["verdicts"] if one["check"] == "repeated_rows")
    assert "no_identifier" == repeated["reason"]


def test_no_cell_is_shown_but_of_columns_that_were_named(answerable: Command) -> None:
    """Names, birth dates and notes stand in every shape that a check could quote."""
    lines = ["name,born,office,month,note,kind"]
    lines += [
        f"Person Secretly{at},19{at % 90 + 10}-05-0{at % 9 + 1},north,2024-{at % 12 + 1:02d},"
        f"Confidential,{'hush' if at % 2 else 'quiet'}"
        for at in range(600)
    ]
    here = saved("\n".join([*lines, ""]), "here.csv")
    there = saved("\n".join([*lines[:400], ""]).replace("hush", "loud"), "there.csv")
    done = answerable(
        "data", here, "--by", "office", "--time", "month", "--against", there, "--json", "r.json"
    )
    said = done.out + done.err + Path("r.json").read_text(encoding="utf-8")
    for cell in ("Secretly", "-05-0", "Confidential", "hush", "quiet", "loud"):
        assert cell not in said
    assert "north" in said


def test_json_on_standard_output_is_alone_there(answerable: Command) -> None:
    done = answerable("data", sound_data(), "--json", "-")
    assert "met" == json.loads(done.out)["verdict"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--by", "team"), "has no column team"),
        (("--by", "office,office"), "--by 'office,office' cannot be read"),
        (("--time", "office"), "gives no months or years"),
        (("--time", "month", "--label", "office"), "is no label"),
        (("--population", "nowhere.csv"), "nowhere.csv cannot be read"),
        (("--against", "nowhere.csv"), "nowhere.csv"),
        (("--norm", "luck.ratio=1,2"), "there is no such limit"),
        (("--norm", "drift.w=0.2,0.3"), "must be finite, start at 0 or above, and hold equality"),
        (("--json", "sound.csv"), "it is read or written by this command already"),
    ],
)
def test_what_cannot_be_used_ends_with_2_and_a_sentence_and_writes_nothing(
    answerable: Command, words: tuple[str, ...], told: str
) -> None:
    place = sound_data()
    before = place.read_bytes()
    done = answerable("data", place, *words, *(() if "--json" in words else ("--json", "r.json")))
    assert (2, "") == (done.status, done.out)
    assert told in " ".join(done.err.split())
    assert not Path("r.json").exists()
    assert before == place.read_bytes()


def test_the_order_of_the_rows_changes_nothing(answerable: Command) -> None:
    place = broken_data()
    asked = ("--by", "reason", "--time", "month", "--label", "label", "--json", "r.json")
    answerable("data", place, *asked)
    first = document("r.json")
    header, *rows = place.read_text().splitlines()
    saved("\n".join([header, *rows[::-1], ""]), "broken.csv")
    answerable("data", place, *asked)
    second = document("r.json")
    for found in (first, second):
        del found["data"]
    assert first == second
