"""Letters over a real mail server: down, up, and never twice."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from answerable.kit.mail import Mailer, Result
from answerable.practices.remedy.actions.mailing import send_letters
from answerable.practices.remedy.models import Mailing, Notice
from answerable.practices.remedy.queries.notices import failed_mailings
from tests.inventory.situations import OWNER
from tests.kit.test_mail import Postbox as Server
from tests.kit.test_mail import a_free_port, a_server, received
from tests.practices.remedy.situations import (
    NOW,
    PSEUDONYMS,
    Postbox,
    a_contact,
    a_person,
    a_worded_use,
    decided,
    look,
    prepare,
    send,
)

pytestmark = pytest.mark.django_db(databases="__all__")

LATER = NOW + timedelta(minutes=10)


def a_letter_to_be_sent(folder: Path) -> Notice:
    a_worded_use(folder)
    token = a_person()
    a_contact()
    decided(token=token)
    look()
    prepare()
    return Notice.objects.get()


def test_a_server_that_was_down_takes_the_letter_later_and_once(tmp_path: Path) -> None:
    notice = a_letter_to_be_sent(tmp_path)
    nobody = Mailer(host="127.0.0.1", port=a_free_port(), sender="letters@north.example")
    assert 0 == send_letters(mail=nobody, pseudonyms=PSEUDONYMS, at=NOW)
    (failed,) = failed_mailings(OWNER)
    assert ("waiting", "connection_refused") == (failed.state, failed.failure)
    box = Server()
    with a_server(box) as mailer:
        sent = [send_letters(mail=mailer, pseudonyms=PSEUDONYMS, at=LATER) for _ in range(2)]
    assert [1, 0] == sent
    message = received(box)
    assert ["anna1@home.example"] == box.received[0].rcpt_tos
    assert f"<{Mailing.objects.get().token}@county.example>" == message["Message-ID"]
    body = message.get_body(("plain",))
    assert body is not None
    assert notice.reference in body.get_content()
    assert b"%PDF" == next(message.iter_attachments()).get_content()[:4]


def test_a_person_without_a_mailbox_is_known_not_to_be_reached(tmp_path: Path) -> None:
    a_letter_to_be_sent(tmp_path)
    with a_server(Server(recipient="550 no such mailbox")) as mailer:
        assert 0 == send_letters(mail=mailer, pseudonyms=PSEUDONYMS, at=NOW)
    notice = Notice.objects.get()
    assert ("returned", None, None) == (notice.state, notice.delivered_at, notice.lifted_at)


def test_two_workers_send_one_letter_once(tmp_path: Path) -> None:
    class Second(Postbox):
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
            # While the first is still talking to the server.
            assert 0 == send(Postbox())
            given = {"message_id": message_id, "to": to, "subject": subject}
            return Postbox.send(self, **given, text=text, html=html, pdf=pdf, at=at)

    a_letter_to_be_sent(tmp_path)
    post = Second()
    assert (1, 1) == (send(post), len(post.taken))
