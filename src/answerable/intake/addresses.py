"""Addresses in the log: a use and a period, as a command line can name them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl

from answerable.errors import AnswerableError
from answerable.intake.bodies import microseconds

SCHEME = "log:"

_ADDRESS = re.compile(r"log:(?P<use>[a-z0-9-]+\.[a-z0-9-]+)(\?(?P<period>.*))?")
_ASKED = {"from", "to", "shadow", "known"}
_EVER = 2**62


class LogAddressMalformed(AnswerableError):
    """An address in the log cannot be understood."""

    code = "intake.log_address_malformed"
    message = "{address} names no decisions of the log: {reason}."
    hint = "Write log:USE?from=2026-01-01&to=2026-07-01, the last day not included."


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """The decisions of a use that occurred in a half-open period of UTC days.

    ``shadow`` asks for the decisions that were computed and had no effect, and for no
    others; without it they are left out. ``known`` asks for what the log held before a UTC
    day: outcomes that arrived later are not there, so the same question about a day in the
    past always gets the same answer.
    """

    use: str
    since: date | None = None
    until: date | None = None
    shadow: bool = False
    known: date | None = None

    @property
    def agency(self) -> str:
        """The agency whose use it is."""
        return self.use.partition(".")[0]

    @property
    def period_us(self) -> tuple[int, int]:
        """The period in microseconds since 1970."""
        return (
            -_EVER if self.since is None else _midnight_us(self.since),
            _EVER if self.until is None else _midnight_us(self.until),
        )

    @property
    def known_us(self) -> int:
        """Before when a record arrived in the log, in microseconds since 1970."""
        return _EVER if self.known is None else _midnight_us(self.known)


def parse_address(text: str) -> Address:
    """Read an address in the log.

    Examples
    --------
    >>> parse_address("log:north.benefit-check?from=2026-01-01&to=2026-07-01").until
    datetime.date(2026, 7, 1)
    >>> parse_address("log:north.benefit-check?shadow=only&known=2026-07-01").known
    datetime.date(2026, 7, 1)
    """
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise LogAddressMalformed(address=text[:200], reason="a use is named agency.use")
    try:
        asked = parse_qsl(match["period"] or "", keep_blank_values=True, strict_parsing=True)
    except ValueError:
        asked = [] if not match["period"] else [("", "")]
    given = dict(asked)
    if len(given) != len(asked) or not given.keys() <= _ASKED:
        reason = "it may say from, to, shadow and known, once"
        raise LogAddressMalformed(address=text[:200], reason=reason)
    if given.get("shadow", "only") != "only":
        raise LogAddressMalformed(address=text[:200], reason="shadow can be only")
    try:
        since, until, known = (
            date.fromisoformat(given[name]) if name in given else None
            for name in ("from", "to", "known")
        )
    except ValueError:
        raise LogAddressMalformed(address=text[:200], reason="a day is no day") from None
    if since is not None and until is not None and since >= until:
        raise LogAddressMalformed(address=text[:200], reason="the period is empty")
    shadow = "shadow" in given
    return Address(use=match["use"], since=since, until=until, shadow=shadow, known=known)


def _midnight_us(day: date) -> int:
    return microseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
