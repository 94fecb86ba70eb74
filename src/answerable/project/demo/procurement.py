"""The vendor's claim, tested on the county's own cases once their outcomes are known."""

import hashlib
from datetime import date

from answerable.practices.procurement.actions import claims, testing
from answerable.practices.procurement.actions.claims import Promised
from answerable.practices.procurement.rules import Promise
from answerable.project.demo.cast import OWNER, REVIEWER
from answerable.project.demo.scene import USE, Scene

ROOM = "procurement"
_DOCUMENT = b"Invented for the demonstration: the offer says 70 of 100 are predicted right."
_FROM, _UNTIL = date(2013, 4, 3), date(2014, 4, 1)


def record_claim(scene: Scene) -> None:
    """Write down what the vendor promised when it sold the score."""
    claim = claims.record_claim(
        use=USE,
        version=scene.version,
        promised=Promised(
            metric="accuracy",
            population="Everyone who is screened in the county",
            promise=Promise.AT_LEAST,
            value=0.7,
            as_of=date(2012, 6, 1),
            document="Offer of the vendor (invented)",
            sha256=hashlib.sha256(_DOCUMENT).hexdigest(),
            every_days=365,
            group={},
        ),
        by=scene.by(OWNER),
        at=scene.next(),
    )
    scene.tell(ROOM, "The vendor's claim was kept: accuracy of at least 0.7", claim.entry)


def test_claim(scene: Scene) -> None:
    """Measure it on the people screened from the refusal until the data's known fault begins."""
    tested = testing.measure_claim(
        use=USE,
        claim=1,
        since_on=_FROM,
        until_on=_UNTIL,
        shadow=True,
        machine=scene.machine,
        by=scene.by(REVIEWER),
        at=scene.next(),
    )
    scene.tell(
        ROOM,
        f"The claim was tested on {tested.n:,} of the county's own cases: {tested.verdict}",
        tested.entry,
    )
    claims.review_claims(
        use=USE,
        version=scene.version,
        reason="The vendor's offer names no population like this county's.",
        by=scene.by(REVIEWER),
        at=scene.next(),
    )
