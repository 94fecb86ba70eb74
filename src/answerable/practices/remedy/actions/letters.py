"""Filling notices from the log. What lacks anything that a person needs is not sent."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from answerable.intake.subjects import Pseudonyms
from answerable.inventory.models import Use
from answerable.law import clocks
from answerable.law.clocks import Due
from answerable.law.profiles import profile
from answerable.law.rules import UnknownRule
from answerable.ledger import checkpoints
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import INSTALLATION, Role
from answerable.practices.remedy.actions.parts import REMEDY, move
from answerable.practices.remedy.entries import NoticeIncomplete, NoticePrepared
from answerable.practices.remedy.models import Mailing, Notice
from answerable.practices.remedy.queries.letters import close_letter, compose, digest_of_letter
from answerable.practices.remedy.queries.people import Addressee, addressees, close
from answerable.practices.remedy.queries.wordings import Words, words_of
from answerable.practices.remedy.rules.references import new_secret, secret_hash
from answerable.practices.remedy.rules.states import MailingState, NoticeState
from answerable.report.letter import Letter, missing_elements

_AT_A_TIME = 200


def prepare_notices(*, pseudonyms: Pseudonyms, site: str, at: datetime, by: Actor = REMEDY) -> int:
    """Fill every notice that is owed, and lay the complete ones out to be sent.

    What a letter lacks is written beside its notice, which then stays overdue until
    somebody words the reason, or says how the person can be reached. Gives how many letters
    were laid out.
    """
    by.need(Role.OPERATOR, agency=INSTALLATION)
    prepared = 0
    waiting = Notice.objects.filter(state=NoticeState.OPENED.value)
    for use in Use.objects.filter(notices__in=waiting).select_related("agency").distinct():
        basis = _basis(use, site=site, at=at)
        rows = waiting.filter(use=use).select_related("use__agency").order_by("pk")
        keys = list(rows.values_list("pk", flat=True))
        for first in range(0, len(keys), _AT_A_TIME):
            some = list(rows.filter(pk__in=keys[first : first + _AT_A_TIME]))
            known = addressees(use, {one.subject for one in some}, pseudonyms)
            with transaction.atomic():
                for notice in some:
                    to = known.get(notice.subject)
                    prepared += _prepare(notice, to, basis, pseudonyms, by=by, at=at)
    return prepared


@dataclass(frozen=True, kw_only=True, slots=True)
class _Basis:
    """What all letters of a use in one run have in common."""

    words: Words
    profile: str
    on: date
    deadline: Due | None
    case_url: str
    checkpoint: str


def _basis(use: Use, *, site: str, at: datetime) -> _Basis:
    note = checkpoints.latest()
    return _Basis(
        words=words_of(use),
        profile=use.agency.profile,
        on=clocks.day_of(at, calendar=clocks.calendar_for(use.agency.profile)),
        deadline=_deadline(use, at=at),
        case_url=f"{site}/case/" if site else "",
        checkpoint="" if note is None else note.decode(),
    )


def _deadline(use: Use, *, at: datetime) -> Due | None:
    """Say until when the decision can be challenged; None where no rule says how long."""
    held = profile(use.agency.profile)
    try:
        length = held.value("challenge_window", on=at.date())
    except UnknownRule:
        return None
    return clocks.due(length, start=at, calendar=clocks.calendar_for(held.name))


def _prepare(
    notice: Notice,
    addressee: Addressee | None,
    basis: _Basis,
    pseudonyms: Pseudonyms,
    *,
    by: Actor,
    at: datetime,
) -> int:
    secret = new_secret()
    letter = compose(
        notice,
        addressee=addressee,
        words=basis.words,
        secret=secret,
        on=basis.on,
        deadline_on=None if basis.deadline is None else basis.deadline.on,
        case_url=basis.case_url,
        checkpoint=basis.checkpoint,
    )
    missing = missing_elements(letter, profile=basis.profile)
    if missing or basis.deadline is None:
        _say_missing(notice, missing or ("deadline_on",), by=by, at=at)
        return 0
    _lay_out(notice, letter, basis.deadline, pseudonyms, by=by, at=at)
    return 1


def _say_missing(notice: Notice, missing: Sequence[str], *, by: Actor, at: datetime) -> None:
    if list(notice.missing) == list(missing):
        return
    told = NoticeIncomplete(use=notice.use.ref, notice=notice.reference, missing=tuple(missing))
    entry = append(told, by=by, at=at, agency=notice.use.agency_id).index
    of = (NoticeState.OPENED.value,)
    move(notice, what="The notice", of=of, missing=list(missing), entry=entry)


def _lay_out(
    notice: Notice,
    letter: Letter,
    deadline: Due,
    pseudonyms: Pseudonyms,
    *,
    by: Actor,
    at: datetime,
) -> None:
    digest = digest_of_letter(letter)
    told = NoticePrepared(
        use=notice.use.ref,
        notice=notice.reference,
        letter=digest,
        challenge_by=deadline.on.isoformat(),
        calendar=deadline.calendar,
    )
    move(
        notice,
        what="The notice",
        of=(NoticeState.OPENED.value,),
        state=NoticeState.PREPARED.value,
        missing=[],
        secret_hash=secret_hash(letter.secret),
        letter=close_letter(letter, pseudonyms),
        letter_digest=digest,
        challenge_by=deadline.on,
        prepared_at=at,
        entry=append(told, by=by, at=at, agency=notice.use.agency_id).index,
    )
    Mailing.objects.create(
        notice=notice,
        token=secrets.token_hex(16),
        state=MailingState.WAITING.value,
        secret=close(letter.secret, pseudonyms, what="secret", of=notice.reference),
        made_at=at,
        next_at=at,
    )
