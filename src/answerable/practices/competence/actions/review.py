"""A reviewer goes through who is competent for a version; the verdicts are recorded."""

from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.gate.terms import Finding
from answerable.gate.verdicts import need_version_of, record_verdict
from answerable.inventory.queries import owners_ever, use_for
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.competence import queries, rules
from answerable.practices.competence.entries import CompetenceReviewed
from answerable.practices.competence.models import SignOff


class NotIndependent(AnswerableError):
    """Who owns the use or is scored for it does not say who is competent."""

    code = "competence.not_independent"
    message = "You own {use}, have owned it, or work with it, so you cannot sign this off."
    hint = "Ask a reviewer who does none of these."


def sign_off(*, use: str, version: str, by: Actor, at: datetime) -> SignOff:
    """Record what follows for a version from who works with it and how they were scored.

    What is met ends by itself on the day on which the first of them is competent no more.
    """
    with transaction.atomic():
        found = locked(use_for(by, use, Role.REVIEWER))
        members = queries.members_of(found, version=version)
        staff = {one.staff for one in members}
        if not rules.may_review(by.ref, owners=owners_ever(found), staff=staff):
            raise NotIndependent(use=use)
        need_version_of(found, version)
        said = queries.findings(found, version=version, at=at)
        rows = {
            finding: tuple(one.row for one in said if one.finding is finding) for finding in Finding
        }
        told = CompetenceReviewed(
            use=use,
            version=version,
            met=rows[Finding.MET],
            not_met=rows[Finding.NOT_MET],
            cannot_say=rows[Finding.CANNOT_SAY],
        )
        entry = append(told, by=by, at=at, agency=found.agency_id).index
        signed = SignOff.objects.create(use=found, version=version, at=at, by=by.ref, entry=entry)
        refresh = queries.limit(found, "training_refresh", at=at)
        until = rules.over_at(members, refresh=refresh)
        for one in said:
            record_verdict(
                use=use,
                version=version,
                row=one.row,
                finding=one.finding,
                rests_on=(*one.rests_on, f"entry {entry}"),
                needs=one.needs,
                until=until if one.finding is Finding.MET else None,
                room=__name__,
                by=by,
                at=at,
            )
    return signed
