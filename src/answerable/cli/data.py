"""DATA as it is typed: files, or decisions of the log by use and period."""

from collections.abc import Iterator
from contextlib import contextmanager

from answerable.cli.outputs import tell_error
from answerable.errors import AnswerableError
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
    from answerable.inventory.queries import use_named
    from answerable.measure.tables import Limits
    from answerable.people.actors import Actor
    from answerable.project import keys
    from answerable.record.keylist import Purpose, read

    address = parse_address(location)
    use_named(address.use)
    newest = read(keys.read(settings.keys).lists[-1])
    with materialise(
        address,
        log=settings.log,
        keys=newest.of(Purpose.RECEIPTS),
        viewer=Actor.operator(),
        limits=Limits(memory_mb=settings.memory_mb, threads=settings.threads),
    ) as made:
        _tell_left_out(made.left_out)
        try:
            yield str(made.path)
        except AnswerableError as error:
            if error.fields.get("file") != made.path.name:
                raise
            # Nobody typed the name of the temporary file, and it is gone when this is read.
            raise type(error)(**{**error.fields, "file": location}) from error


def _tell_left_out(count: int) -> None:
    if count == 1:
        tell_error(
            "1 decision with an outcome that the use does not have is left out; it has a finding.\n"
        )
    elif count:
        tell_error(
            f"{count:,} decisions with an outcome that the use does not have are left out; "
            "each has a finding.\n"
        )
