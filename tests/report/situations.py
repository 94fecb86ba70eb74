"""Reports to read: of a flag and of a benefit, of many groups, of names that mean harm."""

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from answerable.measure.counts import DecisionCounts
from answerable.measure.tables import Columns, Digest, Source, Tally
from answerable.measure.tables.sources import DataFile, Format
from answerable.report.facts import AuditReport
from answerable.verdict.audit import audit
from answerable.verdict.differences import find_differences
from answerable.verdict.run import AuditedData, Question

Groups = Mapping[tuple[str | None, ...], DecisionCounts]

SCRIPT = "<script>alert(1)</script>"
QUOTES = '"quote\' & <b onclick="x()">'
ARABIC = "عربي"
CHINESE = "中国"
LONG, LONG_TOO = "x" * 5_000, "x" * 4_999 + "y"
REVERSED = "a\u202eevil\u202c"
TYPST = '#panic("typst") $x^2$ *b* \\'
JINJA = "{{ 7 * 7 }}{% raw %}"
LONE_MARK = "\u0301e\u0301\u0301"
CONTROL = "tab\there\x07"
HOSTILE = (
    SCRIPT,
    QUOTES,
    ARABIC,
    "שלום",
    CHINESE,
    LONG,
    LONG_TOO,
    REVERSED,
    TYPST,
    JINJA,
    LONE_MARK,
    CONTROL,
    "😀",
    "नमस्ते",
    "",
    "(missing)",
    " padded ",
)


def a_report(
    groups: Groups,
    *,
    by: tuple[str, ...] = ("race",),
    flag: bool = True,
    labelled: bool = True,
    profile: str = "statement",
    norms: tuple[str, ...] = (),
    reference: Mapping[str, str] | None = None,
    decision: str = "flagged",
    file: str = "decisions.csv",
    title: str = "Audit of decisions",
    command: str = "answerable audit decisions.csv",
    evidence: str | None = "evidence.json",
) -> AuditReport:
    """Audit hand-made counts, and say what a report of it needs."""
    question = Question(
        columns=Columns(decision=decision, label="outcome" if labelled else None, by=by),
        positive=None,
        favourable="0" if flag else None,
        reference=reference or {},
        norms=norms,
        profile=profile,
        on=date(2026, 11, 23),
    )
    tally = Tally(
        by=by,
        keys=tuple(groups),
        counts=np.array([counts.as_row() for counts in groups.values()]),
        labelled=labelled,
        positive_is_favourable=not flag,
    )
    audited = audit(tally, question.plan())
    held = DataFile(path=Path(file), name=file, format=Format.CSV, size=1, modified_ns=0)
    return AuditReport(
        title=title,
        audited=AuditedData(
            source=Source(name=file, files=(held,)),
            digest=Digest(sha256="ab" * 32, files=((file, "ab" * 32),)),
            rows=tally.rows,
            question=question,
            audit=audited,
            differences=find_differences(tally, audited),
            explained=(),
        ),
        version="0.1.0",
        measured_at=datetime(2026, 11, 23, 14, 5, tzinfo=UTC),
        command=command,
        evidence=evidence,
    )


def outcomes(
    *, tp: int = 0, fp: int = 0, fn: int = 0, tn: int = 0, **missing: int
) -> DecisionCounts:
    """Counts by the usual short names."""
    return DecisionCounts(
        true_positive=tp, false_positive=fp, false_negative=fn, true_negative=tn, **missing
    )


def decisions(*, positive: int, negative: int) -> DecisionCounts:
    """Counts of decisions whose outcome nobody knows."""
    return DecisionCounts(positive_unlabelled=positive, negative_unlabelled=negative)


def a_flag_that_burdens_one_group(**given: Any) -> AuditReport:
    """One group burdened twice as often, one alike, one too small to say; a conflict, too.

    Wrongful burden: A 400 of 1,000; B 200 of 1,000; C 800 of 4,000; D 1 of 3; the
    records without a race 5 of 10. Precision is 0.6 for A, for B and for C.
    """
    groups: Groups = {
        ("A",): outcomes(tp=600, fp=400, fn=200, tn=600),
        ("B",): outcomes(tp=300, fp=200, fn=200, tn=800),
        ("C",): outcomes(tp=1_200, fp=800, fn=1_200, tn=3_200),
        ("D",): outcomes(tp=2, fp=1, fn=1, tn=2),
        (None,): outcomes(tp=4, fp=5, fn=6, tn=5, undecided_one=3, positive_unlabelled=2),
    }
    return a_report(groups, **given)


def a_benefit_denied_to_one_group(**given: Any) -> AuditReport:
    """Entitled and refused: A 300 of 500, B 100 of 500. The positive decision is a grant."""
    groups: Groups = {
        ("A",): outcomes(tp=200, fp=50, fn=300, tn=450),
        ("B",): outcomes(tp=400, fp=50, fn=100, tn=450),
    }
    return a_report(groups, flag=False, decision="granted", **given)


def decisions_without_outcomes(**given: Any) -> AuditReport:
    """Flagged: A 600 of 1,000, B 300 of 1,000. Nobody knows how it turned out."""
    groups: Groups = {
        ("A",): decisions(positive=600, negative=400),
        ("B",): decisions(positive=300, negative=700),
    }
    return a_report(groups, labelled=False, **given)


def groups_that_fare_alike(**given: Any) -> AuditReport:
    """Two groups of 20,000, flagged and burdened alike: every limit is met."""
    counts = outcomes(tp=6_000, fp=4_000, fn=4_000, tn=6_000)
    return a_report({("A",): counts, ("B",): counts}, **given)


def nearly_nothing(**given: Any) -> AuditReport:
    """One record of one group: nobody to compare it with."""
    return a_report({("A",): decisions(positive=1, negative=0)}, **given)


def names_that_mean_harm(**given: Any) -> AuditReport:
    """Every hostile name is a group's, and some are a column's, the file's and the title."""
    chance = random.Random(7)  # noqa: S311 - counts, and no secret
    groups: Groups = {
        (name,): outcomes(
            tp=chance.randrange(50, 99),
            fp=chance.randrange(5, 99),
            fn=chance.randrange(5, 99),
            tn=chance.randrange(50, 99),
        )
        for name in HOSTILE
    } | {(None,): outcomes(tp=9, fp=9, fn=9, tn=9)}
    texts = {
        "by": (f"group {SCRIPT}",),
        "decision": f"{ARABIC} {QUOTES}",
        "file": f"{SCRIPT}{TYPST}.csv",
        "title": f"{SCRIPT}{ARABIC}{LONE_MARK}",
        "command": f"answerable audit {QUOTES} {LONG}",
        "evidence": f"{SCRIPT}.json",
    }
    return a_report(groups, **(texts | given))


def many_groups(number: int, **given: Any) -> AuditReport:
    """As many groups as asked, of some 200 records; group 7 is burdened most. One limit."""
    groups: Groups = {
        (f"Region {at:04}",): outcomes(
            tp=60 + at % 40, fp=90 if at == 7 else 20, fn=40, tn=10 if at == 7 else 80
        )
        for at in range(number)
    }
    limit = ("wrongful_burden.ratio=0.8,1.25",)
    return a_report(groups, by=("region",), profile="none", norms=limit, **given)


def two_attributes(**given: Any) -> AuditReport:
    """Race and sex, alone and together."""
    groups: Groups = {
        ("A", "F"): outcomes(tp=100, fp=60, fn=50, tn=100),
        ("A", "M"): outcomes(tp=100, fp=50, fn=50, tn=100),
        ("B", "F"): outcomes(tp=50, fp=20, fn=50, tn=180),
        ("B", "M"): outcomes(tp=50, fp=20, fn=50, tn=180),
    }
    return a_report(groups, by=("race", "sex"), **given)
