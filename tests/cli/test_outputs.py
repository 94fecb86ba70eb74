"""Writing results: all of them or none."""

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


def test_standard_output_and_nothing_are_always_fine() -> None:
    Outputs().check("-", None)
