"""Who is decided against is told, before anything happens to them, or it is known who was not."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from msgspec import ValidationError

from answerable.gate.holds import NOTICE
from answerable.gate.models import Hold, Lift
from answerable.intake.hot.models import Record
from answerable.intake.log import sealed_records
from answerable.inventory.queries import UnknownUse
from answerable.kit.mail import MaybeSent, NotSent
from answerable.ledger.models import EntryRow
from answerable.measure.tables import Limits
from answerable.people.actors import NotPermitted
from answerable.practices.remedy.actions.adverse import look_for_adverse
from answerable.practices.remedy.actions.cases import open_case
from answerable.practices.remedy.actions.contacts import (
    ContactRefused,
    import_contacts,
)
from answerable.practices.remedy.actions.delivery import (
    DeliveryUnproven,
    confirm_delivery,
    deliver,
    let_take_effect,
    record_return,
)
from answerable.practices.remedy.actions.mailing import (
    UNKNOWN_AFTER,
    NotSentAgain,
    send_again,
)
from answerable.practices.remedy.actions.parts import SomebodyWasQuicker
from answerable.practices.remedy.actions.wording import (
    StepUnowned,
    WordsRefused,
    name_offices,
    set_words,
)
from answerable.practices.remedy.models import Contact, Mailing, Notice, Position
from answerable.practices.remedy.queries import position
from answerable.practices.remedy.queries.notices import (
    UnknownNotice,
    overdue_notices,
    unsent_letters,
)
from answerable.practices.remedy.queries.people import Addressee
from answerable.practices.remedy.rules.states import How, MailingState, NoticeState, Part, Step
from tests.intake.log_situations import KEY, sealed
from tests.inventory.situations import (
    CASEWORKER,
    DAY,
    EVERYBODY_SOUTH,
    HOUR,
    OPERATOR,
    OWNER,
    REVIEWER,
    USE,
    a_use,
)
from tests.practices.remedy.situations import (
    NOW,
    PSEUDONYMS,
    Postbox,
    a_contact,
    a_letter,
    a_person,
    a_worded_use,
    decided,
    look,
    prepare,
    secret_in,
    send,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def kinds() -> list[str]:
    told = EntryRow.objects.filter(kind__startswith="remedy.notice").order_by("index")
    return [kind.removeprefix("remedy.notice.") for kind in told.values_list("kind", flat=True)]


def state() -> str:
    return Notice.objects.get().state


def test_an_adverse_decision_is_held_and_its_person_is_owed_a_notice() -> None:
    a_use()
    decided(1)
    decided(2, outcome="paid")
    assert 1 == look()
    hold, notice = Hold.objects.get(), Notice.objects.get()
    assert (NOTICE, "d-1", hold) == (hold.ground, hold.record, notice.hold)
    assert ("a1" * 16, "opened", ["opened"]) == (notice.subject, notice.state, kinds())


def test_looking_twice_finds_nothing_twice() -> None:
    a_use()
    decided()
    assert (1, 0, 1) == (look(), look(), position())
    Position.objects.update(seq=0)
    assert 0 == look()
    assert 1 == Notice.objects.count()


@pytest.mark.parametrize(
    ("fields", "marks"), [({"shadow": True}, ""), ({}, "historic"), ({"outcome": "paid"}, "")]
)
def test_what_touches_nobody_or_was_before_enrolment_owes_no_notice(
    fields: dict[str, object], marks: str
) -> None:
    a_use()
    decided(marks=marks, **fields)  # type: ignore[arg-type]
    assert 0 == look()
    assert not Hold.objects.exists()


def test_an_outcome_that_the_use_does_not_have_is_told_like_an_adverse_one() -> None:
    a_use()
    decided(outcome="vanished", marks="unknown_outcome")
    assert 1 == look()


def test_what_was_sealed_before_it_was_looked_at_is_read_from_the_files(tmp_path: Path) -> None:
    a_use()
    decided(1)
    decided(2, outcome="paid")
    sealed(tmp_path)

    def read(agency: str, numbers: object) -> object:
        return sealed_records(
            agency,
            numbers,  # type: ignore[arg-type]
            log=tmp_path,
            keys=[KEY.verifier],
            limits=Limits(),
        )

    assert 1 == look_for_adverse(at=NOW, sealed=read)  # type: ignore[arg-type]
    assert 2 == position()


def test_only_a_part_of_answerable_looks() -> None:
    with pytest.raises(NotPermitted):
        look_for_adverse(at=NOW, sealed=lambda _agency, _numbers: {}, by=OWNER)


def test_a_letter_is_filled_from_the_log_in_the_words_of_the_use(tmp_path: Path) -> None:
    post = Postbox()
    a_letter(tmp_path, post=post)
    (mail,) = post.taken
    text = str(mail["text"])
    for said in (
        "For Anna Example 1",
        "Your claim was refused.",
        "We have no record of your income.",
        "A computer program suggested the refusal",
        "https://north.example/case/",
        "agency.example/ledger",
    ):
        assert said in text
    assert "anna1@home.example" == mail["to"]
    # Six weeks from Monday, 23 November 2026.
    assert "2027-01-04" == str(Notice.objects.get().challenge_by)


def test_nothing_about_the_person_stands_in_the_ledger_the_subject_or_open_in_a_row(
    tmp_path: Path,
) -> None:
    post = Postbox()
    notice = a_letter(tmp_path, post=post)
    payloads = b"".join(bytes(one.payload) for one in EntryRow.objects.all())
    rows = bytes(notice.letter) + bytes(Contact.objects.get().closed)
    for private in (b"Anna", b"home.example", b"person-1", secret_in(post).encode()):
        assert private not in payloads + rows
    assert "Anna" not in str(post.taken[0]["subject"])


@pytest.mark.parametrize(
    ("without", "lacking"),
    [(Part.REASON, "reasons"), (Part.HELP, "help"), (Part.AI_PART, "ai_part")],
)
def test_a_letter_that_lacks_something_is_not_sent_and_says_what(
    tmp_path: Path, without: Part, lacking: str
) -> None:
    a_worded_use(tmp_path, without=without)
    token = a_person()
    a_contact()
    decided(token=token)
    look()
    assert (0, 0) == (prepare(), prepare())
    assert ([lacking], "opened") == (Notice.objects.get().missing, state())
    assert ["opened", "incomplete"] == kinds()
    assert [USE] == [one.use.ref for one in overdue_notices(OWNER, at=NOW + 2 * DAY)]
    assert not overdue_notices(EVERYBODY_SOUTH, at=NOW + 2 * DAY)


def test_who_cannot_be_written_to_is_said_to_be_missing_and_goes_out_when_known(
    tmp_path: Path,
) -> None:
    a_worded_use(tmp_path)
    decided(token=a_person())
    look()
    assert 0 == prepare()
    assert "person" in Notice.objects.get().missing
    a_contact()
    assert 1 == prepare()
    assert [] == Notice.objects.get().missing


def test_a_letter_is_sent_once_under_one_name(tmp_path: Path) -> None:
    post = Postbox()
    a_letter(tmp_path, post=post)
    assert (0, 1) == (send(post, at=NOW + DAY), len(post.taken))
    assert ("sent", ["opened", "prepared", "sent"]) == (state(), kinds())
    # Sent is not delivered: nothing happens to the person.
    assert 0 == let_take_effect(at=NOW + 90 * DAY)


def test_a_mail_server_that_is_down_is_tried_again_and_the_letter_stays_in_sight(
    tmp_path: Path,
) -> None:
    down = NotSent(permanent=False, reason="connection_refused")
    post = Postbox(answers=[down, down])
    a_letter(tmp_path, post=post)
    assert (0, 1) == (unsent_letters(at=NOW), unsent_letters(at=NOW + HOUR))
    mailing = Mailing.objects.get()
    assert ("waiting", "connection_refused", 1) == (
        mailing.state,
        mailing.failure,
        mailing.attempts,
    )
    assert 0 == send(post, at=NOW + timedelta(minutes=9))
    assert (0, 1) == (send(post, at=NOW + timedelta(minutes=10)), send(post, at=NOW + HOUR))
    ids = {str(one["message_id"]) for one in post.taken}
    assert (3, 1, "sent") == (len(post.taken), len(ids), state())


def test_a_letter_that_no_server_takes_came_back(tmp_path: Path) -> None:
    post = Postbox(answers=[NotSent(permanent=True, reason="recipient_refused")])
    a_letter(tmp_path, post=post)
    assert ("returned", Mailing.objects.get().state) == (state(), MailingState.REFUSED)


def test_a_crash_between_sending_and_noting_is_unknown_and_never_sent_again_by_itself(
    tmp_path: Path,
) -> None:
    class Crash(Postbox):
        def send(self, **mail: object) -> object:  # type: ignore[override]
            self.taken.append(mail)
            raise KeyboardInterrupt

    crash, post = Crash(), Postbox()
    with pytest.raises(KeyboardInterrupt):
        a_letter(tmp_path, post=crash)
    assert ("prepared", Mailing.objects.get().state) == (state(), MailingState.CLAIMED)
    assert 0 == send(post, at=NOW + UNKNOWN_AFTER - timedelta(seconds=1))
    assert 0 == send(post, at=NOW + UNKNOWN_AFTER)
    assert ("unknown", [], 0) == (state(), post.taken, send(post, at=NOW + 90 * DAY))
    assert 1 == overdue_notices(OWNER, at=NOW + HOUR).count()
    with pytest.raises(NotPermitted):
        send_again(notice=Notice.objects.get().reference, by=REVIEWER, at=NOW + DAY)
    send_again(notice=Notice.objects.get().reference, by=CASEWORKER, at=NOW + DAY)
    assert 1 == send(post, at=NOW + DAY)
    assert secret_in(post)


def test_a_line_that_broke_before_the_answer_is_unknown(tmp_path: Path) -> None:
    a_letter(tmp_path, post=Postbox(answers=[MaybeSent()]))
    assert "unknown" == state()


def test_a_letter_on_its_way_is_not_sent_again(tmp_path: Path) -> None:
    notice = a_letter(tmp_path)
    with pytest.raises(NotSentAgain):
        send_again(notice=notice.reference, by=CASEWORKER, at=NOW)


def test_delivery_rests_on_proof_and_the_hold_ends_when_the_waiting_period_has_run(
    tmp_path: Path,
) -> None:
    ref = a_letter(tmp_path).reference
    with pytest.raises(DeliveryUnproven):
        confirm_delivery(notice=ref, how=How.POST, proof=" ", by=CASEWORKER, at=NOW)
    with pytest.raises(DeliveryUnproven):
        confirm_delivery(notice=ref, how=How.OPENED, proof="so they say", by=CASEWORKER, at=NOW)
    with pytest.raises(NotPermitted):
        confirm_delivery(notice=ref, how=How.POST, proof="RR 1", by=OWNER, at=NOW)
    confirm_delivery(notice=ref, how=How.POST, proof="RR 1", by=CASEWORKER, at=NOW)
    with pytest.raises(DeliveryUnproven):
        confirm_delivery(notice=ref, how=How.POST, proof="RR 1", by=CASEWORKER, at=NOW)
    # Ten days after 23 November end with 3 December.
    ends = NOW.replace(month=12, day=4, hour=0)
    assert 0 == let_take_effect(at=ends - timedelta(seconds=1))
    assert (1, 0) == (let_take_effect(at=ends), let_take_effect(at=ends))
    lift = Lift.objects.get()
    assert [f"entry {Notice.objects.get().entry}"] == lift.rests_on


def test_nobody_of_another_agency_learns_of_a_notice(tmp_path: Path) -> None:
    ref = a_letter(tmp_path).reference
    with pytest.raises(UnknownNotice):
        confirm_delivery(notice=ref, how=How.POST, proof="RR 1", by=EVERYBODY_SOUTH, at=NOW)


def test_a_letter_that_came_back_is_on_record_with_its_reason(tmp_path: Path) -> None:
    ref = a_letter(tmp_path).reference
    with pytest.raises(DeliveryUnproven):
        record_return(notice=ref, reason="", by=CASEWORKER, at=NOW)
    record_return(notice=ref, reason="moved away", by=CASEWORKER, at=NOW)
    assert "returned" == state()
    assert 0 == let_take_effect(at=NOW + 90 * DAY)


def test_who_could_not_be_written_to_is_owed_a_letter_again_and_has_none_before(
    tmp_path: Path,
) -> None:
    a_worded_use(tmp_path)
    decided(token=a_person())
    look()
    prepare()
    ref = Notice.objects.get().reference
    record_return(notice=ref, reason="no address", by=CASEWORKER, at=NOW)
    with pytest.raises(DeliveryUnproven, match="no letter was written"):
        confirm_delivery(notice=ref, how=How.IN_PERSON, proof="form 3", by=CASEWORKER, at=NOW)
    send_again(notice=ref, by=CASEWORKER, at=NOW)
    a_contact()
    assert ("opened", 1, 1) == (state(), prepare(), send(Postbox()))
    told = EntryRow.objects.filter(kind="remedy.sending.repeated")
    assert (1, "sent") == (told.count(), state())


def test_nobody_but_the_person_says_that_they_opened_it(tmp_path: Path) -> None:
    ref = a_letter(tmp_path).reference
    with pytest.raises(DeliveryUnproven, match="only the person"):
        confirm_delivery(notice=ref, how=How.OPENED, proof="x", by=OPERATOR, at=NOW)


def test_a_letter_opened_twice_at_once_is_opened_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Postbox()
    ref = a_letter(tmp_path, post=post).reference

    def quicker(notice: Notice, **given: object) -> Notice:
        deliver(Notice.objects.get(pk=notice.pk), **given)  # type: ignore[arg-type]
        return deliver(notice, **given)  # type: ignore[arg-type]

    monkeypatch.setattr("answerable.practices.remedy.actions.cases.deliver", quicker)
    opened = open_case(reference=ref, secret=secret_in(post), place="::1", at=NOW)
    assert ("delivered", 1) == (opened.state, kinds().count("delivered"))


def test_the_time_to_challenge_runs_from_when_the_letter_was_there(tmp_path: Path) -> None:
    notice = a_letter(tmp_path)
    # Printed when it was written, on 23 November 2026; it arrives three weeks later.
    assert "2027-01-04" == str(notice.challenge_by)
    at = NOW + 21 * DAY
    found = confirm_delivery(
        notice=notice.reference, how=How.POST, proof="RR 1", by=CASEWORKER, at=at
    )
    assert "2027-01-25" == str(found.challenge_by)


def test_a_decision_that_cannot_be_read_stops_the_looking(tmp_path: Path) -> None:
    a_worded_use(tmp_path)
    decided(1)
    row = Record.objects.get()
    row.body = bytes(row.body).replace(b'"outcome":"refused"', b'"outcome":7')
    row.save(update_fields=["body"])
    with pytest.raises(ValidationError):
        look()
    assert (0, 0) == (position(), Notice.objects.count())


def test_a_pseudonym_that_stands_twice_is_refused_and_nothing_imported() -> None:
    a_use()
    one = Addressee(name="Anna Example", address="anna@home.example", language="en")
    with pytest.raises(ContactRefused, match=r"Row 2 .* earlier row"):
        import_contacts(
            agency="north",
            contacts=[("p-1", one), ("p-1", one)],
            pseudonyms=PSEUDONYMS,
            by=OWNER,
            at=NOW,
        )
    assert not Contact.objects.exists()


def test_a_delivered_letter_does_not_come_back(tmp_path: Path) -> None:
    ref = a_letter(tmp_path).reference
    confirm_delivery(notice=ref, how=How.RECEIPT, proof="form 3", by=CASEWORKER, at=NOW)
    with pytest.raises(SomebodyWasQuicker):
        record_return(notice=ref, reason="moved away", by=CASEWORKER, at=NOW)


def test_no_effect_before_delivery_is_a_rule_of_the_database_too(tmp_path: Path) -> None:
    a_letter(tmp_path)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(lifted_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(state=NoticeState.DELIVERED.value)


def test_words_are_kept_for_codes_of_the_catalogue_and_languages_of_letters_only() -> None:
    a_use()
    for part, code, language, words in (
        (Part.REASON, "unheard_of", "en", "No."),
        (Part.REASON, "income_missing", "xx", "No."),
        (Part.REASON, "income_missing", "en", " "),
        (Part.HELP, "code", "en", "Help."),
    ):
        with pytest.raises(WordsRefused):
            set_words(
                use=USE, part=part, code=code, language=language, words=words, by=OWNER, at=NOW
            )
    with pytest.raises(NotPermitted):
        set_words(use=USE, part=Part.HELP, language="en", words="Help.", by=REVIEWER, at=NOW)
    with pytest.raises(UnknownUse):
        set_words(use=USE, part=Part.HELP, language="en", words="Help.", by=EVERYBODY_SOUTH, at=NOW)


def test_no_step_of_remedy_is_left_without_an_office() -> None:
    a_use()
    named = dict.fromkeys(Step, "Benefits office, second floor")
    with pytest.raises(StepUnowned):
        name_offices(use=USE, offices={**named, Step.APPEAL: " "}, by=OWNER, at=NOW)
    offices = name_offices(use=USE, offices=named, by=OWNER, at=NOW)
    assert set(Step) == set(offices.content)
