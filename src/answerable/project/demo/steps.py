"""What the people of the demonstration do, and on which day."""

from datetime import UTC, date, datetime, timedelta

from answerable.gate import permits
from answerable.inventory import actions
from answerable.inventory.contexts import Context, Kind
from answerable.inventory.evidence import attach_evidence
from answerable.inventory.queries import UnknownUse, use_for
from answerable.people.roles import Role
from answerable.project.demo import (
    assessment,
    competence,
    monitoring,
    obligations,
    openness,
    procurement,
    remedy,
)
from answerable.project.demo.cast import (
    APPROVER,
    COUNTY,
    NORTH,
    NORTH_OWNER,
    OWNER,
    token_for,
)
from answerable.project.demo.program import HIGH, OUTCOMES, REASONS
from answerable.project.demo.replay import Step
from answerable.project.demo.scene import SYSTEM, USE, Scene

FIRST = date(2013, 1, 1)
BEGINS = datetime(2013, 1, 1, 8, tzinfo=UTC)
OBSERVED_UNTIL = date(2013, 4, 1)
_RAN_BEFORE = datetime(2012, 1, 1, tzinfo=UTC)
_REFUSED = date(2013, 4, 3)
_LATER_TOKENS = (date(2015, 11, 2), date(2016, 9, 5))
_SHADOW_LASTS = timedelta(days=360)
# After the last screening only outcomes are recorded.
_ALL_SCREENED = date(2015, 1, 1)
_NEW_TOKENS = (date(2013, 12, 2), date(2014, 11, 3), _ALL_SCREENED, *_LATER_TOKENS)
# By then the outcomes are known of everybody who was screened before the data's known fault.
_KNOWN, _LAST = date(2016, 4, 4), date(2017, 1, 9)
_INVENTORY, _GATE = "inventory", "gate"

_CONTEXT = Context(
    kind=Kind.DECIDES,
    purpose="Tell the court how likely a person is to be charged again if released",
    population="People screened before trial",
    legal_basis="Invented for the demonstration: order of the county, section 7",
    outcomes=OUTCOMES,
    adverse=(HIGH,),
    bought=True,
)


def enrol(scene: Scene) -> None:
    """Put what runs already into the inventory, of which nobody else sees anything."""
    owner = scene.by(OWNER)
    at = scene.next()
    actions.enrol_system(agency=COUNTY, slug="risk-score", name="Risk score", by=owner, at=at)
    use = actions.enrol_use(
        system=SYSTEM,
        slug="pretrial-risk",
        name="Risk score before trial",
        context=_CONTEXT,
        reasons=REASONS,
        attributes=("race", "sex"),
        running_since=_RAN_BEFORE,
        by=owner,
        at=scene.next(),
    )
    scene.tell(_INVENTORY, f"{USE} was enrolled: it ran before anybody had looked", use.entry)
    version = actions.record_version(
        system=SYSTEM, digest=scene.version, source="client", by=owner, at=scene.next()
    )
    actions.start_deployment(use=USE, version=version.digest, by=owner, at=scene.next())
    _enrol_another_agencys(scene)


def observe(scene: Scene) -> None:
    """Let it run on, watched, for as long as the law of the replay gives."""
    observed = permits.enrol_observed(use=USE, by=scene.by(APPROVER), at=scene.next())
    scene.tell(_GATE, f"It is observed until {observed.until:%Y-%m-%d}, publicly", observed.entry)
    connect(scene)


def connect(scene: Scene) -> None:
    """Give the program a token, which ends within a year."""
    scene.gateway.see()
    scene.program.connect(
        gateway=scene.gateway.address,
        token=token_for(scene.cast, USE, at=scene.next()),
        use=USE,
        leases=scene.held.leases.verifier,
        receipts=scene.held.receipts.verifier,
        asks=scene.clock.now().date() < _ALL_SCREENED,
    )


def refuse(scene: Scene) -> None:
    """Refuse to permit it, and let it compute on without effect."""
    refused = permits.refuse(
        use=USE,
        reason="People of one race are called a high risk far more often than those of another.",
        by=scene.by(APPROVER),
        at=scene.next(),
    )
    scene.tell(_GATE, "The permit was refused, publicly: people decide", refused.entry)
    shadow(scene)


def shadow(scene: Scene) -> None:
    """Begin, or go on with, a run that computes and records without effect."""
    at = scene.next()
    run = permits.start_shadow(
        use=USE, version=scene.version, until=at + _SHADOW_LASTS, by=scene.by(APPROVER), at=at
    )
    scene.tell(_GATE, f"It computes on without effect until {run.until:%Y-%m-%d}", run.entry)
    scene.gateway.see()


def attach_report(scene: Scene) -> None:
    """Keep the audit of all of the data, as they are known today, with the use."""
    kept = attach_evidence(
        use=USE,
        envelope=(scene.out / "evidence.json").read_bytes(),
        by=scene.by(OWNER),
        at=scene.next(),
    )
    scene.tell("assessment", "The audit of all the data was attached, signed", kept.entry)


def _enrol_another_agencys(scene: Scene) -> None:
    """Show the wall: to another agency's owner the use does not exist."""
    stranger = scene.by(NORTH_OWNER)
    own = actions.enrol_system(
        agency=NORTH, slug="benefit-check", name="Benefit check", by=stranger, at=scene.next()
    )
    try:
        use_for(stranger, USE, Role.OWNER)
    except UnknownUse:
        scene.tell(_INVENTORY, f"To the owner of {own.ref} there is no {USE}", own.entry)
    else:
        scene.failures.append(f"The wall between agencies is open: {NORTH} sees {USE}.")


STEPS = (
    Step(on=FIRST, do=enrol),
    Step(on=FIRST, do=obligations.file_dossier),
    Step(on=FIRST, do=procurement.record_claim),
    Step(on=FIRST, do=monitoring.set_limits),
    Step(on=FIRST, do=competence.name_staff),
    Step(on=FIRST, do=remedy.prepare),
    Step(on=FIRST, do=openness.publish),
    Step(on=FIRST, do=assessment.open_assessment),
    Step(on=FIRST, do=observe),
    *remedy.STEPS,
    *competence.STEPS,
    Step(on=date(2013, 4, 2), do=assessment.assess),
    Step(on=_REFUSED, do=refuse),
    *(Step(on=day, do=connect) for day in _NEW_TOKENS),
    Step(on=date(2014, 3, 24), do=shadow),
    Step(on=_KNOWN, do=procurement.test_claim),
    Step(on=_LAST, do=monitoring.sign_off),
    Step(on=_LAST, do=remedy.sign_off),
    Step(on=_LAST, do=openness.compare),
)
"""Each takes place before the screenings of its day, in this order."""
