"""Entering a stage, where what the rows hold up is refused."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.changes import recompute_after
from answerable.gate.doors import locked
from answerable.gate.facts import facts_as_last_looked
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.rules import context_at, row_states
from answerable.gate.terms import Facts, Finding, RowState
from answerable.gate.words import in_words
from answerable.inventory import actions
from answerable.inventory.models import StageEvent
from answerable.inventory.queries import stage_of, use_for
from answerable.inventory.stages import BY_APPROVER, Stage
from answerable.law.rows import Step
from answerable.people.actors import Actor
from answerable.people.roles import Role

ENTERING: Mapping[Stage, frozenset[Step]] = MappingProxyType(
    {
        Stage.DESIGN: frozenset(),
        Stage.DEVELOP: frozenset(),
        Stage.PROCURE: frozenset(),
        Stage.DEPLOY: frozenset({Step.DEPLOY}),
        Stage.USE: frozenset({Step.USE}),
        Stage.DECOMMISSION: frozenset({Step.CLOSE_OUT}),
    }
)
"""What it takes to enter a stage, besides what leaving design takes."""


class StageHeldUp(AnswerableError):
    """A row holds up the stage."""

    code = "gate.stage_held_up"
    message = "{use} cannot enter the stage {stage}, because rows hold it up. {rows}"
    hint = "The page of the use says what each of them still needs."


def enter_stage(
    *,
    use: str,
    stage: Stage,
    rights_entry: int,
    version: str | None = None,
    by: Actor,
    at: datetime,
    law: Law = law_of_agency,
) -> StageEvent:
    """Move a use to a stage unless a row holds that up; going back is never held up.

    The rows are read for the version with which it enters. Retiring a use stops it in any case: a
    row that is not met holds up the close-out (P1e), and the use is stopped by a hold.
    """
    with transaction.atomic():
        role = Role.APPROVER if stage in BY_APPROVER else Role.OWNER
        found = locked(use_for(by, use, role))
        facts = facts_as_last_looked(found, at=at, law=law)
        steps = set(ENTERING[stage])
        if stage_of(found) is Stage.DESIGN and stage is not Stage.DECOMMISSION:
            steps.add(Step.LEAVING_DESIGN)
        held_up = _holding(facts, steps, version=version or "", at=at)
        if held_up:
            raise StageHeldUp(use=use, stage=stage, rows=in_words(held_up))
        event = actions.enter_stage(use=use, stage=stage, rights_entry=rights_entry, by=by, at=at)
        recompute_after(found, by=by, at=at, law=law)
    return event


def _holding(facts: Facts, steps: set[Step], *, version: str, at: datetime) -> list[RowState]:
    context = context_at(facts, at=at)
    bought = context is None or context.bought
    states = row_states(facts, version=version, pilot=False, at=at)
    return [
        state
        for row, state in zip(facts.law.rows, states, strict=True)
        if row.blocks & steps
        and (bought or not row.if_bought)
        and state.finding is not Finding.MET
        and not state.waived
    ]
