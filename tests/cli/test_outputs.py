"""Writing results: all of them or none."""

import os
from pathlib import Path

import pytest

from answerable.cli.outputs import CannotWrite, Outputs


def test_files_are_written_together(tmp_path: Path) -> None:
    outputs = Outputs()
    outputs.add(str(tmp_path / "one"), b"1")
    outputs.add(str(tmp_path / "other"), b"2")
    assert [] == list(tmp_path.iterdir())
    outputs.write()
    assert (b"1", b"2") == ((tmp_path / "one").read_bytes(), (tmp_path / "other").read_bytes())


def test_where_one_cannot_be_written_none_is(tmp_path: Path) -> None:
    outputs = Outputs()
    outputs.add(str(tmp_path / "one"), b"1")
    outputs.add(str(tmp_path / "nowhere" / "other"), b"2")
    with pytest.raises(CannotWrite, match="other"):
        outputs.write()
    assert [] == list(tmp_path.iterdir())


def test_an_earlier_result_stands_until_the_new_one_is_whole(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"before")
    outputs = Outputs()
    outputs.add(str(tmp_path / "one"), b"after")
    outputs.add(str(tmp_path / "nowhere" / "other"), b"2")
    with pytest.raises(CannotWrite):
        outputs.write()
    assert b"before" == (tmp_path / "one").read_bytes()


@pytest.mark.parametrize("place", ["", "nowhere/result.json"])
def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    tmp_path: Path, place: str
) -> None:
    with pytest.raises(CannotWrite):
        Outputs().check(str(tmp_path / place))


def test_only_json_goes_to_standard_output() -> None:
    Outputs().check(None)
    with pytest.raises(CannotWrite, match="only the JSON"):
        Outputs().check("-")


def test_no_result_is_written_over_the_data_or_over_another_result(tmp_path: Path) -> None:
    data = tmp_path / "decisions.csv"
    data.write_text("x", encoding="utf-8")
    (tmp_path / "link").symlink_to(data)
    for place in (data, tmp_path / "link", tmp_path / "." / "decisions.csv"):
        with pytest.raises(CannotWrite, match="read or written by this command already"):
            Outputs().check(str(place), inputs=[data])
    with pytest.raises(CannotWrite, match="read or written by this command already"):
        Outputs().check(str(tmp_path / "one"), str(tmp_path / "one"))


def test_a_device_or_pipe_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CannotWrite, match="no ordinary file"):
        Outputs().check(str(tmp_path / "pipe"))


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "target").write_bytes(b"before")
    outputs = Outputs()
    outputs.add(str(tmp_path / "link"), b"after")
    outputs.write()
    assert (tmp_path / "link").is_symlink()
    assert b"after" == (tmp_path / "target").read_bytes()


def test_a_place_with_too_long_a_name_is_refused() -> None:
    with pytest.raises(CannotWrite):
        Outputs().check("x" * 300)
