"""The hot rows on PostgreSQL: COPY for rows, one lock that makes all gateways take turns."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
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

_COPY = {
    # Table and columns are our own constants.
    table: f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    for table, columns in TABLES.items()
}
_FIRST_HEAD = (
    "INSERT INTO hot_head (id, seq, commits) VALUES (1, 0, 0)"
    " ON CONFLICT (id) DO UPDATE SET seq = hot_head.seq"
    " RETURNING seq, commits, unlinked"
)
_HEAD = "SELECT seq, commits, unlinked FROM hot_head WHERE id = 1 FOR UPDATE"


class PostgresStore:
    """A `Store` in the tables of PostgreSQL."""

    def __init__(self) -> None:
        """Begin without a connection: the first transaction makes it."""
        self._raw: psycopg.Connection[Row] | None = None

    def begin(self) -> Head:
        """Open a transaction and lock the head: no other gateway numbers records meanwhile."""
        with self._failing():
            self._run("BEGIN")
            row = self._run(_HEAD).fetchone()
            if row is None:
                # Of two first writers one waits here for the other.
                row = self._run(_FIRST_HEAD).fetchone() or (0, 0, 0)
        return Head(seq=row[0], commits=row[1], unlinked=row[2])

    def commit(self, head: Head | None) -> None:
        """Commit; with ``synchronous_commit`` on, what is answered afterwards is durable."""
        with self._failing():
            if head is not None:
                sql = "UPDATE hot_head SET seq = %s, commits = %s WHERE id = 1"
                self._run(sql, (head.seq, head.commits))
            self._run("COMMIT")

    def rollback(self) -> None:
        """Undo the open transaction, if one is open."""
        if self._raw is not None:
            with self._failing():
                self._run("ROLLBACK")

    def close(self) -> None:
        """Let go of the connection."""
        self._raw = None
        connections[alias()].close()

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Write rows; one that is there already raises `RowsCollide`."""
        if not rows:
            return
        data = "".join(map(_LINES[table], rows)).encode()
        with self._failing(table), self._cursor() as cursor, cursor.copy(_COPY[table]) as copy:
            copy.write(data)

    def seen(self, keys: Sequence[bytes]) -> dict[bytes, SeenRow]:
        """Give what is remembered under these keys."""
        sql = "SELECT key, digest, seq, recorded_us FROM hot_seen WHERE key = ANY(%b)"
        with self._failing():
            return {
                key: SeenRow(digest=digest, seq=seq, recorded_us=recorded)
                for key, digest, seq, recorded in self._run(sql, (list(keys),), binary=True)
            }

    def tokens(self, lookups: Sequence[bytes]) -> dict[bytes, bytes]:
        """Give the tokens of people who have one."""
        sql = "SELECT lookup, token FROM hot_subject WHERE lookup = ANY(%b)"
        with self._failing():
            return dict(self._run(sql, (list(lookups),), binary=True).fetchall())

    def source(self, agency: str, source: str) -> SourceRow | None:
        """Give how far a source has come."""
        sql = "SELECT highest, missing, given_up FROM hot_source WHERE agency = %s AND source = %s"
        with self._failing():
            row = self._run(sql, (agency, source)).fetchone()
        return None if row is None else SourceRow(highest=row[0], missing=row[1], given_up=row[2])

    def put_source(self, agency: str, source: str, row: SourceRow, *, at_us: int) -> None:
        """Write how far a source has come."""
        sql = (
            "INSERT INTO hot_source (agency, source, highest, missing, given_up, changed_us)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (agency, source) DO UPDATE SET"
            " highest = excluded.highest, missing = excluded.missing,"
            " given_up = excluded.given_up, changed_us = excluded.changed_us"
        )
        with self._failing():
            self._run(sql, (agency, source, row.highest, row.missing, row.given_up, at_us))

    def put_conflicts(self, rows: Iterable[Row]) -> None:
        """Note refused records; one that is noted stays."""
        sql = (
            "INSERT INTO hot_conflict (key, agency, use, source, recorded_us)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
        )
        with self._failing(), self._cursor() as cursor:
            cursor.executemany(sql, list(rows))

    def allot(self, lease: str, use: str, allotted: int) -> None:
        """Note what a lease allows, before it is handed out."""
        sql = "INSERT INTO hot_allotment (lease, use, allotted, decided) VALUES (%s, %s, %s, 0)"
        with self._failing("hot_allotment"):
            self._run(sql, (lease, use, allotted))

    def count_under(self, lease: str, use: str, arrived: int) -> int:
        """Count decisions under a lease, and say how many of them it did not allow."""
        sql = (
            "UPDATE hot_allotment SET decided = decided + %s WHERE lease = %s AND use = %s"
            " RETURNING decided - allotted"
        )
        with self._failing():
            row = self._run(sql, (arrived, lease, use)).fetchone()
        return arrived if row is None else max(0, min(arrived, row[0]))

    def _cursor(self) -> psycopg.Cursor[Row]:
        # Not Django's cursor, which would fill the values into the text of the query.
        return psycopg.Cursor(self._connected())

    def _run(
        self, sql: str, values: tuple[Any, ...] = (), *, binary: bool = False
    ) -> psycopg.Cursor[Row]:
        cursor = self._cursor()
        return cursor.execute(sql.encode(), values, binary=binary)

    def _connected(self) -> psycopg.Connection[Row]:
        if self._raw is None:
            connection = connections[alias()]
            connection.ensure_connection()
            raw: psycopg.Connection[Row] = connection.connection
            # Whatever the server's default: an answer comes after the disk.
            raw.execute("SET synchronous_commit = on")
            self._raw = raw
        return self._raw

    @contextmanager
    def _failing(self, table: str = "") -> Iterator[None]:
        """Say in our words what the server says; after a failure nothing half done remains."""
        try:
            yield
        except psycopg.errors.IntegrityError as error:
            raise RowsCollide(table=table) from error
        except (psycopg.OperationalError, psycopg.InterfaceError, DjangoError) as error:
            self._drop()
            raise StoreUnavailable from error
        except psycopg.Error as error:
            raise RowUnwritable(reason=error.sqlstate or type(error).__name__) from error

    def _drop(self) -> None:
        # Closing rolls back; a connection that failed is not trusted again.
        try:
            self.close()
        except (psycopg.Error, DjangoError):
            self._raw = None


def _escaped(text: str) -> str:
    r"""Write a text as COPY reads it; only a backslash of ours could mean something else.

    >>> _escaped("a\\b")
    'a\\\\b'
    """
    # Control characters were refused where the text came in.
    return text.replace("\\", "\\\\") if "\\" in text else text


def _text_bytes(body: bytes) -> str:
    r"""Write bytes that are mostly text in half the characters of hexadecimal digits.

    A backslash means something to the column and to COPY as well, other ASCII stands for
    itself; what a database makes of other characters depends on its encoding.

    >>> _text_bytes(b'{"id":"a"}'), _text_bytes("ë".encode())
    ('{"id":"a"}', '\\\\xc3ab')
    """
    if not body.isascii() or b"\\" in body:
        return f"{_HEX}{body.hex()}"
    return body.decode("ascii")


def _record_line(row: Row) -> str:
    seq, agency, kind, source, identity, sequence, use, version, subject, *rest = row
    digest, marks, occurred, recorded, number, body = rest
    return (
        f"{seq}\t{agency}\t{kind}\t{_escaped(source)}\t{_escaped(identity)}\t"
        f"{_NULL if sequence is None else sequence}\t{use}\t{version}\t{subject}\t"
        f"{_HEX}{digest.hex()}\t{marks}\t{occurred}\t{recorded}\t{number}\t{_text_bytes(body)}\n"
    )


def _seen_line(row: Row) -> str:
    key, digest, seq, recorded, number = row
    return f"{_HEX}{key.hex()}\t{_HEX}{digest.hex()}\t{seq}\t{recorded}\t{number}\n"


def _subject_line(row: Row) -> str:
    lookup, agency, use, token, closed, made = row
    return (
        f"{_HEX}{lookup.hex()}\t{agency}\t{use}\t{_HEX}{token.hex()}\t{_HEX}{closed.hex()}"
        f"\t{made}\n"
    )


def _attribute_line(row: Row) -> str:
    seq, body = row
    return f"{seq}\t{_HEX}{body.hex()}\n"


def _commit_line(row: Row) -> str:
    number, recorded, envelope, repeated = row
    return f"{number}\t{recorded}\t{_HEX}{envelope.hex()}\t{_HEX}{repeated.hex()}\n"


_HEX = "\\\\x"
_NULL = "\\N"
_LINES = {
    "hot_record": _record_line,
    "hot_attribute": _attribute_line,
    "hot_seen": _seen_line,
    "hot_commit": _commit_line,
    "hot_subject": _subject_line,
}
