"""The addresses of the web application."""

from django.urls import URLPattern, URLResolver, include, path

from answerable.people.urls import sign_in_urlpatterns

PRACTICES = (
    "obligations",
    "assessment",
    "monitoring",
    "competence",
    "openness",
    "remedy",
    "procurement",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("ledger/", include("answerable.ledger.urls")),
    path("", include("answerable.people.urls")),
    path("", include("answerable.inventory.urls")),
    path("", include("answerable.gate.urls")),
    path("", include("answerable.intake.urls")),
    path("", include("answerable.project.home")),
    *(path("", include(f"answerable.practices.{practice}.urls")) for practice in PRACTICES),
    *sign_in_urlpatterns,
]

handler403 = "answerable.kit.errors.forbidden"
handler404 = "answerable.kit.errors.not_found"
handler500 = "answerable.kit.errors.broken"
