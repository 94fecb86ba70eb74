"""What is watched, how it stands, and what it says about the rows; reads only."""

from answerable.practices.monitoring.queries.findings import findings, unsound
from answerable.practices.monitoring.queries.plans import (
    alarms_of,
    breaker_times,
    budget,
    figures,
    incidents_of,
    last_agreed,
    open_incidents,
    plan_in_force,
    plans_in_force,
    plans_of,
    plans_to_run,
    use_of,
    watched_uses,
)
from answerable.practices.monitoring.queries.standing import (
    Watched,
    cells_of,
    closings,
    counts_of,
    coverage_of,
    groups_of,
    has_effect,
    watched,
)
from answerable.practices.monitoring.queries.waiting import waiting

__all__ = [
    "Watched",
    "alarms_of",
    "breaker_times",
    "budget",
    "cells_of",
    "closings",
    "counts_of",
    "coverage_of",
    "figures",
    "findings",
    "groups_of",
    "has_effect",
    "incidents_of",
    "last_agreed",
    "open_incidents",
    "plan_in_force",
    "plans_in_force",
    "plans_of",
    "plans_to_run",
    "unsound",
    "use_of",
    "waiting",
    "watched",
    "watched_uses",
]
