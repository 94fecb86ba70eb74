"""What is looked at before anything is cleared: the ledger, and the keys that signed it."""

from collections.abc import Sequence
from datetime import datetime

from answerable.ledger import checkpoints, startup
from answerable.ledger.append import Appended
from answerable.ledger.startup import DoesNotFit, Fits
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.project.keys import Keys
from answerable.project.settings import Settings
from answerable.record import keylist
from answerable.record.keylist import Purpose
from answerable.record.keys import VerifierKey


class LedgerWatch:
    """Says whether the ledger fits: all of it read until it does, then a glance each time.

    A database that is put back, or whose guards are taken down, while the gateway runs is
    seen by the glance; until the whole of it has been read and fits again, nothing opens.
    """

    def __init__(self, settings: Settings, held: Keys) -> None:
        """Trust nothing yet."""
        self._settings, self._held = settings, held
        self._read = False

    def __call__(self) -> bool:
        """Look again."""
        if self._read:
            found = startup.glance(keys=signers(self._held), folder=self._settings.checkpoints)
        else:
            found = check_ledger(self._settings, self._held)
        self._read = isinstance(found, Fits)
        return self._read


def check_ledger(settings: Settings, held: Keys) -> Fits | DoesNotFit:
    """Compare the ledger with itself and with the checkpoints kept elsewhere."""
    return startup.check(keys=signers(held), folder=settings.checkpoints)


def signers(held: Keys) -> Sequence[VerifierKey]:
    """Give every key that has signed the ledger of this installation."""
    return keylist.read(held.lists[-1]).of(Purpose.LEDGER)


def misfit(settings: Settings, held: Keys) -> str:
    """Say what does not fit; empty where all does."""
    match check_ledger(settings, held):
        case DoesNotFit() as found:
            return found.sentence
        case Fits():
            return ""


def keep_anew(settings: Settings, *, agency: str, by: Actor, at: datetime) -> Appended:
    """Keep checkpoints in an empty folder after the last one was lost; an entry says so."""
    by.need(Role.ADMINISTRATOR, Role.APPROVER, agency=agency)
    return checkpoints.keep_anew(folder=settings.checkpoints, agency=agency, by=by, at=at)
