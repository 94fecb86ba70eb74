"""Speak to the gateway over HTTP; every answer is bounded in time and size."""

import json
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from answerable.errors import AnswerableError

_ACCEPTED = 200
_CHUNK = 65_536
_LARGEST_ANSWER = 16 << 20
_LONGEST_WAIT = 300.0


class GatewayAddressMalformed(AnswerableError):
    """The client was given an address it cannot use, or one that would expose people."""

    code = "client.gateway_address_malformed"
    message = "{url} is not the address of a gateway: {reason}."
    hint = "Give scheme and host, as in https://gateway.agency.example:8001."


class TokenMalformed(AnswerableError):
    """The client was given a token that no header can carry. It is not repeated here."""

    code = "client.token_malformed"
    message = "The service token is empty or holds more than visible ASCII."
    hint = "Copy the whole token again from where it was issued."


class GatewayUnreachable(AnswerableError):
    """The gateway did not answer. ``asked`` says whether it may have heard the question."""

    code = "client.gateway_unreachable"
    message = "The gateway did not answer: {reason}."
    hint = "The client tries again by itself."


class GatewayRefused(AnswerableError):
    """The gateway answered with a refusal."""

    code = "client.gateway_refused"
    message = "The gateway answered with status {status}: {reason}"
    hint = "401 and 403 are about the service token; 429 and 503 pass by themselves."


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What the gateway answered; ``wait`` are the seconds it asks to be left alone."""

    status: int
    body: bytes
    wait: float = 0.0

    def accepted(self) -> bytes:
        """Give the body of a success, and raise the refusal otherwise."""
        if self.status != _ACCEPTED:
            raise GatewayRefused(status=self.status, reason=_detail(self.body), wait=self.wait)
        return self.body


@dataclass(frozen=True, kw_only=True, slots=True)
class Gateway:
    """Where the gateway is, and the token that says who asks. It keeps no connection."""

    url: str
    token: str = field(repr=False)
    seconds: float = 10.0

    def __post_init__(self) -> None:
        """Refuse an address or a token that cannot be used."""
        reason = _unusable(self.url)
        if reason:
            raise GatewayAddressMalformed(url=ascii(self.url[:200]), reason=reason)
        if not self.token or any(not "!" <= mark <= "~" for mark in self.token):
            raise TokenMalformed

    def lease(self, *, use: str, version: str, nonce: str, returned: Mapping[str, int]) -> bytes:
        """Ask for a lease, and say what was left of earlier ones."""
        asked = {"use": use, "version": version, "nonce": nonce, "returned": _returned(returned)}
        return self._post("/api/v1/leases", _json(asked)).accepted()

    def give_back(self, *, use: str, returned: Mapping[str, int]) -> None:
        """Say what was left of earlier leases, and ask for none."""
        self._post("/api/v1/leases/returned", _json({"use": use, "returned": _returned(returned)}))

    def opt_outs(self, *, use: str) -> bytes:
        """Fetch the list of people who opted out."""
        return self._send("GET", f"/api/v1/leases/opt-outs?use={quote(use)}").accepted()

    def records(self, rows: Sequence[bytes]) -> Reply:
        """Hand in records as JSON Lines."""
        body = b"".join(row + b"\n" for row in rows)
        return self._post("/api/v1/decisions", body, kind="application/x-ndjson")

    def _post(self, path: str, body: bytes, *, kind: str = "application/json") -> Reply:
        return self._send("POST", path, body, {"Content-Type": kind})

    def _send(
        self, verb: str, path: str, body: bytes = b"", extra: Mapping[str, str] | None = None
    ) -> Reply:
        deadline = time.monotonic() + self.seconds
        connection, prefix = self._connection()
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Connection": "close",
            **(extra or {}),
        }
        asked = False
        try:
            connection.connect()
            asked = True
            connection.request(verb, prefix + path, body=body or None, headers=headers)
            with connection.getresponse() as response:
                return Reply(
                    status=response.status,
                    body=_read(response, deadline),
                    wait=_wait(response.getheader("Retry-After", "")),
                )
        except (OSError, HTTPException) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise GatewayUnreachable(reason=reason, asked=asked) from error
        finally:
            connection.close()

    def _connection(self) -> tuple[HTTPConnection, str]:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        prefix = parts.path.rstrip("/")
        if parts.scheme == "http":
            return HTTPConnection(host, parts.port, timeout=self.seconds), prefix
        tls = _tls()
        return HTTPSConnection(host, parts.port, timeout=self.seconds, context=tls), prefix


@cache
def _tls() -> ssl.SSLContext:
    # Reading every authority's certificate takes longer than a request.
    return ssl.create_default_context()


def _unusable(url: str) -> str:
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        whole = False
    if not whole or any(not "!" <= mark <= "~" for mark in url):
        return "scheme, host or port is missing or malformed"
    if parts.scheme == "http" and not _is_this_machine(parts.hostname or ""):
        return "without TLS the token and the people could be read on the way"
    return ""


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _read(response: HTTPResponse, deadline: float) -> bytes:
    parts, size = [], 0
    while chunk := response.read1(_CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if size > _LARGEST_ANSWER:
            raise HTTPException
        if time.monotonic() > deadline:
            raise TimeoutError
    if response.length:
        raise HTTPException
    return b"".join(parts)


def _wait(text: str) -> float:
    return min(float(text), _LONGEST_WAIT) if text.isdecimal() else 0.0


def _returned(returned: Mapping[str, int]) -> list[dict[str, str | int]]:
    return [{"lease": lease, "unused": unused} for lease, unused in returned.items()]


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _detail(body: bytes) -> str:
    try:
        problem = json.loads(body)
        told = problem.get("detail") or problem.get("title")
    except (ValueError, AttributeError, RecursionError):
        told = None
    return told[:300] if isinstance(told, str) else "it gave no reason."
