"""Cases drawn for somebody, answered without seeing what was found, and scored."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random, SystemRandom

import numpy as np
from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.gate.row_findings import record_findings
from answerable.gate.verdicts import need_version_of
from answerable.inventory.figures import Measured, Unit, record_figure
from answerable.inventory.models import Use
from answerable.inventory.queries import use_for
from answerable.law.lengths import later
from answerable.ledger.append import append
from answerable.ledger.entries import Person
from answerable.measure.wilson import wilson_interval
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.competence import queries, rules
from answerable.practices.competence.actions.staff import PART, NotNamed, not_met
from answerable.practices.competence.entries import ExerciseBegun, ExerciseScored
from answerable.practices.competence.models import Exercise, ExerciseCase, KnownCase, Staff
from answerable.record.canonical import JsonValue, canonical_bytes
from answerable.record.digests import sha256_of_bytes

_LEVEL = 0.95
_ANYBODY = (Role.CASEWORKER, Role.REVIEWER, Role.APPROVER, Role.OWNER)


class TooFewCases(AnswerableError):
    """The log knows too little of what became of this version's decisions."""

    code = "competence.too_few_cases"
    message = (
        "{found} cases of this version are there for you; an exercise takes {wanted}, among "
        "them enough that ended otherwise than the system's output alone would tell."
    )
    hint = "Wait for outcomes to arrive; until then nobody can say who is competent."
    citation = "REQUIREMENTS P4b"


class TooSoon(AnswerableError):
    """Somebody who failed would try until chance helps."""

    code = "competence.too_soon"
    message = "You failed the last exercise for this version; the next is possible on {day}."
    hint = "Talk the cases over with a colleague first."


class CasesExchanged(AnswerableError):
    """The cases of an exercise are no longer those that were drawn."""

    code = "competence.cases_exchanged"
    message = "The cases of this exercise are not those that entry {entry} tells of."
    hint = "Nothing was scored. Tell the operator: somebody changed the database behind its back."


class AnswersMissing(AnswerableError):
    """An exercise is scored as a whole."""

    code = "competence.answers_missing"
    message = "Every case needs one of the possible findings as its answer."
    hint = "Answer each case, also where you are not sure."


def begin_exercise(
    *, use: str, version: str, by: Actor, at: datetime, chance: Random | None = None
) -> Exercise:
    """Draw cases of a version for whoever asks; one exercise at a time.

    The cases are real, decided by this version, with what was found later; none that the
    same person was shown before, and none that they decided or reviewed themselves, as far
    as the log was read. Which they are stands in the ledger as a salted digest, so
    that nobody can exchange them once the answers are known, or read the answers from it.
    """
    with transaction.atomic():
        found = locked(use_for(by, use, *_ANYBODY))
        need_version_of(found, version)
        if not Staff.objects.filter(use=found, account=by.ref, ended_at=None).exists():
            raise NotNamed(use=use)
        mine = Exercise.objects.filter(use=found, version=version, account=by.ref)
        waiting = mine.filter(scored_at=None).first()
        if waiting is not None:
            return waiting
        _need_wait(found, mine.order_by("scored_at").last(), at=at)
        drawn = _draw(found, version, person=by.ref, at=at, chance=chance or SystemRandom())
        salt = secrets.token_hex(32)
        told = ExerciseBegun(
            use=use,
            version=version,
            staff=Person(by.ref),
            asked=len(drawn),
            cases=_digest_of_cases(drawn, salt=salt),
        )
        exercise = Exercise.objects.create(
            use=found,
            version=version,
            account=by.ref,
            begun_at=at,
            begun_entry=append(told, by=by, at=at, agency=found.agency_id).index,
            salt=salt,
            asked=len(drawn),
        )
        ExerciseCase.objects.bulk_create(
            ExerciseCase(
                exercise=exercise,
                number=number,
                source=case.source,
                record=case.record,
                outcome=case.outcome,
                label=case.label,
                occurred_at=case.occurred_at,
            )
            for number, case in enumerate(drawn, start=1)
        )
    return exercise


def answer_exercise(
    *, use: str, version: str, answers: Mapping[int, str], by: Actor, at: datetime
) -> Exercise:
    """Answer every case, by its number, with what was probably found; this scores it.

    Who fails is *not met* for the row at once, for as long as they work with the use.
    """
    with transaction.atomic():
        found = locked(use_for(by, use, *_ANYBODY))
        exercise, cases = queries.exercise_for(by, use, version=version)
        if queries.cases_begun_with(exercise) != _digest_of_cases(cases, salt=exercise.salt):
            raise CasesExchanged(entry=exercise.begun_entry)
        possible = set(queries.labels_of(exercise))
        if set(answers) != {case.number for case in cases} or not possible >= set(answers.values()):
            raise AnswersMissing
        right = sum(answers[case.number] == case.label for case in cases)
        passed = rules.has_passed(
            right=right,
            asked=len(cases),
            fewest=queries.limit(found, "competence_cases", at=at).whole,
            share=queries.limit(found, "competence_pass_share", at=at).number,
        )
        told = ExerciseScored(
            use=use,
            version=version,
            staff=Person(by.ref),
            begun=exercise.begun_entry,
            right=right,
            asked=len(cases),
            passed=passed,
        )
        entry = append(told, by=by, at=at, agency=found.agency_id).index
        scored = Exercise.objects.filter(pk=exercise.pk, scored_at=None).update(
            scored_at=at, right=right, passed=passed, entry=entry
        )
        if not scored:
            raise queries.UnknownExercise(use=use)
        for case in cases:
            case.answer = answers[case.number]
        ExerciseCase.objects.bulk_update(cases, ["answer"])
        exercise.refresh_from_db()
        _record_share(found, version, at=at)
        worse = not_met(found, version=version, at=at)
        if "P4b" in worse:
            record_findings([worse["P4b"]], use=use, version=version, room=__name__, by=PART, at=at)
    return exercise


def _need_wait(use: Use, last: Exercise | None, *, at: datetime) -> None:
    if last is None or last.passed or last.scored_at is None:
        return
    earliest = later(last.scored_at, queries.limit(use, "competence_retry", at=at))
    if at < earliest:
        raise TooSoon(day=earliest.date().isoformat())


def _draw(use: Use, version: str, *, person: str, at: datetime, chance: Random) -> list[KnownCase]:
    wanted = queries.limit(use, "competence_cases", at=at).whole
    known = {case.pk: case for case in queries.cases_for(person, use, version=version, at=at)}
    cases = [
        rules.Case(key=case.pk, outcome=case.outcome, label=case.label) for case in known.values()
    ]
    drawn = rules.draw(cases, wanted=wanted, chance=chance)
    blind = rules.has_passed(
        right=rules.right_by_output(drawn),
        asked=len(drawn),
        fewest=wanted,
        share=queries.limit(use, "competence_pass_share", at=at).number,
    )
    if len(drawn) < wanted or blind:
        raise TooFewCases(found=len(known), wanted=wanted)
    return [known[case.key] for case in drawn]


def _record_share(use: Use, version: str, *, at: datetime) -> None:
    """Record how often those who work with the use now were right, each in their last exercise.

    Wilson's interval, of all answers together. It is about these people on cases drawn like
    these, and not about staff at large: they are all asked, some surer than others, and
    shares that differ between them vary less in sum than one share for all would.
    """
    last: dict[str, Exercise] = {}
    staff = {one.account for one in queries.staff_of(use)}
    rows = Exercise.objects.filter(use=use, version=version, account__in=staff)
    for row in rows.exclude(scored_at=None).order_by("scored_at", "pk"):
        last[row.account] = row
    if not last:
        return
    x = sum(row.right or 0 for row in last.values())
    n = sum(row.asked for row in last.values())
    low, high = wilson_interval(np.array(x), np.array(n), level=_LEVEL)
    days = [row.scored_at.date() for row in last.values() if row.scored_at is not None]
    measured = Measured(
        practice="competence",
        name="share_right",
        unit=Unit.SHARE,
        value=x / n,
        low=float(low),
        high=float(high),
        level=_LEVEL,
        n=n,
        first_on=min(days),
        last_on=max(days),
        data=_digest(sorted([row.entry or 0, row.right or 0, row.asked] for row in last.values())),
        command=(
            'python -c "import numpy as np; from answerable.measure.wilson import '
            f'wilson_interval as w; print({x}/{n}, *w(np.array({x}), np.array({n})))"'
        ),
    )
    record_figure(use=use.ref, version=version, measured=measured, by=PART, at=at)


def _digest_of_cases(cases: Sequence[KnownCase] | Sequence[ExerciseCase], *, salt: str) -> str:
    told: list[JsonValue] = [[case.source, case.record, case.label] for case in cases]
    return _digest([salt, told])


def _digest(counted: JsonValue) -> str:
    return sha256_of_bytes(canonical_bytes(counted))
