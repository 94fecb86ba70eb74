"""The hot rows on SQLite: several rows a statement, so that the interpreter waits seldom."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain

from django.db import connections
from django.db.utils import Error as DjangoError

from answerable.intake.hot.store import (
    TABLES,
    Head,
    Row,
    RowsCollide,
    RowUnwritable,
    SeenRow,
    SourceRow,
    StoreUnavailable,
    alias,
)
from answerable.intake.subjects import LOOKUP_BYTES, TOKEN_BYTES

# Whoever waits for SQLite gives up the interpreter, and gets it back late where another
# thread is busy: so rows go in few statements. A small group goes in one; of more rows there
# are parts whose sizes are powers of two, so that few prepared statements serve any number.
_SMALL = 64
# What one statement of SQLite takes, as it is built by default.
_MOST_VALUES = 32_766


@cache
def _insert(table: str, rows: int) -> str:
    columns = TABLES[table]
    values = f"({','.join('?' * len(columns))})"
    # Of several rows SQLite would keep each page as it was, to undo the statement alone; a row
    # that is there already ends the whole transaction here, so it need not.
    # Table and columns are our own constants.
    all_values = ",".join([values] * rows)
    return f"INSERT OR ROLLBACK INTO {table} ({','.join(columns)}) VALUES {all_values}"  # noqa: S608


def _parts(count: int, columns: int) -> Iterator[tuple[int, int]]:
    """Cut a number of rows into parts of the sizes there are.

    >>> list(_parts(1077, columns=5))
    [(0, 1024), (1024, 1077)]
    """
    most = 1 << ((_MOST_VALUES // columns).bit_length() - 1)
    start = 0
    while left := count - start:
        size = left if left <= _SMALL else min(most, 1 << (left.bit_length() - 1))
        yield start, start + size
        start += size


# A batch touches most pages of an index over hashes: they must fit into memory until the
# commit, and are copied from the log of SQLite into the file only once in a while.
_PRAGMAS = ("PRAGMA cache_size = -65536", "PRAGMA wal_autocheckpoint = 16000")


class SqliteStore:
    """A `Store` on the SQLite file of the hot rows."""

    def __init__(self) -> None:
        """Begin without a connection: the first transaction makes it."""
        self._raw: sqlite3.Connection | None = None

    def begin(self) -> Head:
        """Open a transaction; SQLite lets one writer in at a time."""
        with self._failing():
            raw = self._connected()
            raw.execute("BEGIN IMMEDIATE")
            row = raw.execute("SELECT seq, commits, unlinked FROM hot_head WHERE id = 1").fetchone()
            if row is None:
                raw.execute("INSERT INTO hot_head (id, seq, commits) VALUES (1, 0, 0)")
                row = (0, 0, 0)
        return Head(seq=row[0], commits=row[1], unlinked=row[2])

    def commit(self, head: Head | None) -> None:
        """Sync the log of SQLite to disk: what is answered afterwards is durable."""
        with self._failing():
            raw = self._connected()
            if head is not None:
                sql = "UPDATE hot_head SET seq = ?, commits = ? WHERE id = 1"
                raw.execute(sql, (head.seq, head.commits))
            raw.execute("COMMIT")

    def rollback(self) -> None:
        """Undo the open transaction, if one is open."""
        if self._raw is not None and self._raw.in_transaction:
            with self._failing():
                self._raw.execute("ROLLBACK")

    def close(self) -> None:
        """Let go of the connection."""
        self._raw = None
        connections[alias()].close()

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Write rows; one that is there already raises `RowsCollide`."""
        with self._failing(table):
            raw = self._connected()
            for start, end in _parts(len(rows), len(TABLES[table])):
                values = list(chain.from_iterable(rows[start:end]))
                raw.execute(_insert(table, end - start), values)

    def seen(self, keys: Sequence[bytes]) -> dict[bytes, SeenRow]:
        """Give what is remembered under these keys."""
        sql = "SELECT key, digest, seq, recorded_us FROM hot_seen WHERE key IN "
        return {
            key: SeenRow(digest=digest, seq=seq, recorded_us=recorded)
            for key, digest, seq, recorded in self._among(sql, keys)
        }

    def tokens(self, lookups: Sequence[bytes]) -> dict[bytes, bytes]:
        """Give the tokens of people who have one."""
        # All in one row: between two rows the interpreter is given up, and waited for.
        sql = "SELECT group_concat(hex(lookup) || hex(token), '') FROM hot_subject WHERE lookup IN "
        joined = bytes.fromhex("".join(row[0] or "" for row in self._among(sql, lookups)))
        both = LOOKUP_BYTES + TOKEN_BYTES
        return {
            joined[at : at + LOOKUP_BYTES]: joined[at + LOOKUP_BYTES : at + both]
            for at in range(0, len(joined), both)
        }

    def source(self, agency: str, source: str) -> SourceRow | None:
        """Give how far a source has come."""
        sql = "SELECT highest, missing, given_up FROM hot_source WHERE agency = ? AND source = ?"
        with self._failing():
            row = self._connected().execute(sql, (agency, source)).fetchone()
        return None if row is None else SourceRow(highest=row[0], missing=row[1], given_up=row[2])

    def put_source(self, agency: str, source: str, row: SourceRow, *, at_us: int) -> None:
        """Write how far a source has come."""
        sql = (
            "INSERT INTO hot_source (agency, source, highest, missing, given_up, changed_us)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (agency, source) DO UPDATE SET"
            " highest = excluded.highest, missing = excluded.missing,"
            " given_up = excluded.given_up, changed_us = excluded.changed_us"
        )
        with self._failing():
            values = (agency, source, row.highest, row.missing, row.given_up, at_us)
            self._connected().execute(sql, values)

    def put_conflicts(self, rows: Iterable[Row]) -> None:
        """Note refused records; one that is noted stays."""
        sql = (
            "INSERT INTO hot_conflict (key, agency, use, source, recorded_us)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        )
        with self._failing():
            self._connected().executemany(sql, rows)

    def allot(self, lease: str, use: str, allotted: int) -> None:
        """Note what a lease allows, before it is handed out."""
        sql = "INSERT INTO hot_allotment (lease, use, allotted, decided) VALUES (?, ?, ?, 0)"
        with self._failing("hot_allotment"):
            self._connected().execute(sql, (lease, use, allotted))

    def count_under(self, lease: str, use: str, arrived: int) -> int:
        """Count decisions under a lease, and say how many of them it did not allow."""
        sql = (
            "UPDATE hot_allotment SET decided = decided + ? WHERE lease = ? AND use = ?"
            " RETURNING decided - allotted"
        )
        with self._failing():
            row = self._connected().execute(sql, (arrived, lease, use)).fetchone()
        return arrived if row is None else max(0, min(arrived, row[0]))

    def _among(self, sql: str, keys: Sequence[bytes]) -> Iterator[Row]:
        with self._failing():
            raw = self._connected()
            for start, end in _parts(len(keys), 1):
                marks = ",".join("?" * (end - start))
                yield from raw.execute(f"{sql}({marks})", keys[start:end]).fetchall()

    def _connected(self) -> sqlite3.Connection:
        if self._raw is None:
            connection = connections[alias()]
            connection.ensure_connection()
            raw: sqlite3.Connection = connection.connection
            for pragma in _PRAGMAS:
                raw.execute(pragma)
            self._raw = raw
        return self._raw

    @contextmanager
    def _failing(self, table: str = "") -> Iterator[None]:
        """Say in our words what SQLite says; after a failure nothing half done remains."""
        try:
            yield
        except sqlite3.IntegrityError as error:
            raise RowsCollide(table=table) from error
        except (sqlite3.OperationalError, DjangoError) as error:
            self._drop()
            raise StoreUnavailable from error
        except sqlite3.Error as error:
            raise RowUnwritable(reason=type(error).__name__) from error

    def _drop(self) -> None:
        # Closing rolls back; a connection that met a full disk is not trusted again.
        try:
            self.close()
        except (sqlite3.Error, DjangoError):
            self._raw = None
