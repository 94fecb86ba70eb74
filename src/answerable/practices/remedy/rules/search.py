"""The rule of a look-back: a few fields of a decision, and what each must be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from answerable.errors import AnswerableError
from answerable.inventory.spelling import is_code
from answerable.ledger.entries import text_of_time
from answerable.record.canonical import JsonValue, canonical_bytes
from answerable.record.digests import HexDigest, sha256_of_bytes


class SearchRefused(AnswerableError):
    """A rule of a look-back would find everybody, or nobody, or cannot be read."""

    code = "remedy.search_refused"
    message = "The rule cannot be used: {field} {reason}."
    hint = "Give the period, and name the version, outcomes, reasons or attributes by their codes."


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchRule:
    """Decisions from ``since`` until before ``until``; what is left empty may be anything.

    ``outcomes`` and ``reasons`` list alternatives; each of ``attributes`` must be as named.
    """

    since: datetime
    until: datetime
    version: str = ""
    outcomes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins, and what is no code."""
        if not self.since < self.until:
            raise SearchRefused(field="the period", reason="ends before it begins")
        named = {
            "outcomes": self.outcomes,
            "reasons": self.reasons,
            "attributes": tuple(code for pair in self.attributes for code in pair),
            "version": (self.version,) if self.version else (),
        }
        for field, codes in named.items():
            if not all(is_code(code) for code in codes):
                raise SearchRefused(field=field, reason="holds something that is no code")

    def content(self) -> dict[str, JsonValue]:
        """Write it as it is stored and hashed."""
        return {
            "attributes": [list(pair) for pair in sorted(self.attributes)],
            "outcomes": sorted(self.outcomes),
            "reasons": sorted(self.reasons),
            "since": text_of_time(self.since),
            "until": text_of_time(self.until),
            "version": self.version,
        }

    @property
    def words(self) -> tuple[str, ...]:
        """Say it for people and for the ledger, one condition each."""
        said = [f"from {text_of_time(self.since)} until {text_of_time(self.until)}"]
        said += [f"version {self.version}"] if self.version else []
        said += [f"outcome {' or '.join(sorted(self.outcomes))}"] if self.outcomes else []
        said += [f"reason {' or '.join(sorted(self.reasons))}"] if self.reasons else []
        said += [f"{name} is {value}" for name, value in sorted(self.attributes)]
        return tuple(said)


@dataclass(frozen=True, kw_only=True, slots=True)
class Searched:
    """A decision of the log as far as a rule looks at it; ``reviewer`` is a token."""

    seq: int
    source: str
    record: str
    subject: str
    version: str
    outcome: str
    reasons: tuple[str, ...]
    reviewer: str
    occurred_at: datetime


def rule_from(content: Mapping[str, JsonValue]) -> SearchRule:
    """Read a stored rule."""
    match content:
        case {
            "attributes": list(attributes),
            "outcomes": list(outcomes),
            "reasons": list(reasons),
            "since": str(since),
            "until": str(until),
            "version": str(version),
        }:
            return SearchRule(
                since=datetime.fromisoformat(since),
                until=datetime.fromisoformat(until),
                version=version,
                outcomes=tuple(map(str, outcomes)),
                reasons=tuple(map(str, reasons)),
                attributes=tuple(_pair(one) for one in attributes),
            )
        case _:
            raise SearchRefused(field="its form", reason="is not what was stored")


def _pair(value: JsonValue) -> tuple[str, str]:
    match value:
        case [str(name), str(wanted)]:
            return name, wanted
        case _:
            raise SearchRefused(field="attributes", reason="are not pairs")


def fits(decision: Searched, rule: SearchRule) -> bool:
    """Say whether a decision fits what a rule asks of its record; attributes are asked apart."""
    return (
        rule.since <= decision.occurred_at < rule.until
        and rule.version in {"", decision.version}
        and (not rule.outcomes or decision.outcome in rule.outcomes)
        and (not rule.reasons or bool(set(rule.reasons) & set(decision.reasons)))
    )


def has_attributes(found: Mapping[str, str], rule: SearchRule) -> bool:
    """Say whether the group attributes of a decision are those that a rule names."""
    return all(found.get(name) == value for name, value in rule.attributes)


def digest_of(digests: list[str]) -> HexDigest:
    """Hash a list of decisions, each named by its digest; their order does not matter."""
    return sha256_of_bytes(canonical_bytes(sorted(digests)))
