"""Recomputing evidence: is the file as it was signed, are the data the same, are the figures."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from answerable.cli.auditing import run
from answerable.errors import AnswerableError, visible
from answerable.measure.tables import files_at
from answerable.project.settings import Settings
from answerable.record import envelopes
from answerable.record.canonical import JsonValue
from answerable.record.digests import sha256_of_file
from answerable.record.envelopes import Envelope
from answerable.record.keys import VerifierKey
from answerable.record.statements import statement_in
from answerable.verdict.document import audit_document
from answerable.verdict.evidence import Evidence, code_digest, differences, read_evidence


class DataNotFound(AnswerableError):
    """The data that the evidence is about are not where they were looked for."""

    code = "cli.data_not_found"
    message = "The evidence is about {name}, which is neither here nor beside the evidence."
    hint = "Say where it is: --data PLACE"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recomputation:
    """What recomputing an evidence file found. Without problems it matches."""

    problems: tuple[str, ...]
    signed_by: str | None
    note: str

    @property
    def matches(self) -> bool:
        """Whether the file, the data and every figure are as they were."""
        return not self.problems


def recompute(
    content: bytes,
    *,
    data: str | None,
    beside: Path,
    key: VerifierKey | None,
    settings: Settings,
    spare: Callable[[Iterable[Path]], None],
) -> Recomputation:
    """Check an evidence file and compute it again from the data.

    ``spare`` is told which files the data are, before they are read.

    Raises
    ------
    AnswerableError
        The data cannot be found, or are unchanged and yet cannot be audited.
    """
    try:
        envelope = envelopes.read_own(content)
        signed_by = visible(_signers(envelope, key))
        evidence = read_evidence(statement_in(envelope))
    except AnswerableError as error:
        return Recomputation(problems=(f"evidence: {error}",), signed_by=None, note="")
    location = data or _place(evidence, beside)
    spare(path for path, _ in files_at(location))
    # What a stranger wrote into the file must not command the terminal it is shown on.
    problems = tuple(map(visible, _problems(evidence, location, settings)))
    return Recomputation(
        problems=problems,
        signed_by=signed_by,
        note=_note(evidence, signed_by, checked=key is not None, failed=bool(problems)),
    )


def _signers(envelope: Envelope, key: VerifierKey | None) -> str:
    named = envelopes.self_check(envelope).keys
    if key is not None:
        return str(envelopes.verify(envelope, key=key).key)
    return ", ".join(str(one) for one in named)


def _place(evidence: Evidence, beside: Path) -> str:
    for place in (Path(evidence.data), beside / evidence.data):
        if place.exists():
            return str(place)
    raise DataNotFound(name=evidence.data)


def _problems(evidence: Evidence, location: str, settings: Settings) -> Iterator[str]:
    try:
        audited = run(location, evidence.question, settings=settings)
    except AnswerableError as error:
        # Damage may keep the files from being read as tables; as bytes they can be compared.
        found_now = {name: sha256_of_file(path) for path, name in files_at(location)}
        changed = list(_changed_data(evidence, found_now))
        # Unchanged data that cannot be audited are a mistake of ours or of the machine.
        if not changed:
            raise
        yield from changed
        yield f"the data cannot be audited any more: {error}"
        return
    yield from _changed_data(evidence, dict(audited.digest.files))
    found = differences(_figures(evidence.document), _figures(audit_document(audited)))
    for difference in found:
        yield (
            f"{difference.place}: the evidence says {difference.recorded}, "
            f"recomputed {difference.recomputed}"
        )


def _changed_data(evidence: Evidence, found: Mapping[str, str]) -> Iterator[str]:
    recorded = evidence.digests
    if len(recorded) == len(found) == 1:
        # A single file may have been renamed on its way; its bytes are what counts.
        ((name, before),) = recorded.items()
        (after,) = found.values()
        if before != after:
            yield f"data: {name} has SHA-256 {after}, the evidence is about {before}"
        return
    for name in [*recorded, *(name for name in found if name not in recorded)]:
        before, after = recorded.get(name, "no such file"), found.get(name, "no such file")
        if before != after:
            yield f"data: {name} is {after}, the evidence is about {before}"


def _figures(document: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The result without the names of the data, which may be called otherwise elsewhere."""
    data = document.get("data")
    if not isinstance(data, dict):
        return dict(document)
    files = data.get("files")
    digests = (
        [file.get("sha256") for file in files if isinstance(file, dict)]
        if isinstance(files, list)
        else files
    )
    kept = {name: value for name, value in data.items() if name not in {"name", "files"}}
    return {**document, "data": {**kept, "files": digests}}


def _note(evidence: Evidence, signed_by: str, *, checked: bool, failed: bool) -> str:
    notes = []
    if evidence.code != code_digest():
        same = "" if failed else "; the figures are the same"
        notes.append(
            f"The evidence was made by another version of the code or of the law data{same}."
        )
    if not checked:
        notes.append(
            f"Unchanged since it was signed by {signed_by}. Whose key that is, the file cannot "
            "prove: compare it with the signer's, or give it with --key."
        )
    return "\n".join(notes)
