"""The one thread that writes: many requests, one commit; an answer only after the disk."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NamedTuple, TypeAlias

from answerable.errors import AnswerableError
from answerable.gateway.ports import Clock
from answerable.gateway.problems import Busy, WriterFault
from answerable.intake.arrival import Arrival, Rows
from answerable.intake.commits import Committed, Desk, Kept, commit
from answerable.intake.hot.store import Store
from answerable.intake.subjects import Pseudonyms
from answerable.record import receipts

# So many requests of one record share a commit, and a signature.
GROUP = 512
# What may wait in memory; beyond it senders are asked to come again.
MOST_REQUESTS = 4_096
MOST_ROWS = 100_000

_log = logging.getLogger("answerable.gateway")


class Single(NamedTuple):
    """A record that came by itself, with what was signed for its commit."""

    fate: Kept
    envelope: bytes
    size: int
    proof: list[bytes]


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What became of a batch."""

    committed: Committed
    envelope: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class _Job:
    future: "asyncio.Future[Single | Batch | None]"
    single: Arrival | None = None
    batch: Rows | None = None
    allot: tuple[str, str, int] | None = None


_Answer: TypeAlias = Single | Batch | AnswerableError | None
_Answers: TypeAlias = list[tuple["asyncio.Future[Single | Batch | None]", _Answer]]


class Writer:
    """Takes records from the event loop and gives each its fate, whatever happens."""

    def __init__(
        self,
        *,
        open_store: Callable[[], Store],
        desk: Callable[[], Desk],
        pseudonyms: Pseudonyms,
        clock: Clock,
    ) -> None:
        """Prepare; `start` begins to write."""
        self._open_store, self._desk, self._clock = open_store, desk, clock
        self._pseudonyms = pseudonyms
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._held: list[_Job | None] = []
        self._thread: Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        # Touched by the event loop alone.
        self._requests = self._rows = 0

    @property
    def waiting(self) -> int:
        """How many requests wait for their answer."""
        return self._requests

    def start(self) -> None:
        """Begin to write, for the event loop that is running."""
        self._loop = asyncio.get_running_loop()
        self._thread = Thread(target=self._run, name="writer")
        self._thread.start()

    async def stop(self) -> None:
        """Write what is waiting, then end."""
        self._queue.put(None)
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    async def single(self, arrival: Arrival) -> Single:
        """Store one record; it shares its commit with whatever else comes just then."""
        answer = await self._put(1, single=arrival)
        assert isinstance(answer, Single)  # noqa: S101 - by what was put
        return answer

    async def batch(self, rows: Rows) -> Batch:
        """Store a batch in a commit of its own."""
        answer = await self._put(len(rows.records), batch=rows)
        assert isinstance(answer, Batch)  # noqa: S101 - by what was put
        return answer

    async def allot(self, *, lease: str, use: str, allotted: int) -> None:
        """Note what a lease allows, durably, before it is handed out."""
        await self._put(1, allot=(lease, use, allotted))

    async def _put(
        self,
        rows: int,
        *,
        single: Arrival | None = None,
        batch: Rows | None = None,
        allot: tuple[str, str, int] | None = None,
    ) -> Single | Batch | None:
        if self._requests >= MOST_REQUESTS or (self._rows and self._rows + rows > MOST_ROWS):
            raise Busy
        future: asyncio.Future[Single | Batch | None]
        future = asyncio.get_running_loop().create_future()
        self._requests += 1
        self._rows += rows
        self._queue.put(_Job(future=future, single=single, batch=batch, allot=allot))
        try:
            return await future
        finally:
            self._requests -= 1
            self._rows -= rows

    # -- in the thread ---------------------------------------------------------------

    def _run(self) -> None:
        store = self._open_store()
        while group := self._next():
            self._tell(self._written(group, store))
        store.close()

    def _next(self) -> list[_Job]:
        """Wait for work: one batch, or all single records that are there; nothing at the end."""
        first = self._held.pop() if self._held else self._queue.get()
        if first is None:
            return []
        group = [first]
        while first.single is not None and len(group) < GROUP:
            try:
                job = self._queue.get_nowait()
            except Empty:
                break
            if job is None or job.single is None:
                self._held.append(job)
                break
            group.append(job)
        return group

    def _written(self, group: Sequence[_Job], store: Store) -> _Answers:
        """Write, and give an answer for every future, whatever goes wrong."""
        try:
            return self._write(group, store)
        except AnswerableError as error:
            return [(job.future, error) for job in group]
        except Exception as error:  # noqa: BLE001 - every future must have its answer
            # The message could hold a value of a record: only its kind is told.
            _log.error("writing failed: %s", type(error).__name__)
            return [(job.future, WriterFault()) for job in group]

    def _write(self, group: Sequence[_Job], store: Store) -> _Answers:
        first = group[0]
        if first.allot is not None:
            self._note(first.allot, store)
            return [(first.future, None)]
        desk, at_us = self._desk(), self._clock.us()
        if first.batch is not None:
            committed = commit(first.batch, store=store, desk=desk, at_us=at_us)
            return [(first.future, Batch(committed=committed, envelope=_bytes(committed)))]
        arrivals = [job.single for job in group if job.single is not None]
        rows = Rows(arrivals, pseudonyms=self._pseudonyms)
        committed = commit(rows, store=store, desk=desk, at_us=at_us)
        levels = receipts.levels_of(committed.leaves)
        envelope = _bytes(committed)
        answers: _Answers = []
        for job, fate in zip(group, committed.fates, strict=True):
            if isinstance(fate, Kept):
                proof = receipts.proof_in(levels, fate.place)
                answers.append((job.future, Single(fate, envelope, len(levels[0]), proof)))
            else:
                answers.append((job.future, fate))
        return answers

    def _note(self, allot: tuple[str, str, int], store: Store) -> None:
        try:
            store.begin()
            store.allot(*allot)
            store.commit(None)
        except BaseException:
            store.rollback()
            raise

    def _tell(self, answers: _Answers) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(_resolve, answers)


def _resolve(answers: _Answers) -> None:
    for future, answer in answers:
        # Whoever asked may have gone.
        if future.done():
            continue
        if isinstance(answer, AnswerableError):
            future.set_exception(answer)
        else:
            future.set_result(answer)


def _bytes(committed: Committed) -> bytes:
    return committed.envelope.to_bytes().rstrip() if committed.envelope else b""
