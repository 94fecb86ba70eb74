"""What the rows of remedy find for a use, from what is on record: P6a to P6j."""

from datetime import datetime
from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet

from answerable.gate.row_findings import RowFinding
from answerable.gate.terms import Finding
from answerable.intake.effects import WITHOUT_CLEARANCE
from answerable.intake.findings import OPEN
from answerable.intake.models import Finding as LogFinding
from answerable.inventory.models import Use
from answerable.law.clocks import calendar_for, due
from answerable.law.profiles import profile
from answerable.practices.remedy.models import Challenge, Element, LookBack, Notice
from answerable.practices.remedy.queries.notices import lacking
from answerable.practices.remedy.queries.told import told_decisions, told_deliveries, told_ends
from answerable.practices.remedy.queries.wordings import (
    languages_of,
    offices_of,
    unnamed_steps,
    unworded,
)
from answerable.practices.remedy.rules.states import (
    TO_DO,
    ChallengeState,
    LookBackState,
    NoticeState,
)

_MOST_NAMED = 20
_TO_DO = [state.value for state in TO_DO]
_Row = TypeVar("_Row", bound=Model)
_UNTOLD = "the rows that the ledger tells of: some were typed in or changed by hand"


def findings(use: Use, *, version: str, at: datetime) -> tuple[RowFinding, ...]:
    """Say what each row of remedy finds; nothing heard yet is *cannot say*, never *met*."""
    challenges = Challenge.objects.filter(use=use, notice__version=version)
    notices = Notice.objects.filter(use=use, version=version, look_back=None)
    return (
        _heard_in_time("P6a", challenges, at=at),
        _undone(challenges, at=at),
        _cannot("P6c", "an entrance for people harmed without a logged decision"),
        _protocol(use),
        _offices(use),
        _times_kept(challenges, at=at),
        _told(use, notices, at=at),
        _explained(notices),
        _cannot("P6i", "counts of who starts and who finishes, by group, and other formats"),
        _looked_back(use, at=at),
    )


def late_challenges(challenges: QuerySet[Challenge], *, at: datetime) -> QuerySet[Challenge]:
    """Give those that were considered too late, or have waited for longer than they may."""
    return challenges.filter(
        Q(decided_at__gte=F("consider_by")) | Q(decided_at=None, consider_by__lte=at)
    )


def late_repairs(challenges: QuerySet[Challenge], *, at: datetime) -> QuerySet[Element]:
    """Give the remedies that were completed too late, or are not and should be."""
    return Element.objects.filter(challenge__in=challenges).filter(
        Q(completed_at__gte=F("due_at")) | Q(state__in=_TO_DO, due_at__lte=at)
    )


def overdue_deliveries(use: Use, notices: QuerySet[Notice], *, at: datetime) -> QuerySet[Notice]:
    """Give the notices that nobody has shown to be delivered within the law's notice period."""
    held = profile(use.agency.profile)
    lead = held.value("adverse_notice_lead", on=at.date())
    calendar = calendar_for(held.name)
    # The same length twice: nobody waits longer for a letter than it must lie before effect.
    latest = at - (due(lead, start=at, calendar=calendar).at - at)
    return notices.exclude(state=NoticeState.DELIVERED.value).filter(opened_at__lt=latest)


def _heard_in_time(row: str, challenges: QuerySet[Challenge], *, at: datetime) -> RowFinding:
    decided = challenges.filter(decided_at__isnull=False)
    late = late_challenges(challenges, at=at)
    if late.exists():
        return _not(row, _named(late), "every challenge considered by its time")
    if not decided.exists():
        return _cannot(row, "a challenge that a person has considered")
    if len(told_decisions(decided.select_related("use"))) < decided.count():
        return _cannot(row, _UNTOLD)
    return _met(row, _named(decided))


def _undone(challenges: QuerySet[Challenge], *, at: datetime) -> RowFinding:
    fallen = challenges.filter(overturned=True)
    late = late_repairs(challenges, at=at)
    if late.exists():
        return _not("P6b", _named(late), "every remedy completed by its time")
    done = fallen.filter(state=ChallengeState.CLOSED.value)
    if not done.exists():
        return _cannot("P6b", "an overturned decision whose every harm was undone")
    disputed = Element.objects.filter(challenge__in=done, state__in=_TO_DO)
    if fallen.exclude(state=ChallengeState.CLOSED.value).exists() or disputed.exists():
        return _cannot("P6b", "the end of the cases that are open or disputed")
    if len(told_decisions(fallen.select_related("use"))) < fallen.count():
        return _cannot("P6b", _UNTOLD)
    return _met("P6b", _named(done))


def _protocol(use: Use) -> RowFinding:
    languages = languages_of(use)
    unsaid = tuple(
        f"words in {language} for {what}"
        for language in languages
        for what in unworded(use, language=language)
    )
    needs = (*(unsaid if languages else ("words for its letters",)), "a test with readers")
    return _cannot("P6d", *needs)


def _offices(use: Use) -> RowFinding:
    named, entry = offices_of(use)
    if not named or entry is None:
        return _cannot("P6e", *(f"an office for {step.words}" for step in unnamed_steps(use)))
    return RowFinding(
        row="P6e",
        finding=Finding.CANNOT_SAY,
        rests_on=(f"entry {entry}",),
        needs=("a test that each office can be reached",),
    )


def _times_kept(challenges: QuerySet[Challenge], *, at: datetime) -> RowFinding:
    late = late_repairs(challenges, at=at)
    if late.exists():
        return _not("P6f", _named(late), "every remedy completed by its time")
    return _heard_in_time("P6f", challenges, at=at)


def _told(use: Use, notices: QuerySet[Notice], *, at: datetime) -> RowFinding:
    effects = LogFinding.objects.filter(
        agency=use.agency_id, use=use.ref, kind=WITHOUT_CLEARANCE, state=OPEN
    )
    untold = effects.filter(detail__contains="held_notice")
    if untold.exists():
        rests_on = tuple(f"finding {one.pk}" for one in untold[:_MOST_NAMED])
        return _not("P6g", rests_on, "an end to effects on people who were not told")
    late = overdue_deliveries(use, notices, at=at)
    if late.exists():
        return _not("P6g", _named(late), "proof that those people have their letter")
    told = notices.filter(state=NoticeState.DELIVERED.value)
    if not told.exists():
        return _cannot("P6g", "an adverse decision whose person has their letter")
    if len(told_deliveries(told.select_related("use"))) < told.count():
        return _cannot("P6g", _UNTOLD)
    return _met("P6g", _named(told))


def _explained(notices: QuerySet[Notice]) -> RowFinding:
    incomplete = notices.filter(state=NoticeState.OPENED.value).exclude(missing=[])
    if incomplete.exists():
        missing = sorted({clause for one in incomplete for clause in lacking(one)})
        return _not("P6h", _named(incomplete), *(f"letters that say {it}" for it in missing))
    return _cannot("P6h", "a test of how well readers understand the letters")


def _looked_back(use: Use, *, at: datetime) -> RowFinding:
    opened = LookBack.objects.filter(use=use)
    late = opened.exclude(state=LookBackState.CLOSED.value).filter(due_at__lte=at)
    unanswered = Challenge.objects.filter(use=use, overturned=True).exclude(
        decided_entry__in=opened.values("cause")
    )
    if late.exists():
        return _not("P6j", _named(late), "the look-backs that are overdue")
    closed = opened.filter(state=LookBackState.CLOSED.value)
    if unanswered.exists() or opened.count() > closed.count():
        return _cannot("P6j", "the end of the look-backs that are open")
    if not closed.exists():
        return _cannot("P6j", "a fault that was looked for in other decisions")
    if len(told_ends(closed.select_related("use"))) < closed.count():
        return _cannot("P6j", _UNTOLD)
    return _met("P6j", _named(closed))


def _named(rows: QuerySet[_Row]) -> tuple[str, ...]:
    entries = rows.order_by("-pk").values_list("entry", flat=True)
    return tuple(f"entry {entry}" for entry in entries[:_MOST_NAMED])


def _met(row: str, rests_on: tuple[str, ...]) -> RowFinding:
    return RowFinding(row=row, finding=Finding.MET, rests_on=rests_on)


def _not(row: str, rests_on: tuple[str, ...], *needs: str) -> RowFinding:
    return RowFinding(row=row, finding=Finding.NOT_MET, rests_on=rests_on, needs=needs)


def _cannot(row: str, *needs: str) -> RowFinding:
    return RowFinding(row=row, finding=Finding.CANNOT_SAY, needs=needs)
