"""What the gate knows, read anew every second, and how far it can be relied on."""

import asyncio
import logging
from dataclasses import dataclass

from answerable.gateway.ports import Clock, Fits, Gate
from answerable.gateway.problems import NotReady
from answerable.gateway.reading import ReadingThread
from answerable.intake.marks import Judge

REFRESH_SECONDS = 0.5
# Beyond it the gate may have changed unseen: leases say people only.
STALE_SECONDS = 5.0
# How often the ledger is looked at again: nothing opens before it fits, or once it does not.
CHECK_AGAIN_SECONDS = 10.0

_log = logging.getLogger("answerable.gateway")


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """The facts of one moment."""

    judge: Judge
    checkpoint: str
    read_at: float


class Facts:
    """Keeps the newest facts, and says whether they are fresh and the ledger fits."""

    def __init__(self, *, gate: Gate, fits: Fits, reading: ReadingThread, clock: Clock) -> None:
        """Know nothing yet."""
        self._gate, self._check, self._reading, self._clock = gate, fits, reading, clock
        self._known: Known | None = None
        self._fits = False
        self._check_after = 0.0

    @property
    def known(self) -> Known:
        """The newest facts, however old; none yet means that nothing can be judged."""
        if self._known is None:
            raise NotReady
        return self._known

    @property
    def trusted(self) -> bool:
        """Whether anything may be opened on them."""
        known = self._known
        fresh = known is not None and self._clock.monotonic() - known.read_at <= STALE_SECONDS
        return fresh and self._fits

    @property
    def state(self) -> str:
        """One word for whoever watches the gateway."""
        if self._known is None:
            return "starting"
        if self._clock.monotonic() - self._known.read_at > STALE_SECONDS:
            return "stale"
        return "ok" if self._fits else "ledger_does_not_fit"

    async def refresh(self) -> None:
        """Read the facts, and look at the ledger again when it is time."""
        if self._clock.monotonic() >= self._check_after:
            self._check_after = self._clock.monotonic() + CHECK_AGAIN_SECONDS
            self._fits = await self._look()
        self._known = await self._reading.ask(self._read)

    async def _look(self) -> bool:
        try:
            return await self._reading.ask(self._check)
        except Exception as error:  # noqa: BLE001 - where looking fails, nobody has seen it fit
            _log.warning("the ledger could not be looked at: %s", type(error).__name__)
            return False

    async def keep_fresh(self) -> None:
        """Refresh for ever; what fails is tried again."""
        while True:
            try:
                await self.refresh()
            except Exception as error:  # noqa: BLE001 - stale facts fail closed by themselves
                _log.warning("facts of the gate could not be read: %s", type(error).__name__)
            await asyncio.sleep(REFRESH_SECONDS)

    def _read(self) -> Known:
        # The age counts from before the reading: what changes during it may be missed.
        read_at = self._clock.monotonic()
        uses = self._gate.uses(fits=self._fits, at=self._clock.now())
        return Known(judge=Judge(uses), checkpoint=self._gate.checkpoint(), read_at=read_at)
