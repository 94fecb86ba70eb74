"""A mail arrives once, or it is said why not, and nothing said names the person."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from answerable.kit.mail import (
    Mailer,
    MaybeSent,
    MessageIdRefused,
    NotSent,
    Sent,
    message_id_for,
)
from tests.kit.mail_certificates import contexts

AT = datetime(2013, 5, 3, 9, tzinfo=UTC)
LETTER = {
    "message_id": "<notice-41@county.example>",
    "subject": "County of Example: a decision about you",
    "text": "First line\n.\nA line after a lone dot, with café.\n",
    "html": "<!doctype html><title>x</title><p>café</p>",
    "pdf": b"%PDF-1.7\r\n.\r\nbinary \x00\xff",
}


class Postbox:
    """A server's box that takes everything, but what it is told to refuse."""

    def __init__(self, *, recipient: str = "250 OK", data: str = "250 OK") -> None:
        self.recipient, self.data = recipient, data
        self.received: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802 - a name that aiosmtpd looks for
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.received.append(envelope)
        return self.data


@contextmanager
def a_server(box: Postbox, **options: object) -> Iterator[Mailer]:
    port = a_free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)  # type: ignore[arg-type]
    controller.start()
    try:
        yield Mailer(host="127.0.0.1", port=port, sender="notices@county.example", timeout=5)
    finally:
        controller.stop()


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def send(mailer: Mailer, to: str = "ana@people.example", **changes: object) -> object:
    return mailer.send(to=to, at=AT, **LETTER | changes)  # type: ignore[arg-type]


def received(box: Postbox) -> EmailMessage:
    (envelope,) = box.received
    assert isinstance(envelope.content, bytes)
    return message_from_bytes(envelope.content, policy=default)


def test_a_letter_arrives_once_in_all_its_forms() -> None:
    box = Postbox()
    with a_server(box) as mailer:
        assert send(mailer) == Sent(host="127.0.0.1", code=250)
    message = received(box)
    assert box.received[0].rcpt_tos == ["ana@people.example"]
    assert message["Message-ID"] == "<notice-41@county.example>"
    assert message["Date"] == "Fri, 03 May 2013 09:00:00 +0000"
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == LETTER["text"].splitlines()  # type: ignore[attr-defined]
    assert "<p>café</p>" in html.get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_content() == LETTER["pdf"]
    assert attached.get_content_type() == "application/pdf"


def test_an_address_in_other_letters_arrives_where_the_server_takes_them() -> None:
    box = Postbox()
    with a_server(box, enable_SMTPUTF8=True) as mailer:
        assert isinstance(send(mailer, to="añá@people.example"), Sent)
    assert box.received[0].rcpt_tos == ["añá@people.example"]
    with a_server(Postbox(), enable_SMTPUTF8=False) as mailer:
        assert send(mailer, to="añá@people.example") == NotSent(
            permanent=True, reason="address_unusable"
        )


@pytest.mark.parametrize(
    ("box", "answer"),
    [
        (Postbox(recipient="550 no such box"), NotSent(permanent=True, reason="recipient_refused")),
        (Postbox(recipient="450 later"), NotSent(permanent=False, reason="recipient_refused")),
        (Postbox(data="552 too much"), NotSent(permanent=True, reason="too_large")),
        (Postbox(data="451 disk full"), NotSent(permanent=False, reason="refused")),
        (Postbox(data="554 no"), NotSent(permanent=True, reason="refused")),
    ],
)
def test_a_refusal_says_whether_to_try_again(box: Postbox, answer: NotSent) -> None:
    with a_server(box) as mailer:
        assert send(mailer) == answer


def test_a_server_that_is_down_is_tried_again() -> None:
    with a_server(Postbox()) as mailer:
        pass
    assert send(mailer) == NotSent(permanent=False, reason="connection_refused")


def test_a_silent_server_does_not_hold_the_sender_for_ever() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        mailer = Mailer(host="127.0.0.1", port=port, sender="a@county.example", timeout=0.2)
        assert send(mailer) == NotSent(permanent=False, reason="connection_refused")


def test_a_line_that_breaks_after_the_message_leaves_it_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=takes_all_and_hangs_up, args=(server,))
        thread.start()
        port = server.getsockname()[1]
        mailer = Mailer(host="127.0.0.1", port=port, sender="a@county.example", timeout=5)
        assert send(mailer) == MaybeSent(reason="no_answer")
        thread.join()


def takes_all_and_hangs_up(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection, connection.makefile("rwb") as line:
        for answer in (b"220 hello", b"250 EHLO", b"250 MAIL", b"250 RCPT", b"354 go on"):
            line.write(answer + b"\r\n")
            line.flush()
            line.readline()
        while line.readline() != b".\r\n":
            pass


@pytest.mark.parametrize(
    "to", ["ana@people.example\nBcc: all@people.example", "ana", "", "a b@people.example", "a@b@c"]
)
def test_an_address_that_is_none_goes_nowhere(to: str) -> None:
    box = Postbox()
    with a_server(box) as mailer:
        assert send(mailer, to=to) == NotSent(permanent=True, reason="address_unusable")
    assert box.received == []


def test_a_subject_cannot_add_a_header() -> None:
    box = Postbox()
    with a_server(box) as mailer:
        answer = send(mailer, subject="x\nBcc: all@people.example")
    assert answer == NotSent(permanent=True, reason="address_unusable")
    assert box.received == []


def test_no_password_and_no_letter_that_needs_it_travels_in_the_clear() -> None:
    box = Postbox()
    refused = NotSent(permanent=False, reason="tls_refused")
    with a_server(box) as mailer:
        assert send(replace(mailer, username="county", password="hush")) == refused  # noqa: S106
        assert send(replace(mailer, require_tls=True)) == refused
    assert box.received == []


def test_a_certificate_nobody_vouches_for_is_refused_and_a_known_one_is_used(
    tmp_path: Path,
) -> None:
    of_server, of_client = contexts(tmp_path)
    box = Postbox()
    with a_server(box, tls_context=of_server) as mailer:
        refused = NotSent(permanent=False, reason="tls_refused")
        assert send(replace(mailer, require_tls=True)) == refused
        assert isinstance(send(replace(mailer, require_tls=True, tls=of_client)), Sent)
    (envelope,) = box.received
    assert envelope.rcpt_tos == ["ana@people.example"]


def test_what_is_said_names_nobody() -> None:
    mailer = Mailer(host="mail.example", port=25, sender="a@b.example", password="hush")  # noqa: S106
    assert "hush" not in repr(mailer)
    with a_server(Postbox(recipient="550 ana@people.example is unknown")) as server:
        assert "ana" not in repr(send(server))


def test_a_message_is_named_by_its_token_alone() -> None:
    assert message_id_for("n-41", domain="county.example") == "<n-41@county.example>"
    for token, domain in (("a>b", "county.example"), ("", "county.example"), ("a", "b c")):
        with pytest.raises(MessageIdRefused):
            message_id_for(token, domain=domain)
