"""The doors through which records come: singly, in batches, as lines, as events."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec
from msgspec import Struct
from starlette.types import Receive
from starlette.types import Scope as Request

from answerable.errors import AnswerableError
from answerable.gateway.ports import Clock
from answerable.gateway.problems import FormUnknown, ScopeMissing, UseNotCovered
from answerable.gateway.requests import Answer, body_of, headers_of
from answerable.gateway.tokens import Tokens, check_use
from answerable.gateway.writer import Batch, Single, Writer
from answerable.intake.arrival import Arrival, Rows
from answerable.intake.commits import Kept
from answerable.intake.subjects import Pseudonyms
from answerable.intake.wire import Door, Read, Record, Refused
from answerable.people.tokens import Scope, TokenFacts

MOST_BYTES = 32 * 1024 * 1024
# A larger body is read in another thread, so that single records need not wait for it.
_LARGE = 65_536

SCOPES = {
    "decision": Scope.DECISIONS,
    "outcome": Scope.OUTCOMES,
    "review": Scope.REVIEWS,
    "effect": Scope.EFFECTS,
}
_LINES = frozenset({b"application/x-ndjson", b"application/jsonl", b"application/x-jsonlines"})
_CREATED, _OK = 201, 200


class _Item(Struct, omit_defaults=True, gc=False):
    kind: str
    source: str
    id: str
    digest: str
    index: int
    proof: list[str] | None = None


class _Receipt(Struct):
    commit: msgspec.Raw
    items: list[_Item]


class _OneAnswer(Struct):
    status: str
    receipt: _Receipt


class _Row(Struct):
    row: int
    code: str
    message: str
    hint: str


class _BatchAnswer(Struct):
    stored: int
    stored_before: int
    refused: list[_Row]
    receipt: _Receipt | None


_write = msgspec.json.Encoder().encode


class RecordsDoor:
    """Takes records of one kind, and where the kind is said, of others."""

    def __init__(
        self,
        *kinds: str,
        tokens: Tokens,
        writer: Writer,
        pseudonyms: Pseudonyms,
        readers: ThreadPoolExecutor,
        clock: Clock,
    ) -> None:
        """Take the first of the kinds where a record does not say its own."""
        self._door = Door(*kinds, now=clock.now)
        self._scope = SCOPES[kinds[0]]
        self._tokens, self._writer, self._pseudonyms = tokens, writer, pseudonyms
        self._readers = readers

    async def answer(self, scope: Request, receive: Receive) -> Answer:
        """Take a request."""
        headers = headers_of(scope)
        facts = await self._tokens.facts(headers.authorization, scope=self._scope)
        if headers.content_encoding not in {b"", b"identity"}:
            raise FormUnknown
        body = await body_of(receive, headers, most=MOST_BYTES)
        match headers.content_type:
            case b"application/json" if not _begins_array(body):
                return await self._single(self._door.read_one(body), facts)
            case b"application/cloudevents+json":
                return await self._single(self._door.read_event(body), facts)
            case b"application/json":
                return await self._batch(self._door.read_array, body, facts)
            case b"application/cloudevents-batch+json":
                return await self._batch(self._door.read_events, body, facts)
            case form if form in _LINES:
                return await self._batch(self._door.read_lines, body, facts)
            case _:
                raise FormUnknown

    async def _single(self, record: Record, facts: TokenFacts) -> Answer:
        refusal = _refusal(record, facts)
        if refusal is not None:
            raise refusal
        done = await self._writer.single(Arrival(agency=facts.agency, records=[record]))
        return Answer(_CREATED, _one_answer(record, done))

    async def _batch(self, read: Callable[[bytes], Read], body: bytes, facts: TokenFacts) -> Answer:
        if len(body) <= _LARGE:
            return await self._written(*self._laid_out(read, body, facts))
        loop = asyncio.get_running_loop()
        rows, numbers, refused = await loop.run_in_executor(
            self._readers, self._laid_out, read, body, facts
        )
        return await self._written(rows, numbers, refused)

    def _laid_out(
        self, read: Callable[[bytes], Read], body: bytes, facts: TokenFacts
    ) -> tuple[Rows, Sequence[int], list[Refused]]:
        """Read a batch as far as that goes without the database."""
        found = read(body)
        records, numbers, refused = found.rows, found.numbers, found.refused
        if any(_refusal(record, facts) for record in records):
            allowed: list[tuple[Record, int]] = []
            for record, number in zip(records, numbers, strict=True):
                refusal = _refusal(record, facts)
                if refusal is None:
                    allowed.append((record, number))
                else:
                    refused.append(Refused.of(refusal, row=number))
            records = [record for record, _ in allowed]
            numbers = [number for _, number in allowed]
        arrival = Arrival(agency=facts.agency, records=records)
        return Rows([arrival], pseudonyms=self._pseudonyms), numbers, refused

    async def _written(self, rows: Rows, numbers: Sequence[int], refused: list[Refused]) -> Answer:
        done = await self._writer.batch(rows) if rows.records else None
        if len(rows.records) * 200 <= _LARGE:
            return Answer(_OK, _batch_answer(rows, numbers, refused, done))
        loop = asyncio.get_running_loop()
        body = await loop.run_in_executor(
            self._readers, _batch_answer, rows, numbers, refused, done
        )
        return Answer(_OK, body)


def _begins_array(body: bytes) -> bool:
    return body[:1] == b"[" or body[:64].lstrip()[:1] == b"["


def _refusal(record: Record, facts: TokenFacts) -> AnswerableError | None:
    if facts.use:
        try:
            check_use(facts, record.use)
        except UseNotCovered as error:
            return error
    scope = SCOPES[record.kind]
    return None if scope in facts.scopes else ScopeMissing(scope=scope)


def _one_answer(record: Record, done: Single) -> bytes:
    fate = done.fate
    proof = [step.hex() for step in done.proof]
    kind, source, identity = record.kind, record.source or "", record.id or ""
    item = _Item(kind, source, identity, fate.digest, fate.place, proof)
    receipt = _Receipt(msgspec.Raw(done.envelope), [item])
    return _write(_OneAnswer("stored_before" if fate.before else "stored", receipt))


def _batch_answer(
    rows: Rows, numbers: Sequence[int], refused: list[Refused], done: Batch | None
) -> bytes:
    items: list[_Item] = []
    before = 0
    told = [_Row(one.row, one.code, one.message, one.hint) for one in refused]
    fates = done.committed.fates if done else []
    for record, number, fate in zip(rows.records, numbers, fates, strict=True):
        if isinstance(fate, Kept):
            before += fate.before
            source, identity = record.source or "", record.id or ""
            items.append(_Item(record.kind, source, identity, fate.digest, fate.place))
        else:
            told.append(_Row(number, fate.code, fate.sentence, fate.advice))
    told.sort(key=lambda one: one.row)
    receipt = _Receipt(msgspec.Raw(done.envelope), items) if done and items else None
    return _write(_BatchAnswer(len(items) - before, before, told, receipt))
