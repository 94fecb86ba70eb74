"""From a token in the log to the person who can be written to, for the parts that may."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from answerable.errors import AnswerableError
from answerable.intake.hot.models import Subject
from answerable.intake.subjects import STAFF, Pseudonyms
from answerable.inventory.models import Use
from answerable.people.models import Account
from answerable.practices.remedy.models import Contact

# In place of a use, whose reference always holds a dot: no lookup of the log is the same.
_CONTACTS = "contacts"


class PersonErased(AnswerableError):
    """The person's pseudonym is not known any more."""

    code = "remedy.person_erased"
    message = "Whom the decision was about is not known any more."
    hint = "What tied the log to the person was erased, so nothing can be done in their name."


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressee:
    """Somebody who can be written to, in their language. Never shown by ``repr``."""

    name: str = field(repr=False)
    address: str = field(repr=False)
    language: str


def contact_place(pseudonyms: Pseudonyms, *, agency: str, person: str) -> bytes:
    """Give the key under which a person's contact lies."""
    return pseudonyms.lookup_of(agency=agency, use=_CONTACTS, person=person)


def close(text: str, pseudonyms: Pseudonyms, *, what: str, of: str) -> bytes:
    """Encrypt something about a person so that it opens only in its own place.

    >>> pseudonyms = Pseudonyms(lookup=bytes(32), encryption=bytes(32))
    >>> closed = close("It was not me.", pseudonyms, what="point", of="7KQ2-1")
    >>> open_again(closed, pseudonyms, what="point", of="7KQ2-1")
    'It was not me.'
    """
    return pseudonyms.close(text, lookup=_place(what, of))


def open_again(closed: bytes, pseudonyms: Pseudonyms, *, what: str, of: str) -> str:
    """Decrypt what `close` encrypted; in another place it does not open."""
    return pseudonyms.open(bytes(closed), lookup=_place(what, of))


def _place(what: str, of: str) -> bytes:
    return f"answerable remedy {what} v1\0{of}".encode()


def close_addressee(one: Addressee, pseudonyms: Pseudonyms, *, place: bytes) -> bytes:
    """Encrypt how a person can be written to."""
    told = {"name": one.name, "address": one.address, "language": one.language}
    return pseudonyms.close(json.dumps(told), lookup=b"answerable contact v1\0" + place)


def people_behind(use: Use, tokens: Collection[str], pseudonyms: Pseudonyms) -> dict[str, str]:
    """Give the pseudonyms behind tokens of a use, as far as they were not erased."""
    wanted = [bytes.fromhex(token) for token in tokens if token]
    known = Subject.objects.filter(agency=use.agency_id, use=use.ref, token__in=wanted)
    return {
        bytes(token).hex(): pseudonyms.open(bytes(closed), lookup=bytes(lookup))
        for token, closed, lookup in known.values_list("token", "ciphertext", "lookup")
    }


def person_behind(use: Use, token: str, pseudonyms: Pseudonyms) -> str:
    """Give the pseudonym behind one token, or say that it was erased."""
    found = people_behind(use, [token], pseudonyms).get(token)
    if found is None:
        raise PersonErased
    return found


def addressees(use: Use, tokens: Collection[str], pseudonyms: Pseudonyms) -> dict[str, Addressee]:
    """Give how the people behind tokens can be written to, as far as that is known."""
    places = {
        token: contact_place(pseudonyms, agency=use.agency_id, person=person)
        for token, person in people_behind(use, tokens, pseudonyms).items()
    }
    kept = Contact.objects.filter(lookup__in=list(places.values()))
    closed = {bytes(lookup): bytes(text) for lookup, text in kept.values_list("lookup", "closed")}
    return {
        token: _addressee(closed[place], pseudonyms, place=place)
        for token, place in places.items()
        if place in closed
    }


def tokens_of_staff(agency: str, ref: str, pseudonyms: Pseudonyms) -> list[str]:
    """Give the tokens under which the log may name an account: by its reference or address."""
    lookups = [
        pseudonyms.lookup_of(agency=agency, use=STAFF, person=name) for name in _names_of(ref)
    ]
    known = Subject.objects.filter(lookup__in=lookups).values_list("token", flat=True)
    return [bytes(token).hex() for token in known]


def _names_of(ref: str) -> Iterable[str]:
    yield ref
    kind, _, key = ref.partition("/")
    if kind == "account" and key.isdecimal():
        yield from Account.objects.filter(pk=int(key)).values_list("email", flat=True)


def _addressee(closed: bytes, pseudonyms: Pseudonyms, *, place: bytes) -> Addressee:
    told = json.loads(pseudonyms.open(closed, lookup=b"answerable contact v1\0" + place))
    return Addressee(name=told["name"], address=told["address"], language=told["language"])
