"""Which gate, keys and ledger the decision API of this installation works with."""

from concurrent.futures import ThreadPoolExecutor

from answerable.gateway import app
from answerable.gateway.app import MachineClock, Parts
from answerable.gateway.gating import RealGate
from answerable.gateway.requests import Direct
from answerable.intake.log import sealed_record
from answerable.measure.tables import Limits
from answerable.people import tokens
from answerable.project import keys
from answerable.project.arrivals import pseudonyms_of
from answerable.project.database import check_up_to_date
from answerable.project.installation import the_one
from answerable.project.keys import Keys
from answerable.project.settings import Settings, read_settings
from answerable.project.startup import LedgerWatch
from answerable.record import keylist
from answerable.record.keylist import Purpose


def build() -> Direct:
    """Read the keys and put the gateway together."""
    settings = read_settings()
    the_one(settings)
    with ThreadPoolExecutor(max_workers=1) as aside:
        # The server builds this inside its event loop, where the database may not be asked.
        aside.submit(check_up_to_date).result()
    held = keys.read(settings.keys)
    return app.build(
        Parts(
            gate=RealGate(sealed=_Sealed(settings, held)),
            find_token=lambda secret, at: tokens.find(secret, at=at),
            fits=LedgerWatch(settings, held),
            pseudonyms=pseudonyms_of(held),
            leases=held.leases,
            receipts=held.receipts,
            clock=MachineClock(),
        )
    )


class _Sealed:
    """Reads a sealed record of this installation's log."""

    def __init__(self, settings: Settings, held: Keys) -> None:
        self._log = settings.log
        self._keys = keylist.read(held.lists[-1]).of(Purpose.RECEIPTS)
        self._limits = Limits(memory_mb=settings.memory_mb, threads=settings.threads)

    def __call__(self, agency: str, seq: int) -> tuple[bytes, str] | None:
        return sealed_record(agency, seq, log=self._log, keys=self._keys, limits=self._limits)
