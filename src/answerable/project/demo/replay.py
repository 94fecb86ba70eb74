"""The replay: four years, a day at a time, with what people do on their days."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from answerable.flow import schedule
from answerable.project.compas import Screening
from answerable.project.demo.jobs import answer_entries, write_letters
from answerable.project.demo.monitoring import watch
from answerable.project.demo.program import FOLLOWED_FOR
from answerable.project.demo.scene import Scene

# Screenings are told by their day alone: here they follow each other from nine in Florida.
_MORNING = time(14, tzinfo=UTC)
_OFFICE_OPENS = time(9, tzinfo=UTC)
_NIGHT = time(3, tzinfo=UTC)
_TICKS = timedelta(days=7)
# An installation does these daily. They read the whole ledger or rebuild records from the
# log: here they are done when the replay ends.
_AT_THE_END = frozenset({"ledger check", "log sample"})

Progress = Callable[[float, str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What people do on a day of the replay, before that day's screenings."""

    on: date
    do: Callable[[Scene], None]


def replay(
    scene: Scene, steps: Sequence[Step], screenings: Sequence[Screening], *, progress: Progress
) -> None:
    """Take each day in turn: its steps, its screenings, and the outcomes that it brings."""
    decided, known = _by_day(screenings), _by_day(screenings, later=FOLLOWED_FOR)
    due = sorted(steps, key=lambda step: step.on)
    days = sorted({*decided, *known, *(step.on for step in due)})
    next_tick, month = days[0] + _TICKS, days[0].month
    for place, day in enumerate(days):
        progress(place / len(days), f"{day:%B %Y}")
        while next_tick <= day:
            run_due(scene, at=datetime.combine(next_tick, _NIGHT))
            next_tick += _TICKS
        if day.month != month:
            month = day.month
            watch(scene)
        while due and due[0].on <= day:
            step = due.pop(0)
            scene.clock.move_to(datetime.combine(step.on, _OFFICE_OPENS))
            step.do(scene)
        answer_entries(scene)
        scene.clock.move_to(datetime.combine(day, _MORNING))
        if decided[day]:
            scene.program.decide(decided[day])
        if known[day]:
            scene.program.follow_up(known[day])
    run_due(scene, at=datetime.combine(next_tick, _NIGHT), all_of_it=True)
    watch(scene)
    answer_entries(scene)


def run_due(scene: Scene, *, at: datetime, all_of_it: bool = False) -> None:
    """Do what falls due in an installation; what failed is told at the end."""
    at = scene.clock.move_to(at)
    # Before sealing: what is held is found among what has just arrived.
    write_letters(scene)
    jobs = [job for job in scene.chores.jobs if all_of_it or job.name not in _AT_THE_END]
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
