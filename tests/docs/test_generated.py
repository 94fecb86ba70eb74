"""What the pages say about the running system is what the running system says."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.demo_data import compas_file
from tests.docs.pages import ROOT


def _tool() -> ModuleType:
    specification = importlib.util.spec_from_file_location("readme", ROOT / "tools" / "readme.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


TOOL = _tool()


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    compas_file()
    found: dict[str, str] = TOOL.generated(ROOT)
    return found


def test_every_generated_part_is_up_to_date(made: dict[str, str]) -> None:
    assert TOOL.out_of_date(ROOT, made) == [], "run `make readme`"


def test_making_it_twice_gives_the_same_bytes(made: dict[str, str]) -> None:
    assert TOOL.generated(ROOT) == made


@pytest.mark.parametrize(
    ("name", "written", "instead"),
    [
        pytest.param("README.md", "| 96 | 29 | 67 |", "| 96 | 30 | 66 |", id="a count of rows"),
        pytest.param("README.md", "44.8 !", "44.9 !", id="a figure"),
        pytest.param("docs/rows.md", "| not built |", "| gate |", id="a row said to be built"),
        pytest.param("docs/images/compas.svg", "44.8", "44.9", id="a figure in the picture"),
        pytest.param("docs/reference/commands.md", "--favourable", "--fair", id="an option"),
        pytest.param("docs/reference/errors.md", "no column", "no field", id="a message"),
        pytest.param("docs/reference/json.md", '"family"', '"families"', id="a key"),
    ],
)
def test_a_page_that_says_something_else_is_found(
    tmp_path: Path, made: dict[str, str], name: str, written: str, instead: str
) -> None:
    for place, text in made.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text, encoding="utf-8")
    assert TOOL.out_of_date(tmp_path, made) == []
    assert written in made[name]
    (tmp_path / name).write_text(made[name].replace(written, instead, 1), encoding="utf-8")
    assert TOOL.out_of_date(tmp_path, made) == [name]


def test_a_page_that_is_missing_is_found(tmp_path: Path) -> None:
    assert TOOL.out_of_date(tmp_path, {"README.md": "text"}) == ["README.md"]


def test_another_machine_may_round_otherwise_in_the_last_place_only() -> None:
    assert TOOL.same_text('{"p": 0.00138622365509}', '{"p": 0.00138622365510}')
    assert not TOOL.same_text('{"p": 0.00138622365509}', '{"p": 0.001386224}')
    assert not TOOL.same_text("3 of 10", "4 of 10")


def test_the_pages_build_without_a_warning(tmp_path: Path) -> None:
    built = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning"),
            *("--doctree-dir", tmp_path / "trees", ROOT / "docs", tmp_path / "out"),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert built.stderr == ""
    assert built.returncode == 0
