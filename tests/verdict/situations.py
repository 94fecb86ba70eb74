"""Groups, limits and audits, built by name."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from answerable.measure.counts import DecisionCounts
from answerable.measure.tables import Columns, Limits, Tally
from answerable.measure.two_groups import Scale, Table
from answerable.record.measurement import CannotSay
from answerable.verdict.audit import Audit, Gap, Plan, audit
from answerable.verdict.judge import Comparison
from answerable.verdict.norms import Norm, choose_norms, parse_norm
from answerable.verdict.run import AuditedData, Question, audit_files
from answerable.verdict.verdicts import Verdict

TODAY = date(2026, 11, 23)

FOUR_FIFTHS = "selection_rate.ratio=0.8,1.25"

Key = str | tuple[str | None, ...]
"""The value of one attribute, or those of several; None is a missing one."""

Counted = Mapping[Key, DecisionCounts]


# -- one comparison ----------------------------------------------------------------------


def a_limit(text: str = FOUR_FIFTHS) -> Norm:
    return parse_norm(text)


def a_comparison(
    table: tuple[int, int, int, int],
    *,
    limit: str = FOUR_FIFTHS,
    lowest: float | None = None,
    highest: float | None = None,
    name: object = None,
) -> Comparison:
    """``table``: so many of so many in the group, so many of so many in the reference."""
    x1, n1, x2, n2 = table
    norm = a_limit(limit)
    value = (x1 / n1) / (x2 / n2) if norm.scale is Scale.RATIO else x1 / n1 - x2 / n2
    return Comparison(
        hypothesis=name if name is not None else (table, limit),
        table=Table(x1=x1, n1=n1, x2=x2, n2=n2),
        norm=norm,
        lowest=value if lowest is None else lowest,
        highest=value if highest is None else highest,
    )


def why_not(verdict: Verdict) -> str:
    """The reason of a *cannot say*."""
    assert isinstance(verdict, CannotSay)
    return verdict.reason


# -- one audit ---------------------------------------------------------------------------


def selected(x: int, n: int, *, undecided: int = 0) -> DecisionCounts:
    """So many of so many selected, nobody labelled."""
    return DecisionCounts(
        positive_unlabelled=x, negative_unlabelled=n - x, undecided_unlabelled=undecided
    )


def flagged(*, guilty: tuple[int, int], innocent: tuple[int, int]) -> DecisionCounts:
    """So many of so many flagged, among those with a label of 1 and those with a 0."""
    return DecisionCounts(
        true_positive=guilty[0],
        false_negative=guilty[1] - guilty[0],
        false_positive=innocent[0],
        true_negative=innocent[1] - innocent[0],
    )


def a_tally(
    groups: Counted,
    *,
    by: tuple[str, ...] = ("office",),
    labelled: bool = False,
    positive_is_favourable: bool = True,
) -> Tally:
    return Tally(
        by=by,
        keys=tuple(key if isinstance(key, tuple) else (key,) for key in groups),
        counts=np.array([counts.as_row() for counts in groups.values()]),
        labelled=labelled,
        positive_is_favourable=positive_is_favourable,
    )


def a_plan(
    *,
    by: tuple[str, ...] = ("office",),
    norms: Sequence[str] = (FOUR_FIFTHS,),
    profile: str = "none",
    reference: Mapping[str, str] | None = None,
) -> Plan:
    return Plan(
        columns=Columns(decision="granted", label=None, by=by),
        positive=None,
        favourable=None,
        reference=reference or {},
        norms=choose_norms(
            profile_name=profile, declared=[parse_norm(text) for text in norms], on=TODAY
        ),
        on=TODAY,
    )


def an_audit_of(
    groups: Counted,
    *,
    norms: Sequence[str] = (FOUR_FIFTHS,),
    profile: str = "none",
    by: tuple[str, ...] = ("office",),
    reference: Mapping[str, str] | None = None,
) -> Audit:
    """Decisions only: what was granted, nobody's label known."""
    return audit(
        a_tally(groups, by=by),
        a_plan(by=by, norms=norms, profile=profile, reference=reference),
    )


def an_audit_of_a_flag(
    groups: Counted, *, norms: Sequence[str] = (), profile: str = "statement"
) -> Audit:
    """A flag that is bad for people, with the truth known afterwards."""
    return audit(
        a_tally(groups, labelled=True, positive_is_favourable=False),
        a_plan(norms=norms, profile=profile),
    )


def gap(
    audited: Audit, *key: str | None, measure: str = "selection_rate", scale: str = "ratio"
) -> Gap:
    """The one gap of a group in one measure, under a limit of one scale or none."""
    (found,) = (
        found
        for found in audited.gaps
        if tuple(value for _, value in found.group) == key
        and found.measure == measure
        and (found.norm is None or found.norm.scale.value == scale)
    )
    return found


# -- one file ----------------------------------------------------------------------------


def a_file(folder: Path) -> Path:
    """60 of 100 in the north and 30 of 100 in the south selected; one office left blank."""
    rows = ["office,granted,entitled"]
    rows += ["north,1,1"] * 50 + ["north,1,0"] * 10 + ["north,0,1"] * 10 + ["north,0,0"] * 30
    rows += ["south,1,1"] * 25 + ["south,1,0"] * 5 + ["south,0,1"] * 35 + ["south,0,0"] * 35
    rows += [",1,1", ",,0"]
    path = folder / "decisions.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def a_question(**changes: object) -> Question:
    asked: dict[str, object] = {
        "columns": Columns(decision="granted", label="entitled", by=("office",)),
        "positive": None,
        "favourable": None,
        "norms": (),
        "profile": "statement",
        "on": TODAY,
    }
    return Question(**(asked | changes))  # type: ignore[arg-type]


def audited_file(folder: Path, **changes: object) -> AuditedData:
    """Audit a file written now."""
    a_file(folder)
    return audited_as_it_is(folder, **changes)


def audited_as_it_is(folder: Path, **changes: object) -> AuditedData:
    """Audit the file that was left there."""
    return audit_files(str(folder / "decisions.csv"), a_question(**changes), limits=Limits())
