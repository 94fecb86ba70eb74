"""`answerable performance`: how well decisions and scores fit the truth, and claims about it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from answerable.cli.audit import OptionMalformed
from answerable.cli.data import data_at
from answerable.cli.extras import require
from answerable.cli.options import Json, listed
from answerable.cli.outputs import STANDARD_OUTPUT, Outputs, json_file
from answerable.cli.progress import reading
from answerable.cli.status import OF_VERDICT, Status
from answerable.project.settings import read_settings

if TYPE_CHECKING:
    # Loading it costs more than most commands take.
    from answerable.verdict.claims import Claim


def performance(
    data: Annotated[
        str, typer.Argument(help="Parquet or CSV file, folder, pattern, or Arrow IPC stream.")
    ],
    label: Annotated[
        str, typer.Option(help="Column of what turned out true: 1 or 0.", metavar="COL")
    ],
    score: Annotated[
        str | None, typer.Option(help="Column of the score: a number.", metavar="COL")
    ] = None,
    decision: Annotated[
        str | None, typer.Option(help="Column of the decision.", metavar="COL")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="Columns that make the groups.", metavar="COL[,COL...]")
    ] = None,
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
    top: Annotated[
        int | None,
        typer.Option(help="Places given to the highest scores.", metavar="K", min=1),
    ] = None,
    claim: Annotated[
        str | None, typer.Option(help="JSON file of claims to test on these data.", metavar="FILE")
    ] = None,
    json: Json = None,
) -> None:
    """Measure accuracy, ranking and calibration, and test claims about them.

    Exit status: 0 every claim supported, or none to test; 1 some refuted, 2 the data or
    options cannot be used, 3 cannot say and nothing worse.
    """
    require("audit")
    from answerable.cli.performance_summary import print_performance
    from answerable.measure.tables import Limits, find_source
    from answerable.verdict.performance import PerformanceQuestion, performance_of_files
    from answerable.verdict.performance_document import performance_document

    groups = listed(by or "")
    _check(label, score, decision, groups, top)
    question = PerformanceQuestion(
        label=label,
        decision=decision,
        score=score,
        by=groups,
        positive=positive,
        favourable=favourable,
        claims=() if claim is None else _claims(claim, taken={label, score, decision}),
        top=top,
    )
    settings = read_settings()
    limits = Limits(memory_mb=settings.memory_mb, threads=settings.threads)
    with data_at(data, settings=settings) as location:
        outputs = Outputs()
        inputs = [file.path for file in find_source(location).files]
        outputs.check(json_file(json), inputs=[*inputs, *([] if claim is None else [Path(claim)])])
        with reading(Path(location).name) as progress:
            found = performance_of_files(location, question, limits=limits, progress=progress)
    outputs.add_json(json, performance_document(found))
    outputs.write()
    if json != STANDARD_OUTPUT:
        print_performance(found)
    raise typer.Exit(Status.MET if found.verdict is None else OF_VERDICT[found.verdict])


def _check(
    label: str, score: str | None, decision: str | None, by: tuple[str, ...], top: int | None
) -> None:
    if score is None and decision is None:
        wanted = "Name the column of the score with --score, that of the decision with --decision."
        raise OptionMalformed(option="--label", value=f"{label!r} alone", wanted=wanted)
    if score is None and top is not None:
        wanted = "Places are given by rank: name the column of the score with --score."
        raise OptionMalformed(option="--top", value=top, wanted=wanted)
    named = [name for name in (label, score, decision, *by) if name is not None]
    if len(set(named)) < len(named):
        wanted = "The label, the score, the decision and the groups are different columns."
        raise OptionMalformed(option="--label", value=repr(label), wanted=wanted)


def _claims(place: str, *, taken: set[str | None]) -> "tuple[Claim, ...]":
    from answerable.verdict.claims import ClaimMalformed, read_claims

    claims = read_claims(Path(place))
    for number, claim in enumerate(claims, start=1):
        for column, _ in claim.group:
            if column in taken:
                reason = (
                    f"{column} is the label, the score or the decision, and makes no population"
                )
                raise ClaimMalformed(file=place, where=f"claim {number}", reason=reason)
    return claims
