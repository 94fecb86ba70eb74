"""What was known on the day is measured on the log, and a reviewer refuses."""

from datetime import date, timedelta

from answerable.practices.assessment.actions import (
    data,
    deciding,
    measuring,
    mitigations,
    opening,
    risks,
)
from answerable.practices.assessment.rules import Dimension, Ground, How, Part, Scores
from answerable.project.demo.cast import APPROVER, OWNER, REVIEWER
from answerable.project.demo.scene import USE, Scene

ROOM = "assessment"
_OBSERVED_FROM, _OBSERVED_UNTIL = date(2013, 1, 1), date(2013, 4, 1)
_HARMS = {
    Dimension.HUMAN_RIGHTS: "Somebody is held before trial who would have come back to court.",
    Dimension.EQUITY: "Black defendants are called a high risk on the same facts.",
    Dimension.FAIRNESS: "Nobody can check or contest a formula that is the vendor's secret.",
    Dimension.SAFETY: "Somebody released on a low score harms a person.",
}
_OWNERS = Scores(likelihood=3, severity=4, scale=3, reversibility=3)
_REVIEWERS = Scores(likelihood=4, severity=4, scale=4, reversibility=4)
_TOLD = data.DataTold(
    steps="The scores as the vendor's product gave them; the county's threshold of 5.",
    exclusions="None: every screening of the county.",
    label_source="Arrest records: a new charge within two years of the screening.",
    label_agreement="Nobody has counted any label twice.",
    origin="The county's court software, through the decision log.",
)
_UNKNOWN = "The vendor does not tell on whom the formula was made."
_GROUNDS = {Ground.RACE: "race", Ground.GENDER: "sex"}


def open_assessment(scene: Scene) -> None:
    """Say before anything is measured what may be harmed, and what will count as wrong."""
    owner = scene.by(OWNER)
    opened = opening.open_assessment(use=USE, version=scene.version, by=owner, at=scene.next())
    data.set_limit(
        use=USE,
        assessment=opened.number,
        measure="false_positive_rate",
        low=0.0,
        high=0.25,
        reason="More than a quarter of those who are not charged again may not be called high.",
        by=scene.by(APPROVER),
        at=scene.next(),
    )
    for dimension, harm in _HARMS.items():
        risks.describe_risk(
            use=USE,
            assessment=opened.number,
            dimension=dimension,
            harm=harm,
            group="Black defendants",
            scores=_OWNERS,
            by=owner,
            at=scene.next(),
        )
    mitigations.plan_mitigation(
        use=USE,
        assessment=opened.number,
        risk=2,
        action="Ask the vendor for a threshold at which people of each race are held alike.",
        responsible=owner,
        due_on=_OBSERVED_UNTIL + timedelta(days=90),
        by=owner,
        at=scene.next(),
    )
    for part in Part:
        known = part is not Part.TRAINING
        data.describe_data(
            use=USE,
            assessment=opened.number,
            part=part,
            told=_TOLD if known else None,
            unknown_because="" if known else _UNKNOWN,
            by=owner,
            at=scene.next(),
        )
    scene.tell(ROOM, "Risks, data and limits were set down before measuring", opened.entry)


def assess(scene: Scene) -> None:
    """Measure what was decided so far, have it reviewed by somebody else, and refuse."""
    owner, reviewer = scene.by(OWNER), scene.by(REVIEWER)
    measured = measuring.measure_decisions(
        use=USE,
        assessment=1,
        since_on=_OBSERVED_FROM,
        until_on=_OBSERVED_UNTIL,
        machine=scene.machine,
        by=owner,
        at=scene.next(),
    )
    scene.tell(
        ROOM,
        f"{measured.decisions:,} decisions were audited by race and sex: selection is "
        f"{measured.verdict.replace('_', ' ')}, error rates cannot be said yet",
        measured.entry,
    )
    opening.submit(use=USE, assessment=1, by=owner, at=scene.next())
    for number in range(1, len(_HARMS) + 1):
        risks.score_risk(
            use=USE,
            assessment=1,
            risk=number,
            scores=_REVIEWERS,
            by=reviewer,
            at=scene.next(),
        )
    for ground in Ground:
        attribute = _GROUNDS.get(ground, "")
        data.cover_ground(
            use=USE,
            assessment=1,
            ground=ground,
            how=How.MEASURED if attribute else How.QUALITATIVE,
            attribute=attribute,
            reason="" if attribute else "The county does not record it; nobody was heard yet.",
            by=reviewer,
            at=scene.next(),
        )
    measuring.rerun_evidence(
        use=USE,
        assessment=1,
        evidence=measured.evidence,
        machine=scene.machine,
        by=reviewer,
        at=scene.next(),
    )
    refused = deciding.refuse(
        use=USE,
        assessment=1,
        reason="Black defendants are called a high risk far more often, and nobody can say why.",
        by=reviewer,
        at=scene.next(),
    )
    scene.tell(ROOM, "A reviewer computed it again and refused, publicly", refused.decided_entry)
