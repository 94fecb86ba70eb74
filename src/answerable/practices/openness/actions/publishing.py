"""Publishing the record of a use, anew where it changed, and at once where that is a refusal."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from answerable.gate.doors import locked
from answerable.gate.entries import StateChanged
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.row_findings import record_findings
from answerable.gate.terms import Finding
from answerable.inventory.models import Use
from answerable.inventory.queries import use_for_part
from answerable.ledger.append import append
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.openness.entries import RecordCompared, RecordPublished, RecordSignedOff
from answerable.practices.openness.models import PublicRecord, RegisterLine
from answerable.practices.openness.queries.content import entries_of_holds, ledger_size, record_now
from answerable.practices.openness.queries.findings import findings
from answerable.practices.openness.rules import AT_ONCE, PUBLIC, REFUSALS
from answerable.record.canonical import JsonValue, canonical_bytes
from answerable.record.digests import sha256_of_bytes

PART = Actor.operator("answerable/openness")
_OF_RECORDS = {RecordPublished.kind, RecordCompared.kind, RecordSignedOff.kind}
_SHOWN_BY_RECORD = frozenset({"P5b", "P5f"})
_SEARCHED = ("use", "name", "system", "agency", "agency_name", "purpose", "population", "kind")


def publish(*, use: str, by: Actor, at: datetime, law: Law = law_of_agency) -> PublicRecord:
    """Publish what the record of a use says now; where nothing changed, the last one stays.

    All of it is read from what runs and what was told: nobody types a record in.
    """
    with transaction.atomic():
        found = locked(use_for_part(by, use, Role.OWNER, Role.APPROVER))
        last = PublicRecord.objects.filter(use=found).order_by("number").last()
        upto = ledger_size()
        content = record_now(
            found,
            at=at,
            earlier=None if last is None else last.content,
            since=0 if last is None else last.upto,
            upto=upto,
            law=law,
        )
        if last is not None and _says(last.content) == _says(content):
            return last
        digest = sha256_of_bytes(canonical_bytes(content))
        number = 1 if last is None else last.number + 1
        told = RecordPublished(
            use=use,
            number=number,
            content=digest,
            missing=_names(content["missing"]),
            withheld=_names(content["withheld"]),
        )
        record = PublicRecord.objects.create(
            use=found,
            number=number,
            content=content,
            digest=digest,
            upto=upto,
            at=at,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )
        _list(record, content, at=at)
        _fall_back(found, str(content["version"]), at=at, law=law)
    return record


def publish_changed(*, at: datetime, by: Actor = PART, law: Law = law_of_agency) -> int:
    """Publish anew every record that public entries were written about since; a job by time."""
    changed = 0
    # One at a time: the records of a large register would not fit in memory together.
    for pk in list(RegisterLine.objects.order_by("pk").values_list("pk", flat=True)):
        line = RegisterLine.objects.select_related("use", "record").get(pk=pk)
        if _is_behind(line, at=at):
            published = publish(use=line.use.ref, by=by, at=at, law=law)
            changed += published.pk != line.record_id
    return changed


def on_public_entry(entry: WrittenEntry, *, by: Actor, at: datetime) -> None:
    """Bring a use's record up to date; a refusal is published whoever had published before."""
    use = str(entry.fields.get("use") or "")
    line = RegisterLine.objects.filter(use__ref=use).first()
    if not use or entry.kind not in AT_ONCE or (line is None and entry.kind not in REFUSALS):
        return
    # Rows that come and go change the reasons of a state by the hundred; the job tells of them.
    same_state = line is not None and entry.fields.get("state") == line.state
    if entry.kind != StateChanged.kind or not same_state:
        publish(use=use, by=by, at=at)


def _fall_back(use: Use, version: str, *, at: datetime, law: Law) -> None:
    """Take back at once what a record no longer shows: nobody waits for a reviewer to notice."""
    for shown in findings(use, version=version, at=at):
        told = use.verdicts.filter(version=version, row=shown.row).order_by("at", "pk").last()
        was_met = told is not None and told.finding == Finding.MET
        if was_met and shown.row in _SHOWN_BY_RECORD and shown.finding is not Finding.MET:
            record_findings(
                [shown], use=use.ref, version=version, room=__name__, by=PART, at=at, law=law
            )


def _is_behind(line: RegisterLine, *, at: datetime) -> bool:
    """Whether anything public was told in the agency since, or a day has ended what stood there."""
    if at.date() > line.record.at.date():
        return True
    # A hold on one decision is no matter of the record, so their kind says nothing.
    since = line.record.upto
    if any(index >= since for index in entries_of_holds(line.use)):
        return True
    told = EntryRow.objects.filter(agency=line.agency, index__gte=since)
    return told.filter(kind__in=PUBLIC - _OF_RECORDS).exists()


def _says(content: Mapping[str, JsonValue]) -> JsonValue:
    """Give what a record says besides that it was published or compared before."""
    listed = content.get("history")
    told = [
        line
        for line in (listed if isinstance(listed, list) else [])
        if isinstance(line, Mapping) and line.get("kind") not in _OF_RECORDS
    ]
    return {**content, "history": told}


def _list(record: PublicRecord, content: Mapping[str, JsonValue], *, at: datetime) -> None:
    words = [str(content[name] or "") for name in _SEARCHED]
    shown = {
        "record": record,
        "name": str(content["name"]),
        "agency": str(content["agency"]),
        "agency_name": str(content["agency_name"]),
        "kind": str(content["kind"]),
        "state": str(content["state"]),
        "refused": bool(content["refusals"]),
        "missing": len(_names(content["missing"])),
        # What was untrue is put right by publishing; the next comparison says whether.
        "differs": [],
        "differs_since": None,
        "searched": "\n".join(words).casefold(),
        "at": at,
    }
    line = RegisterLine.objects.filter(use=record.use).first()
    if line is None:
        RegisterLine.objects.create(use=record.use, first_at=at, **shown)
        return
    for name, value in shown.items():
        setattr(line, name, value)
    line.save()


def _names(value: JsonValue) -> tuple[str, ...]:
    return tuple(str(name) for name in value) if isinstance(value, list | dict) else ()
