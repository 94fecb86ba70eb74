"""Sending one mail over SMTP, and saying honestly what became of it."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from answerable.errors import AnswerableError

_TOKEN = re.compile(r"[A-Za-z0-9._-]{1,200}")
# Quoted names and addresses with a route are refused: nobody is written to at one by mistake.
_ADDRESS = re.compile(r"""([^\s@<>"(),:;\\\[\]]{1,64})@([^\s@<>"(),:;\\]{1,255})""")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_PERMANENT_FROM = 500
_TOO_LARGE = 552
_GO_AHEAD = 354


class MessageIdRefused(AnswerableError):
    """A message cannot be called so."""

    code = "kit.message_id_refused"
    message = "A message's id is made of a short token and a domain."
    hint = "Use letters, digits and . _ - for the token, and a host name for the domain."


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """The server took the message. Nobody has read it yet."""

    host: str
    code: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NotSent:
    """No server took the message. Where the refusal is ``permanent``, trying again is no use.

    ``reason`` is one of `connection_refused`, `sign_in_refused`, `tls_refused`,
    `sender_refused`, `recipient_refused`, `too_large`, `refused` and `address_unusable`.
    """

    permanent: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MaybeSent:
    """The line broke after the message went out and before the answer: nobody knows."""

    reason: str = "no_answer"


Result = Sent | NotSent | MaybeSent


def message_id_for(token: str, *, domain: str) -> str:
    """Name a message by a token, always the same, so that a copy can be told from another.

    >>> message_id_for("notice-41", domain="north.example")
    '<notice-41@north.example>'
    """
    if not _TOKEN.fullmatch(token) or not _DOMAIN.fullmatch(domain):
        raise MessageIdRefused
    return f"<{token}@{domain}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailer:
    """A mail server, and from whom mail comes.

    Encryption is used where the server offers it; with ``require_tls`` nothing is sent
    without it. A password is never sent in the clear. What comes back holds no address, no
    name and no sentence of the server, so that it may be logged.
    """

    host: str
    port: int
    sender: str
    hello: str = ""
    username: str = ""
    password: str = ""
    require_tls: bool = False
    tls: ssl.SSLContext | None = None
    timeout: float = 20.0

    def __repr__(self) -> str:
        """Show where the server is; never the password."""
        return f"Mailer({self.host}:{self.port})"

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
        """Send one letter to one person, dated ``at``, and wait for the server's answer."""
        message = EmailMessage(policy=SMTP)
        try:
            message["Message-ID"] = message_id
            message["Date"] = at
            message["From"] = _address(self.sender)
            message["To"] = _address(to)
            message["Subject"] = subject
        except (MessageError, ValueError):
            # What the mail library says here would repeat the address.
            return NotSent(permanent=True, reason="address_unusable")
        # No answer by a machine.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        message.add_alternative(html, subtype="html")
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename="letter.pdf")
        try:
            connection = smtplib.SMTP(
                self.host,
                self.port,
                local_hostname=self.hello or None,
                timeout=self.timeout,
            )
        except (OSError, smtplib.SMTPException):
            return NotSent(permanent=False, reason="connection_refused")
        try:
            refusal = self._opened(connection)
            return refusal or self._handed_over(connection, message, to)
        finally:
            connection.close()

    def _opened(self, connection: smtplib.SMTP) -> NotSent | None:
        """Encrypt the line where that is possible, and sign in where that is needed."""
        try:
            connection.ehlo_or_helo_if_needed()
            encrypted = connection.has_extn("starttls")
            if encrypted:
                connection.starttls(context=self.tls or ssl.create_default_context())
                connection.ehlo_or_helo_if_needed()
        except ssl.SSLError:
            return NotSent(permanent=False, reason="tls_refused")
        except (OSError, smtplib.SMTPException):
            return NotSent(permanent=False, reason="connection_refused")
        if not encrypted and (self.require_tls or self.username):
            return NotSent(permanent=False, reason="tls_refused")
        if self.username:
            try:
                connection.login(self.username, self.password)
            except (OSError, smtplib.SMTPException):
                return NotSent(permanent=False, reason="sign_in_refused")
        return None

    def _handed_over(self, connection: smtplib.SMTP, message: EmailMessage, to: str) -> Result:
        utf8 = not to.isascii() or not self.sender.isascii()
        if utf8 and not connection.has_extn("smtputf8"):
            return NotSent(permanent=True, reason="address_unusable")
        try:
            refusal = self._envelope(connection, to, utf8=utf8)
        except (OSError, smtplib.SMTPException):
            return NotSent(permanent=False, reason="connection_refused")
        if refusal is not None:
            return refusal
        try:
            connection.send(_on_the_wire(message, utf8=utf8))
            code, _ = connection.getreply()
        except (OSError, smtplib.SMTPException):
            # The dot may have arrived and the answer not: to send again could mean twice.
            return MaybeSent()
        return Sent(host=self.host, code=code) if _is_taken(code) else _refused(code, "refused")

    def _envelope(self, connection: smtplib.SMTP, to: str, *, utf8: bool) -> NotSent | None:
        code, _ = connection.mail(self.sender, ["SMTPUTF8"] if utf8 else [])
        if not _is_taken(code):
            return _refused(code, "sender_refused")
        code, _ = connection.rcpt(to)
        if not _is_taken(code):
            return _refused(code, "recipient_refused")
        code, _ = connection.docmd("DATA")
        return None if code == _GO_AHEAD else _refused(code, "refused")


def _address(text: str) -> Address:
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise ValueError
    return Address(username=found[1], domain=found[2])


def _is_taken(code: int) -> bool:
    return 200 <= code < 300  # noqa: PLR2004 - the class of replies that say yes (RFC 5321, 4.2.1)


def _refused(code: int, reason: str) -> NotSent:
    return NotSent(
        permanent=code >= _PERMANENT_FROM, reason="too_large" if code == _TOO_LARGE else reason
    )


def _on_the_wire(message: EmailMessage, *, utf8: bool) -> bytes:
    policy = SMTP.clone(utf8=True) if utf8 else SMTP
    body = message.as_bytes(policy=policy)
    # A line that starts with a dot could end the message, so it gets a second one (RFC 5321,
    # 4.5.2).
    stuffed = re.sub(rb"(?m)^\.", b"..", body)
    ended = stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"
    return ended + b".\r\n"
