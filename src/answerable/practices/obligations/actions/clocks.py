"""What a reviewer signed off and the records show no longer is said by itself."""

from datetime import datetime

from answerable.gate import row_findings
from answerable.people.actors import Actor
from answerable.practices.obligations.queries import findings
from answerable.practices.obligations.rules.rows import ROWS


def take_back(*, by: Actor, at: datetime) -> int:
    """Record of each row once found met that it is so no longer; give how many there were."""
    return row_findings.take_back(ROWS, findings, room=__name__, by=by, at=at)
