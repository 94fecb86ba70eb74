"""Performance on the terminal: claims first, then every number with its interval."""

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from answerable.cli.outputs import tell
from answerable.record.measurement import CannotSay, Finding, Measurement
from answerable.report.findings import group_name
from answerable.report.words import shown
from answerable.verdict.claims import ClaimVerdict
from answerable.verdict.performance import JudgedClaim, Performance

_NARROWEST = 100
_MOST_GROUPS = 40
_WORDS = {
    ClaimVerdict.SUPPORTED: "supported",
    ClaimVerdict.REFUTED: "REFUTED",
    ClaimVerdict.CANNOT_SAY: "cannot say",
}
_COMPARED = {"at_least": "at least", "at_most": "at most", "about": "about"}


def print_performance(found: Performance) -> None:
    """Print what the claims come to, the numbers of every group, and what they rest on."""
    console = Console(highlight=False)
    if not console.is_terminal:
        # In a file or a pipe there is no edge to wrap at.
        console.width = max(console.width, _NARROWEST)
    with console.capture() as captured:
        console.print()
        for one in found.claims:
            console.print(_claim(one), markup=False)
        if found.claims:
            console.print()
        console.print(_numbers(found))
        _print_why(console, found)
        console.print(_rests_on(found), markup=False)
    tell(captured.get())


def _claim(one: JudgedClaim) -> str:
    claim = one.claim
    who = group_name(claim.group) if claim.group else "all records"
    if claim.population:
        who += f" (claimed of: {shown(claim.population)})"
    give = f", give or take {claim.tolerance:g}" if claim.tolerance else ""
    promised = f"{claim.metric} {_COMPARED[claim.comparator]} {claim.value:g}{give}, {who}"
    said = f"Claim {_WORDS[one.judged.verdict]}: {promised}"
    if isinstance(one.measured.found, Measurement):
        said += f": measured {_finding(one.measured.found)} on {one.measured.found.denominator:,}"
    if one.judged.why is not None:
        said += f"; needs {one.judged.why.needs}"
    return said


def _numbers(found: Performance) -> Table:
    table = Table(
        title="Measured, with 95 % intervals",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    for column in ("group", "measure", "value", "rests on"):
        table.add_column(column, no_wrap=True)
    for group in (found.everyone, *found.groups[:_MOST_GROUPS]):
        table.add_section()
        name = escape(group_name(group.key)) if group.key else "everyone"
        for measure, measured in group.measures.items():
            match measured.found:
                case Measurement(numerator=x, denominator=n):
                    table.add_row(name, measure, _finding(measured.found), f"{x:,} of {n:,}")
                case CannotSay(reason=reason):
                    table.add_row(name, measure, "cannot say", reason.replace("_", " "))
            name = ""
    if len(found.groups) > _MOST_GROUPS:
        table.caption = f"{len(found.groups) - _MOST_GROUPS} more groups: see --json"
    return table


def _print_why(console: Console, found: Performance) -> None:
    """Say for each reason why nothing can be said, once, what would help."""
    said: dict[str, str] = {}
    for group in (found.everyone, *found.groups):
        for measure, measured in group.measures.items():
            if isinstance(measured.found, CannotSay):
                who = group_name(group.key) if group.key else "everyone"
                needs = f"{who}, {measure}: needs {measured.found.needs}"
                said.setdefault(measured.found.reason, needs)
    for reason, needs in said.items():
        console.print(f"Cannot say ({reason.replace('_', ' ')}): {needs}", markup=False)
    if said:
        console.print()


def _finding(found: Finding) -> str:
    match found:
        case Measurement(value=value, low=low, high=high):
            return f"{value:.3f} ({low:.3f} to {high:.3f})"
        case CannotSay():
            return "cannot say"


def _rests_on(found: Performance) -> str:
    asked = found.question
    columns = [f"label {shown(asked.label)}"]
    columns += [] if asked.decision is None else [f"decision {shown(asked.decision)}"]
    columns += [] if asked.score is None else [f"score {shown(asked.score)}"]
    rounded = ""
    if found.digits is not None:
        rounded = (
            f" Scores were rounded to {found.digits} significant digits, since so many differ."
        )
    chance = gaps = ""
    if len(found.claims) > 1:
        chance = (
            " Claims are judged one by one, each by its interval: up to about one in forty "
            "comes out wrong by chance, so the more are tested, the likelier that is."
        )
    if found.gaps:
        gaps = " Differences between each group and everyone else: see --json."
    return (
        f"Rests on {found.rows:,} records of {shown(found.source.name)} (sha256 "
        f"{found.digest.sha256[:16]}...), {', '.join(columns)}.{rounded}{chance}{gaps}"
    )
