"""The pages say what the records say, each role sees its steps, and none is a way round."""

import html
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from answerable.gate.models import Hold, RowVerdict
from answerable.inventory import actions
from answerable.inventory.models import Use
from answerable.inventory.queries import owner_of
from answerable.law.red_lines import red_lines
from answerable.law.rows import row as law_row
from answerable.people.models import Account
from answerable.people.queries import actor_of
from answerable.people.roles import Role
from answerable.practices.obligations import queries
from answerable.practices.obligations.models import BlindAnswers, Dossier
from answerable.practices.obligations.rules.rows import ROWS
from tests.inventory.situations import CONTEXT, USE, VERSION_A
from tests.people.situations import an_account, an_agency
from tests.practices.obligations.situations import BASIS, MAPPED, PURPOSE, UNTOUCHED

pytestmark = pytest.mark.django_db(databases="__all__")

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
AT = datetime.now(UTC) - timedelta(days=1)


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def owner() -> Client:
    """Whoever owns a use of the agency of the north, that nobody said anything about."""
    an_agency("north")
    an_agency("south")
    account = an_account("owner", Role.OWNER)
    by = actor_of(account)
    actions.enrol_system(agency="north", slug="checks", name="Checks", by=by, at=AT)
    actions.record_version(system="north.checks", digest=VERSION_A, source="client", by=by, at=AT)
    actions.enrol_use(
        system="north.checks",
        slug="benefit-check",
        name="Benefit check",
        context=CONTEXT,
        by=by,
        at=AT,
    )
    return signed_in(account)


def the_use() -> Use:
    return Use.objects.get(ref=USE)


def send(client: Client, name: str, *rest: object, **fields: object) -> int:
    answer = client.post(reverse(f"obligations:{name}", args=[USE, *rest]), fields)
    return answer.status_code


def read(client: Client, name: str = "use", *rest: object) -> str:
    answer = client.get(reverse(f"obligations:{name}", args=[USE, *rest]))
    assert 200 == answer.status_code
    return answer.content.decode()


def a_filed_dossier(owner: Client) -> None:
    """All of it, through the pages."""
    right = {
        "holders": "Everyone.",
        "group": "People without an address.",
        "effect": "Payment comes later.",
        "severity": "serious",
        "scale": "few",
        "reversibility": "with_effort",
    }
    lines = {f"crossed_{line.id}": "no" for line in red_lines()}
    reasons = {f"reason_{line.id}": "A person decides." for line in red_lines()}
    untouched = "\n".join(f"{code}: {why}" for code, why in UNTOUCHED.items())
    sent = [
        send(owner, "purpose", **{name: getattr(PURPOSE, name) for name in PURPOSE.__slots__}),
        send(owner, "basis", **{name: getattr(BASIS, name) for name in BASIS.__slots__}),
        send(owner, "options", option_1="A sample.", compared_1="Finds less.", reason_1="Wait."),
        send(
            owner,
            "screening",
            domain="BEN",
            watches="no",
            safety="no",
            rights=list(MAPPED),
            untouched=untouched,
        ),
        send(owner, "lines", **lines, **reasons),
        *(send(owner, "add_right", right=code, **right) for code in MAPPED),
    ]
    assert {302} == set(sent)


def test_an_empty_dossier_says_where_to_begin(owner: Client) -> None:
    page = read(owner)
    assert "Its owner begins with the purpose" in page
    assert 6 == page.count("cannot say")


def test_a_dossier_filed_through_pages_shows_what_was_said(owner: Client) -> None:
    a_filed_dossier(owner)
    page = read(owner)
    assert 10 == Dossier.objects.count()
    for text in (PURPOSE.decision, BASIS.citation, "R16 Social security", "A sample."):
        assert text in page
    # What was said stands in the form that says it anew.
    assert "R06: Nobody is said" in read(owner, "screening")
    assert "Benefits Act, section 12." in read(owner, "basis")


def test_what_was_left_blank_keeps_the_rest_and_says_so(owner: Client) -> None:
    answer = owner.post(reverse("obligations:purpose", args=[USE]), {"decision": "Who waits."})
    assert 422 == answer.status_code
    page = answer.content.decode()
    assert "There is a problem" in page
    assert "Who waits." in page
    assert not Dossier.objects.exists()


def test_a_reviewer_sees_the_answers_after_their_own_and_then_signs_off(owner: Client) -> None:
    a_filed_dossier(owner)
    reviewer = signed_in(an_account("reviewer", Role.REVIEWER))
    before = read(reviewer)
    assert PURPOSE.decision in before
    assert "People without an address." not in before
    assert "R16" not in before
    # Nor is the page of the sign-off a way to them.
    answer = reviewer.get(reverse("obligations:sign_off", args=[USE]))
    assert 409 == answer.status_code
    assert 302 == send(reviewer, "blind", domain="BEN", watches="no", safety="no", rights=["R02"])
    assert 1 == BlindAnswers.objects.count()
    after = read(reviewer)
    assert "People without an address." in after
    assert "n = 28" in after
    number = queries.need_dossier(the_use()).number
    assert 302 == send(
        reviewer, "sign_off", number=number, version=VERSION_A, objection_P1c="Too wide."
    )
    verdicts = dict(RowVerdict.objects.values_list("row", "finding"))
    assert ("met", "not_met", "cannot_say") == tuple(verdicts[row] for row in ("P1d", "P1c", "P1a"))


def test_each_reason_and_each_objection_says_what_it_is_about(owner: Client) -> None:
    a_filed_dossier(owner)
    page = read(owner, "lines")
    for line in red_lines():
        assert 1 == page.count(f"Reason for your answer on {line.name}")
    reviewer = signed_in(an_account("reviewer", Role.REVIEWER))
    send(reviewer, "blind", domain="BEN", watches="no", safety="no", rights=["R02"])
    signing = html.unescape(read(reviewer, "sign_off"))
    for row in ROWS:
        # In the table of the findings, and as the hint of the objection.
        assert 2 == signing.count(law_row(row).requirement)


def test_a_second_reviewer_screens_too_before_signing_and_is_led_nowhere_else(
    owner: Client,
) -> None:
    a_filed_dossier(owner)
    first = signed_in(an_account("reviewer", Role.REVIEWER))
    send(first, "blind", domain="BEN", watches="no", safety="no", rights=["R02"])
    second = an_account("second", Role.REVIEWER)
    at = datetime.now(UTC)
    assert [] == queries.waiting(actor_of(second), at=at)
    client = signed_in(second)
    assert "Screen it" in read(client)
    assert 409 == client.get(reverse("obligations:sign_off", args=[USE])).status_code
    assert 302 == send(client, "blind", domain="BEN", watches="no", safety="no", rights=[])
    (line,) = queries.waiting(actor_of(second), at=at)
    assert reverse("obligations:sign_off", args=[USE]) == line.url
    assert 200 == client.get(line.url).status_code


def test_what_waits_for_nobody_is_no_page(owner: Client) -> None:
    a_filed_dossier(owner)
    reviewer = signed_in(an_account("reviewer", Role.REVIEWER))
    send(reviewer, "blind", domain="BEN", watches="no", safety="no", rights=["R02"])
    for name, rest in (("confirm", (7,)), ("decide", ())):
        answer = reviewer.get(reverse(f"obligations:{name}", args=[USE, *rest]))
        assert answer.status_code in {404, 409, 422}
        assert "waits" in answer.content.decode()


def test_nobody_reviews_what_they_own_by_calling_the_page(owner: Client) -> None:
    a_filed_dossier(owner)
    assert owner_of(the_use()) == actor_of(Account.objects.get(email="owner@north.example")).ref
    for page, fields in (
        ("blind", {"domain": "BEN", "watches": "no", "safety": "no"}),
        ("sign_off", {"number": 10, "version": VERSION_A}),
        ("decide", {"decision": "agreed"}),
    ):
        assert 403 == send(owner, page, **fields)
    assert not RowVerdict.objects.exists()


def test_a_rights_check_is_written_by_one_and_confirmed_by_another(owner: Client) -> None:
    changed = "Since design the score also orders the queue, so that some wait for longer."
    fields = {"stage": "design", "rights": ["R16"], "changed": changed}
    assert 302 == send(owner, "check", **fields)
    check = queries.rights_checks(the_use())[0]
    assert 403 == send(owner, "confirm", check.pk)
    answer = owner.post(reverse("obligations:check", args=[USE]), fields)
    assert 422 == answer.status_code
    assert "earlier check" in answer.content.decode()
    approver = signed_in(an_account("approver", Role.APPROVER))
    assert changed in read(approver, "confirm", check.pk)
    assert 302 == send(approver, "confirm", check.pk)
    assert queries.rights_checks(the_use())[0].entry is not None


def test_a_ruling_told_by_an_official_stops_the_use(owner: Client) -> None:
    del owner
    approver = signed_in(an_account("approver", Role.APPROVER))
    fields = {"body": "High Court", "citation": "Judgment 7", "follows": "stop"}
    assert 302 == send(approver, "ruling", **fields)
    assert ["ruling"] == list(Hold.objects.values_list("ground", flat=True))
    assert "High Court" in read(approver)


def test_a_right_is_taken_out_by_its_owner_alone(owner: Client) -> None:
    a_filed_dossier(owner)
    reviewer = signed_in(an_account("reviewer", Role.REVIEWER))
    assert 403 == send(reviewer, "drop_right", "R16")
    assert 302 == send(owner, "drop_right", "R16")
    content = queries.content_of(queries.latest_dossier(the_use()))
    assert "R16" not in {one.right for one in content.rights}


def test_to_another_agency_the_use_does_not_exist(owner: Client) -> None:
    a_filed_dossier(owner)
    stranger = signed_in(an_account("owner", Role.OWNER, Role.REVIEWER, agency="south"))
    for name in ("use", "purpose", "blind", "sign_off", "check", "ruling"):
        answer = stranger.get(reverse(f"obligations:{name}", args=[USE]))
        assert 404 == answer.status_code
        assert PURPOSE.decision not in answer.content.decode()
    nobody = Client().get(reverse("obligations:use", args=[USE]))
    assert (302, True) == (nobody.status_code, "login" in nobody["Location"])


def test_each_role_is_told_what_waits_for_it(owner: Client) -> None:
    by_owner = actor_of(Account.objects.get(email="owner@north.example"))
    reviewer = actor_of(an_account("reviewer", Role.REVIEWER))
    at = datetime.now(UTC)
    assert ["blocked"] == [line.urgency for line in queries.waiting(by_owner, at=at)]
    assert [] == queries.waiting(reviewer, at=at)
    a_filed_dossier(owner)
    assert [] == queries.waiting(by_owner, at=at)
    (line,) = queries.waiting(reviewer, at=at)
    assert reverse("obligations:blind", args=[USE]) == line.url
