"""Manifests name what was sealed, and nothing else passes for it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from answerable.record import envelopes, manifests
from answerable.record.canonical import canonical_bytes, parse_json
from answerable.record.digests import sha256_of_bytes
from answerable.record.keys import SigningKey
from answerable.record.manifests import (
    Manifest,
    ManifestMalformed,
    ManifestNotSigned,
    SealedFile,
    SegmentFileChanged,
    SegmentFileMissing,
)

KEY = SigningKey.make("agency.example/ledger")
RECORDS = b"PAR1 two records PAR1"
PLACE = "decisions/agency=north/use=north.benefit-check/day=2026-11-23/part-7-9.parquet"


def a_file(path: str = PLACE) -> SealedFile:
    return SealedFile(
        path=path,
        sha256=sha256_of_bytes(RECORDS),
        size=len(RECORDS),
        rows=2,
        columns=(("seq", "BIGINT"), ("body", "VARCHAR")),
    )


def a_manifest() -> Manifest:
    return Manifest(
        agency="north",
        use="north.benefit-check",
        day=date(2026, 11, 23),
        first=7,
        last=9,
        rows=2,
        root=sha256_of_bytes(b"root"),
        files=(a_file(),),
    )


def the_sealed_file(log: Path) -> Path:
    file = log / PLACE
    file.parent.mkdir(parents=True)
    file.write_bytes(RECORDS)
    return file


def test_a_manifest_comes_back_as_it_was_signed() -> None:
    assert a_manifest() == manifests.open_signed(
        manifests.sign(a_manifest(), key=KEY), keys=[KEY.verifier]
    )


def test_the_same_segment_is_always_signed_with_the_same_bytes() -> None:
    assert manifests.sign(a_manifest(), key=KEY) == manifests.sign(a_manifest(), key=KEY)


def test_a_manifest_signed_before_a_key_was_replaced_still_opens() -> None:
    newer = SigningKey.make("agency.example/ledger")
    signed = manifests.sign(a_manifest(), key=KEY)
    assert a_manifest() == manifests.open_signed(signed, keys=[newer.verifier, KEY.verifier])


def test_a_manifest_of_a_stranger_is_refused() -> None:
    stranger = SigningKey.make("agency.example/ledger")
    signed = manifests.sign(a_manifest(), key=stranger)
    with pytest.raises(ManifestNotSigned, match="none of the 1 known keys"):
        manifests.open_signed(signed, keys=[KEY.verifier])


def test_a_signed_document_of_another_kind_is_no_manifest() -> None:
    other = envelopes.sign(a_manifest().to_payload(), payload_type="text/plain", keys=[KEY])
    with pytest.raises(ManifestMalformed, match="payloadType"):
        manifests.open_signed(other.to_bytes(), keys=[KEY.verifier])


def test_no_changed_byte_of_a_manifest_goes_unseen() -> None:
    signed = manifests.sign(a_manifest(), key=KEY)
    envelope = envelopes.read(signed)
    for at in range(0, len(envelope.payload), 7):
        changed = bytearray(envelope.payload)
        changed[at] ^= 1
        forged = replace(envelope, payload=bytes(changed)).to_bytes()
        with pytest.raises(ManifestNotSigned):
            manifests.open_signed(forged, keys=[KEY.verifier])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("day", "2026-02-30"),
        ("rows", True),
        ("rows", 4),
        ("rows", 1),
        ("first", -1),
        ("root", "abc"),
        ("files", []),
        ("files", None),
        ("agency", 7),
    ],
)
def test_a_manifest_that_says_something_else_is_refused_even_if_signed(
    name: str, value: object
) -> None:
    fields = parse_json(a_manifest().to_payload())
    assert isinstance(fields, dict)
    payload = canonical_bytes({**fields, name: value})  # type: ignore[dict-item] # on purpose
    signed = envelopes.sign(payload, payload_type=manifests.PAYLOAD_TYPE, keys=[KEY])
    with pytest.raises(ManifestMalformed):
        manifests.open_signed(signed.to_bytes(), keys=[KEY.verifier])


@pytest.mark.parametrize("path", ["/etc/passwd", "../out.parquet", "a/../../b", "a//b", "", "a/."])
def test_no_path_of_a_manifest_leads_out_of_the_log(path: str) -> None:
    with pytest.raises(ManifestMalformed, match="a path"):
        a_file(path)


def test_an_unchanged_file_fits_its_manifest(tmp_path: Path) -> None:
    the_sealed_file(tmp_path)
    manifests.check_files(a_manifest(), folder=tmp_path)


def test_a_changed_file_is_named(tmp_path: Path) -> None:
    the_sealed_file(tmp_path).write_bytes(RECORDS.replace(b"two", b"one"))
    with pytest.raises(SegmentFileChanged, match=r"part-7-9\.parquet is not the file"):
        manifests.check_files(a_manifest(), folder=tmp_path)


def test_a_missing_file_is_named_with_what_it_held(tmp_path: Path) -> None:
    with pytest.raises(SegmentFileMissing, match=r"part-7-9\.parquet, which holds 2 records"):
        manifests.check_files(a_manifest(), folder=tmp_path)


def test_the_place_of_a_manifest_tells_where_the_log_is(tmp_path: Path) -> None:
    own = the_sealed_file(tmp_path).with_suffix(".manifest.json")
    assert tmp_path == a_manifest().folder_of_log(own)
