"""Reading decisions of the log for a look-back, sealed or not, with group attributes apart."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from answerable.intake import sealing, unsealed
from answerable.intake.bodies import KeptDecision, microseconds
from answerable.intake.log import LogRecord, records
from answerable.intake.machine import Machine
from answerable.intake.models import Segment
from answerable.intake.segments import ATTRIBUTE_COLUMNS
from answerable.inventory.models import Use
from answerable.measure.tables.rows import read_rows
from answerable.people.actors import Actor
from answerable.practices.remedy.rules.search import (
    Searched,
    SearchRule,
    fits,
    has_attributes,
)
from answerable.record import manifests

_READER = Actor.operator("answerable/remedy")
_LAST = 2**62
_READ = msgspec.json.Decoder(KeptDecision)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hits:
    """How many decisions with effect a rule looked at, and those that it found."""

    looked_at: int
    found: tuple[Searched, ...]


def search_log(use: Use, rule: SearchRule, *, machine: Machine) -> Hits:
    """Look through the decisions of a use that had an effect on people, by a rule.

    What was computed in the shadow touched nobody, and is left out. Group attributes are
    read apart, and only of decisions that fit the rest of the rule.
    """
    looked_at = 0
    found: list[Searched] = []
    for record in _decisions(use, rule, machine=machine):
        decision = _searched(record)
        if decision is None:
            continue
        looked_at += 1
        if fits(decision, rule):
            found.append(decision)
    if rule.attributes and found:
        told = _attributes(use, {one.seq for one in found}, machine=machine)
        found = [one for one in found if has_attributes(told.get(one.seq, {}), rule)]
    return Hits(looked_at=looked_at, found=tuple(found))


def _decisions(use: Use, rule: SearchRule, *, machine: Machine) -> Iterator[LogRecord]:
    read = records(
        agency=use.agency_id,
        use=use.ref,
        log=machine.log,
        keys=machine.log_keys,
        viewer=_READER,
        limits=machine.limits,
        since_us=microseconds(rule.since),
        until_us=microseconds(rule.until),
    )
    return (record for record in read if record.kind == "decision")


def _searched(record: LogRecord) -> Searched | None:
    body = _READ.decode(record.body)
    if body.shadow:
        return None
    return Searched(
        seq=record.seq,
        source=record.source,
        record=record.id,
        subject=body.person,
        version=body.version,
        outcome=body.outcome,
        reasons=tuple(body.reasons),
        reviewer=body.reviewer or "",
        occurred_at=body.occurred_at,
    )


def _attributes(use: Use, wanted: set[int], *, machine: Machine) -> Mapping[int, Mapping[str, str]]:
    told: dict[int, dict[str, str]] = {}
    with sealing.hold(machine.log, alone=False):
        kept = Segment.objects.filter(agency=use.agency_id, use=use.ref, deleted_at=None)
        near = kept.filter(first__lte=max(wanted), last__gte=min(wanted)).order_by("first")
        for segment in near:
            manifest = manifests.open_signed(bytes(segment.manifest), keys=machine.log_keys)
            manifests.check_files(manifest, folder=machine.log)
            paths = [machine.log / file.path for file in manifest.files[1:]]
            _take(read_rows(paths, ATTRIBUTE_COLUMNS, limits=machine.limits), wanted, told)
        after = max(sealing.sealed_upto(), min(wanted) - 1)
        hot = unsealed.attributes_between(after=after, upto=_LAST)
    told.update({seq: named for seq, named in hot.items() if seq in wanted})
    return told


def _take(
    rows: Iterable[tuple[object, ...]], wanted: set[int], told: dict[int, dict[str, str]]
) -> None:
    for seq, name, value in rows:
        number = int(str(seq))
        if number in wanted:
            told.setdefault(number, {})[str(name)] = str(value)
