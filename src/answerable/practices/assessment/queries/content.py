"""The hash of everything an assessment holds, on which it is signed."""

from typing import Any

from django.db.models import Model

from answerable.ledger.queries import tells
from answerable.practices.assessment import entries
from answerable.practices.assessment.models import Assessment
from answerable.practices.assessment.queries.assessments import seen_risk
from answerable.practices.assessment.rules import State
from answerable.record.canonical import JsonValue, canonical_bytes
from answerable.record.digests import HexDigest, sha256_of_bytes

_DECIDED = {
    State.SIGNED: entries.AssessmentSigned.kind,
    State.REFUSED: entries.AssessmentRefused.kind,
}
_PARTS = ("risks", "data", "grounds", "limits", "measurings")


def is_as_decided(assessment: Assessment) -> bool:
    """Whether the ledger tells of its decision, and its rows are those that were decided on.

    What was typed into the tables, imported or restored without an entry shows nothing.
    """
    kind = _DECIDED.get(State(assessment.state))
    if kind is None:
        return True
    signed = assessment.state == State.SIGNED
    only_when_signed = {"decisions_before": assessment.live_before} if signed else {}
    return tells(
        assessment.decided_entry,
        kind,
        at=assessment.decided_at,
        use=assessment.use.ref,
        assessment=assessment.number,
        version=assessment.version,
        content=content_of(assessment),
        reason=assessment.reason,
        **only_when_signed,
    )


def content_of(assessment: Assessment) -> HexDigest:
    """Hash everything an assessment holds, so that a later change of a row shows."""
    rows = [_plain(row) for part in _PARTS for row in getattr(assessment, part).order_by("pk")]
    for risk in assessment.risks.order_by("pk"):
        seen = seen_risk(risk, by_author=True)
        rows += [] if seen.reviewer is None else [_plain(risk.review)]
        rows += [] if seen.remains is None else [_plain(risk.residue)]
        for mitigation in risk.mitigations.order_by("pk"):
            rows += [_plain(mitigation), *map(_plain, mitigation.tests.order_by("pk"))]
    for measuring in assessment.measurings.order_by("pk"):
        rows += [_plain(rerun) for rerun in measuring.reruns.order_by("pk")]
    told: dict[str, JsonValue] = {
        "context": assessment.context,
        "rows": list(rows),
        "use": assessment.use.ref,
        "version": assessment.version,
    }
    return sha256_of_bytes(canonical_bytes(told))


# That a mitigation fell overdue is told after the signature.
_LATER = {"overdue_entry"}


def _plain(row: Model) -> dict[str, JsonValue]:
    return {
        field.attname: _json(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.attname not in _LATER
    } | {"table": row._meta.model_name or ""}


def _json(value: Any) -> JsonValue:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, bool | int | str | dict | list) or value is None:
        return value
    return repr(value) if isinstance(value, float) else str(value)
