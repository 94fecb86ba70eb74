"""Signed notes of C2SP: a text, a blank line, and one line per signature."""

from collections.abc import Sequence
from dataclasses import dataclass

from answerable.errors import AnswerableError
from answerable.record import b64
from answerable.record.keys import (
    KEY_ID_BYTES,
    KeyNameRefused,
    SigningKey,
    VerifierKey,
    check_key_name,
)

MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100

_SIGNATURE_PREFIX = "\N{EM DASH} "


class NoteMalformed(AnswerableError):
    """Bytes are not a signed note, or a text cannot become one."""

    code = "record.note_malformed"
    message = "This is not a signed note: {reason}."
    hint = "Get an unchanged copy of the file; no editor may touch its ends of lines."
    citation = "C2SP signed-note"


class NoteNotSignedByKnownKey(AnswerableError):
    """None of the keys one trusts has signed a note."""

    code = "record.note_not_signed_by_known_key"
    message = "No known key has signed this note; it names {signers}."
    hint = "Get the signer's public key from where they publish it, not from this file."
    citation = "C2SP signed-note"


class NoteSignatureRefused(AnswerableError):
    """A known key's signature does not fit the text."""

    code = "record.note_signature_refused"
    message = "The signature by {key} does not fit the text: one of the two was changed."
    hint = "Do not use the note; ask its signer for the original and keep this copy."
    citation = "C2SP signed-note"


class KeysAmbiguous(AnswerableError):
    """Two different known keys cannot be told apart in a note."""

    code = "record.keys_ambiguous"
    message = "Two known keys share the name {name} and the hash {key_id}."
    hint = "Keep one of the two; honest keys do not collide by chance."


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteSignature:
    """One signature line: who is said to have signed, not yet checked."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line with its newline."""
        return f"{_SIGNATURE_PREFIX}{self.name} {b64.encode(self.key_id + self.value)}\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A note taken apart. Its text means nothing before a known key has verified it."""

    text: str
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedNote:
    """A text, and the known keys that have signed exactly it."""

    text: str
    verified: tuple[VerifierKey, ...]


def sign(text: str, *, keys: Sequence[SigningKey]) -> bytes:
    r"""Write a note with one signature of each key.

    Examples
    --------
    >>> key = SigningKey.make("agency.example/ledger")
    >>> opened = open_signed(sign("a text\n", keys=[key]), known=[key.verifier])
    >>> opened.text, opened.verified == (key.verifier,)
    ('a text\n', True)
    """
    _check_text(text)
    _check_count(len(keys))
    signed = _encoded(text)
    lines = [
        NoteSignature(name=key.name, key_id=key.verifier.key_id, value=key.sign(signed)).line
        for key in keys
    ]
    note = f"{text}\n{''.join(lines)}".encode()
    _check_length(note)
    return note


def parse(data: bytes) -> Note:
    """Take a note apart without believing it: no signature is checked here."""
    _check_length(data)
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteMalformed(reason=f"byte {error.start} is not UTF-8") from error
    text, blank, block = note.rpartition("\n\n")
    if not blank:
        raise NoteMalformed(reason="no blank line stands before the signatures")
    text += "\n"
    _check_text(text)
    if not block.endswith("\n"):
        raise NoteMalformed(reason="the last signature line does not end")
    lines = block.removesuffix("\n").split("\n")
    _check_count(len(lines))
    signatures = tuple(_signature(line, at) for at, line in enumerate(lines, start=1))
    return Note(text=text, signatures=signatures)


def open_signed(data: bytes, *, known: Sequence[VerifierKey]) -> OpenedNote:
    """Give a note's text once a known key has signed it, and say which keys have.

    Signatures of unknown keys are ignored, as the format demands. A signature of a
    known key that does not fit refuses the whole note.
    """
    note = parse(data)
    keys: dict[tuple[str, bytes], VerifierKey] = {}
    for key in known:
        if keys.setdefault((key.name, key.key_id), key) != key:
            raise KeysAmbiguous(name=key.name, key_id=key.key_id.hex())
    signed = note.text.encode()
    verified: dict[VerifierKey, None] = {}
    for signature in note.signatures:
        signer = keys.get((signature.name, signature.key_id))
        if signer is None:
            continue
        if not signer.has_signed(signed, signature=signature.value):
            raise NoteSignatureRefused(key=signer.name)
        verified[signer] = None
    if not verified:
        signers = ", ".join(ascii(signature.name[:80]) for signature in note.signatures[:5])
        raise NoteNotSignedByKnownKey(signers=signers)
    return OpenedNote(text=note.text, verified=tuple(verified))


def _signature(line: str, at: int) -> NoteSignature:
    def refusal(*, reason: str) -> NoteMalformed:
        return NoteMalformed(reason=f"signature line {at} {reason}")

    if not line.startswith(_SIGNATURE_PREFIX):
        raise refusal(reason="does not begin with an em dash and a space")
    name, space, encoded = line.removeprefix(_SIGNATURE_PREFIX).partition(" ")
    if not space:
        raise refusal(reason="has no signature after the name")
    try:
        check_key_name(name)
        data = b64.decode(encoded)
    except KeyNameRefused as error:
        raise refusal(reason="names no key") from error
    except b64.NotBase64 as error:
        raise refusal(reason="is not base64") from error
    if len(data) <= KEY_ID_BYTES:
        raise refusal(reason="is too short to hold a signature")
    return NoteSignature(name=name, key_id=data[:KEY_ID_BYTES], value=data[KEY_ID_BYTES:])


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteMalformed(reason="the text does not end with a newline")
    if any(mark < " " and mark != "\n" for mark in text):
        raise NoteMalformed(reason="the text holds a control character")


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NoteMalformed(reason="the text holds half a surrogate pair") from error


def _check_count(signatures: int) -> None:
    if not 1 <= signatures <= MAX_SIGNATURES:
        raise NoteMalformed(reason=f"it has {signatures} signatures, not 1 to {MAX_SIGNATURES}")


def _check_length(note: bytes) -> None:
    if len(note) > MAX_NOTE_BYTES:
        raise NoteMalformed(reason=f"it is longer than {MAX_NOTE_BYTES} bytes")
