"""How we know: an entry and its place in the signed ledger, and what evidence says."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from answerable.errors import AnswerableError
from answerable.gate.models import Hold, Lift
from answerable.inventory.evidence import UnknownEvidence
from answerable.inventory.models import Evidence
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.export import NothingSigned
from answerable.ledger.models import CheckpointRow, EntryRow
from answerable.people.actors import Actor
from answerable.practices.openness.models import RegisterLine
from answerable.practices.openness.queries.content import may_be_told
from answerable.practices.openness.queries.register import figures_in, records_around
from answerable.practices.openness.rules import FIGURE_TOLD, POLICY_TOLD, PUBLIC, smallest_group
from answerable.record import envelopes, notes
from answerable.record.ledger_file import ExportedEntry, write_export
from answerable.record.statements import Statement, Subject, statement_in
from answerable.verdict.evidence import PREDICATE_TYPE

_ROWS_AT_ONCE = 2000


class UnknownEntry(AnswerableError):
    """No entry that everybody may read stands here."""

    code = "openness.unknown_entry"
    message = "Entry {entry} of the ledger is not public, or not written yet."
    hint = "Its hash is: the tiles of the ledger hold every entry's."


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownEntry:
    """An entry as everybody may read it. ``covered`` by the newest checkpoint, or not yet.

    ``line`` is the use it tells of, where that is on the register; ``figure`` says that the
    entry tells of a figure that a record has published.
    """

    index: int
    kind: str
    sentence: str
    at: str
    agency: str
    payload: str
    leaf: str
    checkpoint: str
    covered: bool
    line: RegisterLine | None
    figure: bool


class EvidenceOfFew(AnswerableError):
    """Evidence counts groups so small that people in them could be told apart."""

    code = "openness.evidence_of_few"
    message = "Evidence {digest} is not for everybody: {reason}."
    hint = "Its hash, its signers and what it is about are. People of the agency can read it all."
    citation = "REQUIREMENTS P5b"


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownEvidence:
    """A signed measurement as everybody may read it.

    ``closed`` says why not everything in it is for everybody, or nothing; ``text`` is empty
    then.
    """

    evidence: Evidence
    line: RegisterLine | None
    closed: str
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
        line=(line := _line_about(entry)),
        figure=line is not None and entry.kind == FIGURE_TOLD and _is_published(line, index),
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


def known_evidence(digest: str, *, viewer: Actor | None) -> KnownEvidence:
    """Give evidence about a use on the register, or one of the viewer's agencies.

    What it counts is for everybody only where every group in it is large enough: nobody
    can take a line out of what was signed.
    """
    for found in Evidence.objects.filter(digest=digest).select_related("use").order_by("pk"):
        line = RegisterLine.objects.filter(use=found.use_id).select_related("record").first()
        own = viewer is not None and found.use.agency_id in viewer.agencies
        if own or line is not None:
            return _known(found, line, own=own)
    raise UnknownEvidence(digest=digest[:64])


def evidence_file(digest: str, *, viewer: Actor | None) -> bytes:
    """Give evidence byte for byte as it was signed, to whoever may read all of it."""
    known = known_evidence(digest, viewer=viewer)
    if known.closed:
        raise EvidenceOfFew(digest=digest, reason=known.closed)
    return bytes(known.evidence.envelope)


def _known(found: Evidence, line: RegisterLine | None, *, own: bool) -> KnownEvidence:
    envelope = envelopes.read_own(bytes(found.envelope))
    statement = statement_in(envelope)
    closed = "" if own or line is None else _bar_to_read(statement, line)
    text = json.dumps(dict(statement.predicate), indent=2, ensure_ascii=False)
    return KnownEvidence(
        evidence=found,
        line=line,
        closed=closed,
        claims=statement.predicate_type,
        subjects=statement.subjects,
        signed_by=tuple(signature.key_id for signature in envelope.signatures),
        text="" if closed else text,
    )


def _bar_to_read(statement: Statement, line: RegisterLine) -> str:
    audit = statement.predicate_type == PREDICATE_TYPE
    counted = smallest_group(statement.predicate.get("result")) if audit else None
    smallest = _smallest_told(line)
    if counted is None:
        return "nobody here can say how small the groups are that it counts"
    if 0 < counted < smallest:
        return f"it counts a group of fewer than {smallest} people"
    return ""


def _smallest_told(line: RegisterLine) -> int:
    """As the record says it: whoever holds the law of that day could say it otherwise."""
    smallest = line.record.content.get("smallest_group")
    return smallest if isinstance(smallest, int) else 0


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
    if row.kind not in PUBLIC and not _is_of_hold(row):
        return False
    if row.kind == POLICY_TOLD:
        return True
    entry = WrittenEntry.read(bytes(row.payload))
    line = _line_about(entry)
    if line is None:
        return False
    records = records_around(line, entry.index) or [line.record]
    return any(may_be_told(entry, record=one.content) for one in records)


def _is_of_hold(row: EntryRow) -> bool:
    """Whether it placed or lifted a hold on a whole use: one on a decision is a person's matter."""
    whole = Hold.objects.filter(record="", subject="")
    lifted = Lift.objects.filter(hold__in=whole, entry=row.index)
    return whole.filter(entry=row.index).exists() or lifted.exists()


def _line_about(entry: WrittenEntry) -> RegisterLine | None:
    use, system = entry.fields.get("use"), entry.fields.get("system")
    lines = RegisterLine.objects.filter(agency=entry.agency).select_related("record", "use")
    if use:
        return lines.filter(use__ref=str(use)).first()
    return lines.filter(use__system__ref=str(system)).first() if system else None


def _is_published(line: RegisterLine, entry: int) -> bool:
    return any(
        figure.entry == entry
        for record in records_around(line, entry)
        for figure in figures_in(record.content)
    )


def _hashes(size: int, *, but: int, payload: bytes) -> Iterator[ExportedEntry]:
    rows = EntryRow.objects.filter(index__lt=size).order_by("index").values_list("index", "leaf")
    for index, leaf in rows.iterator(chunk_size=_ROWS_AT_ONCE):
        shown = payload if index == but else None
        yield ExportedEntry(index=index, leaf=bytes(leaf), payload=shown)
