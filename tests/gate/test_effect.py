"""What may take effect on a person: only what nothing holds."""

from dataclasses import replace

import pytest

from answerable.gate import permits
from answerable.gate.effect import Clear, Clearances, Decided, Held, effect_of
from answerable.gate.holds import (
    CHALLENGE,
    LOOK_BACK,
    NOTICE,
    EndsByItself,
    lift_hold,
    pause,
    place_hold,
    stop,
)
from answerable.gate.models import Hold, Lift
from tests.gate.situations import an_open_use, approved, small_law
from tests.inventory.situations import (
    APPROVER,
    CASEWORKER,
    HOUR,
    NINE,
    OPERATOR,
    REVIEWER,
    USE,
    VERSION_A,
    VERSION_B,
)

pytestmark = pytest.mark.django_db(databases="__all__")

NOW = NINE + 4 * HOUR
DECISION = Decided(
    agency="north",
    use=USE,
    version=VERSION_A,
    source="back-office",
    record="42",
    subject="ab" * 16,
    reviewer="",
    outcome="paid",
    marks=frozenset(),
    shadow=False,
    occurred_at=NINE + 3 * HOUR,
)
REFUSAL = replace(DECISION, outcome="refused")


def effect(decision: Decided | None, *, ledger_fits: bool = True) -> Clear | Held:
    return effect_of(decision, at=NOW, ledger_fits=ledger_fits, law=small_law)


def a_notice(*, delivered: bool) -> None:
    hold = place_hold(
        use=USE,
        ground=NOTICE,
        source=REFUSAL.source,
        record=REFUSAL.record,
        by=OPERATOR,
        at=NINE + 3 * HOUR,
    )
    if delivered:
        lift_hold(hold=hold.pk, rests_on=("delivery/9",), by=OPERATOR, at=NOW, law=small_law)


def test_a_decision_that_is_good_for_the_person_is_clear_while_the_use_is_open() -> None:
    an_open_use()
    assert effect(DECISION) == Clear()


def test_an_adverse_decision_is_held_until_its_notice_is_delivered() -> None:
    an_open_use()
    assert effect(REFUSAL) == Held(reasons=("held_notice",))
    a_notice(delivered=False)
    assert effect(REFUSAL) == Held(reasons=("held_notice",))
    lift_hold(
        hold=Hold.objects.get().pk, rests_on=("delivery/9",), by=OPERATOR, at=NOW, law=small_law
    )
    assert effect(REFUSAL) == Clear()


def test_the_notice_of_another_decision_clears_nothing() -> None:
    an_open_use()
    a_notice(delivered=True)
    other = replace(REFUSAL, record="43")
    assert (effect(REFUSAL), effect(other)) == (Clear(), Held(reasons=("held_notice",)))


def test_a_hold_that_was_moved_to_another_decision_clears_nothing() -> None:
    an_open_use()
    a_notice(delivered=True)
    Hold.objects.update(record="43")
    other = replace(REFUSAL, record="43")
    assert effect(other) == Held(reasons=("held_notice",))


def test_a_hold_of_another_ground_that_was_made_a_notice_clears_nothing() -> None:
    an_open_use()
    hold = place_hold(
        use=USE, ground="doubt", source="back-office", record="42", by=CASEWORKER, at=NOW
    )
    lift_hold(hold=hold.pk, rests_on=("look/1",), by=CASEWORKER, at=NOW, law=small_law)
    Hold.objects.update(ground=NOTICE)
    assert effect(REFUSAL) == Held(reasons=("held_notice",))


def test_what_counts_is_what_held_it_at_the_moment_that_is_asked_about() -> None:
    an_open_use()
    a_notice(delivered=True)
    place_hold(
        use=USE, ground="challenge", source="back-office", record="42", by=CASEWORKER, at=NOW + HOUR
    )
    stop(use=USE, ground="breaker", by=OPERATOR, at=NOW + 2 * HOUR, law=small_law)
    clearances = Clearances(ledger_fits=True, law=small_law)
    found = [clearances.of(REFUSAL, at=NOW + hours * HOUR / 2) for hours in range(-1, 5)]
    assert found == [
        Held(reasons=("held_notice",)),
        Clear(),
        Clear(),
        Held(reasons=("held_challenge",)),
        Held(reasons=("held_challenge",)),
        Held(reasons=("use_stopped", "held_challenge")),
    ]
    for at in (NOW, NOW + HOUR, NOW + 2 * HOUR):
        fresh = effect_of(REFUSAL, at=at, ledger_fits=True, law=small_law)
        assert clearances.of(REFUSAL, at=at) == fresh


def test_a_lift_that_was_typed_in_clears_nothing() -> None:
    an_open_use()
    a_notice(delivered=False)
    hold = Hold.objects.get()
    Lift.objects.create(
        hold=hold, rests_on=["delivery/9"], at=NOW, by="account/1", entry=hold.entry
    )
    assert effect(REFUSAL) == Held(reasons=("held_notice",))


@pytest.mark.parametrize(
    ("decision", "reason"),
    [
        (None, "unknown_decision"),
        (replace(DECISION, use="north.unheard-of"), "unknown_use"),
        (replace(DECISION, agency="south"), "unknown_use"),
        (replace(DECISION, marks=frozenset({"wrong_version"})), "mark_wrong_version"),
        (replace(DECISION, shadow=True), "shadow"),
        (replace(DECISION, outcome="unheard_of"), "held_notice"),
        (replace(DECISION, version=VERSION_B), "made_without_permit"),
        (replace(DECISION, occurred_at=NINE + HOUR), "made_without_permit"),
    ],
)
def test_this_is_held(decision: Decided | None, reason: str) -> None:
    an_open_use()
    assert effect(decision) == Held(reasons=(reason,))


def test_nothing_is_clear_while_effects_are_paused_or_the_use_is_not_open() -> None:
    an_open_use()
    assert effect(DECISION, ledger_fits=False) == Held(
        reasons=("use_people_only", "made_without_permit")
    )
    pause(use=USE, ground="breaker", by=OPERATOR, at=NOW, law=small_law)
    assert effect(DECISION) == Held(reasons=("use_paused",))
    stop(use=USE, ground="breaker", by=OPERATOR, at=NOW, law=small_law)
    assert effect(DECISION) == Held(reasons=("use_stopped", "use_paused"))


def test_a_decision_under_a_lease_given_before_a_stop_is_clear_once_the_use_is_open_again() -> None:
    an_open_use()
    closed_at = NINE + 2 * HOUR + HOUR / 2
    permits.close_permit(use=USE, reason="A fault.", by=APPROVER, at=closed_at, law=small_law)
    within = replace(DECISION, occurred_at=closed_at + HOUR / 6)
    after = replace(DECISION, occurred_at=closed_at + HOUR / 3)
    assert effect(within) == Held(reasons=("use_people_only",))
    approved(at=NINE + 3 * HOUR + HOUR / 2)
    assert (effect(within), effect(after)) == (
        Clear(),
        Held(reasons=("made_without_permit",)),
    )


@pytest.mark.parametrize(
    ("ground", "when"),
    [
        (CHALLENGE, "the challenge to it was decided"),
        (LOOK_BACK, "its look-back was closed and its letter delivered, or a person decided"),
    ],
)
def test_a_challenge_or_a_look_back_holds_the_decision_until_it_ends_and_nobody_ends_it_by_hand(
    ground: str, when: str
) -> None:
    an_open_use()
    placed = place_hold(
        use=USE, ground=ground, source="back-office", record="42", by=CASEWORKER, at=NOW
    )
    assert effect(DECISION) == Held(reasons=(f"held_{ground}",))
    lift = {"hold": placed.pk, "rests_on": ("challenge/3",), "at": NOW, "law": small_law}
    # Neither whoever placed it nor a reviewer: it ends on what the part itself has seen.
    for by in (CASEWORKER, REVIEWER):
        with pytest.raises(EndsByItself, match=when):
            lift_hold(by=by, **lift)  # type: ignore[arg-type]
    lift_hold(by=OPERATOR, **lift)  # type: ignore[arg-type]
    assert effect(DECISION) == Clear()


def test_a_hold_on_the_person_holds_all_of_their_decisions_and_no_other() -> None:
    an_open_use()
    place_hold(use=USE, ground="hardship", subject="ab" * 16, by=CASEWORKER, at=NOW)
    assert effect(DECISION) == Held(reasons=("held_hardship",))
    assert effect(replace(DECISION, subject="cd" * 16)) == Clear()
