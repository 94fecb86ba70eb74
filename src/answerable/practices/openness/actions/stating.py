"""What is withheld, how people opt out or why they cannot, and the agency's policy."""

from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.inventory.models import Use
from answerable.inventory.queries import owners_ever, use_for
from answerable.law.lengths import later
from answerable.law.profiles import profile
from answerable.ledger.append import append
from answerable.ledger.entries import text_of_time
from answerable.people.actors import Actor
from answerable.people.queries import agency as agency_of
from answerable.people.roles import Role
from answerable.practices.openness.actions.publishing import publish
from answerable.practices.openness.entries import (
    FieldWithheld,
    OptOutNotOffered,
    OptOutOffered,
    PolicyPublished,
)
from answerable.practices.openness.models import OptOutStatement, Policy, Withheld
from answerable.practices.openness.rules import WITHHOLDABLE, may_withhold
from answerable.record.digests import sha256_of_bytes

LONGEST_REASON = 500
LONGEST_POLICY = 40_000
_LONGEST_LANGUAGE = 20


class StatementRefused(AnswerableError):
    """Something cannot be said in public like this."""

    code = "openness.statement_refused"
    message = "{what} was not published: {reason}."
    hint = "Say it in up to {most} characters, for as long as the profile lets it stand."


class OwnSecretRefused(AnswerableError):
    """An owner would decide what the public may not know of their own use."""

    code = "openness.own_secret_refused"
    message = "Whoever owns {use}, or has owned it, does not decide what is kept from the public."
    hint = "Ask an approving official who never owned it."
    citation = "REQUIREMENTS P5b and P5f"


def withhold(
    *, use: str, field: str, reason: str, until: datetime, by: Actor, at: datetime
) -> Withheld:
    """Keep a field from the public for a reason, which is public, and for a time."""
    with transaction.atomic():
        found = _by_official(use, by)
        if field not in WITHHOLDABLE:
            raise StatementRefused(
                what=f"That {field[:40]} is withheld",
                reason=f"only {', '.join(WITHHOLDABLE)} may be",
                most=LONGEST_REASON,
            )
        _check(reason, what=f"That the {field} is withheld", most=LONGEST_REASON)
        _check_end(found, until, what=f"That the {field} is withheld", at=at)
        told = FieldWithheld(use=use, field=field, reason=reason, until=text_of_time(until))
        withheld = Withheld.objects.create(
            use=found,
            field=field,
            reason=reason,
            until=until,
            at=at,
            by=by.ref,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )
        publish(use=use, by=by, at=at)
    return withheld


def offer_opt_out(*, use: str, route: str, by: Actor, at: datetime) -> OptOutStatement:
    """Say how people leave a use and are decided about by people instead."""
    with transaction.atomic():
        found = locked(use_for(by, use, Role.OWNER))
        _check(route, what="The way to opt out", most=LONGEST_REASON)
        told = OptOutOffered(use=use, route=route)
        return OptOutStatement.objects.create(
            use=found,
            offered=True,
            text=route,
            at=at,
            by=by.ref,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )


def refuse_opt_out(
    *, use: str, reason: str, until: datetime, by: Actor, at: datetime
) -> OptOutStatement:
    """Agree, as an official who never owned the use, that an opt-out is not appropriate."""
    with transaction.atomic():
        found = _by_official(use, by)
        _check(reason, what="That nobody can opt out", most=LONGEST_REASON)
        _check_end(found, until, what="That nobody can opt out", at=at)
        told = OptOutNotOffered(use=use, reason=reason, until=text_of_time(until))
        return OptOutStatement.objects.create(
            use=found,
            offered=False,
            text=reason,
            until=until,
            at=at,
            by=by.ref,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )


def publish_policy(*, agency: str, language: str, text: str, by: Actor, at: datetime) -> Policy:
    """Publish how the agency protects rights where it uses AI, in a language."""
    by.need(Role.APPROVER, agency=agency)
    known = agency_of(agency)
    written = text.replace("\r\n", "\n").strip()
    _check(written, what="The policy", most=LONGEST_POLICY)
    _check(language, what="The policy's language", most=_LONGEST_LANGUAGE)
    digest = sha256_of_bytes(written.encode())
    with transaction.atomic():
        told = PolicyPublished(language=language, text=digest)
        return Policy.objects.create(
            agency=known,
            language=language,
            text=written,
            digest=digest,
            at=at,
            by=by.ref,
            entry=append(told, by=by, at=at, agency=agency).index,
        )


def _by_official(use: str, by: Actor) -> Use:
    found = locked(use_for(by, use, Role.APPROVER))
    if not may_withhold(by.ref, owners=owners_ever(found)):
        raise OwnSecretRefused(use=use)
    return found


def _check(text: str, *, what: str, most: int) -> None:
    if not text.strip() or len(text) > most:
        raise StatementRefused(what=what, reason="it is blank or too long", most=most)


def _check_end(use: Use, until: datetime, *, what: str, at: datetime) -> None:
    longest = profile(use.agency.profile).value("gate_field_age", on=at.date())
    if not at < until <= later(at, longest):
        raise StatementRefused(
            what=what,
            reason=f"it would not end within {longest.whole} {longest.unit}",
            most=LONGEST_REASON,
        )
