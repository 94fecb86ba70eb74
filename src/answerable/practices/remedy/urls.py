"""The addresses of this room: the person's below `case/`, staff's below their use."""

from django.urls import path

from answerable.practices.remedy.pages import case, challenges, look_backs, notices, use

app_name = "remedy"
_AT = "uses/<str:ref>/remedy/"
_NOTICE = f"{_AT}notices/<str:reference>/"
_CHALLENGE = f"{_AT}challenges/<str:reference>/"
_LOOK_BACK = f"{_AT}look-backs/<str:reference>/"

urlpatterns = [
    path("case/", case.case, name="case"),
    path("case/letter/", case.letter, name="letter"),
    path("case/challenge/", case.challenge, name="file"),
    path("case/status/", case.status, name="status"),
    path("case/status/<str:challenge>/<str:answered>/", case.answer, name="answer"),
    path("case/opt-out/", case.leave_it_to_people, name="opt_out"),
    path("case/opted-out/", case.opted_out, name="opted_out"),
    path("case/leave/", case.leave, name="leave"),
    path(_AT, use.use, name="use"),
    path(f"{_AT}words/", use.words, name="words"),
    path(f"{_AT}offices/", use.offices, name="offices"),
    path(f"{_AT}contacts/", use.contacts, name="contacts"),
    path(f"{_AT}measure/", use.measure, name="measure"),
    path(f"{_AT}sign-off/", use.sign, name="sign_off"),
    path(f"{_AT}notices/", notices.notices, name="notices"),
    path(_NOTICE, notices.notice, name="notice"),
    path(f"{_NOTICE}delivered/", notices.delivered, name="delivered"),
    path(f"{_NOTICE}returned/", notices.returned, name="returned"),
    path(f"{_NOTICE}again/", notices.again, name="again"),
    path(f"{_NOTICE}challenge/", notices.file_for, name="file_for"),
    path(f"{_NOTICE}decision/", notices.decision, name="decision"),
    path(f"{_AT}challenges/", challenges.challenges, name="challenges"),
    path(_CHALLENGE, challenges.challenge, name="challenge"),
    path(f"{_CHALLENGE}acknowledged/", challenges.acknowledged, name="acknowledged"),
    path(f"{_CHALLENGE}take/", challenges.take, name="take"),
    path(f"{_CHALLENGE}finding/", challenges.find, name="find"),
    path(f"{_CHALLENGE}decide/", challenges.decide, name="decide"),
    path(f"{_CHALLENGE}promise/", challenges.promise, name="promise"),
    path(f"{_CHALLENGE}complete/", challenges.complete, name="complete"),
    path(f"{_CHALLENGE}close/", challenges.close, name="close"),
    path(f"{_AT}look-backs/", look_backs.look_backs, name="look_backs"),
    path(_LOOK_BACK, look_backs.look_back, name="look_back"),
    path(f"{_LOOK_BACK}search/", look_backs.searched, name="search"),
    path(f"{_LOOK_BACK}close/", look_backs.close, name="close_look_back"),
]
