"""Let Django empty the tables after a test that commits, though the ledger's rows are guarded.

A test with ``transaction=True`` ends with a flush of every table, which the triggers
refuse like any other. Here, and only here, they step aside for it.
"""

from collections.abc import Iterable, Iterator

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

from answerable.ledger.append import DATABASE
from tests.ledger.situations import guards_down


@pytest.fixture(autouse=True, scope="session")
def the_ledger_can_be_emptied() -> Iterator[None]:
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_unguarded(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
        if self.connection.alias != DATABASE:
            flush(self, sql_list)
            return
        with guards_down():
            flush(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_unguarded)
        yield
