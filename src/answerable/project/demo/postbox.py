"""A mail server of the replay's own: it takes every letter, and nothing leaves the machine."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_HOST = "127.0.0.1"
_SENDER = "letters@county.example"
_REFERENCE = re.compile(r"^Your reference: *(\S+)", re.MULTILINE)
_CODE = re.compile(r"^Your code: *(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """What somebody reads in their letter: the two things that open their case."""

    reference: str
    secret: str = field(repr=False)


class Postbox:
    """Keeps of each letter what its reader would type, by the address it went to."""

    def __init__(self) -> None:
        """Begin empty."""
        self.received: dict[str, list[Received]] = {}

    async def handle_DATA(  # noqa: N802 - the server's own name for it
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take a letter."""
        content = envelope.content
        message = message_from_bytes(
            content if isinstance(content, bytes) else b"", policy=policy.default
        )
        body = message.get_body(("plain",))
        text = "" if body is None else str(body.get_content())
        reference, code = _REFERENCE.search(text), _CODE.search(text)
        if reference is None or code is None:
            return "550 this letter cannot be answered"
        for address in envelope.rcpt_tos:
            found = Received(reference=reference[1], secret=code[1])
            self.received.setdefault(address, []).append(found)
        return "250 taken"

    @contextmanager
    def open(self) -> Iterator[str]:
        """Take letters until the block ends; give the address as a setting names it."""
        with socket.create_server((_HOST, 0)) as free:
            port = free.getsockname()[1]
        server = Controller(self, hostname=_HOST, port=port)
        server.start()
        try:
            yield f"smtp://{_HOST}:{port}?sender={_SENDER}"
        finally:
            server.stop()
