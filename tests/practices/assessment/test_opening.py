"""An assessment is of one version in one context, and its owner opens it."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from answerable.inventory.queries import UnknownUse
from answerable.people.actors import NotPermitted
from answerable.practices.assessment import queries
from answerable.practices.assessment.actions import (
    opening,
)
from answerable.practices.assessment.models import Assessment, Risk
from answerable.practices.assessment.rules import State
from tests.inventory.situations import (
    APPROVER,
    CASEWORKER,
    EVERYBODY_SOUTH,
    NINE,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    VERSION_B,
)
from tests.practices.assessment.situations import (
    a_scored_use,
    an_assessment,
    submitted,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def test_an_assessment_is_of_one_version_in_one_context_and_pending_once() -> None:
    use = a_scored_use()
    found = opening.open_assessment(use=USE, version=VERSION_A, by=OWNER, at=NINE)
    assert (found.number, found.state) == (1, State.OPEN)
    assert found.context == use.contexts.get().digest
    with pytest.raises(opening.OpenedAlready):
        opening.open_assessment(use=USE, version=VERSION_A, by=OWNER, at=NINE)
    assert opening.open_assessment(use=USE, version=VERSION_B, by=OWNER, at=NINE).number == 2


def test_only_the_owner_opens_and_for_other_agencies_there_is_no_use() -> None:
    a_scored_use()
    for actor in (REVIEWER, APPROVER, CASEWORKER):
        with pytest.raises(NotPermitted):
            opening.open_assessment(use=USE, version=VERSION_A, by=actor, at=NINE)
    with pytest.raises(UnknownUse):
        opening.open_assessment(use=USE, version=VERSION_A, by=EVERYBODY_SOUTH, at=NINE)
    an_assessment()
    assert not queries.assessments_visible_to(EVERYBODY_SOUTH).exists()
    assert queries.assessments_visible_to(CASEWORKER).count() == 1


def test_an_assessment_without_a_risk_is_not_reviewed() -> None:
    a_scored_use()
    opening.open_assessment(use=USE, version=VERSION_A, by=OWNER, at=NINE)
    with pytest.raises(opening.NothingToReview):
        submitted()


def test_the_database_refuses_what_the_actions_would() -> None:
    a_scored_use()
    found = an_assessment()
    risk = Risk.objects.get(number=1)
    attempts: tuple[Callable[[], int], ...] = (
        lambda: Assessment.objects.filter(pk=found.pk).update(state="signed"),
        lambda: Assessment.objects.filter(pk=found.pk).update(
            state="signed",
            content="c" * 64,
            decided_at=NINE,
            decided_by=found.opened_by,
            decided_entry=1,
        ),
        lambda: Risk.objects.filter(pk=risk.pk).update(severity=9),
        lambda: Risk.objects.filter(pk=risk.pk).update(dimension="luck"),
        lambda: Risk.objects.filter(pk=risk.pk).update(number=2),
    )
    for break_it in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            break_it()
