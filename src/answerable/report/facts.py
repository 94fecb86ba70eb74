"""What a report is made from: an audited result, and where and when it was made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from answerable.verdict.run import AuditedData


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditReport:
    """Everything a report states; two reports of equal facts are equal to the byte.

    ``measured_at`` is an aware UTC time. ``command`` is what a reader runs to compute the
    same figures again. ``evidence`` is the name of the evidence file, or None where none
    was written. ``caution`` is what is known to be wrong with the data; empty where
    nothing is.
    """

    title: str
    audited: AuditedData
    version: str
    measured_at: datetime
    command: str
    evidence: str | None
    caution: str = ""

    def __post_init__(self) -> None:
        """Refuse a time that is not in UTC: the report says it is."""
        if self.measured_at.utcoffset() != timedelta(0):
            reason = f"measured_at must be an aware UTC time, not {self.measured_at!r}"
            raise ValueError(reason)
