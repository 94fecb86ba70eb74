"""Findings about who decided: nobody known, or somebody not competent for the version (P4a)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from answerable.gate.models import RowVerdict
from answerable.gate.row_findings import record_findings
from answerable.gate.terms import Finding
from answerable.intake.bodies import KeptDecision, KeptReview, microseconds
from answerable.intake.findings import Found, count_finding
from answerable.intake.marks import Mark
from answerable.intake.queries import ManySealed, decisions_of
from answerable.inventory.models import Use
from answerable.people.actors import Actor
from answerable.people.roles import INSTALLATION, Role
from answerable.practices.competence.actions.arrived import New, locked_position, next_batch
from answerable.practices.competence.actions.staff import PART, not_met
from answerable.practices.competence.models import Staff
from answerable.practices.competence.queries import limit, people_in_log, position, scores_of
from answerable.practices.competence.rules import (
    UNIDENTIFIED,
    UNTRAINED,
    competent_at,
    last_before,
)

NAME = "staff"
# A review may overtake its decision on the way here by as much.
DECISION_GRACE = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Decided:
    """Who decided or reviewed something, by the token of the log."""

    agency: str
    use: str
    version: str
    reviewer: str
    at: datetime


def find_untrained(*, sealed: ManySealed, by: Actor = PART, at: datetime) -> int:
    """Open findings about records whose person is unknown or not competent; count the records.

    Reads each new decision and review once. A finding makes the row *not met* for its
    version at once.
    """
    by.need(Role.OPERATOR, agency=INSTALLATION)
    counted = 0
    while True:
        since = position(NAME)
        batch = next_batch(after=since, kinds=("decision", "review"), sealed=sealed)
        decided, last = _decided(batch.records, sealed=sealed, at=at)
        more = batch.more and last is None
        reached = batch.last if last is None else last
        found = _untrained(decided, at=at)
        if reached > since:
            with transaction.atomic():
                place = locked_position(NAME)
                if place.seq != since:
                    # Somebody else has read on meanwhile.
                    continue
                for one in found:
                    count_finding(found=one, by=by, at=at)
                    _record_not_met(one, by=by, at=at)
                place.seq = reached
                place.save(update_fields=["seq"])
            counted += sum(one.count for one in found)
        if not more:
            return counted


def _decided(
    records: Sequence[New], *, sealed: ManySealed, at: datetime
) -> tuple[list[_Decided], int | None]:
    """Give who decided; and a number, where a review has to wait for its decision."""
    reviews = {
        new.seq: msgspec.json.decode(new.body, type=KeptReview)
        for new in records
        if new.kind == "review"
    }
    versions = _versions(records, reviews, sealed=sealed)
    latest = microseconds(at - DECISION_GRACE)
    found: list[_Decided] = []
    for new in records:
        review = reviews.get(new.seq)
        if Mark.HISTORIC in new.marks:
            # Before there was a gate, nobody could have been scored.
            continue
        if review is None:
            decision = msgspec.json.decode(new.body, type=KeptDecision)
            kept: KeptDecision | KeptReview = decision
            version = decision.version
        else:
            kept = review
            version = versions.get((new.agency, review.decision.source, review.decision.id), "")
            if not version and new.recorded_us > latest:
                return found, new.seq - 1
        if kept.reviewer:
            found.append(
                _Decided(
                    agency=new.agency,
                    use=kept.use,
                    version=version,
                    reviewer=kept.reviewer,
                    at=kept.occurred_at,
                )
            )
    return found, None


def _versions(
    records: Sequence[New], reviews: Mapping[int, KeptReview], *, sealed: ManySealed
) -> dict[tuple[str, str, str], str]:
    """Give the versions of the decisions that were reviewed."""
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for new in records:
        if new.seq in reviews:
            about = reviews[new.seq].decision
            names[new.agency].append((about.source, about.id))
    return {
        (agency, *name): decision.version
        for agency, some in names.items()
        for name, decision in decisions_of(agency=agency, names=some, sealed=sealed).items()
    }


def _untrained(decided: Sequence[_Decided], *, at: datetime) -> list[Found]:
    uses = {use.ref: use for use in Use.objects.filter(ref__in={one.use for one in decided})}
    people = {ref: people_in_log(Staff.objects.filter(use=use)) for ref, use in uses.items()}
    scores = {ref: scores_of(use) for ref, use in uses.items()}
    refresh = {ref: limit(use, "training_refresh", at=at) for ref, use in uses.items()}
    grouped: dict[tuple[str, str, str, str], list[datetime]] = defaultdict(list)
    for one in decided:
        # Records of a use that is not in the inventory have a finding of their own.
        if one.use not in uses:
            continue
        account = _account_at(people[one.use].get(one.reviewer, ()), one.at)
        of_version = scores[one.use].get((one.version, account or ""), [])
        last = last_before(of_version, at=one.at)
        if account is None:
            grouped[one.agency, one.use, UNIDENTIFIED, one.version].append(one.at)
        elif not competent_at(last, refresh=refresh[one.use], at=one.at):
            grouped[one.agency, one.use, UNTRAINED, one.version].append(one.at)
    return [
        Found(
            agency=agency,
            use=use,
            kind=kind,
            about=version,
            count=len(times),
            first_at=min(times),
            last_at=max(times),
        )
        for (agency, use, kind, version), times in grouped.items()
    ]


def _account_at(known: Sequence[Staff], at: datetime) -> str | None:
    """Say who stood behind a name at a moment: one name may pass from person to person."""
    return next(
        (
            one.account
            for one in known
            if one.since <= at and (one.ended_at is None or at < one.ended_at)
        ),
        None,
    )


def _record_not_met(found: Found, *, by: Actor, at: datetime) -> None:
    """Record it once: what is not met stays so until something newer is found."""
    use = Use.objects.get(ref=found.use)
    if not use.system.versions.filter(digest=found.about).exists():
        return
    told = RowVerdict.objects.filter(use=use, version=found.about, row="P4a").order_by("pk").last()
    worse = not_met(use, version=found.about, at=at)
    if "P4a" in worse and (told is None or told.finding != Finding.NOT_MET):
        record_findings(
            [worse["P4a"]], use=use.ref, version=found.about, room=__name__, by=by, at=at
        )
