"""Ship a spool: at least once, in order, and nothing is let go before it is acknowledged."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from answerable.client.families import SpoolUnwritable, append_durably, why
from answerable.client.gateway import Gateway, Reply
from answerable.client.segments import Batch
from answerable.client.spool import Spool
from answerable.errors import AnswerableError
from answerable.record import receipts
from answerable.record.canonical import JsonValue, NotJson, canonical_bytes, parse_json
from answerable.record.keys import VerifierKey

MOST_ROWS = 1_000
MOST_BYTES = 1_000_000
_MOST_BATCHES = 100
_LARGEST_RECEIPTS_FILE = 8 << 20
_ACCEPTED = 200
# The batch, or one row in it, is what the gateway cannot take: smaller ones find out which.
_TO_BE_HALVED = frozenset({400, 413, 422})


class AnswerUnclear(AnswerableError):
    """The gateway's answer to a batch does not say what became of each row."""

    code = "client.answer_unclear"
    message = "The gateway's answer does not account for the records sent: {reason}."
    hint = "They stay in the spool and are sent again; compare the versions of both programs."


class ReceiptRefused(AnswerableError):
    """The receipt for a batch does not hold."""

    code = "client.receipt_refused"
    message = "The gateway's receipt does not hold: {reason}"
    hint = "The records stay in the spool; check the receipts key, and who answers."


@dataclass(frozen=True, kw_only=True, slots=True)
class _Refused:
    row: int
    code: str
    message: str
    hint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Answer:
    refused: tuple[_Refused, ...]
    stored: int
    receipt: JsonValue


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipper:
    """Carries batches to the gateway; ``key`` checks its receipts, where one is given."""

    gateway: Gateway
    key: VerifierKey | None

    def ship(self, spool: Spool) -> int:
        """Ship what waits and count the rows answered for; raise what stands in the way.

        It comes back after so many batches, so that a program that records without end
        does not keep the orphans waiting.
        """
        rows, shipped = MOST_ROWS, 0
        for _ in range(_MOST_BATCHES):
            batch = spool.next_batch(rows=rows, size=MOST_BYTES)
            if batch is None:
                break
            if batch.rows:
                reply = self.gateway.records(batch.rows)
                if reply.status in _TO_BE_HALVED and len(batch.rows) > 1:
                    rows = len(batch.rows) // 2
                    continue
                self._keep(spool, batch, self._answered(batch.rows, reply))
                rows = min(rows * 2, MOST_ROWS)
                shipped += len(batch.rows)
            spool.settle(batch)
        return shipped

    def _answered(self, rows: Sequence[bytes], reply: Reply) -> _Answer:
        if reply.status in _TO_BE_HALVED:
            return _Answer(refused=(_whole_refusal(reply),), stored=0, receipt=None)
        answer = _read_answer(reply.accepted(), len(rows))
        if self.key is not None and answer.stored:
            _check_receipt(rows, answer, self.key)
        return answer

    def _keep(self, spool: Spool, batch: Batch, answer: _Answer) -> None:
        if answer.receipt is not None:
            _keep_receipt(spool.family.folder, canonical_bytes(answer.receipt))
        if answer.refused:
            spool.keep_refused([_refused_line(batch.rows[one.row], one) for one in answer.refused])


def _whole_refusal(reply: Reply) -> _Refused:
    try:
        found = parse_json(reply.body)
    except NotJson:
        found = None
    told = found if isinstance(found, dict) else {}
    return _Refused(
        row=0,
        code=str(told.get("code", f"status_{reply.status}")),
        message=str(told.get("detail", "")),
        hint=str(told.get("hint", "")),
    )


def _read_answer(body: bytes, sent: int) -> _Answer:
    try:
        found = parse_json(body)
    except NotJson as error:
        raise AnswerUnclear(reason="it is not JSON") from error
    if not isinstance(found, dict):
        raise AnswerUnclear(reason="it is not an object")
    refused = found.get("refused", [])
    if not isinstance(refused, list):
        raise AnswerUnclear(reason="refused is not a list")
    read = tuple(_read_refusal(one, sent) for one in refused)
    stored = _count(found, "stored")
    before = _count(found, "stored_before")
    if stored + before + len(read) != sent or len({one.row for one in read}) != len(read):
        reason = f"{sent} were sent, {stored} stored, {before} stored before, {len(read)} refused"
        raise AnswerUnclear(reason=reason)
    return _Answer(refused=read, stored=stored, receipt=found.get("receipt"))


def _read_refusal(value: JsonValue, sent: int) -> _Refused:
    row = value.get("row") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(row, int) or not 0 <= row < sent:
        raise AnswerUnclear(reason="a refusal names no row that was sent")
    return _Refused(
        row=row,
        code=str(value.get("code", "")),
        message=str(value.get("message", "")),
        hint=str(value.get("hint", "")),
    )


def _count(found: dict[str, JsonValue], name: str) -> int:
    value = found.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise AnswerUnclear(reason=f"{name} is not a number of records")
    return value


def _check_receipt(rows: Sequence[bytes], answer: _Answer, key: VerifierKey) -> None:
    try:
        receipt = receipts.verify(canonical_bytes(answer.receipt), key=key)
    except AnswerableError as error:
        raise ReceiptRefused(reason=error.sentence) from error
    refused = {one.row for one in answer.refused}
    sent = {_place(row) for at, row in enumerate(rows) if at not in refused}
    proven = {(item.kind, item.source, item.id) for item in receipt.items}
    # A record stored before may be proven by its earlier receipt instead.
    if len(sent & proven) < answer.stored:
        raise ReceiptRefused(reason=f"it proves {len(sent & proven)} of {answer.stored} records.")


def _place(row: bytes) -> tuple[str, str, str]:
    found = json.loads(row)
    return found["kind"], found["source"], found["id"]


def _refused_line(row: bytes, refusal: _Refused) -> bytes:
    told = {"code": refusal.code, "message": refusal.message, "hint": refusal.hint}
    return canonical_bytes({"refused": told, "row": parse_json(row)})


def _keep_receipt(folder: Path, receipt: bytes) -> None:
    """Keep the last receipts, in two files of a bounded size."""
    path = folder / "receipts.jsonl"
    try:
        if path.exists() and path.stat().st_size > _LARGEST_RECEIPTS_FILE:
            path.replace(folder / "receipts.1.jsonl")
        append_durably(path, receipt + b"\n")
    except OSError as error:
        raise SpoolUnwritable(path=folder, reason=why(error)) from error
