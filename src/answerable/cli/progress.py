"""A progress bar on standard error, on a terminal, for reads that take long."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Loading it costs more than most commands take, and only a terminal needs it.
    from rich.progress import ProgressColumn

_SHOWN_AFTER_SECONDS = 0.5


@contextmanager
def reading(name: str) -> Iterator[Callable[[float], None] | None]:
    """Offer something to report progress to; None where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

    columns = TextColumn("Reading {task.description}"), BarColumn(), TimeRemainingColumn()
    with _bar(columns, name, total=1.0) as report:
        yield report


@contextmanager
def counting(name: str) -> Iterator[Callable[[int], None] | None]:
    """Offer something to report the number of rows to; None where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("Reading {task.description}: {task.completed:,.0f} rows"),
        TimeElapsedColumn(),
    )
    with _bar(columns, name, total=None) as report:
        yield report


@contextmanager
def stepping(name: str) -> Iterator[Callable[[float, str], None]]:
    """Offer something to report how much is done, and what is being done, to."""
    if not sys.stderr.isatty():
        yield lambda _share, _what: None
        return
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with _bar(columns, name, total=1.0) as report:
        yield lambda share, what: report(share, f"{name}: {what}")


@contextmanager
def _bar(
    columns: "Sequence[ProgressColumn]", name: str, *, total: float | None
) -> Iterator[Callable[..., None]]:
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(name, total=total)
    started = time.monotonic()

    def report(done: float, what: str = name) -> None:
        if not bar.live.is_started and time.monotonic() - started > _SHOWN_AFTER_SECONDS:
            bar.start()
        bar.update(task, completed=done, description=what)

    try:
        yield report
    finally:
        bar.stop()
