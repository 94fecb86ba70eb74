"""The description of the decision API, written from the types that read the requests."""

from functools import cache

import msgspec

from answerable.gateway import described
from answerable.intake import wire


@cache
def document() -> bytes:
    """Write the description as OpenAPI 3.1."""
    kinds = tuple(wire.KINDS.values())
    _, schemas = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    return msgspec.json.encode(described.api(schemas))
