"""What a person sees behind their reference and secret, and where their challenge stands."""

from dataclasses import dataclass

from answerable.intake.subjects import Pseudonyms
from answerable.practices.remedy.models import Challenge, Notice, Point
from answerable.practices.remedy.queries.people import open_again
from answerable.practices.remedy.rules.references import tidy


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One point in the person's words, and the answer to it, if there is one."""

    number: int
    words: str
    accepted: bool | None
    answer: str


def case_of(reference: str) -> Notice | None:
    """Give the notice of a case that was opened with its secret before."""
    seen = Notice.objects.select_related("use__agency", "use__system", "look_back")
    return seen.filter(reference=tidy(reference)).exclude(secret_hash="").first()


def said_in(challenge: Challenge, pseudonyms: Pseudonyms) -> list[Said]:
    """Give the points of a challenge, opened."""
    return [
        _said(point, challenge.reference, pseudonyms)
        for point in challenge.points.order_by("number")
    ]


def finding_in(challenge: Challenge, pseudonyms: Pseudonyms) -> str:
    """Give what the reviewer found before comparing, opened; empty where there is none."""
    closed = bytes(challenge.finding_words)
    if not closed:
        return ""
    return open_again(closed, pseudonyms, what="finding", of=challenge.reference)


def _said(point: Point, reference: str, pseudonyms: Pseudonyms) -> Said:
    place = f"{reference}/{point.number}"

    def opened(closed: bytes, what: str) -> str:
        return open_again(closed, pseudonyms, what=what, of=place) if closed else ""

    return Said(
        number=point.number,
        words=opened(bytes(point.words), "point"),
        accepted=point.accepted,
        answer=opened(bytes(point.answer), "answer"),
    )
