"""Signed envelopes of DSSE v1: a payload kept byte for byte, its type, and signatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answerable.errors import AnswerableError
from answerable.record import b64
from answerable.record.canonical import JsonValue, canonical_bytes, first_difference, parse_json
from answerable.record.keys import KeyMalformed, KeyNameRefused, SigningKey, VerifierKey

MAX_SIGNATURES = 100


class EnvelopeMalformed(AnswerableError):
    """A document is not a DSSE envelope, or an envelope cannot be written."""

    code = "record.envelope_malformed"
    message = "This is not a DSSE envelope: {part} {reason}."
    hint = "Ask whoever wrote the file for an unchanged copy."
    citation = "DSSE v1"


class EnvelopeNotSignedByKey(AnswerableError):
    """None of an envelope's signatures is by the key asked about."""

    code = "record.envelope_not_signed_by_key"
    message = "None of the {count} signatures is by {key} over this payload and type."
    hint = "The file was changed, or another key signed it: check whose key you hold."
    citation = "DSSE v1"


class EnvelopeChanged(AnswerableError):
    """A file is not the one that was written."""

    code = "record.envelope_changed"
    message = "The file was changed since it was written: {part} {reason}."
    hint = "Do not rely on it; get the original from whoever signed it."


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """One signature, and a hint as to whose it is, which nothing protects."""

    key_id: str
    value: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """A payload as it was signed, its type, and the signatures over both."""

    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        """Refuse an envelope without a type or signatures."""
        if not self.payload_type:
            raise EnvelopeMalformed(part="payloadType", reason="is empty")
        _utf8(self.payload_type, "payloadType")
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            reason = f"has {len(self.signatures)} entries, not 1 to {MAX_SIGNATURES}"
            raise EnvelopeMalformed(part="signatures", reason=reason)

    def to_bytes(self) -> bytes:
        """Write the file: canonical JSON and a final newline."""
        signatures = [
            {"keyid": signature.key_id, "sig": b64.encode(signature.value)}
            for signature in self.signatures
        ]
        fields: dict[str, JsonValue] = {
            "payload": b64.encode(self.payload),
            "payloadType": self.payload_type,
            "signatures": signatures,
        }
        return canonical_bytes(fields) + b"\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedBy:
    """A key that the reader brought has signed the payload and its type."""

    key: VerifierKey


@dataclass(frozen=True, kw_only=True, slots=True)
class UnchangedSinceSigned:
    """Nothing changed since the keys named inside signed. It does not say who signed.

    Whoever changes a file can sign it anew with a key of their own and name that one,
    so this shows damage, not forgery. Only `verify` with a key from elsewhere does.
    """

    keys: tuple[VerifierKey, ...]


def pae(payload_type: str, payload: bytes) -> bytes:
    """Join type and payload, each with its length, into the bytes that are signed.

    Examples
    --------
    >>> pae("http://example.com/HelloWorld", b"hello world")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    kind = _utf8(payload_type, "payloadType")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, *, payload_type: str, keys: Sequence[SigningKey]) -> Envelope:
    """Put a payload into an envelope signed by each key.

    The key id is the whole public key in its text form, so that `self_check` needs
    nothing but the file.
    """
    signed = pae(payload_type, payload)
    signatures = tuple(Signature(key_id=str(key.verifier), value=key.sign(signed)) for key in keys)
    return Envelope(payload=payload, payload_type=payload_type, signatures=signatures)


def verify(envelope: Envelope, *, key: VerifierKey) -> SignedBy:
    """Check that the key has signed the envelope, whatever its key ids say.

    As the protocol demands, signatures by other keys are passed over and key ids
    decide nothing.
    """
    signed = pae(envelope.payload_type, envelope.payload)
    if not any(key.has_signed(signed, signature=one.value) for one in envelope.signatures):
        raise EnvelopeNotSignedByKey(count=len(envelope.signatures), key=key.label)
    return SignedBy(key=key)


def self_check(envelope: Envelope) -> UnchangedSinceSigned:
    """Check every signature against the public key in its own key id.

    See `UnchangedSinceSigned` for how little that proves.
    """
    signed = pae(envelope.payload_type, envelope.payload)
    keys = []
    for at, signature in enumerate(envelope.signatures):
        try:
            key = VerifierKey.parse(signature.key_id)
        except (KeyMalformed, KeyNameRefused) as error:
            reason = "is not a whole public key"
            raise EnvelopeChanged(part=f"signatures[{at}].keyid", reason=reason) from error
        if not key.has_signed(signed, signature=signature.value):
            part = f"signatures[{at}].sig, payload or payloadType"
            raise EnvelopeChanged(part=part, reason="differs from what was signed")
        keys.append(key)
    return UnchangedSinceSigned(keys=tuple(keys))


def read(data: bytes) -> Envelope:
    """Read an envelope that any tool wrote, in any layout; signatures are not checked.

    Base64 may be standard or URL-safe, fields the format does not name are ignored,
    and a signature without ``keyid`` has an empty one.
    """
    fields = _object(parse_json(data), "the document")
    payload = _base64(fields, "payload", "")
    payload_type = _text(fields, "payloadType", "")
    listed = fields.get("signatures")
    if not isinstance(listed, list):
        raise EnvelopeMalformed(part="signatures", reason="is not a list")
    signatures = []
    for at, item in enumerate(listed):
        inside = f"signatures[{at}]."
        one = _object(item, f"signatures[{at}]")
        key_id = _text(one, "keyid", inside) if "keyid" in one else ""
        signatures.append(Signature(key_id=key_id, value=_base64(one, "sig", inside)))
    return Envelope(payload=payload, payload_type=payload_type, signatures=tuple(signatures))


def read_own(data: bytes) -> Envelope:
    """Read a file that `Envelope.to_bytes` wrote, and refuse it if any byte differs.

    It finds damage anywhere in the file. It does not say who signed: see
    `UnchangedSinceSigned`.
    """
    envelope = read(data)
    written = envelope.to_bytes()
    if written != data:
        part = f"the layout, at byte {first_difference(written, data)},"
        raise EnvelopeChanged(part=part, reason="is not how this file was written")
    self_check(envelope)
    return envelope


def _object(value: JsonValue, part: str) -> Mapping[str, JsonValue]:
    if not isinstance(value, dict):
        raise EnvelopeMalformed(part=part, reason="is not an object")
    return value


def _text(fields: Mapping[str, JsonValue], name: str, inside: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise EnvelopeMalformed(part=f"{inside}{name}", reason="is missing or is not text")
    return value


def _base64(fields: Mapping[str, JsonValue], name: str, inside: str) -> bytes:
    text = _text(fields, name, inside)
    try:
        return b64.decode(text, urlsafe_too=True)
    except b64.NotBase64 as error:
        raise EnvelopeMalformed(part=f"{inside}{name}", reason="is not base64") from error


def _utf8(text: str, part: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise EnvelopeMalformed(part=part, reason="holds half a surrogate pair") from error
