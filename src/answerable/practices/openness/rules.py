"""Pure decisions: what is public, what a record lacks, where it differs from what runs."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
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

REFUSED_BY_REVIEWER = "assessment.assessment.refused"
"""The reviewer of an assessment refuses a version: that room tells it by this entry alone."""

REFUSALS = frozenset({"gate.approval.refused", REFUSED_BY_REVIEWER})
"""Kinds that are public also where nobody had published a record yet."""

AT_ONCE = REFUSALS | {
    *("gate.permit.closed", "gate.approval.given", "gate.state.changed", "gate.waiver.given"),
    *("gate.observation.started", "gate.shadow.started", "monitoring.alarm.raised"),
}
"""Kinds after which the public record is published anew at once; the others wait for the job."""

FIGURE_TOLD = "inventory.figure.recorded"
CLAIM_TESTED = "procurement.claim.tested"
POLICY_TOLD = "openness.policy.published"

# Rooms beside this one are known by the names of their entries alone: a test holds each
# against the entries that there are, so that none is renamed out of the public's sight.
PUBLIC = AT_ONCE | {
    *("inventory.system.enrolled", "inventory.use.enrolled", "inventory.version.recorded"),
    *("inventory.context.changed", "inventory.stage.entered", "inventory.evidence.attached"),
    *("inventory.deployment.started", "inventory.deployment.ended", FIGURE_TOLD),
    "gate.verdict.recorded",
    *("obligations.screening.answered", "obligations.rights.checked"),
    *("obligations.ruling.received", "obligations.dossier.signed_off"),
    *("assessment.assessment.signed", "assessment.decisions.measured"),
    "assessment.residue.accepted",
    *("monitoring.limits.proposed", "monitoring.limits.agreed", "monitoring.drift.noticed"),
    *("monitoring.incident.opened", "monitoring.incident.closed", "monitoring.breaker.tripped"),
    *("procurement.claim.recorded", CLAIM_TESTED, "procurement.claim.withdrawn"),
    *("procurement.claim.fell_overdue", "procurement.claims.reviewed"),
    *("remedy.look_back.opened", "remedy.look_back.searched", "remedy.look_back.closed"),
    *("openness.record.published", "openness.record.compared", "openness.record.signed_off"),
    *("openness.opt_out.offered", "openness.opt_out.not_offered", "openness.field.withheld"),
    POLICY_TOLD,
}
"""Kinds of entries whose sentence everybody may read, once their use is on the register."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Sized:
    """How many cases a figure rests on. ``about`` names a group as ``attribute=value``.

    ``entry`` is the figure's. Figures of one ``source`` were counted in the same decisions.
    """

    entry: int
    source: tuple[str, ...]
    name: str
    about: str
    n: int


def is_of_group(about: str) -> bool:
    """Say whether a figure is about one of several groups into which the people fall."""
    return "=" in about


def too_small(figures: Sequence[Sized], *, smallest: int) -> frozenset[int]:
    """Give the entries of the figures that would tell of fewer people than may be told of.

    What is about a part, and not about all, is hidden where it is too small. Of groups, so
    is the next smallest, as long as whoever takes the shown ones from the whole would be
    left with too few.

    Examples
    --------
    Of 100 people 4 are in C. A and B would tell of C by subtraction, A alone does not:

    >>> counted = {"": 100, "sex=A": 50, "sex=B": 46, "sex=C": 4}
    >>> told = [
    ...     Sized(entry=n, source=("x",), name="selection_rate", about=about, n=n)
    ...     for about, n in counted.items()
    ... ]
    >>> sorted(too_small(told, smallest=10))
    [4, 46]
    """
    wholes: dict[tuple[str, ...], set[int]] = defaultdict(set)
    families: dict[tuple[str, ...], list[Sized]] = defaultdict(list)
    for one in figures:
        if is_of_group(one.about):
            attribute = one.about.rpartition("=")[0]
            families[*one.source, one.name, attribute].append(one)
        else:
            wholes[one.source].add(one.n)
    hidden = {one.entry for one in figures if one.about and one.n < smallest}
    for groups in families.values():
        shown = sorted(groups, key=lambda one: (one.n, one.about), reverse=True)
        everybody = {sum(one.n for one in groups), *wholes[groups[0].source]}
        while shown and _tells_of_few([one.n for one in shown], everybody, smallest=smallest):
            hidden.add(shown.pop().entry)
    return frozenset(hidden)


def _tells_of_few(shown: Sequence[int], everybody: Collection[int], *, smallest: int) -> bool:
    return min(shown) < smallest or any(0 < n - sum(shown) < smallest for n in everybody)


def smallest_group(audit: JsonValue) -> int | None:
    """Give the size of the smallest group that an audit's evidence counts; None if it cannot.

    >>> smallest_group({"groups": [{"n": 40}, {"n": 3}, {"n": 0}]}), smallest_group({"n": 4})
    (3, None)
    """
    groups = audit.get("groups") if isinstance(audit, Mapping) else None
    if not isinstance(groups, list):
        return None
    sizes = [one.get("n") if isinstance(one, Mapping) else None for one in groups]
    counted = [size for size in sizes if isinstance(size, int)]
    return min((n for n in counted if n), default=0) if len(counted) == len(sizes) else None


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


def may_answer(person: str, *, about: str, owners: Collection[str]) -> bool:
    """Nobody answers for a harm, a weakness or a misuse of a use that they own or have owned.

    >>> may_answer("account/1", about="harm", owners={"account/1"})
    False
    >>> may_answer("account/1", about="feedback", owners={"account/1"})
    True
    """
    return about == About.FEEDBACK or person not in owners


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
