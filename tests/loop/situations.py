"""A use with a decision, a letter and a challenge, and real people who look for a way round."""

import sys
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from answerable.cli import main, permits
from answerable.gate import verdicts
from answerable.gate.effect import Clear, Held, effect_of
from answerable.gate.facts import facts_of
from answerable.gate.rules import permit
from answerable.gate.terms import Finding, Permit
from answerable.intake import machine as machines
from answerable.intake.hot.models import Subject
from answerable.intake.machine import Machine
from answerable.intake.queries import decisions_of
from answerable.intake.scan import nothing_sealed
from answerable.intake.subjects import STAFF
from answerable.inventory import actions
from answerable.inventory.models import Use
from answerable.ledger import checkpoints
from answerable.people.actors import Actor
from answerable.people.doors import Doorkeeper
from answerable.people.models import Account
from answerable.people.queries import actor_of
from answerable.people.roles import GIVEN, Role
from answerable.practices.remedy.actions.challenges import file_challenge
from answerable.practices.remedy.actions.parts import PERSON
from answerable.practices.remedy.actions.wording import set_words
from answerable.practices.remedy.models import Challenge, Notice
from tests.gate.situations import a_running_use, an_open_use, small_law
from tests.inventory.situations import HOUR, MINUTE, NINE, OWNER, USE, VERSION_A, an_agency
from tests.kit.situations import BACKEND
from tests.people.situations import an_account
from tests.practices.remedy.situations import (
    DECIDER,
    LEDGER,
    PSEUDONYMS,
    WORDS,
    Postbox,
    a_contact,
    a_machine,
    a_person,
    decided,
    look,
    prepare,
    send,
)

DECIDED = NINE + 3 * HOUR
TOLD = DECIDED + HOUR
NOW = NINE + 6 * HOUR


@dataclass(kw_only=True, slots=True)
class People:
    """Accounts by what they are to the use."""

    owner: Account
    approver: Account
    reviewer: Account
    decider: Account

    def actor(self, name: str) -> Actor:
        account: Account = getattr(self, name)
        return actor_of(account)

    def client(self, name: str) -> Client:
        client = Client()
        client.force_login(getattr(self, name), backend=BACKEND)
        return client


def people() -> People:
    """An owner who holds every role, an official, a reviewer, and whoever took the decision."""
    an_agency()
    return People(
        owner=an_account("olga", *GIVEN),
        approver=an_account("anna", Role.APPROVER),
        reviewer=an_account("rita", Role.REVIEWER),
        decider=an_account("carl", Role.CASEWORKER, Role.REVIEWER),
    )


def owned_by(account: Account) -> None:
    at = NINE + 2 * HOUR + MINUTE
    actions.name_owner(use=USE, owner=actor_of(account), by=OWNER, at=at)


def a_running_use_of(account: Account) -> Use:
    """The same, which runs and which nobody approved."""
    use = a_running_use()
    owned_by(account)
    return use


def an_open_use_of(account: Account) -> Use:
    """Version A, approved by somebody else, and owned by a person of these tests."""
    use = an_open_use()
    owned_by(account)
    return use


def a_refusal(folder: Path, *, post: Postbox | None = None, sends: bool = True) -> Notice:
    """An adverse decision by the decider, whose letter a server took; nobody knows of more."""
    laid_out(folder)
    if sends:
        send(post or Postbox(), at=TOLD)
    return Notice.objects.select_related("use__agency").get()


def laid_out(folder: Path, *, count: int = 1) -> None:
    """Adverse decisions about so many people, and a letter to each that waits to be sent."""
    for (part, code), words in WORDS.items():
        set_words(use=USE, part=part, code=code, language="en", words=words, by=OWNER, at=NINE)
    checkpoints.make(key=LEDGER, folder=folder / "checkpoints", at=TOLD)
    for number in range(1, count + 1):
        token = a_person(number)
        a_contact(number)
        decided(number, token=token, at=DECIDED)
    look(at=TOLD)
    prepare(at=TOLD)


def took_the_decision(account: Account) -> None:
    """Let the log know somebody by the token of whoever took every decision."""
    Subject.objects.create(
        lookup=PSEUDONYMS.lookup_of(agency="north", use=STAFF, person=account.ref),
        agency="north",
        use=STAFF,
        token=bytes.fromhex(DECIDER),
        ciphertext=b"",
        made_us=0,
    )


def a_challenge_of(notice: Notice) -> Challenge:
    return file_challenge(
        notice=notice.reference,
        points=["I did send my payslip."],
        channel="page",
        pseudonyms=PSEUDONYMS,
        by=PERSON,
        at=TOLD + HOUR,
    )


def now_permitted(use: Use, *, at: datetime = NOW, fits: bool = True) -> Permit:
    found = Use.objects.get(pk=use.pk)
    facts = facts_of(found, at=at, law=small_law, ledger_fits=fits)
    return permit(facts, version=VERSION_A, at=at)


def effect(number: int = 1, *, at: datetime = NOW, fits: bool = True) -> Clear | Held:
    name = ("desk-1", f"d-{number}")
    found = decisions_of(agency="north", names=[name], sealed=nothing_sealed).get(name)
    return effect_of(found, at=at, ledger_fits=fits, law=small_law)


def judged(row: str, finding: Finding, *, by: Actor) -> None:
    verdicts.record_verdict(
        use=USE, version=VERSION_A, row=row, finding=finding, by=by, at=NOW - MINUTE
    )


def rows_written() -> dict[str, int]:
    """Count the rows of every table but those of signing in."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label not in {"sessions", "axes"}
    }


class Installed:
    """The machine that pages find."""

    found: Machine
    at: datetime = NOW


def this_machine() -> Machine:
    return Installed.found


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Let pages and commands work with the tests' keys, at a time of their own."""
    Installed.found, Installed.at = a_machine(folder), NOW
    machines.machine.cache_clear()
    settings.INSTALLED_MACHINE = f"{__name__}.this_machine"
    monkeypatch.setattr(Doorkeeper.__init__, "__defaults__", (lambda: Installed.at,))
    monkeypatch.setattr(permits, "open_installation", SimpleNamespace)
    monkeypatch.setattr(permits, "now", lambda: NOW)


def typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object
) -> tuple[int, str]:
    """Type a command, and give its status and what it said."""
    monkeypatch.setattr(sys, "argv", ["answerable", *map(str, words)])
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main.run()
    said = capsys.readouterr()
    return int(ended.value.code or 0), " ".join(f"{said.out} {said.err}".split())


def home(client: Client, *, at: datetime = NOW) -> str:
    """What somebody's home page says, on one line."""
    Installed.at = at
    answer = client.get("/")
    assert answer.status_code == 200, answer.content
    return " ".join(unescape(answer.content.decode()).split())
