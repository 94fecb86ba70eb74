"""Records that arrive by command instead of through the gateway: the same door, the same keys."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from answerable.gate.snapshot import facts_of_uses
from answerable.intake.commits import Desk
from answerable.intake.historic import Imported, import_file
from answerable.intake.hot.store import Store
from answerable.intake.log import sealed_records
from answerable.intake.mappings import ColumnMapping
from answerable.intake.marks import Judge
from answerable.intake.scan import scan
from answerable.intake.subjects import Pseudonyms
from answerable.ledger import checkpoints
from answerable.measure.tables import Limits
from answerable.people.actors import Actor
from answerable.project import keys, startup
from answerable.project.keys import Keys
from answerable.project.settings import Settings
from answerable.record import keylist
from answerable.record.keylist import Purpose


def look_through(settings: Settings, held: Keys, *, ledger_fits: bool, at: datetime) -> int:
    """Open findings about what has arrived; say how many marked records there were."""

    def sealed(agency: str, numbers: Sequence[int]) -> Mapping[int, tuple[bytes, str]]:
        return sealed_records(
            agency,
            numbers,
            log=settings.log,
            keys=keylist.read(held.lists[-1]).of(Purpose.RECEIPTS),
            limits=Limits(memory_mb=settings.memory_mb, threads=settings.threads),
        )

    return scan(at=at, sealed=sealed, ledger_fits=ledger_fits)


def pseudonyms_of(held: Keys) -> Pseudonyms:
    """Give what turns pseudonyms into tokens and back, with the keys of this machine."""
    return Pseudonyms(encryption=held.contact.encryption, lookup=held.contact.lookup)


def import_records(
    location: str,
    mapping: ColumnMapping,
    settings: Settings,
    *,
    store: Store,
    refusals: Path,
    historic: bool,
    by: Actor,
    at: datetime,
    progress: Callable[[int], object] | None,
) -> Imported:
    """Import a file, judged by what the gate says now and signed like any other arrival."""
    held = keys.read(settings.keys)
    fits = not startup.misfit(settings, held)
    desk = Desk(
        judge=Judge(facts_of_uses(at=at, ledger_fits=fits).uses),
        pseudonyms=pseudonyms_of(held),
        key=held.receipts,
        checkpoint=checkpoints.mark(),
    )
    return import_file(
        location,
        mapping,
        store=store,
        desk=desk,
        refusals=refusals,
        historic=historic,
        by=by,
        at=at,
        limits=Limits(memory_mb=settings.memory_mb, threads=settings.threads),
        progress=progress,
    )
