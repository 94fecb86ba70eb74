"""How people can be written to: taken in, encrypted, and erased with the person."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.intake.subjects import Pseudonyms
from answerable.inventory.models import Use
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.queries import agency as agency_of
from answerable.people.queries import is_operator
from answerable.people.roles import Role
from answerable.practices.remedy.entries import ContactErased, ContactsImported
from answerable.practices.remedy.models import Challenge, Contact, Mailing, Notice, Point
from answerable.practices.remedy.queries.people import (
    Addressee,
    close_addressee,
    contact_place,
    people_behind,
)
from answerable.practices.remedy.rules.roles import IMPORTERS
from answerable.report.letter import LANGUAGES

_LONGEST_NAME, _LONGEST_ADDRESS = 200, 254


class ContactRefused(AnswerableError):
    """A row of contacts cannot be used. Its content is never repeated."""

    code = "remedy.contact_refused"
    message = "Row {row} of the contacts cannot be used: {reason}. Nothing was imported."
    hint = "Each row has a pseudonym, a name, an address for mail and a language."


def import_contacts(
    *,
    agency: str,
    contacts: Iterable[tuple[str, Addressee]],
    pseudonyms: Pseudonyms,
    by: Actor,
    at: datetime,
) -> int:
    """Take in how people can be written to, by pseudonym; what was known before is replaced."""
    if not is_operator(by):
        by.need(*IMPORTERS, agency=agency)
    agency_of(agency)
    rows: dict[str, Addressee] = {}
    for number, (person, addressee) in enumerate(contacts, start=1):
        reason = _bar(person, addressee)
        if not reason and person in rows:
            reason = "its pseudonym stands in an earlier row as well"
        if reason:
            raise ContactRefused(row=number, reason=reason)
        rows[person] = addressee
    with transaction.atomic():
        told = ContactsImported(agency=agency, people=len(rows))
        entry = append(told, by=by, at=at, agency=agency).index
        closed = [
            Contact(
                lookup=place,
                agency=agency,
                closed=close_addressee(addressee, pseudonyms, place=place),
                at=at,
                entry=entry,
            )
            for person, addressee in rows.items()
            for place in (contact_place(pseudonyms, agency=agency, person=person),)
        ]
        Contact.objects.bulk_create(
            closed,
            update_conflicts=True,
            unique_fields=["lookup"],
            update_fields=["closed", "at", "entry"],
        )
    return len(rows)


def erase_contact(
    *, agency: str, person: str, pseudonyms: Pseudonyms, by: Actor, at: datetime
) -> None:
    """Erase how somebody can be written to, and every word that was written by or about them.

    To be done before the log is unlinked from the person: afterwards nobody can tell which
    letters were theirs. What was decided about their challenges stays.
    """
    if not is_operator(by):
        by.need(Role.OWNER, Role.ADMINISTRATOR, agency=agency)
    with transaction.atomic():
        place = contact_place(pseudonyms, agency=agency, person=person)
        Contact.objects.filter(lookup=place).delete()
        theirs = Notice.objects.filter(pk__in=_notices_of(agency, person, pseudonyms))
        letters = theirs.exclude(letter=b"").update(letter=b"")
        Mailing.objects.filter(notice__in=theirs).update(secret=b"")
        Point.objects.filter(challenge__notice__in=theirs).update(words=b"", answer=b"")
        Challenge.objects.filter(notice__in=theirs).update(finding_words=b"")
        append(ContactErased(letters=letters), by=by, at=at, agency=agency)


def _notices_of(agency: str, person: str, pseudonyms: Pseudonyms) -> list[int]:
    found: list[int] = []
    for use in Use.objects.filter(agency__ref=agency, notices__isnull=False).distinct():
        tokens = set(use.notices.values_list("subject", flat=True))
        behind = people_behind(use, tokens, pseudonyms)
        own = [token for token, name in behind.items() if name == person]
        found += use.notices.filter(subject__in=own).values_list("pk", flat=True)
    return found


def _bar(person: str, addressee: Addressee) -> str:
    if not person:
        return "it has no pseudonym"
    if not addressee.name.strip() or len(addressee.name) > _LONGEST_NAME:
        return "its name is blank or too long"
    if "@" not in addressee.address or len(addressee.address) > _LONGEST_ADDRESS:
        return "its address is none to which mail can be sent"
    if addressee.language not in LANGUAGES:
        return f"no letter can be written in its language, only in {', '.join(LANGUAGES)}"
    return ""
