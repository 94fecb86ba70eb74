"""The addresses of the pages of assessments."""

from django.urls import path

from answerable.practices.assessment.pages import reading, steps

app_name = "assessment"
_ALL = "uses/<str:ref>/assessment/"
_ONE = f"{_ALL}<int:number>/"
_RISK = f"{_ONE}risks/<int:risk>/"

urlpatterns = [
    path(_ALL, reading.use, name="use"),
    path(f"{_ALL}open/", reading.begin, name="open"),
    path(_ONE, reading.show, name="show"),
    path(f"{_ONE}risks/", steps.describe_risk, name="risk"),
    path(f"{_RISK}score/", steps.score_risk, name="score"),
    path(f"{_RISK}mitigate/", steps.plan_mitigation, name="mitigate"),
    path(f"{_RISK}mitigations/<int:mitigation>/prove/", steps.prove_mitigation, name="prove"),
    path(f"{_RISK}accept/", steps.accept_residue, name="accept"),
    path(f"{_ONE}data/", steps.describe_data, name="data"),
    path(f"{_ONE}limits/", steps.set_limit, name="limit"),
    path(f"{_ONE}grounds/", steps.cover_ground, name="ground"),
    path(f"{_ONE}measure/", steps.measure, name="measure"),
    path(f"{_ONE}rerun/<str:evidence>/", steps.rerun, name="rerun"),
    path(f"{_ONE}submit/", steps.submit, name="submit"),
    path(f"{_ONE}return/", steps.hand_back, name="return"),
    path(f"{_ONE}sign/", steps.sign, name="sign"),
    path(f"{_ONE}refuse/", steps.refuse, name="refuse"),
]
