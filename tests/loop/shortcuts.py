"""The shortcuts that nobody may take: who would, how, and how one sees that it was taken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpResponse
from django.urls import reverse

from answerable.gate import permits, verdicts
from answerable.gate.effect import Clear
from answerable.gate.holds import NOTICE, EndsByItself, lift_hold
from answerable.gate.models import Hold
from answerable.gate.permits import OwnUse
from answerable.gate.terms import Finding
from answerable.gate.verdicts import WaiverRefused
from answerable.inventory.models import Use
from answerable.practices.assessment import queries as assessment
from answerable.practices.assessment.actions import deciding, risks
from answerable.practices.assessment.actions.doors import AssessmentClosed
from answerable.practices.assessment.models import Risk
from answerable.practices.assessment.rules import Dimension
from answerable.practices.remedy.actions import reviewing
from answerable.practices.remedy.models import Challenge, Notice
from tests.inventory.situations import DAY, HOUR, REVIEWER, USE, VERSION_A
from tests.loop import situations as here
from tests.loop.situations import NOW, People
from tests.practices.assessment import situations as assessing
from tests.practices.remedy.situations import PSEUDONYMS

SCORES = {"likelihood": 1, "severity": 1, "scale": 1, "reversibility": 1}


@dataclass(kw_only=True, slots=True)
class World:
    """Where a shortcut is tried, and by whom."""

    use: Use
    people: People
    folder: Path

    @property
    def notice(self) -> Notice:
        return Notice.objects.get()

    @property
    def challenge(self) -> Challenge:
        return Challenge.objects.get()

    @property
    def hold(self) -> int:
        return Hold.objects.get(ground="notice").pk

    def post(self, who: str, name: str, *args: object, **given: object) -> HttpResponse:
        address = reverse(name, args=[USE, *args])
        return self.people.client(who).post(address, dict(given))  # type: ignore[return-value]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """A shortcut: who would take it how, and how one sees that it was taken."""

    build: Callable[[Path], World]
    refusal: str
    page: Callable[[World], HttpResponse]
    action: Callable[[World], object]
    # What is typed; without one, the words that no command has.
    command: Callable[[World], tuple[object, ...]] | None
    no_command: tuple[str, ...] = ()
    taken: Callable[[World], bool]


# -- own approval --------------------------------------------------------------------


def a_use_to_approve(folder: Path) -> World:
    people = here.people()
    use = here.a_running_use_of(people.owner)
    return World(use=use, people=people, folder=folder)


def approve_it(world: World) -> object:
    return permits.approve(
        use=USE, version=VERSION_A, until=NOW + 30 * DAY, by=world.people.actor("owner"), at=NOW
    )


OWN_APPROVAL = Shortcut(
    build=a_use_to_approve,
    refusal=OwnUse(use=USE).sentence,
    page=lambda world: world.post("owner", "gate:approve", version=VERSION_A, until="2026-12-31"),
    action=approve_it,
    command=lambda _world: (
        *("permit", "approve", USE, "--version", VERSION_A, "--days", 30),
        *("--by", "olga@north.example"),
    ),
    taken=lambda world: here.now_permitted(world.use).is_open,
)

# -- edit after sign-off -------------------------------------------------------------


def a_signed_assessment(folder: Path) -> World:
    use = assessing.a_scored_use()
    people = here.people()
    here.owned_by(people.owner)
    assessing.an_assessment(at=NOW - 4 * HOUR)
    assessing.submitted(at=NOW - 3 * HOUR)
    assessing.scored(at=NOW - 2 * HOUR)
    deciding.sign_off(
        use=USE,
        assessment=1,
        reason="Every risk was scored.",
        machine=assessing.a_machine(folder),
        by=REVIEWER,
        at=NOW - HOUR,
    )
    return World(use=use, people=people, folder=folder)


def describe_another(world: World) -> object:
    return risks.describe_risk(
        use=USE,
        assessment=1,
        dimension=Dimension.SAFETY,
        harm="None.",
        group="Nobody",
        scores=assessing.MILD,
        by=world.people.actor("owner"),
        at=NOW,
    )


def found_of_assessment(world: World) -> set[Finding]:
    shown = assessment.findings(world.use, version=VERSION_A, at=NOW)
    return {one.finding for one in shown}


EDIT_AFTER_SIGN_OFF = Shortcut(
    build=a_signed_assessment,
    refusal=AssessmentClosed(use=USE, number=1, state="signed").sentence,
    page=lambda world: world.post(
        "owner", "assessment:risk", 1, dimension="safety", harm="None.", group="Nobody", **SCORES
    ),
    action=describe_another,
    command=None,
    no_command=("assessment", "add-risk", USE),
    taken=lambda _world: Risk.objects.count() != 4,
)

# -- waiver over not met -------------------------------------------------------------


def a_use_not_met(folder: Path) -> World:
    people = here.people()
    use = here.an_open_use_of(people.owner)
    here.judged("P2.5b", Finding.NOT_MET, by=people.actor("reviewer"))
    return World(use=use, people=people, folder=folder)


def waive_it(world: World) -> object:
    return verdicts.give_waiver(
        use=USE,
        version=VERSION_A,
        row="P2.5b",
        reason="We are in a hurry.",
        until=NOW + 30 * DAY,
        by=world.people.actor("approver"),
        at=NOW,
    )


WAIVER = Shortcut(
    build=a_use_not_met,
    refusal=WaiverRefused(
        row="P2.5b", use=USE, reason="it is not met, and a waiver covers only what nobody can say"
    ).sentence,
    page=lambda world: world.post(
        *("approver", "gate:waive"),
        version=VERSION_A,
        row="P2.5b",
        reason="We are in a hurry.",
        until="2026-12-01",
    ),
    action=waive_it,
    command=None,
    no_command=("permit", "waive", USE),
    taken=lambda world: here.now_permitted(world.use).is_open,
)

# -- reviewer of one's own decision ---------------------------------------------------


def a_challenged_decision(folder: Path) -> World:
    people = here.people()
    use = here.an_open_use_of(people.owner)
    notice = here.a_refusal(folder)
    here.took_the_decision(people.decider)
    here.a_challenge_of(notice)
    return World(use=use, people=people, folder=folder)


def take_it(world: World) -> object:
    me = world.people.actor("decider")
    return reviewing.assign_reviewer(
        challenge=world.challenge.reference, reviewer=me, pseudonyms=PSEUDONYMS, by=me, at=NOW
    )


OWN_DECISION = Shortcut(
    build=a_challenged_decision,
    refusal="they took the decision that is challenged",
    page=lambda world: world.post("decider", "remedy:take", world.challenge.reference),
    action=take_it,
    command=None,
    no_command=("challenge", "take", "X"),
    taken=lambda world: world.challenge.reviewer != "",
)

# -- effect before delivery ----------------------------------------------------------


def a_letter_on_its_way(folder: Path) -> World:
    people = here.people()
    use = here.an_open_use_of(people.owner)
    here.a_refusal(folder)
    return World(use=use, people=people, folder=folder)


def lift_it(world: World) -> object:
    return lift_hold(
        hold=world.hold, rests_on=("trust me",), by=world.people.actor("decider"), at=NOW
    )


EFFECT = Shortcut(
    build=a_letter_on_its_way,
    refusal=EndsByItself(use=USE, ground=NOTICE, when="its letter was delivered").sentence,
    page=lambda world: world.post("decider", "gate:lift", world.hold, rests_on="trust me"),
    action=lift_it,
    command=lambda world: (
        *("hold", "lift", world.hold, "--rests-on", "trust-me"),
        *("--by", "carl@north.example"),
    ),
    taken=lambda _world: isinstance(here.effect(), Clear),
)

SHORTCUTS: Mapping[str, Shortcut] = {
    "own approval": OWN_APPROVAL,
    "edit after sign-off": EDIT_AFTER_SIGN_OFF,
    "waiver over not met": WAIVER,
    "reviewer of one's own decision": OWN_DECISION,
    "effect before delivery": EFFECT,
}
