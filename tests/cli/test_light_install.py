"""Without the audit extra: what needs it says so, and a record can still be checked."""

import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Command
from tests.cli.situations import OFFICES, equal_treatment

_WITHOUT_THE_EXTRA = """
import sys
for name in ("duckdb", "jinja2", "nanoarrow", "numpy", "ruamel", "ruamel.yaml", "scipy", "typst"):
    sys.modules[name] = None
from answerable.cli.main import run
sys.argv = ["answerable", *sys.argv[1:]]
run()
"""


def light(*words: object) -> subprocess.CompletedProcess[str]:
    """Run a command where the audit extra's libraries cannot be imported."""
    command = [sys.executable, "-c", _WITHOUT_THE_EXTRA, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_evidence_is_verified_with_the_light_install(answerable: Command) -> None:
    answerable("audit", equal_treatment(), *OFFICES, "--evidence", "evidence.json")
    done = light("verify", Path("evidence.json"))
    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith("Verified: signed by answerable-evidence")


def test_help_needs_nothing_more(answerable: Command) -> None:
    assert 0 == answerable("--help").status
    assert 0 == light("--help").returncode


def test_a_command_that_reads_data_says_which_extra_it_needs(answerable: Command) -> None:
    assert 3 == answerable("audit", equal_treatment(), *OFFICES).status
    done = light("audit", "decisions.csv", *OFFICES)
    assert 2 == done.returncode
    assert "pip install 'answerable[audit]'" in done.stderr
    for command in (("reproduce", "decisions.csv"), ("demo",)):
        assert 2 == light(*command).returncode
