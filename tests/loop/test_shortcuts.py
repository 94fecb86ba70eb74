"""Every shortcut, by every way in: refused with a sentence, and nothing is written."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as settings_of_django
from django.test import Client
from django.urls import get_resolver

from answerable.cli import decisions
from answerable.errors import AnswerableError
from answerable.gate.effect import Clear, Held
from answerable.gateway.gating import RealGate
from answerable.intake import machine as machines
from answerable.intake import scan
from answerable.intake.commits import Desk
from answerable.intake.historic import import_file
from answerable.intake.hot.store import open_store
from answerable.intake.mappings import parse_mapping
from answerable.intake.marks import Judge
from answerable.intake.models import Finding
from answerable.measure.tables import Limits
from answerable.practices.remedy.actions.delivery import (
    DeliveryUnproven,
    confirm_delivery,
    let_take_effect,
)
from answerable.practices.remedy.rules.states import How
from answerable.record import leases
from answerable.record.leases import Lease, State
from tests.gate.situations import small_law
from tests.gateway.asking import LEASES, AClock, AGateway, Answered
from tests.intake.log_situations import RECEIPTS
from tests.inventory.situations import DAY, MINUTE, USE, VERSION_A, an_agency
from tests.kit.test_doors import addresses
from tests.loop import situations as here
from tests.loop.shortcuts import EFFECT, OWN_APPROVAL, OWN_DECISION, SHORTCUTS, Shortcut
from tests.loop.situations import NOW, rows_written, typed
from tests.practices.remedy.situations import PSEUDONYMS

pytestmark = pytest.mark.django_db(databases="__all__")

NONCE = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    here.install(tmp_path, monkeypatch, settings)
    yield
    machines.machine.cache_clear()


@pytest.fixture(params=list(SHORTCUTS))
def shortcut(request: pytest.FixtureRequest) -> Shortcut:
    return SHORTCUTS[request.param]


def test_no_page_takes_it(shortcut: Shortcut, tmp_path: Path) -> None:
    world = shortcut.build(tmp_path)
    before = rows_written()
    answer = shortcut.page(world)
    said = " ".join(unescape(answer.content.decode()).split())
    assert (answer.status_code in {403, 409, 422}, shortcut.refusal in said) == (True, True), said
    assert rows_written() == before
    assert not shortcut.taken(world)


def test_no_action_takes_it(shortcut: Shortcut, tmp_path: Path) -> None:
    world = shortcut.build(tmp_path)
    before = rows_written()
    with pytest.raises(AnswerableError) as refused:
        shortcut.action(world)
    assert shortcut.refusal in refused.value.sentence
    assert rows_written() == before
    assert not shortcut.taken(world)


def test_no_command_takes_it(
    shortcut: Shortcut,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = shortcut.build(tmp_path)
    before = rows_written()
    words = shortcut.no_command if shortcut.command is None else shortcut.command(world)
    status, said = typed(monkeypatch, capsys, *words)
    assert status == 2
    assert ("No such command" if shortcut.command is None else shortcut.refusal) in said
    assert rows_written() == before
    assert not shortcut.taken(world)


# -- the gateway and the import of records ------------------------------------------------

NOT_A_RECORD = {
    "own approval": ("approvals", "approval"),
    "edit after sign-off": ("assessments", "risk"),
    "waiver over not met": ("waivers", "waiver"),
    "reviewer of one's own decision": ("challenges", "challenge"),
    "effect before delivery": ("deliveries", "delivery"),
}


def a_gateway() -> AGateway:
    gate = RealGate(sealed=lambda _agency, _seq: None, law=small_law)
    return AGateway(gate=gate, clock=AClock(at=NOW))  # type: ignore[arg-type]


@pytest.mark.django_db(databases="__all__", transaction=True)
@pytest.mark.parametrize("name", SHORTCUTS)
def test_no_program_takes_it_at_the_gateway(name: str, tmp_path: Path) -> None:
    world = SHORTCUTS[name].build(tmp_path)
    before = rows_written()
    door, kind = NOT_A_RECORD[name]
    sent = {"kind": kind, "source": "desk-1", "id": "x-1", "use": USE, "version": VERSION_A}

    async def talk(gateway: AGateway) -> tuple[Answered, Answered, Answered, Lease]:
        asked = {"use": USE, "version": VERSION_A, "nonce": NONCE}
        signed = (await gateway.post("/api/v1/leases", asked)).body
        lease = leases.open_signed(
            signed, keys=[LEASES.verifier], use=USE, version=VERSION_A, nonce=NONCE
        )
        return (
            await gateway.post(f"/api/v1/{door}", sent),
            await gateway.post("/api/v1/decisions", sent),
            await gateway.ask("GET", "/api/v1/effect?source=desk-1&id=d-1"),
            lease,
        )

    nowhere, no_record, effect, lease = a_gateway().run(talk)
    assert (nowhere.status, nowhere.json["code"]) == (404, "gateway.no_such_door")
    assert (no_record.status, no_record.json["code"]) == (422, "intake.row_refused")
    assert "this address takes decision outcome review effect" in no_record.json["detail"]
    assert effect.json["effect"] == "held"
    # Only the two whose use is approved, for reasons of its own, are open.
    opened = name in {"reviewer of one's own decision", "effect before delivery"}
    assert (lease.state is State.OPEN) is opened
    assert rows_written() == before
    assert not SHORTCUTS[name].taken(world)


@pytest.mark.parametrize("name", SHORTCUTS)
def test_no_file_of_records_brings_it_in(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = SHORTCUTS[name].build(tmp_path)
    before = rows_written()
    mapping, kind = tmp_path / "mapping.yaml", NOT_A_RECORD[name][1]
    mapping.write_text(f"kind: {kind}\nuse: {USE}\nfields: {{id: id}}\n", encoding="utf-8")
    monkeypatch.setattr(decisions, "open_installation", lambda: SimpleNamespace(settings=None))
    words = ("decisions", "import", mapping, "--mapping", mapping, "--by", "olga@north.example")
    status, said = typed(monkeypatch, capsys, *words)
    assert (status, f"found {kind}, expected one of decision" in said) == (2, True), said
    assert rows_written() == before
    assert not SHORTCUTS[name].taken(world)


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_an_effect_reported_before_delivery_is_an_incident_and_clears_nothing(
    tmp_path: Path,
) -> None:
    world = EFFECT.build(tmp_path)
    carried_out = {
        "source": "bank",
        "id": "e-1",
        "use": USE,
        "occurred_at": (NOW - MINUTE).isoformat(),
        "decision": {"source": "desk-1", "id": "d-1"},
        "effect": "executed",
        "carried_out_at": (NOW - MINUTE).isoformat(),
    }

    async def talk(gateway: AGateway) -> Answered:
        return await gateway.post("/api/v1/effects", carried_out)

    assert a_gateway().run(talk).status == 201
    scan.scan(at=NOW, sealed=scan.nothing_sealed, ledger_fits=True, law=small_law)
    found = Finding.objects.get(kind="effect_without_clearance")
    assert (found.use, "held_notice" in found.detail) == (USE, True)
    assert not EFFECT.taken(world)


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_an_effect_since_the_enrolment_is_not_taken_as_historic(tmp_path: Path) -> None:
    world = EFFECT.build(tmp_path)
    moment = (NOW - MINUTE).strftime("%Y-%m-%dT%H:%M:%S")
    file = tmp_path / "effects.csv"
    file.write_text(f"id,of,at\ne-1,d-1,{moment}\n", encoding="utf-8")
    time = '{column: at, format: "%Y-%m-%dT%H:%M:%S", zone: UTC}'
    mapping = parse_mapping(
        f"kind: effect\nuse: {USE}\nfields:\n  source: {{constant: bank}}\n  id: id\n"
        f"  decision.source: {{constant: desk-1}}\n  decision.id: of\n"
        f"  effect: {{constant: executed}}\n  occurred_at: {time}\n"
        f"  carried_out_at: {time}\n".encode(),
        file="effects.yaml",
    )
    desk = Desk(judge=Judge({}), pseudonyms=PSEUDONYMS, key=RECEIPTS, checkpoint="")
    imported = import_file(
        str(file),
        mapping,
        store=open_store(),
        desk=desk,
        refusals=tmp_path / "refused.csv",
        historic=True,
        by=world.people.actor("owner"),
        at=NOW,
        limits=Limits(),
    )
    assert (imported.stored, imported.refused) == (0, 1)
    assert "before the use was enrolled" in (tmp_path / "refused.csv").read_text()
    assert not EFFECT.taken(world)


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_a_review_sent_by_whoever_decided_decides_no_challenge(tmp_path: Path) -> None:
    world = OWN_DECISION.build(tmp_path)
    review = {
        "source": "desk-1",
        "id": "r-1",
        "use": USE,
        "occurred_at": (NOW - MINUTE).isoformat(),
        "decision": {"source": "desk-1", "id": "d-1"},
        "reviewer": world.people.decider.ref,
        "finding": "refused",
    }

    async def talk(gateway: AGateway) -> Answered:
        await gateway.post("/api/v1/reviews", review)
        return await gateway.ask("GET", "/api/v1/effect?source=desk-1&id=d-1")

    assert "held_challenge" in a_gateway().run(talk).json["reasons"]
    assert (world.challenge.state, world.challenge.decided_at) == ("received", None)


def test_whoever_decided_does_not_end_the_challenge_by_lifting_its_hold(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = OWN_DECISION.build(tmp_path)
    before = rows_written()
    number = world.challenge.hold.pk
    said = "ends when the challenge to it was decided, and not before"
    answer = world.post("decider", "gate:lift", number, rests_on="I was right")
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    words = ("hold", "lift", number, "--rests-on", "mine", "--by", "carl@north.example")
    status, told = typed(monkeypatch, capsys, *words)
    assert (status, said in told) == (2, True)
    assert rows_written() == before
    assert "held_challenge" in str(here.effect())


# -- other ways to the same effect ----------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"how": "proof of the post", "proof": "   "}, "This field is required"),
        ({"how": "opened with the secret", "proof": "I saw it"}, "Select a valid choice"),
    ],
)
def test_no_delivery_is_noted_on_nothing(given: dict[str, str], said: str, tmp_path: Path) -> None:
    world = EFFECT.build(tmp_path)
    before = rows_written()
    answer = world.post("decider", "remedy:delivered", world.notice.reference, **given)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert rows_written() == before
    assert world.notice.delivered_at is None


def test_no_action_notes_a_delivery_on_nothing(tmp_path: Path) -> None:
    world = EFFECT.build(tmp_path)
    before = rows_written()
    for how, proof in ((How.OPENED, "I saw it"), (How.POST, " ")):
        with pytest.raises(DeliveryUnproven):
            confirm_delivery(
                notice=world.notice.reference,
                how=how,
                proof=proof,
                by=world.people.actor("decider"),
                at=NOW,
            )
    assert let_take_effect(at=NOW + 90 * DAY) == 0
    assert rows_written() == before


def test_a_delivered_letter_lets_its_decision_take_effect_when_its_wait_is_over(
    tmp_path: Path,
) -> None:
    """The way that is not a shortcut, with the same setup."""
    world = EFFECT.build(tmp_path)
    confirmed = confirm_delivery(
        notice=world.notice.reference,
        how=How.POST,
        proof="RR 1",
        by=world.people.actor("decider"),
        at=NOW,
    )
    assert confirmed.effect_from is not None
    assert let_take_effect(at=confirmed.effect_from - MINUTE) == 0
    assert let_take_effect(at=confirmed.effect_from) == 1
    assert isinstance(here.effect(at=confirmed.effect_from), Clear)


@pytest.mark.parametrize("name", ["reviewer of one's own decision", "effect before delivery"])
def test_while_the_ledger_does_not_fit_nothing_takes_effect(name: str, tmp_path: Path) -> None:
    world = SHORTCUTS[name].build(tmp_path)
    assert here.now_permitted(world.use).is_open
    assert here.now_permitted(world.use, fits=False).reasons == ("ledger_does_not_fit",)
    assert isinstance(here.effect(fits=False), Held)


# -- there is no back office ----------------------------------------------------------


@pytest.mark.parametrize("place", ["admin", "admin/login", "django-admin", "db", "console"])
def test_no_admin_address_answers(place: str) -> None:
    an_agency()
    people = here.people()
    for client in (Client(), people.client("owner")):
        for address in (f"/{place}/", f"/{place}"):
            assert client.get(address).status_code == 404, address
            assert client.post(address, {}).status_code == 404, address


def test_no_page_is_one_of_djangos_admin() -> None:
    assert not any("admin" in name.split(".") for name in settings_of_django.INSTALLED_APPS)
    found = list(addresses(get_resolver("answerable.project.urls")))
    assert found
    assert [] == [
        address for address, one in found if "admin" in one.callback.__module__.split(".")
    ]


def test_nobody_is_more_than_their_roles_here(tmp_path: Path) -> None:
    """Django's own marks of power open nothing: no account has them, and nothing asks."""
    world = OWN_APPROVAL.build(tmp_path)
    account = world.people.owner
    named = {field.name for field in account._meta.get_fields()}
    assert named.isdisjoint({"is_superuser", "is_staff", "user_permissions", "groups"})
