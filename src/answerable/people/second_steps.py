"""Taking away a second step of signing in that its owner has lost."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from answerable.errors import AnswerableError
from answerable.ledger.append import append
from answerable.ledger.entries import Person
from answerable.people import entries
from answerable.people.actors import Actor
from answerable.people.links import need_keeper
from answerable.people.models import Account

_NO_STEP = Authenticator.Type.RECOVERY_CODES


class NoSecondStep(AnswerableError):
    """There is nothing to take away."""

    code = "people.no_second_step"
    message = "This person signs in with a password alone."
    hint = "If the password is lost, make a link with which a new one is set."


def remove_second_steps(*, account: Account, agency: str, by: Actor, at: datetime) -> None:
    """Take away every second step of somebody who lost it; nothing opens until a new one is set.

    The password lets them in as far as the page on which they add one.
    """
    need_keeper(account, agency=agency, by=by)
    with transaction.atomic():
        removed, _ = Authenticator.objects.filter(user=account).delete()
        if not removed:
            raise NoSecondStep
        account.second_step_lost_at = at
        account.save(update_fields=["second_step_lost_at"])
        told = entries.SecondStepRemoved(account=Person(account.ref))
        append(told, by=by, at=at, agency=agency)


def has_second_step(account: Account) -> bool:
    """Say whether more than the password is asked for; recovery codes alone are no step."""
    return bool(Authenticator.objects.filter(user=account).exclude(type=_NO_STEP).exists())


def owes_second_step(account: Account) -> bool:
    """Say whether somebody has to add a second step before anything else opens."""
    return account.second_step_lost_at is not None and not has_second_step(account)
