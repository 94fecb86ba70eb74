"""Who is competent for a version, for a viewer; reads only."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from answerable.errors import AnswerableError
from answerable.gate.row_findings import RowFinding
from answerable.intake.findings import OPEN
from answerable.intake.hot.models import Subject
from answerable.intake.models import Finding as LogFinding
from answerable.inventory.models import Use
from answerable.inventory.queries import (
    owner_of,
    owners_ever,
    running_version,
    use_for,
    uses_visible_to,
)
from answerable.kit.waiting import Urgency, Waiting
from answerable.law.lengths import later
from answerable.law.profiles import profile
from answerable.law.rules import DatedValue
from answerable.ledger.entries import WrittenEntry, text_of_time
from answerable.ledger.models import EntryRow
from answerable.ledger.people import who
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.competence import rules
from answerable.practices.competence.entries import ExerciseScored
from answerable.practices.competence.models import (
    CaseReview,
    Exercise,
    ExerciseCase,
    KnownCase,
    ReadPosition,
    SignOff,
    Staff,
)
from answerable.record.canonical import JsonValue

READERS = (Role.OWNER, Role.REVIEWER, Role.APPROVER, Role.AUDITOR)

_AT_ONCE = 500


class UnknownExercise(AnswerableError):
    """Nobody has drawn cases for this person."""

    code = "competence.unknown_exercise"
    message = "No exercise of {use} waits for you."
    hint = "Begin one: cases are drawn for you alone."


def limit(use: Use, name: str, *, at: datetime) -> DatedValue:
    """Give a value of the law of the use's agency."""
    return profile(use.agency.profile).value(name, on=at.date())


def staff_of(use: Use) -> Sequence[Staff]:
    """List whose work touches a use now."""
    return list(Staff.objects.filter(use=use, ended_at=None).order_by("pk"))


def people_in_log(staff: QuerySet[Staff]) -> dict[str, list[Staff]]:
    """Give whoever works or worked with something, by the log's token for them."""
    known: dict[bytes, list[Staff]] = defaultdict(list)
    for one in staff.exclude(lookup="").order_by("pk"):
        known[bytes.fromhex(one.lookup)].append(one)
    rows = Subject.objects.filter(pk__in=list(known)).values_list("lookup", "token")
    return {bytes(token).hex(): known[bytes(lookup)] for lookup, token in rows}


def cases_for(person: str, use: Use, *, version: str, at: datetime) -> Sequence[KnownCase]:
    """Give the cases that may be drawn for somebody: none shown before, none of their own.

    Whom the log knows is asked of the whole agency: a member of staff has one token there.
    """
    shown = ExerciseCase.objects.filter(exercise__use=use, exercise__account=person)
    before = set(shown.values_list("source", "record"))
    known = KnownCase.objects.filter(use=use, version=version, occurred_at__lte=at)
    new = [case for case in known.order_by("pk") if (case.source, case.record) not in before]
    staff = Staff.objects.filter(use__agency__ref=use.agency_id)
    people = people_in_log(staff)
    mine = {token for token, some in people.items() if any(one.account == person for one in some)}
    named = staff.filter(account=person).exclude(lookup="").exists()
    reviewed = _reviewers_of(new, agency=use.agency_id)
    return [
        case
        for case in new
        if rules.may_be_scored(
            reviewed[case.source, case.record] | ({case.decided_by} - {""}),
            own=mine if named else None,
            others=people.keys() - mine,
        )
    ]


def _reviewers_of(cases: Sequence[KnownCase], *, agency: str) -> Mapping[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for start in range(0, len(cases), _AT_ONCE):
        part = cases[start : start + _AT_ONCE]
        rows = CaseReview.objects.filter(
            agency=agency,
            source__in={case.source for case in part},
            record__in={case.record for case in part},
        )
        for source, record, reviewer in rows.values_list("source", "record", "reviewer"):
            found[source, record].add(reviewer)
    return found


def members_of(use: Use, *, version: str) -> Sequence[rules.Member]:
    """List whose work touches a use, and how each was scored last for a version."""
    scores = scores_of(use)
    return [
        rules.Member(
            staff=one.account,
            named=one.entry,
            scored=next(reversed(scores.get((version, one.account), [])), None),
        )
        for one in staff_of(use)
    ]


def members_visible_to(viewer: Actor, use: str, *, version: str) -> Sequence[rules.Member]:
    """List them for whoever looks after the use; others see themselves alone."""
    found = use_for(viewer, use, *READERS, Role.CASEWORKER)
    members = members_of(found, version=version)
    if viewer.may(*READERS, agency=found.agency_id):
        return members
    return [one for one in members if one.staff == viewer.ref]


def scores_of(use: Use) -> dict[tuple[str, str], list[rules.Scored]]:
    """Give how each person was scored for each version, oldest first."""
    scores: dict[tuple[str, str], list[rules.Scored]] = defaultdict(list)
    scored = Exercise.objects.filter(use=use).exclude(scored_at=None).select_related("use")
    rows = list(scored.order_by("scored_at", "pk"))
    told = _told_of(rows)
    for row in rows:
        if row.scored_at is not None and row.entry is not None and told.get(row.entry) == _as(row):
            one = rules.Scored(at=row.scored_at, passed=row.passed is True, entry=row.entry)
            scores[row.version, row.account].append(one)
    return scores


def _told_of(rows: Sequence[Exercise]) -> dict[int, dict[str, JsonValue]]:
    """Give what the ledger tells of scores, with the people whom it names."""
    kept = EntryRow.objects.filter(kind=ExerciseScored.kind, index__in=[one.entry for one in rows])
    entries = [WrittenEntry.read(bytes(one)) for one in kept.values_list("payload", flat=True)]
    committed = {entry.index: _person(entry.fields["staff"]) for entry in entries}
    people = who(committed.values(), among={one.account for one in rows})
    return {
        entry.index: {
            **entry.fields,
            "staff": people.get(committed[entry.index]),
            "at": text_of_time(entry.at),
        }
        for entry in entries
    }


def _as(row: Exercise) -> dict[str, JsonValue]:
    """Say of a score what the ledger tells, if nobody has changed the row since."""
    return {
        "use": row.use.ref,
        "version": row.version,
        "staff": row.account,
        "begun": row.begun_entry,
        "right": row.right,
        "asked": row.asked,
        "passed": row.passed,
        "at": None if row.scored_at is None else text_of_time(row.scored_at),
    }


def _person(committed: JsonValue) -> str:
    return str(committed.get("person", "")) if isinstance(committed, Mapping) else ""


def cases_begun_with(exercise: Exercise) -> str:
    """Give the digest of the cases that were drawn, as the ledger tells it."""
    payload = EntryRow.objects.values_list("payload", flat=True).get(index=exercise.begun_entry)
    return str(WrittenEntry.read(bytes(payload)).fields["cases"])


def exercise_for(
    viewer: Actor, use: str, *, version: str
) -> tuple[Exercise, Sequence[ExerciseCase]]:
    """Give somebody the cases that wait for them. What was found is not to be shown."""
    found = use_for(viewer, use, Role.CASEWORKER, Role.REVIEWER, Role.APPROVER, Role.OWNER)
    row = Exercise.objects.filter(
        use=found, version=version, account=viewer.ref, scored_at=None
    ).first()
    if row is None:
        raise UnknownExercise(use=use)
    return row, list(row.cases.order_by("number"))


def waits_for(viewer: Actor, use: Use, *, version: str) -> bool:
    """Whether cases wait for somebody's answers."""
    mine = Exercise.objects.filter(use=use, version=version, account=viewer.ref)
    return mine.filter(scored_at=None).exists()


def labels_of(exercise: Exercise) -> Sequence[str]:
    """List what may be found of a case: what ever was, of this version or in this exercise."""
    known = KnownCase.objects.filter(use=exercise.use_id, version=exercise.version)
    found = {
        *known.values_list("label", flat=True),
        *exercise.cases.values_list("label", flat=True),
    }
    return sorted(found)


def known_cases(use: Use, *, version: str) -> int:
    """Count the cases of a version that may be drawn."""
    return KnownCase.objects.filter(use=use, version=version).count()


def open_findings(use: Use, *, version: str) -> frozenset[str]:
    """Name the open findings about the people behind the records of a version."""
    kinds = (rules.UNTRAINED, rules.UNIDENTIFIED)
    rows = LogFinding.objects.filter(
        use=use.ref, kind__in=kinds, state=OPEN, about__in=(version, "")
    )
    return frozenset(rows.values_list("kind", flat=True))


def signed_versions(use: Use) -> tuple[str, ...]:
    """List the versions for which a reviewer ever went through who is competent."""
    return tuple(sorted(set(SignOff.objects.filter(use=use).values_list("version", flat=True))))


def position(name: str) -> int:
    """Say how far a job has read what arrived."""
    found = ReadPosition.objects.filter(pk=name).values_list("seq", flat=True).first()
    return 0 if found is None else found


def findings(use: Use, *, version: str, at: datetime) -> tuple[RowFinding, ...]:
    """Say how the rows of this room stand by what is recorded."""
    return rules.row_findings(
        members_of(use, version=version),
        open_findings=open_findings(use, version=version),
        refresh=limit(use, "training_refresh", at=at),
        at=at,
    )


def waiting(viewer: Actor, *, at: datetime) -> list[Waiting]:
    """List what the viewer can do about the uses of their agencies now."""
    return [line for use in uses_visible_to(viewer) for line in _waiting_of(use, viewer, at=at)]


def _waiting_of(use: Use, viewer: Actor, *, at: datetime) -> list[Waiting]:
    version = running_version(use)
    if version is None:
        return []
    members = members_of(use, version=version)
    mine = next((one for one in members if one.staff == viewer.ref), None)
    refresh = limit(use, "training_refresh", at=at)
    lines: list[Waiting] = []
    if mine is not None and not rules.competent_at(mine.scored, refresh=refresh, at=at):
        over = None if mine.scored is None else later(mine.scored.at, refresh)
        passed = mine.scored is not None and mine.scored.passed
        lines.append(
            _line(
                use,
                f"Be scored on cases of {use.name}: until then you are not competent for it",
                since=use.enrolled_at if over is None else over,
                urgency=Urgency.OVERDUE if passed else Urgency.BLOCKED,
                due=over if passed else None,
            )
        )
    if not members and owner_of(use) == viewer.ref:
        what = f"Name everybody whose work touches {use.name}"
        lines.append(_line(use, what, since=use.enrolled_at, urgency=Urgency.BLOCKED))
    staff = {one.staff for one in members}
    reviews = viewer.may(Role.REVIEWER, agency=use.agency_id)
    if (
        reviews
        and version not in signed_versions(use)
        and members
        and rules.may_review(viewer.ref, owners=owners_ever(use), staff=staff)
    ):
        what = f"Go through who is competent for {use.name}"
        lines.append(_line(use, what, since=use.enrolled_at, urgency=Urgency.WAITING))
    return lines


def _line(
    use: Use, what: str, *, since: datetime, urgency: Urgency, due: datetime | None = None
) -> Waiting:
    url = reverse("competence:use", args=(use.ref,))
    return Waiting(what=what, url=url, agency=use.agency_id, since=since, urgency=urgency, due=due)
