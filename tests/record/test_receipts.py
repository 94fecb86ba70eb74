"""A receipt proves what was acknowledged, to whoever has the gateway's public key."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import AnswerableError
from answerable.record import receipts
from answerable.record.digests import sha256_of_bytes
from answerable.record.keys import SigningKey
from answerable.record.receipts import (
    Commit,
    Item,
    ReceiptItemsChanged,
    levels_of,
    losses,
    proof_in,
    root_of,
)
from answerable.record.tree import Tree, leaf_hash

KEY = SigningKey.make("agency.example/receipts")
AT = datetime(2026, 11, 23, 12, 0, 0, 7, tzinfo=UTC)


def items(count: int) -> list[Item]:
    return [
        Item(kind="decision", source="desk-1", id=f"d-{n}", digest=sha256_of_bytes(b"%d" % n))
        for n in range(count)
    ]


def commit_of(kept: list[Item]) -> Commit:
    root = root_of([leaf_hash(item.entry) for item in kept])
    return Commit(
        log=KEY.name, recorded_at=AT, size=len(kept), root=root, checkpoint=f"3:{'0' * 64}"
    )


def a_batch_receipt(count: int = 5) -> bytes:
    kept = items(count)
    return receipts.document_of(kept, envelope=receipts.sign(commit_of(kept), key=KEY))


def a_single_receipt(at: int = 2, count: int = 5) -> bytes:
    kept = items(count)
    document = json.loads(a_batch_receipt(count))
    levels = levels_of([leaf_hash(item.entry) for item in kept])
    proof = [step.hex() for step in proof_in(levels, at)]
    document["items"] = [{**document["items"][at], "proof": proof}]
    return json.dumps(document).encode()


def test_a_receipt_of_a_batch_covers_every_record_without_proofs() -> None:
    found = receipts.verify(a_batch_receipt(), key=KEY.verifier)
    assert tuple(items(5)) == found.items
    assert (AT, 5) == (found.commit.recorded_at, found.commit.size)


def test_a_receipt_of_one_record_proves_it_among_the_others_of_its_commit() -> None:
    found = receipts.verify(a_single_receipt(), key=KEY.verifier)
    assert (items(5)[2],) == found.items


@pytest.mark.parametrize("document", [a_batch_receipt(), a_single_receipt()])
@pytest.mark.parametrize(
    ("field", "value"),
    [("id", "d-9"), ("source", "desk-2"), ("kind", "outcome"), ("digest", "0" * 64)],
)
def test_a_changed_item_is_refused(document: bytes, field: str, value: str) -> None:
    changed = json.loads(document)
    changed["items"][0][field] = value
    with pytest.raises(AnswerableError):
        receipts.verify(json.dumps(changed).encode(), key=KEY.verifier)


def test_an_item_left_out_of_a_batch_is_refused() -> None:
    changed = json.loads(a_batch_receipt())
    del changed["items"][4]
    with pytest.raises(ReceiptItemsChanged):
        receipts.verify(json.dumps(changed).encode(), key=KEY.verifier)


def test_another_key_is_refused() -> None:
    other = SigningKey.make(KEY.name).verifier
    with pytest.raises(AnswerableError, match="None of the 1 signatures"):
        receipts.verify(a_batch_receipt(), key=other)


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_no_changed_byte_proves_another_record(at: int, value: int) -> None:
    document = bytearray(a_single_receipt())
    document[at % len(document)] = value
    try:
        found = receipts.verify(bytes(document), key=KEY.verifier)
    except AnswerableError:
        return
    assert (items(5)[2],) == found.items


@given(st.integers(1, 70))
def test_roots_and_proofs_are_those_of_the_tree_of_rfc_9162(count: int) -> None:
    leaves = [leaf_hash(item.entry) for item in items(count)]
    tree, levels = Tree(leaves), levels_of(leaves)
    assert tree.root() == root_of(leaves)
    for at in range(count):
        assert list(tree.inclusion_proof(index=at, size=count)) == proof_in(levels, at)


def test_a_loss_and_a_change_are_told_apart() -> None:
    found = receipts.verify(a_batch_receipt(3), key=KEY.verifier)
    first, second, third = items(3)
    forged = replace(second, digest=first.digest)
    told = losses(found, kept=[first, forged])
    assert [(second, first.digest), (third, None)] == [(loss.item, loss.found) for loss in told]
    assert () == losses(found, kept=[third, first, second, *items(9)[3:]])


def test_a_source_with_a_line_break_cannot_pose_as_two_parts() -> None:
    with pytest.raises(AnswerableError):
        Item(kind="decision", source="desk\n1", id="7", digest=sha256_of_bytes(b""))
