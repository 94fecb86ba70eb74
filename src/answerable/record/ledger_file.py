"""The form of the ledger in one file.

The file is one canonical JSON document, ``answerable-ledger-export/v1``:

``origin``
    The log's name.
``entries``
    Every entry from 0 on: its index, its leaf hash and, where the reader for whom the
    file was written may see it, its payload as text.
``checkpoint``
    The newest signed checkpoint, over exactly these entries.
``earlier``
    Signed checkpoints of smaller sizes. They also narrow down where a change lies.
``keys``
    The signed lists of keys, from the first on; may be empty.
``shown``
    How many entries have their payload. Whoever passes a file on may hide more of them,
    and correct this number: what remains is as true as before.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from answerable.errors import AnswerableError
from answerable.record.canonical import (
    JsonValue,
    canonical_bytes,
    first_difference,
    parse_canonical,
    parse_json,
)
from answerable.record.tree import HASH_BYTES

FORMAT: Final = "answerable-ledger-export/v1"


class ExportMalformed(AnswerableError):
    """A file is not a ledger export as this format writes it."""

    code = "record.export_malformed"
    message = "This is not a ledger export as it was written: {reason}."
    hint = "Some byte was changed, lost or added: get the file again from its source."


class ExportFormatUnknown(AnswerableError):
    """A file has a form that this version does not know."""

    code = "record.export_format_unknown"
    message = "The file says its form is {found}; this version reads {known}."
    hint = "Use the version of the program that the file was written for."


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedEntry:
    """One entry of the file; ``payload`` is empty where only the hash may be seen."""

    index: int
    leaf: bytes
    payload: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """A file taken apart. None of it means anything before `verify_export`."""

    origin: str
    entries: tuple[ExportedEntry, ...]
    checkpoint: bytes
    earlier: tuple[bytes, ...]
    keys: tuple[bytes, ...]


def write_export(
    *,
    origin: str,
    entries: Iterable[ExportedEntry],
    checkpoint: bytes,
    earlier: Sequence[bytes] = (),
    keys: Sequence[bytes] = (),
) -> bytes:
    """Write the file. Nothing is checked here: whoever reads it does."""
    listed = [_entry_fields(entry) for entry in entries]
    document: dict[str, JsonValue] = {
        "checkpoint": checkpoint.decode(),
        "earlier": [note.decode() for note in earlier],
        "entries": listed,
        "format": FORMAT,
        "keys": [parse_canonical(signed.removesuffix(b"\n")) for signed in keys],
        "origin": origin,
        "shown": sum("payload" in fields for fields in listed),
    }
    return _spelled(document) + b"\n"


def read_export(data: bytes) -> Export:
    """Take a file apart, refusing any byte that this format would write otherwise."""
    if not data.endswith(b"\n"):
        raise ExportMalformed(reason="its last line does not end")
    try:
        document = parse_json(data.removesuffix(b"\n"))
    except AnswerableError as error:
        raise ExportMalformed(reason=error.sentence.rstrip(".")) from error
    written = _spelled(document) + b"\n"
    if written != data:
        place = first_difference(written, data)
        raise ExportMalformed(reason=f"at byte {place} it is spelled otherwise")
    match document:
        case {"format": found} if found != FORMAT:
            raise ExportFormatUnknown(found=ascii(found)[:80], known=FORMAT)
        case {
            "checkpoint": str(checkpoint),
            "earlier": list(earlier),
            "entries": list(entries),
            "format": str(),
            "keys": list(keys),
            "origin": str(origin),
            "shown": int(shown),
            **others,
        } if not others:
            export = Export(
                origin=origin,
                entries=tuple(_entry(fields, at) for at, fields in enumerate(entries)),
                checkpoint=checkpoint.encode(),
                earlier=tuple(_note(note) for note in earlier),
                keys=tuple(canonical_bytes(one) + b"\n" for one in keys),
            )
        case _:
            raise ExportMalformed(reason="its fields are others")
    found = sum(entry.payload is not None for entry in export.entries)
    if found != shown or isinstance(shown, bool):
        raise ExportMalformed(reason=f"{found} entries are shown, and it says otherwise")
    return export


def _spelled(document: JsonValue) -> bytes:
    """Spell a document canonically, several times faster than `canonical_bytes` can.

    The same bytes, for what this format holds: no fractions, and no names of fields
    beyond ASCII, whose order differs. Anything else is refused by its place.
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode()


def _entry_fields(entry: ExportedEntry) -> dict[str, JsonValue]:
    fields: dict[str, JsonValue] = {"index": entry.index, "leaf": entry.leaf.hex()}
    if entry.payload is not None:
        fields["payload"] = entry.payload.decode()
    return fields


def _entry(fields: JsonValue, at: int) -> ExportedEntry:
    match fields:
        case {"index": int(index), "leaf": str(leaf), "payload": str(payload), **others}:
            text: str | None = payload
        case {"index": int(index), "leaf": str(leaf), **others}:
            text = None
        case _:
            raise ExportMalformed(reason=f"the entry at place {at} has other fields")
    if others or isinstance(index, bool):
        raise ExportMalformed(reason=f"the entry at place {at} has other fields")
    try:
        hashed = bytes.fromhex(leaf)
    except ValueError:
        hashed = b""
    if len(hashed) != HASH_BYTES or hashed.hex() != leaf:
        raise ExportMalformed(reason=f"the hash of the entry at place {at} is none")
    return ExportedEntry(index=index, leaf=hashed, payload=None if text is None else text.encode())


def _note(note: JsonValue) -> bytes:
    if not isinstance(note, str):
        raise ExportMalformed(reason="an earlier checkpoint is not text")
    return note.encode()
