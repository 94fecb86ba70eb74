"""The county's software in the replay: it asks before each score, and records afterwards."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

from answerable.client import (
    Client,
    Course,
    Decision,
    NotRecorded,
    Outcome,
    Recorded,
    Reference,
    Version,
    version_of,
)
from answerable.client.records import Record
from answerable.errors import AnswerableError
from answerable.project.compas import HIGH_RISK_FROM, Screening
from answerable.project.demo.clock import ReplayClock
from answerable.project.demo.gateway import wait_until
from answerable.record.keys import VerifierKey

OUTCOMES = HIGH, LOW = "high", "low"
REASONS = MEDIUM_SCORE, HIGH_SCORE = "score_5_to_7", "score_8_to_10"
# As an audit reads labels: whether somebody was charged again.
CHARGED, NOT_CHARGED = "1", "0"
FOLLOWED_FOR = timedelta(days=730)
"""After how long it is known whether somebody was charged again."""

_HIGH_SCORE_FROM = 8
_RESTS_SECONDS = 0.01
_DECIDES = {Course.PROCEED: False, Course.PROCEED_WITHOUT_EFFECT: True}


class RecordLost(AnswerableError):
    """A record of the replay was not kept, so its figures would be of something else."""

    code = "project.record_lost"
    message = "The replay stopped: {reason}"
    hint = "Run it again; nothing outside its folder was touched."


class Program:
    """Asks and records through the real client, a day at a time.

    ``recorded`` says where the decision about each screening is to be found; a screening
    that was left to people has none. ``courses`` counts what the client answered.
    """

    def __init__(self, *, clock: ReplayClock, folder: Path) -> None:
        """Prepare what runs; `connect` lets it ask."""
        self._clock, self._folder = clock, folder
        self._client: Client | None = None
        self.recorded: dict[int, Reference] = {}
        self.courses: Counter[Course] = Counter()
        self.version = _version(folder)

    def connect(
        self,
        *,
        gateway: str,
        token: str,
        use: str,
        leases: VerifierKey,
        receipts: VerifierKey,
        asks: bool = True,
    ) -> None:
        """Work with this token from now on; who only records lets the first lease run out."""
        self.close()
        now = self._clock.ns()
        self._client = Client(
            gateway=gateway,
            token=token,
            use=use,
            version=self.version,
            lease_keys=[leases],
            receipts_key=receipts,
            spool=self._folder / "spool",
            clock=self._clock.ns if asks else lambda: now,
            tick=_RESTS_SECONDS,
        )

    def decide(self, screenings: Sequence[Screening]) -> None:
        """Ask about the people of a day one after the other, and record what was decided."""
        client = self._running
        wait_until(lambda: client.state().lease_seconds_left > 0, what="give a lease")
        for one in screenings:
            at = self._clock.step()
            answer = client.ask(person_of(one))
            self.courses[answer.course] += 1
            shadow = _DECIDES.get(answer.course)
            if shadow is None:
                # The person is left to people: the software gives no score.
                continue
            kept = self._record(
                Decision(
                    id=f"screening-{one.number}",
                    person=person_of(one),
                    occurred_at=at,
                    outcome=HIGH if one.high else LOW,
                    score=float(one.score),
                    threshold=float(HIGH_RISK_FROM),
                    reasons=_reasons(one),
                    attributes=one.attributes,
                    lease=answer.lease,
                    shadow=shadow,
                )
            )
            self.recorded[one.number] = Reference(source=kept.source, id=kept.id)
        self._settle()

    def follow_up(self, screenings: Iterable[Screening]) -> None:
        """Record what became of people whose time to be followed has ended."""
        for one in screenings:
            decision = self.recorded.get(one.number)
            if decision is not None:
                at = self._clock.step()
                label = CHARGED if one.charged_again else NOT_CHARGED
                self._record(
                    Outcome(decision=decision, label=label, found_at=at, occurred_at=at),
                )
        self._settle()

    def close(self) -> None:
        """End, with nothing left to ship."""
        if self._client is not None:
            self._client.close()
            self._client = None

    @property
    def _running(self) -> Client:
        if self._client is None:
            raise RecordLost(reason="the program is not connected.")
        return self._client

    def _record(self, record: Record) -> Recorded:
        match self._running.record(record):
            case Recorded() as kept:
                return kept
            case NotRecorded(sentence=sentence):
                raise RecordLost(reason=sentence)

    def _settle(self) -> None:
        client = self._running
        wait_until(lambda: client.state().spooled_bytes == 0, what="take the records")
        if client.state().refused:
            raise RecordLost(reason="the gateway refused a record; refused.jsonl says which.")


def person_of(screening: Screening) -> str:
    """Name a person as the county's software does."""
    return f"person-{screening.number}"


def _reasons(screening: Screening) -> tuple[str, ...]:
    if not screening.high:
        return ()
    return (HIGH_SCORE if screening.score >= _HIGH_SCORE_FROM else MEDIUM_SCORE,)


def _version(folder: Path) -> Version:
    """Hash what runs: the vendor's scores as they were recorded, and the county's threshold."""
    rule = folder / "rule.json"
    folder.mkdir(parents=True, exist_ok=True)
    rule.write_text(f'{{"score": "COMPAS decile as recorded", "high_from": {HIGH_RISK_FROM}}}\n')
    return version_of(parts={"rule": rule})
