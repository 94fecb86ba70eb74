"""Whether a decision stands for its person, whichever of its letters they read."""

from dataclasses import dataclass

from django.db.models import QuerySet

from answerable.gate.models import Hold
from answerable.practices.remedy.models import Challenge, Notice
from answerable.practices.remedy.rules.states import ChallengeState


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a decision stands: ``fallen``, ``challenged`` now, or held by a look-back."""

    fallen: bool
    challenged: bool
    looked_back: bool


def standing_of(notice: Notice) -> Standing:
    """Say how the decision of a letter stands for its person."""
    challenges = challenges_to(notice)
    found = Notice.objects.filter(**_decision(notice), look_back__isnull=False)
    holds = Hold.objects.filter(pk__in=found.values("hold"), lift=None)
    return Standing(
        fallen=challenges.filter(overturned=True).exists(),
        challenged=challenges.filter(decided_at=None).exists(),
        looked_back=holds.exists(),
    )


def challenges_to(notice: Notice) -> QuerySet[Challenge]:
    """List the challenges to the decision of a letter, the latest first."""
    named = {f"notice__{name}": value for name, value in _decision(notice).items()}
    return Challenge.objects.filter(**named).select_related("use", "notice").order_by("-pk")


def bar_to_challenge(notice: Notice) -> str:
    """Say why the decision of a letter cannot be challenged now; empty where it can."""
    challenges = challenges_to(notice)
    if challenges.filter(overturned=True).exists():
        return "the decision does not stand any more"
    if challenges.exclude(state=ChallengeState.CLOSED.value).exists():
        return "this decision is being challenged already"
    return ""


def _decision(notice: Notice) -> dict[str, object]:
    return {"use": notice.use_id, "source": notice.source, "record": notice.record}
