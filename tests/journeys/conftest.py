"""A browser, and an installation of its own for each journey."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.journeys.situations import Agency, an_agency_online
from tests.journeys.visitors import Visitors, Way
from tests.kit.browsing import a_browser_beside_the_site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser_beside_the_site() as started:
        yield started


@pytest.fixture
def agency(
    tmp_path: Path, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Agency]:
    """The agency north, on an installation whose keys, log and checkpoints are its own."""
    cache.clear()
    with an_agency_online(tmp_path / "home", site=live_server.url, patch=monkeypatch) as made:
        yield made


@pytest.fixture(params=list(Way), ids=lambda way: way.value)
def visitors(request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer) -> Visitors:
    """People who come to the site; what they see is kept where ANSWERABLE_TEST_SHOTS says."""
    kept = os.environ.get("ANSWERABLE_TEST_SHOTS")
    shots = Path(kept) / request.param.name.lower() if kept else None
    if shots is not None:
        shots.mkdir(parents=True, exist_ok=True)
    return Visitors(browser=browser, site=live_server.url, way=request.param, shots=shots)
