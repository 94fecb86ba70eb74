"""What is checked before anything is cleared: that the ledger is the one signed before.

Every row is read and hashed again, every guard looked at, and the tree compared with
the checkpoints stored here and with those kept elsewhere. Whatever does not fit, or
cannot be read, keeps every use at people only.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.db import DatabaseError, transaction

from answerable.errors import AnswerableError
from answerable.ledger import guards, kept, tiles
from answerable.ledger.append import DATABASE, edge_of, locked_head
from answerable.ledger.edge import Edge
from answerable.ledger.models import CheckpointRow, EntryRow, Subtree
from answerable.ledger.scan import Scan, scan
from answerable.record import notes
from answerable.record.checkpoints import Checkpoint
from answerable.record.keys import VerifierKey


class Reason(StrEnum):
    """Why a ledger does not fit."""

    UNREADABLE = "unreadable"
    GUARDS = "guards"
    ROW_CHANGED = "row_changed"
    ROW_MISSING = "row_missing"
    HEAD = "head"
    SUBTREES = "subtrees"
    CHECKPOINTS = "checkpoints"
    NOTHING_KEPT = "nothing_kept"
    KEPT_UNREADABLE = "kept_unreadable"
    BEHIND_KEPT = "behind_kept"
    NOT_THE_KEPT_ROOT = "not_the_kept_root"


@dataclass(frozen=True, kw_only=True, slots=True)
class Misfit:
    """One thing that does not fit, as a code and as a sentence."""

    reason: Reason
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fits:
    """The ledger is whole, and begins with everything that was signed and kept."""

    size: int
    root: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class DoesNotFit:
    """The ledger is not the one signed before, or nobody can tell: people only."""

    misfits: tuple[Misfit, ...]

    @property
    def reasons(self) -> frozenset[Reason]:
        """The reasons as codes."""
        return frozenset(misfit.reason for misfit in self.misfits)

    @property
    def sentence(self) -> str:
        """All that does not fit, for people."""
        return " ".join(misfit.sentence for misfit in self.misfits)


def check(*, keys: Sequence[VerifierKey], folder: Path) -> Fits | DoesNotFit:
    """Compare the ledger with itself and with what is kept elsewhere.

    Parameters
    ----------
    keys
        Every public key that has signed the ledger, earlier ones too.
    folder
        Where checkpoints are kept, apart from the database.

    Returns
    -------
    Fits
        Guards stand, rows, head and caches agree, and the tree begins with each
        checkpoint. An empty ledger of which nothing was ever signed fits.
    DoesNotFit
        Everything that was found, first of each kind. Never an exception.

    Notes
    -----
    Reads every row once, on two slow cores some 70,000 a second; meanwhile nothing is
    appended. `glance` is for a process that runs and wants to look again.
    """
    return _answer(_compared, keys, folder)


def glance(*, keys: Sequence[VerifierKey], folder: Path) -> Fits | DoesNotFit:
    """Look again at a ledger that fitted when the process started, in milliseconds.

    Guards, the end of the rows, the root and the checkpoints kept elsewhere are compared
    by way of the hashes that are stored, without reading payloads again: a database put
    back under a running process shows, a changed payload does not.
    """
    return _answer(_glanced, keys, folder)


def _answer(
    compare: Callable[[Sequence[VerifierKey], Path], tuple[tuple[Misfit, ...], Scan]],
    keys: Sequence[VerifierKey],
    folder: Path,
) -> Fits | DoesNotFit:
    try:
        with transaction.atomic(using=DATABASE):
            misfits, seen = compare(keys, folder)
    except (DatabaseError, AnswerableError, TypeError, ValueError) as error:
        # The last two: a cell of another type or length than any of ours.
        sentence = f"The ledger cannot be read ({type(error).__name__})."
        return DoesNotFit(misfits=(Misfit(reason=Reason.UNREADABLE, sentence=sentence),))
    if misfits:
        return DoesNotFit(misfits=misfits)
    return Fits(size=seen.edge.size, root=seen.edge.root)


def _compared(keys: Sequence[VerifierKey], folder: Path) -> tuple[tuple[Misfit, ...], Scan]:
    head = edge_of(locked_head())
    stored = list(CheckpointRow.objects.using(DATABASE).order_by("number"))
    elsewhere, unreadable = _kept_elsewhere(keys, folder)
    sizes = {row.size for row in stored} | {checkpoint.size for checkpoint in elsewhere}
    seen = scan(sizes=sizes)
    misfits = [*_guards(), *_rows(seen), *_caches(head, seen), *_stored(stored, seen)]
    misfits.extend(_kept(elsewhere, unreadable, folder, seen, signed_before=bool(stored)))
    return tuple(misfits), seen


def _glanced(keys: Sequence[VerifierKey], folder: Path) -> tuple[tuple[Misfit, ...], Scan]:
    head = edge_of(locked_head())
    elsewhere, unreadable = _kept_elsewhere(keys, folder)
    sizes = {one.size for one in elsewhere if one.size <= head.size} | {head.size}
    seen = Scan(
        edge=head,
        roots={size: tiles.root_at(size) for size in sizes},
        subtrees={},
        missing=None,
        changed=None,
    )
    misfits = list(_guards())
    last = EntryRow.objects.using(DATABASE).order_by("index").values_list("index").last()
    if head.size != (0 if last is None else last[0] + 1) or seen.roots[head.size] != head.root:
        sentence = f"The head counts {head.size} entries, and the rows are others."
        misfits.append(Misfit(reason=Reason.HEAD, sentence=sentence))
    signed_before = CheckpointRow.objects.using(DATABASE).exists()
    misfits.extend(_kept(elsewhere, unreadable, folder, seen, signed_before=signed_before))
    return tuple(misfits), seen


def _kept(
    elsewhere: Sequence[Checkpoint],
    unreadable: Misfit | None,
    folder: Path,
    seen: Scan,
    *,
    signed_before: bool,
) -> Iterator[Misfit]:
    if unreadable is not None:
        yield unreadable
    elif not elsewhere and (signed_before or seen.edge.size):
        sentence = f"No checkpoint is kept in {folder}, so nothing shows that this is all."
        yield Misfit(reason=Reason.NOTHING_KEPT, sentence=sentence)
    for checkpoint in elsewhere:
        yield from _against_kept(checkpoint, seen)


def _guards() -> Iterator[Misfit]:
    faults = guards.faults(DATABASE)
    if faults:
        sentence = f"The rows of the ledger are not guarded: {'; '.join(faults)}."
        yield Misfit(reason=Reason.GUARDS, sentence=sentence)


def _rows(seen: Scan) -> Iterator[Misfit]:
    if seen.missing is not None:
        sentence = f"Entry {seen.missing} is missing."
        yield Misfit(reason=Reason.ROW_MISSING, sentence=sentence)
    if seen.changed is not None:
        sentence = f"The row of entry {seen.changed} was changed since it was written."
        yield Misfit(reason=Reason.ROW_CHANGED, sentence=sentence)


def _caches(head: Edge, seen: Scan) -> Iterator[Misfit]:
    if head != seen.edge:
        sentence = (
            f"The head counts {head.size} entries and the rows are {seen.edge.size}, "
            "or it has another root than they have."
        )
        yield Misfit(reason=Reason.HEAD, sentence=sentence)
    rows = Subtree.objects.using(DATABASE).values_list("level", "number", "hash")
    if {(level, number): bytes(cached) for level, number, cached in rows} != seen.subtrees:
        sentence = "The hashes kept for tiles are not those of the rows."
        yield Misfit(reason=Reason.SUBTREES, sentence=sentence)


def _stored(stored: Sequence[CheckpointRow], seen: Scan) -> Iterator[Misfit]:
    for row in stored:
        told = Checkpoint.parse(notes.parse(bytes(row.note)).text)
        if (told.size, told.root) != (row.size, bytes(row.root)) or (
            seen.roots.get(row.size) != told.root
        ):
            sentence = f"The stored checkpoint {row.number} is not one of these entries."
            yield Misfit(reason=Reason.CHECKPOINTS, sentence=sentence)
            return


def _kept_elsewhere(
    keys: Sequence[VerifierKey], folder: Path
) -> tuple[list[Checkpoint], Misfit | None]:
    try:
        found = [
            Checkpoint.parse(notes.open_signed(one.note, known=keys).text)
            for one in kept.newest(folder)
        ]
    except AnswerableError as error:
        sentence = f"What is kept elsewhere cannot be relied on. {error.sentence}"
        return [], Misfit(reason=Reason.KEPT_UNREADABLE, sentence=sentence)
    return found, None


def _against_kept(checkpoint: Checkpoint, seen: Scan) -> Iterator[Misfit]:
    if checkpoint.size > seen.edge.size:
        sentence = (
            f"The ledger ends at {seen.edge.size} entries; a checkpoint kept elsewhere has "
            f"{checkpoint.size}. It was put back to an older state, or entries were removed."
        )
        yield Misfit(reason=Reason.BEHIND_KEPT, sentence=sentence)
    elif seen.roots[checkpoint.size] != checkpoint.root:
        sentence = (
            f"The first {checkpoint.size} entries are not those of the checkpoint kept "
            "elsewhere: the ledger was rewritten, or is another one."
        )
        yield Misfit(reason=Reason.NOT_THE_KEPT_ROOT, sentence=sentence)
