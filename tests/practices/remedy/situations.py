"""A use that writes to people, decisions about them, and a person with a letter, by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from answerable.intake import wire
from answerable.intake.bodies import microseconds
from answerable.intake.hot.models import Head, Subject
from answerable.intake.machine import Machine
from answerable.intake.scan import nothing_sealed
from answerable.intake.subjects import Pseudonyms
from answerable.inventory.models import Use
from answerable.kit.mail import Result, Sent
from answerable.ledger import checkpoints
from answerable.measure.tables import Limits
from answerable.people.roles import Role
from answerable.practices.remedy.actions import reviewing
from answerable.practices.remedy.actions.adverse import look_for_adverse
from answerable.practices.remedy.actions.cases import open_case
from answerable.practices.remedy.actions.challenges import file_challenge
from answerable.practices.remedy.actions.contacts import import_contacts
from answerable.practices.remedy.actions.letters import prepare_notices
from answerable.practices.remedy.actions.mailing import send_letters
from answerable.practices.remedy.actions.parts import PERSON
from answerable.practices.remedy.actions.reviewing import Answer
from answerable.practices.remedy.actions.wording import set_words
from answerable.practices.remedy.models import Challenge, Notice
from answerable.practices.remedy.queries.people import Addressee
from answerable.practices.remedy.rules.states import Part
from answerable.record.keys import SigningKey
from tests.intake.log_situations import KEY, arrive
from tests.inventory.situations import DAY, HOUR, NINE, OWNER, USE, VERSION_A, a_use, an_actor

PSEUDONYMS = Pseudonyms(lookup=b"l" * 32, encryption=b"e" * 32)
LEDGER = SigningKey.make("agency.example/ledger")
SITE = "https://north.example"
TENDER = an_actor("tender", Role.CASEWORKER)
OTHER = an_actor("other-caseworker", Role.CASEWORKER)
DECIDED = NINE + HOUR
NOW = NINE + 2 * HOUR
DECIDER = "c3" * 16
"""The token of whoever took every decision that `arrive` stores."""

WORDS: Mapping[tuple[Part, str], str] = {
    (Part.OUTCOME, "refused"): "Your claim was refused.",
    (Part.REASON, "income_missing"): "We have no record of your income.",
    (Part.AI_PART, ""): "A computer program suggested the refusal; a person confirmed it.",
    (Part.DATA_USED, ""): "Your claim form.\nThe register of incomes.",
    (Part.WHAT_TO_DO, ""): "Tell us what is wrong.\nSend your payslip.",
    (Part.HELP, ""): "Advice is free at the citizens' desk.",
    (Part.CONTACT, ""): "Benefits office, 10 to 16 hours, telephone 000 000.",
    (Part.LOOK_BACK, ""): "We found a fault that may have touched a decision about you.",
}


@dataclass(slots=True)
class Postbox:
    """Takes letters in place of a mail server, and answers as it is told."""

    answers: list[Result] = field(default_factory=list)
    taken: list[dict[str, object]] = field(default_factory=list)
    sender: str = "letters@north.example"

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
        self.taken.append(
            {"message_id": message_id, "to": to, "subject": subject, "text": text, "at": at}
        )
        assert html
        assert pdf.startswith(b"%PDF")
        return self.answers.pop(0) if self.answers else Sent(host="mail", code=250)


def a_machine(folder: Path) -> Machine:
    return Machine(
        log=folder / "log",
        log_keys=[KEY.verifier],
        limits=Limits(),
        pseudonyms=PSEUDONYMS,
        evidence=LEDGER,
        mail=None,
        site=SITE,
    )


def a_worded_use(folder: Path, *, without: Part | None = None) -> Use:
    """A use whose letters are worded in English, with a signed ledger."""
    use = a_use()
    for (part, code), words in WORDS.items():
        if part is not without:
            set_words(use=USE, part=part, code=code, language="en", words=words, by=OWNER, at=NINE)
    checkpoints.make(key=LEDGER, folder=folder / "checkpoints", at=NINE)
    return use


def a_person(number: int = 1) -> str:
    """Somebody whom the log knows by a token, which is given."""
    person = f"person-{number}"
    lookup = PSEUDONYMS.lookup_of(agency="north", use=USE, person=person)
    token = bytes([number]) * 16
    Subject.objects.create(
        lookup=lookup,
        agency="north",
        use=USE,
        token=token,
        ciphertext=PSEUDONYMS.close(person, lookup=lookup),
        made_us=0,
    )
    return token.hex()


def a_contact(number: int = 1, *, language: str = "en") -> None:
    addressee = Addressee(
        name=f"Anna Example {number}", address=f"anna{number}@home.example", language=language
    )
    import_contacts(
        agency="north",
        contacts=[(f"person-{number}", addressee)],
        pseudonyms=PSEUDONYMS,
        by=OWNER,
        at=NINE,
    )


def decided(
    number: int = 1,
    *,
    token: str = "a1" * 16,
    outcome: str = "refused",
    at: datetime = DECIDED,
    marks: str = "",
    attributes: Mapping[str, str] | None = None,
    **fields: object,
) -> None:
    """A decision arrives, as the gateway stores it."""
    given = {"version": VERSION_A, "reasons": ["income_missing"], "person": "x", **fields}
    decision = wire.Decision(
        source="desk-1",
        id=f"d-{number}",
        use=USE,
        occurred_at=at,
        outcome=outcome,
        **given,  # type: ignore[arg-type]
    )
    (row,) = arrive(decision, at=at, token=token, marks=marks, attributes=attributes)
    Head.objects.update_or_create(pk=1, defaults={"seq": row.seq, "commits": row.commit_id})
    assert row.occurred_us == microseconds(at)


def look(*, at: datetime = NOW) -> int:
    return look_for_adverse(at=at, sealed=nothing_sealed)


def prepare(*, at: datetime = NOW) -> int:
    return prepare_notices(pseudonyms=PSEUDONYMS, site=SITE, at=at)


def send(post: Postbox, *, at: datetime = NOW) -> int:
    return send_letters(mail=post, pseudonyms=PSEUDONYMS, at=at)


def a_letter(folder: Path, *, post: Postbox | None = None) -> Notice:
    """A refusal whose letter a mail server took."""
    a_worded_use(folder)
    token = a_person()
    a_contact()
    decided(token=token)
    look()
    prepare()
    send(post or Postbox())
    return Notice.objects.select_related("use__agency").get()


def secret_in(post: Postbox, *, place: int = -1) -> str:
    """The secret, read from the text of a letter as its person reads it."""
    lines = str(post.taken[place]["text"]).splitlines()
    (line,) = [one for one in lines if one.startswith("Your code:")]
    return line.partition(":")[2].strip()


def a_delivered_letter(folder: Path, *, at: datetime = NOW + HOUR) -> Notice:
    """The same, opened by its person with its secret."""
    post = Postbox()
    notice = a_letter(folder, post=post)
    return open_case(reference=notice.reference, secret=secret_in(post), place="::1", at=at)


def a_challenge(folder: Path, *, at: datetime = NOW + DAY, **fields: object) -> Challenge:
    """That person says what is wrong."""
    notice = a_delivered_letter(folder)
    given = {"points": ["I did send my payslip."], "channel": "page", **fields}
    return file_challenge(
        notice=notice.reference,
        pseudonyms=PSEUDONYMS,
        by=PERSON,
        at=at,
        **given,  # type: ignore[arg-type]
    )


def decide(
    challenge: Challenge,
    *,
    outcome: str,
    at: datetime,
    answers: tuple[Answer, ...] = (Answer(accepted=True, words="The payslip is in the file."),),
) -> Challenge:
    """A caseworker considers it blind, compares, and decides."""
    ref = challenge.reference
    reviewing.assign_reviewer(
        challenge=ref, reviewer=TENDER, pseudonyms=PSEUDONYMS, by=TENDER, at=at
    )
    reviewing.record_blind_finding(
        challenge=ref,
        finding=outcome,
        words="Read the file.",
        minutes=25,
        pseudonyms=PSEUDONYMS,
        by=TENDER,
        at=at,
    )
    reviewing.show_decision(notice=challenge.notice.reference, by=TENDER, at=at)
    return reviewing.decide_challenge(
        challenge=ref,
        outcome=outcome,
        answers=answers,
        minutes=10,
        pseudonyms=PSEUDONYMS,
        by=TENDER,
        at=at,
    )
