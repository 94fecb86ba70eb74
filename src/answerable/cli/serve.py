"""`answerable serve`: the site, the gateway on the next port, and what falls due."""

from typing import Annotated

import typer

from answerable.cli.connection import now, open_installation
from answerable.cli.outputs import tell, tell_error
from answerable.errors import AnswerableError

TICK_SECONDS = 5.0


class DemonstrationOnly(AnswerableError):
    """An installation with invented people would be served as if it were real."""

    code = "cli.demonstration_only"
    message = "The installation {name} is a demonstration: its people and cases are invented."
    hint = "Serve it with --demo, or point ANSWERABLE_HOME at a real installation."


def serve(
    port: Annotated[
        int,
        typer.Option(help="Port of the site; the gateway takes the next one.", min=1, max=65534),
    ] = 8000,
    host: Annotated[
        str, typer.Option(help="Address to listen on; a proxy stands in front.", metavar="ADDRESS")
    ] = "127.0.0.1",
    demo: Annotated[
        bool | None, typer.Option("--demo", help="Serve an installation of invented people.")
    ] = None,
) -> None:
    """Serve the site and the decision API, and do what falls due, until it is ended.

    Where the ledger does not fit the checkpoint kept elsewhere, every lease says
    people_only until it does. Exit status: 0 when it was ended, 2 when a part failed.
    """
    opened = open_installation()
    if opened.installation.demo and not demo:
        raise DemonstrationOnly(name=opened.installation.name)
    from answerable.project import keys, processes, startup
    from answerable.project.tick import Chores, tick

    settings = opened.settings
    held = keys.read(settings.keys)
    misfit = startup.misfit(settings, held)
    if misfit:
        tell_error(f"answerable: {misfit} Every lease says people_only until it fits.\n")

    chores = Chores(settings=settings, held=held, fits=startup.LedgerWatch(settings, held))

    def do() -> None:
        for ran in tick(chores, at=now()):
            if ran.failure:
                tell_error(f"answerable: {ran.job} failed: {ran.failure}\n")

    parts = [
        processes.site(host=host, port=port),
        processes.gateway(host=host, port=port + 1),
    ]
    for part in parts:
        part.check_place()
    tell(
        f"Ledger:  http://{host}:{port}/ledger/checkpoint\n"
        f"Gateway: http://{host}:{port + 1}/api/v1/\n"
        "End it with Ctrl-C.\n"
    )
    processes.run(parts, every=TICK_SECONDS, do=do)
