"""The keys of an installation: one for each purpose, in a folder that only its owner can open.

Beside the private keys lie the signed lists of the public ones, one file for each list. The
newest list says which key is in force: where a rotation was interrupted, it is finished the
next time the keys are read.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from answerable.errors import AnswerableError
from answerable.project import contact_key, site_key
from answerable.project.contact_key import ContactKey
from answerable.record import keylist
from answerable.record.keylist import Purpose
from answerable.record.keys import SigningKey

_LISTS = "lists"


class KeysMissing(AnswerableError):
    """The keys of the installation are not where they should be."""

    code = "project.keys_missing"
    message = "There is no {path}."
    hint = "Run `answerable init` on a new machine, or put back the copy that was kept."


class KeyIsNotTheListedOne(AnswerableError):
    """A private key is another than the one that the newest list names."""

    code = "project.key_is_not_the_listed_one"
    message = "The key {path} is not the one that list {number} names for {purpose}."
    hint = "Put back the key or the lists that were kept; nothing is signed with this one."


class PurposeUnknown(AnswerableError):
    """No key is kept for this purpose."""

    code = "project.purpose_unknown"
    message = "There is no key for {purpose}."
    hint = "There is one for each of {known}."


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Keys:
    """Every key of an installation, read once at the door, with the signed lists of them."""

    identity: SigningKey
    ledger: SigningKey
    leases: SigningKey
    receipts: SigningKey
    evidence: SigningKey
    contact: ContactKey
    lists: tuple[bytes, ...]

    def of(self, purpose: Purpose) -> SigningKey:
        """Give the signing key for a purpose."""
        found: SigningKey = getattr(self, purpose.value)
        return found


def make_missing(folder: Path, *, installation: str, at: datetime) -> Keys:
    """Make whichever key is not there yet, so that an interrupted set-up can be resumed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for purpose in Purpose:
        path = key_path(folder, purpose)
        if not path.exists():
            SigningKey.make(f"{installation}/{purpose}").write(path)
    contact_key.make_missing(folder)
    site_key.make_missing(folder)
    if not lists_in(folder):
        held = {purpose: SigningKey.read(key_path(folder, purpose)) for purpose in Purpose}
        verifiers = {purpose: key.verifier for purpose, key in held.items()}
        first = keylist.first(keys=verifiers, identity=held[Purpose.IDENTITY], at=at)
        _write_list(folder, 1, first)
    return read(folder)


def read(folder: Path) -> Keys:
    """Read every key; refuse one that is missing, or that the newest list does not name."""
    lists = lists_in(folder)
    if not lists:
        raise KeysMissing(path=folder / _LISTS)
    newest = keylist.read(lists[-1])
    held = {purpose: _in_force(folder, purpose, newest) for purpose in Purpose}
    return Keys(
        identity=held[Purpose.IDENTITY],
        ledger=held[Purpose.LEDGER],
        leases=held[Purpose.LEASES],
        receipts=held[Purpose.RECEIPTS],
        evidence=held[Purpose.EVIDENCE],
        contact=contact_key.read(_present(folder / contact_key.FILE)),
        lists=lists,
    )


def rotate(folder: Path, purpose: Purpose, *, at: datetime) -> Keys:
    """Put a new key in the place of another, which signs nothing from then on.

    The new key is written first, then the list that names it; only then does it take the
    old one's place. What the old key signed can be checked still: it stays in the lists.
    """
    held = read(folder)
    old = held.of(purpose)
    coming = _coming(folder, purpose)
    # A rotation that ended before its list was signed left a key that nobody knows.
    coming.unlink(missing_ok=True)
    new = SigningKey.make(old.name)
    new.write(coming)
    successor = new if purpose is Purpose.IDENTITY else None
    signed = keylist.rotate(
        held.lists[-1],
        purpose=purpose,
        key=new.verifier,
        identity=held.identity,
        at=at,
        successor=successor,
    )
    _write_list(folder, len(held.lists) + 1, signed)
    return read(folder)


def purpose_named(name: str) -> Purpose:
    """Take a word as a purpose, or refuse it."""
    try:
        return Purpose(name)
    except ValueError:
        raise PurposeUnknown(purpose=name[:40], known=", ".join(Purpose)) from None


def key_path(folder: Path, purpose: Purpose) -> Path:
    """Say where the key for a purpose lies."""
    return folder / f"{purpose}.key"


def lists_in(folder: Path) -> tuple[bytes, ...]:
    """Give the signed lists of public keys, the oldest first."""
    return tuple(path.read_bytes() for path in sorted((folder / _LISTS).glob("*.json")))


def _coming(folder: Path, purpose: Purpose) -> Path:
    return folder / f"{purpose}.key.coming"


def _in_force(folder: Path, purpose: Purpose, newest: keylist.KeyList) -> SigningKey:
    path, coming = key_path(folder, purpose), _coming(folder, purpose)
    wanted = newest.current(purpose)
    if coming.exists() and SigningKey.read(coming).verifier == wanted:
        coming.replace(path)
    key = SigningKey.read(_present(path))
    if key.verifier != wanted:
        raise KeyIsNotTheListedOne(path=path, number=newest.number, purpose=purpose)
    return key


def _present(path: Path) -> Path:
    if not path.exists():
        raise KeysMissing(path=path)
    return path


def _write_list(folder: Path, number: int, signed: bytes) -> None:
    lists = folder / _LISTS
    lists.mkdir(mode=0o700, exist_ok=True)
    beside = lists / f".{number:04d}"
    with beside.open("wb") as file:
        file.write(signed)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(lists / f"{number:04d}.json")
