"""What runs in the chain that is killed: a program that decides, and a sealer; and the check."""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

from answerable.client import Client, Course, Decision, Recorded, version_of
from answerable.record import receipts
from answerable.record.digests import HexDigest
from answerable.record.keys import VerifierKey
from answerable.record.receipts import Item, Receipt

# So many people are decided about, again and again.
PEOPLE = 500
REST_SECONDS = 0.003

Place = tuple[str, str]


def decide(gateway: str, token: str, use: str, keys: str, model: str, spool: str) -> None:
    """Ask, record, and name each record once it is recorded, until killed."""
    leases, receipts_key = (VerifierKey.parse(key) for key in keys.split())
    client = Client(
        gateway=gateway,
        token=token,
        use=use,
        version=version_of(parts={"model": Path(model)}),
        lease_keys=[leases],
        receipts_key=receipts_key,
        spool=Path(spool),
        tick=0.05,
    )
    for number in count():
        answer = client.ask(f"claim-{number % PEOPLE}")
        if answer.course is Course.PROCEED:
            done = client.record(
                Decision(
                    person=f"claim-{number % PEOPLE}",
                    outcome="check" if number % 3 else "pass",
                    reasons=("income_differs",) if number % 3 else (),
                    lease=answer.lease,
                )
            )
            if isinstance(done, Recorded):
                say(f"{done.source} {done.id}")
        time.sleep(REST_SECONDS)


def seal() -> None:
    """Seal what has arrived as `answerable decisions seal` does, again and again, until killed."""
    from answerable.cli.connection import now, open_installation  # noqa: PLC0415

    opened = open_installation()
    from answerable.intake import scan, sealing  # noqa: PLC0415
    from answerable.people.actors import Actor  # noqa: PLC0415
    from answerable.project import keys  # noqa: PLC0415

    key = keys.read(opened.settings.keys).receipts
    while True:
        say("sealing")
        scan.scan(at=now(), ledger_fits=True)
        sealing.seal(
            log=opened.settings.log,
            upto=scan.position(),
            key=key,
            by=Actor.operator(),
            at=now(),
        )
        time.sleep(0.05)


def check(folder: str, spool: str) -> None:
    """Hold what was acknowledged, and every receipt that was kept, against the sealed log."""
    from answerable.cli.connection import open_installation  # noqa: PLC0415

    opened = open_installation()
    from answerable.intake.hot.models import Record  # noqa: PLC0415
    from answerable.project import keys  # noqa: PLC0415

    held = keys.read(opened.settings.keys).receipts.verifier
    sealed = list(sealed_in(opened.settings.log, held))
    times = Counter((item.source, item.id) for item in sealed)
    kept = {(item.source, item.id): item for item in sealed}
    printed = [
        place_of(line)
        for path in sorted(Path(folder).glob("acknowledged-*"))
        for line in path.read_text().splitlines(keepends=True)
        if line.endswith("\n")
    ]
    proofs, unverified = receipts_in(Path(spool), held)
    proven = {(item.source, item.id) for receipt in proofs for item in receipt.items}
    losses = [loss for receipt in proofs for loss in lost_from(kept, receipt)]
    say(
        json.dumps(
            {
                "acknowledged": len(printed),
                "printed_twice": len(printed) - len(set(printed)),
                "stored": len(sealed),
                "not_sealed": Record.objects.count(),
                "doubled": sum(number > 1 for number in times.values()),
                "lost": sum(place not in kept for place in printed),
                "receipts": len(proofs),
                "unverified": unverified,
                "without_receipt": sum(place not in proven for place in printed),
                "losses": [loss.sentence for loss in losses],
                "forged": [forged_loss(kept, proofs[at]) for at in (0, len(proofs) // 2, -1)],
            }
        )
    )


def sealed_in(log: Path, key: VerifierKey) -> Iterator[Item]:
    """Read every segment that lies there, by its signed manifest."""
    from answerable.intake.models import Segment  # noqa: PLC0415
    from answerable.intake.segments import RECORD_COLUMNS  # noqa: PLC0415
    from answerable.measure.tables import Limits  # noqa: PLC0415
    from answerable.measure.tables.rows import read_rows  # noqa: PLC0415
    from answerable.record import manifests  # noqa: PLC0415

    columns = {name: RECORD_COLUMNS[name] for name in ("kind", "source", "id", "digest")}
    paths = []
    for segment in Segment.objects.order_by("first"):
        manifest = manifests.open_signed(bytes(segment.manifest), keys=[key])
        manifests.check_files(manifest, folder=log)
        paths.append(log / segment.path)
    lying = set((log / "decisions").rglob("*.parquet"))
    assert lying == set(paths), f"files that no entry names: {lying ^ set(paths)}"
    for kind, source, identity, digest in read_rows(paths, columns, limits=Limits()):
        yield Item(
            kind=str(kind), source=str(source), id=str(identity), digest=HexDigest(str(digest))
        )


def receipts_in(spool: Path, key: VerifierKey) -> tuple[list[Receipt], int]:
    """Read every receipt that the programs kept; count those that prove nothing."""
    found, unverified = [], 0
    # A file that was kept may lie where it was as well.
    files = {path.stat().st_ino: path for path in sorted(spool.rglob("receipts*.jsonl"))}
    for path in files.values():
        for line in path.read_bytes().splitlines():
            try:
                found.append(receipts.verify(line, key=key))
            except Exception:  # noqa: BLE001 - whatever it is, it proves nothing
                unverified += 1
    return found, unverified


def lost_from(kept: dict[Place, Item], receipt: Receipt) -> Sequence[receipts.Loss]:
    """Ask what a receipt proves to be missing."""
    places = [(item.source, item.id) for item in receipt.items]
    return receipts.losses(receipt, kept=[kept[place] for place in places if place in kept])


def forged_loss(kept: dict[Place, Item], receipt: Receipt) -> list[str]:
    """Take one acknowledged record out of what was read, and ask its receipt again."""
    taken = receipt.items[len(receipt.items) // 2]
    left = {place: item for place, item in kept.items() if place != (taken.source, taken.id)}
    told = lost_from(left, receipt)
    assert [(taken, None)] == [(loss.item, loss.found) for loss in told]
    return [loss.sentence for loss in told]


def place_of(line: str) -> Place:
    """Read what `decide` says."""
    source, identity = line.split()
    return source, identity


def say(line: str) -> None:
    """Write a line at once, in one piece."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


PROCESSES: Mapping[str, Callable[..., None]] = {"decide": decide, "seal": seal, "check": check}

if __name__ == "__main__":
    PROCESSES[sys.argv[1]](*sys.argv[2:])
