"""Who works with the score is asked about real cases of which the outcome is known."""

import random
from datetime import date

from answerable.practices.competence import queries
from answerable.practices.competence.actions import exercises, gather, review, staff
from answerable.project.demo.cast import CASEWORKERS, OWNER, REVIEWER
from answerable.project.demo.jobs import sealed_of
from answerable.project.demo.program import CHARGED, HIGH, NOT_CHARGED
from answerable.project.demo.replay import Step
from answerable.project.demo.scene import USE, Scene

ROOM = "competence"
_SEED = 2013


def name_staff(scene: Scene) -> None:
    """Say who works with it."""
    for player in CASEWORKERS:
        staff.name_staff(
            use=USE,
            staff=scene.by(player),
            pseudonym="",
            pseudonyms=None,
            by=scene.by(OWNER),
            at=scene.next(),
        )


def gather_cases(scene: Scene) -> None:
    """Keep cases of which the outcome has become known, the same ones in each replay."""
    gather.gather_cases(
        sealed=sealed_of(scene),
        at=scene.next(),
        chance=random.Random(_SEED),  # noqa: S311 - the same cases in each run
    )


def examine(scene: Scene) -> None:
    """Have each answer ten cases. They are invented people, and answer as the score says.

    So what is measured is how far somebody gets who only follows the score.
    """
    passed = 0
    for number, player in enumerate(CASEWORKERS):
        by = scene.by(player)
        chance = random.Random(_SEED + number)  # noqa: S311 - the same cases in each run
        exercises.begin_exercise(
            use=USE, version=scene.version, by=by, at=scene.next(), chance=chance
        )
        _, cases = queries.exercise_for(by, USE, version=scene.version)
        answered = exercises.answer_exercise(
            use=USE,
            version=scene.version,
            answers={
                case.number: CHARGED if case.outcome == HIGH else NOT_CHARGED for case in cases
            },
            by=by,
            at=scene.next(),
        )
        passed += bool(answered.passed)
        last = answered
    scene.tell(
        ROOM,
        f"{len(CASEWORKERS)} simulated caseworkers who only follow the score answered ten real "
        f"cases each: {passed} passed",
        last.entry,
    )
    review.sign_off(use=USE, version=scene.version, by=scene.by(REVIEWER), at=scene.next())


STEPS = (
    # Before outcomes arrive there is nothing to keep: this only says how far it has looked.
    *(
        Step(on=date(year, month, 28), do=gather_cases)
        for year in (2013, 2014)
        for month in range(1, 13)
    ),
    *(Step(on=date(2015, month, 28), do=gather_cases) for month in (1, 2, 3)),
    Step(on=date(2015, 4, 6), do=examine),
)
