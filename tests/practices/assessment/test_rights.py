"""By role, action and agency: nobody does in assessment or procurement more than their part."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from answerable.errors import AnswerableError
from answerable.inventory.queries import UnknownUse
from answerable.ledger.models import EntryRow
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import GIVEN, Role
from answerable.practices.assessment.actions import (
    data,
    deciding,
    measuring,
    mitigations,
    opening,
    risks,
)
from answerable.practices.assessment.rules import Dimension, Ground, How, Part
from answerable.practices.procurement.actions import claims, testing
from tests.inventory.situations import NINE, OPERATOR, OWNER, USE, VERSION_A, an_actor
from tests.practices.assessment.situations import (
    FIRST,
    LAST,
    MILD,
    TOLD,
    a_machine,
    a_scored_use,
    an_assessment,
)
from tests.practices.procurement.situations import PROMISED

pytestmark = pytest.mark.django_db(databases="__all__")

OWN, APP, REV = Role.OWNER, Role.APPROVER, Role.REVIEWER
Act = Callable[..., object]


def acts(folder: Path) -> dict[str, tuple[Act, frozenset[Role]]]:
    """Every action of the two rooms, and the roles that it takes."""
    about = {"use": USE, "assessment": 1}
    risk = {**about, "risk": 1}
    period = {"since_on": FIRST, "until_on": LAST, "machine": a_machine(folder)}
    why = {"reason": "Why."}

    def act(do: Act, *roles: Role, **given: object) -> tuple[Act, frozenset[Role]]:
        return partial(do, **given, at=NINE), frozenset(roles)

    return {
        "open": act(opening.open_assessment, OWN, use=USE, version=VERSION_A),
        "submit": act(opening.submit, OWN, **about),
        "hand back": act(opening.hand_back, REV, **about, **why),
        "describe": act(
            risks.describe_risk,
            OWN,
            **about,
            dimension=Dimension.SAFETY,
            harm="Harm.",
            group="All",
            scores=MILD,
        ),
        "score": act(risks.score_risk, REV, **risk, scores=MILD),
        "plan": act(
            mitigations.plan_mitigation,
            OWN,
            **risk,
            action="Something.",
            responsible=OWNER,
            due_on=date(2027, 1, 1),
        ),
        "prove": act(
            mitigations.prove_mitigation,
            OWN,
            REV,
            **risk,
            mitigation=1,
            before="b" * 64,
            after="a" * 64,
            measure="accuracy",
            group={},
        ),
        "accept": act(risks.accept_residue, APP, **risk, remains=MILD, **why),
        "data": act(data.describe_data, OWN, **about, part=Part.TESTING, told=TOLD),
        "ground": act(
            data.cover_ground, REV, **about, ground=Ground.RACE, how=How.MEASURED, attribute="race"
        ),
        "limit": act(data.set_limit, APP, **about, measure="accuracy", low=0.5, high=1.0, **why),
        "measure": act(measuring.measure_decisions, OWN, REV, **about, **period),
        "rerun": act(
            measuring.rerun_evidence,
            REV,
            **about,
            evidence="e" * 64,
            machine=a_machine(folder),
        ),
        "sign": act(deciding.sign_off, REV, **about, **why, machine=a_machine(folder)),
        "refuse": act(deciding.refuse, REV, **about, **why),
        "claim": act(claims.record_claim, OWN, REV, use=USE, version=VERSION_A, promised=PROMISED),
        "test a claim": act(testing.measure_claim, OWN, REV, use=USE, claim=1, **period),
        "withdraw": act(claims.withdraw_claim, REV, use=USE, claim=1, **why),
        "review": act(claims.review_claims, REV, use=USE, version=VERSION_A, **why),
    }


def is_let_in(do: Act, by: Actor) -> bool:
    """Whether the door opens; what is refused behind it is refused for another reason."""
    try:
        do(by=by)
    except NotPermitted:
        return False
    except AnswerableError:
        pass
    return True


@pytest.mark.parametrize("name", sorted(acts(Path())))
def test_each_role_does_its_part_and_no_other(name: str, tmp_path: Path) -> None:
    a_scored_use()
    an_assessment()
    do, roles = acts(tmp_path)[name]
    outside = [role for role in GIVEN if role not in roles]
    assert [] == [role for role in outside if is_let_in(do, an_actor("somebody", role))]
    before = EntryRow.objects.count()
    everything = an_actor("south", *GIVEN, agency="south")
    for stranger in (everything, OPERATOR, Actor(ref="account/nobody")):
        with pytest.raises(UnknownUse):
            do(by=stranger)
    assert EntryRow.objects.count() == before
    assert all(is_let_in(do, an_actor("somebody", role)) for role in roles)
