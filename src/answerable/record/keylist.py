"""The signed list of an installation's public keys, and its rotation.

Each list has a number and the digest of the one before, so that the lists form a chain.
The identity key signs them. Whoever holds one identity key of the chain from a source
other than the file can check every key that the installation signs with, now or earlier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from answerable.errors import AnswerableError
from answerable.record import envelopes
from answerable.record.canonical import JsonValue, canonical_bytes, parse_canonical
from answerable.record.digests import sha256_of_bytes
from answerable.record.keys import KeyMalformed, KeyNameRefused, SigningKey, VerifierKey

PAYLOAD_TYPE = "application/vnd.answerable.keys.v1+json"


class Purpose(StrEnum):
    """What a key signs. The identity key signs only the lists of the others."""

    IDENTITY = "identity"
    LEDGER = "ledger"
    LEASES = "leases"
    RECEIPTS = "receipts"
    EVIDENCE = "evidence"


class KeyListMalformed(AnswerableError):
    """A document is not a list of keys."""

    code = "record.key_list_malformed"
    message = "This is not a list of keys: {reason}."
    hint = "Ask whoever wrote the file for an unchanged copy."


class KeyListBroken(AnswerableError):
    """Lists of keys do not follow one another."""

    code = "record.key_list_broken"
    message = "The lists of keys are no chain: list {number} {reason}."
    hint = "Get all lists again from where the installation publishes them."


class KeyListNotSigned(AnswerableError):
    """No list of a chain is signed by the identity key asked about."""

    code = "record.key_list_not_signed"
    message = "None of the lists of keys is signed by {key} as the installation's identity."
    hint = "Get the public identity key from where its holder publishes it."


class RotationRefused(AnswerableError):
    """A key cannot take the place of another."""

    code = "record.rotation_refused"
    message = "The key for {purpose} cannot be replaced: {reason}."
    hint = "Make a new key, and sign the new list with the identity key in force."


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedKey:
    """A public key, what it signs, and since when; ``until`` is empty while in force."""

    purpose: Purpose
    verifier: VerifierKey
    since: datetime
    until: datetime | None = None

    def is_in_force(self, at: datetime) -> bool:
        """Say whether the key was the one to sign with at a moment."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyList:
    """Every key an installation has signed with, one in force for each purpose.

    ``previous`` is the SHA-256 digest of the payload of the list before, empty in the
    first.
    """

    number: int
    previous: str
    keys: tuple[ListedKey, ...]

    def of(self, purpose: Purpose) -> tuple[VerifierKey, ...]:
        """Give the keys of a purpose, the newest first."""
        return tuple(one.verifier for one in reversed(self.keys) if one.purpose is purpose)

    def current(self, purpose: Purpose) -> VerifierKey | None:
        """Give the key that signs for a purpose since the newest rotation."""
        current = (one for one in self.keys if one.purpose is purpose and one.until is None)
        return next((one.verifier for one in current), None)

    def in_force(self, purpose: Purpose, *, at: datetime) -> VerifierKey | None:
        """Give the key that was to sign for a purpose at a moment."""
        listed = (one for one in self.keys if one.purpose is purpose and one.is_in_force(at))
        return next((one.verifier for one in listed), None)

    @property
    def payload(self) -> bytes:
        """The bytes that are signed."""
        keys: list[JsonValue] = [
            {
                "from": _text_of_time(one.since),
                "key": str(one.verifier),
                "purpose": str(one.purpose),
                "until": None if one.until is None else _text_of_time(one.until),
            }
            for one in self.keys
        ]
        fields: dict[str, JsonValue] = {
            "keys": keys,
            "number": self.number,
            "previous": self.previous,
        }
        return canonical_bytes(fields)


def first(*, keys: Mapping[Purpose, VerifierKey], identity: SigningKey, at: datetime) -> bytes:
    """Write the first list of a new installation, signed by its identity key.

    Examples
    --------
    >>> from datetime import UTC
    >>> identity = SigningKey.make("agency.example")
    >>> ledger = SigningKey.make("agency.example/ledger").verifier
    >>> at = datetime(2026, 3, 2, tzinfo=UTC)
    >>> signed = first(keys={Purpose.LEDGER: ledger}, identity=identity, at=at)
    >>> newest = verify_chain([signed], key=identity.verifier)
    >>> newest.number, newest.current(Purpose.LEDGER) == ledger
    (1, True)
    """
    named = {**keys, Purpose.IDENTITY: identity.verifier}
    listed = [
        ListedKey(purpose=purpose, verifier=named[purpose], since=at)
        for purpose in Purpose
        if purpose in named
    ]
    return _signed(KeyList(number=1, previous="", keys=tuple(listed)), [identity])


def rotate(
    newest: bytes,
    *,
    purpose: Purpose,
    key: VerifierKey,
    identity: SigningKey,
    at: datetime,
    successor: SigningKey | None = None,
) -> bytes:
    """Write the next list, in which ``key`` signs for ``purpose`` from ``at`` on.

    Parameters
    ----------
    newest
        The signed list in force.
    purpose, key
        What the new key is for, and the key. Its predecessor stays in the list, with an
        end: what it signed can still be checked.
    identity
        The identity key in force, which signs the new list even when it is the one
        that is replaced.
    successor
        The private half of a new identity key, and of no other: it signs the list that
        names it, so that whoever holds only the new key can check the lists before.
    """
    before = read(newest)
    if before.current(Purpose.IDENTITY) != identity.verifier:
        raise RotationRefused(purpose=purpose, reason="another identity key is in force")
    if any(one.verifier == key for one in before.keys):
        raise RotationRefused(purpose=purpose, reason="the new key has been in use already")
    signers = [identity]
    if purpose is Purpose.IDENTITY:
        if successor is None or successor.verifier != key:
            reason = "a new identity key signs the list that names it"
            raise RotationRefused(purpose=purpose, reason=reason)
        signers.append(successor)
    if any(at < one.since for one in before.keys):
        raise RotationRefused(purpose=purpose, reason="a key in the list is newer")
    kept = [
        replace(one, until=at) if one.purpose is purpose and one.until is None else one
        for one in before.keys
    ]
    new = ListedKey(purpose=purpose, verifier=key, since=at)
    after = KeyList(
        number=before.number + 1,
        previous=sha256_of_bytes(before.payload),
        keys=(*kept, new),
    )
    return _signed(after, signers)


def read(data: bytes) -> KeyList:
    """Read a signed list whose bytes are as written. It does not say who signed.

    Any change since the signature is found; a forgery signed anew is not: see
    `verify_chain`.
    """
    envelope = envelopes.read_own(data)
    if envelope.payload_type != PAYLOAD_TYPE:
        raise KeyListMalformed(reason="its payload is of another type")
    return _parse(envelope.payload)


def verify_chain(lists: Sequence[bytes], *, key: VerifierKey) -> KeyList:
    """Check every list from the first on, and give the newest.

    Parameters
    ----------
    lists
        All signed lists, in order.
    key
        An identity key of the installation, from a source other than these files: the
        first, the newest or one between.

    Notes
    -----
    Each list names its predecessor's digest and is signed by the identity key that the
    predecessor has in force, so one trusted signature vouches for what came before by
    digest and for what came after by the keys named. Lists left out at the end cannot
    be noticed: whoever needs the newest must have it from its publisher.
    """
    if not lists:
        raise KeyListMalformed(reason="there is none")
    signers: set[VerifierKey] = set()
    before: KeyList | None = None
    for number, data in enumerate(lists, start=1):
        one = read(data)
        _check_follows(before, one, number)
        wanted = _wanted_signers(before, one)
        signatures = envelopes.read_own(data).signatures
        if [signature.key_id for signature in signatures] != [str(each) for each in wanted]:
            reason = "is not signed by the identity key in force and no other"
            raise KeyListBroken(number=number, reason=reason)
        signers.update(wanted)
        before = one
    if before is None or key not in signers:
        raise KeyListNotSigned(key=key.name)
    return before


def _wanted_signers(before: KeyList | None, one: KeyList) -> list[VerifierKey]:
    wanted = [(before or one).current(Purpose.IDENTITY), one.current(Purpose.IDENTITY)]
    return list(dict.fromkeys(key for key in wanted if key is not None))


def _check_follows(before: KeyList | None, one: KeyList, number: int) -> None:
    previous = "" if before is None else sha256_of_bytes(before.payload)
    if one.number != number:
        raise KeyListBroken(number=number, reason=f"bears the number {one.number}")
    if one.previous != previous:
        raise KeyListBroken(number=number, reason="follows another list")
    if before is None:
        return
    kept = one.keys[: len(before.keys)]
    ended = [
        replace(new, until=old.until) if old.until is None else new
        for old, new in zip(before.keys, kept, strict=False)
    ]
    if tuple(ended) != before.keys:
        raise KeyListBroken(number=number, reason="leaves out or changes a key of the one before")


def _signed(keys: KeyList, signers: Sequence[SigningKey]) -> bytes:
    _check_periods(keys)
    return envelopes.sign(keys.payload, payload_type=PAYLOAD_TYPE, keys=signers).to_bytes()


def _check_periods(keys: KeyList) -> None:
    for purpose in Purpose:
        periods = [(one.since, one.until) for one in keys.keys if one.purpose is purpose]
        ends = [until for _, until in periods]
        begins: list[datetime | None] = [since for since, _ in periods[1:]]
        if periods and ends != [*begins, None]:
            reason = f"the periods of {purpose} do not follow one another"
            raise KeyListMalformed(reason=reason)


def _parse(payload: bytes) -> KeyList:
    match parse_canonical(payload):
        case {"keys": list(keys), "number": int(number), "previous": str(previous), **others} if (
            not others and not isinstance(number, bool) and number >= 1
        ):
            parsed = KeyList(
                number=number, previous=previous, keys=tuple(_listed(one) for one in keys)
            )
        case _:
            raise KeyListMalformed(reason="its fields are others")
    _check_periods(parsed)
    return parsed


def _listed(value: JsonValue) -> ListedKey:
    match value:
        case {"from": str(since), "key": str(key), "purpose": str(purpose), "until": until, **rest}:
            if rest or not (until is None or isinstance(until, str)):
                raise KeyListMalformed(reason="a key has other fields")
        case _:
            raise KeyListMalformed(reason="a key has other fields")
    try:
        return ListedKey(
            purpose=Purpose(purpose),
            verifier=VerifierKey.parse(key),
            since=_time(since),
            until=None if until is None else _time(until),
        )
    except (KeyMalformed, KeyNameRefused) as error:
        raise KeyListMalformed(reason="a key is none") from error
    except ValueError as error:
        raise KeyListMalformed(reason="a purpose or time is none") from error


def _text_of_time(at: datetime) -> str:
    if at.utcoffset() != timedelta(0):
        raise KeyListMalformed(reason="a time is not in UTC")
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or _text_of_time(at) != text:
        raise KeyListMalformed(reason="a time is not written as lists write it")
    return at
