"""`answerable data`: what data say about their quality, before anybody is judged by them."""

from pathlib import Path
from typing import Annotated

import typer

from answerable.cli.audit import OptionMalformed
from answerable.cli.data import data_at
from answerable.cli.extras import require
from answerable.cli.files import read_file
from answerable.cli.options import Json
from answerable.cli.outputs import Outputs, json_file
from answerable.cli.progress import reading
from answerable.cli.status import OF_VERDICT
from answerable.project.settings import read_settings


def data(
    data: Annotated[
        str, typer.Argument(help="Parquet or CSV file, folder, pattern, or Arrow IPC stream.")
    ],
    by: Annotated[
        str | None,
        typer.Option(help="Columns that make groups of people.", metavar="COL[,COL...]"),
    ] = None,
    population: Annotated[
        str | None,
        typer.Option(
            help="CSV of column,value,share or column,value,count: the people the data are about.",
            metavar="FILE",
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(help="Earlier data that these are compared with.", metavar="DATA"),
    ] = None,
    time: Annotated[
        str | None, typer.Option(help="Column of when each record is from.", metavar="COL")
    ] = None,
    label: Annotated[
        str | None, typer.Option(help="Column of what turned out true: 1 or 0.", metavar="COL")
    ] = None,
    norm: Annotated[
        list[str] | None,
        typer.Option(
            help="Limit: missing.difference, representation.ratio, drift.w, label.difference or "
            "volume.ratio. Repeatable.",
            metavar="NAME=LOW,HIGH",
        ),
    ] = None,
    json: Json = None,
) -> None:
    """Look at the quality of data: what is missing, repeated, broken off, left out or changed.

    No cell is shown but the values of columns named in --by or in the population file.

    Exit status: 0 every verdict met, 1 some not met, 2 the data or options cannot be
    used, 3 cannot say and nothing worse. What was not asked for is listed and counts as
    neither.
    """
    require("audit")
    from answerable.cli.quality_summary import quality_text
    from answerable.measure.tables import Limits, find_source
    from answerable.verdict.quality import QualityQuestion, look_at
    from answerable.verdict.quality_document import quality_document
    from answerable.verdict.quality_population import read_margins

    margins = None
    if population is not None:
        margins = read_margins(read_file(Path(population)), file=Path(population).name)
    question = QualityQuestion(
        by=_columns(by),
        time=time,
        label=label,
        against=against,
        population=margins,
        limits=tuple(norm or ()),
    )
    settings = read_settings()
    limits = Limits(memory_mb=settings.memory_mb, threads=settings.threads)
    outputs = Outputs()
    with data_at(data, settings=settings) as location:
        inputs = [file.path for file in find_source(location).files]
        inputs += [Path(population)] if population is not None else []
        inputs += [file.path for file in find_source(against).files] if against is not None else []
        outputs.check(json_file(json), inputs=inputs)
        with reading(Path(location).name) as progress:
            found = look_at(location, question, limits=limits, progress=progress)
    outputs.conclude(json, quality_document(found), quality_text(found))
    raise typer.Exit(OF_VERDICT[found.verdict])


def _columns(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    names = tuple(text.split(","))
    if not all(names) or len(set(names)) != len(names):
        wanted = "Write the names of different columns with commas between: --by race,sex"
        raise OptionMalformed(option="--by", value=repr(text), wanted=wanted)
    return names
