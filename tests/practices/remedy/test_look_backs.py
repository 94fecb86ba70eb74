"""One fault, and everyone else it hit: found by a rule, held, and written to."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from answerable.flow.reactions import Reaction, react
from answerable.gate.models import Hold
from answerable.ledger.append import append
from answerable.ledger.entries import WrittenEntry
from answerable.measure.tables.rows import read_rows
from answerable.people.actors import NotPermitted
from answerable.people.entries import AgencyFounded
from answerable.practices.remedy.actions import on_alarm
from answerable.practices.remedy.actions.delivery import record_return
from answerable.practices.remedy.actions.look_backs import (
    CauseUnknown,
    LookBackNotClosed,
    close_look_back,
    open_look_back,
    search,
)
from answerable.practices.remedy.actions.parts import REMEDY, SomebodyWasQuicker
from answerable.practices.remedy.models import LookBack, Notice
from answerable.practices.remedy.queries import log
from answerable.practices.remedy.queries.log import search_log
from answerable.practices.remedy.queries.look_backs import (
    UnknownLookBack,
    overdue_look_backs,
    told_of,
)
from answerable.practices.remedy.rules.search import (
    SearchRefused,
    SearchRule,
    rule_from,
)
from answerable.practices.remedy.rules.states import NoticeState
from tests.intake.log_situations import sealed
from tests.inventory.situations import (
    APPROVER,
    CASEWORKER,
    DAY,
    EVERYBODY_SOUTH,
    HOUR,
    NINE,
    OPERATOR,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    VERSION_B,
    a_use,
)
from tests.practices.remedy.situations import (
    DECIDED,
    NOW,
    Postbox,
    a_contact,
    a_machine,
    a_person,
    a_worded_use,
    decided,
    look,
    prepare,
    send,
)

pytestmark = pytest.mark.django_db(databases="__all__")

ALL = SearchRule(since=NINE, until=NOW)


def a_cause() -> int:
    told = AgencyFounded(ref="north", name="North", profile="statement")
    with transaction.atomic():
        return append(told, by=OPERATOR, at=NOW, agency="north").index


def a_look_back(rule: SearchRule = ALL) -> LookBack:
    return open_look_back(use=USE, cause=a_cause(), rule=rule, by=REVIEWER, at=NOW)


def test_a_rule_finds_by_period_version_outcome_and_reason(tmp_path: Path) -> None:
    use = a_use()
    decided(1)
    decided(2, outcome="paid", reasons=[])
    decided(3, version=VERSION_B)
    decided(4, at=NOW)
    decided(5, shadow=True)
    machine = a_machine(tmp_path)

    def found(**fields: object) -> list[str]:
        rule = SearchRule(since=NINE, until=NOW, **fields)  # type: ignore[arg-type]
        return [one.record for one in search_log(use, rule, machine=machine).found]

    # What the shadow computed touched nobody.
    assert ["d-1", "d-2", "d-3"] == found()
    assert ["d-1", "d-2"] == found(version=VERSION_A)
    assert ["d-2"] == found(outcomes=("paid",))
    assert ["d-1", "d-3"] == found(reasons=("income_missing",))
    assert 3 == search_log(use, ALL, machine=machine).looked_at


def test_a_rule_may_name_a_group_whether_its_records_are_sealed_or_not(tmp_path: Path) -> None:
    use = a_use()
    machine = a_machine(tmp_path)
    decided(1, attributes={"sex": "F"})
    decided(2, attributes={"sex": "M"})
    sealed(machine.log)
    decided(3, attributes={"sex": "F"})
    decided(4)
    rule = SearchRule(since=NINE, until=NOW, attributes=(("sex", "F"),))
    hits = search_log(use, rule, machine=machine)
    assert (["d-1", "d-3"], 4) == ([one.record for one in hits.found], hits.looked_at)


def test_the_attributes_of_many_days_are_read_in_one_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use = a_use()
    machine = a_machine(tmp_path)
    for number in range(3):
        decided(number, attributes={"sex": "F"})
        sealed(machine.log)
    decided(3, attributes={"sex": "F"})
    asked: list[int] = []

    def counted(paths: Sequence[Path], *more: Any, **named: Any) -> Iterator[Any]:
        asked.append(len(paths))
        return read_rows(paths, *more, **named)

    monkeypatch.setattr(log, "read_rows", counted)
    rule = SearchRule(since=NINE, until=NOW, attributes=(("sex", "F"),))
    assert 4 == len(search_log(use, rule, machine=machine).found)
    # Three sealed files, and one of what is not sealed.
    assert [4] == asked


def test_a_rule_that_cannot_be_meant_is_refused_and_one_that_can_comes_back_the_same() -> None:
    with pytest.raises(SearchRefused):
        SearchRule(since=NOW, until=NOW)
    with pytest.raises(SearchRefused):
        SearchRule(since=NINE, until=NOW, outcomes=("what ever",))
    rule = SearchRule(since=NINE, until=NOW, attributes=(("sex", "F"),), reasons=("a", "b"))
    assert rule == rule_from(rule.content())


def test_those_found_are_held_and_written_to_and_the_ledger_keeps_counts_alone(
    tmp_path: Path,
) -> None:
    a_worded_use(tmp_path)
    token = a_person()
    a_contact()
    decided(1, token=token)
    decided(2, token=a_person(2), outcome="paid", reasons=[])
    look()
    rule = SearchRule(since=NINE, until=NOW, outcomes=("refused",))
    look_back = search(
        look_back=a_look_back(rule).reference,
        machine=a_machine(tmp_path),
        by=REVIEWER,
        at=NOW,
    )
    assert (2, 1) == (look_back.looked_at, look_back.found)
    assert ["look_back", "notice"] == sorted(Hold.objects.values_list("ground", flat=True))
    post = Postbox()
    assert (2, 2) == (prepare(), send(post))
    texts = [str(one["text"]) for one in post.taken]
    assert 1 == sum("We found a fault" in text for text in texts)
    done = close_look_back(look_back=look_back.reference, by=REVIEWER, at=NOW)
    assert ("closed", 1) == (done.state, told_of(done).sent)


def test_a_look_back_is_not_closed_while_somebody_was_not_written_to(tmp_path: Path) -> None:
    a_worded_use(tmp_path)
    decided(1, token=a_person())
    ref = a_look_back().reference
    with pytest.raises(LookBackNotClosed):
        close_look_back(look_back=ref, by=REVIEWER, at=NOW)
    search(look_back=ref, machine=a_machine(tmp_path), by=REVIEWER, at=NOW)
    prepare()
    with pytest.raises(LookBackNotClosed):
        close_look_back(look_back=ref, by=REVIEWER, at=NOW)
    notice = Notice.objects.get()
    record_return(notice=notice.reference, reason="no address", by=CASEWORKER, at=NOW)
    close_look_back(look_back=ref, by=REVIEWER, at=NOW)
    assert 1 == told_of(LookBack.objects.get()).unreached
    assert NoticeState.RETURNED == Notice.objects.get().state


def test_a_look_back_is_searched_once_and_one_cause_opens_one(tmp_path: Path) -> None:
    a_use()
    cause = a_cause()
    first, second = (
        open_look_back(use=USE, cause=cause, rule=ALL, by=REVIEWER, at=NOW) for _ in range(2)
    )
    assert first == second
    machine = a_machine(tmp_path)
    search(look_back=first.reference, machine=machine, by=REVIEWER, at=NOW)
    with pytest.raises(SomebodyWasQuicker):
        search(look_back=first.reference, machine=machine, by=REVIEWER, at=NOW)


def test_who_may_look_back(tmp_path: Path) -> None:
    a_use()
    look_back = a_look_back()
    machine = a_machine(tmp_path)
    for by, refusal in ((OWNER, NotPermitted), (EVERYBODY_SOUTH, UnknownLookBack)):
        with pytest.raises(refusal):
            search(look_back=look_back.reference, machine=machine, by=by, at=NOW)
    with pytest.raises(CauseUnknown):
        open_look_back(use=USE, cause=10_000, rule=ALL, by=REVIEWER, at=NOW)
    search(look_back=look_back.reference, machine=machine, by=APPROVER, at=NOW)


def test_a_look_back_that_nobody_does_is_overdue_in_sight() -> None:
    a_use()
    due = a_look_back().due_at
    # 30 days from 23 November: the last is 23 December.
    assert date(2026, 12, 23) == (due - timedelta(microseconds=1)).date()
    assert not overdue_look_backs(REVIEWER, at=due - HOUR)
    assert 1 == overdue_look_backs(REVIEWER, at=due).count()


def an_alarm(tier: str) -> WrittenEntry:
    return WrittenEntry(
        index=a_cause(),
        agency="north",
        kind="monitoring.alarm.raised",
        at=NOW,
        occurred_at=NOW,
        by="c0ffee",
        fields={"use": USE, "version": VERSION_A, "tier": tier, "from_on": "2026-11-20"},
    )


def test_a_red_alarm_opens_a_look_back_from_the_day_the_fault_began() -> None:
    a_use()
    on_alarm(an_alarm("amber"), by=REMEDY, at=NOW)
    assert not LookBack.objects.exists()
    alarm = an_alarm("red")
    for _ in range(2):
        on_alarm(alarm, by=REMEDY, at=NOW)
    rule = rule_from(LookBack.objects.get().rule)
    assert (VERSION_A, date(2026, 11, 20), NOW) == (rule.version, rule.since.date(), rule.until)


def test_the_room_has_a_reaction_that_the_flow_can_run_once() -> None:
    a_use()
    cause = a_cause()
    reaction = Reaction(
        name="remedy.test",
        kinds=frozenset({AgencyFounded.kind}),
        run=lambda entry, by, at: open_look_back(
            use=USE, cause=entry.index, rule=ALL, by=by, at=at
        ),
    )
    react([reaction], at=NOW)
    react([reaction], at=NOW + DAY)
    assert [cause] == list(LookBack.objects.values_list("cause", flat=True))
    assert DECIDED < NOW
