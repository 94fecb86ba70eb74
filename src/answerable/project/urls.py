"""The addresses of the web application."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("ledger/", include("answerable.ledger.urls")),
]
