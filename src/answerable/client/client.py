"""The client: ask before deciding about a person, record what was decided."""

import atexit
import contextlib
import os
import re
import threading
import weakref
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from answerable.client.answers import REASONS, Answer, people_only
from answerable.client.clocks import SECOND, Clock, lease_clock
from answerable.client.forms import Json, is_pseudonym
from answerable.client.gateway import Gateway
from answerable.client.held import Held
from answerable.client.keeping import Keeping, Place
from answerable.client.records import Decision, Record, RecordMalformed, row_of
from answerable.client.renewal import Asking, Renewal
from answerable.client.shipping import Shipper
from answerable.client.states import ClientState, NotRecorded, Recorded
from answerable.client.told import Told
from answerable.client.versions import Version
from answerable.errors import AnswerableError
from answerable.record.keys import VerifierKey

SPOOL_BYTES = 64 << 20
_LEAST_SPOOL_BYTES = 1 << 16
_USE = re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z0-9][a-z0-9-]*")
_LONGEST_USE = 100
_PREFIX = re.compile(r"[!-~]{1,180}")
_CLOSING_SECONDS = 5.0

_NO_LEASE = people_only("no_lease")
_CLOSED = people_only("closed")
_FAULT = people_only("fault")
_UNREADABLE = people_only("person_unreadable")


class ClientMisconfigured(AnswerableError):
    """A client was given something it cannot work with."""

    code = "client.client_misconfigured"
    message = "The client cannot be made: {part} {reason}."
    hint = "Correct the program or its settings."


class Client:
    """Asks and records for one use, from any thread, and again in a forked child.

    Parameters
    ----------
    gateway, token
        The gateway's address and a service token for the agency.
    use, version
        The use, as ``agency.name``, and the version computed from what runs.
    lease_keys
        The gateway's lease keys, brought by hand: nothing the gateway sends adds one.
    spool
        A folder on a local disk, for this use or shared with others. A folder in it,
        mode 0700, holds the records that wait.
    receipts_key
        Where given, rows leave the spool only for a receipt that this key signed.
    source
        How the records of this program are named at the agency: visible ASCII.
    spool_bytes
        How much one process may keep waiting before `ask` leaves everybody to people.
    timeout
        Seconds that one request to the gateway may take. They hold up no answer.
    clock, tick
        What ages a lease, and how many seconds the background threads rest; for tests.

    Notes
    -----
    `ask` and `record` raise nothing and wait for no network. What is wrong with the
    surroundings becomes an answer; a record that is malformed was refused when made.
    """

    def __init__(
        self,
        *,
        gateway: str,
        token: str,
        use: str,
        version: Version,
        lease_keys: Sequence[VerifierKey],
        spool: Path,
        receipts_key: VerifierKey | None = None,
        source: str = "",
        spool_bytes: int = SPOOL_BYTES,
        timeout: float = 10.0,
        clock: Clock | None = None,
        tick: float = 0.5,
    ) -> None:
        """Start working; the first lease comes in the background."""
        if not _USE.fullmatch(use) or len(use) > _LONGEST_USE:
            raise ClientMisconfigured(
                part="use", reason="does not read agency.name, up to 100 characters"
            )
        if not lease_keys:
            raise ClientMisconfigured(part="lease_keys", reason="names no key")
        if spool_bytes < _LEAST_SPOOL_BYTES:
            raise ClientMisconfigured(part="spool_bytes", reason=f"is below {_LEAST_SPOOL_BYTES}")
        self._clock = clock or lease_clock()
        self._gateway = Gateway(url=gateway, token=token, seconds=timeout)
        self._asking = Asking(use=use, version=version.digest, keys=tuple(lease_keys))
        self._place = Place(folder=spool / use, prefix=_prefix(source or use), limit=spool_bytes)
        self._shipper = Shipper(gateway=self._gateway, key=receipts_key)
        self._tick = tick
        self._closed = False
        self._begin()
        self._running()
        _CLIENTS.add(self)

    def ask(self, person: str) -> Answer:
        """Say what may be done about one person now. It never raises."""
        try:
            held = self._held
            bar = self._keeping.bar
            if bar is not None or not held or self._closed or not is_pseudonym(person):
                return self._unheld(person, bar)
            return held.answer(person, now=self._clock())
        except Exception as error:  # noqa: BLE001 - whatever broke, a person decides
            self._fault = type(error).__name__
            return _FAULT

    def record(self, record: Record) -> Recorded | NotRecorded:
        """Put a record on disk, and say so only when it is there."""
        if not isinstance(record, Record):
            raise RecordMalformed(kind="record", part=type(record).__name__, reason="is none")
        if self._closed:
            return NotRecorded(reason="closed", sentence=REASONS["closed"])
        try:
            self._running()
            source, sequence = self._keeping.append(lambda source: self._row(record, source))
        except AnswerableError as error:
            reason = error.code.removeprefix("client.")
            return NotRecorded(reason=reason, sentence=str(error))
        except Exception as error:  # noqa: BLE001 - the calling program keeps running
            self._fault = type(error).__name__
            return NotRecorded(reason="fault", sentence=REASONS["fault"])
        return Recorded(source=source, id=record.id, sequence=sequence)

    def state(self) -> ClientState:
        """Say how the client is."""
        held, keeping = self._held, self._keeping
        spool = keeping.spool
        left = (held.until - self._clock()) / SECOND if held else 0.0
        return ClientState(
            use=self._asking.use,
            version=self._asking.version,
            source=spool.family.source if spool else "",
            answer=self._for_everybody(),
            lease_seconds_left=max(left, 0.0),
            spooled_bytes=spool.used if spool else 0,
            damaged_lines=spool.damaged if spool else 0,
            refused=keeping.refused,
            lease_problem=str(self._renewal.problem or ""),
            record_problem=str(keeping.problem or keeping.orphan_problem or ""),
            fault=self._fault,
        )

    def wait_for_lease(self, *, seconds: float) -> bool:
        """Wait, at start-up, until a lease has come; say whether one has."""
        self._running()
        return self._leased.wait(seconds)

    def close(self, *, seconds: float = _CLOSING_SECONDS) -> None:
        """Stop, ship what waits if that takes no longer, and hand back what is left of a cap."""
        if self._closed:
            return
        self._closed = True
        _CLIENTS.discard(self)
        self._stopping.set()
        # Each thread does its last work itself; one that hangs is left to end with the process.
        for thread in self._threads:
            thread.join(seconds / len(self._threads))
        if not any(thread.is_alive() for thread in self._threads):
            self._keeping.close()

    def __enter__(self) -> Self:
        """Give the client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    # -- what a process has of its own ---------------------------------------------------

    def _begin(self) -> None:
        self._held: Held | None = None
        self._without = _NO_LEASE
        self._fault = ""
        self._leased = threading.Event()
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._threads: tuple[threading.Thread, ...] = ()
        self._renewal: Renewal = Renewal(
            gateway=self._gateway, asking=self._asking, clock=self._clock, install=self._install
        )
        self._keeping: Keeping = Keeping(
            place=self._place, shipper=self._shipper, clock=self._clock
        )
        self._told = Told(use=self._asking.use, token=self._gateway.token)

    def _running(self) -> None:
        """Start what is not running yet; a machine without threads left is asked again."""
        working = (
            ("lease", self._renewal.step, self._renewal.give_back, self._tell_of_leases),
            ("records", self._keeping.step, self._keeping.step, self._tell_of_records),
        )
        with self._starting:
            if len(self._threads) == len(working) or self._closed:
                return
            self._keeping.open()
            try:
                for name, step, last, tell in working[len(self._threads) :]:
                    thread = self._thread(name, step, last, tell)
                    thread.start()
                    self._threads += (thread,)
            except RuntimeError as error:
                self._fault = type(error).__name__

    def _install(self, held: Held | Answer) -> None:
        if isinstance(held, Held):
            self._held = held
            self._leased.set()
        else:
            self._without, self._held = held, None

    def _tell_of_leases(self) -> None:
        self._told.lease(self._renewal.problem)

    def _tell_of_records(self) -> None:
        keeping = self._keeping
        self._told.records(keeping.problem or keeping.orphan_problem)
        self._told.refused(keeping.refused, folder=self._place.folder)

    def _thread(
        self,
        name: str,
        step: Callable[[], None],
        last: Callable[[], None],
        tell: Callable[[], None],
    ) -> threading.Thread:
        stopping = self._stopping

        def work() -> None:
            while True:
                try:
                    step()
                    tell()
                except Exception as error:  # noqa: BLE001 - the next step may go better
                    self._fault = type(error).__name__
                if stopping.wait(self._tick):
                    break
            with contextlib.suppress(Exception):
                last()
                tell()

        return threading.Thread(target=work, name=f"answerable {name}", daemon=True)

    def _begin_in_child(self) -> None:
        """Leave lease, cap, spool and sequence to the parent; the next call starts anew."""
        self._keeping.abandon()
        if not self._closed:
            self._begin()

    # -- answers that no lease gives -----------------------------------------------------

    def _unheld(self, person: str, bar: Answer | None) -> Answer:
        if self._closed:
            return _CLOSED
        if not is_pseudonym(person):
            return _UNREADABLE
        if self._held is None:
            self._running()
            bar = self._keeping.bar
        return bar or self._without

    def _for_everybody(self) -> Answer:
        held = self._held
        if self._closed or self._keeping.bar or held is None:
            return _CLOSED if self._closed else self._keeping.bar or self._without
        if self._clock() >= held.until:
            return people_only("lease_expired")
        return held.everybody

    def _row(self, record: Record, source: str) -> bytes:
        written: dict[str, Json] = {"source": source, "use": self._asking.use}
        if isinstance(record, Decision):
            written["version"] = self._asking.version
        return row_of(written | record.to_fields(now=datetime.now(UTC)))


def _prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise ClientMisconfigured(part="source", reason="is not 1 to 180 visible ASCII characters")
    return text


# Weak: a client that nobody holds on to is not kept alive by being known here.
_CLIENTS: weakref.WeakSet[Client] = weakref.WeakSet()


def _begin_in_child() -> None:
    for client in list(_CLIENTS):
        client._begin_in_child()  # noqa: SLF001 - the same module


def _close_all() -> None:
    for client in list(_CLIENTS):
        client.close()


os.register_at_fork(after_in_child=_begin_in_child)
atexit.register(_close_all)
