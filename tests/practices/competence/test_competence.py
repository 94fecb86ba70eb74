"""Nobody is competent by having been there: real cases, answered blind, for this version."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from answerable.gate.models import RowVerdict
from answerable.gate.terms import Finding
from answerable.intake import retention, wire
from answerable.intake.log import sealed_records
from answerable.intake.models import Finding as LogFinding
from answerable.inventory.models import Figure
from answerable.inventory.queries import UnknownUse
from answerable.ledger.models import EntryRow
from answerable.measure.tables import Limits
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import Role
from answerable.practices.competence import queries, rules
from answerable.practices.competence.actions import (
    exercises,
    gather,
    review,
    staff,
    untrained,
)
from answerable.practices.competence.models import CaseReview, Exercise, KnownCase
from answerable.record.canonical import canonical_bytes
from answerable.record.digests import sha256_of_bytes
from tests.intake.log_situations import KEY, SEALER, a_decision, an_outcome, sealed
from tests.inventory.situations import (
    CASEWORKER,
    DAY,
    EVERYBODY_SOUTH,
    HOUR,
    NINE,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    VERSION_B,
    a_use,
    an_actor,
)
from tests.practices.competence.situations import (
    COLLEAGUE,
    FORTY,
    PSEUDONYMS,
    READY,
    TOKEN,
    arrived,
    begun,
    chance,
    in_the_log,
    known_cases,
    named,
    nothing_sealed,
    scored,
    the_use,
)

pytestmark = pytest.mark.django_db(databases="__all__")

LATER = READY + HOUR
OTHER = an_actor("other-caseworker", Role.CASEWORKER)


def a_scored_use(*, right: int = 10) -> Exercise:
    a_use()
    known_cases(FORTY)
    named()
    return scored(right=right)


def found(*, version: str = VERSION_A, days: int = 0) -> dict[str, Finding]:
    rows = queries.findings(the_use(), version=version, at=LATER + days * DAY)
    return {one.row: one.finding for one in rows}


def verdicts() -> dict[str, str]:
    rows = RowVerdict.objects.filter(use__ref=USE, version=VERSION_A).order_by("pk")
    return dict(rows.values_list("row", "finding"))


def look(*, minutes: int = 60) -> int:
    return untrained.find_untrained(sealed=nothing_sealed, at=NINE + timedelta(minutes=minutes))


# -- which cases -------------------------------------------------------------------------


@given(
    cells=st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), max_size=60),
    seed=st.integers(0, 99),
)
def test_cases_are_drawn_evenly_over_output_and_finding(
    cells: list[tuple[str, str]], seed: int
) -> None:
    cases = [
        rules.Case(key=key, outcome=outcome, label=label)
        for key, (outcome, label) in enumerate(cells)
    ]
    drawn = rules.draw(cases, wanted=10, chance=chance(seed))
    assert min(10, len(cases)) == len(drawn) == len({one.key for one in drawn})
    there, taken = Counter(cells), Counter((one.outcome, one.label) for one in drawn)
    most = max(taken.values(), default=0)
    # Whatever kind of case was taken less often is used up.
    assert all(count >= most - 1 or count == there[cell] for cell, count in taken.items())
    assert all(taken[cell] >= min(there[cell], most - 1) for cell in there)


def test_outcomes_become_known_cases_once_with_codes_and_no_token() -> None:
    a_use()
    known_cases(FORTY)
    assert 40 == KnownCase.objects.count()
    assert 0 == gather.gather_cases(sealed=nothing_sealed, at=LATER)
    kept = KnownCase.objects.get(record="d-1")
    assert ("paid", "right", VERSION_A) == (kept.outcome, kept.label, kept.version)


def test_of_each_kind_of_case_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "KEPT_OF_A_KIND", 3)
    a_use()
    known_cases(FORTY)
    assert 4 * 3 == KnownCase.objects.count()


def test_an_outcome_that_arrives_for_a_sealed_decision_makes_a_case_too(tmp_path: Path) -> None:
    a_use()
    arrived(
        a_decision(1, version=VERSION_A, outcome="paid"),
        an_outcome(1, of=1, label="right"),
    )
    sealed(tmp_path)

    def read(agency: str, numbers: object) -> dict[int, tuple[bytes, str]]:
        return sealed_records(
            agency,
            list(numbers),  # type: ignore[call-overload]
            log=tmp_path,
            keys=[KEY.verifier],
            limits=Limits(memory_mb=200, threads=1),
        )

    assert 1 == gather.gather_cases(sealed=read, at=LATER)
    assert ["d-1"] == list(KnownCase.objects.values_list("record", flat=True))
    assert 0 == gather.gather_cases(sealed=read, at=LATER)


# -- whose cases -------------------------------------------------------------------------


def reviewed(number: int, *, by: str = TOKEN) -> None:
    """Somebody reviews decision ``number``, and says so in the log."""
    review_of = wire.Review(
        source="desk-2",
        id=f"r-{number}",
        use=USE,
        occurred_at=NINE + HOUR,
        decision=wire.DecisionRef(source="desk-1", id=f"d-{number}"),
        reviewer="desk-7",
        finding="paid",
    )
    arrived(review_of, by=by)


def records_for(who: Actor = CASEWORKER) -> set[str]:
    """Which cases may be drawn for somebody."""
    cases = queries.cases_for(who.ref, the_use(), version=VERSION_A, at=READY)
    return {case.record for case in cases}


def test_nobody_is_scored_on_a_case_they_decided_or_reviewed_themselves() -> None:
    a_use()
    in_the_log()
    named()
    for number in (1, 3):
        # Before its outcome has come, and after.
        reviewed(number)
        known_cases(FORTY[:2], first=1 + 2 * (number > 1))
    known_cases(FORTY[:2], first=5, by=TOKEN)
    reviewed(4)
    reviewed(2, by=COLLEAGUE)
    gather.gather_cases(sealed=nothing_sealed, at=READY)
    # 1, 3 and 4 they reviewed, 5 and 6 they decided.
    assert {"d-2"} == records_for()
    named(OTHER, "desk-8")
    assert {f"d-{number}" for number in range(1, 7)} == records_for(OTHER)


def test_there_are_too_few_cases_for_whoever_decided_them_and_enough_for_another() -> None:
    a_use()
    in_the_log()
    known_cases(FORTY, by=TOKEN)
    named()
    with pytest.raises(exercises.TooFewCases, match="0 cases of this version are there for you"):
        begun()
    named(OTHER, "desk-8")
    assert 10 == begun(OTHER).asked


def test_whom_the_log_does_not_know_is_scored_only_on_what_others_are_known_to_have_done() -> None:
    a_use()
    named(OTHER, "")
    known_cases(FORTY[:2])
    known_cases(FORTY[:2], first=3, by="")
    # Cases 1 and 2 may be theirs; 3 and 4 nobody decided but the system.
    assert {"d-3", "d-4"} == records_for(OTHER)
    in_the_log(token=COLLEAGUE)
    named()
    assert {"d-1", "d-2", "d-3", "d-4"} == records_for(OTHER)


def test_a_case_stays_theirs_after_they_left_and_came_back_under_another_name() -> None:
    a_use()
    in_the_log()
    named()
    staff.end_staff(use=USE, staff=CASEWORKER.ref, by=OWNER, at=NINE + HOUR)
    named(CASEWORKER, "desk-9", at=NINE + 2 * HOUR)
    known_cases(FORTY[:2], by=TOKEN)
    known_cases(FORTY[:2], first=3)
    assert {"d-3", "d-4"} == records_for()


def test_a_known_case_goes_when_the_log_keeps_its_record_no_longer(tmp_path: Path) -> None:
    a_use()
    known_cases(FORTY[:2])
    reviewed(1)
    reviewed(2)
    gather.gather_cases(sealed=nothing_sealed, at=READY)
    sealed(tmp_path)
    assert 0 == gather.forget_cases()
    late = a_decision(3, version=VERSION_A, outcome="paid", occurred_at=NINE)
    arrived(late, at=NINE + 20 * DAY)
    arrived(an_outcome(3, of=3, label="right"), at=NINE + 20 * DAY)
    gather.gather_cases(sealed=nothing_sealed, at=NINE + 21 * DAY)
    assert {"d-1", "d-2", "d-3"} == set(KnownCase.objects.values_list("record", flat=True))
    retention.delete_past(
        log=tmp_path,
        days={USE: 30},
        keys=[KEY.verifier],
        by=SEALER,
        at=NINE + 31 * DAY,
        limits=Limits(),
    )
    # Two cases and two reviews of the first day; what came twenty days later stays.
    assert 4 == gather.forget_cases()
    assert ["d-3"] == list(KnownCase.objects.values_list("record", flat=True))
    assert not CaseReview.objects.exists()
    assert 0 == gather.forget_cases()


# -- being scored ------------------------------------------------------------------------


def test_ten_real_cases_half_of_which_the_system_got_wrong() -> None:
    a_use()
    known_cases(FORTY)
    named()
    exercise = begun()
    kinds = Counter((case.outcome, case.label) for case in exercise.cases.all())
    assert [3, 3, 2, 2] == sorted(kinds.values(), reverse=True)
    assert begun().pk == exercise.pk
    payload = bytes(EntryRow.objects.get(index=exercise.begun_entry).payload)
    assert b"d-" not in payload
    assert b"right" not in payload


def test_nobody_finds_the_answers_by_trying_all_against_the_ledger() -> None:
    a_use()
    known_cases(FORTY)
    named()
    exercise = begun()
    told = queries.cases_begun_with(exercise)
    cases = [[case.source, case.record, case.label] for case in exercise.cases.order_by("number")]
    assert told == sha256_of_bytes(canonical_bytes([exercise.salt, cases]))
    assert told != sha256_of_bytes(canonical_bytes(cases))
    payloads = [bytes(one) for one in EntryRow.objects.values_list("payload", flat=True)]
    assert 64 == len(exercise.salt)
    assert not any(exercise.salt.encode() in payload for payload in payloads)


def test_cases_that_were_exchanged_after_they_were_drawn_are_not_scored() -> None:
    a_use()
    known_cases(FORTY)
    named()
    exercise = begun()
    answers = {case.number: "right" for case in exercise.cases.all()}
    exercise.cases.update(label="right")
    with pytest.raises(exercises.CasesExchanged):
        exercises.answer_exercise(
            use=USE, version=VERSION_A, answers=answers, by=CASEWORKER, at=LATER
        )
    exercise.refresh_from_db()
    assert exercise.scored_at is None


@pytest.mark.parametrize(("right", "passed"), [(7, False), (8, True)])
def test_eight_of_ten_pass_and_seven_do_not(*, right: int, passed: bool) -> None:
    exercise = a_scored_use(right=right)
    assert (right, 10, passed) == (exercise.right, exercise.asked, exercise.passed)
    figure = Figure.objects.get(practice="competence")
    assert (right / 10, 10) == (figure.value, figure.n)
    # Wilson, 8 of 10: see measure.wilson.
    if passed:
        assert (0.49, 0.943) == (round(figure.low, 3), round(figure.high, 3))


def test_who_failed_is_not_met_at_once_and_waits_a_week() -> None:
    a_scored_use(right=7)
    assert "not_met" == verdicts()["P4b"]
    with pytest.raises(exercises.TooSoon, match="2026-12-01"):
        begun(at=READY + 6 * DAY)
    retried = scored(at=READY + 8 * DAY)
    assert retried.passed
    before = set(Exercise.objects.earliest("pk").cases.values_list("record", flat=True))
    assert not before & set(retried.cases.values_list("record", flat=True))


def test_too_few_cases_or_one_finding_alone_score_nobody() -> None:
    a_use()
    named()
    with pytest.raises(exercises.TooFewCases):
        begun()
    known_cases([("paid", "right")] * 12)
    with pytest.raises(exercises.TooFewCases):
        begun()
    assert not Exercise.objects.exists()


def test_cases_in_which_the_output_alone_tells_the_end_score_nobody() -> None:
    a_use()
    named()
    # Two findings, but whoever repeats the output is right in each.
    known_cases([("paid", "right"), ("checked", "wrong")] * 6)
    with pytest.raises(exercises.TooFewCases, match="than the system's output alone"):
        begun()
    # Ten even cases of three kinds: 4 + 3 + 3, of which the output tells 4 + 3.
    known_cases([("checked", "right")] * 6, first=13)
    assert 10 == begun().asked


def test_only_who_is_named_is_scored_and_strangers_do_not_know_the_use() -> None:
    a_use()
    known_cases(FORTY)
    with pytest.raises(staff.NotNamed):
        begun()
    with pytest.raises(UnknownUse):
        begun(EVERYBODY_SOUTH)


def test_every_case_is_answered_with_something_that_may_be_found() -> None:
    a_use()
    known_cases(FORTY)
    named()
    begun()
    for answers in ({1: "right"}, dict.fromkeys(range(1, 11), "perhaps")):
        with pytest.raises(exercises.AnswersMissing):
            exercises.answer_exercise(
                use=USE, version=VERSION_A, answers=answers, by=CASEWORKER, at=LATER
            )


def test_an_exercise_is_its_own_persons_and_is_scored_once() -> None:
    exercise = a_scored_use()
    for who in (CASEWORKER, REVIEWER):
        with pytest.raises(queries.UnknownExercise):
            queries.exercise_for(who, USE, version=VERSION_A)
    with pytest.raises(IntegrityError), transaction.atomic():
        Exercise.objects.filter(pk=exercise.pk).update(right=11)


def test_competence_is_for_one_version_and_twelve_months() -> None:
    a_scored_use()
    for version, days, finding in (
        (VERSION_A, 0, Finding.MET),
        (VERSION_A, 364, Finding.MET),
        (VERSION_A, 366, Finding.CANNOT_SAY),
        (VERSION_A, -1, Finding.CANNOT_SAY),
        (VERSION_B, 0, Finding.CANNOT_SAY),
    ):
        assert finding is found(version=version, days=days)["P4b"], (version, days)


# -- the rows ----------------------------------------------------------------------------


def test_nobody_named_is_cannot_say() -> None:
    a_use()
    assert {"P4a": Finding.CANNOT_SAY, "P4b": Finding.CANNOT_SAY} == found()


def test_a_reviewer_signs_off_what_the_scores_show_until_the_first_is_over() -> None:
    a_scored_use()
    review.sign_off(use=USE, version=VERSION_A, by=REVIEWER, at=LATER)
    assert {"P4a": "met", "P4b": "met"} == verdicts()
    until = RowVerdict.objects.filter(row="P4b").latest("pk").until
    assert until == (READY + timedelta(minutes=30)).replace(year=2027)
    named(OTHER, "desk-8", at=LATER + HOUR)
    assert {"P4a": "cannot_say", "P4b": "cannot_say"} == verdicts()


@pytest.mark.parametrize(("by", "error"), [(OWNER, NotPermitted), (CASEWORKER, NotPermitted)])
def test_neither_owner_nor_staff_sign_off(by: object, error: type[Exception]) -> None:
    a_scored_use()
    with pytest.raises(error):
        review.sign_off(use=USE, version=VERSION_A, by=by, at=LATER)  # type: ignore[arg-type]


def test_a_reviewer_who_works_with_the_use_does_not_sign_off_themselves() -> None:
    a_use()
    known_cases(FORTY)
    named(REVIEWER)
    scored(REVIEWER)
    with pytest.raises(review.NotIndependent):
        review.sign_off(use=USE, version=VERSION_A, by=REVIEWER, at=LATER)


def test_who_works_with_the_use_is_of_the_agency_and_named_once() -> None:
    a_use()
    with pytest.raises(staff.NotOfTheAgency):
        named(an_actor("far", Role.CASEWORKER, agency="south"))
    named()
    for who, pseudonym in ((CASEWORKER, "desk-9"), (OTHER, "desk-7")):
        with pytest.raises(staff.NamedAlready):
            named(who, pseudonym)
    staff.end_staff(use=USE, staff=CASEWORKER.ref, by=OWNER, at=LATER)
    named(OTHER, "desk-7", at=LATER)
    assert [OTHER.ref] == [one.account for one in queries.staff_of(the_use())]
    assert "desk-7" not in str(list(queries.staff_of(the_use())[0].__dict__.values()))


def test_colleagues_do_not_see_each_others_scores() -> None:
    a_scored_use()
    named(OTHER, "", at=LATER)
    seen = {
        who.ref: len(queries.members_visible_to(who, USE, version=VERSION_A))
        for who in (OTHER, OWNER)
    }
    assert {OTHER.ref: 1, OWNER.ref: 2} == seen


# -- who decided -------------------------------------------------------------------------


def decided(number: int, *, at: int = 48) -> None:
    """A person decides in version A, so many hours after nine."""
    when = NINE + at * HOUR
    decision = a_decision(number, version=VERSION_A, reviewer="desk-7", occurred_at=when)
    arrived(decision, at=when)


def kinds() -> dict[str, int]:
    return dict(LogFinding.objects.values_list("kind", "count"))


def test_a_decision_by_somebody_who_passed_before_opens_no_finding() -> None:
    in_the_log()
    a_scored_use()
    # Of the colleague who decided the known cases nobody says who it is.
    look()
    before = kinds()
    decided(501)
    look(minutes=3000)
    assert {"unidentified_staff": 40} == before == kinds()


def test_a_decision_by_somebody_unscored_opens_a_finding_once_and_is_not_met() -> None:
    a_use()
    in_the_log()
    named()
    decided(501)
    decided(502)
    assert 2 == look(minutes=3000)
    assert 0 == look(minutes=3000)
    assert {"untrained_staff": 2} == kinds()
    assert (VERSION_A, "not_met") == (LogFinding.objects.get().about, verdicts()["P4a"])
    assert 1 == RowVerdict.objects.count()
    decided(503)
    assert 1 == look(minutes=3000)
    assert ({"untrained_staff": 3}, 1) == (kinds(), RowVerdict.objects.count())


def test_a_decision_by_somebody_nobody_named_is_unidentified() -> None:
    a_use()
    in_the_log()
    decided(501)
    look(minutes=3000)
    assert {"unidentified_staff": 1} == kinds()


def test_a_name_in_the_log_is_whose_it_was_on_that_day() -> None:
    in_the_log()
    a_scored_use()
    look()
    LogFinding.objects.all().delete()
    staff.end_staff(use=USE, staff=CASEWORKER.ref, by=OWNER, at=NINE + 3 * DAY)
    named(OTHER, "desk-7", at=NINE + 5 * DAY)
    told = {}
    for number, days in ((501, 2), (502, 4), (503, 6)):
        decided(number, at=24 * days)
        look(minutes=20_000)
        told[days] = kinds()
    assert told == {
        2: {},
        4: {"unidentified_staff": 1},
        6: {"unidentified_staff": 1, "untrained_staff": 1},
    }


def test_historic_records_and_outcomes_of_the_machine_alone_are_left_alone() -> None:
    a_use()
    in_the_log()
    arrived(a_decision(1, version=VERSION_A, reviewer="desk-7"), marks="historic")
    arrived(an_outcome(1, of=1, label="right"))
    assert 0 == look(minutes=3000)


def test_an_interrupted_look_counts_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    a_use()
    in_the_log()
    decided(501)

    def broken(*_args: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(untrained, "_record_not_met", broken)
        with pytest.raises(KeyboardInterrupt):
            look(minutes=3000)
    assert (0, 0) == (LogFinding.objects.count(), queries.position(untrained.NAME))
    look(minutes=3000)
    assert {"unidentified_staff": 1} == kinds()


def test_the_name_of_a_person_stands_nowhere_but_as_a_keyed_hash() -> None:
    a_use()
    named(pseudonym="desk-7")
    row = queries.staff_of(the_use())[0]
    lookup = PSEUDONYMS.lookup_of(agency="north", use="", person="desk-7")
    assert lookup.hex() == row.lookup


def test_a_score_that_the_ledger_does_not_tell_of_counts_for_nothing() -> None:
    exercise = a_scored_use(right=7)
    Exercise.objects.filter(pk=exercise.pk).update(right=10, passed=True)
    assert Finding.CANNOT_SAY is found()["P4b"]


def test_a_score_is_nobody_else_s() -> None:
    exercise = a_scored_use()
    staff.end_staff(use=USE, staff=CASEWORKER.ref, by=OWNER, at=LATER)
    named(OTHER, "desk-8", at=LATER)
    Exercise.objects.filter(pk=exercise.pk).update(account=OTHER.ref)
    assert Finding.CANNOT_SAY is found()["P4b"]
