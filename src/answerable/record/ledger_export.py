"""Checking the ledger in one file, offline, with nothing but a public key."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from answerable.record import keylist, notes
from answerable.record.checkpoints import Checkpoint
from answerable.record.keylist import KeyListNotSigned, Purpose
from answerable.record.keys import VerifierKey
from answerable.record.ledger_faults import (
    CheckpointDoesNotFit,
    EntriesBeyondCheckpoint,
    EntriesMissing,
    EntryChanged,
    ExportIsOlder,
    ExportNotSignedByKey,
    HistoryRewritten,
    SplitView,
    check_places,
)
from answerable.record.ledger_file import Export, ExportedEntry, ExportMalformed, read_export
from answerable.record.tree import Tree, leaf_hash


@dataclass(frozen=True, kw_only=True, slots=True)
class VerifiedLedger:
    """Everything in the file is what the log's key has signed.

    ``since`` is the size of the earlier checkpoint with which the entries begin, where
    one was brought. The holder of the key may still keep other trees for other readers:
    only checkpoints compared between readers show that.
    """

    origin: str
    size: int
    root: bytes
    entries: tuple[ExportedEntry, ...]
    signed_by: VerifierKey
    since: int | None


def verify_export(data: bytes, *, key: VerifierKey, since: bytes | None = None) -> VerifiedLedger:
    """Check a file against a key from elsewhere and, if there is one, an older checkpoint.

    Parameters
    ----------
    data
        The file.
    key
        The ledger's public key; or an identity key of the installation, which vouches
        for the ledger's key by the lists inside. Not from the file itself: a file that
        brings its own key proves nothing.
    since
        A checkpoint of the same log that the reader kept, was sent, or has in print.

    Returns
    -------
    VerifiedLedger
        Only if every byte is as signed. Otherwise one of the errors of this module and
        of `ledger_faults` says what is wrong, and where as far as that can be told.

    Notes
    -----
    The root is computed from the entries, for every size at which a checkpoint stands,
    so no proofs are needed. With an identity key the newest checkpoint must be by the
    ledger key now in force, earlier ones by any that was. With a ledger key the lists
    inside are checked for damage only, and earlier checkpoints by other keys against
    those lists.
    """
    export = read_export(data)
    signers, known = _trusted(export, key)
    newest = _opened(export.checkpoint, signers, key)
    references = [_opened(note, known, key) for note in export.earlier]
    brought = None if since is None else _opened(since, known, key, alone=False)
    if newest.origin != export.origin:
        raise ExportMalformed(reason="it names another log than its checkpoint does")
    signed = [newest, *references, *([] if brought is None else [brought])]
    _check_one_log(signed)
    check_places([(entry.index, place) for place, entry in enumerate(export.entries)])
    _check_payloads(export.entries)
    tree = Tree(entry.leaf for entry in export.entries)
    _check_fits(tree, newest, signed)
    for older in references:
        if older.size > newest.size or tree.root(older.size) != older.root:
            raise SplitView(older=older.size, newer=newest.size)
    if brought is not None:
        _check_begins(tree, brought)
    return VerifiedLedger(
        origin=export.origin,
        size=newest.size,
        root=newest.root,
        entries=export.entries,
        signed_by=next(one for one in signers if _is_by(export.checkpoint, one)),
        since=None if brought is None else brought.size,
    )


def _trusted(
    export: Export, key: VerifierKey
) -> tuple[tuple[VerifierKey, ...], tuple[VerifierKey, ...]]:
    """Give the keys that may have signed the newest checkpoint, and those for any."""
    if not export.keys:
        return (key,), (key,)
    listed = keylist.read(export.keys[-1]).of(Purpose.LEDGER)
    try:
        current = keylist.verify_chain(export.keys, key=key).current(Purpose.LEDGER)
    except KeyListNotSigned:
        return (key,), tuple(dict.fromkeys((key, *listed)))
    return (() if current is None else (current,)), listed


def _opened(
    note: bytes, known: Sequence[VerifierKey], key: VerifierKey, *, alone: bool = True
) -> Checkpoint:
    try:
        opened = notes.open_signed(note, known=known)
    except notes.NoteNotSignedByKnownKey as error:
        raise ExportNotSignedByKey(key=key.label, signers=error.fields["signers"]) from error
    # A line that no known key vouches for could be changed without anyone noticing.
    if alone and len(notes.parse(note).signatures) != 1:
        raise ExportMalformed(reason="a checkpoint has more than one signature")
    return Checkpoint.parse(opened.text)


def _is_by(note: bytes, key: VerifierKey) -> bool:
    (signature,) = notes.parse(note).signatures
    return (signature.name, signature.key_id) == (key.name, key.key_id)


def _check_one_log(signed: Sequence[Checkpoint]) -> None:
    newest = signed[0]
    roots: dict[int, bytes] = {}
    for one in signed:
        if one.origin != newest.origin:
            raise ExportMalformed(reason="its checkpoints are of two logs")
        if roots.setdefault(one.size, one.root) != one.root:
            raise SplitView(older=one.size, newer=one.size)


def _check_payloads(entries: Sequence[ExportedEntry]) -> None:
    told = []
    for entry in entries:
        if entry.payload is None:
            continue
        if leaf_hash(entry.payload) != entry.leaf:
            raise EntryChanged(index=entry.index)
        told.append((_index_told(entry), entry.index))
    check_places(told)


def _index_told(entry: ExportedEntry) -> int:
    """Read where an entry itself says it stands."""
    try:
        match json.loads(entry.payload or b""):
            case {"index": int(index)}:
                return index
    except (ValueError, RecursionError):
        pass
    raise EntryChanged(index=entry.index)


def _check_fits(tree: Tree, newest: Checkpoint, signed: Sequence[Checkpoint]) -> None:
    if tree.size < newest.size:
        raise EntriesMissing(held=tree.size, signed=newest.size)
    if tree.root(newest.size) == newest.root:
        if tree.size > newest.size:
            raise EntriesBeyondCheckpoint(held=tree.size, signed=newest.size)
        return
    fits = {one.size: tree.root(one.size) == one.root for one in signed if one.size <= tree.size}
    first = max((size for size, does in fits.items() if does and size < newest.size), default=0)
    last = min(size for size, does in fits.items() if not does and size > first)
    raise CheckpointDoesNotFit(size=newest.size, first=first, last=last - 1)


def _check_begins(tree: Tree, brought: Checkpoint) -> None:
    if brought.size > tree.size:
        raise ExportIsOlder(held=tree.size, since=brought.size)
    if tree.root(brought.size) != brought.root:
        raise HistoryRewritten(size=tree.size, since=brought.size)
