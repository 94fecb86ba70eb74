"""From a file and a question to an audited result, in one call."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date

from answerable.measure.tables import (
    Columns,
    Digest,
    Engine,
    Limits,
    Progress,
    Source,
    Tally,
    check_unchanged,
    count_decisions,
    digest,
    digest_of_counts,
    find_data,
    rolled_up,
)
from answerable.verdict.audit import Audit, Plan, audit
from answerable.verdict.differences import Difference, Place, find_differences
from answerable.verdict.explained import Explained, explain
from answerable.verdict.norms import choose_norms, parse_norm


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What an audit is asked, as a person writes it down. Stored with the evidence.

    ``norms`` are limits in the form of the command line, ``profile`` the profile that
    sets the others ("none" for no profile), ``on`` the day as of which it is read.
    ``strata`` are columns within which gaps are looked at once more, and ``because`` is the
    reason why these may explain a gap.
    """

    columns: Columns
    positive: str | None
    favourable: str | None
    reference: Mapping[str, str] = field(default_factory=dict)
    norms: tuple[str, ...]
    profile: str
    on: date
    strata: tuple[str, ...] = ()
    because: str = ""

    def plan(self) -> Plan:
        """Settle the limits before any number is known."""
        return Plan(
            columns=self.columns,
            positive=self.positive,
            favourable=self.favourable,
            reference=self.reference,
            norms=choose_norms(
                profile_name=self.profile,
                declared=[parse_norm(text) for text in self.norms],
                on=self.on,
            ),
            on=self.on,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What one pass over the data gives: their identity, the counts, and the audit of those.

    ``finest`` counts by groups and strata, ``tally`` by groups alone.
    """

    source: Source
    digest: Digest
    finest: Tally
    tally: Tally
    audit: Audit


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditedData:
    """An audit and the data it rests on.

    ``differences`` says of each comparison with records on both sides whether there is any.
    """

    source: Source
    digest: Digest
    rows: int
    question: Question
    audit: Audit
    differences: Mapping[Place, Difference]
    explained: tuple[Explained, ...]


def audit_files(
    location: str,
    question: Question,
    *,
    limits: Limits,
    engine: Engine = Engine.DUCKDB,
    progress: Progress | None = None,
) -> AuditedData:
    """Read, identify, count and judge the data at ``location``.

    Raises
    ------
    AnswerableError
        The data or the question cannot be used. Nothing partial comes back.
    """
    measured = measure_files(location, question, limits=limits, engine=engine, progress=progress)
    return AuditedData(
        source=measured.source,
        digest=measured.digest,
        rows=measured.tally.rows,
        question=question,
        audit=measured.audit,
        differences=find_differences(measured.tally, measured.audit),
        explained=(tuple(explain(measured.finest, measured.audit)) if question.strata else ()),
    )


def measure_files(
    location: str,
    question: Question,
    *,
    limits: Limits,
    engine: Engine = Engine.DUCKDB,
    progress: Progress | None = None,
) -> Measured:
    """As `audit_files`, without asking whether groups differ at all."""
    plan = question.plan()
    source = find_data(location)

    width = len(question.columns.by)
    columns = replace(question.columns, by=(*question.columns.by, *question.strata))

    def counted() -> Tally:
        return count_decisions(
            source,
            columns,
            positive=question.positive,
            favourable=question.favourable,
            limits=limits,
            engine=engine,
            progress=progress,
        )

    if source.address is not None:
        finest = counted()
        identity = digest_of_counts(source.name, finest)
    else:
        # The digest reads every byte once more; beside the count it costs little time.
        with ThreadPoolExecutor(max_workers=1) as pool:
            identified = pool.submit(digest, source)
            finest = counted()
            identity = identified.result()
        # Both have read every byte by now: what was identified is what was counted.
        check_unchanged(source)
    tally = rolled_up(finest, width)
    return Measured(
        source=source, digest=identity, finest=finest, tally=tally, audit=audit(tally, plan)
    )
