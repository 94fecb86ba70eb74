"""The two doors of a page: for somebody signed in, and for everybody.

Who somebody is, and what time it is, is settled by a middleware before the page runs; a page
reads neither a clock nor a session.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, Generic, ParamSpec, TypeVar, cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.http import urlencode

_READS = frozenset({"GET", "HEAD"})
_METHODS = ("GET", "HEAD", "POST")
_SIGN_IN = "account_login"

A = TypeVar("A")
R = TypeVar("R", bound=HttpRequest)
P = ParamSpec("P")


class Asked(HttpRequest, Generic[A]):
    """A request as a page gets it. ``people.doors`` names the two forms pages use.

    ``actor`` is who asks; ``at`` when, in UTC.
    """

    actor: A
    at: datetime


def signed_in(
    view: Callable[Concatenate[R, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let in whoever has signed in, and send everybody else to the door."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method not in _METHODS:
            return HttpResponseNotAllowed(_METHODS)
        if getattr(request, "actor", None) is None:
            return _to_the_door(request)
        answer = view(cast("R", request), *args, **kwargs)
        # What one person was shown is in nobody's cache, the browser's own included.
        if isinstance(answer, HttpResponse):
            add_never_cache_headers(answer)
            patch_cache_control(answer, no_store=True, private=True)
        return answer

    return _marked(guarded, "signed_in")


def public(
    view: Callable[Concatenate[R, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let everybody in; nothing is asked of whoever comes."""

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method not in _METHODS:
            return HttpResponseNotAllowed(_METHODS)
        return view(cast("R", request), *args, **kwargs)

    return _marked(opened, "public")


def _marked(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase], door: str
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    # A test walks every address and asks for the mark: no page is without a door.
    view.__dict__["door"] = door
    return view


def _to_the_door(request: HttpRequest) -> HttpResponse:
    # What was posted is not carried through the sign-in: nothing is done twice, or by
    # somebody else.
    back = request.get_full_path() if request.method in _READS else ""
    query = f"?{urlencode({'next': back})}" if back else ""
    return redirect(f"{resolve_url(_SIGN_IN)}{query}")
