"""The rows of the requirements: what must be shown, by whom, and what happens without it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from answerable.errors import AnswerableError
from answerable.law import files

_ID = re.compile(r"(S|X)[1-9]|(P[1-7])(\.[0-9])?[a-z]")


class UnknownRow(AnswerableError):
    """No requirement has this id."""

    code = "law.unknown_row"
    message = "There is no row {row}."
    hint = "The rows are {known}."


class Role(StrEnum):
    """Who a row concerns."""

    OWNER = "OWN"
    APPROVER = "APP"
    REVIEWER = "REV"
    CASEWORKER = "CW"
    VENDOR = "VEN"
    AFFECTED_PERSON = "PER"
    PUBLIC = "PUB"
    AUDITOR = "AUD"


class Kind(StrEnum):
    """How a row is enforced.

    A ``gate`` blocks a step, a ``clock`` is a deadline that escalates, a ``measure`` is
    computed from records, ``reconcile`` compares paper with the running system, and a
    ``breaker`` restricts or stops the system.
    """

    GATE = "gate"
    CLOCK = "clock"
    MEASURE = "measure"
    RECONCILE = "reconcile"
    BREAKER = "breaker"


class Step(StrEnum):
    """What a gate blocks.

    A permit is about ``deploy`` and ``use``, and ``wider_release`` is any use beyond a
    pilot. ``effect`` is what a decision does to a person, ``access`` what staff may open.
    """

    LEAVING_DESIGN = "leaving_design"
    STAGE_CHANGE = "stage_change"
    DEPLOY = "deploy"
    USE = "use"
    WIDER_RELEASE = "wider_release"
    EFFECT = "effect"
    ACCESS = "access"
    AWARD = "award"
    PAYMENT = "payment"
    JOINING = "joining"
    ACCEPTANCE = "acceptance"
    CLOSE_OUT = "close_out"
    CASE_CLOSING = "case_closing"


class PracticeId(StrEnum):
    """The scope, the seven practices of the joint statement, and what they rest on."""

    SCOPE = "S"
    RIGHTS = "P1"
    ASSESSMENT = "P2"
    MONITORING = "P3"
    COMPETENCE = "P4"
    OPENNESS = "P5"
    REMEDY = "P6"
    PROCUREMENT = "P7"
    ENABLERS = "X"


@dataclass(frozen=True, kw_only=True, slots=True)
class Enforcement:
    """One way in which a row is enforced.

    Without a ``rule`` the kind's plain meaning holds: a bare gate refuses while a field is
    blank, unverified or too old. A ``note`` adds to that meaning and does not replace it.
    ``blocks`` is what a gate holds up while the row is not met; nothing else blocks.
    """

    kind: Kind
    rule: str | None
    note: str | None
    blocks: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One testable requirement.

    ``implied`` says that the statement implies the row rather than states it.
    ``waivable`` says whether a waiver may cover its *cannot say*. ``served_by`` names
    what serves it; None is shown as *not built*, and its verdict is *cannot say*.
    """

    id: str
    practice: PracticeId
    requirement: str
    roles: tuple[Role, ...]
    feature: str
    evidence: str
    enforcement: tuple[Enforcement, ...]
    implied: bool
    waivable: bool
    served_by: str | None

    @property
    def blocks(self) -> tuple[Step, ...]:
        """The steps that its gates hold up."""
        return tuple(step for item in self.enforcement for step in item.blocks)


@dataclass(frozen=True, kw_only=True, slots=True)
class Practice:
    """A heading of the requirements with its rows."""

    id: PracticeId
    title: str
    rows: tuple[Row, ...]


@cache
def practices() -> tuple[Practice, ...]:
    """Give the scope, the seven practices and the enablers, in order."""
    return tuple(
        practice_from(files.read("rows", practice), practice=practice) for practice in PracticeId
    )


@cache
def rows() -> tuple[Row, ...]:
    """Give every row, in the order of the requirements."""
    return tuple(row for practice in practices() for row in practice.rows)


@cache
def row(row_id: str) -> Row:
    """Give the row with this id."""
    found = _by_id().get(row_id)
    if found is None:
        raise UnknownRow(row=row_id, known=", ".join(_by_id()))
    return found


@cache
def _by_id() -> Mapping[str, Row]:
    return MappingProxyType({row.id: row for row in rows()})


def practice_from(fields: files.Fields, *, practice: PracticeId) -> Practice:
    """Read the rows of a practice from their file."""
    fields.known("practice", "title", "rows")
    if fields.choice("practice", PracticeId) is not practice:
        raise fields.refuse(key="practice", expected=practice)
    found = tuple(_row(row, practice=practice) for row in fields.children("rows"))
    ids = [row.id for row in found]
    if len(set(ids)) != len(ids):
        raise fields.refuse(key="rows", expected="each id once")
    return Practice(id=practice, title=fields.text("title"), rows=found)


def _row(fields: files.Fields, *, practice: PracticeId) -> Row:
    fields.known(
        *("id", "requirement", "roles", "feature", "evidence"),
        *("enforcement", "implied", "waivable", "served_by"),
    )
    row_id = fields.text("id")
    parts = _ID.fullmatch(row_id)
    if parts is None or (parts[1] or parts[2]) != practice:
        raise fields.refuse(key="id", expected=f"an id of {practice}")
    return Row(
        id=row_id,
        practice=practice,
        requirement=fields.text("requirement"),
        roles=fields.choices("roles", Role),
        feature=fields.text("feature"),
        evidence=fields.text("evidence"),
        enforcement=tuple(_enforcement(item) for item in fields.children("enforcement")),
        implied=fields.flag("implied"),
        waivable=fields.flag("waivable"),
        served_by=fields.text_or_none("served_by"),
    )


def _enforcement(fields: files.Fields) -> Enforcement:
    fields.known("kind", "rule", optional=("note", "blocks"))
    kind = fields.choice("kind", Kind)
    blocks = fields.choices("blocks", Step) if "blocks" in fields.content else ()
    if (kind is Kind.GATE) is not bool(blocks):
        raise fields.refuse(key="blocks", expected="the steps that a gate blocks, and only a gate")
    return Enforcement(
        kind=kind,
        rule=fields.text_or_none("rule"),
        note=fields.text_or_none("note"),
        blocks=blocks,
    )
