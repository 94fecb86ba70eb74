"""The addresses of the pages of the inventory."""

from django.urls import path

from answerable.inventory import pages

app_name = "inventory"
urlpatterns = [
    path("systems/", pages.systems, name="systems"),
    path("systems/new/", pages.enrol_system, name="enrol_system"),
    path("systems/<str:ref>/", pages.system, name="system"),
    path("systems/<str:ref>/uses/new/", pages.enrol_use, name="enrol_use"),
    path("uses/<str:ref>/context/", pages.change_context, name="change_context"),
]
