"""What falls due in the practices: each job is safe to run twice, and fails by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from answerable.errors import AnswerableError
from answerable.flow import reactions
from answerable.flow.schedule import Job
from answerable.flow.table import REACTIONS
from answerable.intake.log import sealed_records
from answerable.intake.machine import Machine
from answerable.intake.queries import ManySealed
from answerable.people.actors import Actor
from answerable.practices.assessment.actions import clocks as assessment_clocks
from answerable.practices.competence.actions.gather import forget_cases, gather_cases
from answerable.practices.competence.actions.untrained import find_untrained
from answerable.practices.monitoring.actions.reading import Log
from answerable.practices.monitoring.actions.running import run as run_monitors
from answerable.practices.monitoring.queries import watched_uses
from answerable.practices.obligations.actions import clocks as obligations_clocks
from answerable.practices.openness.actions.comparing import compare_all
from answerable.practices.openness.actions.publishing import publish_changed
from answerable.practices.procurement.actions import clocks as procurement_clocks
from answerable.practices.remedy.actions.adverse import look_for_adverse
from answerable.practices.remedy.actions.delivery import let_take_effect
from answerable.practices.remedy.actions.letters import prepare_notices
from answerable.practices.remedy.actions.mailing import send_letters
from answerable.practices.remedy.queries.notices import (
    position,
    refused_letters,
    unsent_letters,
)

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class NoMailServer(AnswerableError):
    """Letters wait, and nobody has said which server takes them."""

    code = "project.no_mail_server"
    message = "{count} letters wait to be sent, and no mail server is set."
    hint = "Set ANSWERABLE_MAIL; until then their decisions take no effect."


class LettersNotTaken(AnswerableError):
    """The mail server took some letters not, or could not be reached."""

    code = "project.letters_not_taken"
    message = "{count} letters wait to be sent again; last of all: {reason}."
    hint = "See that the mail server answers. They are tried again by themselves."


class NotEachUseWatched(AnswerableError):
    """The monitors of a use failed; the others ran."""

    code = "project.not_each_use_watched"
    message = "The monitors of {uses} did not run: {reasons}"
    hint = "Until they run, a blind period begins, and it restricts the use beyond its limit."


class ReactionsFailed(AnswerableError):
    """What entries asked for was not done."""

    code = "project.reactions_failed"
    message = "{count} reactions to entries failed, the first on entry {index}: {failure}"
    hint = "They are tried again by themselves; see what each needs."


@dataclass(frozen=True, kw_only=True, slots=True)
class PracticeJobs:
    """The jobs of the practices, with the parts of a machine."""

    machine: Machine

    @property
    def before_sealing(self) -> Sequence[Job]:
        """What looks at records while they are still hot."""
        return (
            Job(name="adverse decisions", every=_MINUTE, run=self.find_adverse),
            Job(name="untrained staff", every=_MINUTE, run=self.find_untrained),
            Job(name="known cases", every=_HOUR, run=self.gather_cases),
        )

    @property
    def others(self) -> Sequence[Job]:
        """Letters, monitors, clocks, what is public, and what follows from entries."""
        return (
            Job(name="letters laid out", every=_MINUTE, run=self.prepare_letters),
            Job(name="letters sent", every=_MINUTE, run=self.send_letters),
            Job(name="notices in effect", every=_MINUTE, run=lambda at: let_take_effect(at=at)),
            Job(name="monitors", every=_HOUR, run=self.watch),
            Job(name="overdue work", every=_HOUR, run=self.tell_overdue),
            Job(name="verdicts compared", every=_HOUR, run=self.take_back),
            Job(name="reactions", every=_MINUTE, run=self.react),
            Job(name="public records", every=_HOUR, run=lambda at: publish_changed(at=at)),
            Job(name="register compared", every=_DAY, run=self.compare),
        )

    @property
    def looked_at(self) -> int:
        """Up to which record adverse decisions were found: nothing beyond is sealed yet."""
        return position()

    def find_adverse(self, at: datetime) -> None:
        """Hold each adverse decision, and owe its person a notice."""
        look_for_adverse(at=at, sealed=self._sealed)

    def find_untrained(self, at: datetime) -> None:
        """Open findings about staff who have not shown that they can oversee what they do."""
        find_untrained(sealed=self._sealed, at=at)

    def forget(self) -> None:
        """Let go of what was kept of records that the log keeps no longer."""
        forget_cases()

    def gather_cases(self, at: datetime) -> None:
        """Keep some cases whose outcome is known, for exercises."""
        gather_cases(sealed=self._sealed, at=at)

    def prepare_letters(self, at: datetime) -> None:
        """Fill what letters are owed."""
        prepare_notices(pseudonyms=self.machine.pseudonyms, site=self.machine.site, at=at)

    def send_letters(self, at: datetime) -> None:
        """Hand letters to the mail server."""
        if self.machine.mail is not None:
            send_letters(mail=self.machine.mail, pseudonyms=self.machine.pseudonyms, at=at)
            if failed := list(refused_letters()):
                raise LettersNotTaken(count=len(failed), reason=failed[-1].failure)
        elif waiting := unsent_letters(at=at):
            raise NoMailServer(count=waiting)

    def watch(self, at: datetime) -> None:
        """Run the monitors of every use that has some."""
        machine = self.machine
        log = Log(folder=machine.log, keys=machine.log_keys, limits=machine.limits)
        failed: dict[str, str] = {}
        for use in watched_uses():
            try:
                run_monitors(use=use, log=log, at=at)
            except AnswerableError as error:
                failed[use] = error.sentence
        if failed:
            raise NotEachUseWatched(uses=", ".join(failed), reasons=" ".join(failed.values()))

    def tell_overdue(self, at: datetime) -> None:
        """Say of promises whose day has passed that it has."""
        assessment_clocks.tell_overdue(by=Actor.operator("answerable/assessment"), at=at)
        procurement_clocks.tell_overdue(by=Actor.operator("answerable/procurement"), at=at)

    def take_back(self, at: datetime) -> None:
        """Let what was met fall where rows were changed behind the signature."""
        obligations_clocks.take_back(by=Actor.operator("answerable/obligations"), at=at)
        assessment_clocks.take_back(by=Actor.operator("answerable/assessment"), at=at)

    def react(self, at: datetime) -> None:
        """Answer entries that no page's own request has answered."""
        failed = [one for one in reactions.react(REACTIONS, at=at) if one.failure]
        if failed:
            first = failed[0]
            raise ReactionsFailed(count=len(failed), index=first.index, failure=first.failure)

    def compare(self, at: datetime) -> None:
        """Compare the register with what runs."""
        compare_all(machine=self.machine, by=Actor.operator("answerable/openness"), at=at)

    @property
    def _sealed(self) -> ManySealed:
        machine = self.machine

        def read(agency: str, numbers: Sequence[int]) -> Mapping[int, tuple[bytes, str]]:
            return sealed_records(
                agency, numbers, log=machine.log, keys=machine.log_keys, limits=machine.limits
            )

        return read
