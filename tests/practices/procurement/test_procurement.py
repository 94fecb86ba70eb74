"""A vendor's claim, from what was promised to what the agency's own decisions say."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from answerable.gate.models import RowVerdict
from answerable.gate.terms import Finding
from answerable.inventory import actions as inventory
from answerable.inventory.figures import latest_figures
from answerable.inventory.models import Evidence
from answerable.inventory.queries import UnknownUse, use_named
from answerable.ledger.models import EntryRow
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import Role
from answerable.practices.procurement import queries, rules
from answerable.practices.procurement.actions import claims, clocks, testing
from answerable.practices.procurement.actions.claims import ClaimRefused, Promised
from answerable.practices.procurement.models import Claim, ClaimTest
from answerable.practices.procurement.rules import ClaimVerdict, Promise
from answerable.record.digests import NotADigest
from answerable.record.measurement import CannotSay, Measurement
from tests.inventory.situations import (
    APPROVER,
    CASEWORKER,
    DAY,
    EVERYBODY_SOUTH,
    MINUTE,
    NINE,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    VERSION_B,
    an_actor,
)
from tests.practices.assessment.situations import (
    CONTEXT,
    FIRST,
    LAST,
    LATER,
    a_machine,
    a_scored_use,
    decided,
)
from tests.practices.procurement.situations import PROMISED

pytestmark = pytest.mark.django_db(databases="__all__")

OPERATOR = Actor.operator("answerable/procurement")


def a_claim(promised: Promised = PROMISED, *, by: Actor = OWNER) -> Claim:
    return claims.record_claim(use=USE, version=VERSION_A, promised=promised, by=by, at=NINE)


def measured_claim(
    folder: Path, *, claim: int = 1, by: Actor = OWNER, days: int = 0, shadow: bool = False
) -> ClaimTest:
    return testing.measure_claim(
        use=USE,
        claim=claim,
        since_on=FIRST,
        until_on=LAST,
        shadow=shadow,
        machine=a_machine(folder),
        by=by,
        at=LATER + days * DAY,
    )


def right_and_wrong(right: int, wrong: int, *, start: int = 0, race: str = "A") -> None:
    """Decisions called high of which ``right`` were confirmed; and one low, to have two kinds."""
    decided("high", race, right, start=start, labels="1")
    decided("high", race, wrong, start=start + 2000, labels="0")
    decided("low", race, 1, start=start + 4000, labels="0")


def row_found() -> Finding:
    last = RowVerdict.objects.filter(row="P7.4a").order_by("at", "pk").last()
    return Finding.CANNOT_SAY if last is None else Finding(last.finding)


# -- the verdict on a number ---------------------------------------------------------


def a_number(x: int, n: int, low: float, high: float) -> Measurement:
    return Measurement(value=x / n, low=low, high=high, numerator=x, denominator=n)


def test_a_promise_at_most_is_judged_from_the_other_side() -> None:
    found = a_number(20, 100, 0.13, 0.29)
    told = {
        value: rules.judge(found, promise=Promise.AT_MOST, value=value, unknown=0).verdict
        for value in (0.1, 0.2, 0.3)
    }
    assert told == {
        0.1: ClaimVerdict.REFUTED,
        0.2: ClaimVerdict.CANNOT_SAY,
        0.3: ClaimVerdict.SUPPORTED,
    }


def test_unknown_outcomes_that_could_refute_leave_a_claim_open() -> None:
    found = a_number(90, 100, 0.83, 0.94)
    held: dict[str, Any] = {"promise": Promise.AT_LEAST, "value": 0.8}
    # 90 of 112 is 0.80; 90 of 113 is less.
    assert rules.judge(found, **held, unknown=12).verdict == "supported"
    open_one = rules.judge(found, **held, unknown=13)
    assert (open_one.verdict, "13 decisions" in open_one.needs) == ("cannot_say", True)


def test_what_was_not_measured_says_what_it_needs() -> None:
    told = rules.judge(
        CannotSay(reason="no_label", needs="outcomes"),
        promise=Promise.AT_LEAST,
        value=0.7,
        unknown=0,
    )
    assert (told.verdict, told.needs) == (ClaimVerdict.CANNOT_SAY, "outcomes")


@given(
    x=st.integers(0, 50), more=st.integers(0, 50), value=st.floats(0, 1), unknown=st.integers(0, 9)
)
def test_turning_the_promise_round_turns_the_verdict_round(
    x: int, more: int, value: float, unknown: int
) -> None:
    n = x + more + 1
    low, high = max(0.0, x / n - 0.1), min(1.0, x / n + 0.1)
    found = a_number(x, n, low, high)
    mirrored = a_number(n - x, n, 1 - high, 1 - low)
    one = rules.judge(found, promise=Promise.AT_LEAST, value=value, unknown=unknown)
    other = rules.judge(mirrored, promise=Promise.AT_MOST, value=1 - value, unknown=unknown)
    # Rounding may move an end that lies on the promised value itself.
    near = min(abs(end - value) for end in (low, high, x / (n + unknown))) < 1e-9
    assert near or one.verdict is other.verdict


# -- the test by which a claim stands ------------------------------------------------


@dataclass
class ATest:
    """What is asked of a test, without a database."""

    verdict: str
    since_on: date
    until_on: date
    shadow: bool = False


def of_days(verdict: str, first: int, until: int, *, shadow: bool = False) -> ATest:
    """A test of the decisions of some days of a month."""
    return ATest(verdict, date(2026, 11, first), date(2026, 11, until), shadow)


def test_a_refuted_claim_is_not_rescued_by_a_kinder_period_or_by_an_empty_one() -> None:
    refuted = of_days("refuted", 5, 20)
    for other in (
        of_days("supported", 1, 5),
        of_days("supported", 6, 20),
        of_days("supported", 5, 19),
        of_days("supported", 1, 30, shadow=True),
        of_days("cannot_say", 1, 30),
    ):
        assert rules.standing([refuted, other]) is refuted
    for wider in (of_days("supported", 5, 20), of_days("supported", 1, 30)):
        assert rules.standing([refuted, wider]) is wider
        assert rules.standing([wider, refuted]) is refuted


def test_what_says_nothing_takes_nothing_back_and_is_all_there_is_alone() -> None:
    said, unsaid = of_days("supported", 1, 5), of_days("cannot_say", 1, 30)
    assert rules.standing([said, unsaid]) is said
    assert rules.standing([unsaid]) is unsaid
    assert rules.standing([]) is None


# -- recording -----------------------------------------------------------------------


def test_a_claim_is_bound_to_a_version_and_names_its_document_by_hash() -> None:
    a_scored_use()
    found = a_claim()
    assert (found.number, found.version, found.sha256) == (1, VERSION_A, "d" * 64)
    assert a_claim(by=REVIEWER).number == 2
    use = use_named(USE)
    assert not queries.claims_that_count(use, version=VERSION_B).exists()
    assert [one.finding for one in queries.findings(use, version=VERSION_B, at=NINE)] == [
        Finding.CANNOT_SAY
    ]


def test_a_claim_that_could_not_be_tested_is_refused() -> None:
    a_scored_use()
    for fault in (
        {"metric": "fairness"},
        {"value": 1.2},
        {"value": 0.0},
        {"promise": Promise.AT_MOST, "value": 1.0},
        {"every_days": 0},
        {"every_days": 400},
        {"as_of": NINE.date() + timedelta(days=1)},
        {"population": " "},
        {"document": "x" * 301},
        {"group": {"sex": "F"}},
    ):
        with pytest.raises(ClaimRefused):
            a_claim(replace(PROMISED, **fault))
    with pytest.raises(NotADigest):
        a_claim(replace(PROMISED, sha256="the guide"))
    assert not Claim.objects.exists()


def test_only_owner_and_reviewer_record_and_only_of_what_was_bought() -> None:
    a_scored_use()
    for actor in (APPROVER, CASEWORKER):
        with pytest.raises(NotPermitted):
            a_claim(by=actor)
    with pytest.raises(UnknownUse):
        a_claim(by=EVERYBODY_SOUTH)
    inventory.change_context(
        use=USE, context=replace(CONTEXT, bought=False), by=OWNER, at=NINE + MINUTE
    )
    with pytest.raises(claims.NothingBought):
        a_claim()


# -- testing -------------------------------------------------------------------------


def test_a_claim_that_the_data_speak_against_is_refuted_with_the_gap(tmp_path: Path) -> None:
    use = a_scored_use()
    right_and_wrong(499, 500)
    a_claim()
    found = measured_claim(tmp_path)
    # 499 of the high ones and the low one are right: 500 of 1,000.
    assert (found.value, found.n, found.verdict) == (0.5, 1000, "refuted")
    assert found.gap == pytest.approx(-0.2)
    assert row_found() is Finding.NOT_MET
    figure = latest_figures(use)[0]
    assert (figure.practice, figure.name, figure.value) == ("procurement", "accuracy", 0.5)
    assert (figure.evidence, figure.about) == (found.evidence, "claim 1")
    assert Evidence.objects.get(digest=found.evidence).use == use


def test_a_claim_that_the_data_bear_out_is_supported(tmp_path: Path) -> None:
    a_scored_use()
    right_and_wrong(799, 200)
    a_claim()
    found = measured_claim(tmp_path)
    assert (found.value, found.verdict) == (0.8, "supported")
    assert row_found() is Finding.CANNOT_SAY
    claims.review_claims(
        use=USE, version=VERSION_A, reason="Looked at.", by=REVIEWER, at=LATER + MINUTE
    )
    assert row_found() is Finding.MET


def test_without_outcomes_nobody_can_say_and_no_figure_is_made(tmp_path: Path) -> None:
    use = a_scored_use()
    decided("high", "A", 30, start=0)
    decided("low", "A", 30, start=100)
    a_claim()
    found = measured_claim(tmp_path)
    assert (found.verdict, found.value, found.unknown) == ("cannot_say", None, 60)
    assert "label" in found.needs
    assert latest_figures(use) == []
    assert row_found() is Finding.CANNOT_SAY


def test_decisions_of_other_versions_and_groups_do_not_count(tmp_path: Path) -> None:
    a_scored_use()
    right_and_wrong(99, 0)
    decided("high", "A", 500, start=6000, labels="0", version=VERSION_B)
    right_and_wrong(9, 40, start=8000, race="B")
    a_claim(replace(PROMISED, group={"race": "A"}))
    found = measured_claim(tmp_path)
    assert (found.value, found.n, found.verdict) == (1.0, 100, "supported")
    a_claim(replace(PROMISED, group={"race": "C"}))
    assert measured_claim(tmp_path, claim=2).verdict == "cannot_say"


def test_a_test_is_made_by_owner_or_reviewer_of_a_claim_that_counts(tmp_path: Path) -> None:
    a_scored_use()
    right_and_wrong(9, 9)
    a_claim()
    with pytest.raises(NotPermitted):
        measured_claim(tmp_path, by=APPROVER)
    with pytest.raises(UnknownUse):
        measured_claim(tmp_path, by=EVERYBODY_SOUTH)
    with pytest.raises(queries.UnknownClaim):
        measured_claim(tmp_path, claim=7)
    claims.withdraw_claim(use=USE, claim=1, reason="A slip.", by=REVIEWER, at=NINE + MINUTE)
    with pytest.raises(queries.UnknownClaim):
        measured_claim(tmp_path)


def test_an_owner_neither_withdraws_nor_reviews() -> None:
    a_scored_use()
    a_claim()
    both = an_actor("owner", Role.OWNER, Role.REVIEWER)
    for actor, error in ((OWNER, NotPermitted), (both, claims.OwnClaims)):
        with pytest.raises(error):
            claims.withdraw_claim(use=USE, claim=1, reason="A slip.", by=actor, at=NINE)
        with pytest.raises(error):
            claims.review_claims(use=USE, version=VERSION_A, reason="Fine.", by=actor, at=NINE)


def test_where_the_row_was_met_a_claim_that_nobody_tested_takes_it_back(tmp_path: Path) -> None:
    a_scored_use()
    right_and_wrong(799, 200)
    a_claim()
    assert not RowVerdict.objects.filter(row="P7.4a").exists()
    measured_claim(tmp_path)
    claims.review_claims(use=USE, version=VERSION_A, reason="Looked at.", by=REVIEWER, at=LATER)
    assert row_found() is Finding.MET
    claims.record_claim(use=USE, version=VERSION_A, promised=PROMISED, by=OWNER, at=LATER + MINUTE)
    assert row_found() is Finding.CANNOT_SAY


def test_an_owner_does_not_turn_a_refuted_claim_into_cannot_say(tmp_path: Path) -> None:
    a_scored_use()
    right_and_wrong(499, 500)
    a_claim()
    # How those computed without effect turned out, nobody knows.
    decided("high", "A", 9, start=7000, shadow=True)
    decided("low", "A", 9, start=7100, shadow=True)
    assert measured_claim(tmp_path).verdict == "refuted"
    assert measured_claim(tmp_path, shadow=True).verdict == "cannot_say"
    assert row_found() is Finding.NOT_MET


def test_a_claim_about_decisions_alone_needs_no_outcomes(tmp_path: Path) -> None:
    a_scored_use()
    decided("high", "A", 30, start=0)
    decided("low", "A", 70, start=100)
    a_claim(replace(PROMISED, metric="selection_rate", promise=Promise.AT_MOST, value=0.5))
    found = measured_claim(tmp_path)
    # 30 of 100, 95 % interval 0.22 to 0.40; that no outcome is known changes nothing.
    assert (found.value, found.unknown, found.verdict) == (0.3, 0, "supported")


# -- the schedule --------------------------------------------------------------------


def test_a_test_that_is_due_is_told_once_and_breaks_the_row(tmp_path: Path) -> None:
    use = a_scored_use()
    right_and_wrong(799, 200)
    a_claim()
    assert clocks.tell_overdue(by=OPERATOR, at=NINE + 180 * DAY - MINUTE) == 0
    assert clocks.tell_overdue(by=OPERATOR, at=NINE + 180 * DAY) == 1
    assert clocks.tell_overdue(by=OPERATOR, at=NINE + 181 * DAY) == 0
    assert row_found() is Finding.NOT_MET
    measured_claim(tmp_path, days=160)
    assert queries.findings(use, version=VERSION_A, at=LATER + 161 * DAY)[0].finding is Finding.MET
    # Due again half a year after the test.
    assert clocks.tell_overdue(by=OPERATOR, at=LATER + 340 * DAY) == 1
    kind = "procurement.claim.fell_overdue"
    assert EntryRow.objects.filter(kind=kind).count() == 2


def test_a_claim_withdrawn_since_the_list_was_made_is_not_told_as_overdue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_scored_use()
    listed = [a_claim()]
    claims.withdraw_claim(use=USE, claim=1, reason="A slip.", by=REVIEWER, at=NINE + MINUTE)
    monkeypatch.setattr(clocks, "overdue_claims", lambda **_given: listed)
    assert clocks.tell_overdue(by=OPERATOR, at=NINE + 180 * DAY) == 0
    assert not RowVerdict.objects.filter(row="P7.4a").exists()


def test_a_test_that_says_nothing_leaves_the_claim_as_due_as_it_was(tmp_path: Path) -> None:
    a_scored_use()
    decided("high", "A", 3, start=0)
    decided("low", "A", 3, start=10)
    found = a_claim()
    measured_claim(tmp_path)
    assert queries.due_at(found) == NINE + 180 * DAY


def test_the_database_refuses_a_verdict_without_a_number() -> None:
    a_scored_use()
    found = a_claim()
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=found.pk).update(metric="fairness")
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimTest.objects.create(
            claim=found,
            verdict="supported",
            n=0,
            unknown=0,
            since_on=FIRST,
            until_on=LAST,
            shadow=False,
            at=NINE,
            by=OWNER.ref,
            entry=1,
        )
