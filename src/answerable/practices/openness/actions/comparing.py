"""Comparing a record with what runs, and counting which decisions came before it was public."""

from datetime import UTC, date, datetime, timedelta
from typing import cast

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.row_findings import record_findings
from answerable.gate.terms import Finding
from answerable.intake.addresses import Address
from answerable.intake.log import materialise
from answerable.intake.machine import Machine
from answerable.inventory.figures import Measured, Unit, record_figure
from answerable.inventory.models import Use
from answerable.inventory.queries import context_from, context_of, use_for_part
from answerable.ledger.append import append
from answerable.measure.tables.rows import read_rows
from answerable.measure.tables.write import Kind
from answerable.measure.wilson import wilson_interval
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.openness.entries import RecordCompared
from answerable.practices.openness.models import Comparison, RegisterLine
from answerable.practices.openness.queries.content import record_now
from answerable.practices.openness.queries.findings import findings
from answerable.practices.openness.queries.register import line_of
from answerable.practices.openness.rules import differences
from answerable.record.digests import HexDigest, sha256_of_file

LEVEL = 0.95
_DAY_US = 86_400_000_000
_EPOCH_ON = date(1970, 1, 1)


class NotCompared(AnswerableError):
    """Records could not be compared with the log."""

    code = "openness.not_compared"
    message = "The public records of these uses could not be compared with what runs: {uses}."
    hint = "Read the log of each with `answerable audit`: it says which file cannot be read."


class _Counted:
    """The live decisions of a use: how many, from when on, by which versions; and of what file."""

    def __init__(self, *, since: date) -> None:
        self.decisions = self.after = 0
        self.first_on: date | None = None
        self.last_on: date | None = None
        self.latest = ""
        self.data = HexDigest("")
        self._since = since
        self._latest_us = -(2**62)

    def add(self, version: str, occurred_us: int) -> None:
        day = _EPOCH_ON + timedelta(days=occurred_us // _DAY_US)
        self.decisions += 1
        # The day of publication itself counts as before: a log is read by whole days.
        self.after += day > self._since
        self.first_on = day if self.first_on is None else min(self.first_on, day)
        self.last_on = day if self.last_on is None else max(self.last_on, day)
        if occurred_us >= self._latest_us:
            self._latest_us, self.latest = occurred_us, version


def compare(
    *, use: str, machine: Machine, by: Actor, at: datetime, law: Law = law_of_agency
) -> Comparison:
    """Compare the newest record of a use with what runs and with the decisions of the log.

    What differs stands on the record itself from then on, with its age, and makes row P5c
    *not met* at once. Where there are live decisions, the share that was made after the day
    on which the use was first published is recorded as a figure. Safe to run daily.
    """
    found = use_for_part(by, use, Role.OWNER, Role.REVIEWER)
    line = line_of(use)
    known = at.astimezone(UTC).date()
    counted = _count(use, since=line.first_at.date(), known=known, machine=machine, by=by)
    with transaction.atomic():
        found = locked(found)
        line = line_of(use)
        record = line.record
        now = record_now(found, at=at, since=record.upto, upto=record.upto, law=law)
        differs = differences(record.content, now)
        published = record.content.get("version")
        if counted.decisions and counted.latest != published and "version" not in differs:
            differs = (*differs, "version")
        told = RecordCompared(
            use=use,
            number=record.number,
            decisions=counted.decisions,
            data=counted.data,
            differs=differs,
        )
        comparison = Comparison.objects.create(
            record=record,
            decisions=counted.decisions,
            after_publication=counted.after,
            first_on=counted.first_on,
            data=counted.data,
            differs=list(differs),
            at=at,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )
        _note(line, differs, at=at)
        measured = _measured(found, counted, published_on=line.first_at.date(), known=known)
        version = str(published or counted.latest)
        if measured is not None:
            record_figure(use=use, version=version, measured=measured, by=by, at=at)
        broken = [
            one
            for one in findings(found, version=version, at=at)
            if one.row == "P5c" and one.finding is Finding.NOT_MET
        ]
        in_force = law(found.agency_id, on=at.date()).row("P5c") is not None
        # The log may name a version that nobody recorded; that has a finding of its own.
        if in_force and found.system.versions.filter(digest=version).exists():
            record_findings(broken, use=use, version=version, room=__name__, by=by, at=at, law=law)
    return comparison


def compare_all(*, machine: Machine, by: Actor, at: datetime, law: Law = law_of_agency) -> int:
    """Compare every record that was not compared today; a job by time. Gives how many differ.

    Raises
    ------
    NotCompared
        The log of some uses could not be read. All others were compared all the same.
    """
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    compared = Comparison.objects.filter(record=OuterRef("record"), at__gte=midnight)
    waiting = RegisterLine.objects.exclude(Exists(compared)).order_by("pk")
    differing, failed = 0, dict[str, AnswerableError]()
    for use in list(waiting.values_list("use__ref", flat=True)):
        try:
            done = compare(use=use, machine=machine, by=by, at=at, law=law)
        except AnswerableError as error:
            failed[use] = error
            continue
        differing += bool(done.differs)
    if failed:
        why = "; ".join(f"{use} ({error.code})" for use, error in failed.items())
        raise NotCompared(uses=why) from next(iter(failed.values()))
    return differing


def _count(use: str, *, since: date, known: date, machine: Machine, by: Actor) -> _Counted:
    counted = _Counted(since=since)
    # As the log was when the day began: the same question asked later gets the same answer.
    asked = Address(use=use, known=known)
    with materialise(
        asked, log=machine.log, keys=machine.log_keys, viewer=by, limits=machine.limits
    ) as made:
        counted.data = sha256_of_file(made.path)
        columns = {"version": Kind.TEXT, "occurred_at": Kind.TIME}
        for version, occurred in read_rows([made.path], columns, limits=machine.limits):
            counted.add(str(version), cast("int", occurred))
    return counted


def _note(line: RegisterLine, differs: tuple[str, ...], *, at: datetime) -> None:
    line.differs = list(differs)
    # The age of what is untrue is that of its first finding, not of the last.
    line.differs_since = (line.differs_since or at) if differs else None
    line.save(update_fields=["differs", "differs_since"])


def _measured(found: Use, counted: _Counted, *, published_on: date, known: date) -> Measured | None:
    context = context_from(context_of(found))
    others = [code for code in context.outcomes if code not in context.adverse]
    if counted.first_on is None or counted.last_on is None:
        return None
    # What counts the rows of the log again is an audit, which is of two outcomes.
    if (len(context.adverse), len(others)) != (1, 1):
        return None
    low, high = wilson_interval(
        np.array([counted.after]), np.array([counted.decisions]), level=LEVEL
    )
    share = counted.after / counted.decisions
    asked = f"--decision outcome --positive {context.adverse[0]} --favourable {others[0]}"
    commands = [
        f"answerable audit {address} {asked} --by version --json -"
        for address in (
            f"'log:{found.ref}?known={known}'",
            f"'log:{found.ref}?from={published_on + timedelta(days=1)}&known={known}'",
        )
    ]
    return Measured(
        practice="openness",
        name="decisions_after_publication",
        unit=Unit.SHARE,
        value=share,
        low=min(float(low[0]), share),
        high=max(float(high[0]), share),
        level=LEVEL,
        n=counted.decisions,
        first_on=counted.first_on,
        last_on=counted.last_on,
        data=counted.data,
        command="; ".join(commands),
    )
