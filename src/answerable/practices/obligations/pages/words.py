"""The words that stand beside a code: nobody reads R16 as it is."""

from collections.abc import Iterable

from answerable.law.rights import right


def rights_named(codes: Iterable[str]) -> list[str]:
    """Name rights by code and words."""
    return [f"{code} {right(code).right}" for code in codes]
