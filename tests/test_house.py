"""The house stands: imports point one way, and the contracts that say so can fail."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"

Contract = dict[str, object]


# -- the contracts hold --------------------------------------------------------------


def test_the_imports_of_this_project_keep_every_contract() -> None:
    assert _broken_contracts(ROOT, ROOT / "src") == {}


# -- and they bite -------------------------------------------------------------------


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A package of every room the contracts name, with imports that all point down."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in (*_rooms(), "measure.tables"):
        _write(tmp_path, room, "")
    for practice in ("remedy", "openness"):
        for part in _floor_plan():
            _write(tmp_path, f"practices.{practice}.{part}", "")
    for module, line in (
        ("cli.audit", "from answerable.project import settings"),
        ("project.settings", "from answerable.errors import root"),
        ("practices.remedy.pages", "from answerable.practices.remedy import actions"),
        ("practices.remedy.models", "import django"),
        ("ledger.models", "import django"),
        ("report.html", "from answerable.verdict import judge"),
        ("verdict.judge", "from answerable.measure.tables import count"),
        ("measure.rate", "from answerable.record import kept"),
        ("measure.tables.count", "import duckdb"),
        ("record.kept", "from answerable.errors import root"),
        ("errors.root", ""),
    ):
        _write(tmp_path, module, line)
    return tmp_path


def test_a_house_whose_imports_point_down_is_clean(house: Path) -> None:
    assert _broken_contracts(house, house) == {}


@pytest.mark.parametrize(
    ("module", "line", "contract", "named"),
    [
        pytest.param(
            "measure.rate",
            "from answerable.verdict import judge",
            "The house",
            "answerable.measure.rate -> answerable.verdict.judge",
            id="an import that points up",
        ),
        pytest.param(
            "measure.rate",
            "from typing import TYPE_CHECKING\n"
            "if TYPE_CHECKING:\n"
            "    from answerable.verdict import judge\n",
            "The house",
            "answerable.measure.rate -> answerable.verdict.judge",
            id="an import for type checking that points up",
        ),
        pytest.param(
            "measure.rate",
            "def late() -> None:\n    from answerable.verdict import judge\n",
            "The house",
            "answerable.measure.rate -> answerable.verdict.judge",
            id="an import hidden in a function that points up",
        ),
        pytest.param(
            "measure.rate",
            "from answerable.law import rules",
            "The house",
            "answerable.measure.rate -> answerable.law",
            id="neighbours that know each other",
        ),
        pytest.param(
            "utilities.strings", "", "The house", "utilities", id="a new folder without a place"
        ),
        pytest.param(
            "practices.remedy.actions",
            "from answerable.practices.openness import queries",
            "Practices never import each other",
            "answerable.practices.remedy.actions -> answerable.practices.openness.queries",
            id="a practice that imports a practice",
        ),
        pytest.param(
            "practices.remedy.rules",
            "from answerable.practices.remedy import models",
            "Every practice has the same floor plan",
            "answerable.practices.remedy.rules -> answerable.practices.remedy.models",
            id="rules that know the models",
        ),
        pytest.param(
            "practices.remedy.helpers",
            "",
            "Every practice has the same floor plan",
            "helpers",
            id="a room that is not on the floor plan",
        ),
        pytest.param(
            "verdict.judge",
            "import duckdb",
            "measure.tables is the only home of DuckDB",
            "answerable.verdict.judge -> duckdb",
            id="DuckDB in another room",
        ),
        pytest.param(
            "measure.rate",
            "import duckdb",
            "measure.tables is the only home of DuckDB",
            "answerable.measure.rate -> duckdb",
            id="DuckDB in measure, beside the tables",
        ),
        pytest.param(
            "gateway.server",
            "import duckdb",
            "measure.tables is the only home of DuckDB",
            "answerable.gateway.server -> duckdb",
            id="DuckDB in a room that is not built yet",
        ),
        pytest.param(
            "report.html",
            "import django",
            "Below the ledger no room knows a web framework",
            "answerable.report.html -> django",
            id="a web framework below the ledger",
        ),
        pytest.param(
            "record.kept",
            "import numpy",
            "The light install needs no audit or web libraries",
            "answerable.record.kept -> numpy",
            id="numbers in the light install",
        ),
        pytest.param(
            "client.shipping",
            "import msgspec",
            "The light install needs no audit or web libraries",
            "answerable.client.shipping -> msgspec",
            id="a web library in what an agency's software imports",
        ),
    ],
)
def test_a_broken_rule_is_reported_with_the_line_that_breaks_it(
    house: Path, module: str, line: str, contract: str, named: str
) -> None:
    _write(house, module, line)
    broken = _broken_contracts(house, house)
    assert [name for name in broken if name.startswith(contract)] == list(broken)
    assert len(broken) == 1
    assert named in "\n".join(broken.values())


def _contracts() -> list[Contract]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    found = settings["tool"]["importlinter"]["contracts"]
    assert isinstance(found, list)
    return found


def _names(layers: object) -> list[str]:
    assert isinstance(layers, list)
    return [name for layer in layers for name in re.findall(r"\w+", layer)]


def _rooms() -> list[str]:
    return _names(_contracts()[0]["layers"])


def _floor_plan() -> list[str]:
    return next(
        _names(contract["layers"])
        for contract in _contracts()
        if contract.get("containers") == ["answerable.practices.*"]
    )


def _write(house: Path, module: str, line: str) -> None:
    """Write a module into the house; every room is a folder, so the last part is a file."""
    folder = house / "answerable"
    *above, last = module.split(".")
    if module in {*_rooms(), "measure.tables"}:
        above, last = [*above, last], "__init__"
    for part in ("", *above):
        folder = folder / part
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    (folder / f"{last}.py").write_text(f"{line}\n")


def _broken_contracts(config: Path, source: Path) -> dict[str, str]:
    """Run import-linter, and give what it says about each contract that is broken."""
    run = subprocess.run(
        [LINT_IMPORTS, "--config", config / "pyproject.toml", "--no-cache"],
        cwd=config,
        env={**os.environ, "PYTHONPATH": str(source), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    broken = re.findall(r"^(.+) BROKEN", run.stdout, flags=re.MULTILINE)
    assert (run.returncode == 0) is (not broken), run.stdout + run.stderr
    details = run.stdout.partition("Broken contracts")[2]
    return dict.fromkeys(broken, details)


# -- folders and modules -------------------------------------------------------------


@pytest.mark.parametrize("top", ["src/answerable", "tests"])
def test_every_folder_with_code_is_a_package_so_that_the_contracts_see_it(top: str) -> None:
    assert list(_folders_unseen(ROOT / top)) == []


def test_a_folder_without_its_mark_is_found(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").touch()
    (tmp_path / "room" / "corner").mkdir(parents=True)
    (tmp_path / "room" / "corner" / "code.py").touch()
    assert list(_folders_unseen(tmp_path)) == [tmp_path / "room", tmp_path / "room" / "corner"]


def _folders_unseen(top: Path) -> Iterator[Path]:
    folders = {top, *(parent for file in top.rglob("*.py") for parent in file.parents)}
    for folder in sorted(folders):
        if folder.is_relative_to(top) and not (folder / "__init__.py").exists():
            yield folder


def test_every_module_opens_with_a_line_that_says_what_it_is_for() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "src").rglob("*.py"))
        if not _opening(path.read_text(encoding="utf-8"))
    ]
    assert silent == []


def test_a_module_without_such_a_line_is_found() -> None:
    assert not _opening("import os\n")
    assert not _opening('"""\nToo late.\n"""\n')
    assert _opening('"""Read settings."""\n')


def _opening(source: str) -> str:
    return (ast.get_docstring(ast.parse(source), clean=False) or "").partition("\n")[0].strip()


# -- locks ---------------------------------------------------------------------------

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.name))
def test_a_lock_holds_exact_versions_and_hashes_and_no_address(lock: Path) -> None:
    assert list(_loose_ends(lock.read_text())) == []


def test_a_lock_with_a_loose_end_is_found() -> None:
    whole = "a==1.0 \\\n    --hash=sha256:00\n    # via b\n"
    assert list(_loose_ends(whole)) == []
    assert list(_loose_ends(f"{whole}c==2.0\n")) == ["c==2.0"]
    assert list(_loose_ends("a>=1.0 \\\n    --hash=sha256:00\n")) == [
        "a>=1.0 --hash=sha256:00",
    ]
    address = "a @ https" + "://x.example/a.whl \\\n    --hash=sha256:00\n"
    assert len(list(_loose_ends(address))) == 1
    assert list(_loose_ends(f"--index-url x\n{whole}")) == ["--index-url x"]


_PINNED = re.compile(r"[\w.-]+(\[[\w,.-]+\])?==[^\s;]+( ; [^#]+?)?( --hash=sha256:[0-9a-f]+)+")


def _loose_ends(lock: str) -> Iterator[str]:
    """Requirements that are not pinned by version and hash, or name an address."""
    joined = lock.replace("\\\n", " ")
    for line in joined.splitlines():
        text = " ".join(line.partition("#")[0].split())
        if text and ("://" in text or not _PINNED.fullmatch(text)):
            yield text


def test_the_npm_lock_holds_hashes_and_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: held for name, held in lock["packages"].items() if name}
    assert packages
    assert [name for name, held in packages.items() if "integrity" not in held] == []
    assert [name for name, held in packages.items() if "resolved" in held] == []
