"""The rows in force for an agency on a day, and the limits of its profile, as a value."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Protocol

from answerable.law import profiles
from answerable.law.rows import PracticeId, Row, Step
from answerable.law.rules import DatedValue
from answerable.people.queries import agency as agency_of
from answerable.record.canonical import canonical_bytes
from answerable.record.digests import HexDigest, sha256_of_bytes

PERMIT_STEPS = frozenset({Step.DEPLOY, Step.USE, Step.WIDER_RELEASE})
"""The steps that a permit is about; a pilot is no wider release."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RowInForce:
    """A row as the gate reads it.

    ``served_by`` is the package that serves the row; None where nothing does yet: it is
    shown as *not built*, and nothing recorded about it counts. ``law`` hashes what the row
    demands, so that a verdict given under other words falls. ``if_bought`` is true for the
    rows of P7.
    """

    id: str
    blocks: frozenset[Step]
    waivable: bool
    served_by: str | None
    if_bought: bool
    law: HexDigest

    def is_served_by(self, module: str) -> bool:
        """Say whether a module is of the room that serves the row."""
        return self.served_by is not None and f"{module}.".startswith(f"{self.served_by}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The numbers of the profile that a permit, a waiver or a lease keeps to."""

    waiver: DatedValue
    waiver_renewals: int
    observe: DatedValue
    permit: DatedValue
    field_age: DatedValue
    lease: int
    longest_lease: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RowsInForce:
    """What holds for an agency on a day."""

    rows: tuple[RowInForce, ...]
    limits: Limits

    def row(self, row_id: str) -> RowInForce | None:
        """Give a row; None where it is not in force."""
        return next((row for row in self.rows if row.id == row_id), None)


class Law(Protocol):
    """Whatever says which rows are in force for an agency on a day.

    Every caller in the product uses `law_of_agency`, the default of every parameter
    `law`. Tests pass a small rule set of their own. No setting, request, command or
    stored row can name another, and a test reads the source for a call that does.
    """

    def __call__(self, agency: str, /, *, on: date) -> RowsInForce:
        """Give the rows in force."""


def law_of_agency(agency: str, *, on: date) -> RowsInForce:
    """Give the rows that the agency's own profile puts in force."""
    return _of_named(agency_of(agency).profile, on)


@lru_cache(maxsize=64)
def _of_named(name: str, on: date) -> RowsInForce:
    return of_profile(profiles.profile(name), on=on)


def of_profile(profile: profiles.Profile, *, on: date) -> RowsInForce:
    """Give the rows that a profile puts in force, and its limits on the day.

    Examples
    --------
    >>> force = of_profile(profiles.profile("statement"), on=date(2026, 11, 23))
    >>> len(force.rows), force.row("P1c").waivable, force.limits.waiver.whole
    (96, False, 180)
    """
    return RowsInForce(
        rows=tuple(_row(row) for row in profiles.rows_in_force(profile)),
        limits=Limits(
            waiver=profile.value("waiver_cap", on=on),
            waiver_renewals=profile.value("waiver_renewals", on=on).whole,
            observe=profile.value("observe_state", on=on),
            permit=profile.value("permit_length", on=on),
            field_age=profile.value("gate_field_age", on=on),
            lease=profile.value("lease_length", on=on).whole,
            longest_lease=60 * profile.value("lease_cap", on=on).whole,
        ),
    )


def _row(row: Row) -> RowInForce:
    return RowInForce(
        id=row.id,
        blocks=frozenset(row.blocks),
        waivable=row.waivable,
        served_by=None if row.served_by is None else f"answerable.{row.served_by}",
        if_bought=row.practice is PracticeId.PROCUREMENT,
        law=sha256_of_bytes(
            canonical_bytes(
                {
                    "requirement": row.requirement,
                    "evidence": row.evidence,
                    "enforcement": [
                        [item.kind.value, item.rule, item.note, sorted(item.blocks)]
                        for item in row.enforcement
                    ],
                }
            )
        ),
    )
