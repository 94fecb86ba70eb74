"""The clock that ages a lease: it runs on while the machine sleeps, and nobody can set it."""

import time
from collections.abc import Callable
from typing import TypeAlias

# Nanoseconds since some moment that stays the same while the process lives.
Clock: TypeAlias = Callable[[], int]

SECOND = 1_000_000_000


def lease_clock() -> Clock:
    """Give the clock that counts sleep where the system has it, else the monotonic one."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    if boot_time is None:
        return time.monotonic_ns
    clock: int = boot_time

    def since_start() -> int:
        return time.clock_gettime_ns(clock)

    return since_start
