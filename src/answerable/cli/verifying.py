"""What a file turns out to be, and whether it is what its signer signed."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from answerable.errors import AnswerableError, visible
from answerable.project.settings import Settings
from answerable.record import checkpoints, envelopes, notes, receipts
from answerable.record.canonical import NotJson, parse_json
from answerable.record.checkpoints import Checkpoint, Consistent, Misbehaviour
from answerable.record.keylist import Purpose
from answerable.record.keys import SigningKey, VerifierKey
from answerable.record.ledger_export import verify_export
from answerable.record.measurement import CannotSay


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """The file is what the key's holder signed. ``size`` and ``root`` are a log's."""

    sentence: str
    size: int | None = None
    root: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """The file fails the check."""

    problem: str


Outcome = Verified | Refused | CannotSay


class SinceMeansNothing(AnswerableError):
    """An earlier checkpoint was named beside a file that has none to compare."""

    code = "cli.since_means_nothing"
    message = "{file} is no ledger export and no checkpoint, so --since says nothing about it."
    hint = "Leave --since out, or name an export or a checkpoint of the same log."


NO_KEY = CannotSay(
    reason="no_key",
    needs="the signer's public key, from a source other than the file: --key PUB",
)


class Kind(Enum):
    """What a file may be; told by its form, which proves nothing yet."""

    ENVELOPE = "envelope"
    EXPORT = "export"
    RECEIPT = "receipt"
    CHECKPOINT = "checkpoint"


LOGS = frozenset({Kind.EXPORT, Kind.CHECKPOINT})
"""The kinds that an earlier checkpoint can be compared with."""


def kind_of(content: bytes) -> Kind:
    """Say what a file claims to be."""
    if content.lstrip()[:1] != b"{":
        return Kind.CHECKPOINT
    try:
        fields = parse_json(content)
    except NotJson:
        # Reading it as an envelope will say what is wrong with it.
        return Kind.ENVELOPE
    match fields:
        case {"format": _, "entries": _}:
            return Kind.EXPORT
        case {"commit": _, "items": _}:
            return Kind.RECEIPT
        case _:
            return Kind.ENVELOPE


def own_keys(settings: Settings) -> dict[Purpose, VerifierKey]:
    """Read the keys of this machine; a broken key file is refused before anything is checked."""
    paths = {purpose: settings.keys / f"{purpose}.key" for purpose in Purpose}
    return {
        purpose: SigningKey.read(path).verifier for purpose, path in paths.items() if path.exists()
    }


def outcome_of(
    content: bytes,
    *,
    earlier: bytes | None,
    given: VerifierKey | None,
    own: dict[Purpose, VerifierKey],
) -> Outcome:
    """Check a file with the key that was given, or else with the one of this machine."""
    try:
        match kind_of(content):
            case Kind.ENVELOPE:
                return _envelope(content, given, own)
            case Kind.RECEIPT:
                return _with(given or own.get(Purpose.RECEIPTS), _receipt, content)
            case Kind.EXPORT:
                # The identity key vouches for every ledger key there has been.
                key = given or own.get(Purpose.IDENTITY)
                return _with(key, lambda data, key: _export(data, key, earlier), content)
            case Kind.CHECKPOINT:
                # What is no checkpoint at all fails with any key.
                Checkpoint.parse(notes.parse(content).text)
                key = given or own.get(Purpose.LEDGER)
                return _with(key, lambda data, key: _checkpoint(data, key, earlier), content)
    except AnswerableError as error:
        return Refused(problem=str(error))


def _with(
    key: VerifierKey | None, check: Callable[[bytes, VerifierKey], Outcome], content: bytes
) -> Outcome:
    return NO_KEY if key is None else check(content, key)


def _envelope(
    content: bytes, given: VerifierKey | None, own: dict[Purpose, VerifierKey]
) -> Outcome:
    envelope = envelopes.read_own(content)
    named = envelopes.self_check(envelope).keys
    key = given or next((one for one in own.values() if one in named), None)
    if key is None:
        return NO_KEY
    signed = envelopes.verify(envelope, key=key)
    return Verified(sentence=f"Verified: signed by {visible(str(signed.key))}, unchanged since.")


def _receipt(content: bytes, key: VerifierKey) -> Outcome:
    receipt = receipts.verify(content, key=key)
    at = receipt.commit.recorded_at
    return Verified(
        sentence=(
            f"Verified: {visible(str(key))} acknowledged {len(receipt.items)} records "
            f"at {at:%Y-%m-%d %H:%M:%S} UTC."
        )
    )


def _export(content: bytes, key: VerifierKey, earlier: bytes | None) -> Outcome:
    ledger = verify_export(content, key=key, since=earlier)
    begins = f", which begins with the {ledger.since} signed earlier" if ledger.since else ""
    return Verified(
        sentence=(
            f"Verified: {visible(str(ledger.signed_by))} signed this ledger of {ledger.size} "
            f"entries with root {ledger.root.hex()}{begins}."
        ),
        size=ledger.size,
        root=ledger.root.hex(),
    )


def _checkpoint(content: bytes, key: VerifierKey, earlier: bytes | None) -> Outcome:
    checkpoint = checkpoints.open_signed(content, key=key)
    found = f"a log of {checkpoint.size} entries with root {checkpoint.root.hex()}"
    if earlier is not None:
        match checkpoints.compare(earlier, content, key=key):
            case Misbehaviour() as shown:
                return Refused(problem=shown.sentence)
            case CannotSay() as open_question:
                return open_question
            case Consistent(older=older):
                found += f", which begins with the {older.size} entries of the earlier one"
    return Verified(
        sentence=f"Verified: {key} signed {found}.",
        size=checkpoint.size,
        root=checkpoint.root.hex(),
    )
