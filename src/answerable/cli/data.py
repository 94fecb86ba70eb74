"""DATA as it is typed: files, or decisions of the log by use and period."""

from collections.abc import Iterator
from contextlib import contextmanager

from answerable.project.settings import Settings

LOG = "log:"


@contextmanager
def data_at(location: str, *, settings: Settings) -> Iterator[str]:
    """Give the place where the data lie; decisions of the log lie there for the moment only."""
    if not location.startswith(LOG):
        yield location
        return
    from answerable.cli.connection import open_installation

    open_installation()
    from answerable.intake.addresses import parse_address
    from answerable.intake.log import materialise
    from answerable.measure.tables import Limits
    from answerable.people.actors import Actor
    from answerable.project import keys
    from answerable.record.keylist import Purpose, read

    newest = read(keys.read(settings.keys).lists[-1])
    with materialise(
        parse_address(location),
        log=settings.log,
        keys=newest.of(Purpose.RECEIPTS),
        viewer=Actor.operator(),
        limits=Limits(memory_mb=settings.memory_mb, threads=settings.threads),
    ) as path:
        yield str(path)
