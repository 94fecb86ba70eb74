"""Tables of limits, daily counts, alarms, incidents and the steps of the breaker.

Counts are taken once and never rewritten, and evidence is worked out from them each time:
nothing that an alarm rests on is kept in memory or in a column of its own.
"""

from typing import ClassVar

from django.db import models

from answerable.inventory.models import Use
from answerable.practices.monitoring.rules.limits import DRIFT, SYSTEM
from answerable.practices.monitoring.rules.streams import odds

PROPOSED, AGREED, SUPERSEDED = "proposed", "agreed", "superseded"
AMBER, RED = "amber", "red"


class Plan(models.Model):
    """Limits for a version of a use: proposed by an owner, agreed to by a reviewer.

    Those that were replaced go on up to ``ends_on``, the first day of those that follow.
    """

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="monitoring_plans")
    version = models.CharField(max_length=64)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    state = models.CharField(max_length=12, default=PROPOSED)
    gains = models.CharField(max_length=500, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=100)
    proposed_entry = models.BigIntegerField()
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.CharField(max_length=100, blank=True)
    agreed_entry = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("use", "version"),
                condition=models.Q(state=AGREED),
                name="one_plan_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(state=PROPOSED)
                | models.Q(agreed_at__isnull=False, agreed_entry__isnull=False),
                name="plan_agreed_with_entry",
            ),
            models.CheckConstraint(
                condition=~models.Q(agreed_by=models.F("proposed_by")),
                name="plan_agreed_by_another",
            ),
        ]

    def __str__(self) -> str:
        """Show the use and the digest."""
        return f"{self.use_id} {self.digest[:8]}"


class DayCount(models.Model):
    """The decisions of one day, counted when they had reached an age in days.

    An empty ``attribute`` stands for everybody; its row is there for each day that was
    counted, even one without decisions. ``late`` are decisions of the day that arrived
    after it was counted; they are in no other number.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="days")
    on = models.DateField()
    age = models.PositiveIntegerField()
    attribute = models.CharField(max_length=64, blank=True)
    group = models.CharField(max_length=64, blank=True)
    selected_yes = models.PositiveBigIntegerField()
    selected_no = models.PositiveBigIntegerField()
    selected_open = models.PositiveBigIntegerField()
    other_yes = models.PositiveBigIntegerField()
    other_no = models.PositiveBigIntegerField()
    other_open = models.PositiveBigIntegerField()
    late = models.PositiveBigIntegerField(default=0)
    entry = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("plan", "age", "on", "attribute", "group"), name="a_day_is_counted_once"
            ),
            models.CheckConstraint(
                condition=models.Q(attribute="", group="") | ~models.Q(attribute=""),
                name="a_group_has_an_attribute",
            ),
        ]

    def __str__(self) -> str:
        """Show the day and the group."""
        return f"{self.on} {self.attribute}={self.group}"


class Alarm(models.Model):
    """That what was counted speaks against a limit. ``stream`` may be `system` or `drift`.

    A change between quarters rests on an interval, so it has no ``evidence``.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="alarms")
    stream = models.CharField(max_length=64)
    tier = models.CharField(max_length=5)
    episode = models.PositiveIntegerField()
    from_on = models.DateField()
    to_on = models.DateField()
    at = models.DateTimeField()
    evidence = models.FloatField(null=True)
    data = models.CharField(max_length=64)
    entry = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("plan", "stream", "episode", "tier"), name="one_alarm_of_an_episode"
            ),
            models.CheckConstraint(
                condition=models.Q(tier__in=(AMBER, RED)), name="an_alarm_is_amber_or_red"
            ),
            models.CheckConstraint(
                condition=models.Q(from_on__lte=models.F("to_on")),
                name="an_alarm_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        """Show the stream and the tier."""
        return f"{self.stream} {self.tier}"

    @property
    def name(self) -> str:
        """What it is about."""
        others = {SYSTEM: "all streams together", DRIFT: "share selected, between quarters"}
        return others.get(self.stream, self.stream)

    @property
    def words(self) -> str:
        """Write the evidence."""
        return "an interval" if self.evidence is None else odds(self.evidence)


class Incident(models.Model):
    """A breach that somebody must find out about. One of each red alarm."""

    alarm = models.OneToOneField(Alarm, on_delete=models.PROTECT, related_name="incident")
    owner = models.CharField(max_length=100)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    entry = models.BigIntegerField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=100, blank=True)
    cause = models.CharField(max_length=500, blank=True)
    evidence = models.CharField(max_length=64, blank=True)
    closed_entry = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None)
                | (~models.Q(cause="") & ~models.Q(evidence="") & ~models.Q(closed_entry=None)),
                name="closed_with_cause_and_evidence",
            ),
        ]

    def __str__(self) -> str:
        """Show the alarm."""
        return f"incident of {self.alarm_id}"


class BreakerStep(models.Model):
    """A step of the breaker: for an incident, or for a time in which nothing was seen.

    ``hold`` is the gate's, which an approving official lifts, and nobody here.
    """

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="breaker_steps")
    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.PROTECT, related_name="steps"
    )
    # The first day of a blind period; empty for an incident.
    blind_since = models.DateField(null=True)
    grade = models.CharField(max_length=12)
    hold = models.BigIntegerField()
    at = models.DateTimeField()
    entry = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("incident", "grade"),
                condition=models.Q(incident__isnull=False),
                name="a_grade_once_an_incident",
            ),
            models.UniqueConstraint(
                fields=("use", "blind_since"),
                condition=models.Q(incident__isnull=True),
                name="one_pause_a_blind_period",
            ),
            models.CheckConstraint(
                condition=models.Q(incident__isnull=True) ^ models.Q(blind_since__isnull=True),
                name="a_step_has_one_cause",
            ),
        ]

    def __str__(self) -> str:
        """Show the grade."""
        return self.grade
