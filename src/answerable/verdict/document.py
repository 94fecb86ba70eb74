"""An audit as JSON: the shape that other programs rely on."""

from collections.abc import Mapping

from answerable import __version__
from answerable.measure import max_t
from answerable.record.canonical import JsonValue
from answerable.record.measurement import CannotSay, Finding, Measurement
from answerable.verdict.audit import LEVEL, Gap, GroupResult, MeasureVerdict
from answerable.verdict.conflict import EQUAL, SOURCE, UNEQUAL, Conflict
from answerable.verdict.differences import FALSE_SHARE, Difference
from answerable.verdict.explained import Explained
from answerable.verdict.groups import GroupKey
from answerable.verdict.norms import Norm
from answerable.verdict.run import AuditedData
from answerable.verdict.verdicts import Met, NotMet, Test, Verdict, verdict_name

REST = "rest"
"""How the output names the reference that is everyone else."""

_DIGITS = 12


def audit_document(audited: AuditedData) -> dict[str, JsonValue]:
    """Write an audit down as JSON.

    Numbers have twelve significant digits, so that another machine's rounding in the
    last place is no difference; none is NaN or infinite. A share is in [0, 1].
    """
    audit, columns = audited.audit, audited.question.columns
    return {
        "answerable": __version__,
        "data": {
            "name": audited.source.name,
            "rows": audited.rows,
            "digest": f"sha256:{audited.digest.sha256}",
            "files": [{"name": name, "sha256": sha256} for name, sha256 in audited.digest.files],
            "columns": [*columns.named, *audited.question.strata],
        },
        "verdict": audit.verdict,
        "verdicts": [_measure_verdict(verdict) for verdict in audit.verdicts],
        "conflicts": [_conflict(conflict) for conflict in audit.conflicts],
        "overall": _group(audit.everyone),
        "groups": [_group(group) for group in audit.groups],
        "gaps": [
            _gap(gap, audited.differences.get((gap.measure, gap.group))) for gap in audit.gaps
        ],
        "explained": None
        if not audited.question.strata
        else {
            "strata": list(audited.question.strata),
            "because": audited.question.because,
            "gaps": [_explained(one) for one in audited.explained],
        },
        "method": {
            "level": LEVEL,
            "family": audit.family,
            "adjustment": "holm",
            "familywise": audit.plan.norms.familywise,
            "seed": max_t.SEED,
            "profile": audit.plan.norms.profile,
            "on": audit.plan.on.isoformat(),
            "positive_is_favourable": audit.positive_is_favourable,
            "intervals": {
                "rate": "wilson",
                "difference": "miettinen_nurminen",
                "ratio": "koopman",
            },
            "differences": {
                "test": "fisher",
                "adjustment": "tarone_holm",
                "second_opinion": "max_t",
                "draws": max_t.DRAWS,
                "false_share": FALSE_SHARE,
            },
        },
    }


def _number(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _cannot_say(found: CannotSay) -> dict[str, JsonValue]:
    return {"reason": found.reason, "needs": found.needs}


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


def _key(key: GroupKey) -> dict[str, JsonValue]:
    return dict(key)


def _reference(reference: GroupKey | None) -> JsonValue:
    return REST if reference is None else _key(reference)


def _group(group: GroupResult) -> dict[str, JsonValue]:
    measures: Mapping[str, JsonValue] = {
        name: _finding(found) for name, found in group.measures.items()
    }
    return {
        "group": _key(group.key),
        "n": group.n,
        "missing": {"decision": group.without_decision, "label": group.without_label},
        "measures": measures,
    }


def _norm(norm: Norm | None) -> JsonValue:
    if norm is None:
        return None
    return {
        "measure": norm.measure,
        "kind": norm.scale.value,
        "low": norm.low,
        "high": norm.high,
        "source": norm.source,
    }


def _test(test: Test) -> dict[str, JsonValue]:
    return {
        "claim": test.claim,
        "p_value": _number(test.p_value),
        "adjusted_p_value": _number(test.adjusted),
        "exact": test.exact,
    }


def _why(verdict: Verdict) -> dict[str, JsonValue]:
    match verdict:
        case Met(test=test) | NotMet(test=test):
            return {"test": _test(test)}
        case CannotSay():
            return _cannot_say(verdict)


def _difference(found: Difference | None) -> JsonValue:
    if found is None:
        return None
    return {
        "established": found.established,
        "to_look_into": found.to_look_into,
        "standard_deviations": _number(found.deviations),
        "p_value": _number(found.p_value),
        "adjusted_p_value": _number(found.adjusted),
        "max_t_p_value": None if found.by_max_t is None else _number(found.by_max_t),
        "false_share": _number(found.by_false_share),
    }


def _gap(gap: Gap, difference: Difference | None) -> dict[str, JsonValue]:
    return {
        "measure": gap.measure,
        "group": _key(gap.group),
        "reference": _reference(gap.reference),
        "counts": {
            "group": {"numerator": gap.table.x1, "denominator": gap.table.n1},
            "reference": {"numerator": gap.table.x2, "denominator": gap.table.n2},
        },
        "difference": _finding(gap.difference),
        "ratio": _finding(gap.ratio),
        "differs": _difference(difference),
        "norm": _norm(gap.norm),
        "verdict": verdict_name(gap.verdict),
        **_why(gap.verdict),
    }


def _explained(one: Explained) -> dict[str, JsonValue]:
    return {
        "measure": one.gap.measure,
        "group": _key(one.gap.group),
        "reference": _reference(one.gap.reference),
        "difference": _finding(one.difference),
        "ratio": _finding(one.ratio),
        "turns_round": one.turns_round,
        "strata": one.strata,
        "left_out": one.left_out,
        "unlike_strata_p_value": None if one.unlike is None else _number(one.unlike),
        "spread_over_strata": None
        if one.apart is None
        else {
            "w": _number(one.apart.value),
            "low": _number(one.apart.low),
            "high": _number(one.apart.high),
        },
    }


def _measure_verdict(verdict: MeasureVerdict) -> dict[str, JsonValue]:
    document: dict[str, JsonValue] = {
        "measure": verdict.measure,
        "norm": _norm(verdict.norm),
        "verdict": verdict.verdict,
        "gaps": {
            "met": verdict.met,
            "not_met": verdict.not_met,
            "cannot_say": verdict.cannot_say,
        },
    }
    if verdict.why is not None:
        document |= _cannot_say(verdict.why)
    return document


def _conflict(conflict: Conflict) -> dict[str, JsonValue]:
    return {
        "group": _key(conflict.group),
        "reference": _reference(conflict.reference),
        "near_equal": {"measure": EQUAL, "ratio": _finding(conflict.equal)},
        "unequal": {"measure": UNEQUAL, "ratio": _finding(conflict.unequal)},
        "source": SOURCE,
    }
