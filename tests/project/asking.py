"""A program that asks about people until it is told that people decide: one of ten in a test."""

import sys
import time
from pathlib import Path

from answerable.client import Client, Course, version_of
from answerable.record.keys import VerifierKey


def main(gateway: str, token: str, use: str, key: str, model: str, spool: str) -> None:
    """Say when the first person may be decided about, and when the last may not."""
    client = Client(
        gateway=gateway,
        token=token,
        use=use,
        version=version_of(parts={"model": Path(model)}),
        lease_keys=[VerifierKey.parse(key)],
        spool=Path(spool),
        tick=0.1,
    )
    with client:
        for course in (Course.PROCEED, Course.PEOPLE_ONLY):
            while client.ask("claim-4711").course is not course:
                time.sleep(0.02)
            # One clock for every process of the machine.
            sys.stdout.write(f"{course} {time.monotonic()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
