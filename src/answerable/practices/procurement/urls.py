"""The addresses of the pages of procurement."""

from django.urls import path

from answerable.practices.procurement import pages

app_name = "procurement"
_ALL = "uses/<str:ref>/procurement/"
_ONE = f"{_ALL}claims/<int:number>/"

urlpatterns = [
    path(_ALL, pages.use, name="use"),
    path(f"{_ALL}claims/", pages.record, name="record"),
    path(f"{_ALL}review/", pages.review, name="review"),
    path(_ONE, pages.claim, name="claim"),
    path(f"{_ONE}test/", pages.test, name="test"),
    path(f"{_ONE}withdraw/", pages.withdraw, name="withdraw"),
]
