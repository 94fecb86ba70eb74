"""Whether the ledger tells of a row: what was typed in, or changed, counts for nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from answerable.ledger.entries import Entry, WrittenEntry, text_of_time
from answerable.ledger.models import EntryRow
from answerable.ledger.people import who
from answerable.practices.remedy import entries
from answerable.practices.remedy.models import Challenge, LookBack, Notice

_AT_ONCE = 500


def told_deliveries(notices: Iterable[Notice]) -> set[int]:
    """Give which of these notices were delivered as their rows say, by their keys."""
    return _told(
        _Claim(
            key=one.pk,
            entry=one.entry,
            kind=entries.NoticeDelivered,
            at=one.delivered_at,
            fields={
                "use": one.use.ref,
                "notice": one.reference,
                "effect_from": one.effect_from and text_of_time(one.effect_from),
            },
        )
        for one in notices
    )


def told_decisions(challenges: Iterable[Challenge]) -> set[int]:
    """Give which of these challenges were decided as their rows say, by their keys."""
    return _told(
        _Claim(
            key=one.pk,
            entry=one.decided_entry,
            kind=entries.ChallengeOverturned if one.overturned else entries.ChallengeUpheld,
            at=one.decided_at,
            fields={"use": one.use.ref, "challenge": one.reference},
        )
        for one in challenges
    )


def told_ends(look_backs: Iterable[LookBack]) -> set[int]:
    """Give which of these look-backs were closed as their rows say, by their keys."""
    return _told(
        _Claim(
            key=one.pk,
            entry=one.entry,
            kind=entries.LookBackClosed,
            at=one.closed_at,
            fields={"use": one.use.ref, "look_back": one.reference},
        )
        for one in look_backs
    )


def is_told_finding(challenge: Challenge) -> bool:
    """Say whether the reviewer of a challenge recorded the finding that its row holds."""
    claim = _Claim(
        key=challenge.pk,
        entry=challenge.entry,
        kind=entries.BlindFindingRecorded,
        at=challenge.found_at,
        fields={
            "use": challenge.use.ref,
            "challenge": challenge.reference,
            "finding": challenge.finding,
            "minutes": challenge.minutes,
        },
    )
    written = _written([challenge.entry]).get(challenge.entry)
    if written is None or not claim.is_told_by(written):
        return False
    return bool(who([written.by], among=[challenge.reviewer]))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Claim:
    """What a row says, and the entry in which the ledger should say the same."""

    key: int
    entry: int | None
    kind: type[Entry]
    at: datetime | None
    fields: Mapping[str, object]

    def is_told_by(self, written: WrittenEntry) -> bool:
        same = (written.kind, written.at) == (self.kind.kind, self.at)
        return same and all(written.fields.get(name) == told for name, told in self.fields.items())


def _told(claims: Iterable[_Claim]) -> set[int]:
    listed = [(one, one.entry) for one in claims if one.entry is not None]
    written = _written(entry for _, entry in listed)
    return {one.key for one, entry in listed if entry in written and one.is_told_by(written[entry])}


def _written(indexes: Iterable[int]) -> Mapping[int, WrittenEntry]:
    wanted = sorted(set(indexes))
    found: dict[int, WrittenEntry] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = EntryRow.objects.filter(index__in=wanted[start : start + _AT_ONCE])
        for index, payload in rows.values_list("index", "payload"):
            found[index] = WrittenEntry.read(bytes(payload))
    return found
