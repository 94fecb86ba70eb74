"""The clock of a replay: it says the day that is replayed, and moves only when told to."""

from datetime import UTC, datetime, timedelta
from time import monotonic

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)


class ReplayClock:
    """Stands in the places that a machine's clocks have in the gateway and the client.

    What is past is 2013; how long a process waits for another is measured as ever.
    """

    def __init__(self, start: datetime) -> None:
        """Begin at a moment, in UTC."""
        self._now = start

    def now(self) -> datetime:
        """Give the time that is replayed, in UTC."""
        return self._now

    def us(self) -> int:
        """Give it in microseconds since 1970."""
        return (self._now - _EPOCH) // _US

    def ns(self) -> int:
        """Give it in nanoseconds since 1970: what ages the leases of a client."""
        return self.us() * 1_000

    def monotonic(self) -> float:
        """Give real seconds: how fresh what the gateway has read is."""
        return monotonic()

    def move_to(self, at: datetime) -> datetime:
        """Move on to a moment; a clock that is past it already stays. Gives the time."""
        self._now = max(self._now, at)
        return self._now

    def step(self, by: timedelta = timedelta(seconds=1)) -> datetime:
        """Move on by a little, and give the time."""
        return self.move_to(self._now + by)
