"""Starting, killing and asking a gateway that runs in a process of its own."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from answerable.record.keys import SigningKey
from tests.gateway.sent import TOKEN

ROOT = Path(__file__).resolve().parents[2]
NAME = "tests.example"


@dataclass(kw_only=True, slots=True)
class GatewayProcess:
    """A gateway on a port of its own; it may be killed and started again on the same data."""

    home: Path
    database: str | None = None
    port: int = 0
    application: str = "tests.gateway.served:application"
    leases: SigningKey = field(default_factory=lambda: SigningKey.make(f"{NAME}/leases"))
    receipts: SigningKey = field(default_factory=lambda: SigningKey.make(f"{NAME}/receipts"))
    process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = server.getsockname()[1]

    @property
    def environment(self) -> dict[str, str]:
        found = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "answerable.project.web",
            "ANSWERABLE_HOME": str(self.home),
            "LEASES_KEY": self.leases.secret_text(),
            "RECEIPTS_KEY": self.receipts.secret_text(),
            "PYTHONPATH": str(ROOT),
        }
        found.pop("ANSWERABLE_DATABASE", None)
        if self.database:
            found["ANSWERABLE_DATABASE"] = self.database
        return found

    def make_tables(self) -> None:
        """Make the tables of every database there is."""
        words = "import django; django.setup()\n"
        words += "from django.core.management import call_command\n"
        words += "from django.conf import settings\n"
        words += "[call_command('migrate', database=one, verbosity=0)"
        words += " for one in settings.DATABASES]"
        subprocess.run([sys.executable, "-c", words], env=self.environment, check=True, cwd=ROOT)

    def start(self) -> None:
        """Start it, and wait until it takes records."""
        words = (
            *(sys.executable, "-m", "uvicorn", "--factory", self.application),
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--loop", "uvloop", "--http", "httptools", "--lifespan", "on"),
            *("--no-access-log", "--log-level", "warning"),
        )
        self.process = subprocess.Popen(words, env=self.environment, cwd=ROOT)
        for _ in range(600):
            if self.process.poll() is not None:
                reason = f"the gateway ended with {self.process.returncode}"
                raise RuntimeError(reason)
            if self._ready():
                return
            time.sleep(0.05)
        reason = "the gateway did not become ready"
        raise RuntimeError(reason)

    def _ready(self) -> bool:
        try:
            return self.ask("GET", "/api/v1/health")[0] == http.client.OK
        except OSError:
            return False

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.end(signal.SIGKILL)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it, and give its exit status."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(timeout=30)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        form: str = "application/json",
        token: str = TOKEN,
    ) -> tuple[int, bytes]:
        """Ask something over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": form}
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def post(self, path: str, value: object) -> tuple[int, dict[str, object]]:
        """Post JSON, and read JSON."""
        status, body = self.ask("POST", path, json.dumps(value).encode())
        return status, json.loads(body)
