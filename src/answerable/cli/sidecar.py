"""`answerable sidecar`: the client for programs that are not written in Python."""

from pathlib import Path
from typing import Annotated

import typer

from answerable.cli.files import read_file, verifier_key
from answerable.cli.options import listed
from answerable.cli.outputs import tell
from answerable.cli.parts import parts_of


def sidecar(
    use: Annotated[str, typer.Argument(help="The use, for example north.benefit-check.")],
    parts: Annotated[list[str], typer.Argument(help="What runs, each as NAME=PATH.")],
    gateway: Annotated[str, typer.Option(help="Address of the gateway.", metavar="URL")],
    token_file: Annotated[Path, typer.Option(help="File of the service token.", metavar="FILE")],
    lease_key: Annotated[
        str,
        typer.Option(
            help="Public lease key, or a file of it; several with commas.", metavar="PUB[,PUB...]"
        ),
    ],
    spool: Annotated[
        Path, typer.Option(help="Folder for records that wait.", metavar="DIR")
    ] = Path("answerable-spool"),
    receipts_key: Annotated[
        str | None, typer.Option(help="Public receipts key: receipts are checked.", metavar="PUB")
    ] = None,
    port: Annotated[
        int, typer.Option(help="Port on this machine (127.0.0.1).", min=1, max=65535)
    ] = 8002,
) -> None:
    """Answer POST /ask, POST /record and GET /state for programs on this machine.

    The version is computed from the parts once, when it starts. Whatever fails, /ask says
    people_only. Exit status: 0 when it was ended.
    """
    from answerable.client import Client, version_of
    from answerable.client.sidecar import serve

    version = version_of(parts=parts_of(parts))
    keys = [verifier_key(one) for one in listed(lease_key)]
    checked_by = None if receipts_key is None else verifier_key(receipts_key)
    token = read_file(token_file).decode("ascii", errors="replace").strip()
    client = Client(
        gateway=gateway,
        token=token,
        use=use,
        version=version,
        lease_keys=keys,
        receipts_key=checked_by,
        spool=spool,
    )
    told = f"http://127.0.0.1:{port}/  version {version.digest}\nEnd it with Ctrl-C.\n"
    with client:
        serve(client, port=port, listening=lambda: tell(told))
