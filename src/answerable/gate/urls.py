"""The addresses of the pages of the gate."""

from django.urls import path

from answerable.gate import pages

app_name = "gate"
urlpatterns = [
    path("uses/<str:ref>/", pages.use, name="use"),
    path("uses/<str:ref>/history/", pages.history, name="history"),
    path("uses/<str:ref>/entries/", pages.entry_list, name="entries"),
    path("uses/<str:ref>/approve/", pages.approve, name="approve"),
    path("uses/<str:ref>/refuse/", pages.refuse, name="refuse"),
    path("uses/<str:ref>/close/", pages.close, name="close"),
    path("uses/<str:ref>/observe/", pages.observe, name="observe"),
    path("uses/<str:ref>/shadow/", pages.shadow, name="shadow"),
    path("uses/<str:ref>/waive/", pages.waive, name="waive"),
    path("uses/<str:ref>/hold/", pages.hold, name="hold"),
    path("uses/<str:ref>/holds/<int:number>/lift/", pages.lift, name="lift"),
    path("uses/<str:ref>/stage/", pages.enter_stage, name="stage"),
]
