"""What the test of the demonstration runs: a replay of every so-manieth person."""

import json
import os
import sys
from pathlib import Path


def main(out: str, one_in: str) -> None:
    """Replay, write the ledger, and say what it came to."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerable.project.web")
    import django  # noqa: PLC0415

    django.setup()
    from answerable.project.compas import screenings  # noqa: PLC0415
    from answerable.project.demo.run import run  # noqa: PLC0415
    from answerable.project.demo.told import told  # noqa: PLC0415
    from answerable.project.settings import read_settings  # noqa: PLC0415

    folder = Path(out)
    some = screenings()[:: int(one_in)]
    scene = run(read_settings(), some, out=folder, progress=lambda _share, _what: None)
    found = told(scene)
    (folder / "ledger.json").write_bytes(found.ledger)
    identity = str(scene.held.identity.verifier)
    sys.stdout.write(json.dumps({**found.document, "identity": identity}))


if __name__ == "__main__":
    main(*sys.argv[1:])
