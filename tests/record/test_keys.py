"""Keys in their text form, and files that only their owner reads."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.errors import AnswerableError
from answerable.record.key_files import (
    KeyFileExists,
    KeyFileNotWritten,
    KeyFileOpenToOthers,
    KeyFileUnreadable,
)
from answerable.record.keys import (
    KeyMalformed,
    KeyNameRefused,
    SignatureRefused,
    SigningKey,
    VerifierKey,
)
from tests.record.situations import LEDGER, a_key, flipped, is_refused


def seed_of(key: SigningKey) -> bytes:
    return key.private.private_bytes_raw()


def test_a_new_key_signs_what_its_public_half_verifies() -> None:
    key = SigningKey.make(LEDGER)
    key.verifier.verify(b"entry", signature=key.sign(b"entry"))
    with pytest.raises(SignatureRefused, match=r"not one by agency\.example/ledger"):
        key.verifier.verify(b"another", signature=key.sign(b"entry"))


def test_two_new_keys_differ() -> None:
    assert seed_of(SigningKey.make(LEDGER)) != seed_of(SigningKey.make(LEDGER))


def test_both_text_forms_are_read_back() -> None:
    key = a_key()
    assert VerifierKey.parse(str(key.verifier)) == key.verifier
    again = SigningKey.parse(key.secret_text())
    assert again.name == key.name
    assert seed_of(again) == seed_of(key)


def test_the_secret_is_never_shown() -> None:
    key = a_key()
    secret = key.secret_text()
    hidden = (seed_of(key).hex(), secret.rpartition("+")[2], str(seed_of(key)))
    shown = [repr(key), str(key), f"{key}", repr([key])]
    for broken in (secret[:-1], secret + "A", secret.replace("+KEY", ""), f" {secret}"):
        for parse in (SigningKey.parse, VerifierKey.parse):
            with pytest.raises(AnswerableError) as refusal:
                parse(broken)
            shown.append(f"{refusal.value} {refusal.value.fields} {refusal.value.__cause__!r}")
    assert not [(part, text) for part in hidden for text in shown if part in text]


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a+b", "+", "a\n", "a\tb", "a\u00a0b", "a\u2003b", "a\0", "\ud800"]
)
def test_a_name_no_signature_line_can_carry_is_refused(name: str) -> None:
    with pytest.raises(KeyNameRefused):
        SigningKey.make(name)
    with pytest.raises(KeyNameRefused):
        VerifierKey(name=name, public=bytes(32))


@pytest.mark.parametrize(
    "name", ["ledger", "agency.example/ledger", "dienst.example/größe", "税務"]
)
def test_any_other_name_is_kept(name: str) -> None:
    key = a_key(name)
    assert VerifierKey.parse(str(key.verifier)).name == name
    assert SigningKey.parse(key.secret_text()).name == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "++",
        "name",
        "name+c74f20a3",
        "name+c74f20a3+",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumaxx+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAAAA",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
    ],
)
def test_a_broken_public_key_is_refused(text: str) -> None:
    with pytest.raises((KeyMalformed, KeyNameRefused)):
        VerifierKey.parse(text)


def test_one_changed_character_refuses_either_text() -> None:
    key = a_key()
    for parse, text in (
        (VerifierKey.parse, str(key.verifier)),
        (SigningKey.parse, key.secret_text()),
    ):
        for at in range(len(text)):
            assert is_refused(parse, flipped(text.encode(), at=at).decode()), at


@settings(deadline=None)
@given(st.text(max_size=30))
def test_arbitrary_text_is_no_key(text: str) -> None:
    assert is_refused(VerifierKey.parse, text)
    assert is_refused(SigningKey.parse, f"PRIVATE+KEY+{text}")


@settings(deadline=None)
@given(st.binary(max_size=70) | st.binary(min_size=64, max_size=64), st.binary(max_size=10))
def test_an_invented_signature_is_none(signature: bytes, message: bytes) -> None:
    assert not a_key().verifier.has_signed(message, signature=signature)


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_32_bytes_that_are_no_point_of_the_curve_give_an_answer_too(
    public: bytes, signature: bytes
) -> None:
    key = VerifierKey(name="any", public=public)
    assert key.has_signed(b"entry", signature=signature) in {True, False}


def test_a_key_file_is_its_owners_alone_and_is_read_back(tmp_path: Path) -> None:
    key, path = a_key(), tmp_path / "ledger.key"
    before = os.umask(0)
    try:
        key.write(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text(encoding="utf-8") == f"{key.secret_text()}\n"
    assert seed_of(SigningKey.read(path)) == seed_of(key)


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    a_key(variant="first").write(path)
    held = path.read_bytes()
    with pytest.raises(KeyFileExists, match="never overwritten"):
        a_key(variant="second").write(path)
    assert path.read_bytes() == held


def test_a_link_is_not_followed_to_where_it_points(tmp_path: Path) -> None:
    link = tmp_path / "ledger.key"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyFileExists):
        a_key().write(link)
    assert not (tmp_path / "elsewhere").exists()


def test_a_key_file_that_everyone_may_open_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    a_key().write(path)
    path.chmod(0o604)
    with pytest.raises(KeyFileOpenToOthers, match="mode 0604"):
        SigningKey.read(path)
    path.chmod(0o640)
    SigningKey.read(path)


def test_a_folder_that_is_missing_takes_no_key(tmp_path: Path) -> None:
    with pytest.raises(KeyFileNotWritten):
        a_key().write(tmp_path / "absent" / "ledger.key")


def test_a_write_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "ledger.key"
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyFileNotWritten, match="No space left"):
        a_key().write(path)
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"text\n", b"PRIVATE+KEY+\n"])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises((KeyMalformed, KeyNameRefused)):
        SigningKey.read(path)


def test_a_missing_key_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(KeyFileUnreadable, match="No such file"):
        SigningKey.read(tmp_path / "absent.key")
