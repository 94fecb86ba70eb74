"""Records, reports and a log, by name."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from answerable.gate import permits
from answerable.gate.in_force import RowsInForce, of_profile
from answerable.intake.machine import Machine
from answerable.intake.subjects import Pseudonyms
from answerable.inventory import actions
from answerable.inventory.contexts import Context, Kind
from answerable.inventory.models import Use
from answerable.law.profiles import profile
from answerable.measure.tables import Limits
from answerable.people.roles import Role
from answerable.practices.openness.actions.stating import offer_opt_out
from answerable.record.keys import SigningKey
from tests.gate.situations import a_running_use
from tests.intake.log_situations import KEY
from tests.inventory.situations import (
    APPROVER,
    HOUR,
    NINE,
    OWNER,
    USE,
    an_actor,
)

LATER = NINE + 3 * HOUR
REVIEWER_TWO = an_actor("reviewer-two", Role.REVIEWER)
PSEUDONYMS = Pseudonyms(lookup=bytes(32), encryption=bytes([1]) * 32)
EVIDENCE = SigningKey.make("agency.example/evidence")
TWO_OUTCOMES = Context(
    kind=Kind.DECIDES,
    purpose="Which benefit claims are refused.",
    population="Everyone who claims the benefit.",
    legal_basis="Benefits Act, section 12.",
    outcomes=("granted", "refused"),
    adverse=("refused",),
    bought=False,
)


def a_machine(log: Path) -> Machine:
    """The parts of an installation that openness needs, with a log of its own."""
    log.mkdir(exist_ok=True)
    return Machine(
        log=log,
        log_keys=[KEY.verifier],
        limits=Limits(memory_mb=256, threads=1),
        pseudonyms=PSEUDONYMS,
        evidence=EVIDENCE,
        mail=None,
        site="http://127.0.0.1",
    )


def a_use_that_runs() -> Use:
    """A use with two outcomes whose version A runs, and from which people can opt out."""
    use = a_running_use()
    actions.change_context(use=USE, context=TWO_OUTCOMES, by=OWNER, at=NINE + 2 * HOUR)
    offer_opt_out(use=USE, route="Say so at any desk.", by=OWNER, at=NINE + 2 * HOUR)
    return use


def refuse(*, reason: str = "Nobody showed that it is fair.") -> None:
    """An official refuses the use."""
    permits.refuse(use=USE, reason=reason, by=APPROVER, at=LATER + HOUR)


def open_law(_agency: str = "north", *, on: date) -> RowsInForce:
    """The rows of openness and one more, as if all of them were built."""
    rows = ("P1c", "P5a", "P5b", "P5c", "P5f")
    found = of_profile(replace(profile("statement"), listed_rows=rows), on=on)
    return replace(
        found, rows=tuple(replace(row, served_by=row.served_by or "tests") for row in found.rows)
    )
