"""What axe-core finds in Chromium on a wide window and on the narrowest phone: nothing."""

import pytest
from playwright.sync_api import Browser

from answerable.report.facts import AuditReport
from answerable.report.html import html_report
from tests.browser import a_page, scrolls_sideways, violations
from tests.report.situations import (
    a_flag_that_burdens_one_group,
    decisions_without_outcomes,
    names_that_mean_harm,
    nearly_nothing,
)


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize(
    "report",
    [
        pytest.param(a_flag_that_burdens_one_group(), id="all three verdicts"),
        pytest.param(decisions_without_outcomes(), id="no outcomes"),
        pytest.param(nearly_nothing(), id="nearly nothing"),
        pytest.param(names_that_mean_harm(), id="hostile names"),
    ],
)
def test_a_report_bars_nobody(browser: Browser, report: AuditReport, width: int) -> None:
    with a_page(browser, html_report(report), width=width) as (page, asked_for):
        assert violations(page) == []
        assert not scrolls_sideways(page)
        assert asked_for == []


def test_a_page_that_bars_people_is_found_out(browser: Browser) -> None:
    bad = "<html><body><img src='http://127.0.0.1:9/x.png' width='3000'></body></html>"
    with a_page(browser, bad, width=320) as (page, asked_for):
        found = violations(page)
        assert any(line.startswith("image-alt") for line in found)
        assert any(line.startswith("html-has-lang") for line in found)
        assert scrolls_sideways(page)
        assert asked_for == ["http://127.0.0.1:9/x.png"]


def test_a_wide_table_scrolls_by_itself_and_by_keyboard(browser: Browser) -> None:
    html = html_report(a_flag_that_burdens_one_group())
    with a_page(browser, html, width=320) as (page, _):
        region = page.get_by_role("region", name="Wrongful burden, false-positive rate by race")
        region.focus()
        assert page.evaluate("document.activeElement.className") == "scroll"
        assert region.evaluate("e => e.scrollWidth > e.clientWidth")
