"""Keeping known cases for exercises: a fair sample of decisions whose outcome has arrived."""

from collections.abc import Sequence
from datetime import datetime
from random import Random, SystemRandom

import msgspec
from django.db import transaction

from answerable.intake.bodies import KeptOutcome
from answerable.intake.marks import Mark
from answerable.intake.queries import ManySealed, decisions_of
from answerable.inventory.models import Use
from answerable.practices.competence.actions.arrived import New, locked_position, next_batch
from answerable.practices.competence.models import KnownCase
from answerable.practices.competence.queries import position

NAME = "known cases"
KEPT_OF_A_KIND = 100
"""Cases kept of each version, outcome and finding: enough for ten exercises without repeats."""

_LARGEST = 2**62
_LEFT_OUT = frozenset({Mark.HISTORIC.value, Mark.UNKNOWN_USE.value, Mark.UNKNOWN_OUTCOME.value})


def gather_cases(*, sealed: ManySealed, at: datetime, chance: Random | None = None) -> int:
    """Look through the outcomes that have arrived since the last time, and keep some cases.

    Safe to run at any time: how far it came is written with what it kept. Nothing but
    references and codes is kept, and no person's token.
    """
    del at  # A case is as old as its decision says, whenever it is gathered.
    drawn = chance or SystemRandom()
    kept = 0
    while True:
        since = position(NAME)
        batch = next_batch(after=since, kinds=("outcome",), sealed=sealed)
        cases = _cases(batch.records, sealed=sealed, chance=drawn)
        if batch.last > since:
            with transaction.atomic():
                place = locked_position(NAME)
                if place.seq != since:
                    # Somebody else has read on meanwhile.
                    continue
                kept += _keep(cases)
                place.seq = batch.last
                place.save(update_fields=["seq"])
        if not batch.more:
            return kept


def _cases(records: Sequence[New], *, sealed: ManySealed, chance: Random) -> list[KnownCase]:
    outcomes = [(new.agency, msgspec.json.decode(new.body, type=KeptOutcome)) for new in records]
    uses = {use.ref: use for use in Use.objects.filter(ref__in={one.use for _, one in outcomes})}
    cases: dict[tuple[str, str, str], KnownCase] = {}
    # In a fixed order, so that the same chance draws the same cases.
    for agency in sorted({agency for agency, _ in outcomes}):
        told = {(one.decision.source, one.decision.id): one for by, one in outcomes if by == agency}
        known = decisions_of(agency=agency, names=told, sealed=sealed)
        for name, decision in sorted(known.items(), key=lambda one: one[0]):
            use = uses.get(decision.use)
            if use is None or decision.marks & _LEFT_OUT:
                continue
            cases[use.ref, *name] = KnownCase(
                use=use,
                version=decision.version,
                source=decision.source,
                record=decision.record,
                outcome=decision.outcome,
                label=told[name].label,
                occurred_at=decision.occurred_at,
                drawn_by=chance.randrange(_LARGEST),
            )
    return list(cases.values())


def _keep(cases: Sequence[KnownCase]) -> int:
    """Store cases; of each kind, only those with the smallest random numbers stay."""
    KnownCase.objects.bulk_create(
        cases,
        update_conflicts=True,
        unique_fields=["use", "source", "record"],
        update_fields=["label"],
    )
    for use, version, outcome, label in {
        (case.use_id, case.version, case.outcome, case.label) for case in cases
    }:
        of_kind = KnownCase.objects.filter(
            use=use, version=version, outcome=outcome, label=label
        ).order_by("drawn_by")
        beyond = list(of_kind.values_list("pk", flat=True)[KEPT_OF_A_KIND:])
        KnownCase.objects.filter(pk__in=beyond).delete()
    return len(cases)
