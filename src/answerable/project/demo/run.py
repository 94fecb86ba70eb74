"""The demonstration from an empty folder to a verified ledger."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from answerable.project import keys
from answerable.project.compas import Screening
from answerable.project.demo.cast import install
from answerable.project.demo.clock import ReplayClock
from answerable.project.demo.gateway import ReplayGateway
from answerable.project.demo.postbox import Postbox
from answerable.project.demo.program import Program
from answerable.project.demo.replay import Progress, Step, replay
from answerable.project.demo.scene import Scene
from answerable.project.demo.steps import BEGINS, OBSERVED_UNTIL, STEPS
from answerable.project.machine import machine_of
from answerable.project.settings import Settings
from answerable.project.startup import LedgerWatch
from answerable.project.tick import Chores

# Where `serve --demo` shows the site that the letters name.
_SITE = "http://127.0.0.1:8000"


def run(
    settings: Settings,
    screenings: Sequence[Screening],
    *,
    out: Path,
    progress: Progress,
    steps: Sequence[Step] = STEPS,
) -> Scene:
    """Install, replay every day, and give what is there at the end."""
    progress(0.0, "setting up")
    clock = ReplayClock(BEGINS)
    cast = install(settings, at=clock.now())
    held = keys.read(settings.keys)
    gateway = ReplayGateway(settings, held, clock)
    program = Program(clock=clock, folder=out / "program")
    postbox = Postbox()
    with postbox.open() as mail, gateway.running():
        settings = replace(settings, mail=mail, site=_SITE)
        scene = Scene(
            settings=settings,
            held=held,
            machine=machine_of(settings, held),
            clock=clock,
            cast=cast,
            gateway=gateway,
            program=program,
            chores=Chores(settings=settings, held=held, fits=LedgerWatch(settings, held)),
            out=out,
            observed=[one for one in screenings if one.on < OBSERVED_UNTIL],
            postbox=postbox,
        )
        try:
            replay(scene, steps, screenings, weekly_until=OBSERVED_UNTIL, progress=progress)
        finally:
            program.close()
    return scene
