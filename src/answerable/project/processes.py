"""The processes of `answerable serve`: the site, the gateway, and the clock that ticks beside."""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from types import FrameType

from answerable.errors import AnswerableError

_PATIENCE_SECONDS = 15


class ProcessEnded(AnswerableError):
    """A part of the service ended by itself."""

    code = "project.process_ended"
    message = "The {name} ended by itself, with status {status}; everything else was stopped."
    hint = "What it wrote above says why. Programs that ask for leases get none until it runs."


class PortTaken(AnswerableError):
    """An address that the service would listen on cannot be had."""

    code = "project.port_taken"
    message = "The {name} cannot listen on {host}:{port}: {reason}."
    hint = "Choose another place with --port or --host, or end what uses it."


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of the service that runs in a process of its own."""

    name: str
    host: str
    port: int
    words: tuple[str, ...]

    def check_place(self) -> None:
        """Refuse an address that cannot be had, before anything has been started."""
        try:
            family = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0][0]
            with socket.create_server((self.host, self.port), family=family):
                pass
        except OSError as error:
            reason = str(error.strerror or error).lower()
            raise PortTaken(
                name=self.name, host=self.host, port=self.port, reason=reason
            ) from error


def site(*, host: str, port: int) -> Part:
    """Name the process of the web application."""
    words = (
        *("gunicorn", "answerable.project.wsgi:application"),
        *("--bind", _address(host, port)),
        *("--worker-class", "gthread", "--threads", "8"),
        # A restart within the second must not wait for the last one's address.
        *("--reuse-port", "--log-level", "warning"),
    )
    return Part(name="site", host=host, port=port, words=words)


def gateway(*, host: str, port: int) -> Part:
    """Name the process of the decision API."""
    words = (
        *("uvicorn", "--factory", "answerable.project.asgi:application"),
        *("--host", host, "--port", str(port)),
        *("--loop", "uvloop", "--http", "httptools", "--lifespan", "on"),
        *("--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "10"),
    )
    return Part(name="gateway", host=host, port=port, words=words)


def run(parts: Sequence[Part], *, every: float, do: Callable[[], None]) -> None:
    """Run the parts until somebody ends it, and call ``do`` every so many seconds.

    If one part ends by itself the others are stopped too: half a service would let people
    believe in the other half.
    """
    ended = Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, end)
    running = {part.name: _start(part) for part in parts}
    try:
        while not ended.wait(timeout=every):
            for name, process in running.items():
                if process.poll() is not None:
                    raise ProcessEnded(name=name, status=process.returncode)
            do()
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            _wait(process)


def _start(part: Part) -> "subprocess.Popen[bytes]":
    # A group of its own: Ctrl-C reaches the parent alone, which ends the parts in order.
    return subprocess.Popen([sys.executable, "-m", *part.words], start_new_session=True)


def _wait(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
