"""Column mappings: data, never code, that say what the columns of an old log mean."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from answerable.errors import AnswerableError
from answerable.intake import grammar, wire

LARGEST = 1 << 20
KINDS: Mapping[str, type[wire.Record]] = {
    record.kind: record for record in (wire.Decision, wire.Outcome, wire.Review, wire.Effect)
}
TIMES = frozenset({"occurred_at", "found_at", "carried_out_at"})
# A reference to the decision is given in two parts.
_PARTS = {"decision": ("decision.source", "decision.id")}
# Named once for the whole file, or beside the other fields.
_ELSEWHERE = frozenset({"use", "attributes"})
_KEYS = frozenset({"column", "constant", "named", "values", "format", "zone", "split"})


class MappingMalformed(AnswerableError):
    """A mapping says something that cannot be followed."""

    code = "intake.mapping_malformed"
    message = "{file}, {place}: found {found}, expected {expected}."
    hint = "Correct the mapping; nothing was imported."


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Where the value of one field comes from: a column, or the same value for every row.

    ``values`` replaces what a column holds by what the log is to hold, and refuses
    anything else. ``format`` and ``zone`` say how a time is written, ``split`` what stands
    between the parts of a list.
    """

    column: str | None = None
    constant: str | None = None
    values: Mapping[str, str] | None = None
    format: str | None = None
    zone: str | None = None
    split: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnMapping:
    """What each field of a record is made from, for records of one kind and one use."""

    kind: str
    use: str
    fields: Mapping[str, Rule]
    attributes: Mapping[str, Rule]
    sha256: str

    @property
    def agency(self) -> str:
        """The agency whose use it is."""
        return self.use.partition(".")[0]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, once."""
        rules = (*self.fields.values(), *self.attributes.values())
        return tuple(dict.fromkeys(rule.column for rule in rules if rule.column is not None))


def read_mapping(path: Path) -> ColumnMapping:
    """Read a mapping file, YAML or JSON."""
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST + 1)
    except OSError as error:
        reason = str(error.strerror).lower()
        raise MappingMalformed(
            file=path.name, place="the file", found=reason, expected="a file that can be read"
        ) from error
    return parse_mapping(text, file=path.name)


def parse_mapping(text: bytes, *, file: str) -> ColumnMapping:
    """Read the text of a mapping, and refuse whatever it says that nobody would follow.

    Examples
    --------
    >>> mapping = parse_mapping(b'''
    ... kind: decision
    ... use: north.benefit-check
    ... fields:
    ...   source: {constant: legacy}
    ...   id: case
    ...   person: citizen
    ...   version: {named: rules of 2019}
    ...   occurred_at: {column: decided, format: "%d-%m-%Y", zone: Europe/Amsterdam}
    ...   outcome: {column: result, values: {J: granted, N: refused}}
    ... attributes:
    ...   sex: gender
    ... ''', file="legacy.yaml")
    >>> mapping.columns
    ('case', 'citizen', 'decided', 'result', 'gender')
    """
    reader = _Reader(file)
    if len(text) > LARGEST:
        raise reader.refuse(
            place="the file", found=f"more than {LARGEST} bytes", expected="a mapping"
        )
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    try:
        found: object = yaml.load(text.decode("utf-8"))
    except (YAMLError, ValueError, RecursionError) as error:
        # The error would quote the file.
        raise reader.refuse(
            place="the file", found="no such text", expected="plain YAML or JSON"
        ) from error
    content = reader.mapping(found, "the file", known={"kind", "use", "fields", "attributes"})
    kind = reader.text(content.get("kind", wire.Decision.kind), "kind")
    if kind not in KINDS:
        raise reader.refuse(place="kind", found=kind, expected=f"one of {', '.join(KINDS)}")
    fields = reader.rules(content.get("fields"), "fields", known=_known(kind))
    missing = [name for name in _required(kind) if name not in fields]
    if missing:
        raise reader.refuse(
            place="fields", found=f"no {', '.join(missing)}", expected="every field a record needs"
        )
    attributes: Mapping[str, Rule] = {}
    if "attributes" in content:
        if kind != wire.Decision.kind:
            raise reader.refuse(
                place="attributes", found=f"them on {kind}", expected="attributes of decisions only"
            )
        attributes = reader.rules(content["attributes"], "attributes", known=None)
    use = reader.text(content.get("use"), "use")
    try:
        grammar.check_use(use)
    except ValueError as error:
        raise reader.refuse(place="use", found=use, expected="agency.use") from error
    return ColumnMapping(
        kind=kind,
        use=use,
        fields=fields,
        attributes=attributes,
        sha256=hashlib.sha256(text).hexdigest(),
    )


class _Reader:
    """Turns what a mapping file holds into types, saying where it cannot."""

    def __init__(self, file: str) -> None:
        self._file = file

    def refuse(self, *, place: str, found: str, expected: str) -> MappingMalformed:
        return MappingMalformed(file=self._file, place=place, found=found[:80], expected=expected)

    def mapping(
        self, value: object, place: str, *, known: frozenset[str] | set[str] | None
    ) -> dict[str, object]:
        if not isinstance(value, dict):
            raise self.refuse(place=place, found=type(value).__name__, expected="names with values")
        content = {self.text(key, place): item for key, item in value.items()}
        unknown = [] if known is None else sorted(content.keys() - known)
        if unknown:
            raise self.refuse(
                place=place, found=unknown[0], expected=f"one of {', '.join(sorted(known or ()))}"
            )
        return content

    def text(self, value: object, place: str) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str | int | float) or value == "":
            found = "nothing" if value is None or value == "" else type(value).__name__
            raise self.refuse(place=place, found=found, expected="a text or a number")
        return str(value)

    def rules(self, value: object, place: str, *, known: frozenset[str] | None) -> dict[str, Rule]:
        content = self.mapping(value, place, known=known)
        return {name: self.rule(item, name, f"{place}, {name}") for name, item in content.items()}

    def rule(self, value: object, name: str, place: str) -> Rule:
        if not isinstance(value, dict):
            return self.checked(Rule(column=self.text(value, place)), name, place)
        content = self.mapping(value, place, known=_KEYS)
        one = [key for key in ("column", "constant", "named") if key in content]
        if len(one) != 1:
            raise self.refuse(
                place=place, found=" and ".join(one) or "neither", expected="a column or a constant"
            )
        values = content.pop("values", None)
        given = {key: self.text(item, f"{place}, {key}") for key, item in content.items()}
        if "named" in given:
            # A version nobody can compute any more: its name stands for it.
            given["constant"] = hashlib.sha256(given.pop("named").encode()).hexdigest()
        renamed = None
        if values is not None:
            table = self.mapping(values, f"{place}, values", known=None)
            renamed = {key: self.text(item, f"{place}, values") for key, item in table.items()}
        return self.checked(Rule(values=renamed, **given), name, place)

    def checked(self, rule: Rule, name: str, place: str) -> Rule:
        if (rule.format or rule.zone) and name not in TIMES:
            raise self.refuse(
                place=place, found="a format or a zone", expected="them on times only"
            )
        if rule.split and name != "reasons":
            raise self.refuse(place=place, found="split", expected="it on reasons only")
        if rule.zone is not None:
            try:
                ZoneInfo(rule.zone)
            except (KeyError, ValueError, OSError):
                raise self.refuse(
                    place=place, found=rule.zone, expected="a time zone like Europe/Amsterdam"
                ) from None
        if rule.format is not None and rule.zone is None and "%z" not in rule.format:
            raise self.refuse(place=place, found="a format without %z", expected="a zone beside it")
        return rule


def _known(kind: str) -> frozenset[str]:
    return frozenset(_fields(kind))


def _required(kind: str) -> Sequence[str]:
    required = _fields(kind, required=True)
    return [*required, "source", "id"]


def _fields(kind: str, *, required: bool = False) -> list[str]:
    return [
        part
        for field in msgspec.structs.fields(KINDS[kind])
        if field.name not in _ELSEWHERE and (field.required or not required)
        for part in _PARTS.get(field.name, (field.name,))
    ]
