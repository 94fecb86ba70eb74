"""Keeping known cases for exercises: a fair sample of decisions whose outcome has arrived.

With them goes who decided and who reviewed, so that nobody is scored on a case of their own;
and all of it goes when the log keeps the record no longer.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from random import Random, SystemRandom

import msgspec
from django.db import transaction

from answerable.intake.bodies import KeptOutcome, KeptReview
from answerable.intake.marks import Mark
from answerable.intake.queries import ManySealed, decisions_of, still_kept
from answerable.inventory.models import Use
from answerable.practices.competence.actions.arrived import New, locked_position, next_batch
from answerable.practices.competence.models import CaseReview, KnownCase
from answerable.practices.competence.queries import position

NAME = "known cases"
KEPT_OF_A_KIND = 100
"""Cases kept of each version, outcome and finding: enough for ten exercises without repeats."""

_LARGEST = 2**62
_AT_ONCE = 500
_LEFT_OUT = frozenset({Mark.HISTORIC.value, Mark.UNKNOWN_USE.value, Mark.UNKNOWN_OUTCOME.value})


def gather_cases(*, sealed: ManySealed, at: datetime, chance: Random | None = None) -> int:
    """Look through what has arrived since the last time: keep some cases, and who reviewed.

    Safe to run at any time: how far it came is written with what it kept. Nothing but
    references and codes is kept, and no token but those of staff.
    """
    del at  # A case is as old as its decision says, whenever it is gathered.
    drawn = chance or SystemRandom()
    kept = 0
    while True:
        since = position(NAME)
        batch = next_batch(after=since, kinds=("outcome", "review"), sealed=sealed)
        outcomes = [new for new in batch.records if new.kind == "outcome"]
        reviews = [new for new in batch.records if new.kind == "review"]
        cases = _cases(outcomes, sealed=sealed, chance=drawn)
        if batch.last > since:
            with transaction.atomic():
                place = locked_position(NAME)
                if place.seq != since:
                    # Somebody else has read on meanwhile.
                    continue
                kept += _keep(cases)
                _keep_reviews(reviews)
                place.seq = batch.last
                place.save(update_fields=["seq"])
        if not batch.more:
            return kept


def forget_cases() -> int:
    """Delete cases and reviews whose records the log keeps no longer; count them.

    What was drawn into an exercise stays with it: the score rests on that.
    """
    cases = KnownCase.objects.order_by("use__agency__ref", "pk")
    reviews = CaseReview.objects.order_by("agency", "pk")
    made_from = (
        (KnownCase, cases.values_list("pk", "use__agency__ref", "source", "record")),
        (CaseReview, reviews.values_list("pk", "agency", "told_by", "review")),
    )
    return sum(_delete(model, list(_gone(rows.iterator()))) for model, rows in made_from)


def _gone(rows: Iterable[tuple[int, str, str, str]]) -> Iterator[int]:
    """Name the rows whose record is not there; they come agency by agency, each with its record."""
    for agency, some in groupby(rows, key=itemgetter(1)):
        while part := list(islice(some, _AT_ONCE)):
            kept = still_kept(agency=agency, names=[(source, name) for _, _, source, name in part])
            yield from (key for key, _, source, name in part if (source, name) not in kept)


def _delete(model: type[KnownCase | CaseReview], keys: Sequence[int]) -> int:
    for start in range(0, len(keys), _AT_ONCE):
        model.objects.filter(pk__in=keys[start : start + _AT_ONCE]).delete()
    return len(keys)


def _keep_reviews(records: Sequence[New]) -> None:
    reviews = [(new.agency, msgspec.json.decode(new.body, type=KeptReview)) for new in records]
    CaseReview.objects.bulk_create(
        [
            CaseReview(
                agency=agency,
                source=one.decision.source,
                record=one.decision.id,
                reviewer=one.reviewer,
                told_by=one.source,
                review=one.id,
            )
            for agency, one in reviews
        ],
        ignore_conflicts=True,
    )


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
                decided_by=decision.reviewer,
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
