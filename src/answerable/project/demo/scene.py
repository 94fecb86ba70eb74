"""What every step of the demonstration works with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from answerable.intake.machine import Machine
from answerable.people.actors import Actor
from answerable.project.compas import Screening
from answerable.project.demo.cast import COUNTY, Cast, Player
from answerable.project.demo.clock import ReplayClock
from answerable.project.demo.gateway import ReplayGateway
from answerable.project.demo.postbox import Postbox, Received
from answerable.project.demo.program import Program
from answerable.project.keys import Keys
from answerable.project.settings import Settings
from answerable.project.tick import Chores

SYSTEM, USE = f"{COUNTY}.risk-score", f"{COUNTY}.pretrial-risk"


@dataclass(frozen=True, kw_only=True, slots=True)
class Happened:
    """One line of the table: what was done, and the entry of the ledger that proves it."""

    practice: str
    on: datetime
    what: str
    entry: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """The installation, its people, its gateway, and the program that decides.

    ``observed`` are the screenings that took place while it decided with effect; ``letters``
    is what those people have read, by the number of their screening.
    """

    settings: Settings
    held: Keys
    machine: Machine
    clock: ReplayClock
    cast: Cast
    gateway: ReplayGateway
    program: Program
    chores: Chores
    out: Path
    observed: Sequence[Screening]
    postbox: Postbox
    letters: dict[int, Received] = field(default_factory=dict)
    happened: list[Happened] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def version(self) -> str:
        """The version that runs."""
        return self.program.version.digest

    def by(self, player: Player) -> Actor:
        """Give somebody as they act now."""
        return self.cast.actor(player)

    def next(self) -> datetime:
        """Let a minute pass: two things that people do are not done at one moment."""
        return self.clock.step(timedelta(minutes=1))

    def tell(
        self, practice: str, what: str, entry: int | None = None, *, at: datetime | None = None
    ) -> None:
        """Put a line on the table."""
        on = at or self.clock.now()
        self.happened.append(Happened(practice=practice, on=on, what=what, entry=entry))
