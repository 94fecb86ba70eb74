"""What a lease says now, and the decisions of a pilot's cap that it is allotted.

The gateway signs what comes back. Nothing here refuses a use that is closed: people only
and stopped are answers.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from answerable.gate.facts import facts_of
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.models import Approval, LeaseGiven
from answerable.gate.moments import next_moment
from answerable.gate.optouts import opt_out_list
from answerable.gate.rules import permit
from answerable.gate.terms import Facts, Permit, PermitState
from answerable.inventory.models import Use
from answerable.inventory.queries import UnknownUse
from answerable.record.leases import SALT_BYTES, Lease, OptOutList, State

_SECOND = timedelta(seconds=1)
# A lease takes at most this part of a pilot's cap, so that one process does not hold it all.
_PART_OF_CAP = 20


def lease_for(
    *,
    agency: str,
    use: str,
    version: str,
    nonce: str,
    checkpoint: str,
    at: datetime,
    ledger_fits: bool,
    seconds: int | None = None,
    wanted: int | None = None,
    law: Law = law_of_agency,
) -> Lease:
    """Say what a use may do in a version, from now for some seconds.

    Parameters
    ----------
    agency, use, version, nonce
        Whose token asks, and what its client said.
    checkpoint
        The ledger's ``size:root``, for the lease to carry.
    ledger_fits
        Whether the ledger fitted its last checkpoint kept elsewhere at start-up.
    seconds
        A shorter or longer life than the profile's usual one, never above its limit. A
        lease never outlives the moment at which the state may change by itself.
    wanted
        How many decisions of a pilot's cap the client asks for.

    Raises
    ------
    UnknownUse
        The use is named as another agency's. One of the agency's own that is not in the
        inventory is people only.
    """
    if not use.startswith(f"{agency}."):
        raise UnknownUse(use=use[:120])
    found = Use.objects.filter(ref=use, agency__ref=agency).select_related("system").first()
    limits = law(agency, on=at.date()).limits
    length = min(max(1, seconds or limits.lease), limits.longest_lease)
    state, reason, cap = State.PEOPLE_ONLY, "unknown_use", None
    listed = OptOutList(salt=bytes(SALT_BYTES), marks=frozenset())
    lease_id = secrets.token_hex(16)
    if found is not None:
        listed = opt_out_list(found)
        facts = facts_of(found, at=at, law=law, ledger_fits=ledger_fits)
        now, length = _for_so_long(facts, version=version, at=at, length=length)
        state, reason = state_of(now), now.reasons[0]
        if now.state is PermitState.PILOT and now.approval is not None:
            until = at + length * _SECOND
            cap = _allot(now.approval.ref, lease_id, wanted=wanted, at=at, until=until)
            if cap == 0:
                state, reason = State.PEOPLE_ONLY, "cap_spent"
    return Lease(
        id=lease_id,
        agency=agency,
        use=use,
        version=version,
        state=state,
        reason=reason,
        issued_at=at,
        seconds=length,
        nonce=nonce,
        opt_outs=listed.digest(),
        cap=cap,
        checkpoint=checkpoint,
    )


def return_unused(*, agency: str, lease: str, unused: int, at: datetime) -> bool:
    """Take back what a lease did not use; the first answer for a lease is its last.

    Says whether anything was taken back. More than was allotted is not.
    """
    given = LeaseGiven.objects.filter(pk=lease, approval__use__agency__ref=agency, returned_at=None)
    if unused < 0:
        return False
    return bool(given.filter(allotted__gte=unused).update(unused=unused, returned_at=at))


def cap_left(approval: Approval) -> int:
    """Count what of a pilot's cap is not allotted to any lease."""
    out = approval.leases.aggregate(out=Coalesce(Sum(F("allotted") - Coalesce(F("unused"), 0)), 0))[
        "out"
    ]
    return max(0, (approval.cap or 0) - int(out))


def state_of(permit: Permit) -> State:
    """Give the state as a lease says it: a pilot is open, up to its cap."""
    if permit.state is PermitState.PILOT:
        return State.OPEN
    return State(permit.state.value)


def _for_so_long(facts: Facts, *, version: str, at: datetime, length: int) -> tuple[Permit, int]:
    """Compute the permit, and how many whole seconds of the length it will hold for."""
    ends = next_moment(facts, at=at)
    if ends is not None and ends - at < _SECOND:
        # Shorter than any lease: what holds afterwards holds now, unless it is wider.
        now, then = (permit(facts, version=version, at=moment) for moment in (at, ends))
        return (then if now.is_open else now), 1
    left = length if ends is None else (ends - at) // _SECOND
    return permit(facts, version=version, at=at), min(length, left)


def _allot(approval: int, lease: str, *, wanted: int | None, at: datetime, until: datetime) -> int:
    with transaction.atomic():
        # Whoever allots holds the approval: two processes cannot be given the same decisions.
        held = Approval.objects.select_for_update().get(pk=approval)
        part = max(1, (held.cap or 0) // _PART_OF_CAP)
        given = min(cap_left(held), part if wanted is None else max(1, wanted))
        if given:
            LeaseGiven.objects.create(
                id=lease, approval=held, allotted=given, given_at=at, until=until
            )
    return given
