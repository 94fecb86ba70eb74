"""The addresses of this room, with those its pages stand among."""

from django.urls import include, path

from answerable.people.urls import sign_in_urlpatterns

urlpatterns = [
    path("", include("answerable.practices.openness.urls")),
    path("", include("answerable.people.urls")),
    path("ledger/", include("answerable.ledger.urls")),
    *sign_in_urlpatterns,
]

handler403 = "answerable.kit.errors.forbidden"
handler404 = "answerable.kit.errors.not_found"
handler500 = "answerable.kit.errors.broken"
