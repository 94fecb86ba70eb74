"""The report as a tagged PDF (PDF/UA-1 and PDF/A-2a), set by Typst from the same view."""

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from importlib.resources import files
from tempfile import TemporaryDirectory
from typing import TypeVar, cast

import typst

from answerable.record.canonical import JsonValue
from answerable.report.charts import MOST_LABEL, Plot, svg
from answerable.report.facts import AuditReport
from answerable.report.fonts import FAMILIES, writable
from answerable.report.tables import AttributeSection
from answerable.report.view import view_of
from answerable.report.words import count, counted, without_isolates

MOST_ROWS = 40
"""Groups in one table of the PDF. The HTML report and the JSON result hold every one."""

_CODES_SHOWN = (
    "Some names hold characters that the fonts of this PDF lack. They are written as codes, like "
    "⟨U+4E2D⟩; the HTML report shows the characters."
)

_Line = TypeVar("_Line")


def pdf_report(report: AuditReport) -> bytes:
    """Write a report as a PDF that a screen reader can follow.

    Typst is given the text as data, never as markup, and an empty folder as all the files
    there are. A table of many groups shows those not met first, and says what is left out.
    """
    view = view_of(report)
    cut = replace(view, sections=tuple(_cut_section(section) for section in view.sections))
    text = json.dumps(_plain(cut), ensure_ascii=False)
    data = json.dumps(
        {
            "view": _written(_plain(cut)),
            "more": [_more(len(section.groups)) for section in view.sections],
            "codes": "" if text == writable(text) else _CODES_SHOWN,
            "fonts": list(FAMILIES),
        },
        ensure_ascii=False,
    )
    with TemporaryDirectory() as nothing:
        compiler = typst.Compiler(
            input=_template(), root=nothing, font_paths=_fonts(), sys_inputs={"data": data}
        )
        made = compiler.compile(
            format="pdf",
            pdf_standards=["a-2a", "ua-1"],
            timestamp=report.measured_at.replace(microsecond=0),
        )
    # With one document and no place to write it to, Typst gives its bytes.
    return cast("bytes", made)


@cache
def _template() -> bytes:
    return (files("answerable.report") / "templates" / "audit.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


# -- fewer rows ----------------------------------------------------------------------


def _more(groups: int) -> str:
    if groups <= MOST_ROWS:
        return ""
    return (
        f"Each table shows {counted(MOST_ROWS, 'group')} of {count(groups)}: those not met first, "
        "then the largest. The HTML report and the JSON result hold them all."
    )


def _cut_section(section: AttributeSection) -> AttributeSection:
    sizes = [group.size for group in section.groups]
    not_met = [[row.worst == "not_met" for row in table.rows] for table in section.tables]
    return replace(
        section,
        groups=_cut(section.groups, sizes, [any(group) for group in zip(*not_met, strict=True)]),
        tables=tuple(
            replace(table, rows=_cut(table.rows, sizes, first))
            for table, first in zip(section.tables, not_met, strict=True)
        ),
    )


def _cut(lines: Sequence[_Line], sizes: Sequence[int], first: Sequence[bool]) -> tuple[_Line, ...]:
    """Keep the lines there is room for, in their order."""
    order = sorted(range(len(lines)), key=lambda at: (not first[at], -sizes[at], at))
    return tuple(lines[at] for at in sorted(order[:MOST_ROWS]))


# -- data for Typst ------------------------------------------------------------------


def _plain(value: object) -> JsonValue:
    """A view as JSON, its charts drawn."""
    if isinstance(value, Plot):
        return _drawn(value)
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, str | int | bool) or value is None:
        return value
    reason = f"a view holds text, not {type(value).__name__}"
    raise TypeError(reason)


def _drawn(plot: Plot) -> JsonValue:
    rows = tuple(replace(row, label=_fitting(row.label)) for row in plot.rows)
    return {
        "svg": svg(replace(plot, rows=rows), font=", ".join(FAMILIES)),
        "alt": f"{plot.title}. {plot.description}",
        "note": plot.note,
    }


def _fitting(label: str) -> str:
    """A label as the fonts can write it, cut again where codes have made it longer."""
    text = writable(without_isolates(label))
    return text if len(text) <= MOST_LABEL else f"{text[: MOST_LABEL - 1]}…"


def _written(value: JsonValue) -> JsonValue:
    """The same with every text in characters that the fonts have."""
    match value:
        case str():
            # An SVG file has line ends between its tags; text for people has none.
            return "\n".join(writable(line) for line in value.split("\n"))
        case list():
            return [_written(each) for each in value]
        case dict():
            return {name: _written(each) for name, each in value.items()}
        case _:
            return value
