"""Tables of this room in the main database: what is known of the log."""

from django.db import models


class Segment(models.Model):
    """A sealed segment: the records of one use and one UTC day of recording.

    ``manifest`` is the signed file as it lies beside the records; ``first`` and ``last``
    number its records, ``occurred_from_us`` and ``occurred_until_us`` bound (both
    inclusive) when they occurred; ``laid`` says that the file lies there and ``entry``
    is its line in the ledger. A deleted segment keeps its row and its manifest.
    """

    agency = models.CharField(max_length=40)
    use = models.CharField(max_length=100)
    day = models.DateField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    rows = models.BigIntegerField()
    path = models.CharField(max_length=300, unique=True)
    manifest = models.BinaryField()
    occurred_from_us = models.BigIntegerField()
    occurred_until_us = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    entry = models.BigIntegerField()
    laid = models.BooleanField(default=False)
    deleted_at = models.DateTimeField(null=True)
    files_gone = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=["use", "day"], name="segment_of_use"),)

    def __str__(self) -> str:
        """Show where the records lie."""
        return self.path


class Sealing(models.Model):
    """How far the log is sealed: one row, of id 1.

    Records up to ``sealed`` are in segments. ``planned`` is how far the sealing goes that
    is at work; above ``sealed`` it says that one was interrupted.
    """

    sealed = models.BigIntegerField()
    planned = models.BigIntegerField()

    def __str__(self) -> str:
        """Show both numbers."""
        return f"sealed to {self.sealed}, planned to {self.planned}"


class Sample(models.Model):
    """The records of a use that were drawn at random for a day, and what became of them.

    ``problems`` are codes, with a space between them; empty where all were rebuilt.
    """

    agency = models.CharField(max_length=40)
    use = models.CharField(max_length=100)
    day = models.DateField()
    seed = models.CharField(max_length=64)
    kept = models.BigIntegerField()
    drawn = models.IntegerField()
    rebuilt = models.IntegerField()
    problems = models.TextField()
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("use", "day"), name="one_sample_of_a_day"),)

    def __str__(self) -> str:
        """Show how many were rebuilt."""
        return f"{self.use} {self.day}: {self.rebuilt} of {self.drawn}"


class RetentionLimit(models.Model):
    """For how many days the records of a use are kept, from a moment on; the latest counts."""

    agency = models.CharField(max_length=40)
    use = models.CharField(max_length=110)
    days = models.PositiveIntegerField()
    set_at = models.DateTimeField()
    entry = models.BigIntegerField()

    def __str__(self) -> str:
        """Show the limit."""
        return f"{self.use}: {self.days} days"


class Finding(models.Model):
    """Something found wrong with arriving records, counted up while it is open.

    ``kind`` is a mark, `other_content`, `sequence_gap`, `sample_failed` or
    `effect_without_clearance`; ``about`` the version of the records, or the source they
    came from; ``detail`` what is missing, or the reasons for which effects were held.
    """

    agency = models.CharField(max_length=40)
    use = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=200, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.BigIntegerField()
    detail = models.TextField(blank=True)
    state = models.CharField(max_length=10, default="open")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "use", "kind", "about"),
                condition=models.Q(state="open"),
                name="one_open_finding",
            ),
        )

    def __str__(self) -> str:
        """Show what was found."""
        return f"{self.kind} of {self.use or self.about} ({self.count})"


class ScanPosition(models.Model):
    """How far arriving records have been looked through for findings: one row, of id 1.

    ``seq`` is the last record looked at for its marks, ``effect`` the last of which, if it
    is an effect, it was asked whether anything had cleared it.
    """

    seq = models.BigIntegerField()
    effect = models.BigIntegerField()
    conflict = models.BigIntegerField()

    def __str__(self) -> str:
        """Show the number of the last record looked at."""
        return f"looked through to {self.seq}"
