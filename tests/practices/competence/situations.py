"""Staff, cases and exercises by name."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from answerable.intake.hot.models import Head, Record, Subject
from answerable.intake.subjects import STAFF, Pseudonyms
from answerable.inventory.models import Use
from answerable.people.actors import Actor
from answerable.practices.competence.actions import exercises, gather, staff
from answerable.practices.competence.models import Exercise
from tests.intake.log_situations import a_decision, an_outcome, arrive
from tests.inventory.situations import CASEWORKER, DAY, NINE, OWNER, USE, VERSION_A

PSEUDONYMS = Pseudonyms(lookup=bytes(32), encryption=bytes(32))
# The token that `arrive` writes for whoever decided or reviewed.
TOKEN = "c3" * 16
# That of somebody else, who decided the cases that are drawn.
COLLEAGUE = "d4" * 16
READY = NINE + DAY


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same cases in each run


def nothing_sealed(_agency: str, _numbers: Sequence[int]) -> Mapping[int, tuple[bytes, str]]:
    return {}


def arrived(
    *records: object, at: datetime = NINE, by: str = TOKEN, marks: str = ""
) -> list[Record]:
    rows = arrive(*records, at=at, reviewer=by, marks=marks)  # type: ignore[arg-type]
    Head.objects.update_or_create(pk=1, defaults={"seq": rows[-1].seq, "commits": 1})
    return rows


def known_cases(pairs: Sequence[tuple[str, str]], *, first: int = 1, by: str = COLLEAGUE) -> None:
    """Decisions of version A with these outcomes, and what was found of each afterwards."""
    for number, (outcome, _) in enumerate(pairs, start=first):
        decision = a_decision(number, version=VERSION_A, outcome=outcome, occurred_at=NINE)
        arrived(decision, by=by)
    for number, (_, label) in enumerate(pairs, start=first):
        arrived(an_outcome(number, of=number, label=label))
    gather.gather_cases(sealed=nothing_sealed, at=READY, chance=chance(1))


FORTY = [(outcome, label) for outcome in ("paid", "checked") for label in ("right", "wrong")] * 10


def in_the_log(pseudonym: str = "desk-7", token: str = TOKEN) -> None:
    """A member of staff of whom the log has this token."""
    lookup = PSEUDONYMS.lookup_of(agency="north", use=STAFF, person=pseudonym)
    Subject.objects.create(
        lookup=lookup,
        agency="north",
        use=STAFF,
        token=bytes.fromhex(token),
        ciphertext=PSEUDONYMS.close(pseudonym, lookup=lookup),
        made_us=0,
    )


def named(who: Actor = CASEWORKER, pseudonym: str = "desk-7", *, at: datetime = NINE) -> None:
    staff.name_staff(
        use=USE, staff=who, pseudonym=pseudonym, pseudonyms=PSEUDONYMS, by=OWNER, at=at
    )


def begun(who: Actor = CASEWORKER, *, at: datetime = READY) -> Exercise:
    return exercises.begin_exercise(use=USE, version=VERSION_A, by=who, at=at, chance=chance(2))


def scored(who: Actor = CASEWORKER, *, right: int = 10, at: datetime = READY) -> Exercise:
    """Somebody begins an exercise and gets so many of its cases right."""
    exercise = begun(who, at=at)
    given = {
        case.number: case.label if case.number <= right else _other(case.label)
        for case in exercise.cases.all()
    }
    return exercises.answer_exercise(
        use=USE, version=VERSION_A, answers=given, by=who, at=at + timedelta(minutes=30)
    )


def _other(label: str) -> str:
    return "wrong" if label == "right" else "right"


def the_use() -> Use:
    return Use.objects.get(ref=USE)
