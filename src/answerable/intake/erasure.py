"""Erasure: what ties the log to a person goes, and the log's signed files stay as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connections, router, transaction

from answerable.errors import AnswerableError
from answerable.gate.optouts import erase_opt_outs
from answerable.intake.hot.models import Subject
from answerable.intake.log_entries import PersonErased
from answerable.intake.subjects import STAFF, Pseudonyms
from answerable.ledger.append import DATABASE, append
from answerable.ledger.people import forget
from answerable.people.actors import Actor
from answerable.people.roles import INSTALLATION, Role


class NobodyNamed(AnswerableError):
    """An erasure was asked for without saying whose."""

    code = "intake.nobody_named"
    message = "Nobody was named, so nobody was erased."
    hint = "Give the pseudonym under which the agency's software sends the person."


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """In how many uses the person was known, and whether the databases' files hold no trace.

    ``opt_outs_ended`` says from how many uses they had opted out: there they are decided
    about like everybody else, unless they opt out again. Where ``without_trace`` is False,
    encrypted remains may lie in unused parts of the files for a while: another process was
    reading, or the database is PostgreSQL, which overwrites them when it needs the room.
    """

    uses: int
    opt_outs_ended: int
    without_trace: bool


def erase_person(
    *, agency: str, person: str, pseudonyms: Pseudonyms, by: Actor, at: datetime
) -> Erased:
    """Unlink every record of the agency from a person, and forget them in the ledger.

    The token by which the log speaks of the person then stands for nobody: no key leads
    from one to the other any more. Records, group attributes included, stay for the counts
    they belong to, tied to nothing but that token. Their opt-outs end: the mark in a list
    would tell whoever guesses the pseudonym that the guess is right. An entry says that
    somebody was erased, and not who. Done twice, the second finds nobody and leaves an entry
    as well.
    """
    if not by.may(Role.OPERATOR, agency=INSTALLATION):
        by.need(Role.ADMINISTRATOR, Role.OWNER, agency=agency)
    if not person:
        raise NobodyNamed
    known = Subject.objects.filter(agency=agency).exclude(use=STAFF)
    lookups = [
        pseudonyms.lookup_of(agency=agency, use=use, person=person)
        for use in known.values_list("use", flat=True).distinct()
    ]
    with transaction.atomic(using=DATABASE):
        # First, in the other database: an entry must not tell of what may yet fail.
        uses = Subject.objects.filter(lookup__in=lookups).delete()[0]
        ended = erase_opt_outs(agency=agency, person=person, by=by, at=at)
        append(PersonErased(uses=uses), by=by, at=at, agency=agency)
        forget(ref=person, agency=agency, by=by, at=at)
    return Erased(uses=uses, opt_outs_ended=ended, without_trace=clean_files())


def clean_files() -> bool:
    """Empty the write-ahead files of SQLite, where deleted rows outlive their deletion.

    What is deleted in the main files is overwritten at once, because they are opened with
    ``secure_delete``. Says whether nothing was in the way.
    """
    aliases = {DATABASE, router.db_for_write(Subject)}
    truncated = {alias: _truncated(alias) for alias in sorted(aliases)}
    return all(truncated.values())


def _truncated(alias: str) -> bool:
    connection = connections[alias]
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row: Sequence[int] | None = cursor.fetchone()
    return row is not None and not row[0]
