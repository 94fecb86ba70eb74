"""Who does something: a person in an agency, or a part of Answerable itself."""

from dataclasses import dataclass
from typing import Self

from answerable.errors import AnswerableError
from answerable.people.roles import INSTALLATION, Role


class NotPermitted(AnswerableError):
    """The actor's roles in the agency do not allow this."""

    code = "people.not_permitted"
    message = "This needs the role {needed} in {agency}, which you do not have there."
    hint = "Ask an administrator of {agency} who holds it."


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Somebody who acts or looks, with the roles held in each agency.

    ``ref`` is the person's account, or the name of a part of Answerable
    (``answerable/gateway``); in the ledger it stands only as a salted commitment.

    Examples
    --------
    >>> owner = Actor(ref="account/7", roles=frozenset({("north", Role.OWNER)}))
    >>> owner.may(Role.OWNER, agency="north"), owner.may(Role.OWNER, agency="south")
    (True, False)
    """

    ref: str
    roles: frozenset[tuple[str, Role]] = frozenset()

    @classmethod
    def operator(cls, ref: str = "answerable/operator") -> Self:
        """Give whoever runs commands on the machine that holds the keys, or a part of it."""
        return cls(ref=ref, roles=frozenset({(INSTALLATION, Role.OPERATOR)}))

    @property
    def agencies(self) -> frozenset[str]:
        """The agencies in which the actor plays any part."""
        return frozenset(agency for agency, _ in self.roles)

    def may(self, *any_of: Role, agency: str) -> bool:
        """Say whether the actor has one of these roles in the agency."""
        return any((agency, role) in self.roles for role in any_of)

    def need(self, *any_of: Role, agency: str) -> None:
        """Refuse an actor without any of these roles in the agency."""
        if not self.may(*any_of, agency=agency):
            raise NotPermitted(needed=" or ".join(any_of), agency=agency)
