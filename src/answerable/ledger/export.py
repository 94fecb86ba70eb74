"""The ledger in one file, for a reader: what is not theirs appears as its hash only."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from answerable.errors import AnswerableError
from answerable.ledger.append import DATABASE
from answerable.ledger.models import CheckpointRow, EntryRow
from answerable.record import notes
from answerable.record.ledger_file import ExportedEntry, write_export

_EARLIER_AT_MOST = 32
_ROWS_AT_ONCE = 2000


class NothingSigned(AnswerableError):
    """The ledger has no checkpoint yet."""

    code = "ledger.nothing_signed"
    message = "The ledger has no checkpoint yet, so an export would prove nothing."
    hint = "Make a checkpoint first."


def document(*, agencies: AbstractSet[str] | None, keys: Sequence[bytes] = ()) -> bytes:
    """Write the ledger as the newest checkpoint covers it.

    Parameters
    ----------
    agencies
        Whose entries appear in full; none stands for every agency. The others appear
        as leaf hashes, and the file verifies all the same.
    keys
        The signed lists of keys, from the first on. Without them only checkpoints by
        the newest one's key are added as earlier ones.
    """
    stored = CheckpointRow.objects.using(DATABASE).order_by("number")
    newest = stored.last()
    if newest is None:
        raise NothingSigned
    checkpoint = bytes(newest.note)
    rows = stored.filter(size__lt=newest.size)
    earlier = [bytes(note) for note in rows.values_list("note", flat=True)]
    if not keys:
        earlier = [note for note in earlier if _signer(note) == _signer(checkpoint)]
    return write_export(
        origin=notes.parse(checkpoint).text.partition("\n")[0],
        entries=_entries(newest.size, agencies),
        checkpoint=checkpoint,
        earlier=_spread(earlier),
        keys=keys,
    )


def _entries(size: int, agencies: AbstractSet[str] | None) -> Iterator[ExportedEntry]:
    rows = EntryRow.objects.using(DATABASE).filter(index__lt=size).order_by("index")
    columns = rows.values_list("index", "agency", "leaf", "payload")
    for index, agency, leaf, payload in columns.iterator(chunk_size=_ROWS_AT_ONCE):
        seen = agencies is None or agency in agencies
        yield ExportedEntry(index=index, leaf=bytes(leaf), payload=bytes(payload) if seen else None)


def _signer(note: bytes) -> tuple[str, bytes]:
    signature = notes.parse(note).signatures[0]
    return signature.name, signature.key_id


def _spread(found: Sequence[bytes]) -> Sequence[bytes]:
    """Thin out evenly: enough to narrow down where a change lies."""
    step = -(-len(found) // _EARLIER_AT_MOST) or 1
    return found[::-step][::-1]
