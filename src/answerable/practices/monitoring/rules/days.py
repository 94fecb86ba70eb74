"""The counts of days as they are hashed when they are taken, and again when they are read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from answerable.practices.monitoring.rules.streams import CELLS, Cells
from answerable.record.canonical import canonical_bytes
from answerable.record.digests import HexDigest, sha256_of_bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class DayCells:
    """The decisions of a group on a day; an empty ``attribute`` stands for everybody."""

    on: date
    attribute: str
    group: str
    cells: Cells


def digest_of_days(found: Iterable[DayCells]) -> HexDigest:
    """Hash the counts of some days, in whatever order they come."""
    return sha256_of_bytes(
        canonical_bytes(
            sorted(
                [
                    one.on.isoformat(),
                    one.attribute,
                    one.group,
                    *(getattr(one.cells, name) for name in CELLS),
                ]
                for one in found
            )
        )
    )
