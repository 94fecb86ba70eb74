"""Show a page in Debian's Chromium, without a network, and ask axe-core who is kept out."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

_AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Start Chromium, or skip the test where there is none."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs Chromium: apt-get install --no-install-recommends chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def a_page(browser: Browser, html: str, *, width: int = 1280) -> Iterator[tuple[Page, list[str]]]:
    """Show a page; the list fills with the address of everything it tries to load."""
    asked_for: list[str] = []

    def refuse(route: Route) -> None:
        asked_for.append(route.request.url)
        route.abort()

    page = browser.new_page(viewport={"width": width, "height": 900})
    try:
        page.route("**/*", refuse)
        page.set_content(html)
        yield page, asked_for
    finally:
        page.close()


def violations(page: Page) -> list[str]:
    """What axe-core finds on a page, or skip the test where axe-core is absent.

    It is run by the browser's tools and not as a script of the page, whose policy may
    allow none.
    """
    page.evaluate(_axe())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page as a whole is wider than its window."""
    root = "document.documentElement"
    return bool(page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"))


@cache
def _axe() -> str:
    if not _AXE.is_file():
        pytest.skip("needs axe-core in node_modules: npm ci")
    return _AXE.read_text(encoding="utf-8")
