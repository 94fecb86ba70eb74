"""An effect that nothing had cleared is an incident of the same day, whatever interrupts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from answerable.gate import holds
from answerable.gate.holds import NOTICE
from answerable.intake import effects, findings, scan, wire
from answerable.intake.effects import DECISION_GRACE
from answerable.intake.hot.models import Head, Record
from answerable.intake.log import sealed_records
from answerable.intake.marks import CLOCK_US
from answerable.intake.models import Finding
from answerable.intake.queries import ManySealed
from answerable.ledger.models import EntryRow
from answerable.measure.tables import Limits
from tests.gate.situations import an_open_use, small_law
from tests.intake.log_situations import KEY, arrive, sealed
from tests.inventory.situations import HOUR, MINUTE, NINE, OPERATOR, USE, VERSION_A

pytestmark = pytest.mark.django_db(databases="__all__")

DECIDED = NINE + 3 * HOUR
CARRIED_OUT = DECIDED + HOUR
NOW = DECIDED + 2 * HOUR
SECOND = timedelta(seconds=1)
CLOCKS = timedelta(microseconds=CLOCK_US)


def decided(number: int = 1, *, outcome: str = "paid", marks: str = "") -> None:
    decision = wire.Decision(
        source="desk-1",
        id=f"d-{number}",
        use=USE,
        occurred_at=DECIDED,
        version=VERSION_A,
        person="person-1",
        outcome=outcome,
    )
    _arrived(decision, at=DECIDED, marks=marks)


def carried_out(
    number: int = 1,
    *,
    of: str = "d-1",
    at: datetime = CARRIED_OUT,
    recorded: datetime = CARRIED_OUT,
    marks: str = "",
    use: str = USE,
) -> None:
    effect = wire.Effect(
        source="bank",
        id=f"e-{number}",
        use=use,
        occurred_at=at,
        decision=wire.DecisionRef(source="desk-1", id=of),
        effect="executed",
        carried_out_at=at,
    )
    _arrived(effect, at=recorded, marks=marks)


def _arrived(record: wire.Record, *, at: datetime, marks: str) -> None:
    (row,) = arrive(record, at=at, marks=marks)
    Head.objects.update_or_create(pk=1, defaults={"seq": row.seq, "commits": row.commit_id})


def look(
    *, at: datetime = NOW, sealed: ManySealed = scan.nothing_sealed, fits: bool = True
) -> None:
    scan.scan(at=at, sealed=sealed, ledger_fits=fits, law=small_law)


def found() -> list[tuple[str, str, int, str]]:
    rows = Finding.objects.filter(kind="effect_without_clearance").order_by("pk")
    return list(rows.values_list("use", "about", "count", "detail"))


def a_delivered_notice(*, at: datetime) -> None:
    hold = holds.place_hold(
        use=USE, ground=NOTICE, source="desk-1", record="d-1", by=OPERATOR, at=DECIDED
    )
    holds.lift_hold(hold=hold.pk, rests_on=("delivery/9",), by=OPERATOR, at=at, law=small_law)


def test_an_effect_that_was_clear_is_no_finding() -> None:
    an_open_use()
    decided()
    carried_out()
    look()
    assert [] == found()
    assert 2 == scan.position()


def test_an_adverse_effect_without_a_delivered_notice_is_a_finding_with_an_entry() -> None:
    an_open_use()
    decided(outcome="refused")
    carried_out()
    look()
    assert [(USE, "bank", 1, "held_notice")] == found()
    entry = EntryRow.objects.get(kind="intake.finding.opened")
    assert b"effect_without_clearance" in bytes(entry.payload)


def test_what_counts_is_the_moment_at_which_it_was_carried_out() -> None:
    an_open_use()
    decided(outcome="refused")
    a_delivered_notice(at=CARRIED_OUT)
    holds.stop(use=USE, ground="breaker", by=OPERATOR, at=CARRIED_OUT + HOUR, law=small_law)
    carried_out(1, at=CARRIED_OUT - CLOCKS - SECOND)
    # What two clocks may differ by proves nothing.
    carried_out(2, at=CARRIED_OUT - CLOCKS)
    carried_out(3, at=CARRIED_OUT + HOUR - SECOND, recorded=CARRIED_OUT + HOUR)
    look(at=NOW + HOUR)
    assert [(USE, "bank", 1, "held_notice")] == found()
    carried_out(4, at=CARRIED_OUT + HOUR + CLOCKS, recorded=CARRIED_OUT + 2 * HOUR)
    look(at=NOW + HOUR)
    assert [(USE, "bank", 2, "held_notice use_stopped")] == found()


def test_a_hold_that_came_after_the_effect_does_not_make_it_an_incident() -> None:
    an_open_use()
    decided()
    carried_out()
    holds.place_hold(
        use=USE, ground="challenge", source="desk-1", record="d-1", by=OPERATOR, at=NOW - MINUTE
    )
    look()
    assert [] == found()


def test_an_effect_of_a_marked_decision_is_an_incident() -> None:
    an_open_use()
    decided(marks="opted_out")
    carried_out()
    look()
    assert [(USE, "bank", 1, "mark_opted_out")] == found()


def test_a_decision_that_nobody_knows_is_waited_for_and_then_an_incident() -> None:
    an_open_use()
    decided(1)
    carried_out(1, of="d-2")
    carried_out(2, of="d-1")
    look(at=CARRIED_OUT + DECISION_GRACE - SECOND)
    # The one that may still come keeps those after it from being sealed unseen.
    assert ([], 1) == (found(), scan.position())
    look(at=CARRIED_OUT + DECISION_GRACE)
    assert [(USE, "bank", 1, "unknown_decision")] == found()
    assert 3 == scan.position()


def test_a_decision_that_its_effect_overtook_is_found_when_it_comes() -> None:
    an_open_use()
    carried_out()
    look(at=CARRIED_OUT)
    decided()
    look(at=CARRIED_OUT + MINUTE)
    assert ([], 2) == (found(), scan.position())


def test_another_agencys_decision_of_that_name_clears_nothing() -> None:
    an_open_use()
    decided()
    carried_out(use="south.parking")
    look()
    assert [("south.parking", "bank", 1, "unknown_decision")] == found()


def test_what_was_carried_out_before_there_was_a_gate_is_history() -> None:
    an_open_use()
    carried_out(marks="historic")
    look()
    assert ([], 1) == (found(), scan.position())


def test_where_the_ledger_does_not_fit_no_clearance_can_be_shown() -> None:
    an_open_use()
    decided()
    carried_out()
    look(fits=False)
    assert [(USE, "bank", 1, "made_without_permit use_people_only")] == found()


def test_looking_again_counts_nothing_twice_and_what_comes_later_is_counted_up() -> None:
    an_open_use()
    decided(outcome="refused")
    carried_out(1)
    look()
    look()
    carried_out(2)
    carried_out(3)
    look()
    assert [(USE, "bank", 3, "held_notice")] == found()
    assert 1 == EntryRow.objects.filter(kind="intake.finding.opened").count()


def test_many_are_looked_at_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "_AT_A_TIME", 2)
    an_open_use()
    decided(outcome="refused")
    for number in range(5):
        carried_out(number)
    look()
    assert [(USE, "bank", 5, "held_notice")] == found()
    assert 6 == scan.position()


def test_an_interrupted_look_leaves_neither_finding_nor_position(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    an_open_use()
    decided(outcome="refused")
    carried_out(1)
    carried_out(2, of="d-9")
    counted = findings.count_finding

    def fail_after_the_first(**how: object) -> object:
        counted(**how)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(effects, "count_finding", fail_after_the_first)
        with pytest.raises(KeyboardInterrupt):
            look()
    assert ([], 0) == (found(), scan.position())
    look()
    assert [(USE, "bank", 2, "held_notice unknown_decision")] == found()


@dataclass(kw_only=True, slots=True)
class AReader:
    """Reads the sealed log, and notes what it was asked for."""

    log: Path
    asked: list[Sequence[int]]

    def __call__(self, agency: str, numbers: Sequence[int]) -> Mapping[int, tuple[bytes, str]]:
        self.asked.append(numbers)
        return sealed_records(agency, numbers, log=self.log, keys=[KEY.verifier], limits=Limits())


def test_decisions_that_are_sealed_are_found_in_the_log_all_at_once(tmp_path: Path) -> None:
    an_open_use()
    decided(1)
    decided(2, outcome="refused")
    decided(3, marks="wrong_stage")
    look(at=DECIDED)
    sealed(tmp_path, upto=scan.position(), at=DECIDED)
    assert 0 == Record.objects.count()
    for number in (1, 2, 3, 4):
        carried_out(number, of=f"d-{number}")
    reader = AReader(log=tmp_path, asked=[])
    look(sealed=reader)
    assert [[1, 2, 3]] == [sorted(numbers) for numbers in reader.asked]
    assert [(USE, "bank", 3, "held_notice mark_wrong_stage unknown_decision")] == found()


def test_a_sealed_decision_that_cannot_be_read_counts_as_unknown(tmp_path: Path) -> None:
    an_open_use()
    decided()
    look(at=DECIDED)
    sealed(tmp_path, upto=scan.position(), at=DECIDED)
    carried_out()
    look()
    assert [(USE, "bank", 1, "unknown_decision")] == found()
