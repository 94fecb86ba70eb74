"""A progress bar on standard error, on a terminal, for reads that take long."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SHOWN_AFTER_SECONDS = 0.5


@contextmanager
def reading(name: str) -> Iterator[Callable[[float], None] | None]:
    """Offer something to report progress to; None where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("Reading {task.description}"), BarColumn(), TimeRemainingColumn()
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(name, total=1.0)
    started = time.monotonic()

    def report(share: float) -> None:
        if not bar.live.is_started and time.monotonic() - started > _SHOWN_AFTER_SECONDS:
            bar.start()
        bar.update(task, completed=share)

    try:
        yield report
    finally:
        bar.stop()
