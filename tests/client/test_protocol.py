"""The published vectors: this program agrees with them, and they are up to date."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from answerable.client import Version
from answerable.client.answers import REASONS
from answerable.client.clocks import SECOND
from answerable.client.held import Held
from answerable.client.sidecar import record_from
from answerable.errors import AnswerableError
from answerable.record import leases, receipts
from answerable.record.canonical import canonical_bytes
from answerable.record.digests import sha256_of_bytes
from answerable.record.keys import VerifierKey
from answerable.record.leases import Lease, OptOutList
from tests.docs.pages import undocumented

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "protocol" / "vectors.json"
PAGE = ROOT / "docs" / "protocol" / "protocol.md"
VECTORS: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


def _tool() -> ModuleType:
    path = ROOT / "tools" / "protocol_vectors.py"
    specification = importlib.util.spec_from_file_location("protocol_vectors", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_file_is_what_the_program_makes() -> None:
    tool = _tool()
    assert FILE.read_bytes() == tool.to_bytes(tool.document()), "run tools/protocol_vectors.py"


def name(vector: dict[str, Any]) -> str:
    return str(vector.get("name", ""))


@pytest.mark.parametrize("vector", VECTORS["leases"], ids=name)
def test_a_lease_is_accepted_or_refused_as_published(vector: dict[str, Any]) -> None:
    keys = [VerifierKey.parse(VECTORS["lease_key"])]
    document = vector["document"].encode()
    if "refused" in vector:
        with pytest.raises(AnswerableError) as refusal:
            leases.open_signed(document, keys=keys, **vector["asked"])
        assert vector["refused"] == refusal.value.code
    else:
        opened = leases.open_signed(document, keys=keys, **vector["asked"])
        assert vector["lease"] == json.loads(opened.to_payload())


@pytest.mark.parametrize("vector", VECTORS["asks"])
def test_a_person_is_answered_as_published(vector: dict[str, Any]) -> None:
    lease = Lease.from_payload(canonical_bytes(vector["lease"]))
    opt_outs = OptOutList.from_bytes(bytes.fromhex(vector["opt_outs"]))
    assert lease.opt_outs == opt_outs.digest()
    held = Held(lease, since=0, opt_outs=opt_outs, instead=None)
    for asked in vector["asks"]:
        answer = held.answer(asked["person"], now=int(asked["after"] * SECOND))
        assert (asked["course"], asked["reason"]) == (answer.course, answer.reason)


def test_marks_and_lists_are_as_published() -> None:
    for vector in VECTORS["opt_out_marks"]:
        salt = bytes.fromhex(vector["salt"])
        assert vector["mark"] == leases.opt_out_mark(vector["person"], salt=salt).hex()
    for vector in VECTORS["opt_out_lists"]:
        listed = OptOutList.of(vector["people"], salt=bytes.fromhex(vector["salt"]))
        assert (vector["bytes"], vector["digest"]) == (listed.to_bytes().hex(), listed.digest())


@pytest.mark.parametrize("vector", VECTORS["versions"])
def test_a_version_is_hashed_as_published(vector: dict[str, Any]) -> None:
    files = {path: sha256_of_bytes(text.encode()) for path, text in vector["files"].items()}
    assert vector["digest"] == Version(files=files, parameters=vector["parameters"]).digest


@pytest.mark.parametrize("vector", VECTORS["records"], ids=lambda vector: vector["id"])
def test_a_published_record_can_be_recorded(vector: dict[str, Any]) -> None:
    record = record_from(vector)
    assert record.occurred_at is not None
    assert vector == record.to_fields(now=record.occurred_at)


@pytest.mark.parametrize("vector", VECTORS["receipts"], ids=name)
def test_a_receipt_holds_or_not_as_published(vector: dict[str, Any]) -> None:
    key = VerifierKey.parse(VECTORS["receipt_key"])
    document = vector["document"].encode()
    if "refused" in vector:
        with pytest.raises(AnswerableError) as refusal:
            receipts.verify(document, key=key)
        assert vector["refused"] == refusal.value.code
    else:
        assert vector["holds"]
        receipts.verify(document, key=key)


def test_the_page_names_every_refusal_and_reason() -> None:
    page = PAGE.read_text(encoding="utf-8")
    refusals = {one["refused"] for one in VECTORS["leases"] if "refused" in one}
    reasons = {*REASONS, *(code.removeprefix("record.") for code in refusals)}
    assert undocumented(sorted(reasons), page) == []
