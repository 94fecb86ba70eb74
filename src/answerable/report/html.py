"""The report as one HTML file: no scripts, nothing fetched, useful on paper as on a screen."""

from markupsafe import Markup

from answerable.report.charts import Plot, svg
from answerable.report.facts import AuditReport
from answerable.report.templates import environment
from answerable.report.view import plot, view_of


def html_report(report: AuditReport) -> str:
    """Write a report as a self-contained HTML page. People's text in it is never markup."""
    return environment().get_template("audit.html").render(view=view_of(report), drawn=_drawn)


def chart_svg(report: AuditReport, *, measure: str, by: tuple[str, ...]) -> str:
    """Draw one chart of a report as an SVG file of its own.

    ``measure`` is a measure's name and ``by`` the columns whose groups are drawn, in the
    order the audit was asked for them.

    Raises
    ------
    KeyError
        The audit has no such measure or no groups by those columns.
    """
    return svg(plot(report, measure=measure, by=by))


def _drawn(chart: Plot) -> Markup:
    # The chart's own template has escaped every text in it.
    return Markup(svg(chart))  # noqa: S704
