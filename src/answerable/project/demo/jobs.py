"""What the rooms do by themselves, in replay time: letters, monitors, and what follows."""

from collections.abc import Mapping, Sequence

from answerable.flow.reactions import react
from answerable.flow.table import REACTIONS
from answerable.intake.log import sealed_records
from answerable.intake.queries import ManySealed
from answerable.practices.remedy.actions import adverse, delivery, letters, mailing
from answerable.project.demo.scene import Scene


def answer_entries(scene: Scene) -> None:
    """Do what follows from what was entered."""
    for reacted in react(REACTIONS, at=scene.clock.now()):
        if reacted.failure:
            scene.failures.append(f"{reacted.reaction} on {reacted.index}: {reacted.failure}")


def write_letters(scene: Scene) -> None:
    """Hold adverse decisions, write to the people, and let go what may take effect."""
    at, machine = scene.clock.now(), scene.machine
    adverse.look_for_adverse(at=at, sealed=sealed_of(scene))
    letters.prepare_notices(pseudonyms=machine.pseudonyms, site=machine.site, at=at)
    if machine.mail is not None:
        mailing.send_letters(mail=machine.mail, pseudonyms=machine.pseudonyms, at=at)
    delivery.let_take_effect(at=at)


def sealed_of(scene: Scene) -> ManySealed:
    """Give what reads sealed records."""
    machine = scene.machine

    def read(agency: str, numbers: Sequence[int]) -> Mapping[int, tuple[bytes, str]]:
        return sealed_records(
            agency, numbers, log=machine.log, keys=machine.log_keys, limits=machine.limits
        )

    return read
