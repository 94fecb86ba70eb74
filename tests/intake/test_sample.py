"""What is drawn is rebuilt from the log, and whatever does not hold of it is an incident."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from answerable.intake.hot.models import Commit, Record
from answerable.intake.models import Sample, Segment
from answerable.intake.rebuild import Reference
from answerable.intake.sample import Rebuilt, draw, rebuild_sample
from answerable.ledger import checkpoints
from answerable.ledger.models import EntryRow
from answerable.measure.tables import Limits
from answerable.record import envelopes, manifests
from answerable.record.checkpoints import Checkpoint, sign
from answerable.record.digests import sha256_of_file
from answerable.record.keys import SigningKey
from tests.intake.log_situations import (
    ANNA,
    KEY,
    MONDAY,
    RECEIPTS,
    SEALER,
    USE,
    VERSION,
    a_decision,
    an_outcome,
    arrive,
    sealed,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def a_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint of the ledger, as the newest one."""
    note = sign(Checkpoint(origin=KEY.name, size=3, root=b"r" * 32), key=KEY)
    monkeypatch.setattr(checkpoints, "latest", lambda: note)


def the_sample(
    log: Path, *, size: int = 20, versions: frozenset[str] = frozenset({VERSION})
) -> Rebuilt:
    reference = Reference(
        log=log,
        manifest_keys=[KEY.verifier],
        receipt_keys=[RECEIPTS.verifier],
        versions=versions,
        limits=Limits(),
    )
    return rebuild_sample(
        agency="north", use=USE, size=size, reference=reference, by=SEALER, at=MONDAY
    )


def some_records(log: Path) -> None:
    """Five sealed records of the use in two commits, and three that are not sealed."""
    arrive(a_decision(1), a_decision(2, use="north.fraud-flag"), a_decision(3))
    arrive(a_decision(4), an_outcome(1, of=1, label="1"), at=MONDAY + timedelta(minutes=1))
    arrive(a_decision(5))
    sealed(log)
    arrive(a_decision(6), a_decision(7), a_decision(8, use="north.fraud-flag"))


def kinds() -> list[str]:
    return list(EntryRow.objects.order_by("index").values_list("kind", flat=True))


def test_every_record_drawn_is_rebuilt_from_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_checkpoint(monkeypatch)
    some_records(tmp_path)
    result = the_sample(tmp_path)
    assert (7, 7, 7, "met", ()) == (
        result.kept,
        result.drawn,
        result.rebuilt,
        result.verdict,
        result.problems,
    )
    assert "intake.sample.rebuilt" == kinds()[-1]


def test_fewer_are_drawn_than_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_checkpoint(monkeypatch)
    some_records(tmp_path)
    assert (7, 3, 3) == (
        (result := the_sample(tmp_path, size=3)).kept,
        result.drawn,
        result.rebuilt,
    )


def test_the_draw_follows_from_the_checkpoint_and_nobody_chooses_it() -> None:
    assert draw(b"a" * 32, among=10_000, size=20) == draw(b"a" * 32, among=10_000, size=20)
    assert draw(b"a" * 32, among=10_000, size=20) != draw(b"b" * 32, among=10_000, size=20)


def test_drawing_again_on_the_same_day_is_no_second_chance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_checkpoint(monkeypatch)
    some_records(tmp_path)
    first = the_sample(tmp_path, versions=frozenset())
    assert "not_met" == first.verdict
    assert first == the_sample(tmp_path)
    assert 1 == kinds().count("intake.sample.failed")


def test_without_records_or_a_checkpoint_it_cannot_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_checkpoint = the_sample(tmp_path)
    a_checkpoint(monkeypatch)
    without_records = the_sample(tmp_path)
    assert "cannot_say" == without_checkpoint.verdict == without_records.verdict
    assert "checkpoint" in without_checkpoint.needs
    assert "records" in without_records.needs
    assert [] == kinds()


def change_a_file(log: Path) -> None:
    file = log / Segment.objects.filter(use=USE).get().path
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def sign_the_segment_anew(log: Path) -> None:
    """As an operator who holds the key and rewrites a file could."""
    segment = Segment.objects.get(use=USE)
    file = log / segment.path
    rows = duckdb.read_parquet(str(file), hive_partitioning=False)
    rows.filter("seq <> 3").write_parquet(str(file) + ".new")
    Path(f"{file}.new").replace(file)
    manifest = manifests.open_signed(bytes(segment.manifest), keys=[KEY.verifier])
    records = replace(manifest.files[0], sha256=sha256_of_file(file), rows=manifest.rows - 1)
    forged = replace(manifest, rows=manifest.rows - 1, files=(records,))
    Segment.objects.update(manifest=manifests.sign(forged, key=KEY), rows=manifest.rows - 1)


def forget_a_segment(log: Path) -> None:
    """As somebody who deletes records and the row that tells of them."""
    segment = Segment.objects.get(use="north.fraud-flag")
    (log / segment.path).unlink()
    segment.delete()


def forget_a_commit(_log: Path) -> None:
    Commit.objects.filter(commit_id=6).delete()


def sign_a_commit_with_another_key(_log: Path) -> None:
    stranger = SigningKey.make(RECEIPTS.name)
    row = Commit.objects.get(commit_id=6)
    read = envelopes.read(bytes(row.envelope))
    row.envelope = envelopes.sign(
        read.payload, payload_type=read.payload_type, keys=[stranger]
    ).to_bytes()
    row.save()


def lose_another_record_of_a_commit(_log: Path) -> None:
    Record.objects.filter(record_id="d-8").delete()


def change_a_body(_log: Path) -> None:
    row = Record.objects.get(record_id="d-6")
    row.body = bytes(row.body).replace(b"granted", b"refused")
    row.save()


def change_a_column(_log: Path) -> None:
    Record.objects.filter(record_id="d-6").update(subject="0" * 32)


def name_a_person(_log: Path) -> None:
    row = Record.objects.get(record_id="d-6")
    row.body = bytes(row.body).replace(ANNA.encode(), b"person-7")
    row.subject = "person-7"
    row.save()


@pytest.mark.parametrize(
    ("harm", "problem", "failed"),
    [
        (change_a_file, "segment_changed", 5),
        (sign_the_segment_anew, "segment_not_in_ledger", 4),
        (forget_a_segment, "segment_missing", 2),
        (forget_a_commit, "commit_missing", 1),
        (sign_a_commit_with_another_key, "commit_not_signed", 1),
        (lose_another_record_of_a_commit, "receipt_does_not_fit", 2),
        (change_a_body, "digest_differs", 1),
        (change_a_column, "columns_differ", 1),
        (name_a_person, "subject_malformed", 1),
    ],
)
def test_what_does_not_hold_is_an_incident_that_says_which_promise(
    harm: Callable[[Path], None],
    problem: str,
    failed: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_checkpoint(monkeypatch)
    some_records(tmp_path)
    harm(tmp_path)
    result = the_sample(tmp_path)
    assert problem in result.problems
    assert (failed, "not_met") == (result.drawn - result.rebuilt, result.verdict)
    assert ["intake.sample.failed", "intake.finding.opened"] == kinds()[-2:]


def test_a_version_that_the_inventory_does_not_know_is_an_incident(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_checkpoint(monkeypatch)
    some_records(tmp_path)
    result = the_sample(tmp_path, versions=frozenset({"6" * 64}))
    assert ("version_unknown",) == result.problems
    # The outcome among the seven has no version of its own.
    assert 6 == result.drawn - result.rebuilt


def test_a_repeated_record_is_no_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_checkpoint(monkeypatch)
    [first] = arrive(a_decision(1))
    arrive(a_decision(2), a_decision(3), repeating=[(1, first)])
    assert "met" == the_sample(tmp_path).verdict
    assert Sample.objects.get().drawn == 3
