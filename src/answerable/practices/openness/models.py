"""Tables of public records, what is withheld, opt-out statements, policies and reports.

Rows are added; a report moves on by one step at a time. Each names the ledger's entry that
tells of it.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from answerable.inventory.models import Use
from answerable.people.models import Agency
from answerable.practices.openness.rules import WITHHOLDABLE, About, ReportState, Severity


class PublicRecord(models.Model):
    """A snapshot of what the public is told about a use. Public pages read nothing else."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="public_records")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    # SHA-256 of the content in its canonical form.
    digest = models.CharField(max_length=64)
    # The ledger's entries before this one are told in it.
    upto = models.BigIntegerField()
    at = models.DateTimeField()
    entry = models.BigIntegerField(unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("use", "number"), name="a_record_by_number"),
            models.CheckConstraint(condition=Q(number__gt=0), name="records_count_from_one"),
        ]

    def __str__(self) -> str:
        """Show the use and the number."""
        return f"{self.use.ref} {self.number}"


class RegisterLine(models.Model):
    """The newest record of a use, as the register lists and searches it."""

    use = models.OneToOneField(Use, on_delete=models.PROTECT, related_name="register_line")
    record = models.OneToOneField(PublicRecord, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, db_index=True)
    agency = models.CharField(max_length=40)
    agency_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    refused = models.BooleanField()
    missing = models.PositiveIntegerField()
    # Where the record is untrue, and since when it was known.
    differs = models.JSONField(default=list)
    differs_since = models.DateTimeField(null=True)
    searched = models.TextField()
    first_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=("name", "id"), name="register_by_name")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(differs=[], differs_since=None) | ~Q(differs_since=None),
                name="a_difference_has_an_age",
            ),
        ]

    def __str__(self) -> str:
        """Show the name."""
        return self.name


class Comparison(models.Model):
    """That a record was compared with what runs, and with the decisions of the log."""

    record = models.ForeignKey(PublicRecord, on_delete=models.PROTECT, related_name="comparisons")
    decisions = models.PositiveBigIntegerField()
    after_publication = models.PositiveBigIntegerField()
    first_on = models.DateField(null=True)
    data = models.CharField(max_length=64)
    differs = models.JSONField()
    at = models.DateTimeField()
    entry = models.BigIntegerField(unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(after_publication__lte=F("decisions")), name="after_is_part_of_all"
            ),
        ]

    def __str__(self) -> str:
        """Show what was compared."""
        return f"{self.record} {self.data[:12]}"


class Withheld(models.Model):
    """That a field is kept from the public, by an official, for a reason and a time."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="withheld")
    field = models.CharField(max_length=20)
    reason = models.CharField(max_length=500)
    until = models.DateTimeField()
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField(unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(field__in=WITHHOLDABLE) & ~Q(reason="") & Q(until__gt=F("at")),
                name="a_field_that_may_be_withheld",
            ),
        ]

    def __str__(self) -> str:
        """Show the field."""
        return self.field


class OptOutStatement(models.Model):
    """How people leave a use; or, ``until`` a day, why they cannot. The last one holds."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="opt_out_statements")
    offered = models.BooleanField()
    text = models.CharField(max_length=500)
    until = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField(unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(text="")
                & (Q(offered=True, until=None) | Q(offered=False, until__gt=F("at"))),
                name="a_refused_opt_out_expires",
            ),
        ]

    def __str__(self) -> str:
        """Show the text."""
        return self.text


class Policy(models.Model):
    """How an agency protects rights where it uses AI, in one language."""

    agency = models.ForeignKey(Agency, to_field="ref", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=20)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField(unique=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=("agency", "language", "at"), name="policies")]

    def __str__(self) -> str:
        """Show whose it is."""
        return f"{self.agency_id} {self.language}"


class Report(models.Model):
    """What somebody reported. Nothing tells who: no address, no account, no browser.

    ``code`` is the hash of the code by which whoever made it comes back; ``text`` and
    ``answer`` are encrypted, since people write names.
    """

    agency = models.ForeignKey(Agency, to_field="ref", on_delete=models.PROTECT, related_name="+")
    use = models.ForeignKey(Use, null=True, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveIntegerField()
    about = models.CharField(max_length=20)
    code = models.CharField(max_length=64, unique=True)
    text = models.BinaryField()
    state = models.CharField(max_length=20)
    severity = models.CharField(max_length=20, blank=True)
    received_on = models.DateField()
    due_at = models.DateTimeField()
    due_on = models.DateField()
    calendar = models.CharField(max_length=100)
    acknowledged_at = models.DateTimeField(null=True)
    answer = models.BinaryField(default=b"")
    changed = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    entry = models.BigIntegerField(unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("agency", "number"), name="a_report_by_number"),
            models.CheckConstraint(
                condition=Q(about__in=[about.value for about in About]), name="a_known_report"
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.RECEIVED.value, severity="", answered_at=None)
                | Q(
                    state=ReportState.ACKNOWLEDGED.value,
                    severity__in=[severity.value for severity in Severity],
                    acknowledged_at__isnull=False,
                    answered_at=None,
                )
                | Q(
                    state=ReportState.ANSWERED.value,
                    acknowledged_at__isnull=False,
                    answered_at__isnull=False,
                    changed__isnull=False,
                ),
                name="a_report_moves_step_by_step",
            ),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return f"{self.agency_id} {self.number}"
