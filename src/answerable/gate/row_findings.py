"""What a practice finds about a row, before somebody entitled makes it a verdict."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.models import RowVerdict
from answerable.gate.terms import Finding
from answerable.gate.verdicts import record_verdict
from answerable.people.actors import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class RowFinding:
    """What the rules of a practice say about a row, and on what they rest."""

    row: str
    finding: Finding
    rests_on: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def record_findings(
    findings: Iterable[RowFinding],
    *,
    use: str,
    version: str,
    by: Actor,
    at: datetime,
    law: Law = law_of_agency,
) -> list[RowVerdict]:
    """Record what was found as verdicts, in their order."""
    return [
        record_verdict(
            use=use,
            version=version,
            row=found.row,
            finding=found.finding,
            rests_on=found.rests_on,
            needs=found.needs,
            by=by,
            at=at,
            law=law,
        )
        for found in findings
    ]
