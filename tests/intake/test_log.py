"""The log is read once and whole, by use and period, and a changed file is named."""

import fcntl
import stat
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from django.db.models import Q

from answerable.intake import addresses, log, sealing
from answerable.intake.addresses import Address, LogAddressMalformed, parse_address
from answerable.intake.log import LogRecord, materialise
from answerable.intake.models import Segment
from answerable.measure.tables import Columns, Limits
from answerable.measure.tables.joined import AttributesDifferInCase
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import Role
from answerable.record import receipts
from answerable.record.keys import SigningKey
from answerable.record.manifests import ManifestNotSigned, SegmentFileChanged, SegmentFileMissing
from answerable.record.receipts import Receipt, losses
from answerable.verdict.run import Question, audit_files
from tests.intake.log_situations import (
    ANNA,
    BENNO,
    KEY,
    MONDAY,
    RECEIPTS,
    SEALER,
    USE,
    a_decision,
    an_outcome,
    arrive,
    sealed,
)

pytestmark = pytest.mark.django_db(databases="__all__")

OWNER = Actor(ref="account/1", roles=frozenset({("north", Role.OWNER)}))
Row = dict[str, object]


def rows_at(text: str, folder: Path, *, viewer: Actor = OWNER) -> list[Row]:
    """What an address holds, as a reader of the temporary file sees it."""
    with materialise(
        parse_address(text), log=folder, keys=[KEY.verifier], viewer=viewer, limits=Limits()
    ) as made:
        found = duckdb.read_parquet(str(made.path))
        names: Sequence[str] = found.columns
        chosen = ", ".join(f'"{name}"' for name in names if name != "occurred_at")
        kept = [name for name in names if name != "occurred_at"]
        return [dict(zip(kept, row, strict=True)) for row in found.select(chosen).fetchall()]


def left_out_at(text: str, folder: Path) -> int:
    with materialise(
        parse_address(text), log=folder, keys=[KEY.verifier], viewer=OWNER, limits=Limits()
    ) as made:
        return made.left_out


def records_in(folder: Path, *, viewer: Actor = OWNER, **asked: int) -> list[LogRecord]:
    return list(
        log.records(
            agency="north",
            log=folder,
            keys=[KEY.verifier],
            viewer=viewer,
            limits=Limits(),
            **asked,  # type: ignore[arg-type] # the two ends of the period
        )
    )


def some_decisions(folder: Path) -> None:
    """Two sealed decisions, one of which turned out otherwise, and one that is not sealed."""
    arrive(a_decision(1), attributes={"sex": "F", "region": "north"})
    arrive(a_decision(2, outcome="refused", score=0.5), token=BENNO, attributes={"sex": "M"})
    arrive(an_outcome(1, of=1, label="1"), an_outcome(2, of=1, label="0", found=9))
    arrive(a_decision(3, use="north.fraud-flag"))
    sealed(folder)
    arrive(a_decision(4), attributes={"sex": "M"})


def test_decisions_come_with_their_latest_outcome_and_their_attributes(tmp_path: Path) -> None:
    some_decisions(tmp_path)
    decided = {"version": "5" * 64, "channel": None, "step": None}
    assert [
        {
            "outcome": "granted",
            "label": "0",
            "score": None,
            "region": "north",
            "sex": "F",
            **decided,
        },
        {"outcome": "refused", "label": None, "score": 0.5, "region": None, "sex": "M", **decided},
        {"outcome": "granted", "label": None, "score": None, "region": None, "sex": "M", **decided},
    ] == rows_at(f"log:{USE}", tmp_path)


def test_the_later_outcome_counts_in_whichever_order_they_arrive(tmp_path: Path) -> None:
    arrive(a_decision(1), an_outcome(2, of=1, label="0", found=9))
    sealed(tmp_path)
    arrive(an_outcome(1, of=1, label="1", found=3))
    assert ["0"] == [row["label"] for row in rows_at(f"log:{USE}", tmp_path)]


def test_a_period_is_half_open_and_goes_by_when_decisions_occurred(tmp_path: Path) -> None:
    for day in (0, 1, 2):
        arrive(
            a_decision(day, occurred_at=MONDAY + timedelta(days=day), outcome=f"day-{day}"),
            at=MONDAY + timedelta(days=9),
        )
    sealed(tmp_path)
    found = rows_at(f"log:{USE}?from=2026-11-24&to=2026-11-25", tmp_path)
    assert ["day-1"] == [row["outcome"] for row in found]


def test_an_outcome_that_came_after_the_period_counts(tmp_path: Path) -> None:
    arrive(a_decision(1))
    sealed(tmp_path)
    arrive(an_outcome(1, of=1, label="1", found=9 * 86_400))
    sealed(tmp_path)
    found = rows_at(f"log:{USE}?from=2026-11-23&to=2026-11-24", tmp_path)
    assert ["1"] == [row["label"] for row in found]


def test_what_was_known_on_a_day_stays_the_same_whatever_arrives_later(tmp_path: Path) -> None:
    arrive(a_decision(1))
    arrive(a_decision(2), at=MONDAY + timedelta(days=2))
    arrive(an_outcome(1, of=1, label="1"), at=MONDAY + timedelta(days=3))
    sealed(tmp_path)

    def labels(day: str) -> list[object]:
        return [row["label"] for row in rows_at(f"log:{USE}?known={day}", tmp_path)]

    assert labels("2026-11-24") == [None]
    assert labels("2026-11-26") == [None, None]
    assert sorted(labels("2026-11-27"), key=str) == ["1", None]


def test_shadow_decisions_are_left_out_unless_they_are_what_is_asked_for(tmp_path: Path) -> None:
    arrive(a_decision(1), a_decision(2, shadow=True, outcome="tried"))
    sealed(tmp_path)
    assert ["granted"] == [row["outcome"] for row in rows_at(f"log:{USE}", tmp_path)]
    assert ["tried"] == [row["outcome"] for row in rows_at(f"log:{USE}?shadow=only", tmp_path)]


@pytest.mark.parametrize("is_sealed", [True, False])
def test_decisions_with_an_outcome_the_use_does_not_have_are_left_out_and_counted(
    tmp_path: Path, *, is_sealed: bool
) -> None:
    arrive(a_decision(1), marks="no_reasons")
    odd = [a_decision(2, outcome="nonsense"), a_decision(3, outcome="other")]
    arrive(*odd, marks="closed_use unknown_outcome", attributes={"odd": "x"})
    arrive(a_decision(4, outcome="nonsense", shadow=True), marks="unknown_outcome")
    if is_sealed:
        sealed(tmp_path)
    [row] = rows_at(f"log:{USE}", tmp_path)
    assert ("granted", False) == (row["outcome"], "odd" in row)
    assert [2, 1, 0] == [
        left_out_at(f"log:{USE}{period}", tmp_path)
        for period in ("", "?shadow=only", "?from=2026-11-24")
    ]


def test_an_attribute_never_takes_the_place_of_a_column(tmp_path: Path) -> None:
    arrive(a_decision(1), attributes={"outcome": "x", "seq": "y"})
    [row] = rows_at(f"log:{USE}", tmp_path)
    assert ("granted", "x", "y") == (
        row["outcome"],
        row["attribute.outcome"],
        row["attribute.seq"],
    )


def test_attributes_that_differ_in_capitals_are_refused(tmp_path: Path) -> None:
    arrive(a_decision(1), attributes={"sex": "F"})
    arrive(a_decision(2), attributes={"Sex": "F"})
    with pytest.raises(AttributesDifferInCase, match="Sex and sex"):
        rows_at(f"log:{USE}", tmp_path)


def test_nobodys_token_and_no_record_leaves_the_log(tmp_path: Path) -> None:
    some_decisions(tmp_path)
    shown = str(rows_at(f"log:{USE}", tmp_path))
    for hidden in (ANNA, BENNO, "d-1", "desk-1"):
        assert hidden not in shown


def test_the_temporary_file_is_its_owners_alone_and_goes(tmp_path: Path) -> None:
    some_decisions(tmp_path)
    address = parse_address(f"log:{USE}")
    with materialise(
        address, log=tmp_path, keys=[KEY.verifier], viewer=OWNER, limits=Limits()
    ) as made:
        folder = made.path.parent
        assert 0o600 == stat.S_IMODE(made.path.stat().st_mode)
        assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
        assert [made.path] == list(folder.iterdir())
    assert not folder.exists()


def test_the_same_log_gives_the_same_bytes(tmp_path: Path) -> None:
    some_decisions(tmp_path)
    address = parse_address(f"log:{USE}")
    taken = []
    for _ in range(2):
        with materialise(
            address, log=tmp_path, keys=[KEY.verifier], viewer=OWNER, limits=Limits()
        ) as made:
            taken.append(made.path.read_bytes())
    assert taken[0] == taken[1]


def test_an_audit_reads_the_log_like_any_file(tmp_path: Path) -> None:
    arrive(*(a_decision(n, outcome="granted") for n in range(30)), attributes={"sex": "F"})
    arrive(*(a_decision(n, outcome="refused") for n in range(30, 40)), attributes={"sex": "M"})
    sealed(tmp_path)
    question = Question(
        columns=Columns(decision="outcome", label=None, by=("sex",)),
        positive="granted",
        favourable=None,
        norms=(),
        profile="none",
        on=date(2026, 11, 23),
    )
    address = parse_address(f"log:{USE}")
    with materialise(
        address, log=tmp_path, keys=[KEY.verifier], viewer=OWNER, limits=Limits()
    ) as made:
        audited = audit_files(str(made.path), question, limits=Limits())
    assert 40 == audited.rows


def test_a_use_of_which_nothing_is_known_gives_no_rows(tmp_path: Path) -> None:
    assert [] == rows_at("log:north.never-used", tmp_path)


def test_a_record_comes_once_at_whatever_step_a_sealing_stopped(tmp_path: Path) -> None:
    class Cut(Exception):
        pass

    def reached(step: str) -> None:
        if step == "entered":
            raise Cut

    arrive(a_decision(1), a_decision(2))
    with pytest.raises(Cut):
        sealing.seal(log=tmp_path, upto=9, key=KEY, by=SEALER, at=MONDAY, reached=reached)
    assert ["d-1", "d-2"] == [record.id for record in records_in(tmp_path)]
    assert 2 == len(rows_at(f"log:{USE}", tmp_path))


def test_the_records_of_an_agency_are_its_own(tmp_path: Path) -> None:
    arrive(a_decision(1), a_decision(2, use="south.parking"))
    sealed(tmp_path)
    arrive(a_decision(3), a_decision(4, use="south.parking"))
    assert ["d-1", "d-3"] == [record.id for record in records_in(tmp_path)]


def test_records_of_a_period_are_found_sealed_or_not(tmp_path: Path) -> None:
    some_decisions(tmp_path)
    start = records_in(tmp_path)[0].occurred_us
    found = records_in(tmp_path, since_us=start + 1_000_000, until_us=start + 3_000_001)
    assert ["d-2", "d-3", "d-4"] == [record.id for record in found]


def test_a_receipt_is_found_in_the_log_and_shows_a_loss(tmp_path: Path) -> None:
    rows = arrive(a_decision(1), a_decision(2))
    sealed(tmp_path)
    items = tuple(record.item for record in records_in(tmp_path))
    commit = receipts.Commit(
        log=RECEIPTS.name, recorded_at=MONDAY, size=2, root=b"r" * 32, checkpoint=""
    )
    receipt = Receipt(commit=commit, items=items)
    assert [row.digest.hex() for row in rows] == [item.digest for item in items]
    assert () == losses(receipt, kept=(record.item for record in records_in(tmp_path)))
    [loss] = losses(receipt, kept=items[1:])
    assert "The decision d-1 from desk-1 was acknowledged and is not in the log." == loss.sentence


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_a_changed_file_is_named_and_nothing_is_read(tmp_path: Path) -> None:
    some_decisions(tmp_path)
    flip(tmp_path / Segment.objects.get(use=USE).path)
    with pytest.raises(SegmentFileChanged, match=r"day=2026-11-23/part-1-4\.parquet"):
        rows_at(f"log:{USE}", tmp_path)
    with pytest.raises(SegmentFileChanged, match=r"day=2026-11-23/part-1-4\.parquet"):
        records_in(tmp_path)


def seqs_in(paths: Iterable[Path]) -> list[int]:
    found = [duckdb.read_parquet(str(path)).select("seq").fetchall() for path in paths]
    return [seq for rows in found for (seq,) in rows]


def test_whoever_holds_the_log_reads_what_they_choose_each_once_and_nobody_seals_meanwhile(
    tmp_path: Path,
) -> None:
    folder, working = tmp_path / "log", tmp_path / "working"
    working.mkdir()
    arrive(a_decision(1), attributes={"sex": "F"})
    arrive(a_decision(2), at=MONDAY + timedelta(days=1))
    sealed(folder)
    arrive(a_decision(3, use="north.fraud-flag"), attributes={"sex": "M"})
    arrive(a_decision(4), attributes={"sex": "M"})
    with log.held_log(USE, log=folder, keys=[KEY.verifier]) as held:
        with (folder / sealing._LOCK).open("rb") as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        all_files = list(held.sealed(Q()))
        [later] = held.sealed(Q(day__gt=MONDAY.date()))
        records, attributes = held.write_unsealed(working)
    assert [1, 2] == seqs_in(one.records for one in all_files)
    assert [1] == seqs_in(path for one in all_files for path in one.attributes)
    assert ([2], ()) == (seqs_in([later.records]), later.attributes)
    assert ([4], [4]) == (seqs_in(records), seqs_in(attributes))
    with (folder / sealing._LOCK).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_held_log_gives_no_file_that_was_changed_and_those_before_it(tmp_path: Path) -> None:
    arrive(a_decision(1))
    arrive(a_decision(2), at=MONDAY + timedelta(days=1))
    sealed(tmp_path)
    first, second = Segment.objects.order_by("first")
    flip(tmp_path / second.path)
    with log.held_log(USE, log=tmp_path, keys=[KEY.verifier]) as held:
        given = held.sealed(Q())
        assert tmp_path / first.path == next(given).records
        with pytest.raises(SegmentFileChanged):
            next(given)


def test_changed_attributes_are_named(tmp_path: Path) -> None:
    some_decisions(tmp_path)
    path = Segment.objects.get(use=USE).path.replace("decisions/", "attributes/")
    flip(tmp_path / path)
    with pytest.raises(SegmentFileChanged, match="attributes/agency=north"):
        rows_at(f"log:{USE}", tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    some_decisions(tmp_path)
    (tmp_path / Segment.objects.get(use=USE).path).unlink()
    with pytest.raises(SegmentFileMissing, match="which holds 4 records"):
        rows_at(f"log:{USE}", tmp_path)


def test_a_manifest_by_a_stranger_is_refused(tmp_path: Path) -> None:
    some_decisions(tmp_path)
    stranger = SigningKey.make(KEY.name)
    with (
        pytest.raises(ManifestNotSigned),
        materialise(
            parse_address(f"log:{USE}"),
            log=tmp_path,
            keys=[stranger.verifier],
            viewer=OWNER,
            limits=Limits(),
        ),
    ):
        pass


@pytest.mark.parametrize("role", sorted(set(Role) - set(log.READERS)))
def test_whoever_has_no_business_in_the_log_reads_none_of_it(role: Role, tmp_path: Path) -> None:
    some_decisions(tmp_path)
    viewer = Actor(ref="account/2", roles=frozenset({("north", role)}))
    with pytest.raises(NotPermitted):
        rows_at(f"log:{USE}", tmp_path, viewer=viewer)
    with pytest.raises(NotPermitted):
        records_in(tmp_path, viewer=viewer)


@pytest.mark.parametrize("role", sorted(Role))
def test_no_role_in_another_agency_reads_anything_here(role: Role, tmp_path: Path) -> None:
    some_decisions(tmp_path)
    viewer = Actor(ref="account/2", roles=frozenset({("south", role)}))
    with pytest.raises(NotPermitted):
        rows_at(f"log:{USE}", tmp_path, viewer=viewer)
    with pytest.raises(NotPermitted):
        records_in(tmp_path, viewer=viewer)


def test_a_sealed_record_is_found_by_its_number_in_its_agency_only(tmp_path: Path) -> None:
    rows = arrive(a_decision(1), a_decision(2), marks="historic")
    sealed(tmp_path)

    def found(agency: str, seq: int) -> tuple[bytes, str] | None:
        return log.sealed_record(agency, seq, log=tmp_path, keys=[KEY.verifier], limits=Limits())

    assert (bytes(rows[1].body), "historic") == found("north", 2)
    assert found("south", 2) is None
    assert found("north", 3) is None


@pytest.mark.parametrize(
    "text",
    [
        "log:benefit-check",
        "log:../../etc.passwd",
        "log:north.benefit-check?from=2026-13-01",
        "log:north.benefit-check?from=2026-02-01&to=2026-02-01",
        "log:north.benefit-check?from=2026-02-01&from=2026-03-01",
        "log:north.benefit-check?since=2026-02-01",
        "log:north.benefit-check?shadow=also",
        "log:north.benefit-check?known=soon",
        "log:north.benefit-check?from",
        "north.benefit-check",
    ],
)
def test_an_address_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(LogAddressMalformed, match="names no decisions of the log"):
        parse_address(text)


def test_an_address_without_a_period_means_everything() -> None:
    assert Address(use=USE) == parse_address(f"{addresses.SCHEME}{USE}")
