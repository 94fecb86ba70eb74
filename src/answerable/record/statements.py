"""In-toto Statements v1: what is claimed, of what kind, about which exact bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from answerable.errors import AnswerableError
from answerable.record import envelopes
from answerable.record.canonical import JsonValue, canonical_bytes, parse_json
from answerable.record.digests import HexDigest, NotADigest, hex_digest
from answerable.record.envelopes import Envelope
from answerable.record.keys import SigningKey

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"


class StatementMalformed(AnswerableError):
    """A document is not an in-toto Statement v1, or a statement says nothing."""

    code = "record.statement_malformed"
    message = "This is not an in-toto Statement v1: {part} {reason}."
    hint = "Ask whoever made the statement for one in the published form."
    citation = "in-toto attestation framework, Statement v1"


class PayloadIsNoStatement(AnswerableError):
    """An envelope carries something other than a statement."""

    code = "record.payload_is_no_statement"
    message = "The envelope carries {found}, not application/vnd.in-toto+json."
    hint = "Open it with the tool that made it."


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """The exact bytes a statement is about: digests by algorithm, and a name for people.

    An empty ``name`` means that none is given. The digests identify; the name does not.
    """

    name: str
    digests: Mapping[str, str]

    def __post_init__(self) -> None:
        """Refuse a subject that identifies nothing."""
        if not self.digests or not all([*self.digests, *self.digests.values()]):
            raise StatementMalformed(part="a subject", reason="has no digest")
        if "sha256" in self.digests:
            try:
                hex_digest(self.digests["sha256"])
            except NotADigest as error:
                raise StatementMalformed(part="a sha256", reason="is no digest") from error

    @classmethod
    def of_sha256(cls, *, name: str, sha256: HexDigest) -> Self:
        """Name a file by its SHA-256 digest, the only kind we write."""
        return cls(name=name, digests={"sha256": sha256})

    def is_file(self, sha256: HexDigest) -> bool:
        """Say whether this subject is the file with that digest."""
        return self.digests.get("sha256") == sha256


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A claim of the kind ``predicate_type`` about one or more subjects."""

    subjects: tuple[Subject, ...]
    predicate_type: str
    predicate: Mapping[str, JsonValue]

    def __post_init__(self) -> None:
        """Refuse a statement about nothing, or of no kind."""
        if not self.subjects:
            raise StatementMalformed(part="subject", reason="is empty")
        if not self.predicate_type:
            raise StatementMalformed(part="predicateType", reason="is empty")

    def to_payload(self) -> bytes:
        """Write the canonical payload bytes."""
        fields: dict[str, JsonValue] = {
            "_type": STATEMENT_TYPE,
            "subject": [_subject_fields(subject) for subject in self.subjects],
            "predicateType": self.predicate_type,
            "predicate": dict(self.predicate),
        }
        return canonical_bytes(fields)

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Read a statement in any layout, ignoring fields the specification does not name."""
        fields = _object(parse_json(payload), "the document")
        if fields.get("_type") != STATEMENT_TYPE:
            raise StatementMalformed(part="_type", reason=f"is not {STATEMENT_TYPE}")
        listed = fields.get("subject")
        if not isinstance(listed, list):
            raise StatementMalformed(part="subject", reason="is not a list")
        return cls(
            subjects=tuple(_subject(item, f"subject[{at}]") for at, item in enumerate(listed)),
            predicate_type=_text(fields.get("predicateType"), "predicateType"),
            # Unset means the same as empty: in-toto Statement v1, field predicate.
            predicate=_object(fields.get("predicate", {}), "predicate"),
        )


def sign(statement: Statement, *, keys: Sequence[SigningKey]) -> Envelope:
    """Put a statement into a signed envelope.

    Examples
    --------
    >>> from answerable.record.digests import sha256_of_bytes
    >>> subject = Subject.of_sha256(name="decisions.csv", sha256=sha256_of_bytes(b"rows"))
    >>> kind = "https://answerable.example/measurement/v1"
    >>> claim = Statement(subjects=(subject,), predicate_type=kind, predicate={"n": 170})
    >>> envelope = sign(claim, keys=[SigningKey.make("agency.example/evidence")])
    >>> statement_in(envelope) == claim
    True
    """
    return envelopes.sign(statement.to_payload(), payload_type=PAYLOAD_TYPE, keys=keys)


def statement_in(envelope: Envelope) -> Statement:
    """Read the statement an envelope carries; check the envelope first."""
    if envelope.payload_type != PAYLOAD_TYPE:
        raise PayloadIsNoStatement(found=ascii(envelope.payload_type[:80]))
    return Statement.from_payload(envelope.payload)


def _subject_fields(subject: Subject) -> dict[str, JsonValue]:
    named: dict[str, JsonValue] = {"name": subject.name} if subject.name else {}
    return {**named, "digest": dict(subject.digests)}


def _subject(value: JsonValue, part: str) -> Subject:
    fields = _object(value, part)
    digests = _object(fields.get("digest"), f"{part}.digest")
    return Subject(
        name=_text(fields.get("name", ""), f"{part}.name"),
        digests={kind: _text(text, f"{part}.digest") for kind, text in digests.items()},
    )


def _object(value: JsonValue, part: str) -> Mapping[str, JsonValue]:
    if not isinstance(value, dict):
        raise StatementMalformed(part=part, reason="is missing or is not an object")
    return value


def _text(value: JsonValue, part: str) -> str:
    if not isinstance(value, str):
        raise StatementMalformed(part=part, reason="is missing or is not text")
    return value
