"""Performance as JSON: the shape that other programs rely on."""

import math

from answerable import __version__
from answerable.measure.reliability import Bin
from answerable.record.canonical import JsonValue
from answerable.record.measurement import CannotSay, Finding, Measurement
from answerable.verdict.performance import (
    LEVEL,
    GroupPerformance,
    JudgedClaim,
    Measured,
    Performance,
    ScoreGap,
)

_DIGITS = 12


def performance_document(found: Performance) -> dict[str, JsonValue]:
    """Write a performance down as JSON: twelve significant digits, none NaN or infinite."""
    asked = found.question
    columns = (asked.decision, asked.label, asked.score, *asked.columns)
    document: dict[str, JsonValue] = {
        "answerable": __version__,
        "data": {
            "name": found.source.name,
            "rows": found.rows,
            "digest": f"sha256:{found.digest.sha256}",
            "files": [{"name": name, "sha256": sha256} for name, sha256 in found.digest.files],
            "columns": [column for column in columns if column is not None],
        },
        "overall": _group(found.everyone),
        "groups": [_group(group) for group in found.groups],
        "gaps": [_gap(gap) for gap in found.gaps],
        "method": {
            "level": LEVEL,
            "claims": "one_by_one",
            "scores_rounded_to_digits": found.digits,
            "intervals": {
                "rate": "wilson",
                "auc": "delong_logit",
                "calibration_ratio": "clopper_pearson",
                "calibration_slope": "wald",
                "calibration_intercept": "wald",
                "mean_residual": "student",
                "difference": "newcombe",
                "mean_residual_difference": "welch",
            },
        },
    }
    if found.claims:
        document |= {"verdict": found.verdict, "claims": [_claim(claim) for claim in found.claims]}
    return document


def _number(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _finding(found: Finding) -> dict[str, JsonValue]:
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


def _cannot_say(found: CannotSay) -> dict[str, JsonValue]:
    return {"reason": found.reason, "needs": found.needs}


def _measured(measured: Measured) -> dict[str, JsonValue]:
    document = _finding(measured.found)
    low, high = measured.lowest, measured.highest
    if low is not None and high is not None and math.isfinite(low) and math.isfinite(high):
        document["were_missing_known"] = {"lowest": _number(low), "highest": _number(high)}
    return document


def _group(group: GroupPerformance) -> dict[str, JsonValue]:
    document: dict[str, JsonValue] = {
        "group": dict(group.key),
        "n": group.n,
        "measures": {name: _measured(found) for name, found in group.measures.items()},
    }
    match group.reliability:
        case None:
            pass
        case CannotSay() as why:
            document["reliability"] = {"cannot_say": _cannot_say(why)}
        case bins:
            document["reliability"] = [_bin(one) for one in bins]
    return document


def _bin(one: Bin) -> dict[str, JsonValue]:
    document: dict[str, JsonValue] = {"low": one.low, "high": one.high}
    if one.stated is not None:
        document["stated"] = _number(one.stated)
    return document | {"observed": _finding(one.observed)}


def _gap(gap: ScoreGap) -> dict[str, JsonValue]:
    document: dict[str, JsonValue] = {
        "measure": gap.measure,
        "group": dict(gap.group),
        "reference": "rest",
        "difference": _finding(gap.difference),
    }
    if gap.ratio is not None:
        document["ratio"] = _finding(gap.ratio)
    return document


def _claim(one: JudgedClaim) -> dict[str, JsonValue]:
    claim, judged = one.claim, one.judged
    found = one.measured.found
    measured: dict[str, JsonValue] = _measured(one.measured)
    if isinstance(found, Measurement):
        measured["n"] = found.denominator
    within = claim.within
    ends = {"low": within.low, "high": within.high}
    document: dict[str, JsonValue] = {
        "claim": claim.written,
        "comparator": claim.comparator.value,
        "measured_on": dict(claim.group),
        "holds_within": {name: end for name, end in ends.items() if math.isfinite(end)},
        "measured": measured,
        "verdict": judged.verdict.value,
        "needs": None,
    }
    if judged.why is not None:
        document |= _cannot_say(judged.why)
    if judged.records is not None:
        document["records_needed"] = judged.records
    return document
