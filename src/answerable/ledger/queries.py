"""Reading the ledger, for a viewer."""

from collections.abc import Set as AbstractSet
from typing import Protocol

from django.db.models import QuerySet

from answerable.ledger.append import DATABASE
from answerable.ledger.models import EntryRow


class Views(Protocol):
    """Somebody who looks, and the agencies in which they play a part."""

    @property
    def agencies(self) -> AbstractSet[str]:
        """References of the agencies."""


def entries_visible_to(viewer: Views) -> QuerySet[EntryRow]:
    """Give the entries of the viewer's agencies, in order; of others only hashes are public."""
    own = EntryRow.objects.using(DATABASE).filter(agency__in=viewer.agencies)
    return own.order_by("index")
