"""Pure decisions: what is public, what a record lacks, where it differs from what runs."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from answerable.gate.row_findings import RowFinding
from answerable.gate.terms import Finding
from answerable.record.canonical import JsonValue

WITHHOLDABLE = ("purpose", "population", "legal_basis")
"""What may be kept from the public for a reason; not so what a use is, does and was refused."""

NEEDED = ("purpose", "population", "legal_basis", "kind", "outcomes", "version", "opt_out")
"""What a full record says, or says that it is withheld and why."""

COMPARED = (
    *("name", "kind", "purpose", "population", "legal_basis", "outcomes", "adverse", "bought"),
    *("context", "stage", "version", "state", "opt_out", "refusals", "waivers"),
)
"""What must be the same on the record as in what runs; the context covers what is withheld."""

_PUBLIC = re.compile(
    r"""(?x)
    inventory\.(system\.enrolled|use\.enrolled|version\.recorded|context\.changed
               |stage\.entered|deployment\.(started|ended)|figure\.recorded|evidence\.attached)
    | gate\.(verdict\.recorded|waiver\.given|approval\.(given|refused)|permit\.closed
            |observation\.started|shadow\.started|state\.changed)
    | assessment\.(assessment\.(signed|refused)|decisions\.measured|residue\.accepted)
    | obligations\.(screening\.answered|rights\.checked|ruling\.received|dossier\.signed_off)
    | monitoring\.(limits\.(proposed|agreed)|alarm\.raised|drift\.noticed
                  |incident\.(opened|closed)|breaker\.tripped)
    | procurement\.(claim\.(recorded|tested|withdrawn|fell_overdue)|claims\.reviewed)
    | remedy\.look_back\.(opened|searched|closed)
    | openness\.(record\.(published|compared|signed_off)|field\.withheld
                |opt_out\.(offered|not_offered)|policy\.published)
    """
)

AT_ONCE = frozenset(
    {
        *("gate.approval.refused", "gate.permit.closed", "gate.approval.given"),
        *("gate.state.changed", "assessment.assessment.refused", "monitoring.alarm.raised"),
        *("gate.waiver.given", "gate.observation.started", "gate.shadow.started"),
    }
)
"""Kinds after which the public record is published anew at once; the others wait for the job."""

REFUSALS = frozenset({"gate.approval.refused", "assessment.assessment.refused"})
"""Kinds that are public also where nobody had published a record yet."""


class About(StrEnum):
    """What a report at the public door is about."""

    FEEDBACK = "feedback"
    HARM = "harm"
    WEAKNESS = "weakness"
    MISUSE = "misuse"


class Severity(StrEnum):
    """How a report is graded; a critical one is fixed, or the use stopped, within days."""

    CRITICAL = "critical"
    ORDINARY = "ordinary"


class ReportState(StrEnum):
    """How far a report has come."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"


def is_public(kind: str) -> bool:
    """Say whether the sentence of an entry of this kind may be read by everybody.

    >>> is_public("gate.approval.refused"), is_public("remedy.challenge.received")
    (True, False)
    """
    return _PUBLIC.fullmatch(kind) is not None


def is_small(*, about: str, n: int, smallest: int) -> bool:
    """Say whether a figure is about so few of one group that people could be told apart.

    >>> is_small(about="sex=F", n=4, smallest=10), is_small(about="", n=4, smallest=10)
    (True, False)
    """
    return bool(about) and n < smallest


def missing_fields(content: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Name what a record neither says nor withholds with a reason."""
    withheld = content.get("withheld")
    kept = withheld if isinstance(withheld, Mapping) else {}
    return tuple(name for name in NEEDED if not content.get(name) and name not in kept)


def differences(
    published: Mapping[str, JsonValue], now: Mapping[str, JsonValue]
) -> tuple[str, ...]:
    """Name the compared fields in which a record is no longer true."""
    return tuple(name for name in COMPARED if published.get(name) != now.get(name))


def may_withhold(official: str, *, owners: Collection[str]) -> bool:
    """Nobody withholds something about a use that they own or have owned."""
    return bool(official) and official not in owners


def about_record(
    *, entry: int | None, missing: Collection[str], compared: int | None, differs: Collection[str]
) -> tuple[RowFinding, ...]:
    """Say what the published record shows about P5b and P5c.

    ``entry`` is the record's, ``compared`` that of the last comparison with what runs, if
    it is no older than it may be.
    """
    if entry is None:
        needs = ("A public record: publish it.",)
        return (
            RowFinding(row="P5b", finding=Finding.NOT_MET, needs=needs),
            RowFinding(row="P5c", finding=Finding.CANNOT_SAY, needs=needs),
        )
    told = f"entry {entry}"
    lacks = tuple(f"On the public record: {name.replace('_', ' ')}." for name in missing)
    disclosed = RowFinding(
        row="P5b",
        finding=Finding.NOT_MET if lacks else Finding.MET,
        rests_on=(told,),
        needs=lacks,
    )
    return disclosed, _true_to_what_runs(told, compared=compared, differs=differs)


def _true_to_what_runs(told: str, *, compared: int | None, differs: Collection[str]) -> RowFinding:
    if differs:
        needs = tuple(f"A record that says the truth about: {name}." for name in differs)
        return RowFinding(row="P5c", finding=Finding.NOT_MET, rests_on=(told,), needs=needs)
    if compared is None:
        needs = ("A comparison of the record with the decisions of the log, made within a day.",)
        return RowFinding(row="P5c", finding=Finding.CANNOT_SAY, rests_on=(told,), needs=needs)
    return RowFinding(row="P5c", finding=Finding.MET, rests_on=(told, f"entry {compared}"))


def about_policy(*, entry: int | None, fresh: bool) -> RowFinding:
    """Say what the published policy shows about P5a; nobody measures yet how it reads."""
    if entry is None:
        lacks = "A published policy of the agency."
        return RowFinding(row="P5a", finding=Finding.NOT_MET, needs=(lacks,))
    told = (f"entry {entry}",)
    if not fresh:
        lacks = "A policy that was read and published again: this one is too old."
        return RowFinding(row="P5a", finding=Finding.NOT_MET, rests_on=told, needs=(lacks,))
    return RowFinding(
        row="P5a",
        finding=Finding.CANNOT_SAY,
        rests_on=told,
        needs=(
            "How hard the policy is to read, measured.",
            "A test of its page with assistive tools.",
        ),
    )


def about_opt_out(*, entry: int | None, published: bool) -> RowFinding:
    """Say what stands about the opt-out (P5f): offered, or refused with reason and approval."""
    if entry is None:
        lacks = "A way to opt out, or an approved reason why there is none."
        return RowFinding(row="P5f", finding=Finding.CANNOT_SAY, needs=(lacks,))
    told = (f"entry {entry}",)
    if not published:
        lacks = "What was said about the opt-out, on the public record."
        return RowFinding(row="P5f", finding=Finding.CANNOT_SAY, rests_on=told, needs=(lacks,))
    return RowFinding(row="P5f", finding=Finding.MET, rests_on=told)


def neutral(cell: str) -> str:
    """Write a cell so that no spreadsheet computes it; a leading quote is one more of it.

    >>> neutral("=1+1"), neutral("north"), neutral("'x")
    ("'=1+1", 'north', "''x")
    """
    return f"'{cell}" if cell.lstrip()[:1] in _COMPUTED or cell[:1] in _COMPUTED else cell


_COMPUTED = frozenset("=+-@\t\r\n'")


def is_overdue(due_at: datetime, *, at: datetime) -> bool:
    """Say whether a clock has run out."""
    return at >= due_at
