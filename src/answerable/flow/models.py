"""The table of what fell due, and what became of it."""

from django.db import models


class DueJob(models.Model):
    """One job at one time at which it was due. A failure stays until a later run succeeds."""

    job = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("job", "due_at"), name="one_row_per_due"),)

    def __str__(self) -> str:
        """Show the job and its time."""
        return f"{self.job} due {self.due_at:%Y-%m-%d %H:%M}"
