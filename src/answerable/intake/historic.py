"""Bringing in what agencies already have: a table of old records, through the same door."""

import csv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.intake import wire
from answerable.intake.arrival import Arrival, Rows
from answerable.intake.bodies import microseconds
from answerable.intake.cells import Fault, RowReader
from answerable.intake.commits import Desk, Kept, commit
from answerable.intake.hot.store import Store
from answerable.intake.log_entries import RecordsImported
from answerable.intake.mappings import ColumnMapping
from answerable.inventory.queries import use_for_part
from answerable.ledger.append import append
from answerable.measure.tables.locked import Limits
from answerable.measure.tables.reader import read_cells
from answerable.measure.tables.sources import Source, check_unchanged, digest, find_source
from answerable.people.actors import Actor
from answerable.people.roles import Role

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
        notice. So a row dated at or after the use's enrolment is refused, unless it tells
        an outcome.
    progress
        Told how many rows were read.
    """
    use = use_for_part(by, mapping.use, Role.OWNER)
    source = find_source(location)
    identity = digest(source)
    reader = RowReader(mapping, at=at, before=use.enrolled_at if historic else None)
    batches = _batches(source, mapping, reader, desk=desk, historic=historic, limits=limits)
    stored = before = read = 0
    with Refusals(refusals) as refused, ThreadPoolExecutor(max_workers=1) as ahead:
        # While one batch is being written, the next is read.
        coming = ahead.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = ahead.submit(next, batches, None)
            for number, fault in batch.faults:
                refused.add(batch.file, number, fault)
            fates = commit(batch.rows, store=store, desk=desk, at_us=microseconds(at)).fates
            for number, fate in zip(batch.numbers, fates, strict=True):
                if isinstance(fate, Kept):
                    before += fate.before
                    stored += not fate.before
                else:
                    refused.add(batch.file, number, _fault_of(fate, reader))
            read += len(batch.numbers) + len(batch.faults)
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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Batch:
    """Some rows of one file: those that are records, by number, and those that are not."""

    file: str
    rows: Rows
    numbers: list[int]
    faults: list[tuple[int, Fault]]


def _batches(
    source: Source,
    mapping: ColumnMapping,
    reader: RowReader,
    *,
    desk: Desk,
    historic: bool,
    limits: Limits,
) -> Iterator[_Batch]:
    cells = read_cells(source, mapping.columns, limits=limits, rows_at_once=ROWS_AT_ONCE)
    for file, first, rows in cells:
        records: list[wire.Record] = []
        numbers: list[int] = []
        faults: list[tuple[int, Fault]] = []
        for number, row in enumerate(rows, start=first):
            found = reader.read(row)
            if isinstance(found, Fault):
                faults.append((number, found))
            else:
                records.append(found)
                numbers.append(number)
        arrival = Arrival(agency=mapping.agency, records=records, historic=historic)
        laid_out = Rows([arrival], pseudonyms=desk.pseudonyms)
        yield _Batch(file=file.name, rows=laid_out, numbers=numbers, faults=faults)


def _fault_of(error: AnswerableError, reader: RowReader) -> Fault:
    """Say in the words of the list why the log did not take a record."""
    found = f"a record that is refused ({error.code})"
    return Fault(column=reader.column_of("id"), found=found, expected=error.advice)


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
