"""The addresses of this room; the public ones are promised."""

from django.urls import path

from answerable.practices.openness.pages import exports, known, register, reports, staff

app_name = "openness"
urlpatterns = [
    path("register/", register.register, name="register"),
    path("register.json", exports.as_json, name="json"),
    path("register.csv", exports.as_csv, name="csv"),
    path("register.atom", exports.as_atom, name="atom"),
    path("register/<str:ref>/", register.record, name="record"),
    path("register/<str:ref>/<int:number>/", register.past_record, name="past-record"),
    path("register/<str:ref>/<int:number>.json", exports.record_json, name="record-json"),
    path("register/<str:ref>/figures/<int:entry>/", register.figure, name="figure"),
    path("policy/", register.policies, name="policy"),
    path("policy/<str:agency>/<str:language>/", register.policy, name="policy-text"),
    path("report/", reports.report, name="report"),
    path("report/follow/", reports.follow, name="follow"),
    path(".well-known/security.txt", reports.security_txt, name="security-txt"),
    path("entries/<int:index>/", known.entry, name="entry"),
    path("entries/<int:index>/ledger.json", known.entry_file, name="entry-file"),
    path("evidence/<str:digest>/", known.evidence, name="evidence"),
    path("evidence/<str:digest>/file", known.evidence_file, name="evidence-file"),
    path("openness/reports/", reports.desk, name="desk"),
    path("openness/reports/<str:agency>/<int:number>/", reports.staff_report, name="staff-report"),
    path("openness/policy/<str:agency>/", staff.write_policy, name="write-policy"),
    path("uses/<str:ref>/openness/", staff.use, name="use"),
    path("uses/<str:ref>/openness/publish/", staff.publish, name="publish"),
    path("uses/<str:ref>/openness/withhold/", staff.withhold, name="withhold"),
    path("uses/<str:ref>/openness/opt-out/", staff.offer, name="offer"),
    path("uses/<str:ref>/openness/no-opt-out/", staff.no_opt_out, name="no-opt-out"),
    path("uses/<str:ref>/openness/sign-off/", staff.sign_off, name="sign-off"),
]
