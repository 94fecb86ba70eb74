"""The tables of what fell due, by time or by an entry, and what became of it."""

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


class ReactionPosition(models.Model):
    """The one row that says up to which entry it is known what is to be done."""

    next_index = models.BigIntegerField()


class DueReaction(models.Model):
    """One reaction to one entry. A failure stays until a later run succeeds."""

    reaction = models.CharField(max_length=60)
    index = models.BigIntegerField()
    tried_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("reaction", "index"), name="one_reaction_per_entry"),
        )
        indexes = (
            models.Index(
                fields=["index"], condition=models.Q(finished_at=None), name="flow_not_done"
            ),
        )

    def __str__(self) -> str:
        """Show the reaction and its entry."""
        return f"{self.reaction} on entry {self.index}"
