"""What is published is what runs; a refusal is public at once; what is untrue says so itself."""

import json
import shlex
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from answerable.flow.reactions import Reaction, react
from answerable.gate import holds
from answerable.gate.models import RowVerdict
from answerable.gate.terms import Finding
from answerable.intake.addresses import Address, parse_address
from answerable.intake.log import materialise
from answerable.intake.machine import Machine
from answerable.inventory import actions as inventory
from answerable.inventory.models import Figure, Use
from answerable.inventory.queries import UnknownUse
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.measure.tables import Columns
from answerable.people.actors import NotPermitted
from answerable.practices.openness.actions import comparing
from answerable.practices.openness.actions.comparing import NotCompared, compare, compare_all
from answerable.practices.openness.actions.publishing import (
    PART,
    on_public_entry,
    publish,
    publish_changed,
)
from answerable.practices.openness.actions.signing import OwnSignOffRefused, sign_off
from answerable.practices.openness.actions.stating import (
    OwnSecretRefused,
    StatementRefused,
    publish_policy,
    refuse_opt_out,
    withhold,
)
from answerable.practices.openness.models import PublicRecord, RegisterLine
from answerable.practices.openness.queries.findings import findings, waiting
from answerable.practices.openness.queries.register import figures_in, line_of, register
from answerable.practices.openness.rules import AT_ONCE
from answerable.record.canonical import canonical_bytes
from answerable.record.digests import FileUnreadable, sha256_of_bytes
from answerable.verdict.run import Question, audit_files
from tests.intake.log_situations import a_decision, arrive
from tests.inventory.situations import (
    APPROVER,
    EVERYBODY_SOUTH,
    HOUR,
    MINUTE,
    NINE,
    OWNER,
    USE,
    VERSION_A,
    VERSION_B,
    a_use,
    an_actor,
)
from tests.practices.openness.situations import (
    LATER,
    REVIEWER_TWO,
    TWO_OUTCOMES,
    a_machine,
    a_use_that_runs,
    open_law,
    refuse,
)

pytestmark = pytest.mark.django_db(databases="__all__")
DAY = timedelta(days=1)


def published(*, at: object = LATER) -> PublicRecord:
    return publish(use=USE, by=OWNER, at=at)  # type: ignore[arg-type]


def entry(index: int) -> WrittenEntry:
    return WrittenEntry.read(bytes(EntryRow.objects.get(index=index).payload))


def test_a_record_says_what_runs_and_its_entry_holds_the_digest_of_what_it_says() -> None:
    a_use_that_runs()
    record = published()
    content = record.content
    assert (content["version"], content["stage"]) == (VERSION_A, "deploy")
    assert content["purpose"] == TWO_OUTCOMES.purpose
    assert content["opt_out"]["text"] == "Say so at any desk."
    assert content["missing"] == []
    assert record.digest == sha256_of_bytes(canonical_bytes(content))
    assert entry(record.entry).fields["content"] == record.digest
    kinds = {line["kind"] for line in content["history"]}
    assert {"inventory.use.enrolled", "gate.verdict.recorded"} <= kinds


def test_what_a_record_lacks_stands_on_it() -> None:
    a_use()
    assert published().content["missing"] == ["version", "opt_out"]


def test_a_record_is_published_anew_only_where_something_changed() -> None:
    a_use_that_runs()
    first = published()
    assert published(at=LATER + HOUR) == first
    inventory.start_deployment(use=USE, version=VERSION_B, by=OWNER, at=LATER + HOUR)
    second = published(at=LATER + 2 * HOUR)
    assert (second.number, second.content["version"]) == (2, VERSION_B)
    assert PublicRecord.objects.get(number=1).content["version"] == VERSION_A


def test_only_the_agency_s_own_people_publish() -> None:
    a_use_that_runs()
    with pytest.raises(UnknownUse):
        publish(use=USE, by=EVERYBODY_SOUTH, at=LATER)
    with pytest.raises(NotPermitted):
        publish(use=USE, by=REVIEWER_TWO, at=LATER)


def reactions() -> list[Reaction]:
    def run(told: WrittenEntry, by: object, at: object) -> None:
        on_public_entry(told, by=by, at=at)  # type: ignore[arg-type]

    return [Reaction(name="openness.public_entry", kinds=AT_ONCE, run=run)]


def test_a_refusal_is_public_at_once_also_where_nobody_had_published() -> None:
    a_use_that_runs()
    refuse(reason="The gap is proven.")
    assert not register().exists()
    react(reactions(), at=LATER + 2 * HOUR)
    line = line_of(USE)
    assert line.refused
    (refusal,) = line.record.content["refusals"]
    assert refusal["reason"] == "The gap is proven."
    assert entry(refusal["entry"]).kind == "gate.approval.refused"


def test_another_entry_publishes_nothing_that_nobody_had_published() -> None:
    a_use_that_runs()
    react(reactions(), at=LATER)
    assert not register().exists()


def test_a_state_is_public_at_once_and_its_reasons_with_the_next_job() -> None:
    a_use_that_runs()
    published()
    react(reactions(), at=LATER)
    number = line_of(USE).record.number
    holds.send_to_people(use=USE, ground="breaker", by=PART, at=LATER + HOUR)
    react(reactions(), at=LATER + HOUR)
    assert line_of(USE).record.number == number
    assert publish_changed(at=LATER + HOUR) == 1
    holds.stop(use=USE, ground="breaker", by=PART, at=LATER + 2 * HOUR)
    react(reactions(), at=LATER + 2 * HOUR)
    assert line_of(USE).state == "stopped"


def test_the_job_publishes_what_changed_and_nothing_else() -> None:
    a_use_that_runs()
    published()
    assert publish_changed(at=LATER + MINUTE) == 0
    inventory.start_deployment(use=USE, version=VERSION_B, by=OWNER, at=LATER + HOUR)
    assert publish_changed(at=LATER + 2 * HOUR) == 1
    assert publish_changed(at=LATER + 3 * HOUR) == 0
    assert line_of(USE).record.content["version"] == VERSION_B


# -- what is withheld, and who may say so ------------------------------------------------


def test_a_withheld_field_shows_its_reason_and_comes_back_when_the_time_is_over() -> None:
    a_use_that_runs()
    published()
    until = LATER + 30 * DAY
    withhold(use=USE, field="purpose", reason="An inquiry.", until=until, by=APPROVER, at=LATER)
    content = line_of(USE).record.content
    assert content["purpose"] is None
    assert content["withheld"]["purpose"]["reason"] == "An inquiry."
    assert "purpose" not in content["missing"]
    assert publish_changed(at=until + HOUR) == 1
    assert line_of(USE).record.content["purpose"] == TWO_OUTCOMES.purpose


def test_nobody_withholds_something_about_their_own_use_or_for_ever() -> None:
    a_use_that_runs()
    both = an_actor("owner", *{role for _, role in (*OWNER.roles, *APPROVER.roles)})
    common = {"use": USE, "reason": "Why not.", "at": LATER}
    with pytest.raises(OwnSecretRefused):
        withhold(field="purpose", until=LATER + DAY, by=both, **common)  # type: ignore[arg-type]
    with pytest.raises(OwnSecretRefused):
        refuse_opt_out(until=LATER + DAY, by=both, **common)  # type: ignore[arg-type]
    with pytest.raises(StatementRefused, match="12 months"):
        refuse_opt_out(until=LATER + 400 * DAY, by=APPROVER, **common)  # type: ignore[arg-type]
    with pytest.raises(StatementRefused, match="only purpose"):
        withhold(field="state", until=LATER + DAY, by=APPROVER, **common)  # type: ignore[arg-type]


def test_a_field_that_may_not_be_withheld_is_refused_by_the_database_too() -> None:
    use = a_use_that_runs()
    with pytest.raises(IntegrityError), transaction.atomic():
        use.withheld.create(field="state", reason="x", until=LATER, at=NINE, by="x", entry=1)


# -- compared with what runs -------------------------------------------------------------


def test_a_record_that_is_no_longer_true_says_so_itself_and_since_when(tmp_path: Path) -> None:
    a_use_that_runs()
    published()
    machine = a_machine(tmp_path / "log")
    assert compare(use=USE, machine=machine, by=PART, at=LATER, law=open_law).differs == []
    inventory.start_deployment(use=USE, version=VERSION_B, by=OWNER, at=LATER + HOUR)
    found = compare(use=USE, machine=machine, by=PART, at=LATER + 2 * HOUR, law=open_law)
    assert "version" in found.differs
    compare(use=USE, machine=machine, by=PART, at=LATER + 3 * HOUR, law=open_law)
    assert line_of(USE).differs_since == LATER + 2 * HOUR
    verdict = RowVerdict.objects.filter(row="P5c").latest("pk")
    assert (verdict.finding, verdict.version) == ("not_met", VERSION_A)
    publish(use=USE, by=OWNER, at=LATER + 4 * HOUR)
    assert line_of(USE).differs_since is None


def test_a_record_is_compared_with_the_version_that_decides_not_the_one_that_was_told(
    tmp_path: Path,
) -> None:
    a_use_that_runs()
    published()
    arrive(a_decision(1, version=VERSION_B, outcome="refused", occurred_at=LATER))
    machine = a_machine(tmp_path / "log")
    assert compare(use=USE, machine=machine, by=PART, at=LATER, law=open_law).differs == []
    # What arrived today is known from tomorrow on.
    found = compare(use=USE, machine=machine, by=PART, at=LATER + DAY, law=open_law)
    assert found.differs == ["version"]


def test_the_share_of_decisions_made_after_publication_is_measured(tmp_path: Path) -> None:
    a_use_that_runs()
    # Two decisions on the day of publication count as before it, eight come later.
    published()
    days = [LATER] * 2 + [LATER + DAY * number for number in range(1, 9)]
    arrive(
        *(
            a_decision(number, version=VERSION_A, outcome=outcome, occurred_at=day)
            for number, (day, outcome) in enumerate(
                zip(days, cycle(("granted", "refused")), strict=False)
            )
        )
    )
    machine = a_machine(tmp_path / "log")
    done = compare(use=USE, machine=machine, by=PART, at=LATER + 9 * DAY, law=open_law)
    assert (done.decisions, done.after_publication) == (10, 8)
    figure = Figure.objects.get(practice="openness")
    # Wilson's interval of 8 of 10, as worked out in `measure.wilson`.
    assert (figure.value, round(figure.low, 3), round(figure.high, 3)) == (0.8, 0.490, 0.943)
    assert (figure.n, figure.data) == (10, done.data)
    assert list(recounted(figure.command, machine)) == [(10, figure.data), (8, ANY)]
    publish_changed(at=LATER + 9 * DAY)
    (shown,) = figures_in(line_of(USE).record.content)
    assert (shown.entry, shown.value, shown.low) == (figure.entry, figure.value, figure.low)


def recounted(command: str, machine: Machine) -> Iterator[tuple[int, str]]:
    """What the audits of a printed command say of the data they read."""
    for audit in command.split("; "):
        words = shlex.split(audit)
        assert words[:2] == ["answerable", "audit"]
        asked = dict(zip(words[3::2], words[4::2], strict=True))
        question = Question(
            columns=Columns(decision=asked["--decision"], label=None, by=(asked["--by"],)),
            positive=asked["--positive"],
            favourable=asked["--favourable"],
            norms=(),
            profile="statement",
            on=NINE.date(),
        )
        with materialise(
            parse_address(words[2]),
            log=machine.log,
            keys=machine.log_keys,
            viewer=OWNER,
            limits=machine.limits,
        ) as made:
            audited = audit_files(str(made.path), question, limits=machine.limits)
        yield audited.rows, audited.digest.sha256


def test_the_daily_job_compares_each_record_once_a_day(tmp_path: Path) -> None:
    a_use_that_runs()
    published()
    machine = a_machine(tmp_path / "log")
    for hours in (1, 2):
        assert compare_all(machine=machine, by=PART, at=LATER + hours * HOUR, law=open_law) == 0
    assert line_of(USE).record.comparisons.count() == 1


def test_a_log_that_cannot_be_read_keeps_no_other_record_from_being_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use = a_use_that_runs()
    published()
    inventory.enrol_use(
        system=use.system.ref,
        slug="second",
        name="Second",
        context=TWO_OUTCOMES,
        by=OWNER,
        at=LATER,
    )
    publish(use="north.second", by=OWNER, at=LATER)

    def broken(asked: Address, **given: Any) -> AbstractContextManager[Any]:
        if asked.use == USE:
            raise FileUnreadable(path="day", reason="it is gone")
        return materialise(asked, **given)

    monkeypatch.setattr(comparing, "materialise", broken)
    with pytest.raises(NotCompared, match=rf"{USE} \(record\.file_unreadable\)"):
        compare_all(machine=a_machine(tmp_path / "log"), by=PART, at=LATER + HOUR, law=open_law)
    assert line_of("north.second").record.comparisons.count() == 1
    assert line_of(USE).record.comparisons.count() == 0


# -- what the rows show ------------------------------------------------------------------


def rows(*, at: object = LATER, version: str = VERSION_A) -> dict[str, Finding]:
    use = line_of(USE).use if RegisterLine.objects.exists() else a_use_that_runs()
    return {one.row: one.finding for one in findings(use, version=version, at=at)}  # type: ignore[arg-type]


def test_without_a_record_the_use_is_not_disclosed() -> None:
    assert rows() == {
        "P5a": Finding.NOT_MET,
        "P5b": Finding.NOT_MET,
        "P5c": Finding.CANNOT_SAY,
        "P5f": Finding.CANNOT_SAY,
    }


def test_a_full_record_compared_today_discloses_and_is_true(tmp_path: Path) -> None:
    a_use_that_runs()
    published()
    publish_policy(agency="north", language="en", text="We ask first.", by=APPROVER, at=LATER)
    compare(use=USE, machine=a_machine(tmp_path / "log"), by=PART, at=LATER, law=open_law)
    # Nobody measures how the policy reads, so P5a cannot be met.
    assert rows() == {
        "P5a": Finding.CANNOT_SAY,
        "P5b": Finding.MET,
        "P5c": Finding.MET,
        "P5f": Finding.MET,
    }
    assert rows(at=LATER + DAY)["P5c"] is Finding.CANNOT_SAY
    assert rows(at=LATER + 366 * DAY)["P5a"] is Finding.NOT_MET
    assert rows(version=VERSION_B)["P5b"] is Finding.NOT_MET


def test_a_reviewer_who_never_owned_the_use_signs_and_nobody_else(tmp_path: Path) -> None:
    a_use_that_runs()
    published()
    compare(use=USE, machine=a_machine(tmp_path / "log"), by=PART, at=LATER, law=open_law)
    with pytest.raises(NotPermitted):
        sign_off(use=USE, version=VERSION_A, by=OWNER, at=LATER, law=open_law)
    both = an_actor("owner", *{role for _, role in (*OWNER.roles, *REVIEWER_TWO.roles)})
    with pytest.raises(OwnSignOffRefused):
        sign_off(use=USE, version=VERSION_A, by=both, at=LATER, law=open_law)
    signed = sign_off(use=USE, version=VERSION_A, by=REVIEWER_TWO, at=LATER, law=open_law)
    assert {(one.row, one.finding) for one in signed} == {
        ("P5a", "not_met"),
        ("P5b", "met"),
        ("P5c", "met"),
        ("P5f", "met"),
    }


def test_what_was_met_falls_back_when_the_record_no_longer_shows_it() -> None:
    a_use_that_runs()
    until = LATER + 30 * DAY
    refuse_opt_out(use=USE, reason="A court orders it.", until=until, by=APPROVER, at=LATER)
    published()
    sign_off(use=USE, version=VERSION_A, by=REVIEWER_TWO, at=LATER, law=open_law)
    assert publish_changed(at=until + HOUR, law=open_law) == 1
    last = {one.row: one.finding for one in RowVerdict.objects.order_by("pk")}
    assert line_of(USE).record.content["missing"] == ["opt_out"]
    assert (last["P5b"], last["P5f"]) == ("not_met", "cannot_say")


@pytest.mark.usefixtures("site")
def test_what_waits_is_told_to_whoever_can_do_it_and_to_nobody_else() -> None:
    a_use_that_runs()
    assert any("not on the public register" in one.what for one in waiting(OWNER, at=LATER))
    assert [one.what for one in waiting(APPROVER, at=LATER)] == [
        "Your agency has published no policy on its use of AI."
    ]
    assert all(one.agency == "south" for one in waiting(EVERYBODY_SOUTH, at=LATER))


def test_each_word_of_a_search_is_looked_for() -> None:
    a_use_that_runs()
    published()
    assert register(search="BENEFIT north").exists()
    assert not register(search="benefit south").exists()
    assert not register(search="%").exists()
    assert not register(state="open").exists()


# -- many at once --------------------------------------------------------------------------


@pytest.mark.usefixtures("site")
def test_a_register_of_5000_is_a_few_queries_and_less_than_100_kb(client: Client) -> None:
    use = a_use_that_runs()
    first = published()
    line = line_of(USE)
    uses = Use.objects.bulk_create(
        Use(
            agency_id="north",
            system=use.system,
            ref=f"north.use-{number}",
            name=f"Use {number:04}",
            enrolled_at=NINE,
            entry=1,
        )
        for number in range(5000)
    )
    records = PublicRecord.objects.bulk_create(
        PublicRecord(
            use=one, number=1, content=first.content, digest="0" * 64, upto=1, at=LATER, entry=-pk
        )
        for pk, one in enumerate(uses, start=1)
    )
    for record in records:
        line.pk, line.use, line.record = None, record.use, record
        line.name, line.searched = record.use.name, record.use.name.casefold()
        line.save(force_insert=True)
    with CaptureQueriesContext(connection) as queries:
        shown = client.get("/register/?q=use&page=70")
    assert "Use 3450" in shown.content.decode()
    assert len(shown.content) < 100_000
    assert len(queries) <= 3
    with CaptureQueriesContext(connection) as queries:
        exported = b"".join(client.get("/register.json"))
    assert len(json.loads(exported)["records"]) == 5001
    assert len(queries) <= 2
