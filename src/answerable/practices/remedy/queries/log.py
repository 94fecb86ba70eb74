"""Reading decisions of the log for a look-back, sealed or not, with group attributes apart."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from django.db.models import Q

from answerable.intake.bodies import KeptDecision, microseconds
from answerable.intake.log import LogRecord, held_log, records
from answerable.intake.machine import Machine
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

_READER = Actor.operator("answerable/remedy")
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
    near = Q(first__lte=max(wanted), last__gte=min(wanted))
    told: dict[int, dict[str, str]] = defaultdict(dict)
    with (
        held_log(use.ref, log=machine.log, keys=machine.log_keys) as held,
        TemporaryDirectory(prefix="answerable-look-back-") as working,
    ):
        _, paths = held.write_unsealed(Path(working))
        paths += [path for files in held.sealed(near) for path in files.attributes]
        # Together: to open a connection takes longer than to read a day's file.
        for seq, name, value in read_rows(paths, ATTRIBUTE_COLUMNS, limits=machine.limits):
            number = int(str(seq))
            if number in wanted:
                told[number][str(name)] = str(value)
    return told
