"""The gateway of a replay: the real one, on a port of this machine, with the replay's clock."""

import gc
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import uvicorn

from answerable.errors import AnswerableError
from answerable.gateway import app
from answerable.gateway.app import Parts
from answerable.gateway.gating import RealGate
from answerable.intake.log import sealed_record
from answerable.intake.marks import UseFacts
from answerable.measure.tables import Limits
from answerable.people import tokens
from answerable.project.arrivals import pseudonyms_of
from answerable.project.demo.clock import ReplayClock
from answerable.project.keys import Keys
from answerable.project.settings import Settings
from answerable.project.startup import LedgerWatch
from answerable.record import keylist
from answerable.record.keylist import Purpose

_HOST = "127.0.0.1"
_PATIENCE_SECONDS = 60.0


class GatewaySilent(AnswerableError):
    """The gateway of the replay did not do its part in time."""

    code = "project.gateway_silent"
    message = "The gateway of the replay did not {what} within {seconds} seconds."
    hint = "Run it again on a machine that is less busy; nothing outside its folder was touched."


class _WatchedGate(RealGate):
    """The real gate; it counts how often it was read, so that a replay can wait for that."""

    readings = 0

    def uses(self, *, fits: bool, at: datetime) -> Mapping[str, UseFacts]:
        """Give the facts of every use."""
        found = super().uses(fits=fits, at=at)
        self.readings += 1
        return found


class ReplayGateway:
    """A gateway that answers over HTTP in a thread of this process."""

    def __init__(self, settings: Settings, held: Keys, clock: ReplayClock) -> None:
        """Put it together; `running` starts it."""

        def sealed(agency: str, seq: int) -> tuple[bytes, str] | None:
            return sealed_record(
                agency,
                seq,
                log=settings.log,
                keys=keylist.read(held.lists[-1]).of(Purpose.RECEIPTS),
                limits=Limits(memory_mb=settings.memory_mb, threads=settings.threads),
            )

        self._gate = _WatchedGate(sealed=sealed)
        self._app = app.build(
            Parts(
                gate=self._gate,
                find_token=lambda secret, at: tokens.find(secret, at=at),
                fits=LedgerWatch(settings, held),
                pseudonyms=pseudonyms_of(held),
                leases=held.leases,
                receipts=held.receipts,
                clock=clock,
            )
        )
        self.address = ""

    @contextmanager
    def running(self) -> Iterator[None]:
        """Answer until the block ends."""
        with socket.create_server((_HOST, 0)) as listening:
            self.address = f"http://{_HOST}:{listening.getsockname()[1]}"
            config = uvicorn.Config(
                self._app, lifespan="on", access_log=False, log_level="warning", http="httptools"
            )
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, args=([listening],), name="gateway")
            before = gc.get_threshold()
            thread.start()
            try:
                self.see()
                yield
            finally:
                server.should_exit = True
                thread.join()
                # A gateway has a process to itself, and looks for little garbage; this has not.
                gc.unfreeze()
                gc.set_threshold(*before)

    def see(self) -> None:
        """Wait until the gateway has seen what the gate says by now.

        Records are judged by what it has read last, which in a replay may be days ago: a
        reading that had begun before something changed does not count.
        """
        before = self._gate.readings
        wait_until(lambda: self._gate.readings >= before + 2, what="read the gate")


def wait_until(done: Callable[[], bool], *, what: str) -> None:
    """Wait for another thread, for as long as anybody would."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not done():
        if time.monotonic() > end:
            raise GatewaySilent(what=what, seconds=int(_PATIENCE_SECONDS))
        time.sleep(0.002)
