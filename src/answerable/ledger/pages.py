"""The public pages of the ledger: the newest checkpoint, and tiles of hashes."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from answerable.ledger import checkpoints, tiles

# A tile is never another: C2SP tlog-tiles asks for caching without end.
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_MOMENT = "public, max-age=5"


@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """Show the newest signed checkpoint."""
    note = checkpoints.latest()
    if note is None:
        raise Http404
    answer = HttpResponse(note, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = _FOR_A_MOMENT
    return answer


@require_safe
def tile(_request: HttpRequest, path: str) -> HttpResponse:
    """Show the hashes of a tile, if the newest checkpoint covers all of them."""
    asked = tiles.parse(path)
    if asked is None or not asked.is_within(checkpoints.latest_size()):
        raise Http404
    answer = HttpResponse(tiles.read(asked), content_type="application/octet-stream")
    answer["Cache-Control"] = _FOR_EVER
    return answer
