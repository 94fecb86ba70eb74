"""Clearing what signing in leaves behind: sessions that ended, and wrong passwords of before."""

from datetime import datetime

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import transaction


def clear_leftovers(*, at: datetime) -> int:
    """Delete sessions that have ended, and attempts that lock nobody out any more; count them.

    An attempt holds the address that was typed and where it came from, so it is kept for
    as long as it counts and no longer. Safe to run twice.
    """
    counts = at if (length := get_cool_off()) is None else at - length
    ended: int
    over: int
    with transaction.atomic():
        ended, _ = Session.objects.filter(expire_date__lte=at).delete()
        over, _ = AccessAttempt.objects.filter(attempt_time__lte=counts).delete()
    return ended + over
