"""`answerable decisions`: the decision log, brought in, kept and cleared."""

from pathlib import Path
from typing import Annotated

import typer

from answerable.cli.connection import now, open_installation
from answerable.cli.files import read_file
from answerable.cli.options import Agency, By, Json
from answerable.cli.outputs import outputs_for
from answerable.cli.people import actor
from answerable.cli.progress import counting
from answerable.cli.status import OF_VERDICT, Status
from answerable.errors import AnswerableError

decision_commands = typer.Typer(no_args_is_help=True, help="The log of decisions.")

Use = Annotated[str, typer.Argument(help="The use, for example north.benefit-check.")]


class PersonUnreadable(AnswerableError):
    """A file does not name one person."""

    code = "cli.person_unreadable"
    message = "{file} does not hold one pseudonym on one line."
    hint = "Write the agency's own pseudonym of the person, and nothing else."


@decision_commands.command("import")
def import_decisions(
    file: Annotated[str, typer.Argument(help="Parquet or CSV: file, folder or pattern.")],
    mapping: Annotated[
        Path, typer.Option(help="Which column is which field, as YAML or JSON.", metavar="M")
    ],
    by: By,
    historic: Annotated[
        bool | None,
        typer.Option(
            "--historic",
            help="Made before the use was enrolled: they raise no finding, send no notice.",
        ),
    ] = None,
    refusals: Annotated[
        Path, typer.Option(help="Where rows that are no records are listed.", metavar="F")
    ] = Path("refused.csv"),
    json: Json = None,
) -> None:
    """Bring records that an agency already has into the log, each once.

    Rows that are no records are left out, counted and listed. Exit status: 0 every row is
    in the log, 1 some rows were refused, 2 the file or the mapping cannot be used.
    """
    outputs = outputs_for(json)
    opened = open_installation()
    from answerable.intake.hot.store import open_store
    from answerable.intake.mappings import read_mapping
    from answerable.project.arrivals import import_records

    with counting(Path(file).name) as progress:
        imported = import_records(
            file,
            read_mapping(mapping),
            opened.settings,
            store=open_store(),
            refusals=refusals,
            historic=bool(historic),
            by=actor(by),
            at=now(),
            progress=progress,
        )
    where = f" They are listed in {imported.refusals}." if imported.refusals else ""
    outputs.conclude(
        json,
        {
            "sha256": imported.sha256,
            "rows": imported.rows,
            "stored": imported.stored,
            "stored_before": imported.stored_before,
            "refused": imported.refused,
            "refusals": None if imported.refusals is None else str(imported.refusals),
        },
        f"{imported.rows} rows: {imported.stored} stored, {imported.stored_before} stored before, "
        f"{imported.refused} refused.{where}\n",
    )
    raise typer.Exit(Status.NOT_MET if imported.refused else Status.MET)


@decision_commands.command("seal")
def seal(json: Json = None) -> None:
    """Seal what has arrived into files that are never changed again.

    The service does it every hour. Exit status: 0 when it is done.
    """
    outputs = outputs_for(json)
    opened = open_installation()
    from answerable.intake import scan, sealing
    from answerable.people.actors import Actor
    from answerable.project import arrivals, keys, startup

    at = now()
    held = keys.read(opened.settings.keys)
    fits = not startup.misfit(opened.settings, held)
    arrivals.look_through(opened.settings, held, ledger_fits=fits, at=at)
    sealed = sealing.seal(
        log=opened.settings.log,
        upto=scan.position(),
        key=held.receipts,
        by=Actor.operator(),
        at=at,
    )
    outputs.conclude(
        json,
        {"segments": sealed.segments, "records": sealed.records},
        f"Sealed: {sealed.records} records, {sealed.segments} segments.\n",
    )


@decision_commands.command("erase")
def erase(
    person_file: Annotated[
        Path, typer.Argument(help="File with the agency's pseudonym of the person, on one line.")
    ],
    agency: Agency,
    by: By,
    json: Json = None,
) -> None:
    """Unlink every record of an agency from one person. It cannot be undone.

    The log's files stay as they are; nothing leads from them to the person any more. Where
    they had opted out, that ends too, and they are decided about unless they ask again. The
    pseudonym is read from a file, so that no history of commands keeps it. Exit status: 0
    when it is done, 3 when no record leads to the pseudonym, or when it is done and
    encrypted remains may lie in unused parts of the database's files.
    """
    outputs = outputs_for(json)
    opened = open_installation()
    from answerable.project.erasure import erase_everywhere

    erased = erase_everywhere(
        agency=agency,
        person=_person_in(person_file),
        settings=opened.settings,
        by=actor(by),
        at=now(),
    )
    outputs.conclude(
        json,
        {
            "uses": erased.uses,
            "opt_outs_ended": erased.opt_outs_ended,
            "without_trace": erased.without_trace,
        },
        _told_of_erasure(
            agency,
            uses=erased.uses,
            ended=erased.opt_outs_ended,
            without_trace=erased.without_trace,
        ),
    )
    done = bool(erased.uses or erased.opt_outs_ended) and erased.without_trace
    raise typer.Exit(Status.MET if done else Status.CANNOT_SAY)


@decision_commands.command("keep")
def keep(
    use: Use,
    days: Annotated[int, typer.Option(help="Days a record is kept.", min=1, max=36500)],
    by: By,
    json: Json = None,
) -> None:
    """Set how long records of a use are kept; what is older is deleted within a day.

    Exit status: 0 when it is done.
    """
    outputs = outputs_for(json)
    open_installation()
    from answerable.intake.retention_limits import set_retention

    set_retention(use=use, days=days, by=actor(by), at=now())
    outputs.conclude(
        json, {"use": use, "days": days}, f"Records of {use} are kept for {days} days.\n"
    )


@decision_commands.command("oldest")
def oldest(use: Use, json: Json = None) -> None:
    """Show the oldest record of a use beside its limit (row P2.3b).

    Exit status: 0 it is within the limit, 1 it is past it, 3 there is no limit or no record.
    """
    outputs = outputs_for(json)
    open_installation()
    from answerable.intake.retention import judge_retention
    from answerable.intake.retention_limits import retention_days
    from answerable.inventory.queries import use_named

    at = now()
    use_named(use)
    kept = judge_retention(use=use, limit_days=retention_days(at=at).get(use), at=at)
    day = None if kept.oldest is None else kept.oldest.isoformat()
    limit = "no limit" if kept.limit_days is None else f"limit {kept.limit_days} days"
    needs = f" It needs {kept.needs}." if kept.needs else ""
    verdict = kept.verdict.replace("_", " ")
    outputs.conclude(
        json,
        {"use": use, "oldest": day, "limit_days": kept.limit_days, "verdict": kept.verdict}
        | ({"needs": kept.needs} if kept.needs else {}),
        f"{use}: the oldest record came in on {day or 'no day'}, {limit}: {verdict}.{needs}\n",
    )
    raise typer.Exit(OF_VERDICT[kept.verdict])


def _told_of_erasure(agency: str, *, uses: int, ended: int, without_trace: bool) -> str:
    if not uses and not ended:
        return (
            f"No record of {agency} leads to that pseudonym. Check its spelling; where the person "
            "was erased before, nothing is left to do.\n"
        )
    left = " Encrypted remains may lie in unused parts of the database for a while."
    counted = "1 use" if uses == 1 else f"{uses} uses"
    again = (
        f" Opt-outs that ended: {ended}; there, like everybody else, they are decided about"
        " unless they opt out again."
    )
    told = f"The person was unlinked in {counted}.{again if ended else ''}"
    return f"{told}{'' if without_trace else left}\n"


def _person_in(path: Path) -> str:
    try:
        lines = read_file(path).decode().splitlines()
    except UnicodeDecodeError:
        raise PersonUnreadable(file=path) from None
    if len(lines) != 1 or not lines[0].strip():
        raise PersonUnreadable(file=path)
    return lines[0].strip()
