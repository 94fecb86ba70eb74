"""The mail server that the settings name."""

from urllib.parse import parse_qs, unquote, urlsplit

from answerable.kit.mail import Mailer

_PLAIN, _SUBMISSION = 25, 587


def mailer_of(address: str) -> Mailer:
    """Read `smtp://user:password@host:port?sender=…`; `smtp+tls` insists on encryption.

    >>> mailer = mailer_of("smtp://mail.north.example?sender=letters@north.example")
    >>> mailer.host, mailer.port, mailer.require_tls
    ('mail.north.example', 25, False)
    """
    parts = urlsplit(address)
    insists = parts.scheme == "smtp+tls"
    return Mailer(
        host=parts.hostname or "",
        port=parts.port or (_SUBMISSION if insists else _PLAIN),
        sender=parse_qs(parts.query)["sender"][0],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        require_tls=insists,
    )
