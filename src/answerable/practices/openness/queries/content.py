"""What the public record of a use would say now, built from what runs and what was told."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Max

from answerable.gate.facts import facts_as_last_looked
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.models import Ending, Hold, Lift, Waiver
from answerable.gate.rules import live_waiver, permit, stage_at
from answerable.gate.terms import Facts, Permit
from answerable.inventory.figures import latest_figures, text_of
from answerable.inventory.models import Figure, Use, UseContext
from answerable.inventory.queries import context_of, running_version
from answerable.law.profiles import profile
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.practices.openness.models import OptOutStatement, Withheld
from answerable.practices.openness.rules import (
    CLAIM_TESTED,
    FIGURE_TOLD,
    PUBLIC,
    REFUSED_BY_REVIEWER,
    Sized,
    is_of_group,
    missing_fields,
    too_small,
)
from answerable.record.canonical import JsonValue

MOST_HISTORY = 300
"""Entries that a record tells of; older ones stand in the records before it."""

_OF_CONTEXT = (
    *("kind", "purpose", "population", "legal_basis"),
    *("outcomes", "adverse", "bought"),
)
_OF_FIGURE = (
    *("practice", "name", "about", "unit", "version"),
    *("n", "data", "command", "evidence", "entry"),
)


def record_now(
    use: Use,
    *,
    at: datetime,
    earlier: Mapping[str, JsonValue] | None = None,
    since: int = 0,
    upto: int,
    law: Law = law_of_agency,
) -> dict[str, JsonValue]:
    """Write the record of a use as it is now.

    Parameters
    ----------
    earlier, since
        The content of the record before, and how far into the ledger it tells; its history
        is carried on.
    upto
        The size of the ledger before anything was read here: what is told later waits for
        the next record.
    """
    facts = facts_as_last_looked(use, at=at, law=law)
    version = running_version(use) or ""
    found = permit(facts, version=version, at=at)
    content: dict[str, JsonValue] = {
        "use": use.ref,
        "name": use.name,
        "system": use.system.name,
        "agency": use.agency_id,
        "agency_name": use.agency.name,
        **_context(context_of(use)),
        "attributes": list(use.attributes),
        "stage": stage_at(facts, at=at) or "",
        "version": version,
        "enrolled_on": use.enrolled_at.date().isoformat(),
        "running_since": "" if use.running_since is None else use.running_since.date().isoformat(),
        **_permit(found),
        "waivers": _waivers(use, facts, version=version, at=at),
        "refusals": _refusals(use),
        "holds": _holds(use),
        "opt_out": _opt_out(use, at=at),
        **_figures(use, smallest=smallest_published_group(use, at=at)),
    }
    content["history"] = _history(use, earlier, of=content, since=since, upto=upto)
    withheld = withheld_now(use, at=at)
    for row in withheld:
        content[row.field] = None
    content["withheld"] = {
        row.field: {"reason": row.reason, "until": _day(row.until), "entry": row.entry}
        for row in withheld
    }
    content["missing"] = list(missing_fields(content))
    return content


def smallest_published_group(use: Use, *, at: datetime) -> int:
    """Give the fewest cases on which a published figure about one group may rest."""
    return profile(use.agency.profile).value("smallest_published_group", on=at.date()).whole


def ledger_size() -> int:
    """Count the ledger's entries."""
    found = EntryRow.objects.aggregate(last=Max("index"))["last"]
    return 0 if found is None else found + 1


def withheld_now(use: Use, *, at: datetime) -> list[Withheld]:
    """List what is kept from the public now, the last word on each field."""
    rows = Withheld.objects.filter(use=use, until__gt=at, at__lte=at).order_by("at", "pk")
    return list({row.field: row for row in rows}.values())


def opt_out_now(use: Use, *, at: datetime) -> OptOutStatement | None:
    """Give the last statement about the opt-out that still holds."""
    found = OptOutStatement.objects.filter(use=use, at__lte=at).order_by("at", "pk").last()
    if found is None or (found.until is not None and found.until <= at):
        return None
    return found


def _context(row: UseContext) -> dict[str, JsonValue]:
    content = dict(row.content)
    return {
        "context": row.digest,
        **{name: content[name] for name in _OF_CONTEXT},
    }


def _permit(found: Permit) -> dict[str, JsonValue]:
    approval = found.approval
    return {
        "state": found.state.value,
        "reasons": [reason for reason in found.reasons if ":" not in reason],
        "approved_until": None if approval is None else _day(approval.until),
        "conditions": [] if approval is None else list(approval.conditions),
        "rows": [
            {
                "id": row.id,
                "finding": "not_built" if row.not_built else row.finding.value,
                "waived": row.waived,
                "blocks": row.blocks,
                "rests_on": list(row.rests_on),
                "needs": [] if row.not_built else list(row.needs),
            }
            for row in found.rows
        ],
    }


def _waivers(use: Use, facts: Facts, *, version: str, at: datetime) -> list[JsonValue]:
    rows = Waiver.objects.filter(use=use, version=version).order_by("pk")
    live: list[JsonValue] = []
    for row in rows:
        counted = live_waiver(facts, row.row, version=version, at=at)
        if counted is not None and counted.at == row.at:
            told: JsonValue = {
                "row": row.row,
                "reason": row.reason,
                "until": _day(row.until),
                "entry": row.entry,
            }
            live.append(told)
    return live


def _refusals(use: Use) -> list[JsonValue]:
    """List who refused it, and why: officials a permit, reviewers a version."""
    rows = Ending.objects.filter(use=use, refused=True).order_by("pk")
    told = [(row.entry, _day(row.at), row.reason) for row in rows]
    payloads = EntryRow.objects.filter(agency=use.agency_id, kind=REFUSED_BY_REVIEWER)
    for payload in payloads.values_list("payload", flat=True):
        entry = WrittenEntry.read(bytes(payload))
        if entry.fields["use"] == use.ref:
            told.append((entry.index, _day(entry.at), entry.sentence))
    return [{"on": on, "reason": why, "entry": index} for index, on, why in sorted(told)]


def _holds(use: Use) -> list[JsonValue]:
    lifted = Lift.objects.values("hold")
    rows = Hold.objects.filter(use=use, record="", subject="").exclude(pk__in=lifted)
    return [
        {"level": row.level, "ground": row.ground, "on": _day(row.at), "entry": row.entry}
        for row in rows.order_by("pk")
    ]


def _opt_out(use: Use, *, at: datetime) -> JsonValue:
    found = opt_out_now(use, at=at)
    if found is None:
        return None
    until = None if found.until is None else _day(found.until)
    return {"offered": found.offered, "text": found.text, "until": until, "entry": found.entry}


def _figures(use: Use, *, smallest: int) -> dict[str, JsonValue]:
    """Give the figures, and say how many would tell of too few people."""
    rows = latest_figures(use)
    hidden = too_small([_sized(row) for row in rows], smallest=smallest)
    return {
        "figures": [_figure(row) for row in rows if row.entry not in hidden],
        "figures_of_small_groups": len(hidden),
        "smallest_group": smallest,
    }


def _sized(row: Figure) -> Sized:
    period = (row.first_on.isoformat(), row.last_on.isoformat())
    source = (row.practice, row.version, *period)
    return Sized(entry=row.entry, source=source, name=row.name, about=row.about, n=row.n)


def _figure(row: Figure) -> JsonValue:
    return {
        **{name: getattr(row, name) for name in _OF_FIGURE},
        **{name: text_of(getattr(row, name)) for name in ("value", "low", "high", "level")},
        "first_on": row.first_on.isoformat(),
        "last_on": row.last_on.isoformat(),
        "measured_on": _day(row.at),
    }


def _history(
    use: Use,
    earlier: Mapping[str, JsonValue] | None,
    *,
    of: Mapping[str, JsonValue],
    since: int,
    upto: int,
) -> list[JsonValue]:
    before = None if earlier is None else earlier.get("history")
    lines: list[JsonValue] = list(before) if isinstance(before, list) else []
    lines += [
        {
            "entry": entry.index,
            "kind": entry.kind,
            "at": entry.at.isoformat(timespec="seconds"),
            "sentence": entry.sentence,
        }
        for entry in _public_entries(use, since=since, upto=upto)
        if may_be_told(entry, record=of)
    ]
    return lines[-MOST_HISTORY:]


def _public_entries(use: Use, *, since: int, upto: int) -> Iterable[WrittenEntry]:
    """Read the entries of public kinds that tell of a use, in their order."""
    told = EntryRow.objects.filter(agency=use.agency_id, index__gte=since, index__lt=upto)
    rows = told.filter(kind__in=PUBLIC) | told.filter(index__in=entries_of_holds(use))
    for payload in rows.order_by("index").values_list("payload", flat=True):
        entry = WrittenEntry.read(bytes(payload))
        if entry.fields.get("use") == use.ref or entry.fields.get("system") == use.system.ref:
            yield entry


def may_be_told(entry: WrittenEntry, *, record: Mapping[str, JsonValue]) -> bool:
    """Say whether an entry tells of no fewer people than a record of its use does.

    A number about one of several groups is told of only beside its figure, for the record
    hides those from which a small group could be worked out.
    """
    fields = entry.fields
    listed = record.get("figures")
    figures = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    if entry.kind == FIGURE_TOLD:
        about, n = str(fields["about"]), fields["n"]
        beside = any(one.get("entry") == entry.index for one in figures)
    elif entry.kind == CLAIM_TESTED:
        # Whoever claims something of everybody claims it of those whose outcome is known.
        about, n = str(fields["group"]) or "known outcomes", fields["decisions"]
        beside = any(one.get("evidence") == fields["evidence"] for one in figures)
    else:
        return True
    if not about or n == 0:
        return True
    if is_of_group(about):
        return beside
    smallest = record.get("smallest_group")
    return isinstance(n, int) and isinstance(smallest, int) and n >= smallest


def entries_of_holds(use: Use) -> list[int]:
    """List the entries of holds on the whole use: one on a decision is a person's matter."""
    holds = Hold.objects.filter(use=use, record="", subject="")
    lifts = Lift.objects.filter(hold__in=holds)
    return [
        *holds.values_list("entry", flat=True),
        *lifts.values_list("entry", flat=True),
    ]


def _day(at: datetime) -> str:
    return at.date().isoformat()
