"""SHA-256 of bytes and files."""

from pathlib import Path

import pytest

from answerable.record.digests import (
    FileUnreadable,
    NotADigest,
    hex_digest,
    sha256_of_bytes,
    sha256_of_file,
)

# FIPS 180-2, appendix B.1: the message "abc".
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_digest_of_abc_is_the_published_one() -> None:
    assert sha256_of_bytes(b"abc") == ABC


def test_a_file_has_the_digest_of_its_bytes(tmp_path: Path) -> None:
    rows = b"row\n" * 500_000
    path = tmp_path / "decisions.csv"
    path.write_bytes(rows)
    assert sha256_of_file(path) == sha256_of_bytes(rows)


def test_a_missing_file_and_a_folder_have_none(tmp_path: Path) -> None:
    for path in (tmp_path / "absent", tmp_path):
        with pytest.raises(FileUnreadable):
            sha256_of_file(path)


def test_a_digest_is_64_small_hexadecimal_digits() -> None:
    assert hex_digest(ABC) == ABC
    for text in (ABC.upper(), ABC[:-1], ABC + "0", ABC + "\n", "", "g" * 64):
        with pytest.raises(NotADigest):
            hex_digest(text)
