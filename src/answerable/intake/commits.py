"""One commit: records judged, people replaced by tokens, everything durable or nothing."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeAlias

import msgspec
from msgspec import Struct

from answerable.errors import AnswerableError
from answerable.intake import wire
from answerable.intake.arrival import DIGEST_BYTES, Arrival, Rows
from answerable.intake.bodies import body_of, moment
from answerable.intake.hot.store import (
    Head,
    Row,
    RowsCollide,
    RowUnwritable,
    SourceRow,
    Store,
)
from answerable.intake.marks import Judge, Mark
from answerable.intake.remembered import Remembered
from answerable.intake.sequences import Missing, Progress, advance
from answerable.intake.subjects import Pseudonyms, new_nonces, new_tokens
from answerable.record import receipts
from answerable.record.envelopes import Envelope
from answerable.record.keys import SigningKey

INDEX_BYTES = 4


class OtherContent(AnswerableError):
    """A source has used one id for two different records."""

    code = "intake.other_content"
    message = "The source has sent another record under this id before; that one stays."
    hint = "Give a corrected record an id of its own; send a repeated one unchanged."


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What a writer judges, closes and signs with, and whom it remembers."""

    judge: Judge
    pseudonyms: Pseudonyms
    key: SigningKey
    checkpoint: str
    remembered: Remembered = field(default_factory=Remembered)


class Kept(Struct, frozen=True, gc=False):
    """A record that is stored. ``place`` is where it stands in the tree of the commit."""

    digest: str
    place: int
    before: bool


Fate: TypeAlias = Kept | AnswerableError


@dataclass(frozen=True, kw_only=True, slots=True)
class Committed:
    """What became of the records, in their order, and what was signed for them."""

    fates: list[Fate]
    leaves: list[bytes]
    envelope: Envelope | None


def commit(rows: Rows, *, store: Store, desk: Desk, at_us: int) -> Committed:
    """Store records in one transaction; durable when this returns.

    A record that came before with the same content is acknowledged again; with other
    content it is refused and noted. A record that the database will not take is refused
    without harm to the others.

    Raises
    ------
    StoreUnavailable
        The database failed: nothing was stored.
    """
    try:
        try:
            return _Attempt(rows, store=store, desk=desk, at_us=at_us, look=False).run()
        except RowsCollide:
            # Some record, or some person, was there already: look first.
            store.rollback()
            return _Attempt(rows, store=store, desk=desk, at_us=at_us, look=True).run()
    except (RowsCollide, RowUnwritable):
        store.rollback()
        if len(rows.records) == 1:
            raise
    except BaseException:
        store.rollback()
        raise
    return _one_by_one(rows, store=store, desk=desk, at_us=at_us)


def _one_by_one(rows: Rows, *, store: Store, desk: Desk, at_us: int) -> Committed:
    """Keep the good records of a commit that failed as a whole, then sign for all at once."""
    refused: dict[int, AnswerableError] = {}
    before: list[bool] = []
    good: list[Arrival] = []
    for at in range(len(rows.records)):
        alone = rows.alone(at)
        one = Rows([alone], pseudonyms=desk.pseudonyms)
        try:
            fate = commit(one, store=store, desk=desk, at_us=at_us).fates[0]
        except (RowsCollide, RowUnwritable) as error:
            refused[at] = error
        else:
            good.append(alone)
            before.append(isinstance(fate, Kept) and fate.before)
    if not good:
        return Committed(fates=list(refused.values()), leaves=[], envelope=None)
    # What is good is stored by now: this finds it there, and gives one signature for all.
    kept = Rows(good, pseudonyms=desk.pseudonyms)
    done = _Attempt(kept, store=store, desk=desk, at_us=at_us, look=True).run()
    fates = iter(
        Kept(fate.digest, fate.place, earlier) if isinstance(fate, Kept) else fate
        for fate, earlier in zip(done.fates, before, strict=True)
    )
    whole = [refused[at] if at in refused else next(fates) for at in range(len(rows.records))]
    return Committed(fates=whole, leaves=done.leaves, envelope=done.envelope)


class _Attempt:
    """One try at storing all rows. With ``look`` it asks first which are there already."""

    def __init__(self, rows: Rows, *, store: Store, desk: Desk, at_us: int, look: bool) -> None:
        self.rows, self.store, self.desk = rows, store, desk
        self.at_us, self.look = at_us, look
        self.records: list[Row] = []
        self.seen: list[Row] = []
        self.attributes: list[Row] = []
        self.conflicts: list[Row] = []
        self.arrived: dict[tuple[str, str], list[int]] = {}
        self.before: set[int] = set()
        self.refused: set[int] = set()
        self.leaves: list[bytes] = []
        self.fates: list[Fate] = []
        self.met: dict[bytes, str] = {}

    def run(self) -> Committed:
        """Store the rows and sign for them; whatever fails leaves the transaction open."""
        head = self.store.begin()
        earlier = {}
        if self.look:
            earlier = {key: row.digest for key, row in self.store.seen(self.rows.keys).items()}
        tokens = self._tokens(head, earlier)
        over = self._over_cap(earlier)
        bodies = self._bodies(tokens)
        digests = [sha256(body).digest() for body in bodies]
        new = self._new_ones(digests, earlier)
        marks = self._marks(new, over)
        number = head.commits + 1
        self._acknowledge(digests)
        self._lay_out(new, head.seq + 1, number, bodies, digests, marks, tokens)
        return self._finish(Head(seq=head.seq + len(new), commits=number) if new else None)

    def _tokens(self, head: Head, earlier: Container[bytes]) -> dict[bytes, str]:
        """Find everyone's token, and draw one for each who has none and a new record."""
        rows, at_us = self.rows, self.at_us
        tokens = self.desk.remembered.tokens(rows.named, head=head, store=self.store)
        wanted = rows.named.keys() - tokens.keys()
        if self.look:
            # A record that came before must not link again a person who was unlinked.
            of_new = {
                place
                for key, person, staff in zip(rows.keys, rows.people, rows.staff, strict=True)
                if key not in earlier
                for place in (person, staff)
            }
            wanted &= of_new
        close = self.desk.pseudonyms.close
        made = []
        drawn = zip(new_tokens(len(wanted)), new_nonces(len(wanted)), strict=True)
        for place, (token, nonce) in zip(wanted, drawn, strict=True):
            agency, use, person = rows.named[place]
            closed = close(person, lookup=place, nonce=nonce)
            made.append((place, agency, use, token, closed, at_us))
            self.met[place] = token.hex()
        tokens.update(self.met)
        if made:
            # In the order of the table: neighbours are written together.
            made.sort()
            self.store.insert("hot_subject", made)
        return tokens

    def _over_cap(self, earlier: Container[bytes]) -> set[int]:
        """Count new decisions against their leases, and name those that none allowed."""
        capped: dict[tuple[str, str], dict[bytes, int]] = {}
        judge, rows = self.desk.judge, self.rows
        uses = {(agency, use) for agency, use, _ in rows.named.values()}
        if not any(judge.capped(use, agency=agency) for agency, use in uses):
            return set()
        for at, (record, key) in enumerate(zip(rows.records, rows.keys, strict=True)):
            if rows.historic[at] or key in earlier or not isinstance(record, wire.Decision):
                continue
            if judge.capped(record.use, agency=rows.agencies[at]):
                capped.setdefault((record.lease or "", record.use), {}).setdefault(key, at)
        over: set[int] = set()
        for (lease, use), places in capped.items():
            beyond = self.store.count_under(lease, use, len(places))
            over.update(list(places.values())[len(places) - beyond :])
        return over

    def _bodies(self, tokens: Mapping[bytes, str]) -> list[bytes]:
        rows, mark = self.rows, self.desk.pseudonyms.mark
        # Whoever was unlinked has no token: the body then equals nothing that was stored.
        token = tokens.get
        return [
            body_of(
                record,
                agency=agency,
                person=token(person, ""),
                reviewer=token(staff, "") if staff else None,
                attributes=mark(key + b"\0" + attributes) if attributes else None,
            )
            for record, agency, key, person, staff, attributes in zip(
                rows.records,
                rows.agencies,
                rows.keys,
                rows.people,
                rows.staff,
                rows.attributes,
                strict=True,
            )
        ]

    def _new_ones(self, digests: Sequence[bytes], earlier: dict[bytes, bytes]) -> list[int]:
        """Name the records to be stored; the others are repeated or refused."""
        rows = self.rows
        if not self.look:
            return list(range(len(digests)))
        new = []
        for at, (key, digest) in enumerate(zip(rows.keys, digests, strict=True)):
            before = earlier.get(key)
            if before is None:
                earlier[key] = digest[:DIGEST_BYTES]
                new.append(at)
                continue
            self.before.add(at)
            if before != digest[:DIGEST_BYTES]:
                self.refused.add(at)
                record = rows.records[at]
                source = record.source or ""
                self.conflicts.append((key, rows.agencies[at], record.use, source, self.at_us))
        return new

    def _marks(self, new: Iterable[int], over: Container[int]) -> list[str]:
        rows, judge = self.rows, self.desk.judge.marks
        found: list[str] = []
        for at in new:
            record = rows.records[at]
            if rows.historic[at]:
                found.append(Mark.HISTORIC)
                continue
            marks = judge(record, agency=rows.agencies[at], at_us=rows.occurred[at])
            if at in over:
                marks = (*marks, Mark.OUT_OF_CAP)
            found.append(" ".join(marks) if marks else "")
        return found

    def _acknowledge(self, digests: Sequence[bytes]) -> None:
        leaves, fates, before, refused = self.leaves, self.fates, self.before, self.refused
        for at, (record, digest) in enumerate(zip(self.rows.records, digests, strict=True)):
            if at in refused:
                fates.append(OtherContent())
                continue
            text = digest.hex()
            fates.append(Kept(text, len(leaves), at in before))
            entry = f"\0{record.kind}\n{record.source}\n{record.id}\n{text}"
            leaves.append(sha256(entry.encode()).digest())

    def _lay_out(
        self,
        new: Sequence[int],
        seq: int,
        number: int,
        bodies: Sequence[bytes],
        digests: Sequence[bytes],
        marks: Sequence[str],
        tokens: Mapping[bytes, str],
    ) -> None:
        rows, at_us = self.rows, self.at_us
        records, seen, arrived = self.records, self.seen, self.arrived
        for place, (at, marked) in enumerate(zip(new, marks, strict=True), start=seq):
            record, agency, digest = rows.records[at], rows.agencies[at], digests[at]
            source, sequence = record.source or "", record.sequence
            row = (
                place,
                agency,
                record.kind,
                source,
                record.id,
                sequence,
                record.use,
                record.version if isinstance(record, wire.Decision) else "",
                tokens.get(rows.people[at], ""),
                digest,
                marked,
                rows.occurred[at],
                at_us,
                number,
                bodies[at],
            )
            records.append(row)
            seen.append((rows.keys[at], digest[:DIGEST_BYTES], place, at_us, number))
            if sequence is not None:
                arrived.setdefault((agency, source), []).append(sequence)
            if rows.attributes[at]:
                self.attributes.append((place, rows.attributes[at]))

    def _finish(self, head: Head | None) -> Committed:
        store, at_us = self.store, self.at_us
        envelope = self._signed() if self.leaves else None
        if head is not None and envelope is not None:
            store.insert("hot_record", self.records)
            store.insert("hot_seen", self.seen)
            if self.attributes:
                store.insert("hot_attribute", self.attributes)
            signed = (head.commits, at_us, envelope.to_bytes(), self._repeated())
            store.insert("hot_commit", [signed])
        for (agency, source), numbers in self.arrived.items():
            row = _advanced(store.source(agency, source), numbers, at_us=at_us)
            store.put_source(agency, source, row, at_us=at_us)
        if self.conflicts:
            store.put_conflicts(self.conflicts)
        store.commit(head)
        if head is not None:
            self.desk.remembered.add(self.met, head=head)
        return Committed(fates=self.fates, leaves=self.leaves, envelope=envelope)

    def _repeated(self) -> bytes:
        kept = (fate for fate in self.fates if isinstance(fate, Kept) and fate.before)
        return b"".join(
            fate.place.to_bytes(INDEX_BYTES, "big") + self.leaves[fate.place] for fate in kept
        )

    def _signed(self) -> Envelope:
        signed = receipts.Commit(
            log=self.desk.key.name,
            recorded_at=moment(self.at_us),
            size=len(self.leaves),
            root=receipts.root_of(self.leaves),
            checkpoint=self.desk.checkpoint,
        )
        return receipts.sign(signed, key=self.desk.key)


def _advanced(row: SourceRow | None, numbers: Sequence[int], *, at_us: int) -> SourceRow:
    progress = progress_of(row) if row else Progress()
    now = advance(progress, arrived=numbers, at_us=at_us)
    missing = [(one.first, one.last, one.since_us) for one in now.missing]
    text = msgspec.json.encode(missing).decode()
    return SourceRow(highest=now.highest, missing=text, given_up=now.given_up)


def progress_of(row: SourceRow) -> Progress:
    """Read how far a source has come."""
    listed = msgspec.json.decode(row.missing, type=list[tuple[int, int, int]])
    return Progress(
        highest=row.highest,
        missing=tuple(Missing(first=a, last=b, since_us=since) for a, b, since in listed),
        given_up=row.given_up,
    )
