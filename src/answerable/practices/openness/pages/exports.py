"""The register for machines: JSON, CSV and Atom, streamed, and a record by itself."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse

from answerable.kit.doors import public
from answerable.people.doors import Public
from answerable.practices.openness.queries import register as read
from answerable.practices.openness.rules import neutral
from answerable.record.canonical import canonical_bytes

_IN_THE_FEED = 50
_COLUMNS = (
    *("use", "name", "agency", "agency_name", "kind", "state", "refused", "missing"),
    *("differs", "differs_since", "record", "content_sha256", "entry"),
    *("first_published_at", "published_at"),
)


@public
def as_json(_request: Public) -> StreamingHttpResponse:
    """Give the whole register as one JSON document."""
    return StreamingHttpResponse(_json(), content_type="application/json")


@public
def as_csv(_request: Public) -> StreamingHttpResponse:
    """Give the whole register as a table. A cell that a spreadsheet would compute is quoted."""
    answer = StreamingHttpResponse(_csv(), content_type="text/csv; charset=utf-8; header=present")
    answer["Content-Disposition"] = 'attachment; filename="register.csv"'
    return answer


@public
def as_atom(request: Public) -> HttpResponse:
    """Give what was published last as a feed."""
    return HttpResponse("".join(_atom(request)), content_type="application/atom+xml; charset=utf-8")


@public
def record_json(_request: Public, ref: str, number: int) -> HttpResponse:
    """Give a record's content, byte for byte as its digest in the ledger counts it."""
    found = read.record_of(ref, number)
    return HttpResponse(canonical_bytes(found.content), content_type="application/json")


def _json() -> Iterator[str]:
    yield '{"records":['
    gap = ""
    for line in read.summaries():
        yield gap + json.dumps(line, ensure_ascii=False)
        gap = ",\n"
    yield "]}\n"


def _csv() -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_COLUMNS)
    yield buffer.getvalue()
    for line in read.summaries():
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(neutral(_cell(line[name])) for name in _COLUMNS)
        yield buffer.getvalue()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return " ".join(map(str, value))
        case _:
            return str(value)


def _atom(request: Public) -> Iterator[str]:
    site = request.build_absolute_uri("/").rstrip("/")
    records = read.newest_records(_IN_THE_FEED)
    newest = records[0].at if records else request.at
    self_link = f"{site}{reverse('openness:atom')}"
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield '<feed xmlns="http://www.w3.org/2005/Atom">\n'
    yield f"<id>{escape(site)}/register/</id><title>Register of uses of AI</title>"
    yield f"<updated>{_time(newest)}</updated><author><name>Answerable</name></author>"
    yield f'<link rel="self" href={quoteattr(self_link)}/>\n'
    for record in records:
        address = f"{site}{reverse('openness:past-record', args=[record.use.ref, record.number])}"
        yield f"<entry><id>{escape(address)}</id>"
        yield f"<title>{escape(_plain(record.use.name))}, record {record.number}</title>"
        yield f"<updated>{_time(record.at)}</updated><link href={quoteattr(address)}/>"
        yield f"<summary>SHA-256 {record.digest}, entry {record.entry}.</summary></entry>\n"
    yield "</feed>\n"


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _plain(text: str) -> str:
    # XML has no way to write most control characters.
    return "".join(character for character in text if character >= " ")
