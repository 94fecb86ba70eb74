"""Which gate, keys and ledger the decision API of this installation works with."""

from starlette.applications import Starlette

from answerable.gateway import app
from answerable.gateway.app import MachineClock, Parts
from answerable.intake.subjects import Pseudonyms
from answerable.people import tokens
from answerable.project import keys, startup
from answerable.project.database import check_up_to_date
from answerable.project.installation import the_one
from answerable.project.settings import read_settings


def build() -> Starlette:
    """Read the keys and put the gateway together."""
    settings = read_settings()
    the_one(settings)
    check_up_to_date()
    held = keys.read(settings.keys)
    contact = held.contact
    return app.build(
        Parts(
            gate=TheGate(),
            find_token=lambda secret, at: tokens.find(secret, at=at),
            fits=lambda: not startup.misfit(settings, held),
            pseudonyms=Pseudonyms(encryption=contact.encryption, lookup=contact.lookup),
            leases=held.leases,
            receipts=held.receipts,
            clock=MachineClock(),
        )
    )
