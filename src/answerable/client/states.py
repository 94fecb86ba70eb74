"""What `record` gives back, and how a client says that it is."""

from dataclasses import dataclass

from answerable.client.answers import Answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """A record is on this machine's disk and will reach the gateway."""

    source: str
    id: str
    sequence: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NotRecorded:
    """A record is not on disk: do not act on the decision. `ask` answers for people now."""

    reason: str
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientState:
    """How a client is, for the people who run it; never a reason to proceed.

    ``refused`` counts the records that the gateway would not have: of this process, and of
    ended ones whose spools it looks after. They lie in ``refused.jsonl``, for people.
    """

    use: str
    version: str
    source: str
    answer: Answer
    lease_seconds_left: float
    spooled_bytes: int
    damaged_lines: int
    refused: int
    lease_problem: str
    record_problem: str
    fault: str
