"""What a practice finds about a row, before somebody entitled makes it a verdict."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.models import RowVerdict
from answerable.gate.terms import Finding
from answerable.gate.verdicts import record_verdict
from answerable.inventory.models import Use
from answerable.inventory.queries import context_of
from answerable.people.actors import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class RowFinding:
    """What the rules of a practice say about a row, and on what they rest."""

    row: str
    finding: Finding
    rests_on: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class FindingsOf(Protocol):
    """Says how the rows of a room stand by what is recorded."""

    def __call__(self, use: Use, /, *, version: str, at: datetime) -> Iterable[RowFinding]:
        """Give what is found of a version."""


def record_findings(
    findings: Iterable[RowFinding],
    *,
    use: str,
    version: str,
    room: str = "",
    by: Actor,
    at: datetime,
    law: Law = law_of_agency,
) -> list[RowVerdict]:
    """Record what a room found as verdicts, in their order; ``room`` as in `record_verdict`."""
    return [
        record_verdict(
            use=use,
            version=version,
            row=found.row,
            finding=found.finding,
            rests_on=found.rests_on,
            needs=found.needs,
            room=room,
            by=by,
            at=at,
            law=law,
        )
        for found in findings
    ]


def take_back(
    rows: Collection[str], findings: FindingsOf, *, room: str, by: Actor, at: datetime
) -> int:
    """Record of each row once found met that it is so no longer; give how many there were.

    Actions say so themselves at once. This is for what no action did: a row of a table that
    was changed, imported or restored behind a signature, which its entry does not tell of.
    Where such a row can no longer be read, nobody can say anything that rests on it.
    """
    uses = Use.objects.order_by("ref")
    return sum(_take_back(use, rows, findings, room=room, by=by, at=at) for use in uses)


def _take_back(
    use: Use,
    rows: Collection[str],
    findings: FindingsOf,
    *,
    room: str,
    by: Actor,
    at: datetime,
) -> int:
    with transaction.atomic():
        held = locked(use)
        verdicts = RowVerdict.objects.filter(
            use=held, context=context_of(held).digest, row__in=rows
        ).order_by("pk")
        last = {(one.version, one.row): one.finding for one in verdicts}
        versions = sorted({version for (version, _), found in last.items() if found == Finding.MET})
        fallen = {
            version: [
                one
                for one in _found(held, rows, findings, version=version, at=at)
                if one.finding is not Finding.MET and last.get((version, one.row)) == Finding.MET
            ]
            for version in versions
        }
        for version, found in fallen.items():
            record_findings(found, use=held.ref, version=version, room=room, by=by, at=at)
    return sum(map(len, fallen.values()))


def _found(
    use: Use, rows: Collection[str], findings: FindingsOf, *, version: str, at: datetime
) -> Iterable[RowFinding]:
    try:
        return tuple(findings(use, version=version, at=at))
    except (AnswerableError, LookupError, TypeError, ValueError) as error:
        # Were it let through, what was met would stand, of this use and of all after it.
        needs = (f"Records that can be read as they were written ({type(error).__name__}).",)
        return tuple(RowFinding(row=row, finding=Finding.CANNOT_SAY, needs=needs) for row in rows)
