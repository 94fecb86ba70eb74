"""Bringing in what agencies already have: a table of old records, through the same door."""

import csv
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from django.db import transaction

from answerable.intake import wire
from answerable.intake.arrival import Arrival, Rows
from answerable.intake.bodies import microseconds
from answerable.intake.cells import Fault, RowReader
from answerable.intake.commits import Desk, Kept, commit
from answerable.intake.hot.store import Store
from answerable.intake.log_entries import RecordsImported
from answerable.intake.mappings import ColumnMapping
from answerable.inventory.queries import UnknownUse, use_for, uses_named
from answerable.ledger.append import append
from answerable.measure.tables.locked import Limits
from answerable.measure.tables.reader import read_cells
from answerable.measure.tables.sources import check_unchanged, digest, find_source
from answerable.people.actors import Actor
from answerable.people.roles import INSTALLATION, Role

ROWS_AT_ONCE = 10_000
"""Records of one commit, and the most that an interruption repeats."""

# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What became of the rows. ``refusals`` is the list of those refused, if there are any."""

    sha256: str
    stored: int
    stored_before: int
    refused: int
    refusals: Path | None

    @property
    def rows(self) -> int:
        """Every row of the file."""
        return self.stored + self.stored_before + self.refused


def import_file(
    location: str,
    mapping: ColumnMapping,
    *,
    store: Store,
    desk: Desk,
    refusals: Path,
    historic: bool,
    by: Actor,
    at: datetime,
    limits: Limits,
    progress: Callable[[int], object] | None = None,
) -> Imported:
    """Read a Parquet or CSV file of records into the log.

    Each row goes the way of a record that arrives: it gets a token, is stored once
    however often the file is imported, and its commit is signed. Rows that are no records
    are left out, counted and listed in ``refusals`` by file, row, column and what was
    expected; what they hold is shown by its shape only. A file, a column or a mapping that
    cannot be read is refused before anything is stored.

    Parameters
    ----------
    location
        A file, folder or pattern, as `measure.tables` finds them.
    historic
        Marks the records as ones that were made before: they raise no finding and send no
        notice.
    progress
        Told how many rows were read.
    """
    _check_may(mapping.use, by=by)
    source = find_source(location)
    identity = digest(source)
    reader = RowReader(mapping, at=at)
    batches = read_cells(source, mapping.columns, limits=limits, rows_at_once=ROWS_AT_ONCE)
    stored = before = read = 0
    with Refusals(refusals) as refused:
        for file, first, cells in batches:
            records, numbers = [], []
            for number, row in enumerate(cells, start=first):
                found = reader.read(row)
                if isinstance(found, Fault):
                    refused.add(file.name, number, found)
                else:
                    records.append(found)
                    numbers.append(number)
            kept = _store(records, mapping, store=store, desk=desk, historic=historic, at=at)
            for number, fate in zip(numbers, kept, strict=True):
                if isinstance(fate, Fault):
                    named = Fault(
                        column=reader.column_of("id"), found=fate.found, expected=fate.expected
                    )
                    refused.add(file.name, number, named)
                else:
                    before += fate.before
                    stored += not fate.before
            read += len(cells)
            if progress is not None:
                progress(read)
        check_unchanged(source)
    imported = Imported(
        sha256=identity.sha256,
        stored=stored,
        stored_before=before,
        refused=refused.count,
        refusals=refusals if refused.count else None,
    )
    _enter(imported, mapping, historic=historic, by=by, at=at)
    return imported


class Refusals(AbstractContextManager["Refusals"]):
    """The list of refused rows: a CSV file that only its owner can read, made when needed."""

    def __init__(self, path: Path) -> None:
        """Remember where it is to be; nothing is written yet."""
        self.count = 0
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()

    def add(self, file: str, row: int, fault: Fault) -> None:
        """List a row."""
        if self._file is None:
            self._path.touch(mode=0o600)
            self._file = self._path.open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(["file", "row", "column", "found", "expected"])
        cells = (file, str(row), fault.column, fault.found, fault.expected)
        csv.writer(self._file).writerow([neutral(cell) for cell in cells])
        self.count += 1


def neutral(cell: str) -> str:
    """Keep a spreadsheet from taking a text for a formula.

    >>> neutral("=1+1"), neutral("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _check_may(use: str, *, by: Actor) -> None:
    if not by.may(Role.OPERATOR, agency=INSTALLATION):
        use_for(by, use, Role.OWNER)
    elif not uses_named([use]).exists():
        raise UnknownUse(use=use[:120])


def _store(
    records: Sequence[wire.Record],
    mapping: ColumnMapping,
    *,
    store: Store,
    desk: Desk,
    historic: bool,
    at: datetime,
) -> list[Kept | Fault]:
    if not records:
        return []
    arrival = Arrival(agency=mapping.agency, records=records, historic=historic)
    rows = Rows([arrival], pseudonyms=desk.pseudonyms)
    done = commit(rows, store=store, desk=desk, at_us=microseconds(at))
    return [
        fate
        if isinstance(fate, Kept)
        else Fault(column="", found=f"a record refused ({fate.code})", expected=fate.advice)
        for fate in done.fates
    ]


def _enter(
    imported: Imported, mapping: ColumnMapping, *, historic: bool, by: Actor, at: datetime
) -> None:
    entry = RecordsImported(
        use=mapping.use,
        sha256=imported.sha256,
        mapping=mapping.sha256,
        historic=historic,
        stored=imported.stored,
        stored_before=imported.stored_before,
        refused=imported.refused,
    )
    with transaction.atomic():
        append(entry, by=by, at=at, agency=mapping.agency)
