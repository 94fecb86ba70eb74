"""How we know: an entry and its place in the signed ledger, and what evidence says."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from answerable.errors import AnswerableError
from answerable.gate.models import Hold, Lift
from answerable.inventory.evidence import evidence_named
from answerable.inventory.models import Evidence
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.export import NothingSigned
from answerable.ledger.models import CheckpointRow, EntryRow
from answerable.people.actors import Actor
from answerable.practices.openness.models import RegisterLine
from answerable.practices.openness.queries.content import tells_of_few
from answerable.practices.openness.rules import is_public
from answerable.record import envelopes, notes
from answerable.record.ledger_file import ExportedEntry, write_export
from answerable.record.statements import Subject, statement_in

_ROWS_AT_ONCE = 2000


class UnknownEntry(AnswerableError):
    """No entry that everybody may read stands here."""

    code = "openness.unknown_entry"
    message = "Entry {entry} of the ledger is not public, or not written yet."
    hint = "Its hash is: the tiles of the ledger hold every entry's."


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownEntry:
    """An entry as everybody may read it. ``covered`` by the newest checkpoint, or not yet."""

    index: int
    kind: str
    sentence: str
    at: str
    agency: str
    payload: str
    leaf: str
    checkpoint: str
    covered: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownEvidence:
    """A signed measurement as everybody may read it."""

    evidence: Evidence
    claims: str
    subjects: tuple[Subject, ...]
    signed_by: tuple[str, ...]
    text: str


def known_entry(index: int, *, viewer: Actor | None) -> KnownEntry:
    """Give an entry that is public, or that tells of an agency of the viewer's."""
    row = _readable(index, viewer=viewer)
    entry = WrittenEntry.read(bytes(row.payload))
    checkpoint = CheckpointRow.objects.order_by("number").last()
    return KnownEntry(
        index=index,
        kind=entry.kind,
        sentence=entry.sentence,
        at=entry.at.isoformat(timespec="seconds"),
        agency=entry.agency,
        payload=bytes(row.payload).decode(),
        leaf=bytes(row.leaf).hex(),
        checkpoint="" if checkpoint is None else bytes(checkpoint.note).decode(),
        covered=checkpoint is not None and index < checkpoint.size,
    )


def ledger_with_entry(index: int, *, viewer: Actor | None) -> bytes:
    """Write the ledger in one file in which only this entry can be read, for `verify`.

    All the others are there as hashes, so that the signed root can be computed from it.
    """
    row = _readable(index, viewer=viewer)
    newest = CheckpointRow.objects.order_by("number").last()
    if newest is None or index >= newest.size:
        raise NothingSigned
    checkpoint = bytes(newest.note)
    return write_export(
        origin=notes.parse(checkpoint).text.partition("\n")[0],
        entries=_hashes(newest.size, but=index, payload=bytes(row.payload)),
        checkpoint=checkpoint,
    )


def known_evidence(digest: str) -> KnownEvidence:
    """Give evidence with what its envelope says; its bytes are as they were signed."""
    found = evidence_named(digest)
    envelope = envelopes.read_own(bytes(found.envelope))
    statement = statement_in(envelope)
    return KnownEvidence(
        evidence=found,
        claims=statement.predicate_type,
        subjects=statement.subjects,
        signed_by=tuple(signature.key_id for signature in envelope.signatures),
        text=json.dumps(dict(statement.predicate), indent=2, ensure_ascii=False),
    )


def _readable(index: int, *, viewer: Actor | None) -> EntryRow:
    row = EntryRow.objects.filter(index=index).first()
    if row is None:
        raise UnknownEntry(entry=index)
    own = viewer is not None and row.agency in viewer.agencies
    if not own and not _is_open(row):
        raise UnknownEntry(entry=index)
    return row


def _is_open(row: EntryRow) -> bool:
    """Whether everybody may read it: of a public kind, and about a use on the register."""
    whole = Hold.objects.filter(record="", subject="")
    held = (
        whole.filter(entry=row.index).exists()
        or Lift.objects.filter(hold__in=whole, entry=row.index).exists()
    )
    if not held and not is_public(row.kind):
        return False
    entry = WrittenEntry.read(bytes(row.payload))
    use, system = entry.fields.get("use"), entry.fields.get("system")
    if use is None and system is None:
        return row.kind == "openness.policy.published"
    lines = RegisterLine.objects.filter(agency=row.agency)
    about = lines.filter(use__ref=str(use)) if use else lines.filter(use__system__ref=str(system))
    line = about.select_related("record").first()
    if line is None:
        return False
    # As the record says it: whoever holds the law of that day could say it otherwise.
    smallest = line.record.content.get("smallest_group")
    return not tells_of_few(entry, smallest=smallest if isinstance(smallest, int) else 0)


def _hashes(size: int, *, but: int, payload: bytes) -> Iterator[ExportedEntry]:
    rows = EntryRow.objects.filter(index__lt=size).order_by("index").values_list("index", "leaf")
    for index, leaf in rows.iterator(chunk_size=_ROWS_AT_ONCE):
        shown = payload if index == but else None
        yield ExportedEntry(index=index, leaf=bytes(leaf), payload=shown)
