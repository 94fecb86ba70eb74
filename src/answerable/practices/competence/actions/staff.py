"""Naming whose work touches a use, and how the log knows them."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.gate.row_findings import RowFinding, record_findings
from answerable.gate.terms import Finding
from answerable.intake.subjects import STAFF, Pseudonyms
from answerable.inventory.models import Use
from answerable.inventory.queries import use_for
from answerable.ledger.append import append
from answerable.ledger.entries import Person
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.competence import queries
from answerable.practices.competence.entries import StaffEnded, StaffNamed
from answerable.practices.competence.models import Staff
from answerable.practices.competence.rules import ROWS

PART = Actor.operator("answerable/competence")


class NotOfTheAgency(AnswerableError):
    """Somebody who plays no part in the agency does not work with its uses."""

    code = "competence.not_of_the_agency"
    message = "This person plays no part in {agency}."
    hint = "An administrator of {agency} gives them a role first."


class NamedAlready(AnswerableError):
    """Somebody works with the use already, or the name in the log is another person's."""

    code = "competence.named_already"
    message = "This person, or this name in the log, is known for {use} already."
    hint = "End what is known first, if it is wrong."


class NotNamed(AnswerableError):
    """Nobody has said that this person's work touches the use."""

    code = "competence.not_named"
    message = "Nobody has said that this person works with {use}."
    hint = "Its owner names them first."


def name_staff(
    *,
    use: str,
    staff: Actor,
    pseudonym: str,
    pseudonyms: Pseudonyms | None,
    by: Actor,
    at: datetime,
) -> Staff:
    """Say that somebody's work touches a use, and under which name records give them.

    The name is kept only as the keyed hash that also finds the log's token. Without one,
    whatever they decide counts as decided by somebody unidentified.
    """
    with transaction.atomic():
        found = locked(use_for(by, use, Role.OWNER))
        if found.agency_id not in staff.agencies:
            raise NotOfTheAgency(agency=found.agency_id)
        lookup = ""
        if pseudonym and pseudonyms is not None:
            place = pseudonyms.lookup_of(agency=found.agency_id, use=STAFF, person=pseudonym)
            lookup = place.hex()
        known = Staff.objects.filter(use=found, ended_at=None)
        same = known.filter(account=staff.ref).exists()
        if same or (lookup and known.filter(lookup=lookup).exists()):
            raise NamedAlready(use=use)
        told = StaffNamed(use=use, staff=Person(staff.ref), in_log=bool(lookup))
        named = Staff.objects.create(
            use=found,
            account=staff.ref,
            lookup=lookup,
            since=at,
            by=by.ref,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )
        fall_back(found, rests_on=named.entry, at=at)
    return named


def end_staff(*, use: str, staff: str, by: Actor, at: datetime) -> Staff:
    """Say that somebody's work touches a use no more."""
    with transaction.atomic():
        found = locked(use_for(by, use, Role.OWNER))
        named = Staff.objects.filter(use=found, account=staff, ended_at=None).first()
        if named is None:
            raise NotNamed(use=use)
        told = StaffEnded(use=use, staff=Person(staff))
        named.ended_at = at
        named.ended_entry = append(told, by=by, at=at, agency=found.agency_id).index
        named.save(update_fields=["ended_at", "ended_entry"])
        fall_back(found, rests_on=named.ended_entry, at=at)
    return named


def fall_back(use: Use, *, rests_on: int, at: datetime) -> None:
    """Record that what a reviewer signed off cannot be said any more, or is not met."""
    for version in queries.signed_versions(use):
        fallen = RowFinding(
            row="",
            finding=Finding.CANNOT_SAY,
            rests_on=(f"entry {rests_on}",),
            needs=("The sign-off of a reviewer for who works with it now.",),
        )
        worse = not_met(use, version=version, at=at)
        record_findings(
            [worse.get(row, replace(fallen, row=row)) for row in ROWS],
            use=use.ref,
            version=version,
            room=__name__,
            by=PART,
            at=at,
        )


def not_met(use: Use, *, version: str, at: datetime) -> dict[str, RowFinding]:
    """Give the rows of this room that are not met for a version."""
    return {
        found.row: found
        for found in queries.findings(use, version=version, at=at)
        if found.finding is Finding.NOT_MET
    }
