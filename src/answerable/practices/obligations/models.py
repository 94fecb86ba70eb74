"""Tables of dossiers, blind answers, rebuttals, rights checks, rulings and sign-offs.

Rows are added and not rewritten; only a proposal is decided, once. Each names the ledger's
entry that tells of it.
"""

from typing import ClassVar

from django.db import models

from answerable.inventory.models import Use

LONGEST_BODY = 200
LONGEST_CITATION = 500


class Dossier(models.Model):
    """What a use rests on, as its owner said it; the highest number counts."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="dossiers")
    number = models.PositiveIntegerField()
    context = models.CharField(max_length=64)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    # What a second assessor is shown of it.
    case = models.CharField(max_length=64)
    basis = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField(unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("use", "number"), name="a_dossier_number_once"),
        ]


class BlindAnswers(models.Model):
    """What a reviewer answered about a case before the owner's answers were shown."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="blind_answers")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    case = models.CharField(max_length=64)
    answers = models.JSONField()
    equal = models.PositiveSmallIntegerField()
    asked = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField(unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("use", "case", "by"), name="blind_answers_once"),
            models.CheckConstraint(
                condition=models.Q(equal__lte=models.F("asked"), asked__gt=0),
                name="no_more_equal_answers_than_questions",
            ),
        ]


class Rebuttal(models.Model):
    """Why a presumed use is said not to be high-risk, and what a reviewer decided about it."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="rebuttals")
    case = models.CharField(max_length=64)
    # The fields in which the use was presumed high-risk then: it answers no other.
    presumed = models.JSONField(default=list)
    reasons = models.TextField()
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=100)
    proposed_entry = models.BigIntegerField(unique=True)
    agreed = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True)
    decided_entry = models.BigIntegerField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("use", "case"),
                condition=models.Q(agreed=None),
                name="one_rebuttal_of_a_case_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("proposed_by")),
                name="nobody_agrees_to_their_own_rebuttal",
            ),
            models.CheckConstraint(
                condition=models.Q(agreed=None, decided_entry=None)
                | models.Q(agreed__isnull=False, decided_entry__isnull=False),
                name="a_decided_rebuttal_has_an_entry",
            ),
        ]


class RightsCheck(models.Model):
    """That the rights were looked at for a stage; it counts once another person confirmed it."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="rights_checks")
    agency = models.CharField(max_length=40)
    stage = models.CharField(max_length=20)
    rights = models.JSONField()
    changed = models.TextField()
    # Of the words, whatever their case and spacing: copied text is refused.
    words = models.CharField(max_length=64)
    author = models.CharField(max_length=100)
    at = models.DateTimeField()
    proposed_entry = models.BigIntegerField(unique=True)
    confirmed_by = models.CharField(max_length=100, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    # The entry on which a stage is entered; none until it is confirmed.
    entry = models.BigIntegerField(null=True, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("agency", "words"), name="no_copied_rights_check"),
            models.CheckConstraint(
                condition=~models.Q(confirmed_by=models.F("author")),
                name="nobody_confirms_their_own_rights_check",
            ),
        ]


class Ruling(models.Model):
    """What a court or an authority ruled on a use."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="rulings")
    body = models.CharField(max_length=LONGEST_BODY)
    citation = models.CharField(max_length=LONGEST_CITATION)
    unlawful = models.BooleanField()
    # The legal basis that stood when it was received; with another one it stands no longer.
    basis = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField(unique=True)


class SignOff(models.Model):
    """That a reviewer went through a dossier for a version."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="sign_offs")
    version = models.CharField(max_length=64, blank=True)
    findings = models.JSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField(unique=True)
