"""How far arriving records have been looked through."""

from answerable.intake.models import ScanPosition

_THE_ONE = 1


def position() -> ScanPosition:
    """Give how far the looking has come; nowhere, where nobody has looked yet."""
    found = ScanPosition.objects.filter(pk=_THE_ONE).first()
    return ScanPosition(seq=0, effect=0, conflict=0) if found is None else found


def locked() -> ScanPosition:
    """Give the same, so that nobody else moves it until the transaction ends."""
    nowhere = {"seq": 0, "effect": 0, "conflict": 0}
    ScanPosition.objects.get_or_create(pk=_THE_ONE, defaults=nowhere)
    return ScanPosition.objects.select_for_update().get(pk=_THE_ONE)
