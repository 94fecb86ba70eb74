"""A gateway for each test that asks for one."""

from collections.abc import Iterator

import pytest

from tests.client.situations import FakeGateway, a_gateway


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    with a_gateway() as running:
        yield running
