"""What falls due in this installation, and the keys and folders it is done with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from answerable.errors import AnswerableError
from answerable.flow import schedule
from answerable.flow.schedule import Job, Ran
from answerable.gate.changes import recompute_all
from answerable.intake import retention, retention_limits, sample, scan, sealing
from answerable.intake.rebuild import Reference
from answerable.inventory.models import Use, Version
from answerable.law.profiles import profile
from answerable.ledger import checkpoints
from answerable.measure.tables import Limits
from answerable.people.actors import Actor
from answerable.people.leftovers import clear_leftovers
from answerable.project import startup
from answerable.project.arrivals import look_through
from answerable.project.keys import Keys
from answerable.project.machine import machine_of
from answerable.project.practice_jobs import PracticeJobs
from answerable.project.settings import Settings
from answerable.record import keylist
from answerable.record.keylist import Purpose
from answerable.record.keys import VerifierKey

CLOCK = Actor.operator("answerable/clock")

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class LedgerChanged(AnswerableError):
    """The ledger is not what was signed."""

    code = "project.ledger_changed"
    message = "The ledger does not fit what was signed: {misfit}"
    hint = "End the service: when it starts again, every lease says people_only until it fits."


class SampleNotRebuilt(AnswerableError):
    """Records of the daily sample could not be rebuilt from the log (X1)."""

    code = "project.sample_not_rebuilt"
    message = "Of the day's sample, records of {uses} could not be rebuilt from the log."
    hint = "Each has an incident in the ledger; compare the log with a copy kept elsewhere."


@dataclass(frozen=True, kw_only=True, slots=True)
class Chores:
    """The jobs of one installation: each is safe to run twice.

    ``fits`` says whether the ledger fits what was signed, and is asked each time: a misfit
    found after the start closes permits too.
    """

    settings: Settings
    held: Keys
    fits: Callable[[], bool]

    @property
    def jobs(self) -> Sequence[Job]:
        """List them, in the order in which they are run."""
        practices = self._practices
        return (
            Job(name="findings", every=_MINUTE, run=self.find),
            *practices.before_sealing,
            *practices.others,
            Job(name="permits", every=_MINUTE, run=self.recompute),
            Job(name="checkpoint", every=_MINUTE, run=self.sign_checkpoint),
            Job(name="sealing", every=_HOUR, run=self.seal),
            Job(name="retention", every=_DAY, run=self.delete_past),
            Job(name="ledger check", every=_DAY, run=self.check_ledger),
            Job(name="log sample", every=_DAY, run=self.rebuild_sample),
            Job(name="leftovers", every=_DAY, run=lambda at: clear_leftovers(at=at)),
            Job(name="schedule", every=_DAY, run=schedule.forget_done),
        )

    def find(self, at: datetime) -> None:
        """Open findings about what has arrived."""
        look_through(self.settings, self.held, ledger_fits=self.fits(), at=at)

    def recompute(self, at: datetime) -> None:
        """Record what became of permits by themselves, such as by expiry."""
        recompute_all(by=CLOCK, at=at, ledger_fits=self.fits())

    def sign_checkpoint(self, at: datetime) -> None:
        """Sign the ledger as it stands."""
        checkpoints.make(key=self.held.ledger, folder=self.settings.checkpoints, at=at)

    def seal(self, at: datetime) -> None:
        """Seal what has arrived and was looked through."""
        sealing.seal(
            log=self.settings.log,
            upto=min(scan.position(), self._practices.looked_at),
            key=self.held.receipts,
            by=CLOCK,
            at=at,
        )

    def delete_past(self, at: datetime) -> None:
        """Delete the part of the log that is past its limit, and what was taken from it."""
        retention.delete_past(
            log=self.settings.log,
            days=retention_limits.retention_days(at=at),
            keys=self._listed(Purpose.RECEIPTS),
            by=CLOCK,
            at=at,
            limits=self._limits,
        )
        self._practices.forget()

    def check_ledger(self, _at: datetime) -> None:
        """Read and hash the whole ledger again."""
        misfit = startup.misfit(self.settings, self.held)
        if misfit:
            raise LedgerChanged(misfit=misfit)

    def rebuild_sample(self, at: datetime) -> None:
        """Draw the day's sample of each use and rebuild it; a failure is an incident."""
        failed = []
        for use in Use.objects.select_related("agency", "system").order_by("ref"):
            size = profile(use.agency.profile).value("log_sample", on=at.date()).whole
            rebuilt = sample.rebuild_sample(
                agency=use.agency.ref,
                use=use.ref,
                size=size,
                reference=self._reference(use),
                by=CLOCK,
                at=at,
            )
            if rebuilt.problems:
                failed.append(use.ref)
        if failed:
            raise SampleNotRebuilt(uses=", ".join(failed))

    @property
    def _practices(self) -> PracticeJobs:
        return PracticeJobs(machine=machine_of(self.settings, self.held))

    @property
    def _limits(self) -> Limits:
        return Limits(memory_mb=self.settings.memory_mb, threads=self.settings.threads)

    def _reference(self, use: Use) -> Reference:
        versions = Version.objects.filter(system=use.system).values_list("digest", flat=True)
        return Reference(
            log=self.settings.log,
            manifest_keys=self._listed(Purpose.RECEIPTS),
            receipt_keys=self._listed(Purpose.RECEIPTS),
            versions=frozenset(versions),
            limits=self._limits,
        )

    def _listed(self, purpose: Purpose) -> Sequence[VerifierKey]:
        return keylist.read(self.held.lists[-1]).of(purpose)


def tick(chores: Chores, *, at: datetime) -> tuple[Ran, ...]:
    """Run whatever is due."""
    return schedule.tick(chores.jobs, at=at)
