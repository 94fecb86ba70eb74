"""The client for programs in other languages: the same answers over HTTP on this machine only."""

import ipaddress
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from answerable.client.client import Client
from answerable.client.forms import Json
from answerable.client.records import KINDS, Record, RecordMalformed, Reference
from answerable.client.states import NotRecorded
from answerable.errors import AnswerableError
from answerable.record.canonical import NotJson, parse_json

LARGEST_BODY = 65_536
_TIMES = ("occurred_at", "found_at", "carried_out_at")


class SidecarNotLocal(AnswerableError):
    """A sidecar would be reachable from other machines; it asks nobody who they are."""

    code = "client.sidecar_not_local"
    message = "The sidecar answers this machine only, and {host} is no loopback address of IPv4."
    hint = "Use 127.0.0.1, and run a sidecar on each machine."


class PortTaken(AnswerableError):
    """The sidecar cannot listen where it was told to."""

    code = "client.port_taken"
    message = "The sidecar cannot listen on {host}:{port}: {reason}."
    hint = "Choose another port (--port), or end what uses it."


class Sidecar(ThreadingHTTPServer):
    """Serves one client. Any program on this machine may ask it."""

    daemon_threads = True

    def __init__(self, *, client: Client, host: str = "127.0.0.1", port: int = 0) -> None:
        """Bind to a loopback address, and to no other."""
        try:
            local = ipaddress.IPv4Address(host).is_loopback
        except ValueError:
            local = False
        if not local:
            raise SidecarNotLocal(host=ascii(host[:80]))
        self.client = client
        try:
            super().__init__((host, port), _Handler)
        except OSError as error:
            reason = str(error.strerror or error).lower()
            raise PortTaken(host=host, port=port, reason=reason) from error

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a caller that went away: a traceback could name a person."""


def serve(
    client: Client,
    *,
    host: str = "127.0.0.1",
    port: int = 8002,
    listening: Callable[[], None] = lambda: None,
) -> None:
    """Serve until interrupted; ``listening`` is called once the port is the sidecar's."""
    with Sidecar(client=client, host=host, port=port) as sidecar:
        listening()
        sidecar.serve_forever()


def record_from(given: Mapping[str, Json]) -> Record:
    """Make a record from JSON: ``kind``, and the fields of that kind.

    Examples
    --------
    >>> record_from({"kind": "decision", "id": "d-1", "person": "p-1", "outcome": "flag"}).id
    'd-1'
    """
    kind = str(given.get("kind"))
    made = KINDS.get(kind)
    if made is None:
        raise RecordMalformed(kind="record", part="kind", reason=f"is none of {', '.join(KINDS)}")
    values: dict[str, Any] = {name: value for name, value in given.items() if name != "kind"}
    known = {one.name for one in fields(made)}  # type: ignore[arg-type]  # each kind is a dataclass
    for name in values.keys() - known:
        raise RecordMalformed(kind=kind, part=ascii(name[:80]), reason="is no field of it")
    for name in values.keys() & set(_TIMES):
        values[name] = _time(values[name], kind, name)
    if "decision" in values:
        values["decision"] = _reference(values["decision"], kind)
    try:
        return made(**values)
    except TypeError as error:
        raise RecordMalformed(kind=kind, part="the object", reason="lacks a field") from error


class _Handler(BaseHTTPRequestHandler):
    server: Sidecar
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, *_: object) -> None:
        """Keep no log: what is asked is about people."""

    def do_GET(self) -> None:
        """Answer how the client is."""
        if self._from_a_web_page():
            return
        if self.path != "/state":
            self._refuse(HTTPStatus.NOT_FOUND, "There are POST /ask, POST /record, GET /state.")
            return
        self._send(HTTPStatus.OK, asdict(self.server.client.state()))

    def do_POST(self) -> None:
        """Ask or record."""
        if self._from_a_web_page():
            return
        given = self._body()
        if given is None:
            return
        if self.path == "/ask":
            # A person of another type than text is one that the client cannot read.
            person = given.get("person")
            answer = self.server.client.ask(person if isinstance(person, str) else "")
            self._send(HTTPStatus.OK, asdict(answer))
        elif self.path == "/record":
            self._record(given)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "There are POST /ask, POST /record, GET /state.")

    def _record(self, given: Mapping[str, Json]) -> None:
        try:
            done = self.server.client.record(record_from(given))
        except AnswerableError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error), code=error.code)
            return
        if isinstance(done, NotRecorded):
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, done.sentence, code=done.reason)
        else:
            self._send(HTTPStatus.CREATED, asdict(done))

    def _from_a_web_page(self) -> bool:
        # A page in a browser on this machine could otherwise ask, and record, for anyone.
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if "Origin" not in self.headers and host in {"127.0.0.1", "localhost", _host(self.server)}:
            return False
        self._refuse(HTTPStatus.FORBIDDEN, "Web pages are not answered.")
        return True

    def _body(self) -> dict[str, Json] | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "Say how long the body is.")
            return None
        if len(length) > len(str(LARGEST_BODY)) or int(length) > LARGEST_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {LARGEST_BODY} bytes.")
            return None
        try:
            given = parse_json(self.rfile.read(int(length)))
        except NotJson as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error), code=error.code)
            return None
        if not isinstance(given, dict):
            self._refuse(HTTPStatus.BAD_REQUEST, "The body is not an object.")
            return None
        return given

    def _refuse(self, status: HTTPStatus, detail: str, *, code: str = "") -> None:
        # Whatever of the body was not read would be taken for the next request.
        self.close_connection = True
        self._send(status, {"code": code, "detail": detail}, kind="application/problem+json")

    def _send(
        self, status: HTTPStatus, told: Mapping[str, object], *, kind: str = "application/json"
    ) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def _host(server: Sidecar) -> str:
    return str(server.server_address[0])


def _time(value: Json, kind: str, name: str) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise RecordMalformed(kind=kind, part=name, reason="is no time") from error


def _reference(value: Json, kind: str) -> Reference:
    if isinstance(value, dict) and value.keys() == {"source", "id"}:
        return Reference(source=str(value["source"]), id=str(value["id"]))
    raise RecordMalformed(kind=kind, part="decision", reason="is not a source and an id")
