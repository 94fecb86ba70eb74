"""Everybody reads the register, follows a figure, verifies it elsewhere; staff do the rest."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from answerable.cli.verifying import Verified, outcome_of
from answerable.intake.machine import Machine
from answerable.inventory.evidence import attach_evidence
from answerable.inventory.figures import Measured, Unit, record_figure
from answerable.inventory.models import Evidence
from answerable.ledger import checkpoints
from answerable.people.roles import Role
from answerable.practices.openness.actions.publishing import publish
from answerable.practices.openness.actions.stating import offer_opt_out, publish_policy
from answerable.practices.openness.models import RegisterLine, Report
from answerable.practices.openness.queries.register import line_of
from answerable.practices.openness.rules import smallest_group
from answerable.record import statements
from answerable.record.canonical import JsonValue
from answerable.record.digests import sha256_of_bytes
from answerable.record.keys import SigningKey
from answerable.record.ledger_export import verify_export
from answerable.record.ledger_faults import EntryChanged
from answerable.record.statements import Statement, Subject
from answerable.verdict.evidence import PREDICATE_TYPE
from tests.browser import a_browser, a_page, violations
from tests.inventory.situations import APPROVER, HOUR, OWNER, USE, VERSION_A
from tests.people.situations import an_account, an_agency
from tests.practices.openness.situations import EVIDENCE, LATER, a_use_that_runs, refuse

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("site")]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LEDGER = SigningKey.make("agency.example/ledger")


def a_published_use(*, n: int = 40) -> int:
    """A refused use with a figure on signed evidence, published; gives the figure's entry."""
    a_use_that_runs()
    subject = Subject.of_sha256(name="decisions", sha256=sha256_of_bytes(b"rows"))
    audit: dict[str, JsonValue] = {"result": {"groups": [{"n": n}, {"n": 60}]}}
    claim = Statement(subjects=(subject,), predicate_type=PREDICATE_TYPE, predicate=audit)
    envelope = statements.sign(claim, keys=[EVIDENCE]).to_bytes()
    evidence = attach_evidence(use=USE, envelope=envelope, by=OWNER, at=LATER)
    measured = Measured(
        practice="assessment",
        name="selection_rate",
        about="sex=F",
        unit=Unit.SHARE,
        value=0.25,
        low=0.05,
        high=0.7,
        level=0.95,
        n=n,
        first_on=LATER.date(),
        last_on=LATER.date(),
        data=sha256_of_bytes(b"rows"),
        command=f"answerable reproduce {evidence.digest}.json --data log:{USE}",
        evidence=evidence.digest,
    )
    figure = record_figure(use=USE, version=VERSION_A, measured=measured, by=OWNER, at=LATER)
    refuse(reason="=cmd|'x' <b>unfair</b>")
    publish(use=USE, by=OWNER, at=LATER + 2 * HOUR)
    return figure.entry


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[-600:]
    return unescape(answer.content.decode())


def verifies(file: bytes, *, key: SigningKey) -> bool:
    """What `answerable verify FILE --key KEY` says of a downloaded file."""
    return isinstance(outcome_of(file, earlier=None, given=key.verifier, own={}), Verified)


def signed_in(client: Client, name: str, *roles: Role) -> None:
    client.force_login(an_account(name, *roles), backend=BACKEND)


# -- the public ---------------------------------------------------------------------------


def test_an_empty_register_says_what_to_do(client: Client) -> None:
    assert "No public body has published a record yet" in text(client, "/register/")


def test_a_refusal_and_the_state_stand_on_the_public_record(client: Client) -> None:
    a_published_use()
    listed = text(client, "/register/?q=benefit")
    assert "Refused before" in listed
    shown = text(client, f"/register/{USE}/")
    assert "decide about nobody: people decide" in shown
    assert "<b>unfair" not in client.get(f"/register/{USE}/").content.decode()
    assert "it has not been compared" not in shown
    assert "has not been compared with what runs yet" in shown


def test_what_nobody_published_does_not_exist_for_the_public(client: Client) -> None:
    a_use_that_runs()
    text(client, f"/register/{USE}/", status=404)
    text(client, "/entries/0/", status=404)
    text(client, "/report/?use=x")


def test_a_figure_leads_to_its_entry_and_evidence_and_both_verify_elsewhere(
    client: Client, tmp_path: Path
) -> None:
    entry = a_published_use()
    checkpoints.make(key=LEDGER, folder=tmp_path / "kept", at=LATER + 3 * HOUR)
    record = text(client, f"/register/{USE}/")
    (address,) = set(re.findall(rf"/register/{USE}/figures/\d+/", record))
    assert address.endswith(f"/{entry}/")
    figure = text(client, address)
    (digest,) = set(re.findall(r"/evidence/([0-9a-f]{64})/", figure))
    evidence = text(client, f"/evidence/{digest}/")
    assert f"answerable verify {digest}.json --key KEY" in evidence
    assert EVIDENCE.verifier.key_id.hex() in evidence
    assert sha256_of_bytes(b"rows") in evidence
    signed = client.get(f"/evidence/{digest}/file").content
    assert sha256_of_bytes(signed) == digest
    assert verifies(signed, key=EVIDENCE)
    assert not verifies(signed, key=LEDGER)

    shown = text(client, f"/entries/{entry}/")
    assert f"answerable verify ledger-entry-{entry}.json --key KEY" in shown
    exported = client.get(f"/entries/{entry}/ledger.json").content
    assert verifies(exported, key=LEDGER)
    verified = verify_export(exported, key=LEDGER.verifier)
    readable = [one for one in verified.entries if one.payload is not None]
    assert [one.index for one in readable] == [entry]
    assert b'"value":"0.25"' in (readable[0].payload or b"")
    with pytest.raises(EntryChanged):
        verify_export(
            exported.replace(b'\\"value\\":\\"0.25\\"', b'\\"value\\":\\"0.26\\"'),
            key=LEDGER.verifier,
        )


def test_a_figure_about_a_few_people_is_nowhere_to_be_read(client: Client) -> None:
    entry = a_published_use(n=9)
    shown = text(client, f"/register/{USE}/")
    assert "1 more figure is kept back: some group has fewer than 10 cases" in shown
    assert "0.25" not in shown
    text(client, f"/register/{USE}/figures/{entry}/", status=404)
    text(client, f"/entries/{entry}/", status=404)


def test_evidence_that_counts_a_few_people_is_read_by_the_agency_alone(client: Client) -> None:
    a_published_use(n=9)
    digest = Evidence.objects.get().digest
    address = f"/evidence/{digest}/"
    shown = text(client, address)
    assert "it counts a group of fewer than 10 people" in shown
    assert '"n": 9' not in shown
    assert EVIDENCE.verifier.key_id.hex() in shown
    assert client.get(f"{address}file").status_code == 409
    signed_in(client, "rita", Role.REVIEWER)
    assert '"n": 9' in text(client, address)
    assert sha256_of_bytes(client.get(f"{address}file").content) == digest


def test_evidence_of_which_nobody_can_say_how_small_its_groups_are_is_closed() -> None:
    audits: list[JsonValue] = [{"groups": [{"n": "4"}, {"n": 40}]}, {"n": 40}, None, {"groups": []}]
    assert [smallest_group(audit) for audit in audits] == [None, None, None, 0]


def test_evidence_about_a_use_that_is_not_on_the_register_does_not_exist_for_the_public(
    client: Client,
) -> None:
    a_published_use()
    digest = Evidence.objects.get().digest
    RegisterLine.objects.all().delete()
    for address in (f"/evidence/{digest}/", f"/evidence/{digest}/file"):
        text(client, address, status=404)


def test_an_entry_leads_to_its_figure_its_use_and_the_signed_ledger(client: Client) -> None:
    entry = a_published_use()
    shown = text(client, f"/entries/{entry}/")
    for address in (
        *(f"/register/{USE}/", f"/register/{USE}/figures/{entry}/", "/ledger/checkpoint"),
    ):
        assert f'href="{address}"' in shown
    other = text(client, f"/entries/{line_of(USE).record.entry}/")
    assert f'href="/register/{USE}/"' in other
    assert "/figures/" not in other


def test_a_record_lists_the_others_and_not_itself(client: Client) -> None:
    a_published_use()
    assert "This is the only one so far" in text(client, f"/register/{USE}/")
    offer_opt_out(use=USE, route="Ring the bell.", by=OWNER, at=LATER + 3 * HOUR)
    publish(use=USE, by=OWNER, at=LATER + 3 * HOUR)
    for address, shown in ((f"/register/{USE}/", 1), (f"/register/{USE}/1/", 2)):
        listed = re.findall(rf'href="/register/{USE}/(\d)/">Record', text(client, address))
        assert listed == [str(shown)]


def test_a_figure_page_says_each_thing_once(client: Client) -> None:
    entry = a_published_use()
    shown = text(client, f"/register/{USE}/figures/{entry}/")
    for told in ("25.0 %", "answerable reproduce", sha256_of_bytes(b"rows"), "n = 40"):
        assert shown.count(told) == 1, told


def test_an_entry_that_no_checkpoint_covers_says_so(client: Client) -> None:
    entry = a_published_use()
    assert "No checkpoint covers this entry yet" in text(client, f"/entries/{entry}/")
    assert client.get(f"/entries/{entry}/ledger.json").status_code == 409


def test_the_exports_say_the_same_and_compute_nothing(client: Client) -> None:
    a_published_use()
    exported = b"".join(client.get("/register.json"))
    (line,) = json.loads(exported)["records"]
    assert (line["use"], line["state"], line["refused"]) == (USE, "people_only", True)
    table = b"".join(client.get("/register.csv")).decode()
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["use"], row["entry"]) == (USE, str(line["entry"]))
    feed = ET.fromstring(client.get("/register.atom").content)  # noqa: S314 - our own
    space = "{http://www.w3.org/2005/Atom}"
    ids = [entry.findtext(f"{space}id") for entry in feed.iter(f"{space}entry")]
    assert len(set(ids)) == len(ids) == line["record"]
    content = client.get(f"/register/{USE}/{line['record']}.json").content
    assert sha256_of_bytes(content) == line["content_sha256"]


def test_a_name_that_is_a_formula_is_neutral_in_the_table(client: Client) -> None:
    a_published_use()
    line = line_of(USE)
    line.name = "=1+1"
    line.save()
    table = b"".join(client.get("/register.csv")).decode()
    assert "'=1+1" in table


def test_a_policy_is_read_in_its_language_and_is_never_markup(client: Client) -> None:
    assert "has published its policy yet" in text(client, "/policy/")
    a_use_that_runs()
    publish_policy(agency="north", language="ar", text="<i>نسأل أولا</i>", by=APPROVER, at=LATER)
    assert "North (ar)" in text(client, "/policy/")
    answer = client.get("/policy/north/ar/").content.decode()
    assert 'lang="ar" dir="rtl"' in answer
    assert "<i>" not in answer


# -- the door for reports ------------------------------------------------------------------


def report(client: Client, **changes: str) -> str:
    fields = {"about": "weakness", "agency": "north", "use": USE, "text": "It tells names."}
    answer = client.post("/report/", fields | changes)
    assert answer.status_code in {200, 422}
    return unescape(answer.content.decode())


def test_a_report_is_taken_without_a_name_and_answered_to_whoever_holds_the_code(
    client: Client, site: Machine
) -> None:
    del site
    a_published_use()
    taken = report(client)
    (code,) = re.findall(r"kit-secret\">([0-9A-Z-]+)<", taken)
    row = Report.objects.get()
    assert b"names" not in bytes(row.text)
    assert code.replace("-", "") not in f"{row.__dict__}"
    assert "received" in unescape(client.post("/report/follow/", {"code": code}).content.decode())
    signed_in(client, "rita", Role.REVIEWER)
    desk = f"/openness/reports/north/{row.number}/"
    assert "It tells names." in text(client, desk)
    assert client.post(desk, {"severity": "critical"}).status_code == 302
    assert client.post(desk, {"answer": "Closed the hole.", "changed": "on"}).status_code == 302
    client.logout()
    answer = client.post("/report/follow/", {"code": code.lower()}).content.decode()
    assert "Closed the hole." in answer
    assert "Something was changed" in answer


@pytest.mark.parametrize(
    "changes", [{"text": " "}, {"about": "praise"}, {"agency": "nowhere"}, {"use": "north.other"}]
)
def test_a_report_that_cannot_be_taken_says_why_and_keeps_nothing(
    client: Client, changes: dict[str, str]
) -> None:
    a_published_use()
    assert "There is a problem" in (shown := report(client, **changes)) or "not done" in shown
    assert not Report.objects.exists()


def test_a_report_about_a_use_that_is_not_on_the_register_is_told_so(client: Client) -> None:
    a_published_use()
    shown = report(client, use="north.other")
    assert "The register has no use north.other of this public body" in shown
    assert "Leave that field empty" in shown


def test_whoever_only_reads_reports_is_shown_no_button(client: Client) -> None:
    a_published_use()
    report(client)
    signed_in(client, "otto", Role.AUDITOR)
    shown = text(client, "/openness/reports/north/1/")
    assert "It tells names." in shown
    assert "Acknowledge it" not in shown
    assert "takes the next step" in shown
    assert client.post("/openness/reports/north/1/", {"severity": "ordinary"}).status_code == 200
    assert Report.objects.get().state == "received"


def test_where_weaknesses_are_reported_stands_where_finders_look(client: Client) -> None:
    answer = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: http://testserver/report/" in answer
    assert "Expires: 20" in answer


def test_a_wrong_code_opens_nothing(client: Client) -> None:
    answer = client.post("/report/follow/", {"code": "AAAAA-AAAAA-AAAAA-AAAAA"})
    assert answer.status_code == 404


def test_an_owner_does_not_answer_a_weakness_of_their_own_use(client: Client) -> None:
    a_published_use()
    report(client)
    account = an_account("olga", Role.OWNER)
    line_of(USE).use.owners.create(owner=account.ref, since=LATER, entry=1)
    client.force_login(account, backend=BACKEND)
    desk = "/openness/reports/north/1/"
    client.post(desk, {"severity": "ordinary"})
    refused = client.post(desk, {"answer": "Nothing to see."})
    assert refused.status_code == 422
    assert "not answered by an owner" in unescape(refused.content.decode())


def test_other_agencies_see_no_report(client: Client) -> None:
    a_published_use()
    report(client)
    an_agency("south")
    client.force_login(an_account("sam", Role.REVIEWER, agency="south"), backend=BACKEND)
    assert client.get("/openness/reports/north/1/").status_code == 404
    assert "Nobody has reported anything yet" in text(client, "/openness/reports/")


# -- staff ---------------------------------------------------------------------------------


def test_an_owner_publishes_and_a_reviewer_cannot(client: Client) -> None:
    a_use_that_runs()
    signed_in(client, "olga", Role.OWNER)
    assert "not on the public register" in text(client, f"/uses/{USE}/openness/")
    assert client.post(f"/uses/{USE}/openness/publish/").status_code == 302
    assert line_of(USE).record.number == 1
    signed_in(client, "rita", Role.REVIEWER)
    assert client.post(f"/uses/{USE}/openness/publish/").status_code == 403
    assert client.get(f"/uses/{USE}/openness/publish/").status_code == 405


def test_an_official_withholds_by_the_page_with_a_reason_and_an_end(client: Client) -> None:
    a_use_that_runs()
    signed_in(client, "anna", Role.APPROVER)
    address = f"/uses/{USE}/openness/withhold/"
    assert client.post(address, {"field": "purpose"}).status_code == 422
    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    sent = {"field": "purpose", "reason": "An inquiry.", "until": until}
    assert client.post(address, sent).status_code == 302
    assert "An inquiry." in text(client, f"/register/{USE}/")


# -- everybody -----------------------------------------------------------------------------


def test_no_page_bars_anybody(client: Client, tmp_path: Path) -> None:
    entry = a_published_use()
    checkpoints.make(key=LEDGER, folder=tmp_path / "kept", at=LATER + 3 * HOUR)
    publish_policy(agency="north", language="en", text="We ask first.", by=APPROVER, at=LATER)
    report(client)
    digest = line_of(USE).record.content["figures"][0]["evidence"]
    addresses = [
        *("/register/", f"/register/{USE}/", f"/register/{USE}/figures/{entry}/"),
        *(f"/entries/{entry}/", f"/evidence/{digest}/", "/policy/", "/policy/north/en/"),
        *("/report/", "/report/follow/"),
    ]
    pages = {address: client.get(address).content.decode() for address in addresses}
    signed_in(client, "anna", Role.APPROVER, Role.OWNER, Role.REVIEWER)
    for address in (
        *("/openness/reports/", "/openness/reports/north/1/", "/openness/policy/north/"),
        *(f"/uses/{USE}/openness/", f"/uses/{USE}/openness/withhold/"),
        f"/uses/{USE}/openness/sign-off/",
    ):
        pages[address] = client.get(address).content.decode()
    # Playwright runs a loop of its own, beside which Django touches no database.
    with a_browser() as browser:
        for address, html in pages.items():
            with a_page(browser, html, width=320) as (shown, _):
                assert violations(shown) == [], address
