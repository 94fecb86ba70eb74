"""`answerable verify` on checkpoints: what one shows, and what two show about a log."""

import hashlib
import json
from pathlib import Path

from answerable.record import checkpoints
from answerable.record.checkpoints import Checkpoint
from answerable.record.keys import SigningKey
from tests.cli.conftest import Command

LOG = "agency.example/ledger"


def a_root(of: str) -> bytes:
    return hashlib.sha256(of.encode()).digest()


def signed(name: str, *, key: SigningKey, size: int, root: bytes) -> Path:
    checkpoint = Checkpoint(origin=LOG, size=size, root=root)
    path = Path(name)
    path.write_bytes(checkpoints.sign(checkpoint, key=key))
    return path


def test_a_checkpoint_is_verified_with_the_logs_key(answerable: Command) -> None:
    key = SigningKey.make(LOG)
    path = signed("now", key=key, size=5, root=a_root("five"))
    document = json.loads(answerable("verify", path, "--key", key.verifier, "--json", "-").out)
    assert (True, 5, a_root("five").hex()) == tuple(
        document[name] for name in ("verified", "size", "root")
    )
    assert 3 == answerable("verify", path).status


def test_two_checkpoints_of_one_size_with_different_roots_are_misbehaviour(
    answerable: Command,
) -> None:
    key = SigningKey.make(LOG)
    one = signed("one", key=key, size=5, root=a_root("five"))
    same = signed("same", key=key, size=5, root=a_root("five"))
    other = signed("other", key=key, size=5, root=a_root("another five"))
    words = ("--key", key.verifier, "--since", one)
    assert 0 == answerable("verify", same, *words).status
    done = answerable("verify", other, *words)
    assert 1 == done.status
    assert "signed two different trees of 5 entries" in done.out


def test_a_later_checkpoint_without_a_proof_cannot_be_judged(answerable: Command) -> None:
    key = SigningKey.make(LOG)
    one = signed("one", key=key, size=5, root=a_root("five"))
    later = signed("later", key=key, size=6, root=a_root("six"))
    done = answerable("verify", later, "--key", key.verifier, "--since", one)
    assert 3 == done.status
    assert "proof" in done.out


def test_a_changed_checkpoint_fails(answerable: Command) -> None:
    key = SigningKey.make(LOG)
    path = signed("now", key=key, size=5, root=a_root("five"))
    path.write_text(path.read_text("utf-8").replace("\n5\n", "\n6\n"), "utf-8")
    assert 1 == answerable("verify", path, "--key", key.verifier).status
