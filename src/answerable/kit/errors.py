"""What people see when something was refused. The errors know no HTTP; this room does."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import requires_csrf_token

from answerable.errors import AnswerableError
from answerable.kit.pages import page

_NOT_PERMITTED = ".not_permitted"


def status_of(error: AnswerableError) -> HTTPStatus:
    """Say it to machines: unknown, not permitted, or not possible as things stand.

    >>> class UnknownCake(AnswerableError):
    ...     code = "example.unknown_cake"
    ...     message = "There is no cake."
    >>> status_of(UnknownCake())
    <HTTPStatus.NOT_FOUND: 404>
    """
    if ".unknown_" in error.code:
        return HTTPStatus.NOT_FOUND
    if error.code.endswith(_NOT_PERMITTED):
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.CONFLICT


def closes_the_page(error: AnswerableError) -> bool:
    """Say whether the page itself is not for this person, so that no form is shown again."""
    return status_of(error) in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}


class Refusals:
    """Shows the sentence and the advice of an error that no form took up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand around every page."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn a refusal into a page; a fault of ours stays one."""
        if not isinstance(error, AnswerableError):
            return None
        shown = {"refusal": error, "back": _came_from(request)}
        return page(request, "kit/refusal.html", shown, status=status_of(error))


def _came_from(request: HttpRequest) -> str:
    """Give the page of ours from which somebody came; nothing where that is not known."""
    came = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came, {request.get_host()}, request.is_secure())
    # The page that was just refused would be refused again.
    refused = request.method != "POST" and came == request.build_absolute_uri()
    return came if ours and not refused else ""


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that nothing is at this address."""
    del exception
    return page(request, "kit/404.html", status=HTTPStatus.NOT_FOUND)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this is not open to whoever asks."""
    del exception
    return page(request, "kit/403.html", status=HTTPStatus.FORBIDDEN)


@requires_csrf_token
def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was not sent from a page of ours, or lay open too long."""
    del reason
    return page(request, "kit/csrf.html", status=HTTPStatus.FORBIDDEN)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault."""
    return page(request, "kit/500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)
