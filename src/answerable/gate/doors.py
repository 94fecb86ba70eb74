"""Who gets at a use: somebody of its agency with a role, or a part of Answerable."""

from answerable.inventory.models import Use
from answerable.inventory.queries import UnknownUse, use_for
from answerable.people.actors import Actor
from answerable.people.queries import is_operator
from answerable.people.roles import Role


def use_for_part(by: Actor, ref: str, *roles: Role) -> Use:
    """Give a use to somebody with one of these roles in its agency, or to the operator.

    The operator is whoever runs the machine, and the parts of Answerable that act on
    their own: a breaker that stops, a notice that was delivered. It never approves,
    waives or records that a row is met.
    """
    if not is_operator(by):
        return use_for(by, ref, *roles)
    found = Use.objects.filter(ref=ref).first()
    if found is None:
        raise UnknownUse(use=ref[:120])
    return found


def locked(use: Use) -> Use:
    """Give the use again, held until the transaction ends."""
    return Use.objects.select_for_update(of=("self",)).select_related("system").get(pk=use.pk)
