"""A person behind a reference and a secret: they read, they are heard, the harm is undone."""

import json
import shlex
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from answerable.flow.reactions import Reaction, react
from answerable.gate.models import Hold, Lift, OptOut
from answerable.gate.terms import Finding
from answerable.inventory.figures import latest_figures
from answerable.inventory.models import Figure, Use
from answerable.ledger import checkpoints
from answerable.ledger.export import document
from answerable.ledger.models import EntryRow
from answerable.people.actors import NotPermitted
from answerable.practices.remedy.actions import on_overturned, repairs, reviewing
from answerable.practices.remedy.actions.cases import (
    MOST_TRIES,
    CaseNotOpened,
    TooManyTries,
    open_case,
    opt_out,
)
from answerable.practices.remedy.actions.challenges import (
    ChallengeRefused,
    acknowledge,
    file_challenge,
)
from answerable.practices.remedy.actions.delivery import let_take_effect
from answerable.practices.remedy.actions.figures import measure_remedy, sign_off
from answerable.practices.remedy.actions.look_backs import close_look_back, search
from answerable.practices.remedy.actions.parts import PERSON, SomebodyWasQuicker
from answerable.practices.remedy.actions.repairs import ChallengeNotClosed, RemedyRefused
from answerable.practices.remedy.actions.reviewing import (
    Answer,
    LookedTooSoon,
    NotTheReviewer,
    PointUnanswered,
    ReviewerTookTheDecision,
)
from answerable.practices.remedy.models import Challenge, DaySalt, LookBack, Notice, Point, Tries
from answerable.practices.remedy.queries import findings
from answerable.practices.remedy.queries.cases import said_in
from answerable.practices.remedy.queries.challenges import (
    UnknownChallenge,
    overdue_challenges,
)
from answerable.practices.remedy.rules.states import Harm
from tests.inventory.situations import (
    CASEWORKER,
    DAY,
    EVERYBODY_SOUTH,
    HOUR,
    NINE,
    OPERATOR,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
)
from tests.practices.remedy.situations import (
    LEDGER,
    NOW,
    OTHER,
    PSEUDONYMS,
    TENDER,
    Postbox,
    a_challenge,
    a_delivered_letter,
    a_letter,
    a_machine,
    decide,
    secret_in,
)

pytestmark = pytest.mark.django_db(databases="__all__")

FILED = NOW + DAY
HEARD = FILED + DAY
OVERTURNED = Reaction(
    name="remedy.on_overturned",
    kinds=frozenset({"remedy.challenge.overturned"}),
    run=lambda entry, by, at: on_overturned(entry, by=by, at=at),
)


def assign(challenge: Challenge, reviewer: object = TENDER) -> None:
    reviewing.assign_reviewer(
        challenge=challenge.reference,
        reviewer=reviewer,  # type: ignore[arg-type]
        pseudonyms=PSEUDONYMS,
        by=CASEWORKER,
        at=HEARD,
    )


def find(challenge: Challenge, finding: str = "paid") -> None:
    reviewing.record_blind_finding(
        challenge=challenge.reference,
        finding=finding,
        words="The payslip is there.",
        minutes=25,
        pseudonyms=PSEUDONYMS,
        by=TENDER,
        at=HEARD,
    )


def test_reference_and_secret_open_a_letter_and_that_delivers_it(tmp_path: Path) -> None:
    post = Postbox()
    notice = a_letter(tmp_path, post=post)
    typed = secret_in(post).lower().replace("-", " ")
    opened = open_case(reference=f" {notice.reference.lower()}", secret=typed, place="::1", at=NOW)
    assert ("delivered", "opened with the secret") == (opened.state, opened.how)
    again = open_case(reference=notice.reference, secret=typed, place="::1", at=NOW + DAY)
    assert NOW == again.delivered_at


def test_a_wrong_secret_opens_nothing_and_says_not_which_part_is_wrong(tmp_path: Path) -> None:
    post = Postbox()
    notice = a_letter(tmp_path, post=post)
    for reference, secret in ((notice.reference, "wrong"), ("2222-2222-22", secret_in(post))):
        with pytest.raises(CaseNotOpened):
            open_case(reference=reference, secret=secret, place="::1", at=NOW)
    assert "sent" == Notice.objects.get().state


def test_whoever_guesses_is_slowed_down_and_the_person_never_locked_out(tmp_path: Path) -> None:
    post = Postbox()
    notice = a_letter(tmp_path, post=post)

    def guess(place: str = "192.0.2.7", at: datetime = NOW) -> None:
        open_case(reference=notice.reference, secret="guess", place=place, at=at)  # noqa: S106 - a wrong one

    for _ in range(MOST_TRIES):
        with pytest.raises(CaseNotOpened):
            guess()
    with pytest.raises(TooManyTries):
        guess()
    with pytest.raises(CaseNotOpened):
        guess(place="192.0.2.8")
    own = open_case(reference=notice.reference, secret=secret_in(post), place="192.0.2.7", at=NOW)
    assert NOW == own.delivered_at
    # No address is kept, and the salt goes with the day.
    assert b"192.0.2" not in b"".join(bytes(one.key) for one in Tries.objects.all())
    with pytest.raises(CaseNotOpened):
        guess(at=NOW + 2 * DAY)
    assert [(NOW + 2 * DAY).date()] == list(DaySalt.objects.values_list("day", flat=True))


def test_a_challenge_starts_the_clocks_of_the_law_and_holds_the_decision(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    # From Tuesday, 24 November 2026: 2 and 10 working days, 30 days; until their midnight.
    assert datetime(2026, 11, 27, tzinfo=UTC) == challenge.acknowledge_by
    assert datetime(2026, 12, 9, tzinfo=UTC) == challenge.consider_by
    assert datetime(2026, 12, 25, tzinfo=UTC) == challenge.redress_by
    assert "Saturdays and Sundays left out, no holidays known; UTC" == challenge.calendar
    assert ["notice", "challenge"] == list(
        Hold.objects.order_by("pk").values_list("ground", flat=True)
    )
    # The notice's own hold ends with its waiting period; the challenge's does not.
    assert 1 == let_take_effect(at=NOW + 30 * DAY)
    assert ["notice"] == [lift.hold.ground for lift in Lift.objects.all()]


def test_what_is_urgent_is_considered_within_72_hours(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path, urgent=["food"])
    assert FILED + timedelta(hours=72) == challenge.consider_by


def test_a_persons_words_lie_encrypted_and_open_in_their_own_place_only(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    kept = bytes(Point.objects.get().words)
    assert b"payslip" not in kept
    assert ["I did send my payslip."] == [one.words for one in said_in(challenge, PSEUDONYMS)]
    payloads = b"".join(bytes(one.payload) for one in EntryRow.objects.all())
    assert b"I did send" not in payloads


@pytest.mark.parametrize(
    "fields", [{"points": [" "]}, {"points": ["x"] * 21}, {"urgent": ["impatience"]}]
)
def test_a_challenge_says_something_and_is_urgent_on_the_laws_grounds(
    tmp_path: Path, fields: dict[str, list[str]]
) -> None:
    with pytest.raises(ChallengeRefused):
        a_challenge(tmp_path, at=FILED, **fields)


def test_a_decision_is_challenged_once_at_a_time_and_also_after_the_last_day(
    tmp_path: Path,
) -> None:
    challenge = a_challenge(tmp_path, at=NOW + 60 * DAY)
    assert challenge.late
    last = challenge.notice.challenge_by
    # Six weeks from Monday, 23 November 2026; that day counts.
    assert "2027-01-04" == str(last)
    with pytest.raises(ChallengeRefused):
        file_challenge(
            notice=challenge.notice.reference,
            points=["And again."],
            channel="page",
            pseudonyms=PSEUDONYMS,
            by=PERSON,
            at=NOW + 61 * DAY,
        )


def test_a_caseworker_files_for_who_calls_and_nobody_else_does(tmp_path: Path) -> None:
    notice = a_delivered_letter(tmp_path)
    given = {
        "notice": notice.reference,
        "points": ["They rang: the payslip was sent."],
        "channel": "telephone",
        "pseudonyms": PSEUDONYMS,
        "at": FILED,
    }
    with pytest.raises(NotPermitted):
        file_challenge(**given, by=OWNER)  # type: ignore[arg-type]
    challenge = file_challenge(**given, by=CASEWORKER)  # type: ignore[arg-type]
    acknowledge(challenge=challenge.reference, how="telephone", by=CASEWORKER, at=FILED)
    acknowledge(challenge=challenge.reference, how="letter", by=CASEWORKER, at=HEARD)
    assert FILED == Challenge.objects.get().acknowledged_at


def test_who_decided_owns_or_has_seen_it_does_not_consider_it(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    with pytest.raises(NotPermitted):
        assign(challenge, OWNER)
    with pytest.raises(NotPermitted):
        assign(challenge, EVERYBODY_SOUTH)
    reviewing.show_decision(notice=challenge.notice.reference, by=OTHER, at=FILED)
    with pytest.raises(ReviewerTookTheDecision) as refused:
        assign(challenge, OTHER)
    assert "have been shown" in str(refused.value)
    assign(challenge, TENDER)


def test_who_took_the_decision_is_known_by_their_token_in_the_log(tmp_path: Path) -> None:
    from answerable.intake.hot.models import Subject  # noqa: PLC0415 - beside its only use

    challenge = a_challenge(tmp_path)
    lookup = PSEUDONYMS.lookup_of(agency="north", use="", person=TENDER.ref)
    Subject.objects.create(
        lookup=lookup,
        agency="north",
        use="",
        token=bytes.fromhex(challenge.notice.decider),
        ciphertext=PSEUDONYMS.close(TENDER.ref, lookup=lookup),
        made_us=0,
    )
    with pytest.raises(ReviewerTookTheDecision) as refused:
        assign(challenge, TENDER)
    assert "took the decision" in str(refused.value)


def test_the_reviewer_finds_first_and_is_shown_the_decision_afterwards(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    assign(challenge)
    with pytest.raises(LookedTooSoon):
        reviewing.show_decision(notice=challenge.notice.reference, by=TENDER, at=HEARD)
    with pytest.raises(SomebodyWasQuicker):
        reviewing.decide_challenge(
            challenge=challenge.reference,
            outcome="paid",
            answers=[Answer(accepted=True, words="Yes.")],
            minutes=1,
            pseudonyms=PSEUDONYMS,
            by=TENDER,
            at=HEARD,
        )
    find(challenge)
    shown = reviewing.show_decision(notice=challenge.notice.reference, by=TENDER, at=HEARD)
    assert "refused" == shown.outcome


def test_deciding_without_a_finding_breaks_a_rule_of_the_database(tmp_path: Path) -> None:
    a_challenge(tmp_path)
    with pytest.raises(IntegrityError), transaction.atomic():
        Challenge.objects.update(decided_at=HEARD, overturned=True, state="overturned")


def test_only_the_reviewer_decides_and_every_point_is_answered(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path, points=["One.", "Two."])
    assign(challenge)
    find(challenge)

    def answer(*answers: Answer, by: object = TENDER) -> None:
        reviewing.decide_challenge(
            challenge=challenge.reference,
            outcome="paid",
            answers=answers,
            minutes=1,
            pseudonyms=PSEUDONYMS,
            by=by,  # type: ignore[arg-type]
            at=HEARD,
        )

    one, blank = Answer(accepted=True, words="Right."), Answer(accepted=False, words=" ")
    with pytest.raises(NotTheReviewer):
        answer(one, one, by=OTHER)
    with pytest.raises(UnknownChallenge):
        answer(one, one, by=EVERYBODY_SOUTH)
    for answers in ((one,), (one, blank)):
        with pytest.raises(PointUnanswered):
            answer(*answers)
    answer(one, one)
    assert [True, True] == [said.accepted for said in said_in(challenge, PSEUDONYMS)]


def test_a_decision_that_stands_is_no_longer_held_by_its_challenge(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    decided = decide(challenge, outcome="refused", at=HEARD)
    assert (False, 35) == (decided.overturned, decided.minutes)
    assert ["challenge"] == [lift.hold.ground for lift in Lift.objects.all()]
    repairs.close_challenge(challenge=challenge.reference, by=TENDER, at=HEARD)
    assert "closed" == Challenge.objects.get().state


def test_a_decision_that_falls_stays_held_until_its_harm_is_undone_and_for_good(
    tmp_path: Path,
) -> None:
    challenge = a_challenge(tmp_path)
    ref = challenge.reference
    decide(challenge, outcome="paid", at=HEARD)
    react([OVERTURNED], at=HEARD)

    def close() -> None:
        repairs.close_challenge(challenge=ref, by=TENDER, at=HEARD + DAY)

    with pytest.raises(ChallengeNotClosed, match="no remedy was named"):
        close()
    repairs.promise_remedy(challenge=ref, harm=Harm.MONEY, by=CASEWORKER, at=HEARD)
    with pytest.raises(ChallengeNotClosed, match="promised and not complete"):
        close()
    with pytest.raises(RemedyRefused):
        repairs.complete_remedy(challenge=ref, harm=Harm.MONEY, proof=" ", by=CASEWORKER, at=HEARD)
    repairs.complete_remedy(
        challenge=ref, harm=Harm.MONEY, proof="payment 77", by=CASEWORKER, at=HEARD
    )
    repairs.answer_remedy(challenge=ref, harm=Harm.MONEY, confirmed=False, by=PERSON, at=HEARD)
    with pytest.raises(ChallengeNotClosed, match="disputes"):
        close()
    repairs.complete_remedy(
        challenge=ref, harm=Harm.MONEY, proof="payment 78", by=CASEWORKER, at=HEARD
    )
    with pytest.raises(RemedyRefused, match="only the person"):
        repairs.answer_remedy(challenge=ref, harm=Harm.MONEY, confirmed=True, by=TENDER, at=HEARD)
    repairs.answer_remedy(challenge=ref, harm=Harm.MONEY, confirmed=True, by=PERSON, at=HEARD)
    with pytest.raises(ChallengeNotClosed, match="look-back"):
        close()
    look_back = LookBack.objects.get()
    search(look_back=look_back.reference, machine=a_machine(tmp_path), by=REVIEWER, at=HEARD)
    close_look_back(look_back=look_back.reference, by=REVIEWER, at=HEARD)
    with pytest.raises(ChallengeNotClosed, match="only a person"):
        repairs.close_challenge(challenge=ref, by=OPERATOR, at=HEARD)
    close()
    held = Hold.objects.filter(ground="challenge", lift=None)
    assert ("closed", 1) == (Challenge.objects.get().state, held.count())
    said = findings(Use.objects.get(), version=VERSION_A, at=HEARD + DAY)
    met = [one.row for one in said if one.finding is Finding.MET]
    assert ["P6a", "P6b", "P6f", "P6g", "P6j"] == met
    assert all(one.rests_on for one in said if one.row in met)


def test_a_harm_disputed_after_the_case_was_closed_is_no_longer_undone(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    given = {"challenge": challenge.reference, "harm": Harm.MONEY, "at": HEARD}
    decide(challenge, outcome="paid", at=HEARD)
    react([OVERTURNED], at=HEARD)
    repairs.promise_remedy(by=CASEWORKER, **given)  # type: ignore[arg-type]
    repairs.complete_remedy(proof="payment 77", by=CASEWORKER, **given)  # type: ignore[arg-type]
    look_back = LookBack.objects.get()
    search(look_back=look_back.reference, machine=a_machine(tmp_path), by=REVIEWER, at=HEARD)
    close_look_back(look_back=look_back.reference, by=REVIEWER, at=HEARD)
    repairs.close_challenge(challenge=challenge.reference, by=CASEWORKER, at=HEARD)

    def undone(at: datetime = HEARD) -> Finding:
        said = findings(Use.objects.get(), version=VERSION_A, at=at)
        return next(one.finding for one in said if one.row == "P6b")

    assert Finding.MET is undone()
    repairs.answer_remedy(confirmed=False, by=PERSON, **given)  # type: ignore[arg-type]
    assert Finding.CANNOT_SAY is undone()
    assert Finding.NOT_MET is undone(at=challenge.redress_by)
    repairs.complete_remedy(proof="payment 78", by=CASEWORKER, **given)  # type: ignore[arg-type]
    assert Finding.MET is undone()


def test_a_challenge_nobody_considers_is_overdue_in_sight_and_not_met(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    due = challenge.consider_by
    use = Use.objects.get()

    def heard(at: datetime) -> Finding:
        found = {one.row: one.finding for one in findings(use, version=VERSION_A, at=at)}
        assert found["P6a"] is found["P6f"]
        return found["P6a"]

    acknowledge(challenge=challenge.reference, how="page", by=PERSON, at=FILED)
    assert not overdue_challenges(CASEWORKER, at=due - HOUR)
    assert Finding.CANNOT_SAY is heard(due - HOUR)
    assert [challenge] == list(overdue_challenges(CASEWORKER, at=due))
    assert not overdue_challenges(EVERYBODY_SOUTH, at=due)
    assert Finding.NOT_MET is heard(due)
    decide(challenge, outcome="refused", at=due)
    # Heard too late stays too late.
    assert Finding.NOT_MET is heard(due + DAY)


def test_who_was_told_and_heard_in_time_is_measured_with_an_interval(tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    decide(challenge, outcome="refused", at=HEARD)

    def measured(at: datetime) -> dict[str, tuple[float, float, float, int]]:
        figures = measure_remedy(use=USE, version=VERSION_A, by=REVIEWER, at=at)
        return {one.name: (one.low, one.value, one.high, one.n) for one in figures}

    # Decided early counts when its time is over, like one that would be decided late.
    assert ["notices_delivered"] == list(measured(challenge.consider_by - HOUR))
    found = measured(challenge.consider_by)
    assert {"notices_delivered", "challenges_heard_in_time"} == set(found)
    for low, value, high, n in found.values():
        # 1 of 1: Wilson's lower bound is 1 / (1 + 1.96²).
        assert (1.0, 1.0, 1) == (value, high, n)
        assert low == pytest.approx(1 / (1 + 1.959964**2), abs=1e-6)


def test_the_command_beside_a_figure_lists_the_entries_it_was_counted_from(
    tmp_path: Path,
) -> None:
    jq = shutil.which("jq")
    if jq is None:
        pytest.skip("needs jq")
    challenge = a_challenge(tmp_path)
    decide(challenge, outcome="refused", at=HEARD)
    at = challenge.consider_by
    measure_remedy(use=USE, version=VERSION_A, by=REVIEWER, at=at)
    checkpoints.make(key=LEDGER, folder=tmp_path / "checkpoints", at=at)
    exported = document(agencies=frozenset({"north"}))

    def listed(figure: Figure) -> list[str]:
        _, _, words = figure.command.partition(" | ")
        _, *given = shlex.split(words)
        done = subprocess.run([jq, *given], input=exported, capture_output=True, check=True)
        return [json.loads(line)["kind"] for line in done.stdout.splitlines()]

    heard, told = latest_figures(Use.objects.get())
    assert ["remedy.challenge.received", "remedy.challenge.upheld"] == listed(heard)
    assert ["remedy.notice.opened", "remedy.notice.delivered"] == listed(told)


def test_what_was_never_tried_is_cannot_say_and_a_reviewer_makes_it_a_verdict(
    tmp_path: Path,
) -> None:
    a_challenge(tmp_path)
    with pytest.raises(NotPermitted):
        sign_off(use=USE, version=VERSION_A, by=OWNER, at=HEARD)
    verdicts = sign_off(use=USE, version=VERSION_A, by=REVIEWER, at=HEARD)
    found = {one.row: one.finding for one in verdicts}
    assert [f"P6{letter}" for letter in "abcdefghij"] == list(found)
    assert ("met", "cannot_say", "cannot_say") == (found["P6g"], found["P6a"], found["P6j"])


def test_a_person_behind_their_secret_opts_out_of_the_use(tmp_path: Path) -> None:
    notice = a_delivered_letter(tmp_path)
    opt_out(notice=notice, pseudonyms=PSEUDONYMS, at=NOW + DAY)
    assert 1 == OptOut.objects.filter(withdrawn_at=None).count()
    assert NINE < OptOut.objects.get().at
