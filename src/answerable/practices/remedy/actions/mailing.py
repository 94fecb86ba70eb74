"""Sending letters: each is claimed, sent once, and noted; what is not known is never guessed.

A claim and the note are two transactions with the mail server between them. Whatever ends
the process there leaves a claim, which after a while says *unknown*: nobody but a person
sends such a letter again.
"""

import secrets
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, assert_never

from django.db import transaction
from django.db.models import F

from answerable.errors import AnswerableError
from answerable.intake.subjects import Pseudonyms
from answerable.kit.mail import MaybeSent, NotSent, Result, Sent, message_id_for
from answerable.ledger.append import append
from answerable.ledger.entries import Entry
from answerable.people.actors import Actor
from answerable.people.roles import INSTALLATION, Role
from answerable.practices.remedy.actions.parts import REMEDY, SomebodyWasQuicker, move
from answerable.practices.remedy.entries import (
    NoticeReturned,
    NoticeSent,
    SendingRepeated,
    SendingUnknown,
)
from answerable.practices.remedy.models import Mailing, Notice
from answerable.practices.remedy.queries.letters import letter_of
from answerable.practices.remedy.queries.notices import may_be_sent_again, notice_for
from answerable.practices.remedy.queries.people import addressees, open_again
from answerable.practices.remedy.rules.roles import SENDERS
from answerable.practices.remedy.rules.states import LOST, MailingState, NoticeState
from answerable.report.letter import Letter, html_letter, pdf_letter, subject_of, text_letter

# Longer than a mail server takes to answer.
UNKNOWN_AFTER = timedelta(minutes=30)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=10), timedelta(hours=12)
_LIVE = (NoticeState.PREPARED.value, NoticeState.UNKNOWN.value, NoticeState.RETURNED.value)


class NotSentAgain(AnswerableError):
    """A letter is on its way, or there, or was never written."""

    code = "remedy.not_sent_again"
    message = "The letter {notice} is not sent again. Its state: {state}."
    hint = "A letter is sent again where nobody knows whether it left, or where it came back."


class Sends(Protocol):
    """What hands a letter to a mail server; `kit.mail.Mailer` does."""

    @property
    def sender(self) -> str:
        """From which address."""

    def send(
        self,
        *,
        message_id: str,
        to: str,
        subject: str,
        text: str,
        html: str,
        pdf: bytes,
        at: datetime,
    ) -> Result:
        """Send one letter to one person, and say what became of it."""


def send_letters(*, mail: Sends, pseudonyms: Pseudonyms, at: datetime, by: Actor = REMEDY) -> int:
    """Send every letter that is laid out and due, and give how many a server took."""
    by.need(Role.OPERATOR, agency=INSTALLATION)
    _give_up_claims(by=by, at=at)
    due = Mailing.objects.filter(state=MailingState.WAITING.value, next_at__lte=at)
    waiting = list(due.select_related("notice__use__agency").order_by("pk"))
    sent = 0
    with ThreadPoolExecutor(max_workers=1) as setter:
        begun = _begun(waiting, setter, pseudonyms=pseudonyms, at=at)
        for mailing, letter in _one_ahead(begun, at=at):
            if _claim(mailing, at=at):
                result = _handed_over(mailing, letter, mail=mail, at=at)
                sent += isinstance(result, Sent)
                _note(mailing, result, by=by, at=at)
    return sent


def send_again(*, notice: str, by: Actor, at: datetime) -> Notice:
    """Lay out a letter once more: a person decides that, never a machine.

    One that was never written, because its person could not be reached, is owed again.
    """
    found = notice_for(by, notice, *SENDERS)
    if not may_be_sent_again(found):
        raise NotSentAgain(notice=found.reference, state=found.words)
    with transaction.atomic():
        last = found.mailings.select_for_update().order_by("pk").last()
        if last is not None and last.state in {MailingState.WAITING, MailingState.CLAIMED}:
            raise NotSentAgain(notice=found.reference, state=last.words)
        told = SendingRepeated(use=found.use.ref, notice=found.reference)
        move(
            found,
            what="The notice",
            of=tuple(sorted(state.value for state in LOST)),
            state=(NoticeState.OPENED if last is None else NoticeState.PREPARED).value,
            entry=append(told, by=by, at=at, agency=found.use.agency_id).index,
        )
        if last is not None:
            Mailing.objects.create(
                notice=found,
                token=secrets.token_hex(16),
                state=MailingState.WAITING.value,
                secret=bytes(last.secret),
                made_at=at,
                next_at=at,
            )
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Mail:
    """A letter in its three forms, and where it goes; empty where that was erased."""

    to: str = field(repr=False)
    subject: str = ""
    text: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    pdf: bytes = field(default=b"", repr=False)


_Begun = tuple[Mailing, Future[_Mail]]


def _begun(
    waiting: Iterable[Mailing], setter: Executor, *, pseudonyms: Pseudonyms, at: datetime
) -> Iterator[_Begun]:
    """Open each letter and have it set by another thread, which touches no database."""
    for mailing in waiting:
        with _putting_off(mailing, at=at):
            to, letter = _opened(mailing, pseudonyms=pseudonyms)
            yield mailing, setter.submit(_set, to, letter)


def _one_ahead(begun: Iterator[_Begun], *, at: datetime) -> Iterator[tuple[Mailing, _Mail]]:
    """Give each letter when it is set, while the next one is: that takes as long as sending."""
    last = next(begun, None)
    while last is not None:
        mailing, setting = last
        last = next(begun, None)
        with _putting_off(mailing, at=at):
            yield mailing, setting.result()


@contextmanager
def _putting_off(mailing: Mailing, *, at: datetime) -> Iterator[None]:
    """Let one letter that cannot be set hold up no other. It is not claimed: nothing was sent."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it
        # Its message may quote the letter.
        reason = f"a fault of ours ({type(error).__name__})"
        free = Mailing.objects.filter(pk=mailing.pk, state=MailingState.WAITING.value)
        free.update(failure=reason, next_at=at + _FIRST_WAIT)


def _opened(mailing: Mailing, *, pseudonyms: Pseudonyms) -> tuple[str, Letter | None]:
    """Give to whom a letter goes and what it says; neither where that was erased."""
    notice = mailing.notice
    to = addressees(notice.use, [notice.subject], pseudonyms).get(notice.subject)
    if to is None or not mailing.secret:
        return "", None
    secret = open_again(bytes(mailing.secret), pseudonyms, what="secret", of=notice.reference)
    return to.address, letter_of(notice, pseudonyms, secret=secret)


def _set(to: str, letter: Letter | None) -> _Mail:
    if letter is None:
        return _Mail(to="")
    return _Mail(
        to=to,
        subject=subject_of(letter),
        text=text_letter(letter),
        html=html_letter(letter),
        pdf=pdf_letter(letter),
    )


def _claim(mailing: Mailing, *, at: datetime) -> bool:
    free = Mailing.objects.filter(pk=mailing.pk, state=MailingState.WAITING.value)
    claimed = {"state": MailingState.CLAIMED.value, "claimed_at": at}
    if not free.update(**claimed, attempts=F("attempts") + 1):
        return False
    mailing.refresh_from_db(fields=["state", "claimed_at", "attempts"])
    return True


def _handed_over(mailing: Mailing, letter: _Mail, *, mail: Sends, at: datetime) -> Result:
    if not letter.to:
        # Erased since the letter was laid out.
        return NotSent(permanent=True, reason="address_unknown")
    return mail.send(
        message_id=message_id_for(mailing.token, domain=mail.sender.rpartition("@")[2]),
        to=letter.to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        pdf=letter.pdf,
        at=at,
    )


def _note(mailing: Mailing, result: Result, *, by: Actor, at: datetime) -> None:
    notice = mailing.notice
    match result:
        case Sent():
            told: Entry = NoticeSent(
                use=notice.use.ref, notice=notice.reference, attempts=mailing.attempts
            )
            _finish(mailing, MailingState.SENT, NoticeState.SENT, told, by=by, at=at, sent_at=at)
        case NotSent(permanent=True):
            told = NoticeReturned(use=notice.use.ref, notice=notice.reference, reason=result.reason)
            _finish(
                mailing,
                MailingState.REFUSED,
                NoticeState.RETURNED,
                told,
                by=by,
                at=at,
                failure=result.reason,
            )
        case NotSent():
            wait = min(_FIRST_WAIT * 2 ** min(mailing.attempts - 1, 10), _LONGEST_WAIT)
            move(
                mailing,
                what="The sending",
                of=(MailingState.CLAIMED.value,),
                state=MailingState.WAITING.value,
                claimed_at=None,
                next_at=at + wait,
                failure=result.reason,
            )
        case MaybeSent():
            _lose_sight(mailing, reason=result.reason, by=by, at=at)
        case other:
            assert_never(other)


def _give_up_claims(*, by: Actor, at: datetime) -> None:
    stale = Mailing.objects.filter(
        state=MailingState.CLAIMED.value, claimed_at__lte=at - UNKNOWN_AFTER
    )
    for mailing in stale.select_related("notice__use__agency"):
        _lose_sight(mailing, reason="interrupted", by=by, at=at)


def _lose_sight(mailing: Mailing, *, reason: str, by: Actor, at: datetime) -> None:
    notice = mailing.notice
    told = SendingUnknown(use=notice.use.ref, notice=notice.reference)
    unknown = NoticeState.UNKNOWN
    _finish(mailing, MailingState.UNKNOWN, unknown, told, by=by, at=at, failure=reason)


def _finish(
    mailing: Mailing,
    ended: MailingState,
    becomes: NoticeState,
    told: Entry,
    *,
    by: Actor,
    at: datetime,
    failure: str = "",
    **changed: object,
) -> None:
    notice = mailing.notice
    with transaction.atomic():
        move(
            mailing,
            what="The sending",
            of=(MailingState.CLAIMED.value,),
            state=ended.value,
            finished_at=at,
            failure=failure,
        )
        entry = append(told, by=by, at=at, agency=notice.use.agency_id).index
        try:
            move(notice, what="The notice", of=_LIVE, state=becomes.value, entry=entry, **changed)
        except SomebodyWasQuicker:
            # The person opened it while the server was still answering: it is delivered.
            # Its entry stays that of the delivery, on which its hold is lifted.
            if changed:
                Notice.objects.filter(pk=notice.pk, sent_at=None).update(**changed)
