"""The one table: when this entry was written, do that.

Every influence of one practice on another is a line here, and both its cause and what
came of it stand in the ledger.
"""

from answerable.flow.reactions import Reaction
from answerable.practices.openness.actions.publishing import on_public_entry
from answerable.practices.openness.rules import AT_ONCE
from answerable.practices.remedy.actions.reactions import on_alarm, on_overturned

REACTIONS = (
    Reaction(
        name="look back after a red alarm",
        kinds=frozenset({"monitoring.alarm.raised"}),
        run=lambda entry, by, at: on_alarm(entry, by=by, at=at),
    ),
    Reaction(
        name="look back after a decision fell",
        kinds=frozenset({"remedy.challenge.overturned"}),
        run=lambda entry, by, at: on_overturned(entry, by=by, at=at),
    ),
    Reaction(
        name="public record",
        kinds=AT_ONCE,
        run=lambda entry, by, at: on_public_entry(entry, by=by, at=at),
    ),
)
