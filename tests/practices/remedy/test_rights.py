"""By role, action and agency: nobody does with remedy more than their part."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from answerable.errors import AnswerableError
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import GIVEN, Role
from answerable.practices.remedy.actions import (
    challenges,
    contacts,
    delivery,
    figures,
    look_backs,
    mailing,
    repairs,
    reviewing,
    wording,
)
from answerable.practices.remedy.rules.search import SearchRule
from answerable.practices.remedy.rules.states import Harm, How, Part, Step
from tests.inventory.situations import DAY, EVERYBODY_SOUTH, NINE, USE, VERSION_A, an_actor
from tests.practices.remedy.situations import NOW, PSEUDONYMS, a_challenge, a_machine
from tests.practices.remedy.test_look_backs import a_look_back

pytestmark = pytest.mark.django_db(databases="__all__")

AT = NOW + 2 * DAY
OWN, APP, REV, CW = Role.OWNER, Role.APPROVER, Role.REVIEWER, Role.CASEWORKER
ADMIN, AUD = Role.ADMINISTRATOR, Role.AUDITOR


def actions(folder: Path) -> dict[str, tuple[Callable[[Actor], object], set[Role]]]:
    """Each action as an actor would call it, and the roles that may."""
    case = a_challenge(folder)
    ref, notice = case.reference, case.notice.reference
    back = a_look_back().reference
    offices = dict.fromkeys(Step, "Desk 3")
    rule = SearchRule(since=NINE, until=NOW)
    secret = {"pseudonyms": PSEUDONYMS, "at": AT}
    return {
        "set_words": (
            lambda by: wording.set_words(
                use=USE, part=Part.HELP, language="en", words="Ask.", by=by, at=AT
            ),
            {OWN},
        ),
        "name_offices": (
            lambda by: wording.name_offices(use=USE, offices=offices, by=by, at=AT),
            {OWN},
        ),
        "import_contacts": (
            lambda by: contacts.import_contacts(agency="north", contacts=[], by=by, **secret),  # type: ignore[arg-type]
            {OWN, ADMIN, CW},
        ),
        "erase_contact": (
            lambda by: contacts.erase_contact(agency="north", person="p", by=by, **secret),  # type: ignore[arg-type]
            {OWN, ADMIN},
        ),
        "confirm_delivery": (
            lambda by: delivery.confirm_delivery(
                notice=notice, how=How.POST, proof="RR 1", by=by, at=AT
            ),
            {CW, REV},
        ),
        "record_return": (
            lambda by: delivery.record_return(notice=notice, reason="moved", by=by, at=AT),
            {CW, REV},
        ),
        "send_again": (lambda by: mailing.send_again(notice=notice, by=by, at=AT), {CW, OWN}),
        "file_challenge": (
            lambda by: challenges.file_challenge(
                notice=notice,
                points=["No."],
                channel="post",
                by=by,
                **secret,  # type: ignore[arg-type]
            ),
            {CW},
        ),
        "acknowledge": (
            lambda by: challenges.acknowledge(challenge=ref, how="post", by=by, at=AT),
            {CW, REV},
        ),
        "assign_reviewer": (
            lambda by: reviewing.assign_reviewer(
                challenge=ref,
                reviewer=an_actor("fresh", CW),
                by=by,
                **secret,  # type: ignore[arg-type]
            ),
            {CW, REV, APP},
        ),
        "record_blind_finding": (
            lambda by: reviewing.record_blind_finding(
                challenge=ref,
                finding="paid",
                words="Why.",
                minutes=5,
                by=by,
                **secret,  # type: ignore[arg-type]
            ),
            {CW, REV},
        ),
        "show_decision": (
            lambda by: reviewing.show_decision(notice=notice, by=by, at=AT),
            {CW, REV, OWN, APP, AUD},
        ),
        "decide_challenge": (
            lambda by: reviewing.decide_challenge(
                challenge=ref,
                outcome="paid",
                answers=[],
                minutes=5,
                by=by,
                **secret,  # type: ignore[arg-type]
            ),
            {CW, REV},
        ),
        "promise_remedy": (
            lambda by: repairs.promise_remedy(challenge=ref, harm=Harm.MONEY, by=by, at=AT),
            {CW, REV, APP},
        ),
        "complete_remedy": (
            lambda by: repairs.complete_remedy(
                challenge=ref, harm=Harm.MONEY, proof="77", by=by, at=AT
            ),
            {CW, APP, OWN},
        ),
        "answer_remedy": (
            lambda by: repairs.answer_remedy(
                challenge=ref, harm=Harm.MONEY, confirmed=False, by=by, at=AT
            ),
            {CW},
        ),
        "close_challenge": (
            lambda by: repairs.close_challenge(challenge=ref, by=by, at=AT),
            {CW, REV},
        ),
        "open_look_back": (
            lambda by: look_backs.open_look_back(use=USE, cause=0, rule=rule, by=by, at=AT),
            {OWN, REV, APP},
        ),
        "search": (
            lambda by: look_backs.search(look_back=back, machine=a_machine(folder), by=by, at=AT),
            {REV, APP},
        ),
        "close_look_back": (
            lambda by: look_backs.close_look_back(look_back=back, by=by, at=AT),
            {REV, APP},
        ),
        "measure_remedy": (
            lambda by: figures.measure_remedy(use=USE, version=VERSION_A, by=by, at=AT),
            {OWN, REV},
        ),
        "sign_off": (
            lambda by: figures.sign_off(use=USE, version=VERSION_A, by=by, at=AT),
            {REV},
        ),
    }


def is_barred(act: Callable[[Actor], object], by: Actor) -> bool:
    """Whether an action is not for somebody; whatever it did is undone.

    To a role that sees no case, a case is unknown.
    """
    try:
        with transaction.atomic():
            act(by)
            transaction.set_rollback(True)
    except AnswerableError as error:
        # Any other refusal is the matter's own.
        return isinstance(error, NotPermitted) or ".unknown_" in error.code
    return False


def test_each_action_is_for_its_roles_and_for_nobody_of_another_agency(tmp_path: Path) -> None:
    wrong = []
    for name, (act, allowed) in actions(tmp_path).items():
        people = {role: an_actor(f"a-{role}", role) for role in GIVEN}
        wrong += [
            f"{name} by {role}"
            for role, by in people.items()
            if is_barred(act, by) is (role in allowed)
        ]
        if not is_barred(act, EVERYBODY_SOUTH):
            wrong.append(f"{name} by a stranger")
    assert [] == wrong
