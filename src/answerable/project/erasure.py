"""Erasing a person from every room that knows them, in the order in which that can be done."""

from datetime import datetime

from answerable.intake.erasure import Erased, erase_person
from answerable.people.actors import Actor
from answerable.practices.remedy.actions.contacts import erase_contact
from answerable.project import keys
from answerable.project.arrivals import pseudonyms_of
from answerable.project.settings import Settings


def erase_everywhere(
    *, agency: str, person: str, settings: Settings, by: Actor, at: datetime
) -> Erased:
    """Erase what could be written to somebody, and unlink the log from them.

    Letters go first: once the log is unlinked nobody can tell which were theirs. Each of
    the two is a whole; where the second fails, running both again ends it.
    """
    pseudonyms = pseudonyms_of(keys.read(settings.keys))
    erase_contact(agency=agency, person=person, pseudonyms=pseudonyms, by=by, at=at)
    return erase_person(agency=agency, person=person, pseudonyms=pseudonyms, by=by, at=at)
