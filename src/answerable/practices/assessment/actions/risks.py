"""Risks: scored by the owner, scored blind by the reviewer, and what remains, accepted."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.ledger.entries import Person
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.assessment import entries, rules
from answerable.practices.assessment.actions.doors import (
    TextMissing,
    editable,
    need_text,
    reviewable,
    risk_of,
    tell,
)
from answerable.practices.assessment.models import Residue, ReviewScore, Risk
from answerable.practices.assessment.queries import authors_of, reviewers_of
from answerable.practices.assessment.rules import LEAST, MOST, Dimension, Scores, State

_SALT_BYTES = 16
_LONGEST_GROUP = 200


class ScoreRefused(AnswerableError):
    """A score lies off the scale."""

    code = "assessment.score_refused"
    message = "Each of the four scores is a whole number from {least} to {most}."
    hint = "1 is rare, slight, few people, easily undone; 5 is the worst."


class ScoredAlready(AnswerableError):
    """A risk is scored or accepted once."""

    code = "assessment.scored_already"
    message = "Risk {risk} of assessment {number} of {use} has been {what} already."
    hint = "A score given after the other is known would prove nothing: open a new assessment."


class OwnResidue(AnswerableError):
    """Somebody would accept a risk that is theirs, or that they scored."""

    code = "assessment.own_residue"
    message = (
        "Whoever owns {use}, has owned it, wrote in this assessment or scored its risks accepts "
        "none of them and sets no limit."
    )
    hint = "Ask an approving official who did none of this."
    citation = "REQUIREMENTS P2.0d"


class NotScoredYet(AnswerableError):
    """What remains of a risk is accepted after it was reviewed."""

    code = "assessment.not_scored_yet"
    message = "The reviewer has not scored risk {risk} of assessment {number} of {use}."
    hint = "Wait for the review: until then nobody but the owner knows how bad it may be."


def describe_risk(
    *,
    use: str,
    assessment: int,
    dimension: Dimension,
    harm: str,
    group: str,
    scores: Scores,
    by: Actor,
    at: datetime,
) -> Risk:
    """Add what may go wrong, for whom, and how bad the owner thinks it is."""
    need_text(harm=harm, group=group)
    if len(group) > _LONGEST_GROUP:
        raise TextMissing(what="The group", longest=_LONGEST_GROUP)
    _need_fit(scores)
    with transaction.atomic():
        found = editable(by, use, assessment, Role.OWNER, states={State.OPEN})
        number = found.risks.count() + 1
        salt = secrets.token_hex(_SALT_BYTES)
        told = entries.RiskDescribed(
            use=use,
            assessment=assessment,
            risk=number,
            dimension=dimension.value,
            harm=harm,
            group=group,
            sealed=scores.sealed(salt),
        )
        return Risk.objects.create(
            assessment=found,
            number=number,
            dimension=dimension.value,
            harm=harm,
            group=group,
            salt=salt,
            entry=tell(told, found, by=by, at=at),
            **_columns(scores, by=by, at=at),
        )


def score_risk(
    *, use: str, assessment: int, risk: int, scores: Scores, by: Actor, at: datetime
) -> ReviewScore:
    """Score a risk without knowing the owner's score; the entry then shows both."""
    _need_fit(scores)
    with transaction.atomic():
        found = reviewable(by, use, assessment, states={State.SUBMITTED})
        wanted = risk_of(found, risk)
        if ReviewScore.objects.filter(risk=wanted).exists():
            raise ScoredAlready(use=use, number=assessment, risk=risk, what="scored")
        told = entries.RiskScored(
            use=use,
            assessment=assessment,
            risk=risk,
            reviewer=scores.told(),
            owner=wanted.scores.told(),
            salt=wanted.salt,
        )
        return ReviewScore.objects.create(
            risk=wanted, entry=tell(told, found, by=by, at=at), **_columns(scores, by=by, at=at)
        )


def accept_residue(
    *, use: str, assessment: int, risk: int, remains: Scores, reason: str, by: Actor, at: datetime
) -> Residue:
    """Take on what remains of a risk, by name and with a reason."""
    need_text(reason=reason)
    _need_fit(remains)
    with transaction.atomic():
        found = editable(by, use, assessment, Role.APPROVER, states={State.SUBMITTED})
        if not rules.may_accept(by.ref, authors=authors_of(found), reviewers=reviewers_of(found)):
            raise OwnResidue(use=use)
        wanted = risk_of(found, risk)
        if not ReviewScore.objects.filter(risk=wanted).exists():
            raise NotScoredYet(use=use, number=assessment, risk=risk)
        if Residue.objects.filter(risk=wanted).exists():
            raise ScoredAlready(use=use, number=assessment, risk=risk, what="accepted")
        told = entries.ResidueAccepted(
            use=use,
            assessment=assessment,
            risk=risk,
            remains=remains.told(),
            reason=reason,
            official=Person(by.ref),
        )
        return Residue.objects.create(
            risk=wanted,
            reason=reason,
            entry=tell(told, found, by=by, at=at),
            **_columns(remains, by=by, at=at),
        )


def _need_fit(scores: Scores) -> None:
    if not scores.fit:
        raise ScoreRefused(least=LEAST, most=MOST)


def _columns(scores: Scores, *, by: Actor, at: datetime) -> dict[str, Any]:
    names = ("likelihood", "severity", "scale", "reversibility")
    return dict(zip(names, scores.levels, strict=True)) | {"at": at, "by": by.ref}
