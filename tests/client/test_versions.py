"""Versions: the digest follows what runs, and nothing else."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.client import Version, version_of
from answerable.client.versions import VersionNotComputed
from answerable.record.digests import HexDigest, sha256_of_bytes


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder with a model in it."""
    folder = tmp_path / "model"
    (folder / "layers").mkdir(parents=True)
    (folder / "weights").write_text("0.25")
    (folder / "layers" / "one").write_text("1")
    return folder


def digest(folder: Path, **parameters: float) -> HexDigest:
    return version_of(parts={"model": folder}, parameters=parameters).digest


def test_the_same_files_have_the_same_version_wherever_they_lie(
    model: Path, tmp_path: Path
) -> None:
    before = digest(model)
    moved = tmp_path / "elsewhere"
    model.rename(moved)
    (moved / "weights").touch()
    (moved / "weights").chmod(0o600)
    assert before == digest(moved)


@pytest.mark.parametrize("change", ["text", "name", "more", "less", "hidden", "parameter"])
def test_any_change_of_what_runs_is_another_version(model: Path, change: str) -> None:
    before = digest(model, threshold=0.5)
    match change:
        case "text":
            (model / "weights").write_text("0.26")
        case "name":
            (model / "weights").rename(model / "weight")
        case "more":
            (model / "empty").write_text("")
        case "less":
            (model / "layers" / "one").unlink()
        case "hidden":
            (model / ".env").write_text("MODE=strict")
    assert before != digest(model, threshold=0.6 if change == "parameter" else 0.5)


def test_what_python_writes_beside_its_files_is_no_part_of_the_version(model: Path) -> None:
    before = digest(model)
    (model / "__pycache__").mkdir()
    (model / "__pycache__" / "rules.cpython-311.pyc").write_bytes(b"compiled")
    (model / "nothing").mkdir()
    assert before == digest(model)


def test_a_file_called_like_pythons_folder_is_a_part(model: Path) -> None:
    before = digest(model)
    (model / "__pycache__").write_text("not a folder")
    assert before != digest(model)


def test_the_order_in_which_parts_are_named_does_not_count(model: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.write_text("deny")
    one = version_of(parts={"model": model, "rules": rules}, parameters={"a": 1, "b": 2})
    other = version_of(parts={"rules": rules, "model": model}, parameters={"b": 2, "a": 1})
    assert one.digest == other.digest
    assert {"model/layers/one", "model/weights", "rules"} == set(one.files)


@given(st.dictionaries(st.text("ab/", min_size=1, max_size=4), st.binary(max_size=2), max_size=4))
def test_two_sets_of_files_have_one_version_only_if_they_are_equal(
    files: dict[str, bytes],
) -> None:
    hashed = {name: sha256_of_bytes(data) for name, data in files.items()}
    digest = Version(files=hashed).digest
    assert digest == Version(files=dict(reversed(hashed.items()))).digest
    for name, value in hashed.items():
        without = {other: hashed[other] for other in hashed if other != name}
        assert digest != Version(files=without).digest
        assert digest != Version(files={**without, f"{name}c": value}).digest


def test_a_link_inside_a_folder_is_refused_and_a_part_may_be_one(
    model: Path, tmp_path: Path
) -> None:
    current = tmp_path / "current"
    current.symlink_to(model)
    assert digest(model) == digest(current)
    (model / "latest").symlink_to("weights")
    with pytest.raises(VersionNotComputed, match="model/latest is a link"):
        digest(model)


def test_a_pipe_is_no_file_that_runs(model: Path) -> None:
    os.mkfifo(model / "pipe")
    with pytest.raises(VersionNotComputed, match="neither file nor folder"):
        digest(model)


@pytest.mark.parametrize("name", ["", "two words", "a/b", "../a", ".hidden"])
def test_a_part_needs_a_plain_name(model: Path, name: str) -> None:
    with pytest.raises(VersionNotComputed, match="is no name for a part"):
        version_of(parts={name: model})


def test_nothing_has_no_version(model: Path, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(VersionNotComputed, match="no folder with files"):
        version_of(parts={"model": model, "other": tmp_path / "nothing"})
    with pytest.raises(VersionNotComputed, match="is empty"):
        version_of(parts={})


def test_a_path_that_leads_nowhere_is_named(model: Path) -> None:
    wanted = "weight, and there is no such file or folder"
    with pytest.raises(VersionNotComputed, match=wanted):
        version_of(parts={"model": model / "weight"})


def test_a_name_that_is_not_unicode_is_refused(model: Path) -> None:
    (Path(os.fsdecode(bytes(model) + b"/\xff"))).write_text("")
    with pytest.raises(VersionNotComputed, match="not UTF-8"):
        digest(model)
