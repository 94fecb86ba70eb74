"""`answerable demo`: a risk score that courts used, replayed through every practice."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from answerable.cli.extras import require
from answerable.cli.outputs import CannotWrite, outputs_for, tell_error
from answerable.cli.progress import stepping
from answerable.errors import AnswerableError
from answerable.project import installation
from answerable.project.settings import Settings, read_settings

if TYPE_CHECKING:
    from answerable.project.demo.scene import Scene
    from answerable.project.demo.told import Told

TITLE = "A risk score used by courts: COMPAS, Broward County, 2013 and 2014"
# What would lead the demonstration to other data than its own folder's.
_ELSEWHERE = (
    *("ANSWERABLE_DATABASE", "ANSWERABLE_CHECKPOINTS"),
    *("ANSWERABLE_MAIL", "ANSWERABLE_SITE"),
)


class NoDemonstrationThere(AnswerableError):
    """The folder holds an installation that is not a demonstration."""

    code = "cli.no_demonstration_there"
    message = "{home} holds the installation {name}, which is not a demonstration."
    hint = "Name another folder with --out; a demonstration that is there would be replaced."


def demo(
    port: Annotated[
        int,
        typer.Option(help="Port of the site; the gateway takes the next one.", min=1, max=65534),
    ] = 8000,
    out: Annotated[
        Path,
        typer.Option(help="Folder for the installation, the report and the ledger.", metavar="DIR"),
    ] = Path("answerable-demo"),
    no_serve: Annotated[
        bool | None,
        typer.Option("--no-serve", help="End after the replay, and serve no site."),
    ] = None,
    json: Annotated[
        str | None,
        typer.Option(help="Write the result as JSON (-: to standard output).", metavar="F"),
    ] = None,
) -> None:
    """Replay COMPAS, 2013 to 2016, through an installation of its own; then serve its site.

    The county's software asks and records through the real client and gateway, on a clock
    that says the day which is replayed; people and their passwords are invented. A
    demonstration that lies in DIR is replaced. Exit status: 0 when it ran and its ledger
    was verified, 1 when something in it failed.
    """
    require("web")
    outputs = outputs_for(json)
    from answerable.project.compas import screenings

    everybody = screenings()
    settings = _settings_of(out)
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerable.project.web")
    django.setup()
    from answerable.project.demo.run import run
    from answerable.project.demo.steps import attach_report
    from answerable.project.demo.told import told

    with stepping("Replaying COMPAS") as progress:
        scene = run(settings, everybody, out=out, progress=progress)
    write_report(settings, out)
    attach_report(scene)
    found = told(scene)
    outputs.add(str(out / "ledger.json"), found.ledger)
    outputs.conclude(json, found.document, _text(scene, found, out=out))
    if scene.failures:
        tell_error("".join(f"answerable: {failure}\n" for failure in scene.failures))
        raise typer.Exit(1)
    if not no_serve:
        from answerable.cli.serve import serve

        serve(port=port, host="127.0.0.1", demo=True)


def _settings_of(out: Path) -> Settings:
    """Give an empty home of the demonstration's own, whatever else this machine holds."""
    for name in _ELSEWHERE:
        os.environ.pop(name, None)
    os.environ["ANSWERABLE_HOME"] = str((out / "home").absolute())
    settings = read_settings()
    found = installation.find(settings)
    if found is not None and not found.demo:
        raise NoDemonstrationThere(home=settings.home, name=found.name)
    try:
        out.mkdir(parents=True, exist_ok=True)
        # A replay that was interrupted has no name yet, and is nothing to keep either.
        for folder in (settings.home, out / "program"):
            shutil.rmtree(folder, ignore_errors=not folder.exists())
    except OSError as error:
        raise CannotWrite(path=out, reason=str(error.strerror).lower()) from error
    return settings


def write_report(settings: Settings, out: Path) -> None:
    """Audit all of the data as they are known today: the report beside the replay."""
    from answerable.cli.auditing import Asked, audit_to_files
    from answerable.measure.tables import Columns
    from answerable.project.compas import KNOWN_FAULT, write_compas
    from answerable.verdict.run import Question

    at = datetime.now(UTC).replace(microsecond=0)
    data = out / "compas.parquet"
    try:
        write_compas(data)
    except OSError as error:
        raise CannotWrite(path=out, reason=str(error.strerror).lower()) from error
    question = Question(
        columns=Columns(decision="high_risk", label="two_year_recid", by=("race", "sex")),
        positive=None,
        # A high risk score is what nobody wants to have.
        favourable="false",
        norms=(),
        profile="statement",
        on=at.date(),
    )
    asked = Asked(
        data=str(data),
        typed=str(data),
        json=str(out / "report.json"),
        html=str(out / "report.html"),
        pdf=str(out / "report.pdf"),
        evidence=str(out / "evidence.json"),
        title=TITLE,
        caution=KNOWN_FAULT,
    )
    audit_to_files(asked, question, at=at, settings=settings, show=False)


def _text(scene: "Scene", found: "Told", *, out: Path) -> str:
    """Write the table, practice by practice, and where to go from there."""
    lines = ["What happened, on the day of the replay, and the entry of the ledger that proves it:"]
    lines += [
        f"  {one.on:%Y-%m-%d}  {one.practice:<12} {one.what}{_entry(one.entry)}"
        for one in sorted(scene.happened, key=lambda one: one.on)
    ]
    lines += ["", "Figures, the last of each, with their intervals:"]
    lines += [f"  {line}" for line in found.figures] or ["  none"]
    lines += ["", f"Ledger: {found.sentence}"]
    lines += ["", "Sign in as (invented people; these passwords are shown here only):"]
    lines += [
        f"  {player.email:<24} {player.role:<14} {scene.cast.passwords[player.email]}"
        for player in scene.cast.players
    ]
    home = scene.settings.home
    lines += [
        "",
        f"Report:   {(out / 'report.html').absolute()}",
        f"Verify:   answerable verify {out / 'ledger.json'} --key {scene.held.identity.verifier}",
        f"Check it: ANSWERABLE_HOME={home} answerable reproduce {out / 'evidence.json'}",
        f"Go on:    ANSWERABLE_HOME={home} answerable serve --demo",
        "",
    ]
    return "\n".join(lines)


def _entry(index: int | None) -> str:
    return "" if index is None else f" [entry {index}]"
