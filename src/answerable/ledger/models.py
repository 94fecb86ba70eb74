"""Tables of the ledger: guarded rows, and what may be erased or computed again.

`EntryRow` and `CheckpointRow` are guarded by triggers that refuse every change. They
have no foreign keys, so that nothing cascades into them, and no unique column but the
key: SQLite's ``REPLACE`` deletes a row it collides with without firing a trigger.
"""

from typing import ClassVar

from django.db import models


class EntryRow(models.Model):
    """One entry, byte for byte as it is hashed. Never changed, never deleted."""

    # The row id itself on SQLite, so that no REPLACE can aim at another id of the row.
    index = models.BigAutoField(primary_key=True)
    agency = models.CharField(max_length=40)
    kind = models.CharField(max_length=100)
    payload_type = models.CharField(max_length=150)
    payload = models.BinaryField()
    leaf = models.BinaryField(max_length=32)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_entry"
        indexes: ClassVar = [
            models.Index(fields=("agency", "index"), name="ledger_entry_of_agency"),
            models.Index(fields=("kind", "index"), name="ledger_entry_of_kind"),
        ]


class CheckpointRow(models.Model):
    """One signed checkpoint. Never changed, never deleted."""

    number = models.BigAutoField(primary_key=True)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_checkpoint"


class Salt(models.Model):
    """What ties a commitment to a person. Erased when the person is to be forgotten.

    ``person`` is a plain hash of the reference: it lets the rows of one person be
    found, and hides the reference from nobody who can guess it.
    """

    commitment = models.CharField(max_length=64, primary_key=True)
    person = models.CharField(max_length=64)
    agency = models.CharField(max_length=40)
    index = models.BigIntegerField()
    salt = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_salt"
        indexes: ClassVar = [
            models.Index(fields=("person", "agency"), name="ledger_salts_of_person"),
        ]


class Head(models.Model):
    """How far the ledger has come: a cache of the rows, locked by whoever appends.

    ``peaks`` joins the hashes of the complete subtrees along the right edge, largest
    first. There is one row, of id 1.
    """

    size = models.BigIntegerField()
    peaks = models.BinaryField()

    class Meta:
        db_table = "ledger_head"


class Subtree(models.Model):
    """The hash over 256, 65,536, … entries: a cache of the rows, for tiles and old roots.

    ``level`` counts in steps of eight doublings, as tiles do: at level 1 a row covers
    256 entries, ``number`` 0 being the first 256.
    """

    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_subtree"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("level", "number"), name="one_subtree_of_a_place"),
        ]
