"""What an owner says a use rests on. A dossier is replaced part by part, never rewritten."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias, assert_never

import msgspec

from answerable.record.canonical import JsonValue, canonical_bytes
from answerable.record.digests import HexDigest, sha256_of_bytes


class Severity(StrEnum):
    """How much one person loses."""

    SLIGHT = "slight"
    SERIOUS = "serious"
    GRAVE = "grave"


class Scale(StrEnum):
    """How many of the people whom the use meets."""

    FEW = "few"
    MANY = "many"
    MOST = "most"


class Reversibility(StrEnum):
    """Whether what was done can be undone."""

    EASILY = "easily"
    WITH_EFFORT = "with_effort"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True, slots=True)
class Purpose:
    """What is decided about whom, what the AI gives out, and what is done with that."""

    decision: str
    population: str
    output: str
    action: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Basis:
    """The law it rests on, what that law allows, and why its limits on rights are needed.

    ``private_data`` says what privately held data is reached and by which authority; where
    there is none, it says so in words.
    """

    citation: str
    authorises: str
    necessity: str
    private_data: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """A less intrusive way, how it compares, and why it was not taken."""

    option: str
    compared: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RightTouched:
    """A right, who holds it, which group loses most, and how severely, widely and finally."""

    right: str
    holders: str
    group: str
    effect: str
    severity: Severity
    scale: Scale
    reversibility: Reversibility


@dataclass(frozen=True, kw_only=True, slots=True)
class Screening:
    """Answers by right: those that can be affected are named, all others are answered no.

    ``untouched`` gives the reason for each right that the domain offers first and that was
    answered no.
    """

    domain: str
    watches: bool
    safety: bool
    rights: tuple[str, ...]
    untouched: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class LineAnswer:
    """Whether a red line is crossed, and why that is so."""

    line: str
    crossed: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """The less intrusive options that were compared."""

    options: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RedLines:
    """The answers to the red lines."""

    answers: tuple[LineAnswer, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RightDropped:
    """A right that the map holds no longer."""

    right: str


Part: TypeAlias = Purpose | Basis | Options | RightTouched | RightDropped | Screening | RedLines


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """All that was said so far."""

    purpose: Purpose | None = None
    basis: Basis | None = None
    options: tuple[Option, ...] = ()
    rights: tuple[RightTouched, ...] = ()
    screening: Screening | None = None
    red_lines: tuple[LineAnswer, ...] = ()


def content_from(stored: Mapping[str, JsonValue]) -> Content:
    """Read a stored dossier."""
    return msgspec.convert(stored, type=Content)


def screening_from(stored: Mapping[str, JsonValue]) -> Screening:
    """Read stored answers."""
    return msgspec.convert(stored, type=Screening)


def stored(content: Content) -> dict[str, JsonValue]:
    """Write a dossier as it is stored and hashed."""
    built: dict[str, JsonValue] = msgspec.to_builtins(content)
    return built


def answers_digest(answers: Screening) -> str:
    """Name the answers of a screening by what they say."""
    return sha256_of_bytes(canonical_bytes(msgspec.to_builtins(answers)))


def digest_of(content: Content) -> HexDigest:
    """Name a dossier by what it says."""
    return sha256_of_bytes(canonical_bytes(stored(content)))


def basis_digest(content: Content) -> str:
    """Name the legal basis by what it says; empty where there is none."""
    if content.basis is None:
        return ""
    return sha256_of_bytes(canonical_bytes(msgspec.to_builtins(content.basis)))


def case_digest(content: Content, *, context: str) -> str:
    """Name what a second assessor is shown: context, purpose and basis, and nothing else."""
    shown = {
        "context": context,
        "purpose": msgspec.to_builtins(content.purpose),
        "basis": msgspec.to_builtins(content.basis),
    }
    return sha256_of_bytes(canonical_bytes(shown))


def with_part(content: Content, part: Part) -> Content:
    """Give the dossier with one part said anew."""
    changed: Content
    match part:
        case Purpose():
            changed = replace(content, purpose=part)
        case Basis():
            changed = replace(content, basis=part)
        case Options(options=options):
            changed = replace(content, options=options)
        case Screening():
            changed = replace(content, screening=part)
        case RedLines(answers=answers):
            changed = replace(content, red_lines=answers)
        case RightDropped(right=code):
            kept = [one for one in content.rights if one.right != code]
            changed = replace(content, rights=tuple(kept))
        case RightTouched(right=code):
            kept = [one for one in content.rights if one.right != code]
            mapped = sorted([*kept, part], key=lambda one: one.right)
            changed = replace(content, rights=tuple(mapped))
        case other:
            assert_never(other)
    return changed


def name_of(part: Part) -> str:
    """Name a part for its entry."""
    match part:
        case Purpose():
            return "purpose"
        case Basis():
            return "legal basis"
        case Options():
            return "comparison of less intrusive options"
        case RightTouched(right=code) | RightDropped(right=code):
            return f"line for the right {code}"
        case Screening():
            return "screening"
        case RedLines():
            return "answers to the red lines"
        case other:
            assert_never(other)
