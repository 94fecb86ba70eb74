"""Tables of words, contacts, notices, sendings, challenges, remedies and look-backs.

What tells of a person lies encrypted under the contact key (`Binary` columns); otherwise
people are tokens. Rows that change have a state, changed only from the state before it.
"""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from answerable.gate.models import Hold
from answerable.inventory.models import Use
from answerable.practices.remedy.rules.states import (
    DECIDED,
    ChallengeState,
    ElementState,
    LookBackState,
    MailingState,
    NoticeState,
)


def _one_of(states: type[NoticeState | MailingState | ChallengeState | ElementState]) -> Q:
    return Q(state__in=[state.value for state in states])


class Wording(models.Model):
    """What a code or a part of a letter says, from a moment on. The latest counts."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="wordings")
    part = models.CharField(max_length=20)
    code = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=12)
    words = models.CharField(max_length=2000)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()


class Offices(models.Model):
    """Which office answers for which step of remedy, from a moment on. The latest counts."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="remedy_offices")
    content = models.JSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()


class Contact(models.Model):
    """How a person can be written to: encrypted, found by a keyed hash of their pseudonym."""

    lookup = models.BinaryField(max_length=16, unique=True)
    agency = models.CharField(max_length=40)
    closed = models.BinaryField()
    at = models.DateTimeField()
    entry = models.BigIntegerField()


class Position(models.Model):
    """How far arriving decisions have been looked through for adverse ones: one row, of id 1."""

    seq = models.BigIntegerField()


class LookBack(models.Model):
    """A search for others hit by the same fault. ``cause`` is the entry that told of the fault."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="look_backs")
    reference = models.CharField(max_length=20, unique=True)
    cause = models.BigIntegerField()
    rule = models.JSONField()
    state = models.CharField(max_length=12)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    looked_at = models.BigIntegerField(null=True)
    found = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    searched_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("use", "cause"), name="one_look_back_of_a_cause"),
            models.CheckConstraint(
                condition=Q(state=LookBackState.OPENED.value, found=None)
                | Q(state=LookBackState.SEARCHED.value, found__isnull=False)
                | Q(state=LookBackState.CLOSED.value, found__isnull=False, closed_at__isnull=False),
                name="a_look_back_is_searched_before_it_is_closed",
            ),
        ]

    @property
    def words(self) -> str:
        """How it stands, for people."""
        return LookBackState(self.state).words


class Notice(models.Model):
    """A letter that a person is owed about one decision, because it was adverse or a fault found.

    ``subject`` and ``decider`` are tokens; ``letter`` is what it says, encrypted and without
    its secret, of which only the hash is kept once the person has it.
    """

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="notices")
    look_back = models.ForeignKey(
        LookBack, null=True, on_delete=models.PROTECT, related_name="notices"
    )
    reference = models.CharField(max_length=20, unique=True)
    source = models.CharField(max_length=200)
    record = models.CharField(max_length=128)
    version = models.CharField(max_length=64)
    outcome = models.CharField(max_length=64)
    reasons = models.JSONField()
    subject = models.CharField(max_length=32, db_index=True)
    decider = models.CharField(max_length=32, blank=True)
    occurred_at = models.DateTimeField()
    state = models.CharField(max_length=12)
    missing = models.JSONField(default=list)
    secret_hash = models.CharField(max_length=64, blank=True)
    letter = models.BinaryField(default=b"")
    letter_digest = models.CharField(max_length=64, blank=True)
    challenge_by = models.DateField(null=True)
    opened_at = models.DateTimeField()
    prepared_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=30, blank=True)
    effect_from = models.DateTimeField(null=True)
    hold = models.OneToOneField(Hold, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    entry = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=("use", "state"), name="notices_of_use")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("use", "source", "record"),
                condition=Q(look_back=None),
                name="one_notice_of_a_decision",
            ),
            models.UniqueConstraint(
                fields=("look_back", "source", "record"), name="found_once_in_a_look_back"
            ),
            models.CheckConstraint(condition=_one_of(NoticeState), name="a_state_of_a_notice"),
            models.CheckConstraint(
                condition=Q(state=NoticeState.DELIVERED.value, delivered_at__isnull=False)
                | ~Q(state=NoticeState.DELIVERED.value) & Q(delivered_at=None),
                name="delivered_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | Q(state=NoticeState.DELIVERED.value),
                name="no_effect_before_delivery",
            ),
        ]

    @property
    def words(self) -> str:
        """How it stands, for people."""
        return NoticeState(self.state).words


class Mailing(models.Model):
    """One sending of a letter. ``secret`` lies encrypted until the person has the letter."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="mailings")
    token = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=12)
    secret = models.BinaryField()
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("notice",),
                condition=Q(state__in=[MailingState.WAITING.value, MailingState.CLAIMED.value]),
                name="one_sending_at_a_time",
            ),
            models.CheckConstraint(condition=_one_of(MailingState), name="a_state_of_a_mailing"),
        ]

    @property
    def words(self) -> str:
        """How it stands, for people."""
        return MailingState(self.state).words


class Shown(models.Model):
    """That somebody of the agency was shown what was decided: they no longer look afresh."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=200)
    record = models.CharField(max_length=128)
    viewer = models.CharField(max_length=100)
    at = models.DateTimeField()
    entry = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("use", "source", "record", "viewer"), name="shown_once_to_a_viewer"
            ),
        ]


class Challenge(models.Model):
    """That a person says a decision is wrong. Due times are stored as they were computed."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="challenges")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="challenges")
    reference = models.CharField(max_length=24, unique=True)
    channel = models.CharField(max_length=20)
    urgent = models.JSONField()
    state = models.CharField(max_length=12)
    received_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    acknowledge_by = models.DateTimeField()
    consider_by = models.DateTimeField()
    redress_by = models.DateTimeField()
    calendar = models.CharField(max_length=100)
    acknowledged_at = models.DateTimeField(null=True)
    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, related_name="+")
    reviewer = models.CharField(max_length=100, blank=True)
    assigned_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=64, blank=True)
    finding_words = models.BinaryField(default=b"")
    found_at = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=64, blank=True)
    overturned = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_entry = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    entry = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=("use", "state"), name="challenges_of_use")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("notice",),
                condition=~Q(state=ChallengeState.CLOSED.value),
                name="one_open_challenge_of_a_notice",
            ),
            models.CheckConstraint(
                condition=_one_of(ChallengeState), name="a_state_of_a_challenge"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None)
                | Q(found_at__isnull=False, found_at__lte=F("decided_at")),
                name="found_blind_before_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(state.value for state in DECIDED))
                | Q(decided_at__isnull=False, overturned__isnull=False),
                name="decided_before_closed",
            ),
        ]

    @property
    def words(self) -> str:
        """How it stands, for people."""
        return ChallengeState(self.state).words

    @property
    def next_due(self) -> datetime:
        """The next moment by which the person hears something, whatever it is."""
        return self.consider_by if self.decided_at is None else self.redress_by


class Point(models.Model):
    """One point of a challenge in the person's own words, and the answer to it."""

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="points")
    number = models.PositiveSmallIntegerField()
    words = models.BinaryField()
    accepted = models.BooleanField(null=True)
    answer = models.BinaryField(default=b"")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("challenge", "number"), name="a_point_once"),
        ]


class Element(models.Model):
    """One harm that has to be undone, and whether it was."""

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="elements")
    harm = models.CharField(max_length=50)
    state = models.CharField(max_length=12)
    due_at = models.DateTimeField()
    promised_at = models.DateTimeField()
    proof = models.CharField(max_length=200, blank=True)
    completed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    entry = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("challenge", "harm"), name="a_harm_once"),
            models.CheckConstraint(condition=_one_of(ElementState), name="a_state_of_an_element"),
            models.CheckConstraint(
                condition=Q(state=ElementState.PROMISED.value)
                | Q(completed_at__isnull=False) & ~Q(proof=""),
                name="complete_with_a_proof",
            ),
        ]

    @property
    def words(self) -> str:
        """How it stands, for people."""
        return ElementState(self.state).words


class DaySalt(models.Model):
    """The salt of the day under which addresses are hashed to slow guessing down."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField(max_length=32)


class Tries(models.Model):
    """How often somebody at one place typed a wrong secret today. Goes with the day."""

    key = models.BinaryField(max_length=16, primary_key=True)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)
