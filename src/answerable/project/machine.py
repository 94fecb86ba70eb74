"""The keys, folders and addresses of this installation, for the rooms that need them."""

from answerable.intake.machine import Machine
from answerable.measure.tables import Limits
from answerable.project import keys
from answerable.project.arrivals import pseudonyms_of
from answerable.project.keys import Keys
from answerable.project.mail import mailer_of
from answerable.project.settings import Settings, read_settings
from answerable.record import keylist
from answerable.record.keylist import Purpose


def machine() -> Machine:
    """Read the keys of this installation."""
    settings = read_settings()
    return machine_of(settings, keys.read(settings.keys))


def machine_of(settings: Settings, held: Keys) -> Machine:
    """Put together what an installation with these settings and keys gives to its rooms."""
    return Machine(
        log=settings.log,
        log_keys=keylist.read(held.lists[-1]).of(Purpose.RECEIPTS),
        limits=Limits(memory_mb=settings.memory_mb, threads=settings.threads),
        pseudonyms=pseudonyms_of(held),
        evidence=held.evidence,
        mail=None if settings.mail is None else mailer_of(settings.mail),
        site=settings.site,
    )
