"""The one thread that reads models: leases, tokens and facts wait for each other there."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import close_old_connections, connections

T = TypeVar("T")


class ReadingThread:
    """Runs one question at a time against the models, off the event loop."""

    def __init__(self) -> None:
        """Start no thread yet; the first question does."""
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="models")

    async def ask(self, question: Callable[[], T]) -> T:
        """Put a question and wait for the answer."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, _fresh, question)

    def close(self) -> None:
        """Finish what is asked, and close the thread's connections."""
        self._pool.submit(_let_go)
        self._pool.shutdown(wait=True)


def _fresh(question: Callable[[], T]) -> T:
    # A connection that the server closed is found out here, not in the middle of an answer.
    close_old_connections()
    return question()


def _let_go() -> None:
    connections.close_all()
