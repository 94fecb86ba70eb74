"""Every marked record becomes part of one finding, whatever interrupts the looking."""

from datetime import timedelta

import pytest

from answerable.gate.models import Hold
from answerable.intake import findings, scan
from answerable.intake.findings import CLOSED
from answerable.intake.hot.models import Conflict, Head, Record, Source
from answerable.intake.models import Finding
from answerable.ledger.models import EntryRow
from tests.inventory.situations import NINE, USE, VERSION_B, a_use

pytestmark = pytest.mark.django_db(databases="__all__")

MICROSECONDS = 1_000_000
NOW = NINE + timedelta(hours=8)


def arrived(*marks: str, use: str = USE, version: str = VERSION_B) -> None:
    """Records with these marks, after those that are there."""
    head, _ = Head.objects.get_or_create(pk=1, defaults={"seq": 0, "commits": 0})
    for mark in marks:
        head.seq += 1
        Record.objects.create(
            seq=head.seq,
            agency="north",
            kind="decision",
            source="desk-1",
            record_id=f"d-{head.seq}",
            use=use,
            version=version,
            subject="",
            digest=bytes(32),
            marks=mark,
            occurred_us=0,
            recorded_us=head.seq * MICROSECONDS,
            commit_id=1,
            body=b"{}",
        )
    head.save()


def a_source(missing: str, *, given_up: int = 0) -> None:
    Source.objects.update_or_create(
        agency="north",
        source="desk-1",
        defaults={"highest": 9, "missing": missing, "given_up": given_up, "changed_us": 0},
    )


def opened() -> list[str]:
    return list(
        EntryRow.objects.filter(kind__startswith="intake.finding")
        .order_by("index")
        .values_list("kind", flat=True)
    )


def test_records_of_one_kind_of_wrong_are_one_finding_that_counts() -> None:
    a_use()
    arrived("closed_use", "", "closed_use wrong_stage", "historic")
    assert 3 == scan.scan(at=NOW, ledger_fits=True)
    found = dict(Finding.objects.values_list("kind", "count"))
    assert {"closed_use": 2, "wrong_stage": 1} == found
    assert ["intake.finding.opened"] * 2 == opened()
    assert 4 == scan.position()


def test_looking_again_finds_nothing_twice_and_later_records_are_counted_up() -> None:
    a_use()
    arrived("closed_use")
    scan.scan(at=NOW, ledger_fits=True)
    scan.scan(at=NOW, ledger_fits=True)
    arrived("closed_use", "closed_use")
    scan.scan(at=NOW, ledger_fits=True)
    finding = Finding.objects.get()
    assert (3, "open") == (finding.count, finding.state)
    assert 2 * MICROSECONDS == (finding.last_at - finding.first_at) / timedelta(microseconds=1)
    assert 1 == len(opened())


def test_an_interrupted_look_leaves_neither_finding_nor_position(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_use()
    arrived("closed_use", "unknown_use")
    counted = findings.count_finding

    def fail_at_the_second(**how: object) -> object:
        if Finding.objects.exists():
            raise KeyboardInterrupt
        return counted(**how)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(scan, "count_finding", fail_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            scan.scan(at=NOW, ledger_fits=True)
    assert (0, 0) == (Finding.objects.count(), scan.position())
    assert [] == opened()
    scan.scan(at=NOW, ledger_fits=True)
    assert 2 == Finding.objects.count()


def test_a_version_that_nobody_approved_suspends_the_approval_once() -> None:
    a_use()
    arrived("wrong_version")
    scan.scan(at=NOW, ledger_fits=True)
    arrived("wrong_version")
    scan.scan(at=NOW, ledger_fits=True)
    assert [("people_only", "wrong_version")] == list(Hold.objects.values_list("level", "ground"))


def test_a_use_outside_the_inventory_is_a_finding_and_nothing_to_suspend() -> None:
    a_use()
    arrived("unknown_use", use="north.no-such-use")
    scan.scan(at=NOW, ledger_fits=True)
    assert "north.no-such-use" == Finding.objects.get().use
    assert 0 == Hold.objects.count()


def test_other_content_under_one_id_is_a_finding_of_its_source() -> None:
    a_use()
    Conflict.objects.create(
        key=bytes(16), agency="north", use=USE, source="desk-1", recorded_us=MICROSECONDS
    )
    scan.scan(at=NOW, ledger_fits=True)
    scan.scan(at=NOW, ledger_fits=True)
    finding = Finding.objects.get()
    assert ("other_content", "desk-1", 1) == (finding.kind, finding.about, finding.count)


def test_a_gap_is_a_finding_after_a_grace_and_closes_when_it_is_filled() -> None:
    a_use()
    since = int(NOW.timestamp()) * MICROSECONDS
    a_source(f"[[3,4,{since}],[7,7,{since}]]")
    scan.scan(at=NOW + scan.GAP_GRACE - timedelta(seconds=1), ledger_fits=True)
    assert 0 == Finding.objects.count()
    scan.scan(at=NOW + scan.GAP_GRACE, ledger_fits=True)
    finding = Finding.objects.get()
    assert ("sequence_gap", 3, "3-4, 7") == (finding.kind, finding.count, finding.detail)
    a_source("[]")
    scan.scan(at=NOW + timedelta(hours=1), ledger_fits=True)
    assert CLOSED == Finding.objects.get().state
    assert ["intake.finding.opened", "intake.finding.closed"] == opened()


def test_a_gap_that_is_no_longer_listed_stays_a_finding() -> None:
    a_use()
    a_source("[]", given_up=2)
    scan.scan(at=NOW, ledger_fits=True)
    assert "2 earlier ones" == Finding.objects.get().detail
