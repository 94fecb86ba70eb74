"""Checkpoints are signed, stored, kept elsewhere, and compared with when the ledger starts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from answerable.ledger import checkpoints, kept, scan, startup
from answerable.ledger.checkpoints import LedgerDoesNotFit, NothingKept, SomethingKept
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import CheckpointRow, EntryRow, Head, Subtree
from answerable.ledger.startup import DoesNotFit, Fits
from answerable.record import checkpoints as notes_of_trees
from answerable.record.keys import SigningKey
from answerable.record.tree import EMPTY_ROOT, Tree, leaf_hash
from tests.ledger.situations import (
    KEY,
    MONDAY,
    WAITER,
    guards_down,
    serve,
    serve_many,
    signed,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def check(folder: Path, *keys: SigningKey) -> Fits | DoesNotFit:
    return startup.check(keys=[key.verifier for key in keys or (KEY,)], folder=folder)


def reasons(folder: Path, *keys: SigningKey) -> set[str]:
    found = check(folder, *keys)
    assert isinstance(found, DoesNotFit)
    assert all(misfit.sentence.endswith(".") for misfit in found.misfits)
    return {str(reason) for reason in found.reasons}


# -- making ----------------------------------------------------------------------------


def test_a_checkpoint_tells_size_and_root_of_the_rows(tmp_path: Path) -> None:
    serve_many(5)
    note = signed(tmp_path)
    told = notes_of_trees.open_signed(note, key=KEY.verifier)
    tree = Tree(bytes(row.leaf) for row in EntryRow.objects.order_by("index"))
    assert (5, tree.root()) == (told.size, told.root)
    assert note == checkpoints.latest()
    assert note == (tmp_path / "last").read_bytes()
    (numbered,) = tmp_path.glob("*.checkpoint")
    assert note == numbered.read_bytes()
    assert numbered.name.startswith("00000000000000000005-")


def test_the_history_in_the_folder_grows_and_nothing_half_written_stays(tmp_path: Path) -> None:
    for _ in range(3):
        serve()
        signed(tmp_path)
    assert 3 == len(list(tmp_path.glob("*.checkpoint")))
    assert 4 == len(list(tmp_path.iterdir()))


def test_the_same_ledger_is_signed_once_by_one_key(tmp_path: Path) -> None:
    serve()
    first = signed(tmp_path)
    assert first == signed(tmp_path)
    assert 1 == CheckpointRow.objects.count()
    new = SigningKey.make(KEY.name)
    assert first != signed(tmp_path, key=new)
    assert 2 == CheckpointRow.objects.count()
    assert {"kept_unreadable"} == reasons(tmp_path)
    assert isinstance(check(tmp_path, KEY, new), Fits)


def test_a_full_folder_leaves_no_checkpoint_behind(tmp_path: Path) -> None:
    serve()
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises((kept.FolderNotWritten, kept.FolderUnreadable)):
        signed(blocked / "folder")
    assert checkpoints.latest() is None


def test_a_missing_folder_stops_the_signing_once_something_was_signed(tmp_path: Path) -> None:
    serve()
    signed(tmp_path / "first")
    with pytest.raises(NothingKept):
        signed(tmp_path / "other")


def test_a_lost_folder_is_begun_anew_only_in_the_open(tmp_path: Path) -> None:
    serve()
    signed(tmp_path / "lost")
    new = tmp_path / "new"
    assert {"nothing_kept"} == reasons(new)
    appended = checkpoints.keep_anew(folder=new, agency="north", by=WAITER, at=MONDAY)
    assert isinstance(check(new), Fits)
    assert (
        "No checkpoint was kept elsewhere any more; keeping them began anew after 1."
        == WrittenEntry.read(bytes(EntryRow.objects.get(index=appended.index).payload)).sentence
    )
    signed(new)
    with pytest.raises(SomethingKept):
        checkpoints.keep_anew(folder=new, agency="north", by=WAITER, at=MONDAY)


def test_the_mark_is_that_of_the_newest_checkpoint(tmp_path: Path) -> None:
    assert f"0:{EMPTY_ROOT.hex()}" == checkpoints.mark()
    serve()
    told = notes_of_trees.open_signed(signed(tmp_path), key=KEY.verifier)
    serve()
    assert f"1:{told.root.hex()}" == checkpoints.mark()


# -- starting --------------------------------------------------------------------------


def test_an_empty_ledger_fits(tmp_path: Path) -> None:
    assert Fits(size=0, root=EMPTY_ROOT) == check(tmp_path / "none")


def test_a_ledger_as_it_was_signed_fits_also_with_more_entries(tmp_path: Path) -> None:
    serve_many(300)
    signed(tmp_path)
    assert isinstance(check(tmp_path), Fits)
    serve_many(2)
    found = check(tmp_path)
    assert isinstance(found, Fits)
    assert 302 == found.size


def test_entries_of_which_nothing_is_kept_do_not_fit(tmp_path: Path) -> None:
    serve()
    assert {"nothing_kept"} == reasons(tmp_path)
    signed(tmp_path)
    assert isinstance(check(tmp_path), Fits)
    assert {"nothing_kept"} == reasons(tmp_path / "elsewhere")


def test_a_kept_checkpoint_by_another_key_or_changed_does_not_count(tmp_path: Path) -> None:
    serve()
    signed(tmp_path)
    assert {"kept_unreadable"} == reasons(tmp_path, SigningKey.make(KEY.name))
    (tmp_path / "last").write_bytes(b"nothing of the kind")
    assert {"kept_unreadable"} == reasons(tmp_path)
    (tmp_path / "last").unlink()
    assert {"kept_unreadable"} == reasons(tmp_path)


def test_missing_guards_do_not_fit(tmp_path: Path) -> None:
    serve()
    signed(tmp_path)
    with guards_down():
        assert {"guards"} == reasons(tmp_path)
    assert isinstance(check(tmp_path), Fits)


def test_a_database_that_cannot_be_read_does_not_fit(tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_subtree RENAME TO lost")
    assert {"unreadable"} == reasons(tmp_path)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE lost RENAME TO ledger_subtree")


def _change_a_payload() -> None:
    EntryRow.objects.filter(index=1).update(payload=b'{"index":1}')


def _change_payload_and_leaf() -> None:
    row = EntryRow.objects.get(index=1)
    payload = bytes(row.payload).replace(b'"cups":1', b'"cups":9')
    EntryRow.objects.filter(index=1).update(payload=payload, leaf=leaf_hash(payload))


def _rewrite_everything() -> None:
    """What somebody would do who knows how the ledger works."""
    _change_payload_and_leaf()
    grown = scan.scan(sizes=frozenset()).edge
    Head.objects.update(size=grown.size, peaks=b"".join(grown.peaks))
    CheckpointRow.objects.all().delete()


def _invent() -> None:
    """Add a row that the guards let through, without touching the head."""
    row = EntryRow.objects.get(index=3)
    EntryRow.objects.create(
        index=4,
        agency=row.agency,
        kind=row.kind,
        payload_type=row.payload_type,
        payload=bytes(row.payload).replace(b'"index":3', b'"index":4'),
        leaf=leaf_hash(bytes(row.payload).replace(b'"index":3', b'"index":4')),
        recorded_at=MONDAY,
    )


@pytest.mark.parametrize(
    ("rewrite", "expected"),
    [
        (
            _change_a_payload,
            {"row_changed", "head", "checkpoints", "not_the_kept_root"},
        ),
        (_change_payload_and_leaf, {"head", "checkpoints", "not_the_kept_root"}),
        (_rewrite_everything, {"not_the_kept_root"}),
        (_invent, {"head"}),
        (
            lambda: EntryRow.objects.filter(index=1).delete(),
            {"row_missing", "head", "checkpoints", "behind_kept"},
        ),
        (
            lambda: EntryRow.objects.filter(index=3).delete(),
            {"head", "checkpoints", "behind_kept"},
        ),
        (lambda: EntryRow.objects.filter(index=1).update(agency="north"), {"row_changed"}),
        (lambda: Head.objects.update(size=3), {"head"}),
        (lambda: Head.objects.all().delete(), {"head"}),
        (lambda: Subtree.objects.create(level=1, number=0, hash=bytes(32)), {"subtrees"}),
        (lambda: CheckpointRow.objects.update(size=3), {"checkpoints"}),
    ],
)
def test_whatever_was_changed_is_named(
    tmp_path: Path, rewrite: Callable[[], object], expected: set[str]
) -> None:
    serve_many(4)
    signed(tmp_path)
    assert isinstance(check(tmp_path), Fits)
    with guards_down():
        rewrite()
    assert expected == reasons(tmp_path)


@pytest.mark.parametrize(
    ("rewrite", "expected"),
    [
        (_rewrite_everything, {"not_the_kept_root"}),
        (_invent, {"head"}),
        (lambda: Head.objects.update(size=3), {"head"}),
        (lambda: EntryRow.objects.filter(index__gt=1).delete(), {"unreadable"}),
    ],
)
def test_a_glance_sees_what_the_stored_hashes_show(
    tmp_path: Path, rewrite: Callable[[], object], expected: set[str]
) -> None:
    serve_many(4)
    signed(tmp_path)
    keys = [KEY.verifier]
    assert startup.glance(keys=keys, folder=tmp_path) == check(tmp_path)
    with guards_down():
        rewrite()
    found = startup.glance(keys=keys, folder=tmp_path)
    assert isinstance(found, DoesNotFit)
    assert expected <= {str(reason) for reason in found.reasons}


def test_a_glance_misses_a_payload_that_the_whole_check_finds(tmp_path: Path) -> None:
    serve_many(4)
    signed(tmp_path)
    with guards_down():
        glanced = startup.glance(keys=[KEY.verifier], folder=tmp_path)
        assert isinstance(glanced, DoesNotFit)
        assert {"guards"} == {str(reason) for reason in glanced.reasons}
        EntryRow.objects.filter(index=1).update(payload=b"{}")
    assert isinstance(startup.glance(keys=[KEY.verifier], folder=tmp_path), Fits)
    assert "row_changed" in reasons(tmp_path)


def test_nothing_is_signed_once_the_ledger_does_not_fit(tmp_path: Path) -> None:
    serve_many(4)
    signed(tmp_path)
    with guards_down():
        _rewrite_everything()
    serve()
    with pytest.raises(LedgerDoesNotFit, match="first 4 entries are not those"):
        signed(tmp_path)


def test_a_database_put_back_to_an_older_state_does_not_fit(tmp_path: Path) -> None:
    serve_many(4)
    signed(tmp_path)
    backup = transaction.savepoint()
    serve_many(3)
    signed(tmp_path)
    assert isinstance(check(tmp_path), Fits)
    transaction.savepoint_rollback(backup)
    assert {"behind_kept"} == reasons(tmp_path)
    found = check(tmp_path)
    assert isinstance(found, DoesNotFit)
    assert (
        "The ledger ends at 4 entries; a checkpoint kept elsewhere has 7. It was put back to an "
        "older state, or entries were removed." == found.sentence
    )
    # Appending as many others does not help either, nor is a fork signed.
    serve_many(3)
    assert {"not_the_kept_root"} == reasons(tmp_path)
    with pytest.raises(LedgerDoesNotFit):
        signed(tmp_path)
    # Even with the file `last` put back along with the database.
    (oldest, *_) = sorted(tmp_path.glob("*.checkpoint"))
    (tmp_path / "last").write_bytes(oldest.read_bytes())
    assert {"not_the_kept_root"} == reasons(tmp_path)
