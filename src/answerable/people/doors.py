"""Who asks for a page, and when: settled once, before the page runs."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from answerable.kit.doors import Asked
from answerable.people.actors import Actor
from answerable.people.models import Account
from answerable.people.queries import actor_of
from answerable.people.second_steps import owes_second_step

# Where somebody signs in and out, and adds a second step.
_ONE_S_OWN = ("/account/", "/accounts/")

Clock = Callable[[], datetime]


class SignedIn(Asked[Actor]):
    """A request of somebody who has signed in, with the roles held at this moment."""


class Public(Asked[Actor | None]):
    """A request of anybody; ``actor`` is None for whoever has not signed in."""


def read_clock() -> datetime:
    """Read the clock: the one place where a page's time comes from."""
    return datetime.now(UTC)


class Doorkeeper:
    """Gives each request its ``actor`` and its ``at``.

    Roles are read for each request: a role that has ended opens nothing any more. Whoever
    has to add a second step is sent to the page where that is done.
    """

    def __init__(
        self, get_response: Callable[[HttpRequest], HttpResponse], clock: Clock = read_clock
    ) -> None:
        """Stand before every page, with a clock."""
        self._get_response, self._clock = get_response, clock

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Say who asks and when, and let the request through."""
        asked = cast("Public", request)
        asked.at = self._clock()
        account = getattr(request, "user", None)
        known = account if isinstance(account, Account) and account.is_active else None
        asked.actor = actor_of(known) if known else None
        if known and owes_second_step(known) and not request.path.startswith(_ONE_S_OWN):
            return redirect("people:account")
        return self._get_response(request)
