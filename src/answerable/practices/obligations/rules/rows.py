"""What follows from the records of this room for the rows it serves."""

from dataclasses import dataclass
from datetime import datetime

from answerable.gate.row_findings import RowFinding
from answerable.gate.terms import Finding
from answerable.law.red_lines import red_lines
from answerable.law.rights import right
from answerable.practices.obligations.rules.dossier import Content
from answerable.practices.obligations.rules.screening import (
    Blind,
    Rebutted,
    offered_but_unanswered,
    rating,
    said_but_unmapped,
)

ROWS = ("S2", "S3", "P1a", "P1b", "P1c", "P1d")
"""The rows that a sign-off of this room speaks about."""

_COMPLAINTS = "The rights that people cite in challenges, compared with the map: not built yet."


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruled:
    """A ruling that the use is unlawful, and whether the basis it was about still stands."""

    entry: int
    stands: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """All that the rows of this room depend on.

    ``fits`` says that the dossier was filed for the present context. ``stages`` are those
    that the use has been in, ``checked`` the entries of the rights checks by stage.
    """

    content: Content
    filed: int
    fits: bool
    blind: tuple[Blind, ...]
    rebuttal: Rebutted | None
    stages: tuple[str, ...]
    checked: dict[str, int]
    rulings: tuple[Ruled, ...]


def row_findings(known: Known, *, at: datetime) -> tuple[RowFinding, ...]:
    """Say how each row of this room stands."""
    return (
        _screened(known),
        _rebutted(known, at=at),
        _checked(known),
        _mapped(known),
        _founded(known),
        _within_red_lines(known),
    )


def _found(row: str, known: Known, needs: list[str], *rests_on: int) -> RowFinding:
    if not known.fits:
        needs = ["A dossier for the present context."]
    if needs:
        return RowFinding(row=row, finding=Finding.CANNOT_SAY, needs=tuple(needs))
    return RowFinding(row=row, finding=Finding.MET, rests_on=_entries(*rests_on))


def _entries(*indexes: int) -> tuple[str, ...]:
    return tuple(f"entry {index}" for index in indexes)


def _screened(known: Known) -> RowFinding:
    needs = []
    if known.content.screening is None:
        needs.append("The owner's screening.")
    if not known.blind:
        needs.append("The blind answers of a reviewer for this purpose and basis.")
    return _found("S2", known, needs, known.filed, *(one.entry for one in known.blind))


def _rebutted(known: Known, *, at: datetime) -> RowFinding:
    screening, rebuttal = known.content.screening, known.rebuttal
    if screening is None or not known.blind:
        return _found("S3", known, ["A screening by owner and reviewer."])
    rated = rating(screening, known.blind, rebuttal=rebuttal, at=at)
    entries = [one.entry for one in known.blind]
    if rebuttal is None or not rated.presumed:
        # Rated as what it is presumed to be: nothing needs a reason.
        return _found("S3", known, [], *entries)
    if rebuttal.agreed is None:
        return _found("S3", known, ["The decision of a reviewer on the rebuttal."])
    if rebuttal.agreed and (rebuttal.until is None or rebuttal.until <= at):
        return _found("S3", known, ["A new rebuttal, or none: the last one is over."])
    return _found("S3", known, [], *entries, rebuttal.entry)


def _checked(known: Known) -> RowFinding:
    missing = [stage for stage in known.stages if stage not in known.checked]
    needs = [f"A rights check for the stage {stage}." for stage in missing]
    return _found("P1a", known, needs, *sorted(known.checked.values()))


def _mapped(known: Known) -> RowFinding:
    said = said_but_unmapped(known.content, known.blind)
    needs = [
        *(f"{_name(code)} in the map: an assessor said that it is touched." for code in said),
        *(
            f"{_name(code)} in the map, or a reason why it is not touched."
            for code in offered_but_unanswered(known.content)
            if code not in said
        ),
    ]
    if known.content.screening is None or not known.blind:
        needs.append("A screening by owner and reviewer, to compare the map with.")
    needs.append(_COMPLAINTS)
    return _found("P1b", known, needs, known.filed)


def _name(code: str) -> str:
    return f"The right {code} ({right(code).right})"


def _founded(known: Known) -> RowFinding:
    unlawful = [ruling.entry for ruling in known.rulings if ruling.stands]
    if unlawful:
        return RowFinding(
            row="P1c",
            finding=Finding.NOT_MET,
            rests_on=_entries(*unlawful),
            needs=("Another legal basis than the one that was ruled unlawful.",),
        )
    parts = {
        "What the use is for.": known.content.purpose,
        "The legal basis and what it authorises.": known.content.basis,
        "A less intrusive option, compared.": known.content.options,
    }
    return _found("P1c", known, [needs for needs, part in parts.items() if not part], known.filed)


def _within_red_lines(known: Known) -> RowFinding:
    names = {line.id: line.name for line in red_lines()}
    crossed = [answer.line for answer in known.content.red_lines if answer.crossed]
    if crossed:
        return RowFinding(
            row="P1d",
            finding=Finding.NOT_MET,
            rests_on=_entries(known.filed),
            needs=tuple(
                f"Another use: this one crosses the red line {names.get(line, line)}."
                for line in crossed
            ),
        )
    answered = {answer.line for answer in known.content.red_lines}
    needs = [
        f"An answer to the red line {name}." for line, name in names.items() if line not in answered
    ]
    return _found("P1d", known, needs, known.filed)
