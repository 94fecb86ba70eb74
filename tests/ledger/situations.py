"""Situations the tests of this room begin from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from answerable.ledger import checkpoints, guards
from answerable.ledger.append import Appended, append
from answerable.ledger.entries import Entry, Person
from answerable.record.keys import SigningKey

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
IN_POSTGRES = connection.vendor == "postgresql"


@dataclass(frozen=True, kw_only=True, slots=True)
class TeaServed(Entry):
    """An entry of this room's tests."""

    kind = "example.tea.served"
    sentence = "Tea was served to {guest} in {cups} cups: {kinds}. Sugar: {sugar}."
    guest: Person
    cups: int
    kinds: tuple[str, ...] = ()
    sugar: bool = False


@dataclass(frozen=True, slots=True)
class Somebody:
    """Whoever acts or looks, without the room that knows accounts."""

    ref: str = "account/1"
    agencies: frozenset[str] = frozenset({"north"})


WAITER = Somebody()
KEY = SigningKey(
    name="agency.example/ledger", private=Ed25519PrivateKey.from_private_bytes(bytes(32))
)


def serve(
    cups: int = 2, *, guest: str = "account/7", agency: str = "north", minutes: int = 0
) -> Appended:
    """Append one entry in a transaction of its own."""
    with transaction.atomic():
        entry = TeaServed(guest=Person(guest), cups=cups)
        at = MONDAY + timedelta(minutes=minutes)
        return append(entry, by=WAITER, at=at, agency=agency)


def serve_many(count: int) -> list[Appended]:
    """Append entries of two agencies by turns, the first of them north's."""
    agencies = ("north", "south")
    return [serve(number, agency=agencies[number % 2], minutes=number) for number in range(count)]


def signed(folder: Path, *, key: SigningKey = KEY) -> bytes:
    """Make a checkpoint."""
    return checkpoints.make(key=key, folder=folder, at=MONDAY)


@contextmanager
def guards_down() -> Iterator[None]:
    """Do what whoever rules the machine could: take the triggers away, and put them back."""
    with connection.cursor() as cursor:
        for guard in guards.expected(connection.vendor):
            on = f' ON "{guard.table}"' if IN_POSTGRES else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{guard.name}"{on}')
    try:
        yield
    finally:
        put_guards_up()


def put_guards_up() -> None:
    """Create the triggers as the migration did."""
    with connection.cursor() as cursor:
        for guard in sorted(guards.expected(connection.vendor)):
            cursor.execute(guard.text)
            if IN_POSTGRES:
                enable = f'ALTER TABLE "{guard.table}" ENABLE ALWAYS TRIGGER "{guard.name}"'
                cursor.execute(enable)
