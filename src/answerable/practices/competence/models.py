"""Tables of staff, known cases, exercises and sign-offs, and how far records were read."""

from typing import ClassVar

from django.db import models

from answerable.inventory.models import Use


class Staff(models.Model):
    """That somebody's work touches a use, from a moment on and until another.

    ``lookup`` is the keyed hash under which the log's token of this person is found; empty
    where nobody has said how the log knows them.
    """

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="staff")
    account = models.CharField(max_length=100)
    lookup = models.CharField(max_length=32, blank=True)
    since = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField(unique=True)
    ended_at = models.DateTimeField(null=True)
    ended_entry = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("use", "account"),
                condition=models.Q(ended_at=None),
                name="staff_of_a_use_once",
            ),
            models.UniqueConstraint(
                fields=("use", "lookup"),
                condition=models.Q(ended_at=None) & ~models.Q(lookup=""),
                name="one_person_behind_a_token",
            ),
        ]


class KnownCase(models.Model):
    """A decision of which the log knows what was found later: one that may be drawn.

    ``decided_by`` is the log's token of whoever decided on the output, empty where nobody
    did. ``drawn_by`` is random; of each kind of case those with the smallest are kept, which
    makes them a fair sample of all that ever came.
    """

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="known_cases")
    version = models.CharField(max_length=64)
    source = models.CharField(max_length=200)
    record = models.CharField(max_length=128)
    outcome = models.CharField(max_length=64)
    label = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    decided_by = models.CharField(max_length=32, blank=True)
    drawn_by = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("use", "source", "record"), name="a_known_case_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("use", "version", "outcome", "label"), name="known_cases_by_kind")
        ]


class CaseReview(models.Model):
    """That somebody reviewed a decision, by the log's token for them.

    ``source`` and ``record`` name the decision, ``told_by`` and ``review`` the record that
    tells of it.
    """

    agency = models.CharField(max_length=40)
    source = models.CharField(max_length=200)
    record = models.CharField(max_length=128)
    reviewer = models.CharField(max_length=32)
    told_by = models.CharField(max_length=200)
    review = models.CharField(max_length=128)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("agency", "told_by", "review"), name="a_review_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("agency", "source", "record"), name="reviews_by_case")
        ]


class ReadPosition(models.Model):
    """How far arriving records were read, by the name of the job that reads them."""

    name = models.CharField(max_length=20, primary_key=True)
    seq = models.BigIntegerField()


class Exercise(models.Model):
    """Cases drawn for one person and one version; scored once."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="exercises")
    version = models.CharField(max_length=64)
    account = models.CharField(max_length=100)
    begun_at = models.DateTimeField()
    begun_entry = models.BigIntegerField(unique=True)
    # Without it, whoever reads the entry could try all answers against its digest.
    salt = models.CharField(max_length=64, default="")
    asked = models.PositiveIntegerField()
    scored_at = models.DateTimeField(null=True)
    right = models.PositiveIntegerField(null=True)
    passed = models.BooleanField(null=True)
    entry = models.BigIntegerField(null=True, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("use", "version", "account"),
                condition=models.Q(scored_at=None),
                name="one_open_exercise",
            ),
            models.CheckConstraint(
                condition=models.Q(right=None) | models.Q(right__lte=models.F("asked")),
                name="no_more_right_answers_than_cases",
            ),
            models.CheckConstraint(
                condition=models.Q(scored_at=None, right=None, passed=None, entry=None)
                | models.Q(
                    scored_at__isnull=False,
                    right__isnull=False,
                    passed__isnull=False,
                    entry__isnull=False,
                ),
                name="an_exercise_is_scored_as_a_whole",
            ),
        ]


class ExerciseCase(models.Model):
    """One case of an exercise. ``label`` is what was found, and is shown to nobody before."""

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="cases")
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    record = models.CharField(max_length=128)
    outcome = models.CharField(max_length=64)
    label = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    answer = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("exercise", "number"), name="a_case_number_once"),
            models.UniqueConstraint(
                fields=("exercise", "source", "record"), name="a_case_of_an_exercise_once"
            ),
        ]


class SignOff(models.Model):
    """That a reviewer went through who is competent for a version."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="competence_sign_offs")
    version = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField(unique=True)
