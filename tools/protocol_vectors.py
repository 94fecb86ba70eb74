"""Write the test vectors of the protocol, for whoever speaks it in another language.

    python tools/protocol_vectors.py            writes docs/protocol/vectors.json
    python tools/protocol_vectors.py --check    exits with 1 where the file differs

Keys come from fixed seeds and sign nothing else. The same program gives the same bytes.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerable.client.clocks import SECOND
from answerable.client.held import Held
from answerable.client.records import Decision, Effect, Outcome, Record, Reference, Review
from answerable.client.versions import version_of
from answerable.errors import AnswerableError
from answerable.record import envelopes, leases, receipts
from answerable.record.canonical import JsonValue, parse_json
from answerable.record.digests import sha256_of_bytes
from answerable.record.keys import SigningKey
from answerable.record.leases import Lease, OptOutList, State
from answerable.record.tree import EMPTY_ROOT, leaf_hash

FILE = Path(__file__).resolve().parents[1] / "docs" / "protocol" / "vectors.json"
AT = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC)
NONCE = "00112233445566778899aabbccddeeff"
PEOPLE = ("person-1", "person-2", "Zoë", "人")

Vector = dict[str, JsonValue]


def key(name: str) -> SigningKey:
    """Make a key from its name: it is published here, so it protects nothing."""
    seed = hashlib.sha256(f"Answerable protocol vectors: {name}".encode()).digest()
    return SigningKey(name=name, private=Ed25519PrivateKey.from_private_bytes(seed))


LEASE_KEY, RECEIPT_KEY = key("vectors.example/leases"), key("vectors.example/receipts")
FORGER = key("forger.example/leases")
SALT = hashlib.sha256(b"Answerable protocol vectors: salt").digest()
OPT_OUTS = OptOutList.of(PEOPLE[:1], salt=SALT)
LEASE = Lease(
    id="lease-1",
    agency="north",
    use="north.benefit-check",
    version=hashlib.sha256(b"Answerable protocol vectors: version").hexdigest(),
    state=State.OPEN,
    reason="permit_open",
    issued_at=AT,
    seconds=60,
    nonce=NONCE,
    opt_outs=OPT_OUTS.digest(),
    cap=None,
    checkpoint=f"0:{EMPTY_ROOT.hex()}",
)


def document() -> Vector:
    """Give every vector."""
    return {
        "about": "Test vectors of the Answerable protocol, version 1; see protocol.md beside.",
        "lease_key": str(LEASE_KEY.verifier),
        "receipt_key": str(RECEIPT_KEY.verifier),
        "opt_out_marks": [
            {"salt": SALT.hex(), "person": one, "mark": leases.opt_out_mark(one, salt=SALT).hex()}
            for one in PEOPLE
        ],
        "opt_out_lists": [opt_out_list(PEOPLE[:count]) for count in (0, 1, 4)],
        "versions": versions(),
        "leases": lease_vectors(),
        "asks": ask_vectors(),
        "records": record_vectors(),
        "receipts": receipt_vectors(),
    }


def opt_out_list(people: Sequence[str]) -> Vector:
    """Give a list as it travels, and the digest by which a lease names it."""
    listed = OptOutList.of(people, salt=SALT)
    return {
        "salt": SALT.hex(),
        "people": list(people),
        "bytes": listed.to_bytes().hex(),
        "digest": listed.digest(),
    }


def versions() -> list[JsonValue]:
    """Give files with their text, parameters, and the digest of both."""
    model, rules = {"model/weights.txt": "0.25\n", "model/.env": "A=1\n"}, {"rules": "deny\n"}
    return [
        version_vector(rules, {}),
        version_vector(model | rules, {}),
        version_vector(model | rules, {"threshold": 0.5, "classes": ["a", "b"]}),
    ]


def version_vector(files: dict[str, str], parameters: dict[str, JsonValue]) -> Vector:
    """Hash files that are written for the purpose."""
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        parts = {name.partition("/")[0]: Path(folder) / name.partition("/")[0] for name in files}
        digest = version_of(parts=parts, parameters=parameters).digest
    return {"files": dict(files), "parameters": dict(parameters), "digest": digest}


def lease_vectors() -> list[JsonValue]:
    """Give leases to be accepted and leases to be refused, with the code of the refusal."""
    signed = leases.sign(LEASE, key=LEASE_KEY)
    capped = replace(LEASE, cap=3, state=State.OBSERVE, seconds=900)
    more = LEASE.to_payload().replace(b'"cap":null', b'"cap":null,"but":"not on Mondays"')
    changed = leases.sign(LEASE, key=LEASE_KEY).replace(b'"payload":"', b'"payload":"AAAA')
    spaced = json.dumps(json.loads(LEASE.to_payload()), indent=1).encode()
    too_long = LEASE.to_payload().replace(b'"seconds":60', b'"seconds":901')
    other_type = envelopes.sign(
        LEASE.to_payload(), payload_type="application/json", keys=[LEASE_KEY]
    ).to_bytes()
    two = envelopes.sign(
        LEASE.to_payload(), payload_type=leases.PAYLOAD_TYPE, keys=[FORGER, LEASE_KEY]
    ).to_bytes()
    given: list[tuple[str, bytes]] = [
        ("an open lease", signed),
        ("a capped lease for a quarter of an hour", leases.sign(capped, key=LEASE_KEY)),
        ("a stopped use", leases.sign(replace(LEASE, state=State.STOPPED), key=LEASE_KEY)),
        ("a second signature by a stranger", two),
        ("the envelope in URL-safe base64 and another layout", _urlsafe(signed)),
        ("signed by a stranger", leases.sign(LEASE, key=FORGER)),
        ("a payload changed after signing", changed),
        ("another payload type", other_type),
        ("no envelope", b"<html>"),
        ("a field that version 1 does not have", _signed(more)),
        ("a payload that is not canonical", _signed(spaced)),
        ("more than 900 seconds", _signed(too_long)),
        ("another use", leases.sign(replace(LEASE, use="north.other"), key=LEASE_KEY)),
        ("another version", leases.sign(replace(LEASE, version="ab" * 32), key=LEASE_KEY)),
        (
            "an earlier lease, sent again",
            leases.sign(replace(LEASE, nonce="0" * 32), key=LEASE_KEY),
        ),
    ]
    return [lease_vector(name, data) for name, data in given]


def lease_vector(name: str, data: bytes) -> Vector:
    """Open a document and say what came of it."""
    asked = {"use": LEASE.use, "version": LEASE.version, "nonce": NONCE}
    vector: Vector = {"name": name, "document": data.decode(), "asked": dict(asked)}
    try:
        opened = leases.open_signed(data, keys=[LEASE_KEY.verifier], **asked)
    except AnswerableError as error:
        return {**vector, "refused": error.code}
    return {**vector, "lease": parse_json(opened.to_payload())}


def ask_vectors() -> list[JsonValue]:
    """Give what to answer under a lease that was accepted, so many seconds after asking."""
    capped = replace(LEASE, cap=2)
    return [
        *(ask_vector(in_state(state), [(0.0, "person-2")]) for state in State),
        ask_vector(LEASE, [(59.999, "person-2"), (60.0, "person-2")]),
        ask_vector(LEASE, [(1.0, "person-1"), (1.0, "person-2")]),
        ask_vector(in_state(State.SHADOW), [(1.0, "person-1")]),
        ask_vector(in_state(State.STOPPED), [(1.0, "person-1")]),
        ask_vector(capped, [(1.0, "person-1"), *((2.0, "person-2") for _ in range(3))]),
        ask_vector(replace(LEASE, cap=0), [(1.0, "person-2")]),
        ask_vector(LEASE, [(30.0, "person-2"), (10.0, "person-2")]),
    ]


def in_state(state: State) -> Lease:
    """Give the lease of a use in a state, with a reason for it."""
    return replace(LEASE, state=state, reason=f"permit_{state}")


def ask_vector(lease: Lease, asks: Sequence[tuple[float, str]]) -> Vector:
    """Ask one time after the other, on a clock that shows these seconds."""
    held = Held(lease, since=0, opt_outs=OPT_OUTS, instead=None)
    answers: list[JsonValue] = []
    for after, person in asks:
        answer = held.answer(person, now=int(after * SECOND))
        answers.append(
            {"after": after, "person": person, "course": answer.course, "reason": answer.reason}
        )
    return {
        "lease": parse_json(lease.to_payload()),
        "opt_outs": OPT_OUTS.to_bytes().hex(),
        "asks": answers,
    }


def record_vectors() -> list[JsonValue]:
    """Give records with every field, as rows of JSON Lines without source and sequence."""
    decision = Reference(source="desk/1", id="d-1")
    made: tuple[Record, ...] = (
        Decision(id="d-1", person="Zoë", outcome="flag", occurred_at=AT),
        Decision(
            id="d-2",
            person="person-2",
            outcome="no_flag",
            occurred_at=AT,
            score=0.25,
            threshold=0.5,
            channel="online",
            step="first",
            reviewer="staff-7",
            review_action="accepted",
            review_seconds=41,
            reasons=["income_changed"],
            attributes={"age": "65_plus"},
            inputs="ab" * 32,
            notice="letter-1",
            lease="lease-1",
            shadow=True,
        ),
        Outcome(id="o-1", decision=decision, label="confirmed", found_at=AT, occurred_at=AT),
        Review(
            id="r-1",
            decision=decision,
            reviewer="staff-7",
            finding="correct",
            seconds=95,
            blind=True,
            occurred_at=AT,
        ),
        Effect(id="e-1", decision=decision, effect="cut", carried_out_at=AT, occurred_at=AT),
    )
    return [one.to_fields(now=AT) for one in made]


def receipt_vectors() -> list[JsonValue]:
    """Give a receipt that holds, and ones that do not."""
    items = [
        receipts.Item(
            kind="decision",
            source="desk/1",
            id=f"d-{number}",
            digest=sha256_of_bytes(f"row {number}".encode()),
        )
        for number in (1, 2, 3)
    ]
    commit = receipts.Commit(
        log="vectors.example/receipts",
        recorded_at=AT,
        size=len(items),
        root=receipts.root_of([leaf_hash(item.entry) for item in items]),
        checkpoint=LEASE.checkpoint,
    )
    good = receipts.document_of(items, envelope=receipts.sign(commit, key=RECEIPT_KEY))
    forged = receipts.document_of(items, envelope=receipts.sign(commit, key=FORGER))
    short = receipts.document_of(items[:2], envelope=receipts.sign(commit, key=RECEIPT_KEY))
    return [
        receipt_vector("three records", good),
        receipt_vector("signed by a stranger", forged),
        receipt_vector("a record left out", short),
        receipt_vector("a record renamed", good.replace(b'"id":"d-2"', b'"id":"d-9"')),
    ]


def receipt_vector(name: str, data: bytes) -> Vector:
    """Check a receipt and say what came of it."""
    vector: Vector = {"name": name, "document": data.decode()}
    try:
        receipts.verify(data, key=RECEIPT_KEY.verifier)
    except AnswerableError as error:
        return {**vector, "refused": error.code}
    return {**vector, "holds": True}


def to_bytes(vectors: Vector) -> bytes:
    """Write the file so that people can read it and a difference shows in one line."""
    return (json.dumps(vectors, indent=1, ensure_ascii=False) + "\n").encode()


def _signed(payload: bytes) -> bytes:
    return envelopes.sign(payload, payload_type=leases.PAYLOAD_TYPE, keys=[LEASE_KEY]).to_bytes()


def _urlsafe(signed: bytes) -> bytes:
    fields = json.loads(signed)
    fields["payload"] = base64.urlsafe_b64encode(base64.b64decode(fields["payload"])).decode()
    return json.dumps(fields, indent=2).encode()


def main() -> int:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    made = to_bytes(document())
    if not parser.parse_args().check:
        FILE.write_bytes(made)
        return 0
    if FILE.read_bytes() != made:
        print(f"{FILE} is out of date: run python {sys.argv[0]}")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
