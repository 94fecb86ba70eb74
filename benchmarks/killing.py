"""The processes of `kill_sealer`: one that stores, sealers that are killed, and the check."""

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

from django.db import connections, router, transaction
from tests.intake.log_situations import KEY, MONDAY, SEALER, a_decision, arrive

from answerable.intake import sealing
from answerable.intake.hot.models import Commit, Record
from answerable.intake.models import Segment
from answerable.intake.segments import RECORD_COLUMNS, leaf_of
from answerable.ledger.models import EntryRow
from answerable.measure.tables import Limits
from answerable.measure.tables.rows import read_rows
from answerable.project.database import bring_up_to_date
from answerable.record import envelopes, manifests, receipts

LONGEST_LIFE = 1.0
ROWS_AT_ONCE = 60


def run(home: Path, *, rounds: int, seed: int, steps: bool) -> dict[str, int]:
    """Kill sealers that many times while records arrive, then seal the rest and compare."""
    log, notes, stop = home / "log", home / "acknowledged", home / "stop"
    bring_up_to_date()
    writer = forked(lambda: write_records(notes, stop, seed))
    time.sleep(0.3)
    draw = random.Random(seed)  # noqa: S311 - moments, not secrets
    killed = kill_at_each_step(log, rounds) if steps else kill_at_random(log, rounds, draw)
    before_the_end = sealing.sealed_upto()
    connections.close_all()
    stop.touch()
    wrote = os.waitpid(writer, 0)[1]
    finished = os.waitpid(forked(lambda: seal_once(log, None, most=10_000)), 0)[1]
    failed = bool(wrote) + bool(finished)
    found = check(log, notes)
    return {"killed": killed, "failed": failed, "sealed_meanwhile": before_the_end, **found}


def is_wrong(found: Mapping[str, int]) -> bool:
    """Say whether anything was lost, doubled or left without proof, or nothing was tried."""
    wrong = ("failed", "lost", "doubled", "commits_unproven", "entries_off")
    return any(found[name] for name in wrong) or not (found["sealed_meanwhile"] and found["killed"])


def forked(work: Callable[[], object]) -> int:
    """Run work in a process of its own, with connections of its own."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    finally:
        sys.stdout.flush()
        os._exit(status)


def write_records(notes: Path, stop: Path, seed: int) -> None:
    """Store commits of random size until told to stop, noting each record once it is stored."""
    draw = random.Random(seed)  # noqa: S311 - sizes, not secrets
    numbers = count(1)
    with notes.open("a", encoding="utf-8") as file:
        while not stop.exists():
            uses = ("north.benefit-check", "north.fraud-flag", "south.parking")
            batch = [
                a_decision(next(numbers), use=draw.choice(uses)) for _ in range(draw.randint(1, 40))
            ]
            with transaction.atomic(using=router.db_for_write(Record)):
                rows = arrive(*batch, attributes={"sex": draw.choice("FM")})
            for row in rows:
                file.write(f"{row.agency} {row.record_id} {row.digest.hex()} {row.commit_id}\n")
            file.flush()
            time.sleep(0.002)


def seal_once(log: Path, step: int | None, *, most: int = ROWS_AT_ONCE) -> None:
    """Seal; at the given step, die like a process that is killed."""
    steps = count(1)

    def reached(_name: str) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sealing.seal(
        log=log,
        upto=2**62,
        key=KEY,
        by=SEALER,
        at=MONDAY,
        rows_at_once=most,
        reached=reached,
    )


def kill_at_random(log: Path, rounds: int, draw: random.Random) -> int:
    """Start one or two sealers a round and kill them after a while; count those cut off."""
    cut = 0
    for _ in range(rounds):
        sealers = [forked(lambda: seal_once(log, None)) for _ in range(draw.choice((1, 1, 2)))]
        time.sleep(draw.random() * LONGEST_LIFE)
        for sealer in sealers:
            os.kill(sealer, signal.SIGKILL)
        cut += sum(os.WIFSIGNALED(os.waitpid(sealer, 0)[1]) for sealer in sealers)
    return cut


def kill_at_each_step(log: Path, rounds: int) -> int:
    """Let one sealer after another kill itself one step later than the one before."""
    cut = 0
    for step in range(1, rounds + 1):
        sealer = forked(lambda: seal_once(log, step))  # noqa: B023 - forked at once
        cut += os.WIFSIGNALED(os.waitpid(sealer, 0)[1])
        time.sleep(0.01)
    return cut


def check(log: Path, notes: Path) -> dict[str, int]:
    """Compare what was noted with what is there; the numbers of what is wrong are all 0."""
    names = ("seq", "kind", "source", "id", "digest", "commit")
    columns = {name: RECORD_COLUMNS[name] for name in names}
    kept: list[tuple[str, int, str, str, str, str, int]] = []
    for segment in Segment.objects.order_by("first"):
        manifest = manifests.open_signed(bytes(segment.manifest), keys=[KEY.verifier])
        manifests.check_files(manifest, folder=log)
        rows = list(read_rows([log / segment.path], columns, limits=Limits()))
        kept += [(segment.agency, *row) for row in rows]  # type: ignore[misc] # as the columns say
    hot = Record.objects.filter(seq__gt=sealing.sealed_upto())
    fields = ("agency", "seq", "kind", "source", "record_id", "digest", "commit_id")
    kept += [(*row[:5], bytes(row[5]).hex(), row[6]) for row in hot.values_list(*fields)]
    noted = [line.split() for line in notes.read_text(encoding="utf-8").splitlines()]
    times = Counter((agency, record, digest) for agency, _, _, _, record, digest, _ in kept)
    leaves: dict[int, list[tuple[int, bytes]]] = {}
    for _, seq, kind, source, record, digest, commit in kept:
        leaf = leaf_of(kind=kind, source=source, record_id=record, digest=digest)
        leaves.setdefault(commit, []).append((seq, leaf))
    signed = {
        row.commit_id: receipts.Commit.from_payload(envelopes.read(bytes(row.envelope)).payload)
        for row in Commit.objects.all()
    }
    unproven = sum(
        receipts.root_of([leaf for _, leaf in sorted(leaves.get(commit, []))]) != header.root
        for commit, header in signed.items()
    )
    return {
        "acknowledged": len(noted),
        "kept": len(kept),
        "sealed": len(kept) - hot.count(),
        "segments": Segment.objects.count(),
        "commits": len(signed),
        "lost": sum(times[agency, record, digest] == 0 for agency, record, digest, _ in noted),
        "doubled": sum(number > 1 for number in times.values()),
        "commits_unproven": unproven,
        "entries_off": EntryRow.objects.count() - Segment.objects.count(),
    }
