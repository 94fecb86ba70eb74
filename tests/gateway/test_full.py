"""More than can be written: whoever is turned away is told so, and nothing of theirs is kept."""

import asyncio
from threading import Event

import pytest

from answerable.gateway.writer import MOST_REQUESTS
from answerable.intake.hot.models import Record
from answerable.intake.hot.store import Head, Store, open_store
from tests.gateway.asking import AGateway, Answered
from tests.gateway.sent import a_decision

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

DECISIONS = "/api/v1/decisions"
BEYOND = 20


class AStuckStore:
    """A store whose database lets nobody in until it is opened."""

    def __init__(self) -> None:
        self.opened = Event()
        self.inner: Store = open_store()

    def begin(self) -> Head:
        assert self.opened.wait(timeout=60)
        return self.inner.begin()

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


def test_a_full_queue_turns_away_with_a_time_to_come_again_and_keeps_what_it_took() -> None:
    store = AStuckStore()
    gateway = AGateway(open_store=lambda: store)  # type: ignore[arg-type, return-value]
    count = MOST_REQUESTS + BEYOND

    async def talk(open_one: AGateway) -> tuple[list[Answered], Answered, Answered]:
        sent = [
            asyncio.create_task(open_one.post(DECISIONS, a_decision(number)))
            for number in range(count)
        ]
        await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED, timeout=60)
        batch = await open_one.post(DECISIONS, [a_decision(count)])
        store.opened.set()
        answers = await asyncio.gather(*sent)
        turned_away = next(n for n, answer in enumerate(answers) if answer.status != 201)
        return answers, batch, await open_one.post(DECISIONS, a_decision(turned_away))

    answers, batch, again = gateway.run(talk)
    stored = {f"d-{n}" for n, answer in enumerate(answers) if answer.status == 201}
    refused = [answer for answer in answers if answer.status != 201]
    assert (MOST_REQUESTS, BEYOND) == (len(stored), len(refused))
    for answer in (*refused, batch):
        assert (503, "gateway.busy") == (answer.status, answer.json["code"])
        assert "1" == answer.headers["retry-after"]
        assert "receipt" not in answer.json
    # Nothing of those turned away was there when one of them came again.
    assert (201, "stored") == (again.status, again.json["status"])
    kept = set(Record.objects.values_list("record_id", flat=True))
    assert (len(stored) + 1, stored) == (len(kept), stored & kept)
