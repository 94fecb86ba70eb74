"""Numbers read back from the audits that were attached as evidence."""

from collections.abc import Mapping

from answerable.inventory.evidence import evidence_named
from answerable.record import envelopes
from answerable.record.canonical import JsonValue
from answerable.record.measurement import Measurement
from answerable.record.statements import statement_in
from answerable.verdict.evidence import Evidence, read_evidence


def evidence_in(digest: str) -> Evidence:
    """Read an audit that was attached as evidence."""
    envelope = envelopes.read_own(bytes(evidence_named(digest).envelope))
    return read_evidence(statement_in(envelope))


def rates_in(group: JsonValue) -> dict[str, Measurement]:
    """Read the rates of a group from the document of an audit; what it cannot say is left out."""
    measures = group.get("measures") if isinstance(group, dict) else None
    found = {} if not isinstance(measures, dict) else measures
    read = {name: measurement_in(value) for name, value in found.items()}
    return {name: value for name, value in read.items() if value is not None}


def measurement_in(value: JsonValue) -> Measurement | None:
    """Read one number with its interval; None where the document cannot say it."""
    if not isinstance(value, dict) or "value" not in value:
        return None
    number = {name: float(str(value[name])) for name in ("value", "low", "high")}
    counts = {name: int(str(value[name])) for name in ("numerator", "denominator")}
    return Measurement(**number, **counts)  # type: ignore[arg-type] # the names are the fields


def gap_in(
    document: Mapping[str, JsonValue], *, measure: str, group: Mapping[str, str]
) -> Measurement | None:
    """Read the ratio of a group's rate to its reference's from the document of an audit."""
    for gap in objects_in(document.get("gaps")):
        if gap.get("measure") == measure and gap.get("group") == dict(group):
            return measurement_in(gap.get("ratio"))
    return None


def objects_in(value: JsonValue) -> list[dict[str, JsonValue]]:
    """Give the objects of a list in a document; nothing where it is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
