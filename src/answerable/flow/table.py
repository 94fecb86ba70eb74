"""The one table: when this entry was written, do that.

Every influence of one practice on another is a line here, and both its cause and what
came of it stand in the ledger.
"""

from answerable.flow.reactions import Reaction
from answerable.practices.monitoring.entries import AlarmRaised
from answerable.practices.openness.actions.publishing import on_public_entry
from answerable.practices.openness.rules import AT_ONCE
from answerable.practices.remedy.actions.reactions import on_alarm, on_overturned
from answerable.practices.remedy.entries import ChallengeOverturned

REACTIONS = (
    Reaction(
        name="look back after a red alarm",
        kinds=frozenset({AlarmRaised.kind}),
        run=lambda entry, by, at: on_alarm(entry, by=by, at=at),
    ),
    Reaction(
        name="look back after a decision fell",
        kinds=frozenset({ChallengeOverturned.kind}),
        run=lambda entry, by, at: on_overturned(entry, by=by, at=at),
    ),
    Reaction(
        name="public record",
        kinds=AT_ONCE,
        run=lambda entry, by, at: on_public_entry(entry, by=by, at=at),
    ),
)
