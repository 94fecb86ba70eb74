"""Tables of systems, versions, uses, contexts, owners, deployments and stages.

History is kept by adding rows: what a use is now is the latest row of each kind. Each
row names the ledger's entry that tells of it, and a row without one counts for nothing
in `gate`.
"""

from typing import ClassVar

from django.db import models

from answerable.inventory.stages import Stage
from answerable.people.models import Agency


class System(models.Model):
    """An AI system of an agency."""

    agency = models.ForeignKey(Agency, to_field="ref", on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=110, unique=True)
    name = models.CharField(max_length=200)
    enrolled_at = models.DateTimeField()
    entry = models.BigIntegerField()

    def __str__(self) -> str:
        """Show the reference."""
        return self.ref


class Version(models.Model):
    """A version of a system: the hash of what runs."""

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="versions")
    digest = models.CharField(max_length=64)
    source = models.CharField(max_length=20)
    recorded_at = models.DateTimeField()
    entry = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("system", "digest"), name="a_version_once"),
        ]

    def __str__(self) -> str:
        """Show the digest."""
        return self.digest


class Use(models.Model):
    """A system in a context: the unit that is assessed and permitted."""

    agency = models.ForeignKey(Agency, to_field="ref", on_delete=models.PROTECT, related_name="+")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="uses")
    ref = models.CharField(max_length=110, unique=True)
    name = models.CharField(max_length=200)
    reasons = models.JSONField(default=list)
    attributes = models.JSONField(default=list)
    # When it began to decide, where it did so before it was enrolled.
    running_since = models.DateTimeField(null=True)
    enrolled_at = models.DateTimeField()
    entry = models.BigIntegerField()

    def __str__(self) -> str:
        """Show the reference."""
        return self.ref


class UseContext(models.Model):
    """The context of a use from a moment on."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="contexts")
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    since = models.DateTimeField()
    entry = models.BigIntegerField()


class Ownership(models.Model):
    """Who owns a use from a moment on."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="owners")
    owner = models.CharField(max_length=100)
    since = models.DateTimeField()
    entry = models.BigIntegerField()


class Deployment(models.Model):
    """That a version runs for a use from a moment on, in place of the one before."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="deployments")
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    entry = models.BigIntegerField()


class StageEvent(models.Model):
    """That a use entered a stage."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="stages")
    stage = models.CharField(max_length=20, choices=[(stage, stage) for stage in Stage])
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    # The ledger's entry of the rights check for this stage (P1a); none for the first stage.
    rights_entry = models.BigIntegerField(null=True, unique=True)
    entry = models.BigIntegerField()


class Evidence(models.Model):
    """A signed envelope with a measurement, byte for byte."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="evidence")
    digest = models.CharField(max_length=64)
    envelope = models.BinaryField()
    at = models.DateTimeField()
    entry = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("use", "digest"), name="evidence_once"),
        ]


class Figure(models.Model):
    """A number that was measured, with all that is needed to believe it.

    ``data`` is the SHA-256 of what was counted and ``command`` what counts it again;
    ``evidence`` names a signed envelope where there is one.
    """

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="figures")
    version = models.CharField(max_length=64)
    practice = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    about = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=12)
    value = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    level = models.FloatField()
    n = models.BigIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    data = models.CharField(max_length=64)
    command = models.CharField(max_length=500)
    evidence = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    entry = models.BigIntegerField(unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(low__lte=models.F("value"), high__gte=models.F("value")),
                name="a_figure_lies_in_its_interval",
            ),
            models.CheckConstraint(
                condition=models.Q(n__gt=0, level__gt=0, level__lt=1),
                name="a_figure_counts_something",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("use", "practice", "name", "about"), name="figures_by_name")
        ]

    def __str__(self) -> str:
        """Show the name and what it is about."""
        return f"{self.practice} {self.name} {self.about}".strip()
