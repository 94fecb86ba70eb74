"""What follows from an assessment for the rows of the requirements."""

from collections.abc import Iterator
from datetime import date

from answerable.gate.row_findings import RowFinding
from answerable.gate.terms import Finding
from answerable.practices.assessment.rules.dossier import Dossier, LimitFacts, MeasuredFacts
from answerable.practices.assessment.rules.terms import (
    Dimension,
    Ground,
    How,
    Part,
    State,
    in_words,
)

ROWS = ("P2.0a", "P2.0b", "P2.0c", "P2.0d", "P2.0e", "P2.3a", "P2.5a", "P2.5b", "P2.5c")
"""The rows of the requirements that this room finds something about."""

_OPEN = "An assessment of this version in this context."


def nothing() -> tuple[RowFinding, ...]:
    """Give the findings where nobody assessed the version in its context."""
    return tuple(RowFinding(row=row, finding=Finding.CANNOT_SAY, needs=(_OPEN,)) for row in ROWS)


def findings(dossier: Dossier, *, on: date) -> tuple[RowFinding, ...]:
    """Say what is found about each row on a day."""
    if not dossier.untouched:
        needs = ("The content that was signed: the rows were changed afterwards.",)
        return tuple(RowFinding(row=row, finding=Finding.CANNOT_SAY, needs=needs) for row in ROWS)
    return (
        _bound(dossier),
        _beforehand(dossier),
        _identified(dossier),
        _managed(dossier, on=on),
        _go(dossier),
        _data(dossier),
        _accuracy(dossier),
        _bias(dossier),
        _grounds(dossier),
    )


def _entry(*indexes: int | None) -> tuple[str, ...]:
    return tuple(f"entry {index}" for index in indexes if index is not None)


def _row(
    row: str, rests_on: tuple[str, ...], needs: tuple[str, ...], *, broken: bool = False
) -> RowFinding:
    finding = Finding.NOT_MET if broken else Finding.CANNOT_SAY if needs else Finding.MET
    return RowFinding(row=row, finding=finding, rests_on=rests_on, needs=needs)


def _bound(dossier: Dossier) -> RowFinding:
    needs = () if dossier.same_context else ("An assessment in the present context.",)
    return _row("P2.0a", _entry(dossier.opened_entry), needs)


def _beforehand(dossier: Dossier) -> RowFinding:
    rests_on = _entry(dossier.decided_entry)
    if dossier.state is not State.SIGNED or dossier.live_before is None:
        return _row("P2.0b", rests_on, ("An assessment that its reviewer has signed.",))
    if dossier.live_before:
        needed = (
            "To stand still, and start again on an assessment: decisions took effect before this "
            f"one was signed, {dossier.live_before} of them."
        )
        return _row("P2.0b", rests_on, (needed,), broken=True)
    return _row("P2.0b", rests_on, ())


def _identified(dossier: Dossier) -> RowFinding:
    missing = sorted(set(Dimension) - {risk.dimension for risk in dossier.risks})
    unscored = [str(risk.number) for risk in dossier.risks if risk.scored_entry is None]
    needs = (
        *(f"A risk in the dimension {in_words(one)}." for one in missing),
        *((f"The reviewer's own score of risk {', '.join(unscored)}.",) if unscored else ()),
    )
    told = _entry(*(e for risk in dossier.risks for e in (risk.entry, risk.scored_entry)))
    return _row("P2.0c", told, needs)


def _managed(dossier: Dossier, *, on: date) -> RowFinding:
    needs: list[str] = []
    rests_on: list[str] = []
    broken = False
    for risk in dossier.risks:
        told = [one for each in risk.mitigations for one in each.rests_on]
        rests_on += [*told, *_entry(risk.accepted_entry)]
        works = any(one.works is Finding.MET for one in risk.mitigations)
        if not works:
            needs.append(f"Proof that a mitigation of risk {risk.number} works.")
            # A risk whose mitigation is late, or did harm, is not managed.
            broken = broken or any(
                one.due_on < on or one.works is Finding.NOT_MET for one in risk.mitigations
            )
        if risk.accepted_entry is None:
            needs.append(f"An official who accepts what remains of risk {risk.number}.")
    if not dossier.risks:
        needs.append("Risks.")
    return _row("P2.0d", tuple(rests_on), tuple(needs), broken=broken)


def _go(dossier: Dossier) -> RowFinding:
    rests_on = _entry(dossier.decided_entry)
    if dossier.state is State.REFUSED:
        return _row("P2.0e", rests_on, ("New evidence, and another reviewer.",), broken=True)
    needs = () if dossier.state is State.SIGNED else ("The reviewer's decision.",)
    return _row("P2.0e", rests_on, needs)


def _data(dossier: Dossier) -> RowFinding:
    needs = tuple(
        f"How the {part} data came about, by whoever knows."
        for part in Part
        if part not in dossier.data or not dossier.data[part][1]
    )
    return _row("P2.3a", _entry(*(entry for entry, _ in dossier.data.values())), needs)


def _accuracy(dossier: Dossier) -> RowFinding:
    measured, limits = dossier.measured, [one for one in dossier.limits if one.beforehand]
    if measured is None:
        return _row("P2.5a", (), ("Decisions that were measured.",))
    rests_on = (f"evidence {measured.evidence}", *_entry(*(one.entry for one in limits)))
    if not limits:
        needs = ("A limit on how often it is wrong, signed by an official before measuring.",)
        return _row("P2.5a", rests_on, needs)
    needs_of = [list(_held_to(one, measured)) for one in limits]
    broken = any(_breaks(one, measured) for one in limits)
    told = tuple(text for texts in needs_of for text in texts)
    return _row("P2.5a", rests_on, (*told, *_rerun(measured)), broken=broken)


def _held_to(limit: LimitFacts, measured: MeasuredFacts) -> Iterator[str]:
    found = measured.rates.get(limit.measure)
    name = in_words(limit.measure)
    if found is None:
        yield f"What the decisions turned out to be: without it nobody can say the {name}."
    elif not (limit.low <= found.low and found.high <= limit.high):
        yield f"More cases, or a better system: the {name} is not shown to keep to its limit."


def _breaks(limit: LimitFacts, measured: MeasuredFacts) -> bool:
    found = measured.rates.get(limit.measure)
    return found is not None and (found.high < limit.low or limit.high < found.low)


def _rerun(measured: MeasuredFacts) -> tuple[str, ...]:
    if measured.rerun_matches:
        return ()
    return ("The same figures, computed again by the reviewer.",)


def _bias(dossier: Dossier) -> RowFinding:
    measured = dossier.measured
    if measured is None:
        return _row("P2.5b", (), ("Decisions that were measured by group.",))
    rests_on = (f"evidence {measured.evidence}",)
    if "not_met" in measured.verdicts.values():
        which = ", ".join(
            in_words(name) for name, said in sorted(measured.verdicts.items()) if said == "not_met"
        )
        needed = f"Another version: groups are treated unequally beyond the norm ({which})."
        return _row("P2.5b", rests_on, (needed,), broken=True)
    # One measure that passes is not enough: each the profile sets a norm for has to.
    open_ones = not measured.verdicts or set(measured.verdicts.values()) != {"met"}
    needs = (*(measured.needs if open_ones else ()), *_rerun(measured))
    return _row("P2.5b", rests_on, needs)


def _grounds(dossier: Dossier) -> RowFinding:
    attributes = set() if dossier.measured is None else set(dossier.measured.attributes)
    needs = [
        f"How the ground {in_words(ground)} is covered."
        for ground in Ground
        if ground not in dossier.grounds
    ]
    for ground, (_, how, attribute) in dossier.grounds.items():
        if how is not How.QUALITATIVE and attribute not in attributes:
            stands_for = in_words(ground)
            needs.append(f"A measurement by {attribute}, which is to stand for {stands_for}.")
    return _row("P2.5c", _entry(*(entry for entry, _, _ in dossier.grounds.values())), tuple(needs))
