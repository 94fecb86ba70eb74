"""What is known of notices, challenges and look-backs, for a viewer; reads only."""

from answerable.practices.remedy.queries.findings import findings
from answerable.practices.remedy.queries.notices import position
from answerable.practices.remedy.queries.waiting import waiting

__all__ = ["findings", "position", "waiting"]
