"""DESIGN.md's sentences about the permit, read directly and written down naively.

Nothing here is shared with the gate but the nouns: each line of `may_be_open` is one
clause of the paragraphs "Permit", "Observe" and "Breaker".
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from answerable.gate.terms import Approved, Facts, Finding, Level, Recorded, Waived

HALF_A_YEAR = timedelta(days=180)
NEVER_WAIVED = ("P1c", "P1d", "P2.0e", "P5b", "P6")
ONLY_THEIR_OWN_STEP = ("P7.0a", "P1e", "P3m", "P6j")


def may_be_open(facts: Facts, version: str, at: datetime) -> bool:
    """Whether a direct reading lets this version act on people under a permit."""
    runs = _last(((one.at, one.value) for one in facts.running), at) == version
    stage = _last(((one.at, one.value) for one in facts.stages), at)
    if not runs or stage not in ("deploy", "use") or not facts.ledger_fits:
        return False
    for hold in facts.holds:
        placed = hold.at <= at
        in_place = placed and (hold.lifted_at is None or hold.lifted_at > at)
        if in_place and hold.level in (Level.PEOPLE_ONLY, Level.STOPPED):
            return False
    approvals = [one for one in facts.approvals if _is_alive(facts, one, version, at)]
    if not approvals:
        return False
    newest = max(one.at for one in approvals)
    pilot = any(one.pilot is not None for one in approvals if one.at == newest)
    return all(
        _is_clear(facts, row.id, version, at)
        for row in facts.law.rows
        if _blocks_running(row.id, pilot=pilot, bought=_bought(facts, at))
        and row.id in _gates(facts)
    )


def _gates(facts: Facts) -> set[str]:
    return {row.id for row in facts.law.rows if row.blocks}


def _blocks_running(row: str, *, pilot: bool, bought: bool) -> bool:
    if row in ONLY_THEIR_OWN_STEP:
        return False
    if row == "P2.4c":
        return not pilot
    return bought or not row.startswith("P7")


def _bought(facts: Facts, at: datetime) -> bool:
    return bool(_last(((one.at, one.bought) for one in facts.contexts), at))


def _context(facts: Facts, at: datetime) -> object:
    return _last(((one.at, one.digest) for one in facts.contexts), at)


def _last(pairs: Iterable[tuple[datetime, object]], at: datetime) -> object:
    known = sorted((pair for pair in pairs if pair[0] <= at), key=lambda pair: pair[0])
    return known[-1][1] if known else None


def _is_clear(facts: Facts, row: str, version: str, at: datetime) -> bool:
    in_force = next(one for one in facts.law.rows if one.id == row)
    if in_force.served_by is None:
        return False
    about = [
        one
        for one in facts.verdicts
        if one.row == row
        and one.version == version
        and one.context == _context(facts, at)
        and one.at <= at
    ]
    if not about:
        return _is_waived(facts, row, version, at)
    newest = max(one.at for one in about)
    now = [one for one in about if one.at == newest]
    if any(one.finding is Finding.NOT_MET for one in now):
        return False
    if all(one.finding is Finding.MET and _is_fresh(one, in_force.law, at) for one in now):
        return True
    return _is_waived(facts, row, version, at)


def a_year_after(moment: datetime) -> datetime:
    """The same day of the next year, as twelve months are counted; no test begins in a leap day."""
    return moment.replace(year=moment.year + 1)


def _is_fresh(one: Recorded, law: str, at: datetime) -> bool:
    young = at < a_year_after(one.at)
    return bool(young and one.law == law and one.rests_on and (one.until is None or at < one.until))


def _is_waived(facts: Facts, row: str, version: str, at: datetime) -> bool:
    if row.startswith(NEVER_WAIVED):
        return False
    told = sorted(
        (one for one in facts.waivers if one.row == row and one.version == version),
        key=lambda one: (one.at, one.by),
    )
    proper: list[Waived] = []
    for one in told:
        if one.at > at or one.by in facts.owners or not one.reason.strip():
            continue
        if one.until - one.at > HALF_A_YEAR:
            continue
        if any(one.by == earlier.by for earlier in proper):
            continue
        if len(proper) == 2:
            continue
        proper.append(one)
    return any(one.context == _context(facts, at) and one.at <= at < one.until for one in proper)


def _is_alive(facts: Facts, one: Approved, version: str, at: datetime) -> bool:
    if one.version != version or one.context != _context(facts, at):
        return False
    if not one.at <= at < one.until or one.until > a_year_after(one.at):
        return False
    if one.by in facts.owners or (one.pilot is not None and one.pilot.cap < 1):
        return False
    stops = [hold.at for hold in facts.holds if hold.level is not Level.PAUSE]
    if any(one.at <= stop <= at for stop in (*stops, *facts.ended)):
        return False
    for context in facts.contexts:
        if one.at < context.at <= at and context.digest != one.context:
            return False
    return not _left_version(facts, one, at)


def _left_version(facts: Facts, one: Approved, at: datetime) -> bool:
    """Whether the approved version ran at any time since the approval, and then another did."""
    ran = False
    moments = sorted({one.at, *(change.at for change in facts.running if one.at < change.at <= at)})
    for moment in moments:
        running = _last(((change.at, change.value) for change in facts.running), moment)
        if running == one.version:
            ran = True
        elif ran:
            return True
    return False
