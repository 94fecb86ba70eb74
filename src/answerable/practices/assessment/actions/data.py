"""What an assessment says of the data, of the grounds, and of how often it may be wrong."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.inventory.figures import text_of
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.assessment import entries, rules
from answerable.practices.assessment.actions.doors import (
    editable,
    need_text,
    reviewable,
    tell,
)
from answerable.practices.assessment.actions.risks import OwnResidue
from answerable.practices.assessment.models import DataDescription, ErrorLimit, GroundAnswer
from answerable.practices.assessment.queries import authors_of, reviewers_of
from answerable.practices.assessment.rules import (
    LIMITED,
    PENDING,
    Ground,
    How,
    Part,
    State,
    in_words,
)
from answerable.record.canonical import canonical_bytes
from answerable.record.digests import sha256_of_bytes


class AnsweredAlready(AnswerableError):
    """An assessment says each thing once."""

    code = "assessment.answered_already"
    message = "Assessment {number} of {use} speaks of {what} already."
    hint = "What was said stays: say it otherwise in a new assessment."


class GroundUnanswered(AnswerableError):
    """A ground is looked at in the data, or there is a reason why not."""

    code = "assessment.ground_unanswered"
    message = "The ground {ground} is not answered: {reason}."
    hint = "Name an attribute by which the use is watched, or say why there is none."
    citation = "REQUIREMENTS P2.5c"


class LimitRefused(AnswerableError):
    """A limit cannot be kept to, or cannot be broken."""

    code = "assessment.limit_refused"
    message = "The limit on {measure} is refused: {reason}."
    hint = "Give a share from 0 to 1 for one of {known}."


@dataclass(frozen=True, kw_only=True, slots=True)
class DataTold:
    """How a set of data came about. ``steps`` names the code or query that did each step."""

    steps: str
    exclusions: str
    label_source: str
    label_agreement: str
    origin: str


def describe_data(
    *,
    use: str,
    assessment: int,
    part: Part,
    told: DataTold | None,
    unknown_because: str = "",
    by: Actor,
    at: datetime,
) -> DataDescription:
    """Write down how the data of a part came about, or why nobody can tell."""
    if told is None:
        need_text(why_nobody_knows=unknown_because)
        content = {"unknown_because": unknown_because}
    else:
        content = asdict(told)
        need_text(**content)
    with transaction.atomic():
        found = editable(by, use, assessment, Role.OWNER, states={State.OPEN})
        if found.data.filter(part=part.value).exists():
            raise AnsweredAlready(use=use, number=assessment, what=f"the {part} data")
        entry = entries.DataDescribed(
            use=use,
            assessment=assessment,
            part=part.value,
            told=", ".join(content) if told is not None else f"nobody knows: {unknown_because}",
            content=sha256_of_bytes(canonical_bytes(dict(content))),
        )
        return DataDescription.objects.create(
            assessment=found,
            part=part.value,
            known=told is not None,
            content=content,
            at=at,
            by=by.ref,
            entry=tell(entry, found, by=by, at=at),
        )


def cover_ground(
    *,
    use: str,
    assessment: int,
    ground: Ground,
    how: How,
    attribute: str = "",
    reason: str = "",
    by: Actor,
    at: datetime,
) -> GroundAnswer:
    """Say, as the reviewer, how a ground is looked at: by an attribute, or in words and why."""
    name = in_words(ground)
    if how is not How.MEASURED:
        need_text(reason=reason)
    with transaction.atomic():
        found = reviewable(by, use, assessment, states={State.SUBMITTED})
        if how is How.QUALITATIVE and attribute:
            raise GroundUnanswered(ground=name, reason="what is judged in words has no attribute")
        if how is not How.QUALITATIVE and attribute not in found.use.attributes:
            raise GroundUnanswered(
                ground=name, reason="the use is not watched by an attribute of this name"
            )
        if found.grounds.filter(ground=ground.value).exists():
            raise AnsweredAlready(use=use, number=assessment, what=f"the ground {name}")
        told = entries.GroundCovered(
            use=use,
            assessment=assessment,
            ground=ground.value,
            how=how.value,
            attribute=attribute,
            reason=reason,
        )
        return GroundAnswer.objects.create(
            assessment=found,
            ground=ground.value,
            how=how.value,
            attribute=attribute,
            reason=reason,
            at=at,
            by=by.ref,
            entry=tell(told, found, by=by, at=at),
        )


def set_limit(
    *,
    use: str,
    assessment: int,
    measure: str,
    low: float,
    high: float,
    reason: str,
    by: Actor,
    at: datetime,
) -> ErrorLimit:
    """Fix, as an official who does not own the use, between which values a rate is to lie.

    A limit counts only where nothing had been measured for the assessment before it.
    """
    need_text(reason=reason)
    name, known = in_words(measure[:40]), ", ".join(map(in_words, LIMITED))
    if measure not in LIMITED:
        raise LimitRefused(measure=name, reason="it is no rate of errors", known=known)
    if not 0 <= low <= high <= 1 or (low, high) == (0, 1):
        raise LimitRefused(measure=name, reason="nothing, or anything, keeps to it", known=known)
    with transaction.atomic():
        found = editable(by, use, assessment, Role.APPROVER, states=PENDING)
        if not rules.may_accept(by.ref, authors=authors_of(found), reviewers=reviewers_of(found)):
            raise OwnResidue(use=use)
        if found.measurings.exists():
            raise LimitRefused(measure=name, reason="it comes after measuring", known=known)
        if found.limits.filter(measure=measure).exists():
            raise AnsweredAlready(use=use, number=assessment, what=f"the limit on {name}")
        told = entries.LimitSet(
            use=use,
            assessment=assessment,
            measure=measure,
            low=text_of(low),
            high=text_of(high),
            reason=reason,
        )
        return ErrorLimit.objects.create(
            assessment=found,
            measure=measure,
            low=low,
            high=high,
            reason=reason,
            at=at,
            by=by.ref,
            entry=tell(told, found, by=by, at=at),
        )
