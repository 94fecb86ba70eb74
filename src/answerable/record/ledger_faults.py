"""What can be wrong with a ledger export, each in a sentence of its own."""

from collections.abc import Sequence

from answerable.errors import AnswerableError

_ASK = "Keep the file and the checkpoints: together they show it. Ask the log's keeper why."


class ExportNotSignedByKey(AnswerableError):
    """The key asked about has not signed a checkpoint."""

    code = "record.export_not_signed_by_key"
    message = "{key} has not signed a checkpoint of this file, nor named a key that has: {signers}."
    hint = "Use the installation's identity key, from where its holder publishes it."


class EntryChanged(AnswerableError):
    """The payload of an entry does not have its hash."""

    code = "record.entry_changed"
    message = "Entry {index} was changed: its text does not have its hash."
    hint = "Get the file again; if it stays so, it was changed at its source."


class EntryDropped(AnswerableError):
    """The numbers of the entries leave one out."""

    code = "record.entry_dropped"
    message = "An entry was dropped: number {number} stands where {place} belongs."
    hint = _ASK


class EntryInvented(AnswerableError):
    """There are more entries than numbers."""

    code = "record.entry_invented"
    message = "An entry was invented: number {number} stands where {place} belongs."
    hint = _ASK


class EntriesReordered(AnswerableError):
    """The entries are all there, in another order."""

    code = "record.entries_reordered"
    message = "The entries were reordered: number {number} stands where {place} belongs."
    hint = _ASK


class EntriesMissing(AnswerableError):
    """The file ends before the tree that was signed."""

    code = "record.entries_missing"
    message = "Entries were dropped at the end: {held} are in the file, {signed} were signed."
    hint = _ASK


class EntriesBeyondCheckpoint(AnswerableError):
    """The file goes on after the tree that was signed."""

    code = "record.entries_beyond_checkpoint"
    message = (
        "Entries were invented at the end, or the checkpoint is an older one: {held} are in "
        "the file, and the {signed} that were signed are the first of them."
    )
    hint = "Rely on no entry that no checkpoint covers."


class CheckpointDoesNotFit(AnswerableError):
    """The entries do not lead to the root that was signed."""

    code = "record.checkpoint_does_not_fit"
    message = (
        "The checkpoint of {size} entries does not fit them: between entry {first} and "
        "entry {last} at least one was rewritten, moved or exchanged."
    )
    hint = _ASK


class HistoryRewritten(AnswerableError):
    """The log has signed a tree that does not begin with an older one it had signed."""

    code = "record.history_rewritten"
    message = (
        "The history was rewritten: these {size} entries do not begin with the {since} that "
        "the same log had signed before."
    )
    hint = _ASK


class SplitView(AnswerableError):
    """The log has signed two trees that cannot be one log."""

    code = "record.split_view"
    message = (
        "The view is split: the log has signed a tree of {older} and one of {newer} entries "
        "that cannot both be this ledger."
    )
    hint = _ASK


class ExportIsOlder(AnswerableError):
    """The file ends before the checkpoint that the reader brought."""

    code = "record.export_is_older"
    message = (
        "The file ends at {held} entries, and the earlier checkpoint has {since}: the newest "
        "were taken back, or the file is older than the checkpoint."
    )
    hint = "Ask for a new export. If it still ends there, the ledger was cut short."


def check_places(numbers: Sequence[tuple[int, int]]) -> None:
    """Refuse entries whose numbers are not those of their places, saying what was done.

    Parameters
    ----------
    numbers
        The number that an entry bears and the place where it stands, in the order of
        places. Entries that bear none are left out.

    Notes
    -----
    Numbers that only run ahead of their places lack an entry, numbers that only fall
    behind have one too many, and others are out of order. Where several things were
    done at once, the sentence names the one that explains the numbers.

    Examples
    --------
    >>> check_places([(0, 0), (1, 1), (2, 2)])
    >>> for numbers in ([0, 2, 3], [0, 1, 1, 2], [0, 2, 1]):
    ...     try:
    ...         check_places([(number, place) for place, number in enumerate(numbers)])
    ...     except AnswerableError as error:
    ...         error.sentence
    'An entry was dropped: number 2 stands where 1 belongs.'
    'An entry was invented: number 1 stands where 2 belongs.'
    'The entries were reordered: number 2 stands where 1 belongs.'
    """
    wrong = next(((number, place) for number, place in numbers if number != place), None)
    if wrong is None:
        return
    ahead = [number - place for number, place in numbers]
    number, place = wrong
    if ahead[0] >= 0 and ahead == sorted(ahead):
        raise EntryDropped(number=number, place=place)
    if ahead[0] <= 0 and ahead == sorted(ahead, reverse=True):
        raise EntryInvented(number=number, place=place)
    raise EntriesReordered(number=number, place=place)
