"""The gateway before the real gate: what a permit says reaches leases, marks and effects."""

from datetime import datetime, timedelta

import pytest

from answerable.gate import permits
from answerable.gateway.gating import RealGate
from answerable.intake import scan
from answerable.intake.hot.models import Record
from answerable.record import leases
from answerable.record.leases import Lease, State
from tests.gate.situations import a_pilot, an_open_use, small_law
from tests.gateway.asking import LEASES, AClock, AGateway, Answered
from tests.gateway.sent import a_decision
from tests.inventory.situations import APPROVER, HOUR, NINE, USE, VERSION_A, VERSION_B

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

NOW = NINE + 3 * HOUR
NONCE = "0123456789abcdef0123456789abcdef"


def a_gateway(*, at: datetime = NOW) -> AGateway:
    gate = RealGate(sealed=lambda _agency, _seq: None, law=small_law)
    return AGateway(gate=gate, clock=AClock(at=at))  # type: ignore[arg-type]


async def lease(gateway: AGateway, version: str = VERSION_A) -> Lease:
    asked = {"use": USE, "version": version, "nonce": NONCE}
    answer = await gateway.post("/api/v1/leases", asked)
    keys = [LEASES.verifier]
    return leases.open_signed(answer.body, keys=keys, use=USE, version=version, nonce=NONCE)


async def decide(gateway: AGateway, number: int, **changes: object) -> Answered:
    sent = {
        "occurred_at": gateway.clock.now().isoformat(),
        "version": VERSION_A,
        "outcome": "paid",
        **changes,
    }
    return await gateway.post("/api/v1/decisions", a_decision(number, **sent))


def marks() -> list[str]:
    return list(Record.objects.order_by("seq").values_list("marks", flat=True))


def test_an_open_use_gets_an_open_lease_and_its_decisions_no_mark() -> None:
    an_open_use()

    async def talk(gateway: AGateway) -> Lease:
        await decide(gateway, 1)
        await decide(gateway, 2, outcome="refused", reasons=["income_missing"])
        return await lease(gateway)

    assert State.OPEN is a_gateway().run(talk).state
    assert ["", ""] == marks()


def test_a_closed_permit_is_people_only_at_once_and_marks_after_one_lease() -> None:
    an_open_use()
    permits.close_permit(use=USE, reason="incident", by=APPROVER, at=NOW, law=small_law)

    async def talk(gateway: AGateway) -> Lease:
        await decide(gateway, 1, occurred_at=(NOW - timedelta(seconds=1)).isoformat())
        await decide(gateway, 2, occurred_at=(NOW + timedelta(seconds=30)).isoformat())
        await decide(gateway, 3, occurred_at=(NOW + timedelta(hours=1)).isoformat())
        return await lease(gateway)

    found = a_gateway(at=NOW + timedelta(hours=2)).run(talk)
    assert State.PEOPLE_ONLY is found.state
    assert ["", "", "closed_use"] == marks()


def test_a_wrong_version_is_kept_found_and_suspends_the_approval() -> None:
    an_open_use()

    async def first(gateway: AGateway) -> None:
        assert 201 == (await decide(gateway, 1, version=VERSION_B)).status

    a_gateway().run(first)
    assert ["wrong_version"] == marks()
    assert 1 == scan.scan(at=NOW, ledger_fits=True)
    after = a_gateway(at=NOW + timedelta(minutes=1)).run(lease)
    assert State.PEOPLE_ONLY is after.state


def test_an_effect_is_clear_for_what_harms_nobody_and_held_without_a_notice() -> None:
    an_open_use()

    async def talk(gateway: AGateway) -> list[dict[str, object]]:
        await decide(gateway, 1)
        await decide(gateway, 2, outcome="refused", reasons=["income_missing"])
        await decide(gateway, 3, version=VERSION_B)
        path = "/api/v1/effect?source=desk-1&id=d-{}"
        return [(await gateway.ask("GET", path.format(n))).json for n in (1, 2, 3, 4)]

    paid, refused, other, unknown = a_gateway().run(talk)
    assert {"effect": "clear", "reasons": []} == paid
    assert {"effect": "held", "reasons": ["held_notice"]} == refused
    assert "held" == other["effect"]
    assert "mark_wrong_version" in str(other["reasons"])
    assert {"effect": "held", "reasons": ["unknown_decision"]} == unknown


def test_a_sealed_decision_is_found_again_and_one_that_cannot_be_read_is_held() -> None:
    an_open_use()

    async def store(gateway: AGateway) -> None:
        await decide(gateway, 1)

    a_gateway().run(store)
    row = Record.objects.get()
    body = bytes(row.body)
    row.delete()

    async def effect(gateway: AGateway) -> object:
        return (await gateway.ask("GET", "/api/v1/effect?source=desk-1&id=d-1")).json["effect"]

    reading = RealGate(
        sealed=lambda agency, seq: (body, "") if (agency, seq) == ("north", 1) else None,
        law=small_law,
    )
    found = AGateway(gate=reading, clock=AClock(at=NOW))  # type: ignore[arg-type]
    assert ["clear", "held"] == [found.run(effect), a_gateway().run(effect)]


def test_a_pilots_cap_is_allotted_and_given_back() -> None:
    a_pilot(cap=40)

    async def talk(gateway: AGateway) -> tuple[Lease, Lease]:
        first = await lease(gateway)
        await decide(gateway, 1, lease=first.id)
        back = {"use": USE, "returned": [{"lease": first.id, "unused": 1}]}
        assert 204 == (await gateway.post("/api/v1/leases/returned", back)).status
        return first, await lease(gateway)

    first, second = a_gateway().run(talk)
    assert (2, 2) == (first.cap, second.cap)
    assert [""] == marks()
