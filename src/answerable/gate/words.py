"""Rows of the requirements in words, for whoever is told what they hold up."""

from collections.abc import Iterable

from answerable.gate.terms import Finding, RowState
from answerable.law.rows import row as law_row


def in_words(rows: Iterable[RowState]) -> str:
    """Say how rows stand: what is not met first, with its entry, then what nobody can say.

    Rows that nothing serves yet are only counted: nobody at work can do anything about them.
    """
    found = tuple(rows)
    built = [row for row in found if not row.not_built]
    not_met = [_named(row) for row in built if row.finding is Finding.NOT_MET]
    cannot_say = [_named(row) for row in built if row.finding is Finding.CANNOT_SAY]
    not_built = len(found) - len(built)
    sentences = (
        f"Not met: {'; '.join(not_met)}." if not_met else "",
        f"Nobody can say: {'; '.join(cannot_say)}." if cannot_say else "",
        f"Not built yet: {not_built} {'row' if not_built == 1 else 'rows'}." if not_built else "",
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _named(row: RowState) -> str:
    said = "" if row.entry is None else f" (entry {row.entry})"
    return f"{row.id} {law_row(row.id).feature}{said}"
