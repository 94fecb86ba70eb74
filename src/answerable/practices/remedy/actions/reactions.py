"""What this room does about entries of others: a fault that shows opens a look-back."""

from datetime import UTC, date, datetime, time, timedelta

from answerable.inventory.queries import use_named
from answerable.ledger.entries import WrittenEntry
from answerable.people.actors import Actor
from answerable.practices.remedy.actions.look_backs import open_look_back
from answerable.practices.remedy.models import Challenge
from answerable.practices.remedy.rules.search import SearchRule

_SIGN = timedelta(microseconds=1)


def on_overturned(entry: WrittenEntry, *, by: Actor, at: datetime) -> None:
    """Look for others after a decision fell: the same version, outcome and reasons.

    A reviewer may search by another rule; the clock runs from here.
    """
    challenge = Challenge.objects.select_related("notice", "use").get(
        reference=entry.fields["challenge"]
    )
    notice = challenge.notice
    began = min(notice.occurred_at, _first_run(challenge.use.ref))
    rule = SearchRule(
        since=began,
        until=at,
        version=notice.version,
        outcomes=(notice.outcome,),
        reasons=tuple(notice.reasons),
    )
    open_look_back(use=challenge.use.ref, cause=entry.index, rule=rule, by=by, at=at)


def on_alarm(entry: WrittenEntry, *, by: Actor, at: datetime) -> None:
    """Look for others after a red alarm: every decision of its version since the fault began.

    Reads ``use``, ``version``, ``tier`` and ``from_on`` of the entry; amber is left alone.
    """
    told = {name: str(value) for name, value in entry.fields.items()}
    if told.get("tier") != "red":
        return
    use = use_named(told["use"])
    since = _start_of(told["from_on"]) if told.get("from_on") else _first_run(use.ref)
    rule = SearchRule(since=min(since, at - _SIGN), until=at, version=told.get("version", ""))
    open_look_back(use=use.ref, cause=entry.index, rule=rule, by=by, at=at)


def _first_run(ref: str) -> datetime:
    use = use_named(ref)
    return use.running_since or use.enrolled_at


def _start_of(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), tzinfo=UTC)
