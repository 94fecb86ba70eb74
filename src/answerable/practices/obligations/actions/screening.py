"""A reviewer's blind answers, and the rebuttal of a presumption."""

import hashlib
from datetime import datetime

import msgspec
import numpy as np
from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.inventory.figures import Measured, Unit, record_figure
from answerable.inventory.models import Use
from answerable.inventory.queries import running_version, use_for
from answerable.law.lengths import later
from answerable.law.profiles import profile
from answerable.ledger.append import append
from answerable.ledger.entries import text_of_time
from answerable.measure.wilson import wilson_interval
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.obligations import entries, queries
from answerable.practices.obligations.actions.doors import reviewable, screened
from answerable.practices.obligations.actions.dossier import PartRefused, fall_back
from answerable.practices.obligations.models import BlindAnswers, Rebuttal
from answerable.practices.obligations.rules import dossier, faults, screening
from answerable.practices.obligations.rules.dossier import Screening
from answerable.record.canonical import canonical_bytes
from answerable.record.digests import sha256_of_bytes

_LEVEL = 0.95


class NothingToScreen(AnswerableError):
    """Purpose, legal basis or the owner's own answers are missing."""

    code = "obligations.nothing_to_screen"
    message = "{use} cannot be screened by a reviewer yet: {missing} is missing."
    hint = "Its owner files purpose, legal basis and screening first."


class AnsweredAlready(AnswerableError):
    """A reviewer answers blind once: afterwards the owner's answers were shown."""

    code = "obligations.answered_already"
    message = "You have screened this purpose and basis of {use} already, and seen the answers."
    hint = "Another reviewer can screen it blind."


class NothingToRebut(AnswerableError):
    """No presumption stands alone."""

    code = "obligations.nothing_to_rebut"
    message = "{use} cannot be rated as not high-risk: {reason}."
    hint = "A rebuttal answers a presumption, where nobody says that a right is touched."
    citation = "REQUIREMENTS S2, S3"


class RebuttalDecided(AnswerableError):
    """Somebody was quicker, or there is nothing to decide."""

    code = "obligations.rebuttal_decided"
    message = "No rebuttal of {use} waits for a decision."
    hint = "Look at what was decided."


def answer_blind(*, use: str, answers: Screening, by: Actor, at: datetime) -> BlindAnswers:
    """Screen a use as a second assessor who has not seen the owner's answers.

    How far both agree is recorded as a figure: the owner cannot raise it afterwards.
    """
    fault = faults.fault_of(answers)
    if fault is not None:
        raise PartRefused(part="screening", use=use, reason=fault)
    with transaction.atomic():
        found = reviewable(by, use)
        filed = queries.need_dossier(found)
        content = queries.content_of(filed)
        missing = screening.missing_to_screen(content)
        if content.screening is None or missing or not queries.fits(filed, found):
            lacking = missing[0] if missing else "a dossier for the present context"
            raise NothingToScreen(use=use, missing=lacking)
        if BlindAnswers.objects.filter(use=found, case=filed.case, by=by.ref).exists():
            raise AnsweredAlready(use=use)
        equal = screening.equal_answers(content.screening, answers)
        blind = screening.Blind(answers=answers, entry=0)
        rated = screening.rating(content.screening, (blind,), rebuttal=None, at=at)
        told = entries.ScreeningAnswered(
            use=use,
            number=filed.number,
            case=filed.case,
            answers=dossier.answers_digest(answers),
            equal=equal,
            asked=screening.ASKED,
            reasons=rated.reasons,
        )
        answered = BlindAnswers.objects.create(
            use=found,
            dossier=filed,
            case=filed.case,
            answers=msgspec.to_builtins(answers),
            equal=equal,
            asked=screening.ASKED,
            at=at,
            by=by.ref,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )
        _record_agreement(found, content.screening, answered, by=by, at=at)
        fall_back(found, rests_on=answered.entry, by=by, at=at)
    return answered


def propose_rebuttal(*, use: str, reasons: str, by: Actor, at: datetime) -> Rebuttal:
    """Say why a presumed use is not high-risk. Until a reviewer agrees it counts for nothing."""
    with transaction.atomic():
        found = locked(use_for(by, use, Role.OWNER))
        filed = queries.need_dossier(found)
        rated = queries.rating_of(found, at=at)
        fault = _bar_to_rebut(rated, reasons)
        if fault is None and queries.waiting_rebuttal(found, case=filed.case) is not None:
            fault = "a rebuttal waits for its decision"
        if rated is None or fault is not None:
            raise NothingToRebut(use=use, reason=fault)
        digest = hashlib.sha256(reasons.encode()).hexdigest()
        told = entries.RebuttalProposed(use=use, presumed=rated.presumed, reasons=digest)
        proposed = Rebuttal.objects.create(
            use=found,
            case=filed.case,
            presumed=list(rated.presumed),
            reasons=reasons,
            proposed_at=at,
            proposed_by=by.ref,
            proposed_entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )
        fall_back(found, rests_on=proposed.proposed_entry, by=by, at=at)
    return proposed


def decide_rebuttal(*, use: str, agreed: bool, by: Actor, at: datetime) -> Rebuttal:
    """Agree to a rebuttal for as long as the profile lets it last, or refuse it."""
    with transaction.atomic():
        found = screened(by, use)
        waiting = queries.waiting_rebuttal(found, case=queries.need_dossier(found).case)
        if waiting is None:
            raise RebuttalDecided(use=use)
        proposed, until = waiting.proposed_entry, None
        told: entries.RebuttalAgreed | entries.RebuttalRefused
        if agreed:
            length = profile(found.agency.profile).value("rebuttal_length", on=at.date())
            until = later(at, length)
            told = entries.RebuttalAgreed(use=use, proposed=proposed, until=text_of_time(until))
        else:
            told = entries.RebuttalRefused(use=use, proposed=proposed)
        decided = Rebuttal.objects.filter(pk=waiting.pk, agreed=None).update(
            agreed=agreed,
            until=until,
            decided_at=at,
            decided_by=by.ref,
            decided_entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )
        if not decided:
            raise RebuttalDecided(use=use)
        waiting.refresh_from_db()
    return waiting


def _bar_to_rebut(rated: screening.Rating | None, reasons: str) -> str | None:
    if rated is None:
        return "owner and reviewer have not both screened it"
    if not rated.presumed:
        return "nothing presumes that it is"
    if rated.rights or rated.safety:
        return "an assessor says that a right or the safety of people can be affected"
    if not faults.is_told(reasons):
        return f"its reasons are blank or longer than {faults.LONGEST_TEXT} characters"
    return None


def _record_agreement(
    use: Use, own: Screening, answered: BlindAnswers, *, by: Actor, at: datetime
) -> None:
    x, n = answered.equal, answered.asked
    low, high = wilson_interval(np.array(x), np.array(n), level=_LEVEL)
    counted = {"owner": msgspec.to_builtins(own), "reviewer": answered.answers}
    measured = Measured(
        practice="obligations",
        name="screening_agreement",
        about="owner and reviewer",
        unit=Unit.SHARE,
        value=x / n,
        low=float(low),
        high=float(high),
        level=_LEVEL,
        n=n,
        first_on=at.date(),
        last_on=at.date(),
        data=sha256_of_bytes(canonical_bytes(counted)),
        command=(
            'python -c "import numpy as np; from answerable.measure.wilson import '
            f'wilson_interval as w; print({x}/{n}, *w(np.array({x}), np.array({n})))"'
        ),
    )
    version = running_version(use) or ""
    record_figure(use=use.ref, version=version, measured=measured, by=by, at=at)
