"""The replay: four years, a day at a time, with what people do on their days."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from answerable.flow import schedule
from answerable.project.compas import Screening
from answerable.project.demo.program import FOLLOWED_FOR
from answerable.project.demo.scene import Scene

# Screenings are told by their day alone: here they follow each other from nine in Florida.
_NIGHT, _OFFICE_OPENS, _MORNING = (time(hour, tzinfo=UTC) for hour in (3, 9, 14))
# An installation does all of its work every minute, hour or day. In a replay of four years
# it is done weekly while the system decides about people, then once a month; what reads all
# of the log or the ledger, when the replay ends.
_WEEK = timedelta(days=7)
_OFTEN = frozenset(
    {
        *("findings", "adverse decisions", "letters laid out", "letters sent"),
        *("notices in effect", "reactions", "permits", "checkpoint", "sealing"),
    }
)
# Chance would choose other cases in each replay; the demonstration's people choose theirs.
_NEVER = frozenset({"known cases"})
_MONTHLY = _OFTEN | {"untrained staff", "monitors", "overdue work", "public records"}

Progress = Callable[[float, str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What people do on a day of the replay, before that day's screenings."""

    on: date
    do: Callable[[Scene], None]


def replay(
    scene: Scene,
    steps: Sequence[Step],
    screenings: Sequence[Screening],
    *,
    weekly_until: date,
    progress: Progress,
) -> None:
    """Take each day in turn: its steps, its screenings, and the outcomes that it brings."""
    decided, known = _by_day(screenings), _by_day(screenings, later=FOLLOWED_FOR)
    due = sorted(steps, key=lambda step: step.on)
    days = sorted({*decided, *known, *(step.on for step in due)})
    month, next_week = days[0].month, days[0] + _WEEK
    for place, day in enumerate(days):
        progress(place / len(days), f"{day:%B %Y}")
        if day.month != month:
            month = day.month
            run_due(scene, _MONTHLY, on=day)
        elif next_week <= day < weekly_until:
            next_week += _WEEK
            run_due(scene, _OFTEN, on=day)
        while due and due[0].on <= day:
            step = due.pop(0)
            scene.clock.move_to(datetime.combine(step.on, _OFFICE_OPENS))
            step.do(scene)
        scene.clock.move_to(datetime.combine(day, _MORNING))
        if decided[day]:
            scene.program.decide(decided[day])
        if known[day]:
            scene.program.follow_up(known[day])
    run_due(scene, None, on=days[-1] + timedelta(days=1))


def run_due(scene: Scene, named: Collection[str] | None, *, on: date) -> None:
    """Do what falls due in an installation, or only some of it; what failed is told at the end."""
    at = scene.clock.move_to(datetime.combine(on, _NIGHT))
    jobs = [
        job
        for job in scene.chores.jobs
        if job.name not in _NEVER and (named is None or job.name in named)
    ]
    for ran in schedule.tick(jobs, at=at):
        if ran.failure:
            scene.failures.append(f"{ran.due_at:%Y-%m-%d} {ran.job}: {ran.failure}")


def _by_day(
    screenings: Sequence[Screening], *, later: timedelta = timedelta()
) -> defaultdict[date, list[Screening]]:
    found: defaultdict[date, list[Screening]] = defaultdict(list)
    for one in screenings:
        found[one.on + later].append(one)
    return found
