"""Letters to people about whom the score decided, and one challenge carried to its end."""

from dataclasses import replace
from datetime import UTC, date, datetime

from answerable.practices.monitoring.models import Alarm
from answerable.practices.remedy.actions import (
    cases,
    challenges,
    contacts,
    figures,
    look_backs,
    repairs,
    reviewing,
    wording,
)
from answerable.practices.remedy.actions.parts import PERSON
from answerable.practices.remedy.actions.reviewing import Answer
from answerable.practices.remedy.models import Challenge, LookBack, Notice
from answerable.practices.remedy.queries.people import Addressee
from answerable.practices.remedy.rules.search import SearchRule, rule_from
from answerable.practices.remedy.rules.states import Harm, LookBackState, NoticeState
from answerable.practices.remedy.rules.states import Part as Worded
from answerable.practices.remedy.rules.states import Step as Stage
from answerable.project.compas import Screening
from answerable.project.demo.cast import CASEWORKERS, COUNTY, OWNER, REVIEWER
from answerable.project.demo.jobs import write_letters
from answerable.project.demo.monitoring import BY_RACE
from answerable.project.demo.program import HIGH, HIGH_SCORE, LOW, MEDIUM_SCORE, person_of
from answerable.project.demo.replay import Step, run_due
from answerable.project.demo.scene import USE, Scene

ROOM = "remedy"
_FIRST = datetime(2013, 1, 1, tzinfo=UTC)
_REFUSED = datetime(2013, 4, 3, tzinfo=UTC)
_CLERK, _SECOND_CLERK = CASEWORKERS[0], CASEWORKERS[1]
_OPENS_HERS_OF = 3
"""Of so many people one reads the letter behind its code; of the others nobody knows."""

_WORDS = (
    (Worded.OUTCOME, HIGH, "You were called a medium or high risk of being charged again."),
    (Worded.REASON, MEDIUM_SCORE, "The vendor's product gave you a score from 5 to 7."),
    (Worded.REASON, HIGH_SCORE, "The vendor's product gave you a score from 8 to 10."),
    (
        Worded.AI_PART,
        "",
        "A computer program bought from a vendor made the score. Its formula is secret.",
    ),
    (Worded.DATA_USED, "", "Your criminal record.\nYour answers when you were booked."),
    (Worded.WHAT_TO_DO, "", "Tell us what is wrong.\nAsk your lawyer to look at the record."),
    (Worded.HELP, "", "The public defender helps without payment."),
    (Worded.CONTACT, "", "Pretrial office of the county (invented)."),
    (
        Worded.LOOK_BACK,
        "",
        "We found a fault that may have touched what was decided about you, and look at it again.",
    ),
)
_OFFICES = {
    Stage.ACKNOWLEDGE: "Pretrial office, front desk",
    Stage.CONSIDER: "Pretrial office, review",
    Stage.REDRESS: "Pretrial office, records",
    Stage.APPEAL: "County court",
}
_REMEDIES = (Harm.DECISION, Harm.RECORDS, Harm.APOLOGY)


def prepare(scene: Scene) -> None:
    """Word the letters, name the offices, and know how people can be written to."""
    owner = scene.by(OWNER)
    for part, code, words in _WORDS:
        last = wording.set_words(
            use=USE, part=part, language="en", words=words, code=code, by=owner, at=scene.next()
        )
    wording.name_offices(use=USE, offices=_OFFICES, by=owner, at=scene.next())
    known = contacts.import_contacts(
        agency=COUNTY,
        contacts=[(person_of(one), _addressee(one)) for one in scene.observed],
        pseudonyms=scene.machine.pseudonyms,
        by=owner,
        at=scene.next(),
    )
    scene.tell(ROOM, f"Letters were worded; {known:,} invented addresses are known", last.entry)


def read_letters(scene: Scene) -> None:
    """Let some people open their letters: only of them it is known that they have them."""
    for one in scene.observed:
        for letter in scene.postbox.received.pop(_address(one), ()):
            scene.letters[one.number] = letter
            if one.number % _OPENS_HERS_OF == 0:
                cases.open_case(
                    reference=letter.reference,
                    secret=letter.secret,
                    place="127.0.0.1",
                    at=scene.clock.now(),
                )


def challenge(scene: Scene) -> None:
    """Let somebody who has a letter say what is wrong with it."""
    read_letters(scene)
    one = next(
        one
        for one in scene.observed
        if one.number in scene.letters and one.number % _OPENS_HERS_OF == 0
    )
    letter = scene.letters[one.number]
    opened = cases.open_case(
        reference=letter.reference, secret=letter.secret, place="127.0.0.1", at=scene.next()
    )
    filed = challenges.file_challenge(
        notice=opened.reference,
        points=["One of the charges that was counted is of somebody else with my name."],
        urgent=["liberty"],
        channel="page",
        pseudonyms=scene.machine.pseudonyms,
        by=PERSON,
        at=scene.next(),
    )
    scene.tell(ROOM, "A person opened the letter and challenged it", filed.entry)
    told = challenges.acknowledge(
        challenge=filed.reference,
        how="by the page, at once",
        by=scene.by(_SECOND_CLERK),
        at=scene.next(),
    )
    scene.tell(ROOM, f"It was acknowledged; due by {told.consider_by:%Y-%m-%d %H:%M}", told.entry)


def hear(scene: Scene) -> None:
    """Have somebody consider it who has not seen what was decided, and decide."""
    clerk, ref = scene.by(_CLERK), _the_challenge().reference
    pseudonyms = scene.machine.pseudonyms
    reviewing.assign_reviewer(
        challenge=ref,
        reviewer=clerk,
        pseudonyms=pseudonyms,
        by=scene.by(_SECOND_CLERK),
        at=scene.next(),
    )
    reviewing.record_blind_finding(
        challenge=ref,
        finding=LOW,
        words="Read the record without that charge.",
        minutes=40,
        pseudonyms=pseudonyms,
        by=clerk,
        at=scene.next(),
    )
    reviewing.show_decision(notice=_the_challenge().notice.reference, by=clerk, at=scene.next())
    decided = reviewing.decide_challenge(
        challenge=ref,
        outcome=LOW,
        answers=[Answer(accepted=True, words="The charge is of another person.")],
        minutes=15,
        pseudonyms=pseudonyms,
        by=clerk,
        at=scene.next(),
    )
    scene.tell(ROOM, "It was considered blind, and the decision fell", decided.decided_entry)


def look_back_after_it(scene: Scene) -> None:
    """Look for others whom the same fault may have hit: booked in the same days."""
    run_due(scene, {"reactions"}, on=scene.clock.now().date())
    notice = _the_challenge().notice
    _search(
        scene,
        _look_back(),
        SearchRule(
            since=_FIRST,
            until=datetime(2013, 1, 5, tzinfo=UTC),
            version=scene.version,
            outcomes=(HIGH,),
            reasons=tuple(notice.reasons),
        ),
    )


def repair(scene: Scene) -> None:
    """Undo what the decision did, and close the case only then."""
    clerk, ref = scene.by(_CLERK), _the_challenge().reference
    _close_look_back(scene, _look_back())
    for harm in _REMEDIES:
        repairs.promise_remedy(challenge=ref, harm=harm, by=clerk, at=scene.next())
    for harm in _REMEDIES:
        repairs.complete_remedy(
            challenge=ref,
            harm=harm,
            proof="Entry of the clerk (invented)",
            by=clerk,
            at=scene.next(),
        )
        repairs.answer_remedy(challenge=ref, harm=harm, confirmed=True, by=PERSON, at=scene.next())
    closed = repairs.close_challenge(challenge=ref, by=clerk, at=scene.next())
    scene.tell(ROOM, f"{len(_REMEDIES)} harms were undone, and the case was closed", closed.entry)


def look_back_after_alarms(scene: Scene) -> None:
    """Look for those whom a fault that the monitors found may have hit, and write to them.

    Of the gap between groups it is people near the threshold whom another one would have
    spared; of every other alarm, whoever was called high with effect since it began.
    """
    run_due(scene, {"reactions"}, on=scene.clock.now().date())
    gaps = Alarm.objects.filter(stream=BY_RACE).values_list("entry", flat=True)
    for waiting in LookBack.objects.filter(state=LookBackState.OPENED.value).order_by("pk"):
        adverse = replace(rule_from(waiting.rule), outcomes=(HIGH,))
        _search(scene, waiting, _near_the_threshold(scene) if waiting.cause in gaps else adverse)
        write_letters(scene)
        _close_look_back(scene, waiting)


def _near_the_threshold(scene: Scene) -> SearchRule:
    return SearchRule(
        since=_FIRST,
        until=_REFUSED,
        version=scene.version,
        outcomes=(HIGH,),
        reasons=(MEDIUM_SCORE,),
        attributes=(("race", "African-American"),),
    )


def sign_off(scene: Scene) -> None:
    """Count who was told and who was heard in time, and take it as verdicts."""
    reviewer = scene.by(REVIEWER)
    figures.measure_remedy(use=USE, version=scene.version, by=reviewer, at=scene.next())
    figures.sign_off(use=USE, version=scene.version, by=reviewer, at=scene.next())
    notices = Notice.objects.filter(use__ref=USE)
    delivered = notices.filter(state=NoticeState.DELIVERED.value).count()
    scene.tell(ROOM, f"Of {notices.count():,} notices {delivered:,} were opened by their readers")


def _search(scene: Scene, waiting: LookBack, rule: SearchRule) -> None:
    found = look_backs.search(
        look_back=waiting.reference,
        machine=scene.machine,
        rule=rule,
        by=scene.by(REVIEWER),
        at=scene.next(),
    )
    scene.tell(
        ROOM,
        f"A look-back found {found.found:,} decisions with effect, each held until its letter",
        found.entry,
    )


def _close_look_back(scene: Scene, waiting: LookBack) -> None:
    closed = look_backs.close_look_back(
        look_back=waiting.reference, by=scene.by(REVIEWER), at=scene.next()
    )
    scene.tell(ROOM, "It was closed: nobody whom it found is left unwritten to", closed.entry)


def _the_challenge() -> Challenge:
    return Challenge.objects.select_related("notice").get()


def _look_back() -> LookBack:
    return LookBack.objects.get(cause=_the_challenge().decided_entry or 0)


def _addressee(one: Screening) -> Addressee:
    return Addressee(name=f"Person {one.number}", address=_address(one), language="en")


def _address(one: Screening) -> str:
    return f"{person_of(one)}@home.example"


STEPS = (
    Step(on=date(2013, 1, 14), do=challenge),
    Step(on=date(2013, 1, 15), do=hear),
    Step(on=date(2013, 1, 16), do=look_back_after_it),
    Step(on=date(2013, 1, 30), do=repair),
    Step(on=date(2013, 2, 27), do=read_letters),
    Step(on=date(2013, 4, 17), do=read_letters),
    Step(on=date(2014, 1, 8), do=look_back_after_alarms),
    Step(on=date(2014, 1, 22), do=read_letters),
    Step(on=date(2016, 8, 8), do=look_back_after_alarms),
)
"""What people do about letters, on their days."""
