"""Tables of vendors' claims and their tests. Rows are added; each names its entry."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from answerable.inventory.models import Use
from answerable.measure.catalogue import MEASURE_NAMES
from answerable.practices.procurement.rules import MOST_DAYS, ClaimVerdict, Promise


class Claim(models.Model):
    """A number that a vendor promised for a version: what, for whom, as of when, and where."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="claims")
    number = models.PositiveIntegerField()
    version = models.CharField(max_length=64)
    metric = models.CharField(max_length=40)
    population = models.CharField(max_length=300)
    # Attribute and value of the group that it speaks of; empty for everybody.
    group = models.JSONField(default=dict)
    promise = models.CharField(max_length=10)
    value = models.FloatField()
    as_of = models.DateField()
    document = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    every_days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()
    withdrawn_entry = models.BigIntegerField(null=True)
    # The day of which the ledger says that it passed without a test.
    overdue_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("use", "number"), name="a_claim_by_number"),
            models.CheckConstraint(
                condition=Q(value__gte=0, value__lte=1, every_days__range=(1, MOST_DAYS))
                & Q(metric__in=MEASURE_NAMES)
                & Q(promise__in=[one.value for one in Promise]),
                name="a_claim_that_can_be_tested",
            ),
        ]


class ClaimTest(models.Model):
    """A claim measured again; without a value where nobody can say."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="tests")
    verdict = models.CharField(max_length=12)
    needs = models.CharField(max_length=300, blank=True)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n = models.PositiveBigIntegerField()
    unknown = models.PositiveBigIntegerField()
    since_on = models.DateField()
    until_on = models.DateField()
    shadow = models.BooleanField()
    address = models.CharField(max_length=300)
    data = models.CharField(max_length=64)
    evidence = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(verdict=ClaimVerdict.CANNOT_SAY.value)
                | (
                    Q(verdict__in=[ClaimVerdict.SUPPORTED.value, ClaimVerdict.REFUTED.value])
                    & Q(value__isnull=False, low__isnull=False, high__isnull=False, n__gt=0)
                ),
                name="a_verdict_on_a_number",
            ),
        ]

    @property
    def gap(self) -> float | None:
        """How far the measured value lies from the promised one."""
        return None if self.value is None else self.value - self.claim.value
