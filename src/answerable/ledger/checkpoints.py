"""Signing what the ledger holds: checkpoints, stored here and kept elsewhere."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.ledger import kept, tiles
from answerable.ledger.append import DATABASE, Acts, Appended, append, edge_of, locked_head
from answerable.ledger.edge import Edge
from answerable.ledger.entries import CheckpointsKeptAnew
from answerable.ledger.models import CheckpointRow
from answerable.record import checkpoints, notes
from answerable.record.checkpoints import Checkpoint
from answerable.record.keys import SigningKey
from answerable.record.tree import EMPTY_ROOT


class NothingKept(AnswerableError):
    """Checkpoints were made, and none is where they are kept."""

    code = "ledger.nothing_kept"
    message = "The ledger has signed checkpoints, but none is kept in {folder}."
    hint = "Mount the folder, or copy its files back; if they are lost, begin keeping them anew."


class SomethingKept(AnswerableError):
    """Keeping checkpoints would begin anew although some are there."""

    code = "ledger.something_kept"
    message = "Checkpoints are kept in {folder}, so keeping them does not begin anew."
    hint = "If the ledger does not fit them, restore a newer copy of the database."


class LedgerDoesNotFit(AnswerableError):
    """A signature would show to everyone that the ledger had been rewritten."""

    code = "ledger.does_not_fit"
    message = "Nothing is signed: {reason}."
    hint = "The database was changed or put back to an older state: restore a newer copy."


def make(*, key: SigningKey, folder: Path, at: datetime) -> bytes:
    """Sign the ledger as it stands, keep the checkpoint elsewhere, then publish it.

    Gives the newest checkpoint as it is where nothing was appended since and the same
    key signed it. Refuses to sign a tree that does not begin with the one last kept.

    Notes
    -----
    The file is written before the row is committed. A crash between the two leaves a
    checkpoint kept that was never published: it is true all the same, since it speaks
    of entries that were committed before.
    """
    with transaction.atomic(using=DATABASE, durable=True):
        edge = edge_of(locked_head())
        newest = CheckpointRow.objects.using(DATABASE).order_by("number").last()
        _check_fits(edge, newest, folder)
        if newest is not None and _says(newest, edge, key):
            note = bytes(newest.note)
            kept.keep(note, folder=folder)
            return note
        checkpoint = Checkpoint(origin=key.name, size=edge.size, root=edge.root)
        note = checkpoints.sign(checkpoint, key=key)
        row = CheckpointRow(
            number=0 if newest is None else newest.number + 1,
            size=edge.size,
            root=edge.root,
            note=note,
            made_at=at,
        )
        row.save(using=DATABASE, force_insert=True)
        kept.keep(note, folder=folder)
    return note


def keep_anew(*, folder: Path, agency: str, by: Acts, at: datetime) -> Appended:
    """Go on after the folder kept elsewhere was lost: put the newest checkpoint into a new one.

    It leaves an entry that everyone can see, because from now on this folder shows
    nothing about the time before. Refused where anything is kept. The caller has checked
    that ``by`` may do this.
    """
    if kept.newest(folder):
        raise SomethingKept(folder=folder)
    with transaction.atomic(using=DATABASE):
        edge = edge_of(locked_head())
        appended = append(CheckpointsKeptAnew(size=edge.size), by=by, at=at, agency=agency)
        newest = latest()
        if newest is not None:
            kept.keep(newest, folder=folder)
    return appended


def latest() -> bytes | None:
    """Give the newest signed checkpoint; none before the first."""
    newest = CheckpointRow.objects.using(DATABASE).order_by("number").last()
    return None if newest is None else bytes(newest.note)


def latest_size() -> int:
    """Count the entries that the newest checkpoint covers."""
    newest = CheckpointRow.objects.using(DATABASE).order_by("number").last()
    return 0 if newest is None else newest.size


def mark() -> str:
    """Write the newest checkpoint as ``size:root``, short enough for a lease or a letter."""
    newest = CheckpointRow.objects.using(DATABASE).order_by("number").last()
    size, root = (0, EMPTY_ROOT) if newest is None else (newest.size, bytes(newest.root))
    return f"{size}:{root.hex()}"


def _check_fits(edge: Edge, newest: CheckpointRow | None, folder: Path) -> None:
    elsewhere = kept.newest(folder)
    if newest is not None and not elsewhere:
        raise NothingKept(folder=folder)
    known = [(one.checkpoint.size, one.checkpoint.root) for one in elsewhere]
    if newest is not None:
        known.append((newest.size, bytes(newest.root)))
    for size, root in known:
        if size > edge.size:
            reason = f"the ledger has {edge.size} entries, and {size} were signed before"
            raise LedgerDoesNotFit(reason=reason)
        if root != tiles.root_at(size):
            raise LedgerDoesNotFit(reason=f"the first {size} entries are not those signed before")


def _says(row: CheckpointRow, edge: Edge, key: SigningKey) -> bool:
    by = {(one.name, one.key_id) for one in notes.parse(bytes(row.note)).signatures}
    same_key = (key.name, key.verifier.key_id) in by
    return same_key and (row.size, bytes(row.root)) == (edge.size, edge.root)
