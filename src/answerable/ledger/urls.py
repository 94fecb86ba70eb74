"""The addresses of the public pages of the ledger, below ``/ledger/``."""

from django.urls import path

from answerable.ledger import pages

app_name = "ledger"
urlpatterns = [
    path("checkpoint", pages.checkpoint, name="checkpoint"),
    path("tile/<path:path>", pages.tile, name="tile"),
]
