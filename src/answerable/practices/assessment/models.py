"""Tables of assessments. Rows are added; what an assessment came to is written once.

Each row names the ledger's entry that tells of it. What people are is their reference here,
and a salted commitment there.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from answerable.inventory.models import Use
from answerable.practices.assessment.rules import (
    LEAST,
    MOST,
    PENDING,
    Dimension,
    Ground,
    How,
    Part,
    Scores,
    State,
)

_PENDING = sorted(state.value for state in PENDING)


class Assessment(models.Model):
    """The assessment of one version in one context."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="assessments")
    number = models.PositiveIntegerField()
    version = models.CharField(max_length=64)
    context = models.CharField(max_length=64)
    state = models.CharField(max_length=10)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=100)
    entry = models.BigIntegerField()
    submitted_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True)
    decided_entry = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    # The hash of everything that was decided upon.
    content = models.CharField(max_length=64, blank=True)
    live_before = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("use", "number"), name="an_assessment_by_number"),
            models.UniqueConstraint(
                fields=("use", "version", "context"),
                condition=Q(state__in=_PENDING),
                name="one_pending_assessment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_PENDING, decided_entry=None)
                | (
                    Q(state__in=[State.SIGNED.value, State.REFUSED.value])
                    & ~Q(content="")
                    & ~Q(decided_by="")
                    & ~Q(decided_by=F("opened_by"))
                    & ~Q(decided_by=F("submitted_by"))
                    & Q(decided_entry__isnull=False, decided_at__isnull=False)
                ),
                name="decided_by_another_on_its_content",
            ),
        ]


_LEVELS = ("likelihood", "severity", "scale", "reversibility")
_ON_THE_SCALE = Q(**{f"{name}__range": (LEAST, MOST) for name in _LEVELS})


class Scored(models.Model):
    """Four scores, and who gave them."""

    likelihood = models.PositiveSmallIntegerField()
    severity = models.PositiveSmallIntegerField()
    scale = models.PositiveSmallIntegerField()
    reversibility = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()

    class Meta:
        abstract = True

    @property
    def scores(self) -> Scores:
        """The four as a value."""
        return Scores(
            likelihood=self.likelihood,
            severity=self.severity,
            scale=self.scale,
            reversibility=self.reversibility,
        )


class Risk(Scored):
    """A risk, with its owner's score."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="risks")
    number = models.PositiveIntegerField()
    dimension = models.CharField(max_length=20)
    harm = models.CharField(max_length=500)
    group = models.CharField(max_length=200)
    salt = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("assessment", "number"), name="a_risk_by_number"),
            models.CheckConstraint(condition=_ON_THE_SCALE, name="risk_scores_on_the_scale"),
            models.CheckConstraint(
                condition=Q(dimension__in=[one.value for one in Dimension]),
                name="a_risk_of_a_dimension",
            ),
        ]


class ReviewScore(Scored):
    """The reviewer's own score of a risk, given without seeing the owner's."""

    risk = models.OneToOneField(Risk, on_delete=models.PROTECT, related_name="review")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ON_THE_SCALE, name="review_scores_on_the_scale"),
        ]


class Residue(Scored):
    """What remains of a risk, accepted by a named official."""

    risk = models.OneToOneField(Risk, on_delete=models.PROTECT, related_name="residue")
    reason = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ON_THE_SCALE, name="residue_on_the_scale"),
        ]


class Mitigation(models.Model):
    """What is done about a risk, by whom and by when."""

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="mitigations")
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=500)
    responsible = models.CharField(max_length=100)
    due_on = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()
    overdue_entry = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("risk", "number"), name="a_mitigation_by_number"),
        ]


class MitigationTest(models.Model):
    """A number before and after a mitigation, and whether that shows that it works."""

    mitigation = models.ForeignKey(Mitigation, on_delete=models.PROTECT, related_name="tests")
    before = models.CharField(max_length=64)
    after = models.CharField(max_length=64)
    measure = models.CharField(max_length=40)
    group = models.JSONField()
    values = models.JSONField()
    finding = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(before=F("after")), name="measured_twice"),
        ]


class DataDescription(models.Model):
    """How the data of one part came about; where nobody told, why."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="data")
    part = models.CharField(max_length=10)
    known = models.BooleanField()
    content = models.JSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("assessment", "part"), name="data_of_a_part_once"),
            models.CheckConstraint(
                condition=Q(part__in=[one.value for one in Part]), name="a_part_of_the_data"
            ),
        ]


class GroundAnswer(models.Model):
    """How a ground of discrimination is covered."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="grounds")
    ground = models.CharField(max_length=20)
    how = models.CharField(max_length=12)
    attribute = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("assessment", "ground"), name="a_ground_once"),
            models.CheckConstraint(
                condition=Q(ground__in=[one.value for one in Ground])
                & Q(how__in=[one.value for one in How]),
                name="a_ground_and_how",
            ),
        ]


class ErrorLimit(models.Model):
    """Between which values an error rate is to lie."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="limits")
    measure = models.CharField(max_length=40)
    low = models.FloatField()
    high = models.FloatField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("assessment", "measure"), name="a_limit_once"),
            models.CheckConstraint(
                condition=Q(low__gte=0, high__lte=1, low__lte=F("high")), name="a_limit_on_a_share"
            ),
        ]


class Measuring(models.Model):
    """An audit of the decisions of a period, kept as signed evidence."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="measurings")
    evidence = models.CharField(max_length=64)
    data = models.CharField(max_length=64)
    address = models.CharField(max_length=300)
    since_on = models.DateField()
    until_on = models.DateField()
    shadow = models.BooleanField()
    attributes = models.JSONField()
    decisions = models.PositiveBigIntegerField()
    verdict = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()


class Rerun(models.Model):
    """That a reviewer computed the evidence again, and what came of it."""

    measuring = models.ForeignKey(Measuring, on_delete=models.PROTECT, related_name="reruns")
    matches = models.BooleanField()
    differing = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()
