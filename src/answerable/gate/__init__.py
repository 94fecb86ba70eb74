"""Whether a use may run: permits, holds and leases.

Where to look:

- `terms`: the nouns. What the rules read (`Facts`), and what they answer (`Permit`).
- `in_force`: which rows of the requirements hold for an agency on a day, and its limits.
- `rules`: the permit, computed from facts and a moment. No database, no clock.
- `moments`: when the answer may change by the passing of time alone.
- `models`, `entries`: the tables, and what is told to the ledger.
- `facts`: the tables read as facts. A row that the ledger does not tell of counts for nothing,
  and `missing` finds what the ledger tells and the tables no longer hold.
- `verdicts`, `permits`, `holds`, `optouts`, `stages`: the actions, each with its entry.
- `row_findings`: what a room finds about its rows, made verdicts. `words`: rows in words.
- `changes`: the dated history of states, kept by computing the permit again.
- `leases`, `effect`, `snapshot`: what the gateway asks. `check`: what a permit still needs.

No state is stored that anything relies on: `StateChange` is history for people to read.
What is open is computed each time, and everything missing, late or unreadable is closed.
"""
