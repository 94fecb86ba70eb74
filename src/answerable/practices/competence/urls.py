"""The addresses of this room."""

from django.urls import path

from answerable.practices.competence import pages

app_name = "competence"
_AT = "uses/<str:ref>/competence/"

urlpatterns = [
    path(_AT, pages.use, name="use"),
    path(f"{_AT}staff/", pages.name, name="staff"),
    path(f"{_AT}staff/end/", pages.end, name="end"),
    path(f"{_AT}exercise/", pages.begin, name="begin"),
    path(f"{_AT}exercise/<str:version>/", pages.exercise, name="exercise"),
    path(f"{_AT}sign-off/", pages.sign_off, name="sign_off"),
]
