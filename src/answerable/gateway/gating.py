"""The real gate behind the gateway's port."""

from collections.abc import Mapping
from datetime import datetime

from answerable.gate import effect, leases, optouts, snapshot
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.snapshot import Snapshot
from answerable.gateway.ports import Effect, LeaseAsked
from answerable.intake import queries
from answerable.intake.marks import UseFacts
from answerable.inventory.models import Use
from answerable.inventory.queries import UnknownUse
from answerable.ledger.models import CheckpointRow
from answerable.record.leases import SALT_BYTES, Lease, OptOutList
from answerable.record.tree import EMPTY_ROOT


class RealGate:
    """Asks the rooms below. Used from one thread."""

    def __init__(self, *, sealed: queries.Sealed, law: Law = law_of_agency) -> None:
        """Take what reads a sealed record, and the law in force."""
        self._sealed, self._law = sealed, law
        self._before: Snapshot | None = None

    def uses(self, *, fits: bool, at: datetime) -> Mapping[str, UseFacts]:
        """Give the facts of every use, by which arriving records are judged."""
        self._before = snapshot.facts_of_uses(
            at=at, ledger_fits=fits, before=self._before, law=self._law
        )
        return self._before.uses

    def checkpoint(self) -> str:
        """Give the ledger's latest checkpoint, ``size:root``."""
        newest = CheckpointRow.objects.order_by("number").last()
        if newest is None:
            return f"0:{EMPTY_ROOT.hex()}"
        return f"{newest.size}:{bytes(newest.root).hex()}"

    def lease(self, asked: LeaseAsked, *, fits: bool, at: datetime) -> Lease:
        """Say what a use may do now; people only where the ledger does not fit."""
        self.give_back(asked, at=at)
        return leases.lease_for(
            agency=asked.agency,
            use=asked.use,
            version=asked.version,
            nonce=asked.nonce,
            checkpoint=self.checkpoint(),
            at=at,
            ledger_fits=fits,
            law=self._law,
        )

    def give_back(self, asked: LeaseAsked, *, at: datetime) -> None:
        """Take back what was not used, without giving anything."""
        for lease, unused in asked.returned:
            leases.return_unused(agency=asked.agency, lease=lease, unused=unused, at=at)

    def opt_outs(self, *, agency: str, use: str) -> bytes:
        """Give the list of opt-outs of a use."""
        if not use.startswith(f"{agency}."):
            raise UnknownUse(use=use[:120])
        found = Use.objects.filter(ref=use, agency__ref=agency).first()
        if found is None:
            return OptOutList(salt=bytes(SALT_BYTES), marks=frozenset()).to_bytes()
        return optouts.opt_out_list(found).to_bytes()

    def effect(
        self, *, agency: str, bound: str, source: str, record: str, fits: bool, at: datetime
    ) -> Effect:
        """Say whether a decision may take effect; the token knows none of another use."""
        found = queries.decision_of
        decision = found(agency=agency, source=source, record=record, sealed=self._sealed)
        if decision is not None and bound and decision.use != bound:
            decision = None
        match effect.effect_of(decision, at=at, ledger_fits=fits, law=self._law):
            case effect.Clear():
                return Effect(clear=True)
            case effect.Held(reasons=reasons):
                return Effect(clear=False, reasons=reasons)
