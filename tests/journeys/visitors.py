"""People at the site: by keyboard alone, without scripts, or at twice the size."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Browser, Download, ElementHandle, Locator, Page

from tests.browser import scrolls_sideways, violations
from tests.kit.situations import PASSWORD

MOST_STOPS = 300
"""So often the tabulator is pressed before something counts as out of reach."""

_HAS_FOCUS = "e => e === document.activeElement"


class Way(Enum):
    """How somebody uses the site."""

    KEYBOARD = "by keyboard"
    NO_SCRIPTS = "without scripts"
    ENLARGED = "at 200 percent"

    @property
    def context(self) -> dict[str, Any]:
        """What the browser is told."""
        told: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
        if self is Way.NO_SCRIPTS:
            told["java_script_enabled"] = False
        if self is Way.ENLARGED:
            told |= {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}
        return told


class Hands(Protocol):
    """What links, buttons and fields are used with."""

    def press(self, target: Locator) -> None: ...

    def write(self, target: Locator, text: str) -> None: ...

    def tick(self, target: Locator) -> None: ...

    def choose(self, target: Locator, option: str) -> None: ...


class Mouse:
    """Points, and types."""

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def tick(self, target: Locator) -> None:
        target.check()

    def choose(self, target: Locator, option: str) -> None:
        target.select_option(label=option)


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Knows the tabulator, arrows, space and enter, and types; it never points."""

    page: Page

    def press(self, target: Locator) -> None:
        button = self._reach(target).evaluate("e => e.tagName") == "BUTTON"
        self.page.keyboard.press("Space" if button else "Enter")

    def write(self, target: Locator, text: str) -> None:
        found = self._reach(target)
        if found.get_attribute("type") == "date":
            self._write_day(found, text)
            return
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def tick(self, target: Locator) -> None:
        wanted = target.element_handle()
        assert wanted is not None
        if wanted.get_attribute("type") == "radio":
            self._reach_group(wanted)
            while not wanted.evaluate(_HAS_FOCUS):
                self.page.keyboard.press("ArrowDown")
        else:
            self._reach(target)
        if not wanted.is_checked():
            self.page.keyboard.press("Space")
        assert wanted.is_checked()

    def choose(self, target: Locator, option: str) -> None:
        found = self._reach(target)
        self.page.keyboard.press("Home")
        for _ in range(MOST_STOPS):
            if found.evaluate("e => e.selectedOptions[0].label") == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(option)

    def _write_day(self, found: ElementHandle, text: str) -> None:
        year, month, day = text.split("-")
        # Browsers ask for the parts of a day in the order of their own language.
        for parts in ((month, day, year), (day, month, year)):
            for _ in range(2):
                self.page.keyboard.press("ArrowLeft")
            self.page.keyboard.type("".join(parts))
            if found.input_value() == text:
                return
        raise AssertionError(text)

    def _reach(self, target: Locator) -> ElementHandle:
        wanted = target.element_handle()
        assert wanted is not None
        self._tab(wanted, _HAS_FOCUS)
        return wanted

    def _reach_group(self, wanted: ElementHandle) -> None:
        self._tab(wanted, "e => e.name === document.activeElement.name")

    def _tab(self, wanted: ElementHandle, there: str) -> None:
        for _ in range(MOST_STOPS):
            if wanted.evaluate(there):
                return
            self.page.keyboard.press("Tab")
        text = wanted.evaluate("e => e.outerHTML")
        raise AssertionError(text)


@dataclass(kw_only=True, slots=True)
class Visitor:
    """Somebody in a browser of their own; every page they come to is looked at."""

    page: Page
    site: str
    hands: Hands
    scripts: bool
    shots: Path | None = None
    seen: set[str] = field(default_factory=set)

    # -- going somewhere -------------------------------------------------------------

    def type_the_address(self, path: str) -> None:
        """Type an address, as it stands in a letter or was told by telephone."""
        self.page.goto(f"{self.site}{path}")
        self._look()

    def follow(self, words: str) -> None:
        """Follow the link with these words."""
        self._go(self.page.get_by_role("link", name=words, exact=True).first)

    def follow_to(self, place: str) -> None:
        """Follow the first link in sight that leads to a place below an address."""
        self._go(self._main.locator(f'a[href^="{place}"]:visible').first)

    def press(self, words: str) -> None:
        """Press the button with these words, which leads to a page."""
        self._go(self.page.get_by_role("button", name=words, exact=True).first)

    def unfold(self, words: str) -> None:
        """Open what is folded away below these words."""
        self.hands.press(self._main.locator("summary").filter(has_text=words))
        self._look(again=True)

    def download(self, words: str) -> Download:
        """Follow a link that gives a file."""
        with self.page.expect_download() as waiting:
            self.hands.press(self.page.get_by_role("link", name=words, exact=True))
        return waiting.value

    def sign_in(self, address: str) -> None:
        self.type_the_address("/accounts/login/")
        self.answer({"Email address": address, "Password": PASSWORD})
        self.press("Sign in")
        assert "Waiting for you" in self.heading

    def _go(self, target: Locator) -> None:
        with self.page.expect_navigation():
            self.hands.press(target)
        self._look()

    # -- filling in ------------------------------------------------------------------

    def answer(self, answers: Mapping[str, str]) -> None:
        """Answer questions by what stands beside their fields, from the top to the bottom."""
        for question, given in answers.items():
            group = self._main.get_by_role("group", name=_begins(question))
            if group.count():
                self.hands.tick(group.first.get_by_label(given, exact=True))
            else:
                self._fill(self._main.get_by_label(question, exact=True), given)

    def _fill(self, target: Locator, given: str) -> None:
        kind = target.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if kind == "select":
            self.hands.choose(target, given)
        elif kind in {"checkbox", "radio"}:
            self.hands.tick(target)
        else:
            self.hands.write(target, given)

    # -- seeing ----------------------------------------------------------------------

    @property
    def heading(self) -> str:
        return self.page.inner_text("h1")

    @property
    def reads(self) -> str:
        """All that stands on the page, on one line."""
        return " ".join(self.page.inner_text("main").split())

    @property
    def told(self) -> str:
        """What the page says it did not do, and why."""
        return " ".join(self.page.inner_text(".govuk-error-summary").split())

    @property
    def commands(self) -> list[str]:
        """The commands that are printed on the page."""
        return self.page.locator("code.kit-command").all_inner_texts()

    @property
    def references(self) -> list[str]:
        """The references in the first column of the page's table."""
        return self.page.locator("tbody th").all_inner_texts()

    @property
    def _main(self) -> Locator:
        return self.page.locator("main")

    def _look(self, *, again: bool = False) -> None:
        assert not scrolls_sideways(self.page), self.page.url
        look = f"{self.page.title()} {self.page.url.removeprefix(self.site)}"
        if look in self.seen and not again:
            return
        self.seen.add(look)
        # axe-core is a script itself: the other two ways show it the same pages.
        if self.scripts:
            assert [] == violations(self.page), self.page.url
        if self.shots is not None:
            name = re.sub(r"[^a-z]+", "-", look.lower().replace("answerable", "")).strip("-")
            self.page.screenshot(path=self.shots / f"{name[:80]}.png", full_page=True)


@dataclass(kw_only=True, slots=True)
class Visitors:
    """Lets people in, each with a browser of their own that knows nothing of the others'."""

    browser: Browser
    site: str
    way: Way
    shots: Path | None = None

    @contextmanager
    def somebody(self) -> Iterator[Visitor]:
        """Somebody of the public."""
        context = self.browser.new_context(**self.way.context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        hands = Keyboard(page) if self.way is Way.KEYBOARD else Mouse()
        try:
            yield Visitor(
                page=page,
                site=self.site,
                hands=hands,
                scripts=self.way is not Way.NO_SCRIPTS,
                shots=self.shots,
            )
        finally:
            context.close()

    @contextmanager
    def staff(self, address: str) -> Iterator[Visitor]:
        """Somebody of the agency, who has signed in."""
        with self.somebody() as visitor:
            visitor.sign_in(address)
            yield visitor


def _begins(words: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(words)}")
