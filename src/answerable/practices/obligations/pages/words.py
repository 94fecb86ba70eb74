"""The words that stand beside a code: nobody reads P1c or R16 as it is."""

from collections.abc import Iterable

from answerable.gate.row_findings import RowFinding
from answerable.law.rights import right
from answerable.law.rows import row


def with_requirements(findings: Iterable[RowFinding]) -> list[tuple[str, RowFinding]]:
    """Put what each row requires beside what was found of it."""
    return [(row(one.row).requirement, one) for one in findings]


def rights_named(codes: Iterable[str]) -> list[str]:
    """Name rights by code and words."""
    return [f"{code} {right(code).right}" for code in codes]
