"""How we know: the data, the reading, the limits and the methods that the figures rest on."""

from collections.abc import Iterator
from dataclasses import dataclass

from answerable.errors import visible
from answerable.report.facts import AuditReport
from answerable.report.findings import Findings, limit_name, source_name
from answerable.report.measures import ORDER, wordings
from answerable.report.opening import GROUNDS
from answerable.report.words import count, counted, day, level, listed, moment, shown
from answerable.verdict.audit import LEVEL
from answerable.verdict.conflict import SOURCE
from answerable.verdict.norms import NO_PROFILE

_MOST_FILES = 200
_GRAIN = (
    "One row counts as one decision about one person; whoever has several rows is counted several "
    "times."
)
_INTERVALS = (
    f"{level(LEVEL)} for each share, difference and ratio by itself. Verdicts do not rest on them "
    "but on tests that are adjusted for their number."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One thing a reader may check."""

    name: str
    text: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FileLine:
    """A file and what identifies its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitLine:
    """A limit and where it comes from."""

    measure: str
    limit: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MethodLine:
    """How one measure is computed, by the name its page has."""

    id: str
    name: str
    says: str
    formula: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """A published source, and what it is used for."""

    used_for: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """Everything needed to doubt the figures, and to compute them again."""

    facts: tuple[Fact, ...]
    sha256: str
    files: tuple[FileLine, ...]
    more_files: str
    limits: tuple[LimitLine, ...]
    measures: tuple[MethodLine, ...]
    citations: tuple[Citation, ...]
    not_examined: tuple[str, ...]
    command: str
    evidence: str


def method(report: AuditReport, findings: Findings) -> Method:
    """Say how the figures of a report came about."""
    audited, audit = report.audited, report.audited.audit
    words = wordings(positive_is_favourable=audit.positive_is_favourable)
    files = audited.digest.files
    return Method(
        facts=tuple(_facts(report, findings)),
        sha256=audited.digest.sha256,
        files=tuple(
            FileLine(name=shown(name), sha256=sha256) for name, sha256 in files[:_MOST_FILES]
        ),
        more_files=(
            f"{counted(len(files) - _MOST_FILES, 'more file')}; the digest of the list above "
            "holds them all."
            if len(files) > _MOST_FILES
            else ""
        ),
        limits=tuple(
            LimitLine(
                measure=words[norm.measure].name, limit=limit_name(norm), source=source_name(norm)
            )
            for norm in audit.plan.norms.limits
        ),
        measures=tuple(
            MethodLine(
                id=f"method-{name.replace('_', '-')}",
                name=name,
                says=words[name].says,
                formula=words[name].formula,
            )
            for name in ORDER
            if name in audit.everyone.measures
        ),
        citations=_CITATIONS,
        not_examined=tuple(_not_examined(report)),
        command=visible(report.command),
        evidence=_evidence(report),
    )


def _facts(report: AuditReport, findings: Findings) -> Iterator[Fact]:
    audited, audit = report.audited, report.audited.audit
    columns, everyone = audit.plan.columns, audit.everyone
    held = (
        f"{shown(audited.source.name)}: {counted(audited.rows, 'row')}, "
        f"{counted(len(audited.digest.files), 'file')} ({audited.source.format.value})."
    )
    yield Fact(name="Data", text=(held, _GRAIN))
    label = "none was given" if columns.label is None else shown(columns.label)
    read = (
        f"Decision: {shown(columns.decision)}. Outcome: {label}. "
        f"Groups: {listed(shown(column) for column in columns.by)}. No other was read."
    )
    yield Fact(name="Columns read", text=(read,))
    yield Fact(name="How decisions are read", text=tuple(_reading(report)))
    missing = [
        f"{count(everyone.without_decision)} without a decision",
        *([] if columns.label is None else [f"{count(everyone.without_label)} without an outcome"]),
        *(
            f"{count(_without(findings, column))} without a value of {shown(column)}"
            for column in columns.by
        ),
    ]
    yield Fact(name="Rows with something missing", text=(f"{'; '.join(missing)}.",))
    yield Fact(name="Limits", text=(_limits(report),))
    yield Fact(name="Intervals", text=(_INTERVALS,))
    yield Fact(name="Verdicts", text=tuple(_verdicts(report)))
    yield Fact(
        name="Measured",
        text=(f"{moment(report.measured_at)}, by Answerable {visible(report.version)}.",),
    )


def _without(findings: Findings, column: str) -> int:
    held = findings.results.get(((column, None),))
    return 0 if held is None else held.n


def _reading(report: AuditReport) -> Iterator[str]:
    audit, question = report.audited.audit, report.audited.question
    if question.positive is None:
        positive, negative = "1, true or yes", "0, false or no"
    else:
        positive, negative = shown(question.positive), "the other value"
    good = audit.positive_is_favourable
    yield (
        f"Positive: {positive}; negative: {negative}. The "
        f"{'positive' if good else 'negative'} decision is the favourable one for the person, the "
        f"{'negative' if good else 'positive'} one the unfavourable one."
    )
    if audit.plan.columns.label is not None:
        yield (
            "An outcome of 1 bears the positive decision out; an outcome of 0 does not"
            f"{', and clears the person' if not good else ''}. The outcome is taken as true: "
            "where it is recorded more often for some groups than for others, so are the errors."
        )


def _limits(report: AuditReport) -> str:
    norms, on = report.audited.audit.plan.norms, report.audited.question.on
    if norms.profile == NO_PROFILE:
        profile = "No profile was chosen."
    else:
        profile = f"Profile {shown(norms.profile)} as of {day(on)}."
    held = (
        f"{counted(len(norms.limits), 'limit')}, of which this run was given "
        f"{count(len(report.audited.question.norms))} by those who ran it; that they were fixed "
        "before the numbers were known, the file cannot show."
        if report.audited.question.norms
        else f"{counted(len(norms.limits), 'limit')}, none of them set by those who ran it."
    )
    return f"{profile} {held if norms.limits else 'No limit was set.'}"


def _verdicts(report: AuditReport) -> Iterator[str]:
    audit = report.audited.audit
    if not audit.family:
        yield "No comparison was judged, so every verdict is cannot say."
        return
    yield (
        f"{counted(audit.family, 'distinct question')}, adjusted together by Holm's method: the "
        "chance of even one false not met is at most "
        f"{level(audit.plan.norms.familywise)}, and so is that of even one false met. "
        "Two measures that count the same records put one question."
    )
    yield (
        "p-values are exact, or those of a quicker test that keeps to its own level; the two "
        "share the level 99 to 1. "
        "Not met: the data establish that the value lies outside the limit. Met: that it lies "
        "within, whatever the missing values are. Cannot say: neither."
    )


def _not_examined(report: AuditReport) -> Iterator[str]:
    audit = report.audited.audit
    if audit.plan.columns.label is None:
        yield (
            "Errors: no outcome was given, so false-positive and false-negative rates, precision, "
            "accuracy and wrongful burden are not here."
        )
    by = listed(shown(column) for column in audit.plan.columns.by)
    yield f"Groups by anything but {by}. Grounds to think of: {GROUNDS}."
    yield "Causes: a difference is measured here, not explained."
    yield "Scores behind the decision, change over time, and steps before or after the decision."
    if audit.plan.columns.label is not None:
        yield "Whether the outcome means what it is taken to mean."


def _evidence(report: AuditReport) -> str:
    if report.evidence is None:
        return (
            "No evidence file was written. To get one, run the command again with "
            "--evidence FILE; anyone can then recompute it with: answerable reproduce FILE"
        )
    return (
        f"The evidence file {shown(report.evidence)} holds the question, the digests and every "
        "figure, signed. Anyone who has the data can recompute it with: answerable reproduce "
        f"{shown(report.evidence)}"
    )


_CITATIONS = (
    Citation(
        used_for="Interval of a share",
        source="Wilson (1927), Journal of the American Statistical Association 22:209-212",
    ),
    Citation(
        used_for="Interval of a difference",
        source="Miettinen and Nurminen (1985), Statistics in Medicine 4:213-226",
    ),
    Citation(used_for="Interval of a ratio", source="Koopman (1984), Biometrics 40:513-517"),
    Citation(
        used_for="Verdict against a limit on both sides",
        source="Berger and Hsu (1996), Statistical Science 11:283-319",
    ),
    Citation(
        used_for="Adjustment for the number of questions",
        source="Holm (1979), Scandinavian Journal of Statistics 6:65-70",
    ),
    Citation(used_for="Why measures can disagree", source=SOURCE),
)
