"""Parts of the loop in processes of their own, on the test's database; some die on the way."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path

DIED = 9


def environment() -> dict[str, str]:
    """Give what a process needs to work on the databases of the test that starts it."""
    from django.conf import settings  # noqa: PLC0415 - after Django was set up

    names = {alias: found["NAME"] for alias, found in settings.DATABASES.items()}
    root = Path(__file__).resolve().parents[2]
    return {
        **os.environ,
        "LOOP_DATABASES": json.dumps(names, default=str),
        "DJANGO_SETTINGS_MODULE": "answerable.project.web",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH")))),
    }


def start_django() -> None:
    """Set Django up on the databases that were named."""
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    for alias, name in json.loads(os.environ["LOOP_DATABASES"]).items():
        settings.DATABASES[alias]["NAME"] = name
    django.setup()


def react(at: datetime, *, dies: bool) -> None:
    """Answer what is to be answered; or die when a reaction has written and not committed."""
    from answerable.flow import reactions  # noqa: PLC0415 - after Django was set up
    from answerable.flow.reactions import Reaction  # noqa: PLC0415
    from answerable.flow.table import REACTIONS  # noqa: PLC0415
    from answerable.ledger.entries import WrittenEntry  # noqa: PLC0415
    from answerable.people.actors import Actor  # noqa: PLC0415

    def dying(one: Reaction) -> Reaction:
        def run(entry: WrittenEntry, by: Actor, now: datetime) -> None:
            one.run(entry, by, now)
            os._exit(DIED)

        return Reaction(name=one.name, kinds=one.kinds, run=run)

    # Both begin when they are told to.
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    reactions.react([dying(one) for one in REACTIONS] if dies else REACTIONS, at=at)


def send(at: datetime, port: int, folder: Path) -> None:
    """Send letters as the clock does; die when the server took one, before that is noted."""
    from dataclasses import replace  # noqa: PLC0415

    from answerable.flow import schedule  # noqa: PLC0415 - after Django was set up
    from answerable.kit.mail import Mailer, Result  # noqa: PLC0415
    from answerable.project.practice_jobs import PracticeJobs  # noqa: PLC0415
    from tests.practices.remedy.situations import a_machine  # noqa: PLC0415

    class Dying(Mailer):
        def send(self, **letter: object) -> Result:
            Mailer.send(self, **letter)  # type: ignore[arg-type]
            os._exit(DIED)

    mail = Dying(host="127.0.0.1", port=port, sender="letters@north.example", timeout=20)
    jobs = PracticeJobs(machine=replace(a_machine(folder), mail=mail))
    schedule.tick([one for one in jobs.others if one.name == "letters sent"], at=at)


def main(what: str, at: str, *rest: str) -> None:
    """Do one of them."""
    start_django()
    moment = datetime.fromisoformat(at)
    if what == "send":
        send(moment, int(rest[0]), Path(rest[1]))
    else:
        react(moment, dies=what == "die")


if __name__ == "__main__":
    main(*sys.argv[1:])
