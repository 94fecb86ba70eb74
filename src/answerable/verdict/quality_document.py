"""What data say about their quality as JSON: the shape that other programs rely on."""

from collections.abc import Iterable

from answerable import __version__
from answerable.measure.quality import empty_stretch, g_test, step_change
from answerable.measure.quality.cohen_w import Distance
from answerable.measure.quality.g_test import Fit
from answerable.record.canonical import JsonValue
from answerable.record.measurement import CannotSay, Finding, Measurement
from answerable.verdict.quality import Quality
from answerable.verdict.quality_columns import ColumnsFound
from answerable.verdict.quality_coverage import (
    SUPPOSED_LIMIT,
    SUPPOSED_OTHERS,
    CoverageFound,
)
from answerable.verdict.quality_drift import ColumnDrift, DriftFound
from answerable.verdict.quality_limits import FAMILYWISE, Answer, Band
from answerable.verdict.quality_missing import MissingFound
from answerable.verdict.quality_population import ColumnRepresented, PopulationFound
from answerable.verdict.quality_time import LEVEL, Break, FormChange, Steps, TimeFound
from answerable.verdict.verdicts import Met, NotMet, Verdict, verdict_name

_DIGITS = 12

Document = dict[str, JsonValue]


def quality_document(found: Quality) -> Document:
    """Write down what was found. No number is NaN or infinite, and no cell is quoted.

    Values appear of the columns that were named as groups or in the population file, and
    of no other one.
    """
    question = found.question
    return {
        "answerable": __version__,
        "data": {
            "name": found.source.name,
            "rows": found.columns.rows,
            "digest": f"sha256:{found.digest.sha256}",
            "files": [{"name": name, "sha256": sha256} for name, sha256 in found.digest.files],
            "columns": [column.name for column in found.columns.columns],
            "against": None if found.against is None else f"sha256:{found.against.sha256}",
        },
        "verdict": found.verdict,
        "verdicts": [
            {"check": check.name, "row": check.row, **_answer(check.answer)}
            for check in found.checks
        ],
        "not_looked_at": [
            {"check": one.name, "row": one.row, **_cannot_say(one.why)}
            for one in found.not_looked_at
        ],
        "columns": _columns(found.columns),
        "missing_by_group": None if found.missing is None else _missing(found.missing),
        "time": None if found.time is None else _time(found.time),
        "population": None if found.population is None else _population(found.population),
        "drift": None if found.drift is None else _drift(found.drift),
        "coverage": None if found.coverage is None else _coverage(found.coverage),
        "method": {
            "level": 0.95,
            "familywise": FAMILYWISE,
            "adjustment": "holm",
            "step_level": LEVEL,
            "seeds": {"step_change": step_change.SEED, "g_test": g_test.SEED},
            "draws": {"step_change": step_change.DRAWS, "g_test": g_test.DRAWS},
            "by": list(question.by),
            "time": question.time,
            "label": question.label,
        },
    }


def _number(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _cannot_say(found: CannotSay) -> Document:
    return {"reason": found.reason, "needs": found.needs}


def _answer(answer: Answer) -> Document:
    why = {} if answer.why is None else _cannot_say(answer.why)
    return {"verdict": answer.verdict, **why}


def _verdict(verdict: Verdict) -> Document:
    named: Document = {"verdict": verdict_name(verdict)}
    match verdict:
        case Met(test=test) | NotMet(test=test):
            return named | {
                "test": {
                    "claim": test.claim,
                    "p_value": _number(test.p_value),
                    "adjusted_p_value": _number(test.adjusted),
                    "exact": test.exact,
                }
            }
        case CannotSay():
            return named | _cannot_say(verdict)


def _finding(found: Finding) -> Document:
    match found:
        case Measurement():
            return {
                "value": _number(found.value),
                "low": _number(found.low),
                "high": _number(found.high),
                "numerator": found.numerator,
                "denominator": found.denominator,
            }
        case CannotSay():
            return {"cannot_say": _cannot_say(found)}


def _band(band: Band) -> Document:
    return {"low": band.low, "high": band.high, "source": band.source}


def _key(key: Iterable[tuple[str, str | None]]) -> Document:
    return dict(key)


def _columns(found: ColumnsFound) -> Document:
    return {
        "missing": [
            {
                "column": column.name,
                "missing": _finding(column.missing),
                "stand_ins": column.stand_ins,
            }
            for column in found.columns
        ],
        "empty": list(found.empty),
        "constant": list(found.constant),
        "identical": [list(names) for names in found.alike],
        "repeated_rows": None if found.repeats is None else found.repeats.rows,
        "most_alike": None if found.repeats is None else found.repeats.most_alike,
    }


def _missing(found: MissingFound) -> Document:
    return {
        "norm": _band(found.band),
        "attributes": found.of,
        "crossed": found.crossed,
        "comparisons": [
            {
                "column": one.column,
                "group": _key(one.group),
                "missing": _finding(one.missing),
                "elsewhere": _finding(one.elsewhere),
                **_verdict(one.verdict),
            }
            for one in found.results
        ],
    }


def _time(found: TimeFound) -> Document:
    return {
        "column": found.column,
        "first": found.periods[0],
        "last": found.periods[-1],
        "periods": len(found.periods),
        "without_time": found.without_time,
        "nearly_empty": empty_stretch.NEARLY_EMPTY,
        "form_changes": [_form(change) for change in found.forms],
        "label": None if found.label is None else _steps(found.label),
        "volume": _steps(found.volume),
    }


def _form(change: FormChange) -> Document:
    stretch = change.stretch
    return {
        "column": change.column,
        "empty_from": change.first,
        "filled_again_from": change.until,
        "filled": {"numerator": stretch.filled, "denominator": stretch.rows},
        "filled_otherwise": {
            "numerator": stretch.filled_otherwise,
            "denominator": stretch.rows_otherwise,
        },
        "chance": _number(stretch.chance),
    }


def _steps(steps: Steps) -> Document:
    return {
        "norm": _band(steps.band),
        "breaks": [_break(one) for one in steps.breaks],
        "would_notice": steps.noticeable,
        **_answer(steps.answer),
    }


def _break(one: Break) -> Document:
    return {
        "from": one.period,
        "before": {"numerator": one.before[0], "denominator": one.before[1]},
        "after": {"numerator": one.after[0], "denominator": one.after[1]},
        "p_value": _number(one.p_value),
        "last_other_label_on": None if one.last_other is None else one.last_other[0],
        "rows_after_it": None if one.last_other is None else one.last_other[1],
    }


def _distance(distance: Distance) -> Document:
    return {
        "value": _number(distance.value),
        "low": _number(distance.low),
        "high": _number(distance.high),
    }


def _fit(fit: Fit) -> Document:
    return {
        "g": _number(fit.g),
        "degrees": fit.degrees,
        "p_value": _number(fit.p_value),
        "null": "drawn" if fit.drawn else "chi_squared",
        "w": _distance(fit.w),
    }


def _population(found: PopulationFound) -> Document:
    return {
        "norm": _band(found.band),
        "columns": [_represented(column) for column in found.columns],
    }


def _represented(column: ColumnRepresented) -> Document:
    fit = column.fit
    return {
        "column": column.column,
        "known": column.known,
        "missing": column.missing,
        "fit": {"cannot_say": _cannot_say(fit)} if isinstance(fit, CannotSay) else _fit(fit),
        "groups": [
            {
                "value": group.value,
                "others": group.value is None,
                "population_share": _number(group.population_share),
                "ratio": _finding(group.ratio),
                **_verdict(group.verdict),
            }
            for group in column.groups
        ],
    }


def _drift(found: DriftFound) -> Document:
    return {
        "against": found.against,
        "rows": found.rows,
        "norm": _band(found.band),
        "columns": [_drifted(column) for column in found.columns],
        "not_compared": [{"column": column, **_cannot_say(why)} for column, why in found.left_out],
        "only_here": list(found.only_here),
        "only_there": list(found.only_there),
        "outside": [
            {"group": _key(one.group), "share": _finding(one.share)} for one in found.outside
        ],
    }


def _drifted(column: ColumnDrift) -> Document:
    return {
        "column": column.column,
        "kind": column.kind,
        "cells": column.cells,
        **_fit(column.fit),
        "adjusted_p_value": _number(column.adjusted),
        "differs": column.differs,
        "jensen_shannon": _number(column.divergence),
        "outside": _finding(column.outside),
        **_answer(column.answer),
    }


def _coverage(found: CoverageFound) -> Document:
    return {
        "fewest": found.fewest,
        "supposed": {
            "rate": _number(found.supposed_share),
            "from_label": found.from_label,
            "ratio": SUPPOSED_LIMIT,
            "others_per_record": SUPPOSED_OTHERS,
        },
        "uncovered": [
            {"pattern": _key(one.pattern), "records": one.records} for one in found.patterns
        ],
    }
