"""Records on their way in: everything about them that needs no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from answerable.intake import wire
from answerable.intake.bodies import attributes_bytes, microseconds
from answerable.intake.subjects import STAFF, Pseudonyms

DIGEST_BYTES = 16
_SOURCE_BYTES = 12
_REVIEWED = (wire.Decision, wire.Review)


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """Records that one agency sent in one request."""

    agency: str
    records: Sequence[wire.Record]
    historic: bool = False


def seen_key(*, agency: str, source: str | None, id: str | None) -> bytes:  # noqa: A002 - its name
    """Give the key under which a record is remembered for as long as records are kept.

    The id stands in it as it is, so that records which a source numbers one after the other
    lie side by side, and a commit touches few pages of the table.
    """
    return _prefix(agency, source) + (id or "").encode()


@lru_cache(maxsize=10_000)
def _prefix(agency: str, source: str | None) -> bytes:
    return sha256(f"{agency}\0{source}".encode()).digest()[:_SOURCE_BYTES]


class Rows:
    """What can be known of the records before the transaction."""

    def __init__(self, arrivals: Sequence[Arrival], *, pseudonyms: Pseudonyms) -> None:
        """Lay out the records of some requests, in their order."""
        self.records: list[wire.Record] = []
        self.agencies: list[str] = []
        self.historic: list[bool] = []
        self.keys: list[bytes] = []
        self.people: list[bytes] = []
        self.staff: list[bytes] = []
        self.attributes: list[bytes] = []
        self.occurred: list[int] = []
        # Lookup of a token -> whom it stands for: agency, use, pseudonym.
        self.named: dict[bytes, tuple[str, str, str]] = {}
        lookup_of = pseudonyms.lookup_of
        for arrival in arrivals:
            agency = arrival.agency
            self.records.extend(arrival.records)
            self.agencies.extend([agency] * len(arrival.records))
            self.historic.extend([arrival.historic] * len(arrival.records))
            for record in arrival.records:
                source, identity = record.source, record.id
                self.keys.append(_prefix(agency, source) + (identity or "").encode())
                self.occurred.append(microseconds(record.occurred_at))
                person = staff = attributes = b""
                if isinstance(record, wire.Decision):
                    use, pseudonym = record.use, record.person
                    person = lookup_of(agency=agency, use=use, person=pseudonym)
                    self.named[person] = (agency, use, pseudonym)
                    if record.attributes:
                        attributes = attributes_bytes(record.attributes)
                if isinstance(record, _REVIEWED) and record.reviewer:
                    staff = lookup_of(agency=agency, use=STAFF, person=record.reviewer)
                    self.named[staff] = (agency, STAFF, record.reviewer)
                self.people.append(person)
                self.staff.append(staff)
                self.attributes.append(attributes)

    def alone(self, at: int) -> Arrival:
        """Give one of the records as if it had come by itself."""
        return Arrival(
            agency=self.agencies[at], records=[self.records[at]], historic=self.historic[at]
        )
