"""A profile's content as of a day in one spelling, so that evidence can name it by digest."""

from datetime import date

from answerable.law import rows
from answerable.law.norms import familywise_level, norms
from answerable.law.profiles import Profile, rows_in_force
from answerable.law.rules import Band, DatedValue
from answerable.record.canonical import JsonValue, canonical_bytes
from answerable.record.digests import HexDigest, sha256_of_bytes


def norms_content(profile: Profile, *, on: date) -> dict[str, JsonValue]:
    """Give what an audit takes from a profile on a day; it reads no rows."""
    found = norms(profile, on=on)
    return {
        "profile": profile.name,
        "familywise": _value(familywise_level(profile, on=on)),
        "norms": {
            f"{norm.measure}.{norm.comparison}": {
                "low": norm.low,
                "high": norm.high,
                "source": _value(profile.value(norm.rule, on=on)),
            }
            for norm in found.values()
        },
    }


def profile_content(profile: Profile, *, on: date) -> dict[str, JsonValue]:
    """Give all that a profile says on a day: norms, the value of every rule, conditions, rows.

    The day itself is left out, so the content and its digest change only when the law,
    the requirements or the profile do.
    """
    in_force = {rule.name for rule in profile.every_rule if rule.in_force(on)}
    return {
        **norms_content(profile, on=on),
        "title": profile.title,
        "jurisdictions": list(profile.jurisdictions),
        "urgent": list(profile.urgent),
        "conditions": list(profile.conditions),
        "values": {name: _value(profile.value(name, on=on)) for name in sorted(in_force)},
        "rows": [_row(row) for row in rows_in_force(profile)],
    }


def norms_digest(profile: Profile, *, on: date) -> HexDigest:
    """Name by SHA-256 what an audit takes from a profile on a day."""
    return sha256_of_bytes(canonical_bytes(norms_content(profile, on=on)))


def profile_digest(profile: Profile, *, on: date) -> HexDigest:
    """Name by SHA-256 all that a profile says on a day."""
    return sha256_of_bytes(canonical_bytes(profile_content(profile, on=on)))


def _value(found: DatedValue) -> JsonValue:
    return {
        "rule": found.rule,
        "jurisdiction": found.jurisdiction,
        "value": _plain(found),
        "unit": found.unit.value,
        "since": found.since.isoformat(),
        "start_event": found.start_event,
        "pauses": list(found.pauses),
        "citation": found.citation.title,
        "href": found.citation.href,
        "mark": found.mark.value,
        "date_mark": found.date_mark.value,
        "checked_on": None if found.checked_on is None else found.checked_on.isoformat(),
    }


def _plain(found: DatedValue) -> JsonValue:
    match found.value:
        case Band(low=low, high=high):
            return [low, high]
        case date() as day:
            return day.isoformat()
        case number:
            return number


def _row(row: rows.Row) -> JsonValue:
    return {
        "id": row.id,
        "requirement": row.requirement,
        "roles": [role.value for role in row.roles],
        "evidence": row.evidence,
        "enforcement": [
            {
                "kind": item.kind.value,
                "rule": item.rule,
                "note": item.note,
                "blocks": [step.value for step in item.blocks],
            }
            for item in row.enforcement
        ],
        "waivable": row.waivable,
        "served_by": row.served_by,
    }
