"""Showing a page, and a long list fifty at a time."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Protocol, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

PAGE_ROWS = 50
M = TypeVar("M", bound=Model)


class Viewer(Protocol):
    """Somebody who looks: `people.actors.Actor` is one."""

    @property
    def ref(self) -> str:
        """How rows name them."""

    @property
    def agencies(self) -> AbstractSet[str]:
        """References of the agencies in which they play a part."""


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Show a template, with what it is to show."""
    shown = TemplateResponse(request, template, dict(context or {}), status=status)
    return shown.render()


def paged(
    request: HttpRequest, queryset: "QuerySet[M, Any]", *, size: int = PAGE_ROWS
) -> "Page[M]":
    """Give the page of a list that the address asks for with ``?page=``, or the nearest one."""
    return Paginator(queryset, size).get_page(request.GET.get("page"))
