"""What is looked at before anything is cleared: the ledger, and the keys that signed it."""

from answerable.ledger import startup
from answerable.ledger.startup import DoesNotFit, Fits
from answerable.project.keys import Keys
from answerable.project.settings import Settings
from answerable.record import keylist
from answerable.record.keylist import Purpose


def check_ledger(settings: Settings, held: Keys) -> Fits | DoesNotFit:
    """Compare the ledger with itself and with the checkpoints kept elsewhere."""
    signers = keylist.read(held.lists[-1]).of(Purpose.LEDGER)
    return startup.check(keys=signers, folder=settings.checkpoints)


def misfit(settings: Settings, held: Keys) -> str:
    """Say what does not fit; empty where all does."""
    match check_ledger(settings, held):
        case DoesNotFit() as found:
            return found.sentence
        case Fits():
            return ""
