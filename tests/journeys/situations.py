"""An agency whose site is reached, its people, and what its software does, by name."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.db import connections
from django.utils.timezone import now

from answerable.gate import permits
from answerable.gateway.app import Parts, build
from answerable.gateway.gating import RealGate
from answerable.intake.machine import machine
from answerable.inventory import actions as inventory
from answerable.inventory.contexts import Context, Kind
from answerable.people.actors import Actor
from answerable.people.models import Account
from answerable.people.queries import actor_of
from answerable.people.roles import Role
from answerable.practices.assessment.actions import measuring, opening
from answerable.practices.openness.actions.publishing import publish
from answerable.practices.remedy.actions.contacts import import_contacts
from answerable.practices.remedy.actions.wording import set_words
from answerable.practices.remedy.queries.people import Addressee
from answerable.project import keys, middleware
from answerable.project.arrivals import pseudonyms_of
from answerable.project.installation import Installation
from answerable.project.keys import Keys
from answerable.project.settings import read_settings
from answerable.project.setup import First, set_up
from answerable.project.startup import LedgerWatch
from answerable.project.tick import Chores
from tests.gateway.asking import AClock, AGateway
from tests.gateway.situations import token_facts
from tests.kit.situations import with_password
from tests.kit.test_mail import Postbox, a_server
from tests.people.situations import an_account
from tests.practices.remedy.situations import WORDS

USE = "north.benefit-check"
SYSTEM = "north.checks"
VERSION = "c5" * 32
DAY = timedelta(days=1)
CONTEXT = Context(
    kind=Kind.DECIDES,
    purpose="Which benefit claims are paid at once.",
    population="Everyone who claims the benefit.",
    legal_basis="Benefits Act, section 12.",
    outcomes=("paid", "refused"),
    adverse=("refused",),
    bought=False,
)
LETTERS = ("adverse decisions", "letters laid out", "letters sent", "notices in effect")
MOST_ASKED = 3000
"""So often it is asked whether the gateway is ready, a hundredth of a second apart."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Agency:
    """An agency, its people by first name, and the box in which its letters arrive."""

    held: Keys
    postbox: Postbox
    began_at: datetime
    people: dict[str, Account]

    def actor(self, name: str) -> Actor:
        return actor_of(self.people[name])

    def address(self, name: str) -> str:
        return self.people[name].email

    def letter_to(self, address: str) -> EmailMessage:
        """The last letter that came to an address."""
        (*_, last) = [one for one in self.postbox.received if address in one.rcpt_tos]
        assert isinstance(last.content, bytes)
        return message_from_bytes(last.content, policy=default)

    def the_clock_does(self, *names: str) -> None:
        """Do these jobs of the installation now."""
        settings = read_settings()
        chores = Chores(settings=settings, held=self.held, fits=LedgerWatch(settings, self.held))
        jobs = {job.name: job for job in chores.jobs}
        for name in names:
            jobs[name].run(now())


@contextmanager
def an_agency_online(home: Path, *, site: str, patch: pytest.MonkeyPatch) -> Iterator[Agency]:
    """Set up an installation as `answerable init` does, with five people and a mail server."""
    box, began_at = Postbox(), now() - 10 * DAY
    with a_server(box) as mailer:
        address = f"smtp://{mailer.host}:{mailer.port}?sender=letters@north.example"
        for name, value in {"HOME": str(home), "SITE": site, "MAIL": address}.items():
            patch.setenv(f"ANSWERABLE_{name}", value)
        first = First(
            agency="north",
            agency_name="Agency of the north",
            profile="statement",
            email="ada@north.example",
            name="Ada",
        )
        named = Installation(name="tests.example", demo=False)
        set_up(named, first, settings=read_settings(), at=began_at)
        _forget_the_last_installation()
        held = keys.read(read_settings().keys)
        yield Agency(held=held, postbox=box, began_at=began_at, people=_people())
    _forget_the_last_installation()


def _people() -> dict[str, Account]:
    roles = {
        "olga": Role.OWNER,
        "rita": Role.REVIEWER,
        "anna": Role.APPROVER,
        "carl": Role.CASEWORKER,
        "dora": Role.CASEWORKER,
    }
    return {name: with_password(an_account(name, role)) for name, role in roles.items()}


def _forget_the_last_installation() -> None:
    machine.cache_clear()
    middleware._watch.cache_clear()


def the_program_starts(agency: Agency) -> None:
    """It tells its version, as the client does when it starts."""
    inventory.record_version(
        system=SYSTEM, digest=VERSION, source="client", by=agency.actor("olga"), at=now()
    )


def a_use_that_was_running(agency: Agency) -> None:
    """A use of before, put in ten days ago, observed since, watched by sex."""
    owner, at = agency.actor("olga"), agency.began_at
    inventory.enrol_system(agency="north", slug="checks", name="Benefit checks", by=owner, at=at)
    inventory.record_version(system=SYSTEM, digest=VERSION, source="client", by=owner, at=at)
    inventory.enrol_use(
        system=SYSTEM,
        slug="benefit-check",
        name="Benefit check",
        context=CONTEXT,
        reasons=("income_missing",),
        attributes=("sex",),
        running_since=at - 300 * DAY,
        by=owner,
        at=at,
    )
    inventory.start_deployment(use=USE, version=VERSION, by=owner, at=at)
    permits.enrol_observed(use=USE, by=agency.actor("anna"), at=at + DAY)


def its_letters_are_worded(agency: Agency, *, people: Sequence[str]) -> None:
    """Every part of a letter has words, and these people an address."""
    owner, at = agency.actor("olga"), agency.began_at + DAY
    for (part, code), words in WORDS.items():
        set_words(use=USE, part=part, code=code, language="en", words=words, by=owner, at=at)
    import_contacts(
        agency="north",
        contacts=[
            (
                person,
                Addressee(
                    name=f"{person.title()} Example",
                    address=f"{person}@home.example",
                    language="en",
                ),
            )
            for person in people
        ],
        pseudonyms=pseudonyms_of(agency.held),
        by=owner,
        at=at,
    )


def a_decision(person: str, outcome: str, *, at: datetime, **told: object) -> dict[str, object]:
    """A decision about somebody, as the agency's software sends it."""
    return {
        "source": "desk-1",
        "id": f"about-{person}",
        "use": USE,
        "occurred_at": at.isoformat(),
        "version": VERSION,
        "person": person,
        "outcome": outcome,
        **({"reasons": ["income_missing"]} if outcome == "refused" else {}),
        **told,
    }


def a_use_with_a_published_measurement(agency: Agency) -> None:
    """Of 100 decisions 60 were refusals: 40 of 50 women, 20 of 50 men. It is on the register."""
    a_use_that_was_running(agency)
    owner, at = agency.actor("olga"), agency.began_at + 3 * DAY
    refusals = {"F": 40, "M": 20}
    decisions = [
        a_decision(
            f"{sex}-{number}",
            "refused" if number < refused else "paid",
            at=at,
            attributes={"sex": sex},
        )
        for sex, refused in refusals.items()
        for number in range(50)
    ]
    the_software_decides(agency, decisions, at=at)
    opening.open_assessment(use=USE, version=VERSION, by=owner, at=at + DAY)
    measuring.measure_decisions(
        use=USE,
        assessment=1,
        since_on=at.date(),
        until_on=(at + DAY).date(),
        machine=machine(),
        by=owner,
        at=at + 2 * DAY,
    )
    publish(use=USE, by=owner, at=now())
    agency.the_clock_does("checkpoint")


def the_software_decides(agency: Agency, decisions: Sequence[object], *, at: datetime) -> None:
    """Send decisions to the gateway of this installation, with its own gate and keys."""
    parts = Parts(
        gate=RealGate(sealed=lambda _agency, _seq: None),
        find_token=lambda _secret, _at: token_facts(),
        fits=lambda: True,
        pseudonyms=pseudonyms_of(agency.held),
        leases=agency.held.leases,
        receipts=agency.held.receipts,
        clock=AClock(at=at),
    )
    talker = AGateway(clock=AClock(at=at))

    async def talk() -> Any:
        talker.app = app = build(parts)
        async with app.rest.router.lifespan_context(app.rest):
            for _ in range(MOST_ASKED):
                if (await talker.ask("GET", "/api/v1/health")).status == 200:
                    break
                await asyncio.sleep(0.01)
            return (await talker.post("/api/v1/decisions", list(decisions))).json

    told = aside(lambda: asyncio.run(talk()))
    assert (len(decisions), []) == (told["stored"], told["refused"])


def aside(do: Callable[[], T]) -> T:
    """Do something in another thread: the browser's driver keeps a loop running in this one."""

    def whole() -> T:
        try:
            return do()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(whole).result()
