"""Limits set beforehand, and the monitors that watch the county's score against them."""

from datetime import date

from answerable.practices.monitoring.actions import plans, running
from answerable.practices.monitoring.actions.reading import Log
from answerable.practices.monitoring.models import Alarm
from answerable.practices.monitoring.rules.limits import Measured, Side, Stream, Terms
from answerable.practices.monitoring.rules.periods import Cadence
from answerable.project.demo.cast import OWNER, REVIEWER
from answerable.project.demo.program import CHARGED, FOLLOWED_FOR, HIGH
from answerable.project.demo.scene import USE, Scene

ROOM = "monitoring"
BY_RACE = "high-by-race"
_WATCHED_FROM = date(2013, 1, 2)
# Ten days for the court's clerks to tell of what was found on the last day.
_AGE = FOLLOWED_FOR.days + 10
_WEIGHT = 0.25
_STREAMS = (
    Stream(
        name="volume",
        measured=Measured.VOLUME,
        side=Side.AT_LEAST,
        limit=0.9,
        low=80,
        high=170,
        reason="The county books so many people a week.",
        cadence=Cadence.WEEK,
        weight=_WEIGHT,
        expected=0.97,
        cases=1,
        catches=0.5,
    ),
    Stream(
        name=BY_RACE,
        measured=Measured.SELECTED,
        side=Side.AT_MOST,
        limit=1.5,
        reason=(
            "Half as often again is where the county stops at once; the norm of 1.25 is judged "
            "by the assessment before any permit."
        ),
        cadence=Cadence.DAY,
        weight=_WEIGHT,
        expected=0.35,
        cases=5,
        catches=2.5,
        attribute="race",
        group="African-American",
        reference="Caucasian",
    ),
    Stream(
        name="charged-again",
        measured=Measured.LABEL,
        side=Side.AT_MOST,
        limit=0.5,
        reason="In the years before, some 40 of 100 were charged again within two years.",
        cadence=Cadence.MONTH,
        weight=_WEIGHT,
        expected=0.4,
        cases=300,
        catches=0.7,
        age=_AGE,
    ),
    Stream(
        name="label-missing",
        measured=Measured.MISSING_LABEL,
        side=Side.AT_MOST,
        limit=0.1,
        reason="Without outcomes nobody can say whether the score is right.",
        cadence=Cadence.MONTH,
        weight=_WEIGHT,
        expected=0.02,
        cases=300,
        catches=0.3,
        age=_AGE,
    ),
)


def set_limits(scene: Scene) -> None:
    """Set them before there is anything to see, as the law of the rows asks."""
    terms = Terms(
        use=USE,
        version=scene.version,
        begins_on=_WATCHED_FROM,
        selected=(HIGH,),
        streams=_STREAMS,
        label_yes=CHARGED,
        shadow=True,
    )
    proposed = plans.propose_limits(terms=terms, by=scene.by(OWNER), at=scene.next())
    agreed = plans.agree_to_limits(plan=proposed.pk, by=scene.by(REVIEWER), at=scene.next())
    scene.tell(
        ROOM,
        f"Limits for {len(_STREAMS)} streams were agreed to before the first day they hold",
        agreed.agreed_entry,
    )


def watch(scene: Scene) -> None:
    """Run the monitors up to now, and tell every alarm there has been."""
    machine = scene.machine
    log = Log(folder=machine.log, keys=machine.log_keys, limits=machine.limits)
    running.run(use=USE, log=log, at=scene.next())
    for alarm in Alarm.objects.filter(plan__use__ref=USE).order_by("at", "pk"):
        scene.tell(
            ROOM,
            f"{alarm.tier.title()} alarm, {alarm.stream}: people screened from {alarm.from_on} to "
            f"{alarm.to_on}",
            alarm.entry,
            at=alarm.at,
        )


def sign_off(scene: Scene) -> None:
    """Let a reviewer take what the monitors show as verdicts."""
    watch(scene)
    running.sign_off(use=USE, version=scene.version, by=scene.by(REVIEWER), at=scene.next())
