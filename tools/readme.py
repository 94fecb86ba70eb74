"""Rewrite what the documentation says about the running system, from the running system.

`make readme` writes. `--check` writes nothing, names the pages that are out of date, and exits
with 1 where there are any. The same system gives the same bytes; the check passes over
differences that two machines may make in the last places of a number.
"""

import argparse
import hashlib
import importlib
import json
import math
import os
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

import answerable
from answerable.cli.connection import start_django
from answerable.cli.main import app, options_by_command
from answerable.cli.status import Status
from answerable.errors import AnswerableError
from answerable.law.profiles import profile, rows_in_force
from answerable.law.rows import Enforcement, Practice, Row, practices
from answerable.measure.tables import Columns, Limits
from answerable.project.compas import write_compas
from answerable.record.keys import SigningKey
from answerable.report.charts import svg
from answerable.report.facts import AuditReport
from answerable.report.view import plot
from answerable.verdict.run import Question, audit_files

ROOT = Path(__file__).resolve().parents[1]

PROFILE = "statement"
DAY = date(2026, 11, 23)
"""The day shown in examples: one that stays, so that the pages do not change overnight."""

WIDTH = 100
"""Columns of a terminal that fit a page."""


def main() -> None:
    """Write the generated parts, or check them."""
    parser = argparse.ArgumentParser(description="Rewrite what the pages say of the system.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if stale")
    asked = parser.parse_args()
    made = generated(ROOT)
    stale = out_of_date(ROOT, made)
    for name in stale:
        print(f"out of date: {name}" if asked.check else f"written: {name}")
        if not asked.check:
            path = ROOT / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[name], encoding="utf-8")
    if stale and asked.check:
        print("Run `make readme`.")
        sys.exit(1)


def generated(root: Path) -> dict[str, str]:
    """Give every generated file whole: the pages, the picture, and those made in part."""
    with TemporaryDirectory() as folder, _a_machine_of_its_own(Path(folder)):
        tour = _tour()
        table = _small_table()
        picture = _picture()
    return {
        "README.md": _filled(root / "README.md", {"not built": not_built(), **tour}),
        "docs/images/compas.svg": picture,
        "docs/rows.md": rows_page(),
        "docs/reference/commands.md": commands_page(),
        "docs/reference/errors.md": errors_page(),
        "docs/reference/json.md": _filled(root / "docs/reference/json.md", table),
    }


def out_of_date(root: Path, made: Mapping[str, str]) -> list[str]:
    """Name the files whose text is no longer what the running system gives."""
    return [
        name
        for name, text in made.items()
        if not (root / name).is_file()
        or not same_text((root / name).read_text(encoding="utf-8"), text)
    ]


_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.])")


def same_text(one: str, other: str) -> bool:
    """Say whether two texts are alike but for the last places of numbers."""
    if one == other:
        return True
    if _NUMBER.sub("0", one) != _NUMBER.sub("0", other):
        return False
    return all(
        math.isclose(float(a), float(b), rel_tol=1e-9)
        for a, b in zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    )


# -- pages made in part --------------------------------------------------------------


class MarkMissing(Exception):
    """A page has no place for something that is made for it."""


def _filled(page: Path, parts: Mapping[str, str]) -> str:
    text = page.read_text(encoding="utf-8")
    for name, content in parts.items():
        begin, end = f"<!-- made by tools/readme.py: {name} -->", "<!-- end -->"
        before, found, after = text.partition(begin)
        _, closed, rest = after.partition(end)
        if not (found and closed):
            reason = f"{page.name} lacks the marks {begin} and {end}"
            raise MarkMissing(reason)
        text = f"{before}{begin}\n\n{content.strip()}\n\n{end}{rest}"
    return text


# -- whole pages ---------------------------------------------------------------------


def _page(name: str, *parts: str) -> str:
    mark = f"<!-- {name}: made by tools/readme.py; `make readme` rewrites it. -->"
    return "\n\n".join((mark, *(part.strip() for part in parts))) + "\n"


def _table(heading: str, rows: Iterable[Sequence[str]]) -> str:
    rule = "|".join("---" for _ in heading.split(" | "))
    lines = [" | ".join(map(_cell, row)) for row in rows]
    return "\n".join([f"| {heading} |", f"|{rule}|", *(f"| {line} |" for line in lines)])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _fenced(text: str, kind: str = "text") -> str:
    return f"```{kind}\n{text.strip()}\n```"


# -- rows ----------------------------------------------------------------------------


def in_force() -> Iterator[tuple[Practice, tuple[Row, ...]]]:
    """Give each practice with its rows that the default profile puts in force."""
    held = rows_in_force(profile(PROFILE))
    for practice in practices():
        yield practice, tuple(row for row in held if row.practice is practice.id)


def not_built() -> str:
    """Count, for each practice, the rows in force, those served and those not built."""
    counts = {
        _heading(practice): (len(rows), sum(row.served_by is not None for row in rows))
        for practice, rows in in_force()
    }
    total, served = (sum(column) for column in zip(*counts.values(), strict=True))
    lines = [
        (name, str(rows), str(built), str(rows - built))
        for name, (rows, built) in {**counts, "**All**": (total, served)}.items()
    ]
    return _table("Practice | Rows in force | Served | Not built", lines)


_ROWS = """\
# The {total} rows

Each row is one testable requirement. The profile `{profile}` puts all of them in force. {missing}
of {total} say *not built*: no software serves them yet. Such a row counts as *cannot say*, so no
permit opens on it. `*` marks a row that the joint statement implies and does not state.

How a row is enforced: a **gate** blocks a step; a **clock** is a deadline that escalates; a
**measure** is computed from records and never typed in; **reconcile** compares the paper with the
running system; a **breaker** restricts or stops the system.
"""


def rows_page() -> str:
    """List every row in force with its requirement, its enforcement and its state."""
    everything = [row for _, rows in in_force() for row in rows]
    missing = sum(row.served_by is None for row in everything)
    opening = _ROWS.format(total=len(everything), profile=PROFILE, missing=missing)
    return _page(
        "Rows",
        opening,
        *(
            f"## {_heading(practice)}\n\n"
            + _table("Row | Requirement | Enforcement | State", map(_row_cells, rows))
            for practice, rows in in_force()
        ),
    )


def _heading(practice: Practice) -> str:
    return f"{practice.id} {practice.title}"


def _row_cells(row: Row) -> tuple[str, ...]:
    name = f"{row.id}\\*" if row.implied else row.id
    enforcement = "; ".join(map(_enforcement, row.enforcement))
    return name, row.requirement, enforcement, row.served_by or "not built"


def _enforcement(one: Enforcement) -> str:
    said = ", ".join(part for part in (one.rule, one.note) if part)
    return f"**{one.kind}**" + (f": {said}" if said else "")


# -- commands ------------------------------------------------------------------------


_STATUSES = {
    Status.MET: "Every verdict is *met*; or a command without verdicts finished; or it matches.",
    Status.NOT_MET: "Some verdict is *not met*; or something does not match or fails the check.",
    Status.BAD_INPUT: "The data, the files or the options cannot be used. Nothing was written.",
    Status.CANNOT_SAY: "*Cannot say*, and nothing worse.",
    Status.OUR_FAULT: "A fault of ours. Never mistake it for a verdict; please report it.",
    Status.INTERRUPTED: "Somebody stopped it (Ctrl-C). There is no result.",
}


_COMMANDS = """\
# Commands

What each command says when asked with `--help`. A command writes all of its files or none. `--json
-` puts the result on standard output, and nothing else there; progress and messages go to standard
error.

## Exit status
"""


def commands_page() -> str:
    """Give every command's own help, and what the exit statuses mean."""
    statuses = [(str(status.value), meaning) for status, meaning in _STATUSES.items()]
    return _page(
        "Commands",
        _COMMANDS,
        _table("Status | Meaning", statuses),
        _help("answerable"),
        *(_help("answerable", *name.split()) for name in options_by_command()),
    )


def _help(*words: str) -> str:
    text = _run(*words[1:], "--help").rstrip()
    return f"## {' '.join(words)}\n\n{_fenced(text)}"


# -- errors --------------------------------------------------------------------------


def errors() -> tuple[type[AnswerableError], ...]:
    """Give every error of the package, by code."""
    start_django()
    for module in pkgutil.walk_packages(answerable.__path__, "answerable."):
        importlib.import_module(module.name)
    return tuple(sorted(set(_below(AnswerableError)), key=lambda error: error.code))


def _below(error: type[AnswerableError]) -> Iterator[type[AnswerableError]]:
    for one in error.__subclasses__():
        # Tests and doctests make errors too; the package's own are found under their names.
        held = getattr(sys.modules.get(one.__module__), one.__name__, None)
        if held is one and one.__module__.partition(".")[0] == "answerable":
            yield one
        yield from _below(one)


_ERRORS = """\
# Errors

Every refusal has a code that stays, a message that says what happened and why, and a hint that says
what can be done. Words in braces are filled in. A command that refuses ends with status 2 and has
written nothing; `reproduce` and `verify` give an error in the file under test as what does not
match, with status 1.
"""


def errors_page() -> str:
    """List every error with its code, what it says, what to do, and the rule it rests on."""
    rooms: dict[str, list[tuple[str, ...]]] = {}
    for error in errors():
        cells = (f"`{error.code}`", error.message, error.hint, error.citation)
        rooms.setdefault(error.code.partition(".")[0], []).append(cells)
    return _page(
        "Errors",
        _ERRORS,
        *(
            f"## {room}\n\n" + _table("Code | What it says | What to do | Rule", cells)
            for room, cells in rooms.items()
        ),
    )


# -- running the system --------------------------------------------------------------


@contextmanager
def _a_machine_of_its_own(folder: Path) -> Iterator[None]:
    """Give the commands an empty folder and a key that is the same every time."""
    home = folder / "home"
    (home / "keys").mkdir(parents=True)
    seed = hashlib.sha256(b"the key of the examples, which signs nothing else").digest()
    key = SigningKey(
        name="agency.example/evidence", private=Ed25519PrivateKey.from_private_bytes(seed)
    )
    key.write(home / "keys" / "evidence.key")
    work = folder / "work"
    work.mkdir()
    before = os.environ.get("ANSWERABLE_HOME")
    os.environ["ANSWERABLE_HOME"] = str(home)
    try:
        with chdir(work):
            yield
    finally:
        if before is None:
            del os.environ["ANSWERABLE_HOME"]
        else:
            os.environ["ANSWERABLE_HOME"] = before


class UnexpectedStatus(Exception):
    """A command of an example ended otherwise than the example says."""


def _run(*words: str, status: Status = Status.MET) -> str:
    """Run a command, and give what it wrote on standard output."""
    found = CliRunner().invoke(
        app,
        words,
        prog_name="answerable",
        terminal_width=80,
        env={"COLUMNS": str(WIDTH), "NO_COLOR": "1", "TERM": "dumb"},
    )
    if found.exit_code != status:
        reason = f"answerable {' '.join(words)}: status {found.exit_code}: {found.output}"
        raise UnexpectedStatus(reason) from found.exception
    return found.stdout


_AUDIT = (
    *("audit", "compas.parquet", "--decision", "high_risk", "--label", "two_year_recid"),
    *("--favourable", "false", "--by", "race", "--evidence", "evidence.json"),
)
_FORGED = (b"A", b"B")


def _tour() -> dict[str, str]:
    """Take the README's tour, and give what each step shows."""
    write_compas(Path("compas.parquet"))
    shown = _run(*_AUDIT, status=Status.NOT_MET)
    Path("forged.json").write_bytes(Path("evidence.json").read_bytes().replace(*_FORGED, 1))
    data = ("--data", "compas.parquet")
    return {
        "the verdict": _fenced(_down_to_the_legend(shown)),
        "what is shown": _fenced(_run("reproduce", "evidence.json", *data)),
        "what a changed byte says": _fenced(
            _run("reproduce", "forged.json", *data, status=Status.NOT_MET)
        ),
        "verified": _fenced(_run("verify", "evidence.json")),
    }


_LEGEND = "! not met"


class LayoutChanged(Exception):
    """What a command shows has no longer the part that a page quotes."""


def _down_to_the_legend(shown: str) -> str:
    """The verdict and the table of rates."""
    lines = [line.rstrip() for line in shown.strip().splitlines()]
    ends = [at for at, line in enumerate(lines) if line.startswith(_LEGEND)]
    if not ends:
        reason = f"the audit's summary has no line that begins with {_LEGEND!r}"
        raise LayoutChanged(reason)
    return "\n".join(lines[: ends[0] + 1])


def _picture() -> str:
    """Draw the demonstration's chart: people who were cleared, and flagged all the same."""
    question = Question(
        columns=Columns(decision="high_risk", label="two_year_recid", by=("race",)),
        positive=None,
        favourable="false",
        norms=(),
        profile=PROFILE,
        on=DAY,
    )
    audited = audit_files("compas.parquet", question, limits=Limits(memory_mb=256, threads=1))
    report = AuditReport(
        title="",
        audited=audited,
        version=answerable.__version__,
        measured_at=datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC),
        command="",
        evidence=None,
    )
    return svg(plot(report, measure="wrongful_burden", by=("race",)))


# -- a small example -----------------------------------------------------------------

TABLE = "district,flagged,owed\n" + "".join(
    f"{line}\n" * times
    for line, times in (
        ("north,yes,no", 9),
        ("north,no,no", 1),
        ("north,yes,yes", 2),
        ("south,yes,no", 1),
        ("south,no,no", 9),
        ("south,yes,yes", 2),
        ("west,no,no", 1),
    )
)
"""One row per person: their district, whether they were flagged, and whether they owed money."""

COMMAND = (
    *("audit", "flags.csv", "--decision", "flagged", "--favourable", "no", "--label", "owed"),
    *("--by", "district", "--norm", "wrongful_burden.ratio=0.8,1.25", "--profile", "none"),
    *("--evidence", "flags.evidence.json", "--json", "-"),
)

_SHOWN_MEASURES = ("precision", "wrongful_burden")
_SHOWN_GROUPS = ({"district": "north"}, {"district": "west"})


def _small_table() -> dict[str, str]:
    """Audit a table that fits a page, and give the table and what the commands answer."""
    Path("flags.csv").write_text(TABLE)
    audited = json.loads(_run(*COMMAND, status=Status.NOT_MET))
    evidence = ("flags.evidence.json", "--json", "-")
    matches = json.loads(_run("reproduce", *evidence))
    verified = json.loads(_run("verify", *evidence))
    # One person more, of whom the evidence knows nothing.
    Path("flags.csv").write_text(f"{TABLE}west,no,no\n")
    differs = json.loads(_run("reproduce", *evidence, status=Status.NOT_MET))
    left_out = len(differs["problems"]) - _SHOWN_PROBLEMS
    differs["problems"] = [*differs["problems"][:_SHOWN_PROBLEMS], f"(and {left_out} more)"]
    return {
        "the table": _fenced(TABLE),
        "audit": _fenced(_json(_shortened(audited)), "json"),
        "reproduce": _fenced(_json(matches), "json"),
        "reproduce, one line more": _fenced(_json(differs), "json"),
        "verify": _fenced(_json(verified), "json"),
    }


_SHOWN_PROBLEMS = 4


def _shortened(document: dict[str, Any]) -> dict[str, Any]:
    # The day of the run would change this page every day.
    document["method"]["on"] = DAY.isoformat()
    document["gaps"] = [
        gap
        for gap in document["gaps"]
        if gap["group"] in _SHOWN_GROUPS and gap["measure"] in _SHOWN_MEASURES
    ]
    document["groups"] = [group for group in document["groups"] if group["group"] in _SHOWN_GROUPS]
    for group in (document["overall"], *document["groups"]):
        group["measures"] = {name: group["measures"][name] for name in _SHOWN_MEASURES}
    return document


def _json(value: object, depth: int = 0) -> str:
    """Write JSON with everything on one line that fits there."""
    whole = json.dumps(value, ensure_ascii=False)
    if len(whole) + 2 * depth <= WIDTH or not isinstance(value, dict | list):
        return whole
    inner = "  " * (depth + 1)
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {_json(held, depth + 1)}" for key, held in value.items()]
        opened, closed = "{", "}"
    else:
        items = [_json(held, depth + 1) for held in value]
        opened, closed = "[", "]"
    return f"{opened}\n{inner}" + f",\n{inner}".join(items) + f"\n{'  ' * depth}{closed}"


if __name__ == "__main__":
    main()
