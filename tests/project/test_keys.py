"""The installation's keys: made once, listed, rotated, and never mistaken for others."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from answerable.project import keys
from answerable.project.contact_key import ContactKeyMalformed
from answerable.project.keys import KeyIsNotTheListedOne, Keys, KeysMissing
from answerable.record import keylist
from answerable.record.key_files import KeyFileOpenToOthers
from answerable.record.keylist import Purpose
from answerable.record.keys import SigningKey

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.make_missing(tmp_path / "keys", installation="ai.north.example", at=NOON)
    return tmp_path / "keys"


def the_same(one: Keys, other: Keys) -> bool:
    return all(one.of(purpose).verifier == other.of(purpose).verifier for purpose in Purpose)


def test_each_purpose_has_a_key_of_its_own_that_bears_its_name(folder: Path) -> None:
    held = keys.read(folder)
    assert len(Purpose) == len({held.of(purpose).verifier.public for purpose in Purpose})
    assert "ai.north.example/ledger" == held.ledger.name


def test_nobody_else_on_the_machine_can_open_the_folder_or_a_key(folder: Path) -> None:
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    for path in folder.glob("*.key"):
        assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    keys.key_path(folder, Purpose.LEASES).chmod(0o644)
    with pytest.raises(KeyFileOpenToOthers):
        keys.read(folder)


def test_an_interrupted_start_is_resumed_and_makes_no_key_twice(folder: Path) -> None:
    before = keys.read(folder)
    keys.key_path(folder, Purpose.LEASES)
    assert the_same(before, keys.make_missing(folder, installation="ai.north.example", at=LATER))


@pytest.mark.parametrize("name", ["ledger.key", "contact.key", "lists/0001.json"])
def test_what_is_missing_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(KeysMissing, match=name.partition("/")[0]):
        keys.read(folder)


def test_a_key_that_no_list_names_signs_nothing(folder: Path, tmp_path: Path) -> None:
    keys.make_missing(tmp_path / "other", installation="ai.north.example", at=NOON)
    key = keys.key_path(tmp_path / "other", Purpose.LEDGER)
    key.replace(keys.key_path(folder, Purpose.LEDGER))
    with pytest.raises(KeyIsNotTheListedOne):
        keys.read(folder)


def test_a_damaged_contact_key_is_refused_and_never_shown(folder: Path) -> None:
    (folder / "contact.key").write_bytes(b"c2VjcmV0\n")
    with pytest.raises(ContactKeyMalformed) as refused:
        keys.read(folder)
    assert "c2VjcmV0" not in str(refused.value)


def test_two_keys_are_derived_from_the_contact_key_and_neither_is_the_secret(folder: Path) -> None:
    contact = keys.read(folder).contact
    assert 3 == len({contact.secret, contact.encryption, contact.lookup})
    assert "secret" not in repr(contact)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_rotated_key_signs_from_then_on_and_whoever_held_the_first_identity_can_tell(
    folder: Path, purpose: Purpose
) -> None:
    before = keys.read(folder)
    after = keys.rotate(folder, purpose, at=LATER)
    assert before.of(purpose).verifier != after.of(purpose).verifier
    newest = keylist.verify_chain(after.lists, key=before.identity.verifier)
    assert after.of(purpose).verifier == newest.current(purpose)
    assert before.of(purpose).verifier in newest.of(purpose)


def test_a_rotation_killed_before_its_list_changes_nothing(folder: Path) -> None:
    before = keys.read(folder)
    SigningKey.make("ai.north.example/ledger").write(folder / "ledger.key.coming")
    assert the_same(before, keys.read(folder))
    assert 2 == len(keys.rotate(folder, Purpose.LEDGER, at=LATER).lists)


def test_a_rotation_killed_after_its_list_is_finished_by_the_next_read(folder: Path) -> None:
    old = keys.key_path(folder, Purpose.LEDGER).read_bytes()
    after = keys.rotate(folder, Purpose.LEDGER, at=LATER)
    keys.key_path(folder, Purpose.LEDGER).rename(folder / "ledger.key.coming")
    keys.key_path(folder, Purpose.LEDGER).write_bytes(old)
    keys.key_path(folder, Purpose.LEDGER).chmod(0o600)
    assert the_same(after, keys.read(folder))
    assert not (folder / "ledger.key.coming").exists()
