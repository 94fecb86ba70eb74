"""The reviewer's decision: an assessment is signed, or the version is refused for good."""

import shlex
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import numpy as np
from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.row_findings import record_findings
from answerable.intake.addresses import Address
from answerable.intake.bodies import microseconds
from answerable.intake.log import materialise
from answerable.intake.machine import Machine
from answerable.inventory.figures import Measured, Unit, record_figure
from answerable.inventory.models import Use
from answerable.inventory.queries import context_from, context_of
from answerable.measure.arrays import Integers
from answerable.measure.tables.rows import read_rows
from answerable.measure.tables.write import Kind
from answerable.measure.wilson import wilson_interval
from answerable.people.actors import Actor
from answerable.practices.assessment import entries, rules
from answerable.practices.assessment.actions.doors import need_text, reviewable, tell
from answerable.practices.assessment.actions.figures import NAME
from answerable.practices.assessment.actions.measuring import text_of_address
from answerable.practices.assessment.models import Assessment
from answerable.practices.assessment.queries import (
    content_of,
    evidence_shown,
    findings_of,
    refusals_in_force,
)
from answerable.practices.assessment.rules import PENDING, State
from answerable.record.canonical import canonical_bytes
from answerable.record.digests import sha256_of_bytes
from answerable.verdict.audit import LEVEL


class NotReviewed(AnswerableError):
    """A reviewer would sign what they have not scored."""

    code = "assessment.not_reviewed"
    message = "Assessment {number} of {use} is not signed: no reviewer has scored risk {risks}."
    hint = "Score it on your own; the owner's score shows after that."
    citation = "REQUIREMENTS P2.0c"


class RefusalStands(AnswerableError):
    """A version was refused, and nothing new speaks for it."""

    code = "assessment.refusal_stands"
    message = "The refusal of this version of {use} stands: {reason}."
    hint = "Its reversal takes new evidence, and a reviewer who did not refuse it."
    citation = "REQUIREMENTS P2.0e"


def sign_off(
    *, use: str, assessment: int, reason: str, machine: Machine, by: Actor, at: datetime
) -> Assessment:
    """Sign an assessment as reviewed, and record what it found about each row of this room.

    The rows get the findings they have, good or bad: a signature makes none of them better.
    It says that an official may decide on them. After it nothing in the assessment changes.
    """
    need_text(reason=reason)
    with transaction.atomic():
        found = reviewable(by, use, assessment, states={State.SUBMITTED})
        _need_reviewed(found)
        _need_no_refusal(found, by=by)
    before = _live_before(found, machine=machine, at=at)
    with transaction.atomic():
        found = reviewable(by, use, assessment, states={State.SUBMITTED})
        _need_reviewed(found)
        _need_no_refusal(found, by=by)
        found.live_before = len(before)
        content = content_of(found)
        told = entries.AssessmentSigned(
            use=use,
            assessment=assessment,
            version=found.version,
            content=content,
            decisions_before=len(before),
            reason=reason,
        )
        index = tell(told, found, by=by, at=at)
        _decide(found, State.SIGNED, content=content, reason=reason, entry=index, by=by, at=at)
        for measured in _figures(found, before, at=at):
            record_figure(use=use, version=found.version, measured=measured, by=by, at=at)
    return found


def refuse(*, use: str, assessment: int, reason: str, by: Actor, at: datetime) -> Assessment:
    """Find, as the reviewer, that a version must not be used here. It is public and it stays.

    No waiver covers it, and no official overrules it: P2.0e is *not met* until another
    reviewer signs on new evidence.
    """
    need_text(reason=reason)
    with transaction.atomic():
        found = reviewable(by, use, assessment, states=PENDING)
        content = content_of(found)
        told = entries.AssessmentRefused(
            use=use, assessment=assessment, version=found.version, content=content, reason=reason
        )
        index = tell(told, found, by=by, at=at)
        _decide(found, State.REFUSED, content=content, reason=reason, entry=index, by=by, at=at)
        for measured in _agreement(found, at=at):
            record_figure(use=use, version=found.version, measured=measured, by=by, at=at)
    return found


def _decide(
    found: Assessment,
    state: State,
    *,
    content: str,
    reason: str,
    entry: int,
    by: Actor,
    at: datetime,
) -> None:
    found.state, found.content, found.reason = state.value, content, reason
    found.decided_at, found.decided_by, found.decided_entry = at, by.ref, entry
    found.save(
        update_fields=[
            "state",
            "content",
            "reason",
            "decided_at",
            "decided_by",
            "decided_entry",
            "live_before",
        ]
    )
    shown = findings_of(found, on=at.date())
    record_findings(shown, use=found.use.ref, version=found.version, room=__name__, by=by, at=at)


def _need_reviewed(found: Assessment) -> None:
    unscored = found.risks.filter(review=None).order_by("number").values_list("number", flat=True)
    if unscored:
        risks = ", ".join(map(str, unscored))
        raise NotReviewed(use=found.use.ref, number=found.number, risks=risks)


def _need_no_refusal(found: Assessment, *, by: Actor) -> None:
    refused = list(refusals_in_force(found))
    bar = rules.bar_to_reversal(
        by.ref,
        refusers={one.decided_by for one in refused},
        refused_on=evidence_shown(*refused),
        shown=evidence_shown(found),
    )
    if bar is not None:
        raise RefusalStands(use=found.use.ref, reason=bar)


# -- what took effect before ---------------------------------------------------------


def _live_before(found: Assessment, *, machine: Machine, at: datetime) -> list[int]:
    """Give when decisions of the version took effect since the use last stood still.

    A use that ran before it was assessed stands still and starts again to be clear of it.
    """
    since = _last_standstill(found.use)
    address = Address(use=found.use.ref, until=at.date() + timedelta(days=1))
    columns = {"version": Kind.TEXT, "occurred_at": Kind.TIME}
    with materialise(
        address,
        log=machine.log,
        keys=machine.log_keys,
        viewer=Actor.operator("answerable/assessment"),
        limits=machine.limits,
    ) as made:
        rows = read_rows([made.path], columns, limits=machine.limits)
        moments = [int(str(moment)) for version, moment in rows if version == found.version]
    return [moment for moment in moments if since is None or moment >= microseconds(since)]


def _last_standstill(use: Use) -> datetime | None:
    ended = use.deployments.filter(version=None).order_by("since").last()
    return None if ended is None else ended.since


def _figures(found: Assessment, before: list[int], *, at: datetime) -> Iterator[Measured]:
    yield from _agreement(found, at=at)
    if before:
        first_on = date.fromordinal(date(1970, 1, 1).toordinal() + min(before) // _DAY_US)
        address = Address(use=found.use.ref, since=first_on, until=at.date() + timedelta(days=1))
        count = float(len(before))
        yield Measured(
            practice=NAME,
            name="decisions_before_signature",
            unit=Unit.COUNT,
            value=count,
            low=count,
            high=count,
            level=LEVEL,
            n=len(before),
            first_on=first_on,
            last_on=at.date(),
            data=sha256_of_bytes(canonical_bytes([*sorted(before)])),
            command=_command_to_count(found.use, address),
        )


def _command_to_count(use: Use, address: Address) -> str:
    context = context_from(context_of(use))
    words = ["answerable", "audit", text_of_address(address), "--decision", "outcome"]
    words += [part for code in context.adverse[:1] for part in ("--positive", code)]
    return shlex.join([*words, "--by", "version", "--profile", "none", "--json", "-"])


_DAY_US = 24 * 60 * 60 * 1_000_000


def _agreement(found: Assessment, *, at: datetime) -> Iterator[Measured]:
    """Give the share of scores on which owner and reviewer agree (P2.0c)."""
    risks = list(found.risks.exclude(review=None).select_related("review").order_by("number"))
    equal, both = rules.equal_scores([(risk.scores, risk.review.scores) for risk in risks])
    if not both:
        return
    low, high = (float(end) for end in wilson_interval(_one(equal), _one(both), level=LEVEL))
    yield Measured(
        practice=NAME,
        name="equal_scores",
        about="owner and reviewer",
        unit=Unit.SHARE,
        value=equal / both,
        low=low,
        high=high,
        level=LEVEL,
        n=both,
        first_on=found.opened_at.date(),
        last_on=at.date(),
        data=sha256_of_bytes(
            canonical_bytes(
                [[list(risk.scores.told()), list(risk.review.scores.told())] for risk in risks]
            )
        ),
        command=f"answerable export ledger --agency {found.use.agency_id} --json ledger.json",
    )


def _one(number: int) -> Integers:
    return np.array(number, dtype=np.int64)
