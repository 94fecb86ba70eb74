"""The person's own door: reference and secret, no account; what they may do behind it."""

import secrets
from datetime import date, datetime
from hashlib import blake2b
from hmac import compare_digest

from django.db import transaction
from django.db.models import F

from answerable.errors import AnswerableError
from answerable.gate.optouts import place_opt_out
from answerable.intake.subjects import Pseudonyms
from answerable.people.actors import Actor
from answerable.practices.remedy.actions.delivery import deliver
from answerable.practices.remedy.actions.parts import PERSON, SomebodyWasQuicker
from answerable.practices.remedy.models import DaySalt, Notice, Tries
from answerable.practices.remedy.queries.people import person_behind
from answerable.practices.remedy.rules.references import secret_hash, tidy
from answerable.practices.remedy.rules.states import AWAITED, How

MOST_TRIES = 20
"""Wrong secrets from one place in a day. A right one always opens."""

_SALT_BYTES = 32


class CaseNotOpened(AnswerableError):
    """Reference and secret do not belong together. Which of them is wrong is not said."""

    code = "remedy.case_not_opened"
    message = "This reference and this code do not open a letter."
    hint = "Both stand in the letter. Capitals, spaces and hyphens make no difference."


class TooManyTries(AnswerableError):
    """Somebody at this place typed wrong secrets again and again."""

    code = "remedy.too_many_tries"
    message = "Too many wrong codes were typed from here today."
    hint = "The right code still opens the letter. Read it from the letter, or call the office."


def open_case(
    *, reference: str, secret: str, place: str, at: datetime, by: Actor = PERSON
) -> Notice:
    """Open a letter by its reference and secret. With that the person has it: it is delivered.

    ``place`` is the network address the wrong tries are counted by, under a salt that is
    thrown away with the day. A right secret opens however often a wrong one was tried, so
    nobody can lock a person out of their own case.
    """
    found = (
        Notice.objects.filter(reference=tidy(reference))
        .exclude(secret_hash="")
        .select_related("use__agency", "use__system", "look_back")
        .first()
    )
    expected = "" if found is None else found.secret_hash
    if found is None or not compare_digest(expected, secret_hash(secret)):
        _count_try(place, on=at.date())
        raise CaseNotOpened
    if found.state in AWAITED:
        try:
            return deliver(found, how=How.OPENED, proof="the secret of the letter", by=by, at=at)
        except SomebodyWasQuicker:
            # The same person, by a second click, or the post's proof came in just now.
            found.refresh_from_db()
    return found


def opt_out(*, notice: Notice, pseudonyms: Pseudonyms, at: datetime, by: Actor = PERSON) -> None:
    """Let the person be decided about by people from now on."""
    person = person_behind(notice.use, notice.subject, pseudonyms)
    place_opt_out(use=notice.use.ref, person=person, by=by, at=at)


def _count_try(place: str, *, on: date) -> None:
    with transaction.atomic():
        Tries.objects.filter(day__lt=on).delete()
        DaySalt.objects.filter(day__lt=on).delete()
        salt, _ = DaySalt.objects.get_or_create(
            day=on, defaults={"salt": secrets.token_bytes(_SALT_BYTES)}
        )
        key = blake2b(place.encode(), digest_size=16, key=bytes(salt.salt)).digest()
        tries, _ = Tries.objects.get_or_create(key=key, defaults={"day": on})
        Tries.objects.filter(pk=tries.pk).update(count=F("count") + 1)
        too_many = tries.count >= MOST_TRIES
    if too_many:
        raise TooManyTries
