"""The county says what its score rests on, and two of its people screen it apart."""

from answerable.inventory.queries import use_named
from answerable.inventory.stages import Stage
from answerable.law.red_lines import red_lines
from answerable.law.rights import domain
from answerable.practices.obligations import queries
from answerable.practices.obligations.actions import dossier, review, rights, screening
from answerable.practices.obligations.rules.dossier import (
    Basis,
    LineAnswer,
    Option,
    Options,
    Part,
    Purpose,
    RedLines,
    Reversibility,
    RightTouched,
    Scale,
    Screening,
    Severity,
)
from answerable.project.demo.cast import ASSESSOR, OWNER, REVIEWER
from answerable.project.demo.scene import USE, Scene

ROOM = "obligations"
_DOMAIN = "JUS"
_TOUCHED = ("R02", "R04", "R05", "R06", "R07")
_BY_THE_ASSESSOR = (*_TOUCHED, "R10")
_RIGHTS = tuple(
    RightTouched(
        right=code,
        holders="Everyone who is screened before trial.",
        group="Black defendants, of whom more are called a high risk.",
        effect=effect,
        severity=Severity.GRAVE,
        scale=Scale.MANY,
        reversibility=Reversibility.WITH_EFFORT,
    )
    for code, effect in zip(
        _TOUCHED,
        (
            "People of one race are held more often on the same facts.",
            "Somebody called a high risk may wait for the trial in custody.",
            "Nobody can argue with a score whose formula is the vendor's secret.",
            "A score speaks of crimes that have not happened.",
            "Without a letter nobody knows that there was a score.",
        ),
        strict=True,
    )
)
_PARTS: tuple[Part, ...] = (
    Purpose(
        decision="Whether somebody is called a high risk before trial.",
        population="Everyone who is booked and screened in the county.",
        output="A decile from 1 to 10, and high from 5 on.",
        action="The court sees it when it decides about release.",
    ),
    Basis(
        citation="Invented for the demonstration: order of the county, section 7.",
        authorises="Looking at the likelihood of a new charge before release.",
        necessity="The order asks for a view on it; it does not ask for this product.",
        private_data="None is reached: criminal records and an interview.",
    ),
    Options(
        options=(
            Option(
                option="A checklist of charges and earlier appearances, kept in public.",
                compared="Nobody has compared the two on this county's cases.",
                reason="The county has bought the score already.",
            ),
        )
    ),
    *_RIGHTS,
    RedLines(
        answers=tuple(
            LineAnswer(line=line.id, crossed=False, reason="A judge decides, and hears the person.")
            for line in red_lines()
        )
    ),
)


def file_dossier(scene: Scene) -> None:
    """Say all of it, and have it screened by somebody who was not shown the owner's answers."""
    owner = scene.by(OWNER)
    for part in (*_PARTS, _answers(_TOUCHED)):
        dossier.file_part(use=USE, part=part, by=owner, at=scene.next())
    blind = screening.answer_blind(
        use=USE, answers=_answers(_BY_THE_ASSESSOR), by=scene.by(ASSESSOR), at=scene.next()
    )
    scene.tell(ROOM, "It was screened blind by a second assessor: high-risk", blind.entry)
    check = rights.propose_check(
        use=USE,
        stage=Stage.USE,
        rights=_TOUCHED,
        changed="It runs already; nobody had asked before whose liberty it touches, and how.",
        by=owner,
        at=scene.next(),
    )
    confirmed = rights.confirm_check(
        use=USE, check=check.pk, by=scene.by(REVIEWER), at=scene.next()
    )
    scene.tell(ROOM, "The rights of its present stage were checked by two people", confirmed.entry)
    signed = review.sign_off(
        use=USE,
        number=queries.need_dossier(use_named(USE)).number,
        version=scene.version,
        objections={
            "P1c": "No less intrusive option was compared on the county's own cases.",
        },
        by=scene.by(ASSESSOR),
        at=scene.next(),
    )
    scene.tell(ROOM, "A reviewer signed it off with an objection: P1c is not met", signed.entry)


def _answers(touched: tuple[str, ...]) -> Screening:
    return Screening(
        domain=_DOMAIN,
        watches=False,
        safety=False,
        rights=touched,
        untouched={
            one.code: "It is touched by no use that the order allows."
            for one in domain(_DOMAIN).first
            if one.code not in touched
        },
    )
