"""What data say about their quality, in plain sentences, what matters most first."""

import textwrap
from collections.abc import Callable, Iterator, Sequence

from answerable.measure.quality.cohen_w import Distance
from answerable.record.measurement import CannotSay, Finding, Measurement
from answerable.report.findings import group_name
from answerable.report.words import shown
from answerable.verdict.quality import Check, Quality
from answerable.verdict.quality_columns import ColumnsFound
from answerable.verdict.quality_coverage import SUPPOSED_LIMIT, CoverageFound
from answerable.verdict.quality_drift import DriftFound
from answerable.verdict.quality_limits import FAMILYWISE, NOT_MET
from answerable.verdict.quality_missing import GroupMissing, MissingFound
from answerable.verdict.quality_population import PopulationFound, Represented
from answerable.verdict.quality_time import LEVEL, Break, FormChange, Steps, TimeFound
from answerable.verdict.verdicts import Met, NotMet, verdict_name

_WIDTH = 96
_MOST = 8
_YEAR = 4
_WORTH_A_WORD = 0.01
_HEADS = {"not_met": "Not met", "cannot_say": "Cannot say", "met": "Met"}
_WORDS = {"met": "met", "not_met": "NOT MET", "cannot_say": "cannot say"}

_ORDER = (
    "label_break",
    "form_changes",
    "representation",
    "coverage",
    "missing_by_group",
    "drift",
    "volume_break",
    "empty_columns",
    "identical_columns",
    "repeated_rows",
)
"""What can turn a whole audit wrong first, what costs care last."""

Lines = Iterator[str]


def quality_text(found: Quality) -> str:
    """Say what was found: first what breaks a limit, then what is open, then what holds."""
    rests_on = (
        f"{found.columns.rows:,} rows and {len(found.columns.columns):,} columns of "
        f"{shown(found.source.name)} (sha256 {found.digest.sha256[:16]}...)."
    )
    lines = [f"Verdict: {_WORDS[found.verdict]}", rests_on]
    ordered = sorted(found.checks, key=lambda check: _ORDER.index(check.name))
    for verdict, head in _HEADS.items():
        checks = [check for check in ordered if check.answer.verdict == verdict]
        if checks:
            lines += ["", head]
            for check in checks:
                lines += [_wrapped(line) for line in _sentences(found, check)]
    lines += ["", "Besides"]
    lines += [_wrapped(line) for line in _besides(found)]
    lines += ["", "Not looked at"]
    lines += [
        _wrapped(f"{one.name.replace('_', ' ')} ({one.row}): needs {one.why.needs}.")
        for one in found.not_looked_at
    ]
    return "\n".join(["", *lines, ""])


def _wrapped(line: str) -> str:
    return textwrap.fill(
        line, _WIDTH, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False
    )


def _sentences(found: Quality, check: Check) -> Lines:
    words: dict[str, Callable[[], Lines]] = {
        "empty_columns": lambda: _empty(found.columns),
        "identical_columns": lambda: _identical(found.columns),
        "repeated_rows": lambda: _repeated(found.columns),
        "missing_by_group": lambda: _if(found.missing, _missing),
        "form_changes": lambda: _if(found.time, _forms),
        "label_break": lambda: _if(found.time, lambda time: _label(time, found.question.label)),
        "volume_break": lambda: _if(found.time, _volume),
        "representation": lambda: _if(found.population, _population),
        "drift": lambda: _if(found.drift, _drift),
        "coverage": lambda: _if(found.coverage, _coverage),
    }
    for place, sentence in enumerate(words[check.name]()):
        yield f"{sentence} [{check.name}, {check.row}]" if not place else sentence
    if check.answer.why is not None:
        yield f"To say more it needs {check.answer.why.needs}."


def _if(part: object, words: Callable[..., Lines]) -> Lines:
    return iter(()) if part is None else words(part)


# -- columns and rows ----------------------------------------------------------------


def _empty(found: ColumnsFound) -> Lines:
    if found.empty:
        yield f"{_columns(found.empty)} no value in any row."
    else:
        yield "Every column has a value somewhere."


def _columns(names: Sequence[str]) -> str:
    have = "has" if len(names) == 1 else "have"
    return f"{'Column' if len(names) == 1 else 'Columns'} {_listed(names)} {have}"


def _identical(found: ColumnsFound) -> Lines:
    for names in found.alike[:_MOST]:
        verb = "holds" if len(names) == 2 else "hold"  # noqa: PLR2004 - one beside the first
        yield (
            f"{_listed(names[1:])} {verb} the same as {shown(names[0])} in every row: "
            "counted twice, it weighs twice."
        )
    yield from _more(len(found.alike))
    if not found.alike:
        yield "No column repeats another one."


def _repeated(found: ColumnsFound) -> Lines:
    match found.repeats:
        case None:
            yield "Nobody compared the rows with each other: they are too many."
        case repeats if repeats.rows:
            yield (
                f"{repeats.rows:,} of {found.rows:,} rows repeat an earlier row in every column; "
                f"the most frequent stands there {repeats.most_alike:,} times."
            )
        case _:
            yield "No row repeats another one in every column."


def _besides(found: Quality) -> Lines:
    columns = found.columns
    if columns.constant:
        yield f"{_columns(columns.constant)} one and the same value in every row."
    partly = [
        (finding.value, column.name, finding)
        for column in columns.columns
        if isinstance(finding := column.missing, Measurement) and _WORTH_A_WORD <= finding.value < 1
    ]
    partly.sort(key=lambda one: (-one[0], one[1]))
    for _, name, finding in partly[:_MOST]:
        yield f"{shown(name)} is missing in {_share(finding)} of the rows."
    if len(partly) > _MOST:
        yield f"{len(partly) - _MOST} more columns are missing in 1 % of the rows or more: --json."
    for column in columns.columns:
        if column.stand_ins:
            yield f'{shown(column.name)} says "unknown" or the like in {column.stand_ins:,} rows.'
    if not partly:
        yield "No column is missing in 1 % of the rows or more without being empty."


# -- groups --------------------------------------------------------------------------


def _missing(found: MissingFound) -> Lines:
    broken = [one for one in found.results if isinstance(one.verdict, NotMet)]
    broken.sort(key=lambda one: -abs(_difference(one)))
    limit = f"{100 * found.band.high:g} points more or {-100 * found.band.low:g} less"
    if broken:
        yield (
            f"{len(broken):,} of {len(found.results):,} comparisons of a group with everyone else "
            f"show a field missing more unequally than the limit ({limit})."
        )
    else:
        yield (
            f"No field is shown to be missing more unequally than the limit ({limit}) in "
            f"{len(found.results):,} comparisons of a group with everyone else."
        )
    for one in broken[:_MOST]:
        yield (
            f"{shown(one.column)} is missing in {_share(one.missing)} of "
            f"{group_name(one.group)}, and in {_share(one.elsewhere)} of everyone else."
        )
    yield from _more(len(broken))
    open_questions = sum(isinstance(one.verdict, CannotSay) for one in found.results)
    if open_questions:
        yield f"Of {open_questions:,} comparisons nobody can say."
    if found.crossed < found.of:
        yield (
            f"Attributes were crossed {found.crossed} at a time: deeper crossings would be too "
            "many comparisons."
        )


def _difference(one: GroupMissing) -> float:
    match one.missing, one.elsewhere:
        case Measurement(value=here), Measurement(value=there):
            return here - there
        case _:
            return 0.0


def _population(found: PopulationFound) -> Lines:
    groups = [group for column in found.columns for group in column.groups]
    order = {"not_met": 0, "cannot_say": 1, "met": 2}
    groups.sort(key=lambda group: order[verdict_name(group.verdict)])
    for group in groups[:_MOST]:
        yield _represented(group)
    yield from _more(len(groups))
    for column in found.columns:
        match column.fit:
            case CannotSay(needs=needs):
                yield f"Nobody can say how {shown(column.column)} fits as a whole: needs {needs}."
            case fit:
                yield (
                    f"{shown(column.column)} as a whole lies at a distance of w = "
                    f"{_distance(fit.w)} from the population (G = {fit.g:,.1f}, "
                    f"{fit.degrees} degrees of freedom, p {_p(fit.p_value)})."
                )


def _represented(group: Represented) -> str:
    name = (
        f"{shown(group.column)} {shown(group.value)}"
        if group.value is not None
        else (f"every other value of {shown(group.column)}")
    )
    match group.ratio:
        case Measurement() as ratio:
            said = (
                f"{100 * ratio.numerator / ratio.denominator:.1f} % of the data and "
                f"{100 * group.population_share:.1f} % of the population are {name}: "
                f"{ratio.value:.2f} times ({ratio.low:.2f}-{ratio.high:.2f})"
            )
        case CannotSay():
            said = f"{name} cannot be compared"
    match group.verdict:
        case NotMet():
            ratio_value = group.ratio.value if isinstance(group.ratio, Measurement) else 1.0
            return f"{said}, {'under' if ratio_value < 1 else 'over'}-represented."
        case CannotSay(needs=needs):
            return f"{said}; cannot say, needs {needs}."
        case Met():
            return f"{said}, within the limit."


def _coverage(found: CoverageFound) -> Lines:
    rate = f"{100 * found.supposed_share:.0f} %"
    said = "as the label has it" if found.from_label else "supposed"
    why = (
        f"{found.fewest:,} records of a group are needed to rule out a ratio beyond "
        f"{SUPPOSED_LIMIT:g} (rate {rate}, {said})"
    )
    if not found.patterns:
        yield f"Every combination has enough records: {why}."
        return
    yield f"Of these people the data hold too few for any verdict: {why}."
    for one in found.patterns[:_MOST]:
        yield f"{group_name(one.pattern) if one.pattern else 'anybody'}: {one.records:,} records."
    yield from _more(len(found.patterns))


# -- time ----------------------------------------------------------------------------


def _forms(found: TimeFound) -> Lines:
    for change in found.forms[:_MOST]:
        yield _form(change)
    yield from _more(len(found.forms))
    if not found.forms:
        yield (
            f"No field is empty in a stretch of the {len(found.periods)} periods from "
            f"{found.periods[0]} to {found.periods[-1]} and filled in the others."
        )
    if found.without_time:
        yield f"{found.without_time:,} rows have no time that can be read."


def _form(change: FormChange) -> str:
    match change.first, change.until:
        case None, None:
            when = "in part of the time"
        case None, until:
            when = f"until {until}, and not from then on"
        case first, None:
            when = f"from {first} on, and not before"
        case first, until:
            when = f"from {first} until before {until}"
    stretch = change.stretch
    return (
        f"{shown(change.column)} is empty {when}: filled in {stretch.filled:,} of "
        f"{stretch.rows:,} rows there, in {stretch.filled_otherwise:,} of "
        f"{stretch.rows_otherwise:,} otherwise. The form changed, or the export; people's "
        "behaviour hardly does that."
    )


def _label(found: TimeFound, label: str | None) -> Lines:
    if found.label is None:
        return
    for one in found.label.breaks:
        x1, n1, x2, n2 = *one.before, *one.after
        sentence = (
            f"From {one.period} on {shown(label)} is 1 in {100 * x2 / n2:.1f} % of the rows "
            f"({x2:,} of {n2:,}); before it was in {100 * x1 / n1:.1f} % ({x1:,} of {n1:,}). "
            f"p {_p(one.p_value)}, at an accepted chance of {100 * LEVEL:g} % of a false alarm."
        )
        if one.last_other is not None:
            day, rows = one.last_other
            value = 1 if x2 / n2 > x1 / n1 else 0
            sentence += f" After {day} every one of {rows:,} rows has {value} or nothing."
        yield sentence
    if not found.label.breaks:
        yield _no_step(found.label, f"{shown(label)} changes its share", "{:g}")


def _volume(found: TimeFound) -> Lines:
    for one in found.volume.breaks:
        yield _volume_break(one, "year" if len(one.period) == _YEAR else "month")
    if not found.volume.breaks:
        yield _no_step(found.volume, "the number of records changes", "a factor of {:g}")


def _volume_break(one: Break, period: str) -> str:
    before, after = one.before[0] / one.before[1], one.after[0] / one.after[1]
    return (
        f"From {one.period} on there are {after:,.0f} records a {period}, before there were "
        f"{before:,.0f}. p {_p(one.p_value)}, at an accepted chance of {100 * LEVEL:g} % of a "
        "false alarm."
    )


def _no_step(steps: Steps, what: str, form: str) -> str:
    if steps.answer.why is not None and steps.noticeable is None:
        return f"Nobody can say whether {what} at some period."
    size = "none" if steps.noticeable is None else form.format(steps.noticeable)
    return f"No period is found from which on {what}; a step of {size} would have been noticed."


# -- two tables ----------------------------------------------------------------------


def _drift(found: DriftFound) -> Lines:
    if found.only_there:
        yield f"{_columns(found.only_there)} gone: only {shown(found.against)} has it."
    if found.only_here:
        yield f"{_columns(found.only_here)} come: {shown(found.against)} lacks it."
    differing = sorted(
        (column for column in found.columns if column.differs or column.answer == NOT_MET),
        key=lambda column: -column.fit.w.value,
    )
    yield (
        f"{len(differing)} of {len(found.columns)} columns differ from {shown(found.against)} by "
        f"more than chance (of such a list at most {100 * FAMILYWISE:g} % should be false); the "
        f"limit is a distance of {found.band.high:g}."
    )
    for column in differing[:_MOST]:
        yield (
            f"{shown(column.column)}: distance w = {_distance(column.fit.w)}, Jensen-Shannon "
            f"{column.divergence:.4f}, {_WORDS[column.answer.verdict]}; {_share(column.outside)} "
            "of the rows lie outside what was there before."
        )
    yield from _more(len(differing))
    for one in found.outside[: _MOST + 1]:
        who = group_name(one.group) if one.group else "all rows"
        yield f"Of {who} {_share(one.share)} have some value that was never there before."
    if found.left_out:
        names = _listed([column for column, _ in found.left_out])
        yield f"Not compared, having too many values or none: {names}."


# -- pieces --------------------------------------------------------------------------


def _more(number: int) -> Lines:
    if number > _MOST:
        yield f"{number - _MOST:,} more: --json."


def _listed(names: Sequence[str]) -> str:
    shown_names = [shown(name) for name in names[:_MOST]]
    if len(names) > _MOST:
        return f"{', '.join(shown_names)} and {len(names) - _MOST} more"
    return " and ".join([", ".join(shown_names[:-1]), shown_names[-1]]).removeprefix(" and ")


def _share(found: Finding) -> str:
    match found:
        case Measurement(value=value, low=low, high=high):
            return f"{100 * value:.1f} % ({100 * low:.1f}-{100 * high:.1f})"
        case CannotSay():
            return "an unknown share"


def _distance(distance: Distance) -> str:
    return f"{distance.value:.3f} ({distance.low:.3f}-{distance.high:.3f})"


def _p(value: float) -> str:
    return "below 0.0001" if value < 0.0001 else f"= {value:.4f}"  # noqa: PLR2004
