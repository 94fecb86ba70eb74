"""Which files a name stands for, what they are by their bytes, and what identifies them."""

import csv
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from glob import glob, has_magic
from itertools import takewhile
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from answerable.errors import AnswerableError
from answerable.record.canonical import canonical_bytes

BLOCK = 1 << 19
"""Bytes read at a time; also the longest run without a line end that a CSV may hold."""

MOST_LINES_IN_A_CELL = 100
"""A quoted cell of more lines than this is a quote that somebody did not close."""

_MAGIC_LENGTH = 8
_BINARY_ENDINGS = frozenset({".arrow", ".arrows", ".parquet", ".pq"})
_ENDINGS = _BINARY_ENDINGS | {".csv", ".tsv", ".txt"}
_PICKLE = b"\x80"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class NoSuchData(AnswerableError):
    """The name stands for no file."""

    code = "measure.no_such_data"
    message = "There is no file {location}."
    hint = (
        "Name a Parquet, CSV or Arrow IPC stream file, a folder of them, "
        "or a pattern like 'decisions/*.parquet'."
    )


class AddressesNotReadYet(AnswerableError):
    """The address of a database or a web place was given, which this version cannot read."""

    code = "measure.addresses_not_read_yet"
    message = "This command reads files of this machine, not web addresses or databases."
    hint = "Fetch the file, or export the table to Parquet. `answerable audit` counts tables."


class CannotOpen(AnswerableError):
    """A file is there and cannot be opened."""

    code = "measure.cannot_open"
    message = "{path} cannot be opened: {reason}."
    hint = "Nothing is counted in part: make it readable, or name only the files that count."


class UnexpectedFile(AnswerableError):
    """A folder holds a file that may or may not be meant."""

    code = "measure.unexpected_file"
    message = "The folder holds {file}, and nobody can tell whether it is meant to count."
    hint = "Move it elsewhere, or name the files by a pattern, like 'decisions/*.csv'."


class SameFileTwice(AnswerableError):
    """The same records would count twice."""

    code = "measure.same_file_twice"
    message = "{file} and {other} are the same to the byte, so every record would count twice."
    hint = "Remove one of them, or name the files that count by a pattern."


class EmptyFile(AnswerableError):
    """A file of no bytes says nothing."""

    code = "measure.empty_file"
    message = "{file} is empty: it has no bytes, so nothing can be measured from it."
    hint = "Export it again and check that the export finished."


class NotATable(AnswerableError):
    """The bytes are not of a kind that is read here."""

    code = "measure.not_a_table"
    message = "{file} is not a table this command reads: {found}."
    hint = "Expected {expected}. Export the decisions to Parquet or CSV."


class Truncated(AnswerableError):
    """A Parquet file ends before it should."""

    code = "measure.truncated"
    message = "{file} begins like Parquet but does not end like it: it was cut off."
    hint = "Copy or export it again, and compare its size with the original."


class WrongEncoding(AnswerableError):
    """Text that is not UTF-8 cannot be told apart from other text."""

    code = "measure.wrong_encoding"
    message = "{file}, line {row}: the text is not UTF-8."
    hint = "Save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8') and run this again."


class CellTooLong(AnswerableError):
    """A line so long that it is no line of a table of decisions."""

    code = "measure.cell_too_long"
    message = "{file}, line {row}: the line runs on for more than half a million characters."
    hint = "A quote may be unbalanced there. Remove columns of long text; an audit needs none."


class QuoteNotClosed(AnswerableError):
    """A quoted cell so long that rows must have fallen into it."""

    code = "measure.quote_not_closed"
    message = "{file}, line {row}: a quote opened there or soon after runs over {found} lines."
    hint = (
        "It is probably not closed, and the rows after it would not be counted. Close it, or "
        "leave out the column of long text."
    )


class MixedSources(AnswerableError):
    """Files of different kinds, or with different columns, are no single table."""

    code = "measure.mixed_schemas"
    message = "{file} does not fit the files before it: {found}, where {first} has {expected}."
    hint = "Bring the files to one set of columns and types, or audit them one by one."


class ChangedWhileRead(AnswerableError):
    """The file is not the one that was measured any more."""

    code = "measure.changed_while_read"
    message = "{file} changed while it was being read."
    hint = "Run this on a copy that nothing writes to."


class Format(Enum):
    """What a file is, judged by its bytes and not by its name."""

    PARQUET = "Parquet"
    CSV = "CSV"
    ARROW = "Arrow IPC stream"
    TABLE = "PostgreSQL table"


@dataclass(frozen=True, kw_only=True, slots=True)
class DataFile:
    """One file: where it is, what it is called in results, and its kind."""

    path: Path
    name: str
    format: Format
    size: int
    modified_ns: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The files that a name stands for, all of one kind, in the order of their names.

    Or one table of a database, which has an ``address`` and no files; the address may hold
    a password and is never shown.
    """

    name: str
    files: tuple[DataFile, ...]
    address: str | None = field(default=None, repr=False)

    @property
    def format(self) -> Format:
        """The kind of every file."""
        return self.files[0].format if self.address is None else Format.TABLE


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """SHA-256 of one file, or of the canonical list of names and digests of several."""

    sha256: str
    files: tuple[tuple[str, str], ...]


DATABASES = ("postgresql://", "postgres://")
"""How the address of a database begins."""


def find_table(location: str) -> Source:
    """Take an address of a database and a table in it, as typed; nothing is opened."""
    asked = dict(parse_qsl(urlsplit(location).query))
    return Source(name=asked.get("table", "the table"), files=(), address=location)


def find_data(location: str) -> Source:
    """Find what ``location`` stands for: files, as `find_source` does, or a table."""
    return find_table(location) if location.startswith(DATABASES) else find_source(location)


def find_source(location: str) -> Source:
    """Find the files that ``location`` stands for: a file, a folder, or a pattern.

    A file of a folder or pattern is named by its path inside it, so that two files of
    one name are told apart wherever the folder lies.

    Raises
    ------
    NoSuchData, CannotOpen, UnexpectedFile, EmptyFile, NotATable, Truncated, MixedSources
        Nothing is read beyond the first and last bytes of each file.
    """
    if location.startswith(DATABASES):
        raise AddressesNotReadYet
    with _opened(location):
        files = tuple(_identify(path, name) for path, name in files_at(location))
    for file in files[1:]:
        if file.format is not files[0].format:
            raise MixedSources(
                file=file.name,
                found=f"it is {file.format.value}",
                first=files[0].name,
                expected=files[0].format.value,
            )
    return Source(name=Path(location).name or location, files=files)


def files_at(location: str) -> tuple[tuple[Path, str], ...]:
    """List the files that ``location`` stands for and their names, whatever they are."""
    if location.startswith(DATABASES):
        return ()
    if "://" in location:
        raise AddressesNotReadYet
    with _opened(location):
        files = tuple(_paths(location))
    if not files:
        raise NoSuchData(location=location)
    return files


@contextmanager
def _opened(location: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = str(error.strerror).lower()
        raise CannotOpen(path=error.filename or location, reason=reason) from error


def _paths(location: str) -> Iterator[tuple[Path, str]]:
    path = Path(location)
    if path.is_dir():
        for file in _inside(path):
            if file.suffix.lower() not in _ENDINGS:
                raise UnexpectedFile(file=file.relative_to(path).as_posix())
            yield file, file.relative_to(path).as_posix()
    elif path.exists():
        yield path, path.name
    elif has_magic(location):
        plain = takewhile(lambda part: not has_magic(part), path.parts)
        base = Path(*plain)
        # Path.glob refuses absolute patterns, which people do give.
        for file in map(Path, sorted(glob(location, recursive=True))):  # noqa: PTH207
            if file.is_file():
                yield file, file.relative_to(base).as_posix()


def _inside(folder: Path) -> Iterator[Path]:
    """Every file below a folder but the marks that writers leave, such as _SUCCESS."""
    for entry in sorted(folder.iterdir()):
        hidden = entry.name.startswith(("_", "."))
        if hidden and not entry.is_dir() and entry.suffix.lower() not in _ENDINGS:
            continue
        if hidden:
            # Writers hide what is not finished; nobody can say whether this is meant.
            raise UnexpectedFile(file=entry.name)
        if entry.is_dir():
            yield from _inside(entry)
        else:
            yield entry


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _identify(path: Path, name: str) -> DataFile:
    if not path.is_file():
        raise CannotOpen(path=name, reason="it is no ordinary file")
    if not str(path).isprintable() or not _is_text(str(path)):
        raise CannotOpen(path=ascii(name), reason="its name has characters that are no text")
    status = path.stat()
    if status.st_size == 0:
        raise EmptyFile(file=name)
    with path.open("rb") as stream:
        head = stream.read(_MAGIC_LENGTH)
        stream.seek(-min(status.st_size, _MAGIC_LENGTH), io.SEEK_END)
        tail = stream.read()
    return DataFile(
        path=path,
        name=name,
        format=_format(head, tail, path, name),
        size=status.st_size,
        modified_ns=status.st_mtime_ns,
    )


_REFUSED = {
    _PICKLE: "it begins like a Python pickle, which can run code and is never opened",
    b"PARE": "it is encrypted Parquet",
    b"\x1f\x8b": "it is compressed (gzip)",
    b"PK\x03\x04": "it is a zip archive or a spreadsheet",
    b"ARROW1": "it is an Arrow file, not an Arrow IPC stream",
}
"""What the first bytes say of files that people name by mistake, or by malice."""


def _format(head: bytes, tail: bytes, path: Path, name: str) -> Format:
    expected = "Parquet, CSV or an Arrow IPC stream"
    if head.startswith(b"PAR1"):
        if not tail.endswith(b"PAR1"):
            raise Truncated(file=name)
        return Format.PARQUET
    if head.startswith(b"\xff\xff\xff\xff"):
        return Format.ARROW
    if head.startswith(_UTF16):
        raise WrongEncoding(file=name, row=1)
    for magic, found in _REFUSED.items():
        if head.startswith(magic):
            raise NotATable(file=name, found=found, expected=expected)
    if path.suffix.lower() in _BINARY_ENDINGS or b"\x00" in head:
        found = f"its first bytes are {head[:4].hex(' ')}"
        raise NotATable(file=name, found=found, expected=expected)
    return Format.CSV


def digest(source: Source) -> Digest:
    """Identify the bytes of a source, and check on the way that CSV lines end.

    A folder is identified by its files' names and digests, so that neither a file more
    nor a file renamed goes unseen.
    """
    each = tuple((file.name, _hash(file)) for file in source.files)
    seen: dict[str, str] = {}
    for name, sha256 in each:
        if sha256 in seen:
            raise SameFileTwice(file=name, other=seen[sha256])
        seen[sha256] = name
    if len(each) == 1:
        return Digest(sha256=each[0][1], files=each)
    listing = [{"name": name, "sha256": sha256} for name, sha256 in each]
    return Digest(sha256=hashlib.sha256(canonical_bytes(listing)).hexdigest(), files=each)


def _hash(file: DataFile) -> str:
    sha256 = hashlib.sha256()
    quotes = _Quotes(file.name)
    lines = 1
    with file.path.open("rb") as stream:
        while block := stream.read(BLOCK):
            sha256.update(block)
            # The CSV reader drops a line it has no room for without a word, so
            # such lines are found here: a whole block without a line end.
            if file.format is Format.CSV:
                ends = block.count(b"\n")
                if not ends and len(block) == BLOCK:
                    raise CellTooLong(file=file.name, row=lines)
                quotes.look_at(block, lines)
                lines += ends
    return sha256.hexdigest()


class _Quotes:
    """Watches that no quoted cell swallows rows: one with a stray quote at either end."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._inside = False
        self._run = 0

    def look_at(self, block: bytes, line: int) -> None:
        """Follow the quotes through a block that begins on the given line."""
        parts = block.split(b'"')
        within = parts[0::2] if self._inside else parts[1::2]
        runs = [part.count(b"\n") for part in within]
        if runs and self._inside:
            runs[0] += self._run
        if runs and max(runs) > MOST_LINES_IN_A_CELL:
            raise QuoteNotClosed(file=self._name, row=line, found=max(runs))
        self._inside ^= len(parts) % 2 == 0
        self._run = runs[-1] if self._inside and runs else 0


def check_unchanged(source: Source) -> None:
    """Refuse a result whose data changed between the digest and the count."""
    for file in source.files:
        status = file.path.stat()
        if (status.st_size, status.st_mtime_ns) != (file.size, file.modified_ns):
            raise ChangedWhileRead(file=file.name)


def csv_header(file: DataFile) -> tuple[str, tuple[str, ...]]:
    """The separator and the column names on the first line of a CSV file."""
    with file.path.open("rb") as stream:
        line = stream.readline(BLOCK)
    if len(line) == BLOCK:
        raise CellTooLong(file=file.name, row=1)
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongEncoding(file=file.name, row=1) from None
    separator = max(",;\t|", key=text.count)
    try:
        return separator, tuple(next(csv.reader([text], delimiter=separator), ()))
    except csv.Error:
        found = "its lines do not end the way lines of a CSV file do"
        raise NotATable(file=file.name, found=found, expected="lines that end in LF") from None
