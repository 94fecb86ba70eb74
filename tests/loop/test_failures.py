"""What fails stays in sight and overdue, is tried again, and is never done twice."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from django.db import OperationalError, connection, connections, transaction

from answerable.flow import reactions, schedule
from answerable.flow.models import DueJob, DueReaction
from answerable.flow.queries import waiting
from answerable.flow.reactions import RETRIED_AFTER
from answerable.flow.schedule import TAKEN_OVER_AFTER, Job, Ran
from answerable.intake import machine as machines
from answerable.kit.mail import Mailer
from answerable.kit.waiting import Urgency
from answerable.ledger.append import append
from answerable.ledger.models import EntryRow
from answerable.people.models import Agency
from answerable.people.roles import Role
from answerable.practices.monitoring.entries import AlarmRaised
from answerable.practices.remedy.actions.mailing import send_again
from answerable.practices.remedy.models import LookBack, Mailing, Notice
from answerable.project import middleware
from answerable.project.practice_jobs import PracticeJobs
from tests.inventory.situations import HOUR, MINUTE, NINE, OPERATOR, USE, VERSION_A, an_actor
from tests.kit.test_mail import Postbox as Box
from tests.kit.test_mail import a_free_port, a_server, takes_all_and_hangs_up
from tests.loop import situations as here
from tests.loop.processes import DIED, environment
from tests.loop.situations import NOW, TOLD, People, home
from tests.practices.remedy.situations import a_machine

pytestmark = pytest.mark.django_db(databases="__all__")

AGAIN = RETRIED_AFTER + MINUTE
LETTERS, REACTIONS = "letters sent", "reactions"


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    here.install(tmp_path, monkeypatch, settings)
    yield
    machines.machine.cache_clear()


def tick(folder: Path, job: str, *, at: datetime, mail: Mailer | None = None) -> list[Ran]:
    """Let the clock of the installation do one of its jobs, if it is due."""
    jobs = PracticeJobs(machine=replace(a_machine(folder), mail=mail))
    return list(schedule.tick([one for one in jobs.others if one.name == job], at=at))


def a_letter_that_waits(folder: Path) -> People:
    people = here.people()
    here.an_open_use_of(people.owner)
    here.laid_out(folder)
    return people


def nobody_listens() -> Mailer:
    return Mailer(host="127.0.0.1", port=a_free_port(), sender="letters@north.example")


# -- the mail server -------------------------------------------------------------------


def test_letters_wait_in_sight_while_the_server_is_down_and_leave_once_when_it_is_up(
    tmp_path: Path,
) -> None:
    people = a_letter_that_waits(tmp_path)
    carl, olga = people.client("decider"), people.client("owner")
    assert "letter of" not in home(carl, at=TOLD)
    (ran,) = tick(tmp_path, LETTERS, at=TOLD, mail=nobody_listens())
    assert "1 letters wait to be sent again; last of all: connection_refused" in ran.failure
    assert Mailing.objects.get().state == "waiting"
    # A caseworker sees the letter, an administrator also that the work is not done.
    assert "overdue" in home(carl, at=TOLD + MINUTE)
    assert f"Find out why mail is not leaving: 1 letter of {USE}" in home(carl, at=TOLD + MINUTE)
    assert "Work by time is not done (letters sent, tried 1 times)." in home(olga)
    assert "last of all: connection_refused" in home(olga)
    assert "Work by time" not in home(carl)

    box = Box()
    with a_server(box) as mailer:
        for minutes in (1, 11, 12, 25):
            tick(tmp_path, LETTERS, at=TOLD + minutes * MINUTE, mail=mailer)
    assert len(box.received) == 1
    assert (Notice.objects.get().state, Mailing.objects.get().attempts) == ("sent", 2)
    assert not schedule.overdue().exists()
    assert "letter of" not in home(carl)
    assert "Work by time" not in home(olga)


def test_without_any_server_the_letters_that_wait_are_in_sight(tmp_path: Path) -> None:
    people = a_letter_that_waits(tmp_path)
    (ran,) = tick(tmp_path, LETTERS, at=TOLD)
    assert "1 letters wait to be sent, and no mail server is set." in ran.failure
    assert "no mail server is set" in home(people.client("owner"))


def test_a_line_that_broke_after_the_letter_went_out_is_never_tried_again_by_itself(
    tmp_path: Path,
) -> None:
    people = a_letter_that_waits(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=takes_all_and_hangs_up, args=(server,))
        thread.start()
        port = server.getsockname()[1]
        broken = Mailer(host="127.0.0.1", port=port, sender="letters@north.example", timeout=10)
        tick(tmp_path, LETTERS, at=TOLD, mail=broken)
        thread.join()
    assert (Mailing.objects.get().state, Notice.objects.get().state) == ("unknown", "unknown")
    assert f"whether mail arrived, or send it again: 1 letter of {USE}" in home(
        people.client("decider")
    )
    box = Box()
    with a_server(box) as mailer:
        for hours in (1, 2, 24, 240):
            tick(tmp_path, LETTERS, at=TOLD + hours * HOUR, mail=mailer)
        assert box.received == []
        # A person who has looked into it may.
        again = TOLD + 241 * HOUR
        carl = people.actor("decider")
        send_again(notice=Notice.objects.get().reference, by=carl, at=again)
        tick(tmp_path, LETTERS, at=again, mail=mailer)
    assert len(box.received) == 1


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_a_process_killed_when_the_server_had_the_letter_leaves_it_unknown(
    tmp_path: Path,
) -> None:
    people = a_letter_that_waits(tmp_path)
    box = Box()
    with a_server(box) as mailer:
        words = ("send", TOLD.isoformat(), str(mailer.port), str(tmp_path))
        assert statuses(words, together=False) == [DIED]
        assert len(box.received) == 1
        assert Mailing.objects.get().state == "claimed"
        assert DueJob.objects.get().finished_at is None
        for minutes in (1, 10, 29):
            tick(tmp_path, LETTERS, at=TOLD + minutes * MINUTE, mail=mailer)
        assert Mailing.objects.get().state == "claimed"
        for after in (TAKEN_OVER_AFTER + MINUTE, 5 * HOUR, 50 * HOUR):
            tick(tmp_path, LETTERS, at=TOLD + after, mail=mailer)
        assert len(box.received) == 1
    assert (Mailing.objects.get().state, Notice.objects.get().state) == ("unknown", "unknown")
    assert f"whether mail arrived, or send it again: 1 letter of {USE}" in home(
        people.client("decider")
    )


def test_work_that_somebody_began_and_never_finished_is_in_sight(tmp_path: Path) -> None:
    people = a_letter_that_waits(tmp_path)
    DueJob.objects.create(job="sealing", due_at=TOLD, started_at=TOLD, attempts=1)
    olga = people.client("owner")
    assert "Work by time" not in home(olga, at=TOLD + MINUTE)
    assert "Work by time is not done (sealing" in home(olga, at=TOLD + TAKEN_OVER_AFTER + MINUTE)


# -- reactions -------------------------------------------------------------------------


def an_alarm(number: int, *, use: str = USE, at: datetime = TOLD) -> int:
    """An entry as monitoring leaves it, from which a look-back follows."""
    told = AlarmRaised(
        use=use,
        version=VERSION_A,
        plan="ab" * 32,
        stream=f"stream-{number}",
        tier="red",
        limit="1.25",
        from_on="2026-11-01",
        to_on="2026-11-20",
        episode=number,
        evidence="40",
        data="cd" * 32,
    )
    with transaction.atomic():
        return append(told, by=OPERATOR, at=at, agency="north").index


def answered_once(causes: list[int]) -> bool:
    """Whether each alarm has one look-back, and the ledger one entry of each."""
    found = sorted(LookBack.objects.values_list("cause", flat=True))
    entries = EntryRow.objects.filter(kind="remedy.look_back.opened").count()
    return (found, entries) == (sorted(causes), len(causes))


def test_a_reaction_that_fails_is_overdue_on_the_home_pages_of_its_agency(tmp_path: Path) -> None:
    people = a_letter_that_waits(tmp_path)
    Agency.objects.create(ref="south", name="South", profile="statement", created_at=NINE)
    index = an_alarm(1, use="north.unheard-of")
    (ran,) = tick(tmp_path, REACTIONS, at=TOLD)
    assert f"1 reactions to entries failed, the first on entry {index}" in ran.failure
    said = f"What follows from entry {index} is not done (look back after a red alarm)"
    shown = home(people.client("owner"))
    assert (said in shown, "north.unheard-of" in shown) == (True, True)
    for role in (Role.ADMINISTRATOR, Role.OWNER):
        (line, *_) = waiting(an_actor("x", role), at=NOW)
        assert (said in line.what, line.urgency, line.agency) == (True, Urgency.OVERDUE, "north")
    # Nobody else's matter, and no other agency's.
    assert said not in home(people.client("decider"))
    for stranger in (an_actor("x", *Role, agency="south"), an_actor("x", Role.AUDITOR)):
        assert not any("north" in line.what for line in waiting(stranger, at=NOW))
    # The clock has tried again, and it is still there.
    tick(tmp_path, REACTIONS, at=TOLD + AGAIN)
    assert DueReaction.objects.get(index=index, reaction__startswith="look").attempts == 2


def test_what_nobody_tried_is_overdue_after_a_while(tmp_path: Path) -> None:
    a_letter_that_waits(tmp_path)
    index = an_alarm(1)
    tick(tmp_path, REACTIONS, at=TOLD)
    DueReaction.objects.filter(index=index).update(
        finished_at=None, tried_at=None, failure="", attempts=0
    )
    owner = an_actor("x", Role.OWNER)
    assert waiting(owner, at=TOLD + MINUTE) == []
    assert all("It was not tried yet." in one.what for one in waiting(owner, at=TOLD + AGAIN))
    assert len(waiting(owner, at=TOLD + AGAIN)) == 2


def test_a_change_stands_although_what_follows_from_it_fails(tmp_path: Path) -> None:
    people = a_letter_that_waits(tmp_path)
    index = an_alarm(1, use="north.unheard-of")
    answer = people.client("approver").post(
        f"/uses/{USE}/hold/", {"level": "pause", "ground": "a_fault"}
    )
    assert answer.status_code == 302, answer.content
    assert [one.index for one in reactions.overdue()] == [index]


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_a_full_disk_leaves_what_follows_undone_and_in_sight_and_it_is_done_once_later(
    tmp_path: Path,
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own words for it")
    people = a_letter_that_waits(tmp_path)
    tick(tmp_path, REACTIONS, at=TOLD - MINUTE)
    causes = [an_alarm(number) for number in range(60)]
    with full_disk():
        failures = [tick(tmp_path, REACTIONS, at=TOLD), tick(tmp_path, REACTIONS, at=TOLD + AGAIN)]
        shown = home(people.client("owner"), at=TOLD + 2 * AGAIN)
    assert all(ran.failure for some in failures for ran in some)
    assert LookBack.objects.count() < len(causes)
    assert "is not done" in shown
    for minutes in range(24, 60, 5):
        tick(tmp_path, REACTIONS, at=TOLD + minutes * MINUTE)
    assert answered_once(causes)
    assert not reactions.overdue().exists()
    assert "is not done" not in home(people.client("owner"), at=TOLD + HOUR)


class full_disk:  # noqa: N801 - read as a sentence
    """The database takes no further page."""

    def __enter__(self) -> None:
        """Fill it."""
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")

    def __exit__(self, *_: object) -> None:
        """Make room."""
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_where_nothing_can_be_written_at_all_the_clock_goes_on_and_the_home_page_says_so(
    tmp_path: Path,
) -> None:
    people = a_letter_that_waits(tmp_path)
    tick(tmp_path, REACTIONS, at=TOLD - MINUTE)
    causes = [an_alarm(number) for number in range(3)]
    olga = people.client("owner")
    ran: list[datetime] = []
    also = Job(name="also", every=MINUTE, run=ran.append)
    with read_only():
        jobs = PracticeJobs(machine=a_machine(tmp_path)).others
        due = [*(one for one in jobs if one.name == REACTIONS), also]
        failures = [one.failure for one in schedule.tick(due, at=TOLD)]
    assert len(failures) == 2
    assert all(one.startswith("the database takes no note of it") for one in failures)
    said = f"What follows from entry {causes[0]}, and those after it, was not looked at."
    assert said not in home(olga, at=TOLD + MINUTE)
    assert said in home(olga, at=TOLD + AGAIN)
    assert said not in home(people.client("decider"), at=TOLD + AGAIN)
    for minutes in (12, 13):
        schedule.tick(due, at=TOLD + minutes * MINUTE)
    assert answered_once(causes)
    assert len(ran) == 2
    assert said not in home(olga, at=TOLD + HOUR)


class read_only:  # noqa: N801 - read as a sentence
    """The database takes nothing at all."""

    _words: ClassVar = {
        "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
        "postgresql": (
            "SET default_transaction_read_only = on",
            "SET default_transaction_read_only = off",
        ),
    }

    def __enter__(self) -> None:
        """Take no more."""
        with connection.cursor() as cursor:
            cursor.execute(self._words[connection.vendor][0])

    def __exit__(self, *_: object) -> None:
        """Take it again."""
        with connection.cursor() as cursor:
            cursor.execute(self._words[connection.vendor][1])


def test_a_page_is_shown_although_nothing_more_could_be_written_after_its_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = a_letter_that_waits(tmp_path)

    def full(*_args: object, **_named: object) -> None:
        raise OperationalError

    monkeypatch.setattr(middleware, "react", full)
    form = {"level": "pause", "ground": "a_fault"}
    answer = people.client("approver").post(f"/uses/{USE}/hold/", form)
    assert answer.status_code == 302, answer.content


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_two_processes_that_react_at_once_answer_each_entry_once(tmp_path: Path) -> None:
    a_letter_that_waits(tmp_path)
    causes = [an_alarm(number) for number in range(25)]
    connections.close_all()
    assert statuses(*[("react", TOLD.isoformat())] * 2) == [0, 0]
    assert answered_once(causes)
    tried = set(DueReaction.objects.values_list("attempts", "failure"))
    assert tried == {(1, "")}


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_a_process_killed_within_a_reaction_leaves_nothing_half_done(tmp_path: Path) -> None:
    a_letter_that_waits(tmp_path)
    tick(tmp_path, REACTIONS, at=TOLD - MINUTE)
    causes = [an_alarm(1)]
    connections.close_all()
    assert statuses(("die", TOLD.isoformat())) == [DIED]
    assert (LookBack.objects.count(), reactions.overdue().count()) == (0, 0)
    due = DueReaction.objects.filter(index=causes[0], finished_at=None)
    assert due.exists()
    for minutes in (1, 2):
        tick(tmp_path, REACTIONS, at=TOLD + minutes * MINUTE)
    assert answered_once(causes)
    assert not due.exists()


def statuses(*processes: tuple[str, ...], together: bool = True) -> list[int]:
    """Run processes, let all of them begin when all are ready, and say how each ended."""
    with ExitStack() as ending:
        some = [
            ending.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.loop.processes", *words],
                    env=environment(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    cwd=Path(__file__).resolve().parents[2],
                )
            )
            for words in processes
        ]
        for one in some if together else ():
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in some if together else ():
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        return [one.wait(120) for one in some]
