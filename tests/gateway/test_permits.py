"""Leases, opt-outs and effects: signed, for the use of the token, closed when in doubt."""

import pytest

from answerable.intake.hot.models import Allotment, Record
from answerable.people.tokens import Scope
from answerable.record import leases
from answerable.record.leases import OptOutList, State
from tests.gateway.asking import LEASES, NOON, AGateway, Answered
from tests.gateway.sent import TOKEN, USE, VERSION, a_decision
from tests.gateway.situations import AUse, token_facts

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

NONCE = "0123456789abcdef0123456789abcdef"
ASKED = {"use": USE, "version": VERSION, "nonce": NONCE}


def post(path: str, value: object, *, gateway: AGateway) -> Answered:
    async def talk(open_one: AGateway) -> Answered:
        return await open_one.post(path, value)

    return gateway.run(talk)


def get(path: str, *, gateway: AGateway) -> Answered:
    async def talk(open_one: AGateway) -> Answered:
        return await open_one.ask("GET", path)

    return gateway.run(talk)


def opened(answer: Answered) -> leases.Lease:
    return leases.open_signed(
        answer.body, keys=[LEASES.verifier], use=USE, version=VERSION, nonce=NONCE
    )


def test_a_lease_is_signed_and_repeats_the_nonce() -> None:
    gateway = AGateway()
    asked = {**ASKED, "returned": [{"lease": "lease-0", "unused": 3}]}
    answer = post("/api/v1/leases", asked, gateway=gateway)
    assert State.OPEN is opened(answer).state
    assert [("lease-0", 3)] == gateway.gate.returned
    assert "no-store" == answer.headers["cache-control"]


def test_a_ledger_that_does_not_fit_gives_people_only_and_records_are_still_kept() -> None:
    gateway = AGateway(fits=False)

    async def talk(open_one: AGateway) -> tuple[Answered, Answered]:
        lease = await open_one.post("/api/v1/leases", ASKED)
        return lease, await open_one.post("/api/v1/decisions", a_decision(1))

    lease, kept = gateway.run(talk)
    assert (State.PEOPLE_ONLY, 201) == (opened(lease).state, kept.status)


def test_stale_facts_give_people_only_and_records_are_still_kept() -> None:
    gateway = AGateway()

    async def talk(open_one: AGateway) -> tuple[Answered, Answered, Answered]:
        open_one.gate.failing = True
        open_one.clock.at = NOON.replace(second=30)
        lease = await open_one.post("/api/v1/leases", ASKED)
        effect = await open_one.ask("GET", "/api/v1/effect?source=desk-1&id=d-1")
        return lease, effect, await open_one.post("/api/v1/decisions", a_decision(1))

    lease, effect, kept = gateway.run(talk)
    assert (State.PEOPLE_ONLY, 201) == (opened(lease).state, kept.status)
    assert {"effect": "held", "reasons": ["gateway.stale"]} == effect.json


def test_a_cap_is_allotted_durably_and_what_goes_beyond_it_is_marked() -> None:
    gateway = AGateway()
    gateway.gate.cap = 2
    gateway.gate.known = {USE: AUse(cap=10)}

    async def talk(open_one: AGateway) -> None:
        await open_one.post("/api/v1/leases", ASKED)
        rows = [a_decision(number, lease="lease-1") for number in range(3)]
        await open_one.post("/api/v1/decisions", [*rows, a_decision(4), rows[0]])
        await open_one.post("/api/v1/decisions", rows)

    gateway.run(talk)
    assert (2, 3) == Allotment.objects.values_list("allotted", "decided").get()
    marks = Record.objects.order_by("seq").values_list("marks", flat=True)
    assert ["", "", "out_of_cap", "out_of_cap"] == list(marks)


def test_the_list_of_opt_outs_is_bytes() -> None:
    answer = get(f"/api/v1/leases/opt-outs?use={USE}", gateway=AGateway())
    assert OptOutList(salt=bytes(32), marks=frozenset()) == OptOutList.from_bytes(answer.body)


@pytest.mark.parametrize("held", [(), ("held_notice",)])
def test_an_effect_is_clear_or_held_with_its_reasons(held: tuple[str, ...]) -> None:
    gateway = AGateway()
    gateway.gate.held = held
    answer = get("/api/v1/effect?source=desk-1&id=d-1", gateway=gateway)
    assert {"effect": "held" if held else "clear", "reasons": list(held)} == answer.json


def test_an_effect_without_a_decision_is_no_question() -> None:
    assert 400 == get("/api/v1/effect?source=desk-1", gateway=AGateway()).status


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (token_facts(use="north.other"), 403),
        (token_facts(Scope.DECISIONS), 403),
        (token_facts(), 200),
    ],
)
def test_a_lease_needs_its_scope_and_its_use(facts: object, status: int) -> None:
    gateway = AGateway(tokens={TOKEN: facts})  # type: ignore[dict-item]
    assert status == post("/api/v1/leases", ASKED, gateway=gateway).status


def test_health_tells_a_state_and_no_secret() -> None:
    answer = get("/api/v1/health", gateway=AGateway())
    assert {"status": "ok", "waiting": 0} == answer.json


def test_the_description_names_every_address() -> None:
    document = get("/api/v1/openapi.json", gateway=AGateway()).json
    assert "3.1.0" == document["openapi"]
    gateway = AGateway()
    get("/api/v1/health", gateway=gateway)
    assert gateway.app is not None
    served = {getattr(route, "path", "") for route in gateway.app.rest.routes}
    assert set(document["paths"]) | {"/api/v1/openapi.json"} == served
    assert "person" in document["components"]["schemas"]["Decision"]["required"]
