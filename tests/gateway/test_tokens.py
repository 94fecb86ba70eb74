"""Tokens as they were issued: for one use, for a time, and at most seconds after their end."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import connections

from answerable.gateway.gating import RealGate
from answerable.people import tokens
from answerable.people.roles import Role
from answerable.people.tokens import Issued, Scope, TokenFacts, issue_token, revoke_token
from tests.gate.situations import an_open_use, small_law
from tests.gateway.asking import AClock, AGateway, Answered
from tests.gateway.sent import a_decision
from tests.inventory.situations import DAY, HOUR, NINE, USE, VERSION_A, an_actor

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

NOW = NINE + 3 * HOUR
OTHER = "north.parking"
ADMINISTRATOR = an_actor("ada", Role.ADMINISTRATOR)
NONCE = "0123456789abcdef0123456789abcdef"
DECISIONS = "/api/v1/decisions"


@dataclass(kw_only=True, slots=True)
class ARealDoor(AGateway):
    """A gateway that looks tokens up where they are kept."""

    def _find(self, secret: str, at: datetime) -> TokenFacts | None:
        self.looked_up += 1
        return tokens.find(secret, at=at)


def a_gateway() -> ARealDoor:
    gate = RealGate(sealed=lambda _agency, _seq: None, law=small_law)
    return ARealDoor(gate=gate, clock=AClock(at=NOW))  # type: ignore[arg-type]


def issued(*, use: str = "", days: int = 90) -> Issued:
    return issue_token(
        agency="north",
        name="back office",
        scopes=list(Scope),
        use=use,
        expires_at=NOW + days * DAY,
        by=ADMINISTRATOR,
        at=NOW,
    )


def decision(number: int, *, use: str = USE) -> dict[str, object]:
    return a_decision(
        number, use=use, version=VERSION_A, occurred_at=NOW.isoformat(), outcome="paid"
    )


def test_a_token_for_one_use_opens_no_door_of_another() -> None:
    an_open_use()
    bound = issued(use=OTHER).secret
    asked = {"use": USE, "version": VERSION_A, "nonce": NONCE}
    back = {"use": USE, "returned": [{"lease": "lease-1", "unused": 1}]}

    async def talk(gateway: AGateway) -> list[Answered]:
        return [
            await gateway.post(DECISIONS, decision(1), token=bound),
            await gateway.post("/api/v1/leases", asked, token=bound),
            await gateway.post("/api/v1/leases/returned", back, token=bound),
            await gateway.ask("GET", f"/api/v1/leases/opt-outs?use={USE}", token=bound),
        ]

    answers = a_gateway().run(talk)
    assert [(403, "gateway.use_not_covered")] * 4 == [
        (answer.status, answer.json["code"]) for answer in answers
    ]


def test_a_token_for_one_use_opens_every_door_of_that_use() -> None:
    an_open_use()
    bound = issued(use=USE).secret
    asked = {"use": USE, "version": VERSION_A, "nonce": NONCE}

    async def talk(gateway: AGateway) -> list[int]:
        answers = [
            await gateway.post(DECISIONS, decision(1), token=bound),
            await gateway.post(DECISIONS, [decision(2), decision(3, use=OTHER)], token=bound),
            await gateway.post("/api/v1/leases", asked, token=bound),
            await gateway.ask("GET", f"/api/v1/leases/opt-outs?use={USE}", token=bound),
            await gateway.ask("GET", "/api/v1/effect?source=desk-1&id=d-1", token=bound),
        ]
        assert (1, ["gateway.use_not_covered"]) == (
            answers[1].json["stored"],
            [row["code"] for row in answers[1].json["refused"]],
        )
        return [answer.status for answer in answers]

    assert [201, 200, 200, 200, 200] == a_gateway().run(talk)


def test_to_a_token_for_another_use_a_decision_is_one_that_nobody_knows() -> None:
    an_open_use()
    whole, bound, other = (issued(use=use).secret for use in ("", USE, OTHER))

    async def talk(gateway: AGateway) -> list[object]:
        await gateway.post(DECISIONS, decision(1), token=whole)
        path = "/api/v1/effect?source=desk-1&id=d-1"
        return [(await gateway.ask("GET", path, token=one)).json for one in (whole, bound, other)]

    clear = {"effect": "clear", "reasons": []}
    unknown = {"effect": "held", "reasons": ["unknown_decision"]}
    assert [clear, clear, unknown] == a_gateway().run(talk)


def revoke(made: Issued) -> None:
    """Revoke it in a thread of its own: the one that asks may not use the database."""
    try:
        revoke_token(agency="north", prefix=made.token.prefix, by=ADMINISTRATOR, at=NOW)
    finally:
        connections.close_all()


def test_a_revoked_token_opens_nothing_once_five_seconds_are_over() -> None:
    an_open_use()
    made = issued()
    asked = {"use": USE, "version": VERSION_A, "nonce": NONCE}

    async def both(gateway: AGateway) -> list[int]:
        answers = [
            await gateway.post(DECISIONS, decision(1), token=made.secret),
            await gateway.post("/api/v1/leases", asked, token=made.secret),
        ]
        return [answer.status for answer in answers]

    async def talk(gateway: AGateway) -> list[list[int]]:
        found = [await both(gateway)]
        await asyncio.to_thread(revoke, made)
        gateway.clock.at = NOW + timedelta(seconds=5)
        found.append(await both(gateway))
        gateway.clock.at += timedelta(milliseconds=1)
        found.append(await both(gateway))
        return found

    assert [[201, 200], [201, 200], [401, 401]] == a_gateway().run(talk)


def test_a_token_ends_at_its_moment_however_lately_it_was_looked_up() -> None:
    an_open_use()
    made = issued(days=1)

    async def talk(gateway: AGateway) -> list[int]:
        found = []
        for at in (NOW + DAY - timedelta(milliseconds=1), NOW + DAY):
            gateway.clock.at = at
            answer = await gateway.post(DECISIONS, decision(1), token=made.secret)
            found.append(answer.status)
        return found

    assert [201, 401] == a_gateway().run(talk)
