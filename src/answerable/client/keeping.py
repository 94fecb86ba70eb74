"""Keep this process's records and those of dead ones, and say when that cannot be done."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from answerable.client.answers import Answer, people_only
from answerable.client.clocks import SECOND, Clock
from answerable.client.families import Family, SpoolUnreadable, SpoolUnwritable
from answerable.client.gateway import GatewayRefused
from answerable.client.shipping import Shipper
from answerable.client.spool import Spool, SpoolFull, open_spool
from answerable.errors import AnswerableError

SEGMENT_BYTES = 1 << 20
_ADOPT_EVERY = 30 * SECOND
_FARTHEST = 600 * SECOND
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 30.0
# Kept free of new permissions, so that what was permitted already can still be recorded.
_RESERVED_SHARE = 16

_FULL = people_only("spool_full")
_UNWRITABLE = people_only("spool_unwritable")
_UNREADABLE = people_only("spool_unreadable")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where records wait, under what name, and how many bytes of them."""

    folder: Path
    prefix: str
    limit: int


class Keeping:
    """The spool of this process; ``bar`` is what `ask` answers while it cannot be relied on."""

    def __init__(self, *, place: Place, shipper: Shipper, clock: Clock) -> None:
        """Touch no disk yet: a forked child makes one of these before it runs on."""
        self._place = place
        self._shipper = shipper
        self._clock = clock
        self._opening = threading.Lock()
        self._writing: Answer | None = _UNWRITABLE
        self._reading: Answer | None = None
        self._failures = 0
        self._next_ship = self._next_adoption = clock()
        self.spool: Spool | None = None
        self.bar: Answer | None = _UNWRITABLE
        self.problem: AnswerableError | None = None
        self.orphan_problem: AnswerableError | None = None
        self._orphans_refused = 0
        self._closed = False

    @property
    def refused(self) -> int:
        """Count the rows that the gateway refused, those of dead processes included."""
        own = self.spool.refused_rows if self.spool is not None else 0
        return own + self._orphans_refused

    def open(self) -> None:
        """Open the spool, or note what prevents it; each step tries again."""
        try:
            self._opened().probe()
        except (SpoolUnreadable, SpoolUnwritable) as error:
            self._note(error)
        else:
            self._writing = None
        self._look()

    def append(self, row_from: Callable[[str], bytes]) -> tuple[str, int]:
        """Write a row durably; give its source and sequence number, or raise what prevents it."""
        try:
            spool = self._opened()
            sequence = spool.append(row_from(spool.family.source))
        except (SpoolUnreadable, SpoolUnwritable, SpoolFull) as error:
            self._note(error)
            raise
        self._writing = None
        self._look()
        return spool.family.source, sequence

    def step(self) -> None:
        """Ship what waits, and adopt what dead processes left, if it is time."""
        if self._writing is not None:
            self.open()
        now = self._clock()
        # After a clock went back the next attempt would lie far ahead.
        if self.spool is None or now < self._next_ship < now + _FARTHEST:
            return
        before = self.spool.settled
        try:
            self._shipper.ship(self.spool)
            self._reading = None
            if now >= self._next_adoption or self._next_adoption > now + _ADOPT_EVERY:
                self._next_adoption = now + _ADOPT_EVERY
                self._adopt()
        except AnswerableError as error:
            if self.spool.settled > before:
                self._failures = 0
            self._note(error)
            self._next_ship = now + self._backoff(error)
            self._failures += 1
        else:
            self._failures = 0
            self._shipped(self.spool)
        self._look()

    def close(self) -> None:
        """Let another process have the family."""
        with self._opening:
            self._closed = True
            if self.spool is not None:
                self.spool.close()
                self.spool.family.release()

    def abandon(self) -> None:
        """In a forked child: close its copies of the files, and leave the parent its lock."""
        if self.spool is not None:
            self.spool.abandon()
            self.spool.family.release()

    def _opened(self) -> Spool:
        with self._opening:
            if self._closed:
                raise SpoolUnwritable(path=self._place.folder, reason="the client is closed")
            if self.spool is None:
                self.spool = open_spool(
                    self._place.folder,
                    prefix=self._place.prefix,
                    limit=self._place.limit,
                    segment_bytes=SEGMENT_BYTES,
                )
            return self.spool

    def _adopt(self) -> None:
        self.orphan_problem = None
        refused = 0
        for family in Family.orphans(self._place.folder):
            try:
                refused += self._ship_orphan(family)
            except (SpoolUnreadable, SpoolUnwritable) as error:
                # A matter for people; it says nothing of this process's own records.
                self.orphan_problem = error
            finally:
                family.release()
        self._orphans_refused = refused

    def _ship_orphan(self, family: Family) -> int:
        orphan = Spool(family, limit=self._place.limit, segment_bytes=SEGMENT_BYTES)
        try:
            self._shipper.ship(orphan)
            return orphan.refused_rows
        finally:
            orphan.close()

    def _shipped(self, spool: Spool) -> None:
        """Forget what was in the way, unless records still cannot be kept."""
        self._look()
        if self.bar is None:
            self.problem = None
        elif self.bar is _FULL:
            # Nobody may have tried to record meanwhile, since `ask` leaves everybody to people.
            self.problem = SpoolFull(path=spool.family.folder, limit=self._place.limit)

    def _note(self, error: AnswerableError) -> None:
        self.problem = error
        if isinstance(error, SpoolUnwritable):
            self._writing = _UNWRITABLE
        elif isinstance(error, SpoolUnreadable):
            self._reading = _UNREADABLE
        self._look()

    def _look(self) -> None:
        spool = self.spool
        limit = self._place.limit
        full = spool is not None and spool.used > limit - limit // _RESERVED_SHARE
        self.bar = self._writing or self._reading or (_FULL if full else None)

    def _backoff(self, error: AnswerableError) -> int:
        seconds = min(_FIRST_WAIT * 2 ** min(self._failures, 10), _LONGEST_WAIT)
        seconds *= random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, hides nothing
        if isinstance(error, GatewayRefused):
            asked_for = error.fields["wait"]
            seconds = max(seconds, asked_for if isinstance(asked_for, float) else 0.0)
        return int(seconds * SECOND)
