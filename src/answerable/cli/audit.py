"""`answerable audit`: rates of every group, gaps, and a verdict by limits fixed beforehand."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from answerable.cli.data import data_at
from answerable.cli.extras import require
from answerable.cli.status import OF_VERDICT
from answerable.errors import AnswerableError
from answerable.project.settings import read_settings

if TYPE_CHECKING:
    from answerable.measure.tables import Engine


class OptionMalformed(AnswerableError):
    """An option's value does not have the form that it should."""

    code = "cli.option_malformed"
    message = "{option} {value} cannot be read."
    hint = "{wanted}"


class EngineUnknown(AnswerableError):
    """An engine was asked for that there is not, or that has nothing to do with these data."""

    code = "cli.engine_unknown"
    message = "{data} cannot be counted by {engine}."
    hint = "Files are counted by duckdb or spark, a table of a database by postgres."


def audit(
    data: Annotated[
        str,
        typer.Argument(
            help="Parquet or CSV file, folder, pattern, Arrow IPC stream, or a table: "
            "postgresql://USER@HOST/DATABASE?table=SCHEMA.TABLE."
        ),
    ],
    decision: Annotated[str, typer.Option(help="Column of the decision.", metavar="COL")],
    by: Annotated[str, typer.Option(help="Columns that make the groups.", metavar="COL[,COL...]")],
    positive: Annotated[
        str | None,
        typer.Option(
            help="Decision that a label of 1 confirms (default: 1, true, yes).", metavar="VALUE"
        ),
    ] = None,
    favourable: Annotated[
        str | None,
        typer.Option(
            help="Decision that is good for the person (default: the positive one).",
            metavar="VALUE",
        ),
    ] = None,
    label: Annotated[
        str | None, typer.Option(help="Column of what turned out true: 1 or 0.", metavar="COL")
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(
            help="Group to compare with (default: everyone else). Repeatable.", metavar="COL=VALUE"
        ),
    ] = None,
    norm: Annotated[
        list[str] | None,
        typer.Option(
            help="Limit on a measure. Repeatable.", metavar="MEASURE.ratio|difference=LOW,HIGH"
        ),
    ] = None,
    profile: Annotated[
        str,
        typer.Option(
            help="Whose limits apply where none is declared; none: nobody's.", metavar="NAME"
        ),
    ] = "statement",
    strata: Annotated[
        str | None,
        typer.Option(
            help="Columns that may explain a gap: it is looked at within them once more.",
            metavar="COL[,COL...]",
        ),
    ] = None,
    because: Annotated[
        str, typer.Option(help="Why --strata may explain a gap.", metavar="TEXT")
    ] = "",
    engine: Annotated[
        str | None,
        typer.Option(
            help="What counts the rows: duckdb, spark or postgres (default: duckdb for files).",
            metavar="NAME",
        ),
    ] = None,
    json: Annotated[
        str | None,
        typer.Option(help="Write the result as JSON (-: to standard output).", metavar="F"),
    ] = None,
    html: Annotated[
        str | None, typer.Option(help="Write a report as one HTML file.", metavar="F")
    ] = None,
    pdf: Annotated[
        str | None,
        typer.Option(help="Write a report as a PDF that screen readers can read.", metavar="F"),
    ] = None,
    evidence: Annotated[
        str | None,
        typer.Option(help="Write signed evidence that others can recompute.", metavar="F"),
    ] = None,
) -> None:
    """Audit decisions by group, and judge the gaps by limits fixed beforehand.

    Exit status: 0 every verdict met, 1 some not met, 2 the data or options cannot be
    used, 3 cannot say and nothing worse.
    """
    require("audit")
    from answerable.cli.auditing import Asked, audit_to_files
    from answerable.measure.tables import Columns
    from answerable.verdict.run import Question

    groups = _columns(by)
    if len({decision, label, *groups}) < len(groups) + 2:
        wanted = "The decision, the outcome and the groups are different columns."
        raise OptionMalformed(option="--by", value=repr(by), wanted=wanted)
    within = _strata(strata, because, others={decision, label, *groups})
    at = datetime.now(UTC).replace(microsecond=0)
    question = Question(
        columns=Columns(decision=decision, label=label, by=groups),
        positive=positive,
        favourable=favourable,
        reference=_references(reference or ()),
        norms=tuple(norm or ()),
        profile=profile,
        on=at.date(),
        strata=within,
        because=because.strip(),
    )
    settings = read_settings()
    with data_at(data, settings=settings) as location:
        asked = Asked(
            data=location,
            typed=data,
            json=json,
            html=html,
            pdf=pdf,
            evidence=evidence,
            engine=_engine(engine, location),
        )
        verdict = audit_to_files(asked, question, at=at, settings=settings)
    raise typer.Exit(OF_VERDICT[verdict])


def _engine(name: str | None, location: str) -> "Engine":
    from answerable.measure.tables import Engine, find_data

    source = find_data(location)
    ours = Engine.POSTGRES if source.address is not None else Engine.DUCKDB
    can = {ours} if ours is Engine.POSTGRES else {Engine.DUCKDB, Engine.SPARK}
    if name is None:
        return ours
    for engine in can:
        if engine.value == name:
            return engine
    raise EngineUnknown(engine=name, data=source.name)


def _strata(text: str | None, because: str, *, others: set[str | None]) -> tuple[str, ...]:
    if text is None:
        if because:
            wanted = "It is the reason for --strata; name the columns too."
            raise OptionMalformed(option="--because", value=repr(because), wanted=wanted)
        return ()
    if not because.strip():
        wanted = "Say with --because why these columns may explain a gap; it is published with it."
        raise OptionMalformed(option="--strata", value=repr(text), wanted=wanted)
    names = _columns(text, option="--strata")
    if others & set(names):
        wanted = "Strata are other columns than the decision, the outcome and the groups."
        raise OptionMalformed(option="--strata", value=repr(text), wanted=wanted)
    return names


def _columns(text: str, option: str = "--by") -> tuple[str, ...]:
    names = tuple(text.split(","))
    if not all(names) or len(set(names)) != len(names):
        wanted = f"Write the names of different columns with commas between: {option} race,sex"
        raise OptionMalformed(option=option, value=repr(text), wanted=wanted)
    return names


def _references(texts: Sequence[str]) -> dict[str, str]:
    named: dict[str, str] = {}
    for text in texts:
        column, equals, value = text.partition("=")
        if not column or not equals or column in named:
            wanted = "Write --reference COL=VALUE, once for each column."
            raise OptionMalformed(option="--reference", value=repr(text), wanted=wanted)
        named[column] = value
    return named
