"""What surrounds every page besides signing in: whether the ledger fits, and what follows."""

from collections.abc import Callable
from contextlib import suppress
from functools import cache

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from answerable.flow.reactions import react
from answerable.flow.table import REACTIONS
from answerable.project import keys
from answerable.project.settings import read_settings
from answerable.project.startup import LedgerWatch

_CHANGES = "POST"
_DONE = frozenset({200, 302, 303})


@cache
def _watch() -> LedgerWatch:
    settings = read_settings()
    return LedgerWatch(settings, keys.read(settings.keys))


def _fits() -> bool:
    return _watch()()


class LedgerFits:
    """Lets a page ask whether the ledger fits what was signed; most pages need not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand around every page."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand the question over, unasked."""
        request.ledger_fits = _fits  # type: ignore[attr-defined]
        return self._get_response(request)


class Reactions:
    """Answers the entries that a change has written, before its page is shown.

    What fails here is not lost and hides nothing: it stays in the table of reactions, is
    shown as overdue, and is tried again by the clock.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand around every page."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the change happen, then answer it."""
        answer = self._get_response(request)
        if request.method == _CHANGES and answer.status_code in _DONE:
            # The change stands: where nothing more can be written, the clock answers it later.
            with suppress(DatabaseError):
                react(REACTIONS, at=request.at)  # type: ignore[attr-defined]
        return answer
