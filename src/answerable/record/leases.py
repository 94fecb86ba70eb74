"""Leases: a permit's state for a few seconds, signed; and the marks of people who opted out."""

import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self

from answerable.errors import AnswerableError
from answerable.record import envelopes
from answerable.record.canonical import (
    LARGEST_EXACT_INTEGER,
    JsonValue,
    NotCanonical,
    NotJson,
    canonical_bytes,
    parse_canonical,
)
from answerable.record.digests import HexDigest, sha256_of_bytes
from answerable.record.envelopes import EnvelopeMalformed, EnvelopeNotSignedByKey
from answerable.record.keys import SigningKey, VerifierKey

PAYLOAD_TYPE = "application/vnd.answerable.lease.v1+json"
MAX_SECONDS = 900
MAX_BYTES = 65_536
SALT_BYTES = 32
MARK_BYTES = 16

_NAME = r"[a-z0-9][a-z0-9-]*"
_CODE = r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}"
_FORMS = {
    "id": re.compile(_CODE),
    "agency": re.compile(_NAME),
    "use": re.compile(rf"{_NAME}\.{_NAME}"),
    "version": re.compile(r"[0-9a-f]{64}"),
    "reason": re.compile(_CODE),
    "nonce": re.compile(r"[!-~]{16,128}"),
    "opt_outs": re.compile(r"[0-9a-f]{64}"),
    "checkpoint": re.compile(r"(?:0|[1-9][0-9]{0,15}):[0-9a-f]{64}"),
}
_WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


class LeaseMalformed(AnswerableError):
    """A document is no lease, or says more or less than one."""

    code = "record.lease_malformed"
    message = "This is no lease: {part} {reason}."
    hint = "Check that the gateway and the client speak the same version of the protocol."


class LeaseNotSigned(AnswerableError):
    """No key that the reader trusts signed the lease."""

    code = "record.lease_not_signed"
    message = "No trusted key signed the lease."
    hint = "Check which lease keys the client was given; someone may be posing as the gateway."


class LeaseForAnotherUse(AnswerableError):
    """A lease permits something else."""

    code = "record.lease_for_another_use"
    message = "The lease is for {found}, not for {wanted}."
    hint = "Check the use the client was given, and the service token."


class LeaseForAnotherVersion(AnswerableError):
    """A lease permits other files than those that run."""

    code = "record.lease_for_another_version"
    message = "The lease is for version {found}, and version {wanted} runs."
    hint = "Have the version that runs assessed, or run the one that was approved."


class LeaseForAnotherRequest(AnswerableError):
    """A lease answers a request that was not this one: an old lease, played again."""

    code = "record.lease_for_another_request"
    message = "The lease does not repeat the request's nonce, so it answers another request."
    hint = "Something between the client and the gateway keeps answers: let it keep none."


class OptOutListMalformed(AnswerableError):
    """Bytes are not a list of opt-out marks."""

    code = "record.opt_out_list_malformed"
    message = "The list of opt-outs cannot be read: {reason}."
    hint = "Fetch it again from the gateway."


class State(StrEnum):
    """What a permit lets a use do at a moment."""

    OPEN = "open"
    OBSERVE = "observe"
    SHADOW = "shadow"
    PEOPLE_ONLY = "people_only"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """What a use may do for so many seconds after it asked.

    ``nonce`` repeats the client's request, ``opt_outs`` is the digest of the list in
    force, ``cap`` the number of decisions allotted (``None``: not capped), ``checkpoint``
    the ledger's ``size:root``. ``issued_at`` is for the record: a lease is aged by the
    client's own monotonic clock, from the moment it asked.
    """

    id: str
    agency: str
    use: str
    version: str
    state: State
    reason: str
    issued_at: datetime
    seconds: int
    nonce: str
    opt_outs: str
    cap: int | None
    checkpoint: str

    def __post_init__(self) -> None:
        """Refuse a lease whose fields do not have the form the protocol gives them."""
        for name, form in _FORMS.items():
            value = getattr(self, name)
            if not isinstance(value, str) or not form.fullmatch(value):
                raise LeaseMalformed(part=name, reason="does not have the form it should")
        if not self.use.startswith(f"{self.agency}."):
            raise LeaseMalformed(part="use", reason="is not one of the agency's")
        if self.issued_at.utcoffset() != timedelta(0):
            raise LeaseMalformed(part="issued_at", reason="is not a time in UTC")
        if not _whole(self.seconds, 1, MAX_SECONDS):
            raise LeaseMalformed(part="seconds", reason=f"is not 1 to {MAX_SECONDS}")
        if self.cap is not None and not _whole(self.cap, 0, LARGEST_EXACT_INTEGER):
            raise LeaseMalformed(part="cap", reason="is neither null nor a number of decisions")

    def to_payload(self) -> bytes:
        """Write the canonical payload that is signed."""
        written: dict[str, JsonValue] = {
            field.name: getattr(self, field.name) for field in fields(self)
        }
        written["state"] = self.state.value
        written["issued_at"] = f"{self.issued_at:%Y-%m-%dT%H:%M:%S.%f}Z"
        return canonical_bytes(written)

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Read a payload, and refuse one with a field missing, added or malformed.

        An unknown field could be a restriction the reader does not know how to keep.
        """
        try:
            found = parse_canonical(payload)
        except (NotCanonical, NotJson) as error:
            raise LeaseMalformed(part="the payload", reason="is not canonical JSON") from error
        if not isinstance(found, dict) or found.keys() != {one.name for one in fields(cls)}:
            raise LeaseMalformed(part="the payload", reason="does not have a lease's fields")
        return cls(**{**found, "state": _state(found), "issued_at": _issued_at(found)})


def sign(lease: Lease, *, key: SigningKey) -> bytes:
    """Put a lease into a signed DSSE envelope, the file that travels.

    Examples
    --------
    >>> lease = Lease(
    ...     id="lease-1", agency="north", use="north.benefit-check", version="ab" * 32,
    ...     state=State.OPEN, reason="permit_open", issued_at=datetime(2026, 11, 23, tzinfo=UTC),
    ...     seconds=60, nonce="0123456789abcdef", opt_outs="cd" * 32, cap=None,
    ...     checkpoint="7:" + "ef" * 32,
    ... )
    >>> key = SigningKey.make("agency.example/leases")
    >>> opened = open_signed(
    ...     sign(lease, key=key), keys=[key.verifier],
    ...     use=lease.use, version=lease.version, nonce=lease.nonce,
    ... )
    >>> opened == lease
    True
    """
    return envelopes.sign(lease.to_payload(), payload_type=PAYLOAD_TYPE, keys=[key]).to_bytes()


def open_signed(
    data: bytes, *, keys: Sequence[VerifierKey], use: str, version: str, nonce: str
) -> Lease:
    """Open a lease that a trusted key signed for this use, version and request.

    The checks, in this order, each with its own refusal: size and envelope, payload
    type, signature, fields, use, version, nonce. Nothing is read before it is signed.
    """
    if len(data) > MAX_BYTES:
        raise LeaseMalformed(part="the envelope", reason=f"is larger than {MAX_BYTES} bytes")
    try:
        envelope = envelopes.read(data)
    except (EnvelopeMalformed, NotJson) as error:
        raise LeaseMalformed(part="the document", reason="is not a DSSE envelope") from error
    if envelope.payload_type != PAYLOAD_TYPE:
        raise LeaseMalformed(part="payloadType", reason=f"is not {PAYLOAD_TYPE}")
    if not any(_signed_by(envelope, key) for key in keys):
        raise LeaseNotSigned
    lease = Lease.from_payload(envelope.payload)
    if lease.use != use:
        raise LeaseForAnotherUse(found=lease.use, wanted=use)
    if lease.version != version:
        raise LeaseForAnotherVersion(found=lease.version, wanted=version)
    if lease.nonce != nonce:
        raise LeaseForAnotherRequest
    return lease


def opt_out_mark(person: str, *, salt: bytes) -> bytes:
    """Mark a person in a list that names nobody: the start of HMAC-SHA256(salt, person).

    Examples
    --------
    >>> opt_out_mark("person-1", salt=bytes(32)).hex()
    'bfa2edd73b34b2de7c69696667d504e9'
    """
    return hmac.digest(salt, person.encode(), "sha256")[:MARK_BYTES]


@dataclass(frozen=True, kw_only=True, slots=True)
class OptOutList:
    """The marks of everyone who opted out of a use, and the salt they were made with.

    The digest covers the salt: with another salt no mark would fit, and everyone who
    opted out would be decided about after all.
    """

    salt: bytes
    marks: frozenset[bytes]

    def __post_init__(self) -> None:
        """Refuse a salt or a mark of another length."""
        if len(self.salt) != SALT_BYTES:
            raise OptOutListMalformed(reason=f"the salt has {len(self.salt)} bytes, not 32")
        if any(len(mark) != MARK_BYTES for mark in self.marks):
            raise OptOutListMalformed(reason="a mark does not have 16 bytes")

    @classmethod
    def of(cls, people: Iterable[str], *, salt: bytes) -> Self:
        """Mark each of these people."""
        return cls(salt=salt, marks=frozenset(opt_out_mark(one, salt=salt) for one in people))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote; compare the digest with a lease's before relying on it."""
        if len(data) < SALT_BYTES or (len(data) - SALT_BYTES) % MARK_BYTES:
            raise OptOutListMalformed(reason=f"{len(data)} bytes are not a salt and whole marks")
        starts = range(SALT_BYTES, len(data), MARK_BYTES)
        marks = frozenset(data[start : start + MARK_BYTES] for start in starts)
        return cls(salt=data[:SALT_BYTES], marks=marks)

    def to_bytes(self) -> bytes:
        """Write the salt and then the marks in ascending order."""
        return self.salt + b"".join(sorted(self.marks))

    def digest(self) -> HexDigest:
        """Hash the list as a lease names it."""
        return sha256_of_bytes(self.to_bytes())

    def names(self, person: str) -> bool:
        """Say whether the person opted out."""
        return opt_out_mark(person, salt=self.salt) in self.marks


def _signed_by(envelope: envelopes.Envelope, key: VerifierKey) -> bool:
    try:
        envelopes.verify(envelope, key=key)
    except EnvelopeNotSignedByKey:
        return False
    return True


def _whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _state(found: dict[str, JsonValue]) -> State:
    try:
        return State(str(found["state"]))
    except ValueError:
        raise LeaseMalformed(part="state", reason="is none that the protocol has") from None


def _issued_at(found: dict[str, JsonValue]) -> datetime:
    text = found["issued_at"]
    if isinstance(text, str) and _WHEN.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except ValueError:
            pass
    raise LeaseMalformed(part="issued_at", reason="is not a time in UTC")
