"""The export shows a reader what is theirs, and verifies with the rest as hashes."""

from pathlib import Path

import pytest

from answerable.ledger import export, people
from answerable.ledger.entries import WrittenEntry
from answerable.record.keylist import Purpose, first, rotate
from answerable.record.keys import SigningKey
from answerable.record.ledger_export import verify_export
from answerable.record.ledger_faults import ExportNotSignedByKey
from tests.ledger.situations import KEY, MONDAY, WAITER, serve, serve_many, signed

pytestmark = pytest.mark.django_db(databases="__all__")


def test_an_export_verifies_with_the_ledgers_key_and_an_older_checkpoint(tmp_path: Path) -> None:
    serve_many(5)
    older = signed(tmp_path)
    serve_many(4)
    signed(tmp_path)
    serve()
    found = verify_export(export.document(agencies=None), key=KEY.verifier, since=older)
    assert (9, 5, KEY.verifier) == (found.size, found.since, found.signed_by)
    assert list(range(9)) == [WrittenEntry.read(one.payload or b"").index for one in found.entries]


def test_entries_of_other_agencies_are_hashes_and_it_verifies_all_the_same(
    tmp_path: Path,
) -> None:
    serve_many(6)
    signed(tmp_path)
    whole = export.document(agencies=None)
    norths = export.document(agencies=frozenset({"north"}))
    assert b"south" in whole
    assert b"south" not in norths
    seen, all_seen = (verify_export(data, key=KEY.verifier) for data in (norths, whole))
    assert seen.root == all_seen.root
    assert [0, 2, 4] == [one.index for one in seen.entries if one.payload is not None]
    assert [one.leaf for one in all_seen.entries] == [one.leaf for one in seen.entries]
    nobodys = verify_export(export.document(agencies=frozenset()), key=KEY.verifier)
    assert not any(one.payload for one in nobodys.entries)


def test_no_person_stands_in_an_export_and_forgetting_one_changes_no_entry(
    tmp_path: Path,
) -> None:
    serve(guest="account/4711")
    signed(tmp_path)
    before = export.document(agencies=None)
    people.forget(ref="account/4711", agency="north", by=WAITER, at=MONDAY)
    assert before == export.document(agencies=None)
    assert b"4711" not in before
    older = signed(tmp_path)
    after = export.document(agencies=None)
    assert b"4711" not in after
    assert 2 == verify_export(after, key=KEY.verifier, since=older).size


def test_an_export_needs_a_checkpoint() -> None:
    serve()
    with pytest.raises(export.NothingSigned):
        export.document(agencies=None)


def test_after_a_rotation_the_identity_key_vouches_for_old_and_new(tmp_path: Path) -> None:
    identity = SigningKey.make("agency.example")
    lists = [first(keys={Purpose.LEDGER: KEY.verifier}, identity=identity, at=MONDAY)]
    serve_many(3)
    older = signed(tmp_path)
    new = SigningKey.make(KEY.name)
    lists.append(
        rotate(lists[0], purpose=Purpose.LEDGER, key=new.verifier, identity=identity, at=MONDAY)
    )
    serve()
    signed(tmp_path, key=new)
    data = export.document(agencies=None, keys=lists)
    found = verify_export(data, key=identity.verifier, since=older)
    assert (4, new.verifier, 3) == (found.size, found.signed_by, found.since)
    assert new.verifier == verify_export(data, key=new.verifier).signed_by
    for stale in (KEY, SigningKey.make(identity.name)):
        with pytest.raises(ExportNotSignedByKey):
            verify_export(data, key=stale.verifier)
    without = export.document(agencies=None)
    assert new.verifier == verify_export(without, key=new.verifier).signed_by


def test_earlier_checkpoints_are_thinned_out_evenly(tmp_path: Path) -> None:
    for _ in range(70):
        serve()
        signed(tmp_path)
    assert 23 == export.document(agencies=None).count("— agency.example/ledger ".encode()) - 1
