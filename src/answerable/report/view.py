"""A report as plain text and rows: what the HTML and the PDF both show, so that they agree."""

from dataclasses import dataclass

from answerable.errors import visible
from answerable.report.charts import Plot
from answerable.report.facts import AuditReport
from answerable.report.findings import Findings
from answerable.report.method import Method, method
from answerable.report.opening import Opening, opening
from answerable.report.tables import (
    AttributeSection,
    ConflictLine,
    VerdictLine,
    attribute_sections,
    conflict_lines,
    plot_of,
    verdict_lines,
)
from answerable.report.words import counted, day, isolated, moment, shown
from answerable.verdict.conflict import SOURCE

_BOTH_TRUE = (
    "For the groups below, a positive decision is borne out by the outcome nearly as often as for "
    "those they are compared with (precision), and yet people who by their outcome should not have "
    "been burdened were burdened far more often, or far less often. Both are true."
)
_WHY = (
    "This is no slip of the pen that better arithmetic removes. Where the outcome itself is more "
    "frequent in one group than in another, equal precision and equal error rates cannot be had "
    f"together, short of decisions without error ({SOURCE}). So near-equal precision clears "
    "nobody of unequal burden. Which of the two binds is a choice: somebody makes it, gives the "
    "reason, and answers for it."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """Everything a report shows, already in words. Holds text only, and no markup."""

    title: str
    made: str
    opening: Opening
    verdicts: tuple[VerdictLine, ...]
    conflict_text: tuple[str, ...]
    conflicts: tuple[ConflictLine, ...]
    sections: tuple[AttributeSection, ...]
    labelled: bool
    method: Method
    ended: str


def view_of(report: AuditReport) -> View:
    """Turn the facts of a report into what it shows."""
    audited = report.audited
    findings = Findings(audited.audit)
    conflicts = conflict_lines(findings)
    return View(
        title=isolated(visible(report.title)),
        made=(
            f"Measured on {day(report.measured_at.date())} from {shown(audited.source.name)}, "
            f"{counted(audited.rows, 'record')}, by Answerable {visible(report.version)}."
        ),
        opening=opening(report, findings),
        verdicts=verdict_lines(audited.audit),
        conflict_text=(_BOTH_TRUE, _WHY) if conflicts else (),
        conflicts=conflicts,
        sections=attribute_sections(findings),
        labelled=audited.audit.plan.columns.label is not None,
        method=method(report, findings),
        ended=f"Measured {moment(report.measured_at)}.",
    )


def plot(report: AuditReport, *, measure: str, by: tuple[str, ...]) -> Plot:
    """Give one chart of a report, to stand alone: a measure, over the groups of some columns."""
    return plot_of(Findings(report.audited.audit), measure, by, name="chart")
