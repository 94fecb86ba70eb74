"""Receipts: what a sender keeps as proof that records were stored, checked offline."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from answerable.errors import AnswerableError
from answerable.record import envelopes
from answerable.record.canonical import JsonValue, canonical_bytes, parse_canonical, parse_json
from answerable.record.digests import HexDigest, NotADigest, hex_digest
from answerable.record.envelopes import Envelope
from answerable.record.keys import SigningKey, VerifierKey
from answerable.record.tree import EMPTY_ROOT, leaf_hash, verify_inclusion

PAYLOAD_TYPE = "application/vnd.answerable.receipt.v1+json"

_LINE = re.compile(r"[!-~]{1,200}")
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


class ReceiptMalformed(AnswerableError):
    """A document is not a receipt."""

    code = "record.receipt_malformed"
    message = "This is not a receipt: {part} {reason}."
    hint = "Use the receipt as the gateway answered it, unchanged."


class ReceiptItemsChanged(AnswerableError):
    """The records a receipt lists are not those that were signed."""

    code = "record.receipt_items_changed"
    message = "The {count} records listed do not lead to the root that was signed."
    hint = "A record was changed, left out or added after the receipt was given."
    citation = "RFC 9162, 2.1.1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A record as receipts and the sealed log name it."""

    kind: str
    source: str
    id: str
    digest: HexDigest

    def __post_init__(self) -> None:
        """Refuse a part that could pose as two."""
        for part, value in (("kind", self.kind), ("source", self.source), ("id", self.id)):
            if not _LINE.fullmatch(value):
                raise ReceiptMalformed(part=part, reason="is not 1 to 200 visible characters")

    @property
    def entry(self) -> bytes:
        """The bytes that stand in the tree of the commit."""
        return entry(kind=self.kind, source=self.source, id=self.id, digest=self.digest)


@dataclass(frozen=True, kw_only=True, slots=True)
class Commit:
    """What is signed once for all records of a commit or a batch.

    ``checkpoint`` is the ledger's at that time, ``size:root``: a receipt thereby also
    pins the history of the ledger.
    """

    log: str
    recorded_at: datetime
    size: int
    root: bytes
    checkpoint: str

    def to_payload(self) -> bytes:
        """Write the canonical bytes that are signed."""
        return canonical_bytes(
            {
                "checkpoint": self.checkpoint,
                "log": self.log,
                "recorded_at": self.recorded_at.astimezone(UTC).strftime(_TIME),
                "root": self.root.hex(),
                "size": self.size,
            }
        )

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Read what was signed."""
        fields = _object(parse_canonical(payload), "the signed part")
        size = fields.get("size")
        if not isinstance(size, int) or size < 1:
            raise ReceiptMalformed(part="size", reason="is no number of records")
        try:
            recorded_at = datetime.fromisoformat(_text(fields, "recorded_at"))
        except ValueError as error:
            raise ReceiptMalformed(part="recorded_at", reason="is no time") from error
        if recorded_at.tzinfo is None:
            raise ReceiptMalformed(part="recorded_at", reason="is not in UTC")
        return cls(
            log=_text(fields, "log"),
            recorded_at=recorded_at,
            size=size,
            root=bytes.fromhex(_digest(fields, "root")),
            checkpoint=_text(fields, "checkpoint"),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """A commit that the gateway signed, and those of its records that the receipt proves."""

    commit: Commit
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """A record that was acknowledged and is not in the log as it was."""

    item: Item
    found: HexDigest | None

    @property
    def sentence(self) -> str:
        """The finding in one sentence for people."""
        named = f"The {self.item.kind} {self.item.id} from {self.item.source} was acknowledged"
        if self.found is None:
            return f"{named} and is not in the log."
        return f"{named} with the digest {self.item.digest} and is in the log with {self.found}."


def entry(*, kind: str, source: str, id: str, digest: str) -> bytes:  # noqa: A002 - its name
    r"""Write the bytes that stand in the tree for a record.

    >>> entry(kind="decision", source="desk-1", id="7", digest="ab")
    b'decision\ndesk-1\n7\nab'
    """
    return f"{kind}\n{source}\n{id}\n{digest}".encode()


def levels_of(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Hash a tree level by level: its leaves first, its root last.

    Joining neighbours, the odd one moving up alone, is the tree of RFC 9162: its left
    side is always the largest complete one.
    """
    sha256 = hashlib.sha256
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        level = levels[-1]
        pairs = zip(level[::2], level[1::2], strict=False)
        joined = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        if len(level) % 2:
            joined.append(level[-1])
        levels.append(joined)
    return levels


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Give the root over leaf hashes.

    >>> from answerable.record.tree import Tree
    >>> leaves = [leaf_hash(bytes([n])) for n in range(11)]
    >>> root_of(leaves) == Tree(leaves).root()
    True
    """
    return levels_of(leaves)[-1][0] if leaves else EMPTY_ROOT


def proof_in(levels: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """Prove that a leaf is in the tree: a few look-ups where all levels are known.

    >>> from answerable.record.tree import Tree
    >>> leaves = [leaf_hash(bytes([n])) for n in range(11)]
    >>> proof_in(levels_of(leaves), 10) == list(Tree(leaves).inclusion_proof(index=10, size=11))
    True
    """
    proof = []
    for level in levels[:-1]:
        sibling = index ^ 1
        if sibling < len(level):
            proof.append(level[sibling])
        index >>= 1
    return proof


def sign(commit: Commit, *, key: SigningKey) -> Envelope:
    """Sign what the records of one commit have in common."""
    return envelopes.sign(commit.to_payload(), payload_type=PAYLOAD_TYPE, keys=[key])


def verify(data: bytes, *, key: VerifierKey) -> Receipt:
    """Check a receipt offline: who signed it, and that it covers each record it lists.

    Parameters
    ----------
    data
        A receipt as the gateway answered it: ``{"commit": envelope, "items": […]}``.
        Items come with a proof each, or are all the records of the commit.
    key
        The gateway's public key, from a source other than the receipt.

    Examples
    --------
    >>> key = SigningKey.make("agency.example/receipts")
    >>> item = Item(kind="decision", source="desk-1", id="7", digest=HexDigest("ab" * 32))
    >>> commit = Commit(log=key.name, recorded_at=datetime(2026, 1, 5, tzinfo=UTC), size=1,
    ...                 root=root_of([leaf_hash(item.entry)]), checkpoint="0:" + EMPTY_ROOT.hex())
    >>> document = document_of([item], envelope=sign(commit, key=key))
    >>> verify(document, key=key.verifier).items == (item,)
    True
    """
    fields = _object(parse_json(data), "the document")
    envelope = envelopes.read(canonical_bytes(fields.get("commit")))
    envelopes.verify(envelope, key=key)
    if envelope.payload_type != PAYLOAD_TYPE:
        raise ReceiptMalformed(part="payloadType", reason="is not a receipt's")
    commit = Commit.from_payload(envelope.payload)
    listed = fields.get("items")
    if not isinstance(listed, list) or not listed:
        raise ReceiptMalformed(part="items", reason="is no list of records")
    rows = [_object(row, f"items[{at}]") for at, row in enumerate(listed)]
    items = tuple(_item(row) for row in rows)
    if any("proof" in row for row in rows):
        for row, item in zip(rows, items, strict=True):
            _check_proof(row, item, commit)
    elif len(items) != commit.size or root_of([leaf_hash(i.entry) for i in items]) != commit.root:
        raise ReceiptItemsChanged(count=len(items))
    return Receipt(commit=commit, items=items)


def document_of(items: Sequence[Item], *, envelope: Envelope) -> bytes:
    """Write the receipt of a whole commit, its records in their order."""
    return canonical_bytes(
        {
            "commit": parse_json(envelope.to_bytes()),
            "items": [
                {
                    "digest": item.digest,
                    "id": item.id,
                    "index": index,
                    "kind": item.kind,
                    "source": item.source,
                }
                for index, item in enumerate(items)
            ],
        }
    )


def losses(receipt: Receipt, *, kept: Iterable[Item]) -> tuple[Loss, ...]:
    """Say which acknowledged records the log lacks, or holds otherwise.

    Parameters
    ----------
    receipt
        A receipt that `verify` has passed.
    kept
        The records of the agency in the log: sealed, and not sealed yet. Read once.

    Examples
    --------
    >>> item = Item(kind="decision", source="desk-1", id="7", digest=HexDigest("ab" * 32))
    >>> commit = Commit(log="x", recorded_at=datetime(2026, 1, 5, tzinfo=UTC), size=1,
    ...                 root=EMPTY_ROOT, checkpoint="")
    >>> receipt = Receipt(commit=commit, items=(item,))
    >>> losses(receipt, kept=[item]), losses(receipt, kept=[])[0].sentence
    ((), 'The decision 7 from desk-1 was acknowledged and is not in the log.')
    """
    wanted = {(item.source, item.id): item for item in receipt.items}
    found = {place: one.digest for one in kept if (place := (one.source, one.id)) in wanted}
    return tuple(
        Loss(item=item, found=found.get(place))
        for place, item in wanted.items()
        if found.get(place) != item.digest
    )


def _check_proof(row: Mapping[str, JsonValue], item: Item, commit: Commit) -> None:
    index, proof = row.get("index"), row.get("proof")
    if not isinstance(index, int) or not isinstance(proof, list):
        raise ReceiptMalformed(part="items", reason="have a proof without its place")
    verify_inclusion(
        leaf=leaf_hash(item.entry),
        index=index,
        size=commit.size,
        proof=[bytes.fromhex(_as_digest(step, "proof")) for step in proof],
        root=commit.root,
    )


def _item(row: Mapping[str, JsonValue]) -> Item:
    return Item(
        kind=_text(row, "kind"),
        source=_text(row, "source"),
        id=_text(row, "id"),
        digest=_digest(row, "digest"),
    )


def _object(value: JsonValue, part: str) -> Mapping[str, JsonValue]:
    if not isinstance(value, dict):
        raise ReceiptMalformed(part=part, reason="is not an object")
    return value


def _text(fields: Mapping[str, JsonValue], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise ReceiptMalformed(part=name, reason="is missing or is not text")
    return value


def _digest(fields: Mapping[str, JsonValue], name: str) -> HexDigest:
    return _as_digest(_text(fields, name), name)


def _as_digest(value: JsonValue, part: str) -> HexDigest:
    try:
        return hex_digest(value if isinstance(value, str) else "")
    except NotADigest as error:
        raise ReceiptMalformed(part=part, reason="is no digest") from error
