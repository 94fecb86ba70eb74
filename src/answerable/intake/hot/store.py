"""What a writer asks of the database of the hot rows, in plain SQL, and who answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from django.db import connections, router

from answerable.errors import AnswerableError
from answerable.intake.hot import models

Row: TypeAlias = tuple[Any, ...]

RECORD = (
    "seq",
    "agency",
    "kind",
    "source",
    "record_id",
    "sequence",
    "use",
    "version",
    "subject",
    "digest",
    "marks",
    "occurred_us",
    "recorded_us",
    "commit_id",
    "body",
)
ATTRIBUTE = ("seq", "body")
SEEN = ("key", "digest", "seq", "recorded_us", "commit_id")
COMMIT = ("commit_id", "recorded_us", "envelope", "repeated")
SUBJECT = ("lookup", "agency", "use", "token", "ciphertext", "made_us")
TABLES = {
    "hot_record": RECORD,
    "hot_attribute": ATTRIBUTE,
    "hot_seen": SEEN,
    "hot_commit": COMMIT,
    "hot_subject": SUBJECT,
}


class StoreUnavailable(AnswerableError):
    """The database cannot be written to now; nothing was stored."""

    code = "intake.store_unavailable"
    message = "The decision log cannot be written to at this moment; nothing was stored."
    hint = "Send it again with the same id after a while."


class RowsCollide(AnswerableError):
    """A row was there already: the writer looks more closely and tries again."""

    code = "intake.rows_collide"
    message = "A row of {table} was there already."


class RowUnwritable(AnswerableError):
    """The database takes no such row."""

    code = "intake.row_unwritable"
    message = "The database refuses the row: {reason}."
    hint = "Report it with the code of the reason: it passed every check that comes before."


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The numbers last given to a record and to a commit, and how often people were unlinked."""

    seq: int
    commits: int
    unlinked: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenRow:
    """What is remembered of a record that arrived before."""

    digest: bytes
    seq: int
    recorded_us: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceRow:
    """How far a source has come."""

    highest: int
    missing: str
    given_up: int


class Store(Protocol):
    """One connection, one transaction at a time, used by one thread.

    Every method raises `StoreUnavailable` where the database fails; the transaction is
    then over, and the next `begin` starts with a new connection.
    """

    def begin(self) -> Head:
        """Open a transaction in which nobody else numbers records."""

    def commit(self, head: Head | None) -> None:
        """Make everything durable, with the new numbers if there are any."""

    def rollback(self) -> None:
        """Undo the open transaction, if one is open."""

    def close(self) -> None:
        """Let go of the connection."""

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Write rows; one that is there already raises `RowsCollide`."""

    def seen(self, keys: Sequence[bytes]) -> dict[bytes, SeenRow]:
        """Give what is remembered under these keys."""

    def tokens(self, lookups: Sequence[bytes]) -> dict[bytes, bytes]:
        """Give the tokens of people who have one."""

    def source(self, agency: str, source: str) -> SourceRow | None:
        """Give how far a source has come."""

    def put_source(self, agency: str, source: str, row: SourceRow, *, at_us: int) -> None:
        """Write how far a source has come."""

    def put_conflicts(self, rows: Iterable[Row]) -> None:
        """Note refused records: key, agency, use, source, time. One that is noted stays."""

    def allot(self, lease: str, use: str, allotted: int) -> None:
        """Note what a lease allows, before it is handed out."""

    def count_under(self, lease: str, use: str, arrived: int) -> int:
        """Count decisions under a lease, and say how many of them it did not allow."""


def alias() -> str:
    """Name the database that holds the hot rows."""
    return router.db_for_write(models.Record)


def open_store() -> Store:
    """Open the store of this thread on whichever database is set."""
    from answerable.intake.hot.postgres import PostgresStore  # noqa: PLC0415
    from answerable.intake.hot.sqlite import SqliteStore  # noqa: PLC0415

    connection = connections[alias()]
    return PostgresStore() if connection.vendor == "postgresql" else SqliteStore()
