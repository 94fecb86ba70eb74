"""How we know: entries and evidence, to read and to verify elsewhere."""

from django.http import HttpResponse

from answerable.kit.doors import public
from answerable.kit.pages import page
from answerable.people.doors import Public
from answerable.practices.openness.queries import known


@public
def entry(request: Public, index: int) -> HttpResponse:
    """Show an entry of the ledger."""
    found = known.known_entry(index, viewer=request.actor)
    return page(request, "openness/entry.html", {"entry": found})


@public
def entry_file(request: Public, index: int) -> HttpResponse:
    """Give the ledger in one file that shows this entry, for `answerable verify`."""
    content = known.ledger_with_entry(index, viewer=request.actor)
    return _file(content, f"ledger-entry-{index}.json")


@public
def evidence(request: Public, digest: str) -> HttpResponse:
    """Show what signed evidence says."""
    found = known.known_evidence(digest, viewer=request.actor)
    return page(request, "openness/evidence.html", {"known": found, "evidence": found.evidence})


@public
def evidence_file(request: Public, digest: str) -> HttpResponse:
    """Give evidence as it was signed."""
    content = known.evidence_file(digest, viewer=request.actor)
    return _file(content, f"{digest}.json")


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
