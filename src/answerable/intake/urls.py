"""The addresses of the pages about arriving records."""

from django.urls import path

from answerable.intake import pages

app_name = "intake"
urlpatterns = [
    path("findings/", pages.findings, name="findings"),
    path("findings/<int:number>/close/", pages.close, name="close"),
]
