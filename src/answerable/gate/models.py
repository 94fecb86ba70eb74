"""Tables of verdicts, waivers, approvals, holds, opt-outs and allotments.

Rows are added and not rewritten, and each names the ledger's entry that tells of it; not so
opt-outs, of which nobody's may outlive their erasure. There is no column that says a permit
is open: `StateChange` is history, which nothing reads to decide.
"""

from typing import ClassVar

from django.db import models

from answerable.inventory.models import Use


class RowVerdict(models.Model):
    """A verdict on a row of the requirements, for one version in one context."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="verdicts")
    version = models.CharField(max_length=64)
    context = models.CharField(max_length=64)
    row = models.CharField(max_length=8)
    finding = models.CharField(max_length=12)
    rests_on = models.JSONField()
    needs = models.JSONField()
    law = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    until = models.DateTimeField(null=True)
    entry = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=("use", "version", "row"), name="verdicts_of_version"),
        ]


class Waiver(models.Model):
    """Leave for a row to be *cannot say* for a while. Public."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="waivers")
    version = models.CharField(max_length=64)
    context = models.CharField(max_length=64)
    row = models.CharField(max_length=8)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    until = models.DateTimeField()
    renews = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="+")
    entry = models.BigIntegerField()


class Approval(models.Model):
    """That an official permits a version in a context, on conditions, until a day."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="approvals")
    version = models.CharField(max_length=64)
    context = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    until = models.DateTimeField()
    conditions = models.JSONField()
    # A pilot's terms; without a cap it is no pilot.
    cap = models.PositiveBigIntegerField(null=True)
    exit_criteria = models.CharField(max_length=500, blank=True)
    stop_rule = models.CharField(max_length=500, blank=True)
    redress = models.CharField(max_length=500, blank=True)
    entry = models.BigIntegerField()


class Ending(models.Model):
    """That an official refused an approval, or closed the permit."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="endings")
    refused = models.BooleanField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()


class Hold(models.Model):
    """That effects wait, or a whole use does. Placed and lifted, never removed.

    With neither ``record`` nor ``subject`` it holds the whole use, at its ``level``. Else
    it holds the effect of one decision (``source``, ``record``), or of every decision
    about one person (``subject``, the token that stands for them in the log).
    """

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="holds")
    level = models.CharField(max_length=12)
    # What it is for: notice, challenge, breaker, …
    ground = models.CharField(max_length=64)
    source = models.CharField(max_length=200, blank=True)
    record = models.CharField(max_length=128, blank=True)
    subject = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=("use", "source", "record"), name="holds_of_decision"),
            models.Index(fields=("use", "subject"), name="holds_of_subject"),
        ]


class Lift(models.Model):
    """That a hold was lifted, and on what proof."""

    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, related_name="lift")
    rests_on = models.JSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()


class Observation(models.Model):
    """That a system already running is watched without a permit, for a time; once for a use."""

    use = models.OneToOneField(Use, on_delete=models.PROTECT, related_name="observation")
    version = models.CharField(max_length=64)
    context = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    until = models.DateTimeField()
    entry = models.BigIntegerField()


class ShadowRun(models.Model):
    """That a version computes and records without effect, for a time."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="shadow_runs")
    version = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    until = models.DateTimeField()
    entry = models.BigIntegerField()


class StateChange(models.Model):
    """That a version was found in another state from a moment on. History only."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="state_changes")
    version = models.CharField(max_length=64)
    state = models.CharField(max_length=12)
    reasons = models.JSONField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    entry = models.BigIntegerField()


class LeaseGiven(models.Model):
    """How many decisions of a pilot's cap a lease was allotted, and how many came back."""

    id = models.CharField(max_length=64, primary_key=True)
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="leases")
    allotted = models.PositiveBigIntegerField()
    given_at = models.DateTimeField()
    until = models.DateTimeField()
    unused = models.PositiveBigIntegerField(null=True)
    returned_at = models.DateTimeField(null=True)


class OptOutSalt(models.Model):
    """The salt of the marks of a use. Without it no mark can be told from a guess."""

    use = models.OneToOneField(Use, on_delete=models.PROTECT, related_name="opt_out_salt")
    salt = models.BinaryField(max_length=32)


class OptOut(models.Model):
    """That somebody opted out of a use: a mark, and no name. Goes when they are erased."""

    use = models.ForeignKey(Use, on_delete=models.PROTECT, related_name="opt_outs")
    mark = models.BinaryField(max_length=16)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("use", "mark"),
                condition=models.Q(withdrawn_at=None),
                name="one_live_opt_out",
            ),
        ]
