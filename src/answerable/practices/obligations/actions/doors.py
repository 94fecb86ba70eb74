"""Who may review what a use rests on, and when."""

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.inventory.models import Use
from answerable.inventory.queries import use_for
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.obligations import queries
from answerable.practices.obligations.rules.duties import may_review


class NotIndependent(AnswerableError):
    """Somebody would review what they own, or what they wrote."""

    code = "obligations.not_independent"
    message = (
        "You own {use}, have owned it or wrote in its dossier, so you cannot review what it "
        "rests on."
    )
    hint = "Ask a reviewer who did none of this."
    citation = "REQUIREMENTS S2, S3"


def reviewable(by: Actor, use: str) -> Use:
    """Give a use to a reviewer whose work its dossier is not, held until the transaction ends."""
    found = locked(use_for(by, use, Role.REVIEWER))
    if not may_review(by.ref, authors=queries.authors_of(found)):
        raise NotIndependent(use=use)
    return found


def screened(by: Actor, use: str) -> Use:
    """Give it to a reviewer who has screened it on their own, and so may see the answers."""
    found = reviewable(by, use)
    if queries.must_be_blind(found, by):
        raise queries.NotBlindYet(use=use)
    return found
