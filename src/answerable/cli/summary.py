"""An audit on the terminal: what was measured, and what each figure rests on."""

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from answerable.cli.outputs import tell
from answerable.record.measurement import CannotSay, Finding, Measurement
from answerable.report.findings import (
    EVERYONE_ELSE,
    attribute_name,
    group_name,
    reference_name,
    row_name,
)
from answerable.report.words import shown
from answerable.verdict.audit import Audit, Gap, GroupResult
from answerable.verdict.differences import unsettled
from answerable.verdict.groups import GroupKey
from answerable.verdict.run import AuditedData
from answerable.verdict.verdicts import verdict_name, worst

_WORDS = {"met": "met", "not_met": "NOT MET", "cannot_say": "cannot say"}
_MARKS = {"met": "=", "not_met": "!", "cannot_say": "?"}
_MOST_GROUPS, _MOST_GAPS, _MOST_CONFLICTS, _MOST_UNSETTLED = 40, 20, 3, 5
_NARROWEST = 100
_RATE_WIDTH = 9
_LONGEST_NAME = 34


def print_summary(audited: AuditedData) -> None:
    """Print the verdict, the rates, the gaps that break a limit, and what they rest on."""
    console = Console(highlight=False)
    if not console.is_terminal:
        # In a file or a pipe there is no edge to wrap at.
        console.width = max(console.width, _NARROWEST)
    with console.capture() as captured:
        _print(console, audited)
    tell(captured.get())


def _print(console: Console, audited: AuditedData) -> None:
    audit = audited.audit
    console.print(f"\nVerdict: {_WORDS[audit.verdict]}", style="bold", markup=False)
    for verdict in audit.verdicts:
        limit = "no limit was fixed beforehand"
        if verdict.norm is not None:
            limit = f"{verdict.norm.scale.value} {verdict.norm.low:g} to {verdict.norm.high:g}"
        counts = f"{verdict.not_met} not met, {verdict.met} met, {verdict.cannot_say} cannot say"
        word = _WORDS[verdict.verdict]
        console.print(f"  {verdict.measure} ({limit}): {word} - {counts}", markup=False)
    console.print()
    console.print(_rates(audit))
    console.print("! not met   = met   ? cannot say   no mark: not judged\n", markup=False)
    broken = [gap for gap in audit.gaps if verdict_name(gap.verdict) == "not_met"]
    if broken:
        console.print(_broken(broken))
        console.print()
    _print_open_questions(console, audit)
    _print_unsettled(console, audited)
    _print_explained(console, audited)
    _print_conflicts(console, audit)
    console.print(_rests_on(audited), markup=False)


def _rates(audit: Audit) -> Table:
    names = list(audit.everyone.measures)
    marks = _marks(audit)
    table = _table("Rates in per cent")
    table.add_column("group", no_wrap=True)
    table.add_column("records", justify="right", no_wrap=True)
    for name in names:
        table.add_column(name.replace("_", " "), justify="right", min_width=_RATE_WIDTH)
    section: tuple[str, ...] = ()
    for result in (audit.everyone, *audit.groups[:_MOST_GROUPS]):
        columns = tuple(column for column, _ in result.key)
        if columns != section:
            table.add_section()
            table.add_row(escape(f"by {attribute_name(columns)}"), style="bold")
            section = columns
        cells = [_rate(result, name, marks) for name in names]
        group = escape(_short(result.key)) if result.key else "everyone"
        table.add_row(group, f"{result.n:,}", *cells)
    if len(audit.groups) > _MOST_GROUPS:
        table.caption = f"{len(audit.groups) - _MOST_GROUPS} more groups: see --json or --html"
    return table


def _table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )


def _marks(audit: Audit) -> dict[tuple[GroupKey, str], str]:
    names: dict[tuple[GroupKey, str], list[str]] = {}
    for gap in audit.gaps:
        if gap.norm is not None:
            names.setdefault((gap.group, gap.measure), []).append(verdict_name(gap.verdict))
    return {place: _MARKS[worst(found)] for place, found in names.items()}


def _rate(result: GroupResult, name: str, marks: dict[tuple[GroupKey, str], str]) -> str:
    mark = marks.get((result.key, name), " ")
    match result.measures[name]:
        case Measurement(value=value):
            return f"{100 * value:.1f} {mark}"
        case CannotSay():
            return f"- {mark}"


def _broken(gaps: list[Gap]) -> Table:
    table = _table("Outside the limit: ratio to the reference, with 95 % interval")
    for column in ("group", "measure", "rests on", "ratio", "reference"):
        table.add_column(column, no_wrap=True)
    for gap in gaps[:_MOST_GAPS]:
        table.add_row(
            escape(_short(gap.group)),
            gap.measure,
            _counts(gap),
            _finding(gap.ratio),
            EVERYONE_ELSE if gap.reference is None else escape(_short(gap.reference)),
        )
    if len(gaps) > _MOST_GAPS:
        table.caption = f"{len(gaps) - _MOST_GAPS} more: see --json or --html"
    return table


def _short(key: GroupKey) -> str:
    """A group's values, cut so that a long one does not push the figures out of sight."""
    name = row_name(key)
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _print_open_questions(console: Console, audit: Audit) -> None:
    """Say for each reason why nothing can be said, how often, and what would help once."""
    found: dict[str, list[tuple[str, CannotSay]]] = {}
    for verdict in audit.verdicts:
        if verdict.why is not None and not verdict.cannot_say:
            found.setdefault(verdict.why.reason, []).append((verdict.measure, verdict.why))
    for gap in audit.gaps:
        if isinstance(gap.verdict, CannotSay) and (gap.norm is not None or not audit.family):
            place = f"{group_name(gap.group)}, {gap.measure}"
            found.setdefault(gap.verdict.reason, []).append((place, gap.verdict))
    for reason, items in found.items():
        place, why = items[0]
        console.print(
            f"Cannot say ({reason.replace('_', ' ')}): {len(items)} - {place}: needs {why.needs}",
            markup=False,
        )
    if found:
        console.print()


def _print_unsettled(console: Console, audited: AuditedData) -> None:
    """Say which differences are there for sure though nobody can say how large they are."""
    found = unsettled(audited.audit, audited.differences)
    for gap in found[:_MOST_UNSETTLED]:
        deviations = audited.differences[gap.measure, gap.group].deviations
        console.print(
            f"A difference is established, its size is not settled: {group_name(gap.group)}, "
            f"{gap.measure}: ratio {_finding(gap.ratio)} to {reference_name(gap.reference)}, "
            f"{deviations:.1f} standard deviations.",
            markup=False,
        )
    if len(found) > _MOST_UNSETTLED:
        console.print(f"The same of {len(found) - _MOST_UNSETTLED} more comparisons: see --json.")
    if found:
        console.print()


def _print_explained(console: Console, audited: AuditedData) -> None:
    """Put gaps beside the same gaps within strata: those that turn round first."""
    question = audited.question
    if not question.strata:
        return
    measured = [one for one in audited.explained if isinstance(one.ratio, Measurement)]
    table = _table(f"Within strata of {', '.join(map(shown, question.strata))}")
    for column in ("group", "measure", "ratio in all", "within strata", "strata", ""):
        table.add_column(column, no_wrap=True)
    for one in sorted(measured, key=lambda one: not one.turns_round)[:_MOST_GAPS]:
        table.add_row(
            escape(_short(one.gap.group)),
            one.gap.measure,
            _finding(one.gap.ratio),
            _finding(one.ratio),
            f"{one.strata}",
            "turns round" if one.turns_round else "",
        )
    if len(measured) > _MOST_GAPS:
        table.caption = f"{len(measured) - _MOST_GAPS} more: see --json"
    console.print(table)
    open_ = len(audited.explained) - len(measured)
    console.print(
        f"Declared reason: {shown(question.because)}. Of {open_} comparisons nobody can say within "
        "strata. Verdicts rest on the gaps as they are: what explains a gap may itself be "
        "unjust.\n",
        markup=False,
    )


def _print_conflicts(console: Console, audit: Audit) -> None:
    for conflict in audit.conflicts[:_MOST_CONFLICTS]:
        equal, unequal = _finding(conflict.equal), _finding(conflict.unequal)
        console.print(
            f"Conflict of measures, {group_name(conflict.group)}: precision is near that of "
            f"{reference_name(conflict.reference)} (ratio {equal}), the wrongful burden is not "
            f"(ratio {unequal}). Near-equal precision clears nobody.",
            markup=False,
        )
    if len(audit.conflicts) > _MOST_CONFLICTS:
        console.print(f"The same conflict in {len(audit.conflicts) - _MOST_CONFLICTS} more groups.")


def _counts(gap: Gap) -> str:
    match gap.difference:
        case Measurement(numerator=x, denominator=n):
            return f"{x:,} of {n:,}"
        case CannotSay(reason=reason):
            return reason


def _finding(found: Finding) -> str:
    match found:
        case Measurement(value=value, low=low, high=high):
            return f"{value:.2f} ({low:.2f}-{high:.2f})"
        case CannotSay():
            return "cannot say"


def _rests_on(audited: AuditedData) -> str:
    audit, columns = audited.audit, audited.question.columns
    label = "none, so no error rates" if columns.label is None else shown(columns.label)
    missing = audit.everyone
    gone = f"{missing.without_decision:,} have no decision"
    if columns.label is not None:
        gone += f", {missing.without_label:,} no label"
    return (
        f"Rests on {audited.rows:,} records of {shown(audited.source.name)} (sha256 "
        f"{audited.digest.sha256[:16]}...), decision {shown(columns.decision)}, label {label}; "
        f"{gone}. Intervals: Wilson, Miettinen-Nurminen, Koopman, 95 %. Verdicts: exact or "
        f"cautious tests, Holm over {audit.family} questions, a chance of at most "
        f"{audit.plan.norms.familywise:g} of even one false verdict of a kind."
    )
