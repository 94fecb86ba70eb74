"""`answerable verify`: check a record offline, with nothing but the file and a key."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, assert_never

import typer

from answerable.cli.files import read_file, verifier_key
from answerable.cli.outputs import STANDARD_OUTPUT, Outputs, json_file, tell
from answerable.cli.status import Status
from answerable.errors import AnswerableError, visible
from answerable.project.settings import Settings, read_settings
from answerable.record import checkpoints, envelopes, notes
from answerable.record.canonical import JsonValue
from answerable.record.checkpoints import Checkpoint, Consistent, Misbehaviour
from answerable.record.keys import SigningKey, VerifierKey
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
    """An earlier checkpoint was named beside a file that is no checkpoint."""

    code = "cli.since_means_nothing"
    message = "{file} is no checkpoint, so --since cannot say anything about it."
    hint = "Leave --since out, or name a checkpoint of the same log."


NO_KEY = CannotSay(
    reason="no_key",
    needs="the signer's public key, from a source other than the file: --key PUB",
)


def verify(
    file: Annotated[Path, typer.Argument(help="Evidence file or signed checkpoint.")],
    key: Annotated[
        str | None, typer.Option(help="Public key of the signer, or a file of it.", metavar="PUB")
    ] = None,
    since: Annotated[
        Path | None, typer.Option(help="Earlier checkpoint of the same log.", metavar="CHECKPOINT")
    ] = None,
    json: Annotated[
        str | None,
        typer.Option(help="Write the result as JSON (-: to standard output).", metavar="F"),
    ] = None,
) -> None:
    """Check that a file is what its signer signed, offline.

    Exit status: 0 verified, 1 it fails, 2 the files or the key cannot be read, 3 cannot
    say: there is neither --key nor a key of this machine that signed it.
    """
    settings = read_settings()
    outputs = Outputs()
    read = [path for path in (file, since, settings.evidence_key) if path is not None]
    outputs.check(json_file(json), inputs=read)
    content = read_file(file)
    earlier = None if since is None else read_file(since)
    given = None if key is None else verifier_key(key)
    own = _own_key(settings)
    if earlier is not None and _is_envelope(content):
        raise SinceMeansNothing(file=file)
    outcome = _outcome(content, earlier, given, own)
    outputs.add_json(json, _document(outcome))
    outputs.write()
    if json != STANDARD_OUTPUT:
        tell(_sentence(outcome) + "\n")
    raise typer.Exit(_status(outcome))


def _is_envelope(content: bytes) -> bool:
    return content.lstrip()[:1] == b"{"


def _own_key(settings: Settings) -> VerifierKey | None:
    """The key of this machine; a broken key file is refused before anything is checked."""
    if not settings.evidence_key.exists():
        return None
    return SigningKey.read(settings.evidence_key).verifier


def _outcome(
    content: bytes, earlier: bytes | None, given: VerifierKey | None, own: VerifierKey | None
) -> Outcome:
    try:
        if _is_envelope(content):
            return _envelope(content, given, own)
        return _checkpoint(content, earlier, given)
    except AnswerableError as error:
        return Refused(problem=str(error))


def _envelope(content: bytes, given: VerifierKey | None, own: VerifierKey | None) -> Outcome:
    envelope = envelopes.read_own(content)
    named = envelopes.self_check(envelope).keys
    key = given or (own if own in named else None)
    if key is None:
        return NO_KEY
    signed = envelopes.verify(envelope, key=key)
    return Verified(sentence=f"Verified: signed by {visible(str(signed.key))}, unchanged since.")


def _checkpoint(content: bytes, earlier: bytes | None, given: VerifierKey | None) -> Outcome:
    if given is None:
        # What is no checkpoint at all fails with any key.
        Checkpoint.parse(notes.parse(content).text)
        return NO_KEY
    checkpoint = checkpoints.open_signed(content, key=given)
    found = f"a log of {checkpoint.size} entries with root {checkpoint.root.hex()}"
    if earlier is not None:
        match checkpoints.compare(earlier, content, key=given):
            case Misbehaviour() as shown:
                return Refused(problem=shown.sentence)
            case CannotSay() as open_question:
                return open_question
            case Consistent(older=older):
                found += f", which begins with the {older.size} entries of the earlier one"
    return Verified(
        sentence=f"Verified: {given} signed {found}.",
        size=checkpoint.size,
        root=checkpoint.root.hex(),
    )


def _document(outcome: Outcome) -> JsonValue:
    match outcome:
        case Verified(size=size, root=root):
            return {"verified": True, "size": size, "root": root, "problem": None}
        case Refused(problem=problem):
            return {"verified": False, "size": None, "root": None, "problem": problem}
        case CannotSay(reason=reason, needs=needs):
            return {
                "verified": False,
                "size": None,
                "root": None,
                "problem": None,
                "cannot_say": {"reason": reason, "needs": needs},
            }
        case _:
            assert_never(outcome)


def _sentence(outcome: Outcome) -> str:
    match outcome:
        case Verified(sentence=sentence):
            return sentence
        case Refused(problem=problem):
            return f"Not verified: {problem}"
        case CannotSay(needs=needs):
            return f"Cannot say. What is needed: {needs.rstrip('.')}."
        case _:
            assert_never(outcome)


def _status(outcome: Outcome) -> Status:
    match outcome:
        case Verified():
            return Status.MET
        case Refused():
            return Status.NOT_MET
        case CannotSay():
            return Status.CANNOT_SAY
        case _:
            assert_never(outcome)
