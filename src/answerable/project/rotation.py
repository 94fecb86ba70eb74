"""Rotating a key: the new list is signed, and the ledger says which list it is."""

from datetime import datetime

from django.db import transaction

from answerable.ledger import checkpoints
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import INSTALLATION
from answerable.project import keys
from answerable.project.entries import KeysListed
from answerable.project.keys import Keys
from answerable.project.settings import Settings
from answerable.record import keylist
from answerable.record.digests import sha256_of_bytes
from answerable.record.keylist import Purpose

BY = Actor.operator()


def rotate_key(settings: Settings, purpose: Purpose, *, at: datetime) -> Keys:
    """Put a new key in the place of another, and enter the list that names it."""
    held = keys.rotate(settings.keys, purpose, at=at)
    enter_newest_list(held, at=at)
    # Whoever trusts the identity key expects the newest checkpoint to be by the newest key.
    checkpoints.make(key=held.ledger, folder=settings.checkpoints, at=at)
    return held


def enter_newest_list(held: Keys, *, at: datetime) -> None:
    """Write into the ledger which list of keys is in force."""
    newest = keylist.read(held.lists[-1])
    listed = KeysListed(number=newest.number, digest=sha256_of_bytes(newest.payload))
    with transaction.atomic():
        append(listed, by=BY, at=at, agency=INSTALLATION)
