"""Jobs of an installation that a step of the replay cannot wait for."""

from collections.abc import Mapping, Sequence

from answerable.intake.log import sealed_records
from answerable.intake.queries import ManySealed
from answerable.project.demo.replay import run_due
from answerable.project.demo.scene import Scene

_LETTERS = frozenset({"adverse decisions", "letters laid out", "letters sent"})


def write_letters(scene: Scene) -> None:
    """Hand to the mail server what is owed by now."""
    scene.next()
    run_due(scene, _LETTERS, on=scene.clock.now().date())


def sealed_of(scene: Scene) -> ManySealed:
    """Give what reads sealed records."""
    machine = scene.machine

    def read(agency: str, numbers: Sequence[int]) -> Mapping[int, tuple[bytes, str]]:
        return sealed_records(
            agency, numbers, log=machine.log, keys=machine.log_keys, limits=machine.limits
        )

    return read
