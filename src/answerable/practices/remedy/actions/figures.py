"""Measuring how many people were told and heard in time, and the reviewer's sign-off."""

from collections.abc import Iterable
from datetime import datetime

import numpy as np
from django.db import transaction

from answerable.gate.models import RowVerdict
from answerable.gate.row_findings import record_findings
from answerable.gate.told import decision_digest
from answerable.inventory.figures import Measured, Unit, record_figure
from answerable.inventory.models import Figure, Use
from answerable.inventory.queries import use_for, use_for_part
from answerable.measure.wilson import wilson_interval
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.remedy.models import Challenge, Notice
from answerable.practices.remedy.queries.findings import findings, late_challenges
from answerable.practices.remedy.rules.search import digest_of
from answerable.practices.remedy.rules.states import NoticeState

LEVEL = 0.95
_EXPORTED = "answerable export ledger | jq -c '.entries[].payload // empty | fromjson"

_LISTED = {
    "notices_delivered": '.kind | test("remedy.notice.(opened|delivered)")',
    "challenges_heard_in_time": '.kind | test("remedy.challenge.(received|upheld|overturned)")',
}
"""Whose entries are counted, as the command selects them."""


def measure_remedy(*, use: str, version: str, by: Actor, at: datetime) -> list[Figure]:
    """Keep two shares of a version: notices with proven delivery, and challenges heard in time.

    Each stands for itself: where nobody was to be told, or heard by now, there is no figure
    of it. A challenge counts from when the time to consider it is over.
    ``command`` lists the entries from which each can be counted again.
    """
    found = use_for_part(by, use, Role.OWNER, Role.REVIEWER)
    measured = [*_delivered(found, version), *_on_time(found, version, at=at)]
    with transaction.atomic():
        return [
            record_figure(use=use, version=version, measured=one, by=by, at=at) for one in measured
        ]


def sign_off(*, use: str, version: str, by: Actor, at: datetime) -> list[RowVerdict]:
    """Make what the rows of remedy find verdicts of the gate, by a reviewer."""
    found = use_for(by, use, Role.REVIEWER)
    with transaction.atomic():
        said = findings(found, version=version, at=at)
        return record_findings(said, use=use, version=version, room=__name__, by=by, at=at)


def _delivered(use: Use, version: str) -> Iterable[Measured]:
    notices = list(Notice.objects.filter(use=use, version=version, look_back=None).order_by("pk"))
    if notices:
        counted = [
            f"{decision_digest(source=one.source, record=one.record)} {one.state}"
            for one in notices
        ]
        told = sum(one.state == NoticeState.DELIVERED for one in notices)
        days = [one.opened_at for one in notices]
        yield _share("notices_delivered", told, len(notices), counted=counted, days=days)


def _on_time(use: Use, version: str, *, at: datetime) -> Iterable[Measured]:
    # Only those whose time is over: one decided early would count for the better while
    # one that still waits would not count at all.
    due = Challenge.objects.filter(use=use, notice__version=version, consider_by__lte=at)
    late = set(late_challenges(due, at=at).values_list("pk", flat=True))
    challenges = list(due.order_by("pk"))
    if challenges:
        counted = [
            f"{one.reference} {'late' if one.pk in late else 'in time'}" for one in challenges
        ]
        heard = len(challenges) - len(late)
        days = [one.received_at for one in challenges]
        yield _share("challenges_heard_in_time", heard, len(challenges), counted=counted, days=days)


def _share(name: str, hits: int, n: int, *, counted: list[str], days: list[datetime]) -> Measured:
    low, high = wilson_interval(np.array(hits), np.array(n), level=LEVEL)
    return Measured(
        practice="remedy",
        name=name,
        unit=Unit.SHARE,
        value=hits / n,
        low=float(low),
        high=float(high),
        level=LEVEL,
        n=n,
        first_on=min(days).date(),
        last_on=max(days).date(),
        data=digest_of(counted),
        command=f"{_EXPORTED} | select({_LISTED[name]})'",
    )
