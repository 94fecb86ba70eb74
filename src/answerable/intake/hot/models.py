"""The hot rows: every table that the gateway writes, and nothing that the web app writes to.

The gateway writes them in plain SQL, many rows a statement; times are therefore whole
microseconds since 1970 (``_us``), the same number on both databases. No foreign keys: rows
leave at different times (a sealed record goes, what was seen stays).
"""

from django.db import models


class _Row(models.Model):
    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Show the table and the key."""
        return f"{type(self).__name__} {self.pk}"


class Head(_Row):
    """The one row that numbers records and commits; locking it makes writers take turns.

    ``unlinked`` is counted up by a trigger whenever rows of `Subject` are deleted, so that a
    writer which remembers people's tokens knows when they may no longer be used.
    """

    id = models.SmallIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    commits = models.BigIntegerField()
    unlinked = models.BigIntegerField(db_default=0)


class Record(_Row):
    """A record that arrived and is not sealed yet.

    ``body`` holds the bytes that ``digest`` is the SHA-256 of. ``subject`` is the person's
    token, 32 hexadecimal digits, or empty. ``marks`` are codes with a space between them.
    """

    # Of this type the key is the row itself on SQLite, with no index of its own beside it.
    seq = models.BigAutoField(primary_key=True)
    agency = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)
    source = models.CharField(max_length=200)
    record_id = models.CharField(max_length=128)
    sequence = models.BigIntegerField(null=True)
    use = models.CharField(max_length=100)
    version = models.CharField(max_length=64)
    subject = models.CharField(max_length=32)
    digest = models.BinaryField(max_length=32)
    marks = models.CharField(max_length=200)
    occurred_us = models.BigIntegerField()
    recorded_us = models.BigIntegerField()
    commit_id = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        indexes = (
            # Few records are marked: what looks for them must not walk all of them.
            models.Index(fields=["seq"], condition=~models.Q(marks=""), name="hot_record_marked"),
        )


class Attribute(_Row):
    """Group attributes of a record, apart from it: one JSON object of names and codes."""

    seq = models.BigAutoField(primary_key=True)
    body = models.BinaryField()


class Seen(_Row):
    """What has arrived: stays after sealing, for as long as records are kept.

    ``key`` is the first 12 bytes of SHA-256 over agency and source, and then the id;
    ``digest`` the first half of the record's.
    """

    key = models.BinaryField(max_length=140, primary_key=True)
    digest = models.BinaryField(max_length=16)
    seq = models.BigIntegerField()
    recorded_us = models.BigIntegerField()
    commit_id = models.BigIntegerField()


class Commit(_Row):
    """What was signed for the records of one commit.

    ``repeated`` holds the leaves of records that had come before: for each, its index in
    four bytes, big end first, and the hash. The other leaves are the commit's own records.
    """

    commit_id = models.BigAutoField(primary_key=True)
    recorded_us = models.BigIntegerField()
    envelope = models.BinaryField()
    repeated = models.BinaryField(default=b"")


class Subject(_Row):
    """The random token of a person in a use (or of a member of staff: ``use`` is empty).

    Deleting the row is what unlinks the log from the person. ``lookup`` is a keyed hash
    of agency, use and pseudonym; ``ciphertext`` holds the pseudonym.
    """

    lookup = models.BinaryField(max_length=16, primary_key=True)
    agency = models.CharField(max_length=40)
    use = models.CharField(max_length=100)
    # Random: an index over it would touch one more page of the file with each new person.
    token = models.BinaryField(max_length=16)
    ciphertext = models.BinaryField()
    made_us = models.BigIntegerField()


class Source(_Row):
    """How far the numbered records of a source have arrived, and which are missing.

    ``missing`` is a JSON list of ``[first, last, missed since (µs)]``; ``given_up``
    counts missing numbers that fell out of the list because it grew too long.
    """

    agency = models.CharField(max_length=40)
    source = models.CharField(max_length=200)
    highest = models.BigIntegerField()
    missing = models.TextField()
    given_up = models.BigIntegerField()
    changed_us = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agency", "source"), name="one_source"),)


class Conflict(_Row):
    """A refused record whose source and id were already taken by other content."""

    key = models.BinaryField(max_length=140, unique=True)
    agency = models.CharField(max_length=40)
    use = models.CharField(max_length=100)
    source = models.CharField(max_length=200)
    recorded_us = models.BigIntegerField()


class Allotment(_Row):
    """How many decisions a lease of a use with a cap allows, and how many have arrived.

    Written before the lease is handed out, so that a lease without a row is no lease of ours.
    """

    lease = models.CharField(max_length=64, primary_key=True)
    use = models.CharField(max_length=100)
    allotted = models.BigIntegerField()
    decided = models.BigIntegerField()
