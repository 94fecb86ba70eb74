"""The demonstration's data: the right file or none, and nothing personal kept."""

from pathlib import Path

import duckdb
import pytest

from answerable.project import compas
from answerable.project.compas import DemoDataChanged, DemoDataMissing, write_compas
from tests.demo_data import compas_file, personal_values


def test_only_what_an_audit_needs_is_written(tmp_path: Path) -> None:
    compas_file()
    path = tmp_path / "compas.parquet"
    write_compas(path)
    columns = duckdb.read_parquet(str(path)).columns
    expected = ["race", "sex", "age_cat", "high_risk", "two_year_recid"]
    assert expected == columns
    assert (7214, 5) == duckdb.read_parquet(str(path)).shape


def test_nothing_personal_is_in_the_file_that_is_written(tmp_path: Path) -> None:
    personal = personal_values()
    assert len(personal) > 10_000
    path = tmp_path / "compas.parquet"
    write_compas(path)
    cells = {str(cell) for row in duckdb.read_parquet(str(path)).fetchall() for cell in row}
    assert set() == cells & personal


def test_the_same_data_give_the_same_bytes(tmp_path: Path) -> None:
    compas_file()
    write_compas(tmp_path / "one.parquet")
    write_compas(tmp_path / "other.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "other.parquet").read_bytes()


def test_a_missing_package_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compas, "PACKAGE", "no-such-package-anywhere")
    with pytest.raises(DemoDataMissing, match="make demo"):
        write_compas(tmp_path / "compas.parquet")


def test_another_file_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compas_file()
    monkeypatch.setattr(compas, "SHA256", "0" * 64)
    with pytest.raises(DemoDataChanged):
        write_compas(tmp_path / "compas.parquet")
    assert [] == list(tmp_path.iterdir())
