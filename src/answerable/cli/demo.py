"""`answerable demo`: audit a risk score that courts really used."""

import os
import sys
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from answerable.cli.extras import require
from answerable.cli.outputs import STANDARD_OUTPUT, CannotWrite, tell
from answerable.project.settings import read_settings

TITLE = "A risk score used by courts: COMPAS, Broward County, 2013 and 2014"


def demo(
    out: Annotated[
        Path, typer.Option(help="Folder for the report, the evidence and the data.", metavar="DIR")
    ] = Path("answerable-demo"),
    no_serve: Annotated[
        bool | None,
        typer.Option("--no-serve", help="End after the report, and do not open it in the browser."),
    ] = None,
    json: Annotated[
        str | None,
        typer.Option(help="Write the audit as JSON (-: to standard output).", metavar="F"),
    ] = None,
) -> None:
    """Audit the COMPAS risk score by race, sex and both, and write the report.

    Exit status: 0 when it ran, whatever the verdict; the verdict is on the report.
    """
    require("audit")
    from answerable.cli.auditing import Asked, audit_to_files
    from answerable.measure.tables import Columns
    from answerable.project.compas import KNOWN_FAULT, write_compas
    from answerable.verdict.run import Question

    at = datetime.now(UTC).replace(microsecond=0)
    data = out / "compas.parquet"
    try:
        out.mkdir(parents=True, exist_ok=True)
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
        json=json,
        html=str(out / "report.html"),
        pdf=str(out / "report.pdf"),
        evidence=str(out / "evidence.json"),
        title=TITLE,
        caution=KNOWN_FAULT,
    )
    audit_to_files(asked, question, at=at, settings=read_settings())
    report = (out / "report.html").absolute()
    if json != STANDARD_OUTPUT:
        tell(
            f"\nReport:   {report}\n          {report.with_suffix('.pdf')}\n"
            f"Evidence: {out / 'evidence.json'}\n"
            f"Check it: {sys.argv[0]} reproduce {out / 'evidence.json'}\n"
        )
    if not no_serve and _somebody_looks():
        webbrowser.open(report.as_uri())


def _somebody_looks() -> bool:
    """Whether a browser window could be opened for somebody."""
    screen = sys.platform in {"darwin", "win32"} or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    return screen and sys.stdout.isatty()
