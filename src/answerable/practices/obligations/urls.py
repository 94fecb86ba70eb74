"""The addresses of this room."""

from django.urls import path

from answerable.practices.obligations.pages import dossier, review, use

app_name = "obligations"
_AT = "uses/<str:ref>/obligations/"

urlpatterns = [
    path(_AT, use.use, name="use"),
    path(f"{_AT}purpose/", dossier.purpose, name="purpose"),
    path(f"{_AT}basis/", dossier.basis, name="basis"),
    path(f"{_AT}options/", dossier.options, name="options"),
    path(f"{_AT}rights/", dossier.right, name="add_right"),
    path(f"{_AT}rights/<str:code>/", dossier.right, name="right"),
    path(f"{_AT}rights/<str:code>/drop/", dossier.drop_right, name="drop_right"),
    path(f"{_AT}screening/", dossier.screening, name="screening"),
    path(f"{_AT}red-lines/", dossier.lines, name="lines"),
    path(f"{_AT}rebuttal/", dossier.rebuttal, name="rebuttal"),
    path(f"{_AT}blind/", review.blind, name="blind"),
    path(f"{_AT}rebuttal/decide/", review.decide, name="decide"),
    path(f"{_AT}checks/", review.check, name="check"),
    path(f"{_AT}checks/<int:number>/", review.confirm, name="confirm"),
    path(f"{_AT}rulings/", review.ruling, name="ruling"),
    path(f"{_AT}sign-off/", review.sign_off, name="sign_off"),
]
