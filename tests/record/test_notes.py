"""Signed notes: what opens, for whom, and what one changed byte does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.record import notes
from answerable.record.keys import VerifierKey
from tests.record.situations import a_key, flipped, is_refused

TEXT = "The ledger holds 12 entries.\n\nIts root is printed below.\n"
LOG = a_key()
WITNESS = a_key("witness.example")
NOTE = notes.sign(TEXT, keys=[LOG])

texts = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=40)


@settings(deadline=None)
@given(st.lists(texts, max_size=5))
def test_a_text_is_read_back_as_it_was_signed(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in ["first", *lines])
    opened = notes.open_signed(notes.sign(text, keys=[LOG]), known=[LOG.verifier])
    assert opened.text == text
    assert opened.verified == (LOG.verifier,)


def test_each_known_key_that_signed_is_named() -> None:
    note = notes.sign(TEXT, keys=[LOG, WITNESS])
    both = [LOG.verifier, WITNESS.verifier]
    assert notes.open_signed(note, known=both).verified == tuple(both)
    assert notes.open_signed(note, known=[WITNESS.verifier]).verified == (WITNESS.verifier,)


def test_a_key_that_signed_twice_is_named_once() -> None:
    note = notes.sign(TEXT, keys=[LOG, LOG])
    assert notes.open_signed(note, known=[LOG.verifier]).verified == (LOG.verifier,)


def test_a_note_no_known_key_signed_is_refused() -> None:
    for known in ([], [WITNESS.verifier], [a_key(variant="another").verifier]):
        with pytest.raises(notes.NoteNotSignedByKnownKey, match=r"agency\.example/ledger"):
            notes.open_signed(NOTE, known=known)


def test_a_broken_signature_of_an_unknown_key_is_ignored_but_of_a_known_key_refuses() -> None:
    note = notes.sign(TEXT, keys=[LOG, WITNESS])
    _, _, last_line = note.decode().removesuffix("\n").rpartition("\n")
    encoded = last_line.rpartition(" ")[2]
    at = note.rindex(encoded.encode()) + 20
    broken = flipped(note, at=at)
    assert notes.open_signed(broken, known=[LOG.verifier]).verified == (LOG.verifier,)
    with pytest.raises(notes.NoteSignatureRefused, match=r"witness\.example"):
        notes.open_signed(broken, known=[LOG.verifier, WITNESS.verifier])


def test_two_known_keys_that_cannot_be_told_apart_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(VerifierKey, "key_id", property(lambda _: b"same"))
    with pytest.raises(notes.KeysAmbiguous):
        notes.open_signed(NOTE, known=[LOG.verifier, a_key(variant="another").verifier])


@pytest.mark.parametrize("mask", [1, 0x20, 0x80])
def test_one_flipped_byte_anywhere_refuses_a_note(mask: int) -> None:
    for at in range(len(NOTE)):
        changed = flipped(NOTE, at=at, mask=mask)
        assert is_refused(notes.open_signed, changed, known=[LOG.verifier]), at


@settings(deadline=None)
@given(st.integers(0, len(NOTE) - 1), st.integers(1, 255), st.binary(max_size=3))
def test_a_changed_cut_or_lengthened_note_is_refused(at: int, mask: int, more: bytes) -> None:
    changed = flipped(NOTE, at=at, mask=mask)
    for note in (changed, NOTE[:at], NOTE[:at] + more + changed[at:], changed + more):
        assert is_refused(notes.open_signed, note, known=[LOG.verifier])


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_no_note(data: bytes) -> None:
    assert is_refused(notes.open_signed, data, known=[LOG.verifier])
    signed_by = NOTE[NOTE.rindex(b"\n\n") :]
    assert is_refused(notes.open_signed, data + signed_by, known=[LOG.verifier])


@pytest.mark.parametrize(
    "text", ["", "no newline", "tab\there\n", "return\r\n", "null\0\n", "half \ud800\n"]
)
def test_a_text_that_is_no_note_text_is_not_signed(text: str) -> None:
    with pytest.raises(notes.NoteMalformed):
        notes.sign(text, keys=[LOG])


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        (b"", "no blank line"),
        (b"text\n", "no blank line"),
        (b"text\n\n", "does not end"),
        (b"\xff\n\n", "byte 0 is not UTF-8"),
        ("text\n\n— name AAAAAAA=".encode(), "does not end"),
        (b"text\n\n- name AAAAAAA=\n", "em dash"),
        ("text\n\n—name AAAAAAA=\n".encode(), "em dash"),
        ("text\n\n— name\n".encode(), "no signature after the name"),
        ("text\n\n—  AAAAAAA=\n".encode(), "names no key"),
        ("text\n\n— a+b AAAAAAA=\n".encode(), "names no key"),
        ("text\n\n— name AAAAAAA\n".encode(), "not base64"),
        ("text\n\n— name AAAAAA==\n".encode(), "too short"),
        ("text\n\n— name AAAAAAA= \n".encode(), "not base64"),
        ("\x07text\n\n— name AAAAAAA=\n".encode(), "control character"),
    ],
)
def test_the_refusal_of_a_malformed_note_says_why(note: bytes, reason: str) -> None:
    with pytest.raises(notes.NoteMalformed, match=reason):
        notes.parse(note)


def test_size_and_number_of_signatures_are_limited() -> None:
    assert len(notes.parse(notes.sign("a\n", keys=[LOG] * 100)).signatures) == 100
    for keys in ([], [LOG] * 101):
        with pytest.raises(notes.NoteMalformed, match="signatures, not 1 to 100"):
            notes.sign("a\n", keys=keys)
    line = notes.parse(NOTE).signatures[0].line
    with pytest.raises(notes.NoteMalformed, match="101 signatures"):
        notes.parse(f"a\n\n{line * 101}".encode())
    for call in (
        lambda text: notes.sign(text, keys=[LOG]),
        lambda text: notes.parse(text.encode()),
    ):
        with pytest.raises(notes.NoteMalformed, match="longer than"):
            call("a" * 1_000_000 + "\n")
