"""A use, held for whoever is about to change what is permitted."""

from answerable.inventory.models import Use
from answerable.inventory.queries import use_for_part

__all__ = ["locked", "use_for_part"]


def locked(use: Use) -> Use:
    """Give the use again, held until the transaction ends."""
    return Use.objects.select_for_update(of=("self",)).select_related("system").get(pk=use.pk)
