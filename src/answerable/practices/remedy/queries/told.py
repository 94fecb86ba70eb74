"""Whether the ledger tells of a row: what was typed in, or changed, counts for nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from answerable.ledger.entries import WrittenEntry, text_of_time
from answerable.ledger.models import EntryRow
from answerable.practices.remedy import entries
from answerable.practices.remedy.models import Challenge, LookBack, Notice

_AT_ONCE = 500


def told_deliveries(notices: Iterable[Notice]) -> set[int]:
    """Give which of these notices were delivered as their rows say, by their keys."""
    rows = [one for one in notices if one.delivered_at and one.effect_from]
    written = _written(one.entry for one in rows)
    return {
        one.pk
        for one in rows
        if one.effect_from is not None
        and _tells(
            written.get(one.entry),
            entries.NoticeDelivered.kind,
            at=one.delivered_at,
            use=one.use.ref,
            notice=one.reference,
            effect_from=text_of_time(one.effect_from),
        )
    }


def told_decisions(challenges: Iterable[Challenge]) -> set[int]:
    """Give which of these challenges were decided as their rows say, by their keys."""
    rows = [one for one in challenges if one.decided_entry is not None]
    written = _written(one.decided_entry for one in rows if one.decided_entry is not None)
    return {
        one.pk
        for one in rows
        if _tells(
            written.get(one.decided_entry or 0),
            entries.ChallengeOverturned.kind if one.overturned else entries.ChallengeUpheld.kind,
            at=one.decided_at,
            use=one.use.ref,
            challenge=one.reference,
        )
    }


def told_ends(look_backs: Iterable[LookBack]) -> set[int]:
    """Give which of these look-backs were closed as their rows say, by their keys."""
    rows = [one for one in look_backs if one.closed_at is not None]
    written = _written(one.entry for one in rows)
    kind = entries.LookBackClosed.kind
    return {
        one.pk
        for one in rows
        if _tells(
            written.get(one.entry),
            kind,
            at=one.closed_at,
            use=one.use.ref,
            look_back=one.reference,
        )
    }


def _written(indexes: Iterable[int]) -> Mapping[int, WrittenEntry]:
    wanted = sorted(set(indexes))
    found: dict[int, WrittenEntry] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = EntryRow.objects.filter(index__in=wanted[start : start + _AT_ONCE])
        for index, payload in rows.values_list("index", "payload"):
            found[index] = WrittenEntry.read(bytes(payload))
    return found


def _tells(
    written: WrittenEntry | None, kind: str, /, *, at: datetime | None, **fields: object
) -> bool:
    return (
        written is not None
        and (written.kind, written.at) == (kind, at)
        and all(written.fields.get(name) == value for name, value in fields.items())
    )
