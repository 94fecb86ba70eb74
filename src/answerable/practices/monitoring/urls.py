"""The addresses of this room."""

from django.urls import path

from answerable.practices.monitoring import pages

app_name = "monitoring"
_AT = "uses/<str:ref>/monitoring/"

urlpatterns = [
    path(_AT, pages.use, name="use"),
    path(f"{_AT}limits/", pages.propose, name="propose"),
    path(f"{_AT}limits/<int:plan>/", pages.limits, name="limits"),
    path(f"{_AT}limits/<int:plan>/streams/<str:name>/", pages.stream, name="stream"),
    path(f"{_AT}alarms/", pages.alarms, name="alarms"),
    path(f"{_AT}incidents/<int:number>/", pages.incident, name="incident"),
    path(f"{_AT}sign-off/", pages.sign_off, name="sign_off"),
]
