"""Checkpoints, and what two of them show about the log that signed them."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.record import checkpoints, notes
from answerable.record.checkpoints import (
    Checkpoint,
    CheckpointMalformed,
    Consistent,
    Misbehaviour,
    OriginIsNotTheKeyName,
    compare,
)
from answerable.record.measurement import CannotSay
from answerable.record.tree import EMPTY_ROOT, Tree
from tests.record.situations import LEDGER, a_key, a_tree, flipped, is_refused

KEY = a_key()
HONEST = a_tree(20)
FORKED = a_tree(20, changed=2)  # from size 3 on its roots are others


def signed(tree: Tree, size: int) -> bytes:
    return checkpoints.sign(Checkpoint(origin=LEDGER, size=size, root=tree.root(size)), key=KEY)


NOTE = signed(HONEST, 12)


def test_a_checkpoint_is_read_back_as_it_was_signed() -> None:
    opened = checkpoints.open_signed(NOTE, key=KEY.verifier)
    assert opened == Checkpoint(origin=LEDGER, size=12, root=HONEST.root(12))
    assert opened.text.splitlines()[:2] == [LEDGER, "12"]


def test_extension_lines_are_kept() -> None:
    checkpoint = Checkpoint(origin=LEDGER, size=1, root=HONEST.root(1), extensions=("one", "two"))
    assert Checkpoint.parse(checkpoint.text) == checkpoint
    assert checkpoint.text.endswith("\none\ntwo\n")


@pytest.mark.parametrize("mask", [1, 0x20, 0x80])
def test_one_flipped_byte_anywhere_refuses_a_checkpoint(mask: int) -> None:
    for at in range(len(NOTE)):
        changed = flipped(NOTE, at=at, mask=mask)
        assert is_refused(checkpoints.open_signed, changed, key=KEY.verifier), at


@settings(deadline=None)
@given(st.integers(0, len(NOTE) - 1), st.integers(1, 255))
def test_any_changed_byte_refuses_a_checkpoint(at: int, mask: int) -> None:
    changed = flipped(NOTE, at=at, mask=mask)
    assert is_refused(checkpoints.open_signed, changed, key=KEY.verifier)
    assert is_refused(compare, NOTE, changed, key=KEY.verifier)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_arbitrary_text_is_a_checkpoint_only_in_its_one_form(text: str) -> None:
    root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    for candidate in (text, f"{text}\n1\n{root}\n", f"log\n{text}\n{root}\n", f"log\n1\n{text}\n"):
        if not is_refused(Checkpoint.parse, candidate):
            assert Checkpoint.parse(candidate).text == candidate


GOOD = ["log", "12", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        GOOD[:2],
        ["", *GOOD[1:]],
        [*GOOD, ""],
        [*GOOD, "", "more"],
        ["log", "012", GOOD[2]],
        ["log", "+12", GOOD[2]],
        ["log", "-1", GOOD[2]],
        ["log", " 12", GOOD[2]],
        ["log", "1_2", GOOD[2]],
        ["log", "٣", GOOD[2]],
        ["log", "", GOOD[2]],
        ["log", "9223372036854775808", GOOD[2]],
        ["log", "9" * 5000, GOOD[2]],
        ["log", "12", GOOD[2][:-1]],
        ["log", "12", "AAAA"],
        ["log", "12", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU="],
    ],
)
def test_any_other_spelling_is_refused(lines: list[str]) -> None:
    assert Checkpoint.parse("".join(f"{line}\n" for line in GOOD)).size == 12
    with pytest.raises(CheckpointMalformed):
        Checkpoint.parse("".join(f"{line}\n" for line in lines))
    with pytest.raises(CheckpointMalformed):
        Checkpoint.parse("\n".join(GOOD))


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 1, EMPTY_ROOT, ()),
        ("two\nlines", 1, EMPTY_ROOT, ()),
        (LEDGER, -1, EMPTY_ROOT, ()),
        (LEDGER, 2**63, EMPTY_ROOT, ()),
        (LEDGER, 1, EMPTY_ROOT[1:], ()),
        (LEDGER, 1, EMPTY_ROOT, ("",)),
        (LEDGER, 1, EMPTY_ROOT, ("a\nb",)),
    ],
)
def test_a_checkpoint_without_a_text_form_is_not_made(
    origin: str, size: int, root: bytes, extensions: tuple[str, ...]
) -> None:
    with pytest.raises(CheckpointMalformed):
        Checkpoint(origin=origin, size=size, root=root, extensions=extensions)


def test_one_log_does_not_sign_for_another() -> None:
    with pytest.raises(OriginIsNotTheKeyName):
        checkpoints.sign(Checkpoint(origin="other", size=0, root=EMPTY_ROOT), key=KEY)


def test_a_note_that_is_no_checkpoint_is_refused_though_signed() -> None:
    with pytest.raises(CheckpointMalformed):
        checkpoints.open_signed(notes.sign("hello\n", keys=[KEY]), key=KEY.verifier)


def found(
    first: bytes, second: bytes, proof: Sequence[bytes] | None = None
) -> Consistent | Misbehaviour | CannotSay:
    """Compare both ways round: the order of the files is irrelevant."""
    answer = compare(first, second, key=KEY.verifier, proof=proof)
    turned = compare(second, first, key=KEY.verifier, proof=proof)
    assert type(answer) is type(turned)
    return answer


def test_two_roots_of_one_size_are_misbehaviour_from_the_two_files_alone() -> None:
    finding = found(signed(HONEST, 12), signed(FORKED, 12))
    assert isinstance(finding, Misbehaviour)
    assert finding.key == KEY.verifier
    assert {finding.older.root, finding.newer.root} == {HONEST.root(12), FORKED.root(12)}
    assert "agency.example/ledger signed two different trees of 12 entries" in finding.sentence


def test_the_same_checkpoint_twice_is_consistent() -> None:
    assert isinstance(found(NOTE, signed(HONEST, 12)), Consistent)


def test_two_sizes_cannot_be_compared_without_a_proof() -> None:
    answer = found(signed(HONEST, 7), signed(HONEST, 12))
    assert isinstance(answer, CannotSay)
    assert answer.reason == "no_consistency_proof"
    assert answer.needs == "A consistency proof from size 7 to size 12."


def test_two_sizes_are_consistent_by_a_proof() -> None:
    for old in range(1, 12):
        proof = HONEST.consistency_proof(old_size=old, new_size=12)
        answer = found(signed(HONEST, old), signed(HONEST, 12), proof)
        assert isinstance(answer, Consistent)
        assert (answer.older.size, answer.newer.size) == (old, 12)


def test_a_newer_tree_with_another_beginning_is_misbehaviour_by_its_own_proof() -> None:
    proof = FORKED.consistency_proof(old_size=7, new_size=12)
    finding = found(signed(HONEST, 7), signed(FORKED, 12), proof)
    assert isinstance(finding, Misbehaviour)
    assert "12 entries that does not begin with the 7" in finding.sentence


def test_at_a_power_of_two_a_fork_cannot_be_told_from_a_wrong_proof() -> None:
    proof = FORKED.consistency_proof(old_size=8, new_size=12)
    answer = found(signed(HONEST, 8), signed(FORKED, 12), proof)
    assert isinstance(answer, CannotSay)
    assert answer.reason == "proof_does_not_fit"


def test_a_wrong_proof_never_accuses_an_honest_log() -> None:
    first, second = signed(HONEST, 7), signed(HONEST, 12)
    proof = HONEST.consistency_proof(old_size=7, new_size=12)
    wrong: list[tuple[bytes, ...]] = [
        (),
        proof[1:],
        proof[:-1],
        (*proof, proof[0]),
        (*proof, b"short"),
        tuple(reversed(proof)),
        FORKED.consistency_proof(old_size=7, new_size=12),
        HONEST.consistency_proof(old_size=6, new_size=12),
    ]
    wrong += [
        (*proof[:at], flipped(element, at=31), *proof[at + 1 :]) for at, element in enumerate(proof)
    ]
    for other in wrong:
        answer = found(first, second, other)
        assert isinstance(answer, CannotSay)
        assert answer.reason == "proof_does_not_fit"


def test_every_tree_begins_with_the_empty_one_and_a_false_empty_root_is_misbehaviour() -> None:
    assert isinstance(found(signed(HONEST, 0), signed(HONEST, 12)), Consistent)
    false = checkpoints.sign(Checkpoint(origin=LEDGER, size=0, root=HONEST.root(1)), key=KEY)
    finding = found(false, signed(HONEST, 12))
    assert isinstance(finding, Misbehaviour)
    assert "a root for an empty tree that no empty tree has" in finding.sentence


def test_two_logs_are_not_compared() -> None:
    # Signed as a bare note: our own signing refuses a foreign origin.
    other = Checkpoint(origin="another.example", size=12, root=FORKED.root(12))
    answer = found(NOTE, notes.sign(other.text, keys=[KEY]))
    assert isinstance(answer, CannotSay)
    assert answer.reason == "two_logs"


def test_a_checkpoint_by_another_key_accuses_nobody() -> None:
    forged = checkpoints.sign(
        Checkpoint(origin=LEDGER, size=12, root=FORKED.root(12)), key=a_key(variant="forger")
    )
    with pytest.raises(notes.NoteNotSignedByKnownKey):
        compare(NOTE, forged, key=KEY.verifier)
