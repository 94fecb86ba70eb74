"""Who an entry names, while that may be known, and how it is forgotten."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from answerable.ledger import commitments
from answerable.ledger.append import DATABASE, Acts, Appended, append
from answerable.ledger.entries import PersonForgotten
from answerable.ledger.models import Salt


def who(committed: Iterable[str], *, among: Iterable[str]) -> dict[str, str]:
    """Say which of the people ``among`` stand behind commitments.

    Parameters
    ----------
    committed
        Commitments as they stand in entries.
    among
        References of people the reader may know of: nobody else is found.

    Returns
    -------
    dict[str, str]
        Reference by commitment, for those commitments whose salt is not erased.
    """
    refs = {commitments.lookup(ref): ref for ref in among}
    salts = Salt.objects.using(DATABASE).filter(commitment__in=list(committed))
    found = {salt: refs[salt.person] for salt in salts if salt.person in refs}
    return {
        salt.commitment: ref
        for salt, ref in found.items()
        # A changed row of the table of salts must not put words into somebody's mouth.
        if commitments.commitment(ref=ref, salt=bytes(salt.salt)) == salt.commitment
    }


def indexes_naming(ref: str, *, agency: str) -> list[int]:
    """List the entries of an agency that name a person, as actor or within."""
    salts = Salt.objects.using(DATABASE).filter(person=commitments.lookup(ref), agency=agency)
    return sorted(set(salts.values_list("index", flat=True)))


def forget(*, ref: str, agency: str, by: Acts, at: datetime) -> Appended:
    """Erase what ties a person to an agency's entries; the entries stay as they are.

    Nobody can show afterwards whom those commitments mean, and the ledger verifies as
    before. The caller has checked that ``by`` may do this. The entry it leaves says how
    many names were erased, and not whose. A copy of the database made before still
    ties them, as may SQLite's write-ahead log until it is next truncated, or PostgreSQL's
    dead rows until the next vacuum: backups have their own end.
    """
    with transaction.atomic(using=DATABASE):
        salts = Salt.objects.using(DATABASE).filter(person=commitments.lookup(ref), agency=agency)
        forgotten = PersonForgotten(salts=salts.count())
        appended = append(forgotten, by=by, at=at, agency=agency)
        # After the entry: whoever forgets themself is named by it as well.
        salts.delete()
    return appended
