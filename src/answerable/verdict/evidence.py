"""An audit as evidence: what a stranger needs to recompute it, and where two runs differ."""

import hashlib
import math
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from answerable import __version__
from answerable.errors import AnswerableError
from answerable.measure.tables import Columns
from answerable.record.canonical import JsonValue
from answerable.record.digests import hex_digest
from answerable.record.statements import Statement, Subject
from answerable.verdict.document import audit_document
from answerable.verdict.run import AuditedData, Question

PREDICATE_TYPE = "https://answerable.org/attestation/audit/v1"

_TOLERANCE = 1e-9
"""Two machines may round differently in the last places. Counts must be equal."""

_NOTHING = 1e-12
"""Numbers this close to each other are equal even beside 0."""

_CODE_ROOMS = ("law", "measure", "record", "verdict")


class EvidenceMalformed(AnswerableError):
    """A statement that is no evidence of an audit, or an incomplete one."""

    code = "verdict.evidence_malformed"
    message = "The evidence cannot be used: {part} {reason}."
    hint = "Ask whoever made it for the file that `answerable audit --evidence` wrote."


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What an evidence file says. ``digests`` are the SHA-256 of the data, by file name."""

    data: str
    digests: Mapping[str, str]
    question: Question
    document: Mapping[str, JsonValue]
    code: str
    measured_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One place where the evidence and the recomputation disagree."""

    place: str
    recorded: str
    recomputed: str


def evidence_statement(audited: AuditedData, *, at: datetime) -> Statement:
    """State an audit as an in-toto Statement about the files it read."""
    question = audited.question
    predicate: dict[str, JsonValue] = {
        "question": {
            "data": audited.source.name,
            "decision": question.columns.decision,
            "label": question.columns.label,
            "by": list(question.columns.by),
            "positive": question.positive,
            "favourable": question.favourable,
            "reference": dict(question.reference),
            "norms": list(question.norms),
            "profile": question.profile,
            "on": question.on.isoformat(),
            "strata": list(question.strata),
            "because": question.because,
        },
        "result": audit_document(audited),
        "code": {"version": __version__, "sha256": code_digest()},
        "environment": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("duckdb", "numpy", "scipy")},
        },
        "measured_at": at.isoformat(),
    }
    return Statement(
        subjects=tuple(
            Subject.of_sha256(name=name, sha256=hex_digest(sha256))
            for name, sha256 in audited.digest.files
        ),
        predicate_type=PREDICATE_TYPE,
        predicate=predicate,
    )


def code_digest() -> str:
    """Identify the code and the law data that a figure depends on."""
    sha256 = hashlib.sha256()
    for room in _CODE_ROOMS:
        for name, content in sorted(_sources(files("answerable") / room, room)):
            sha256.update(f"{name}\n{len(content)}\n".encode() + content)
    return sha256.hexdigest()


def _sources(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        name = f"{prefix}/{entry.name}"
        if entry.is_dir():
            yield from _sources(entry, name)
        elif entry.name.endswith((".py", ".yaml")):
            yield name, entry.read_bytes()


# -- reading -------------------------------------------------------------------------


def read_evidence(statement: Statement) -> Evidence:
    """Read a statement back into the question it answers.

    Raises
    ------
    EvidenceMalformed
        It is of another kind, or a field is missing or of another type.
    """
    if statement.predicate_type != PREDICATE_TYPE:
        raise EvidenceMalformed(part="predicateType", reason=f"is not {PREDICATE_TYPE}")
    top = _Fields(statement.predicate, "predicate")
    asked, code = top.child("question"), top.child("code")
    return Evidence(
        data=asked.text("data"),
        digests={s.name: s.digests.get("sha256", "") for s in statement.subjects},
        question=Question(
            columns=Columns(
                decision=asked.text("decision"),
                label=asked.optional("label"),
                by=asked.texts("by"),
            ),
            positive=asked.optional("positive"),
            favourable=asked.optional("favourable"),
            reference=asked.mapping("reference"),
            norms=asked.texts("norms"),
            profile=asked.text("profile"),
            on=asked.day("on"),
            strata=asked.texts("strata"),
            because=asked.text("because"),
        ),
        document=top.child("result").content,
        code=code.text("sha256"),
        measured_at=top.moment("measured_at"),
    )


class _Fields:
    """One object of the predicate, read field by field."""

    def __init__(self, content: Mapping[str, JsonValue], place: str) -> None:
        self.content = content
        self._place = place

    def _refuse(self, name: str, wanted: str) -> EvidenceMalformed:
        return EvidenceMalformed(part=f"{self._place}.{name}", reason=f"is not {wanted}")

    def child(self, name: str) -> "_Fields":
        value = self.content.get(name)
        if not isinstance(value, dict):
            raise self._refuse(name, "an object")
        return _Fields(value, f"{self._place}.{name}")

    def text(self, name: str) -> str:
        value = self.content.get(name)
        if not isinstance(value, str):
            raise self._refuse(name, "text")
        return value

    def optional(self, name: str) -> str | None:
        return None if self.content.get(name) is None else self.text(name)

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.content.get(name)
        if not isinstance(value, list):
            raise self._refuse(name, "a list")
        found = tuple(item for item in value if isinstance(item, str))
        if len(found) != len(value):
            raise self._refuse(name, "a list of text")
        return found

    def mapping(self, name: str) -> dict[str, str]:
        inside = self.child(name)
        return {key: inside.text(key) for key in inside.content}

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            raise self._refuse(name, "a day") from None

    def moment(self, name: str) -> datetime:
        try:
            found = datetime.fromisoformat(self.text(name))
        except ValueError:
            raise self._refuse(name, "a time") from None
        if found.tzinfo is None:
            raise self._refuse(name, "a time with its zone")
        return found


# -- comparing -----------------------------------------------------------------------


def differences(recorded: JsonValue, recomputed: JsonValue) -> tuple[Difference, ...]:
    """Find every place where two results disagree; the version of the software is none.

    >>> found = differences({"n": 2, "rate": 0.5}, {"n": 3, "rate": 0.5 + 1e-15})
    >>> [(d.place, d.recorded, d.recomputed) for d in found]
    [('n', '2', '3')]
    """
    return tuple(
        difference
        for difference in _differences(recorded, recomputed, "")
        if difference.place != "answerable"
    )


def _differences(recorded: JsonValue, recomputed: JsonValue, place: str) -> Iterator[Difference]:
    if isinstance(recorded, dict) and isinstance(recomputed, dict):
        for key in [*recorded, *(key for key in recomputed if key not in recorded)]:
            inside = f"{place}.{key}" if place else key
            if key not in recorded:
                yield Difference(place=inside, recorded="absent", recomputed="present")
            elif key not in recomputed:
                yield Difference(place=inside, recorded="present", recomputed="absent")
            else:
                yield from _differences(recorded[key], recomputed[key], inside)
    elif isinstance(recorded, list) and isinstance(recomputed, list):
        if len(recorded) != len(recomputed):
            found = (str(len(side)) for side in (recorded, recomputed))
            yield Difference(
                place=f"{place} (length)", recorded=next(found), recomputed=next(found)
            )
        for at, (one, other) in enumerate(zip(recorded, recomputed, strict=False)):
            yield from _differences(one, other, f"{place}[{at}]")
    elif not _same(recorded, recomputed):
        yield Difference(place=place, recorded=repr(recorded), recomputed=repr(recomputed))


def _same(recorded: JsonValue, recomputed: JsonValue) -> bool:
    if isinstance(recorded, bool) or isinstance(recomputed, bool):
        return recorded is recomputed
    if isinstance(recorded, int) and isinstance(recomputed, int):
        return recorded == recomputed
    if isinstance(recorded, int | float) and isinstance(recomputed, int | float):
        return math.isclose(recorded, recomputed, rel_tol=_TOLERANCE, abs_tol=_NOTHING)
    return recorded == recomputed
