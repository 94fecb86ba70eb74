"""What a person may be in an agency."""

from enum import StrEnum


class Role(StrEnum):
    """A part that a person plays in one agency; one person may play several.

    An ``administrator`` manages people and tokens and decides nothing about AI. An
    ``auditor`` reads and changes nothing. An ``operator`` runs the machine: founds agencies,
    keeps keys and clocks, and sees no person's case.
    """

    ADMINISTRATOR = "administrator"
    OWNER = "owner"
    APPROVER = "approver"
    REVIEWER = "reviewer"
    CASEWORKER = "caseworker"
    AUDITOR = "auditor"
    OPERATOR = "operator"


# Whoever runs the machine plays a part in no agency, but on the whole installation.
INSTALLATION = "installation"
# The roles an administrator can give: nobody becomes an operator through the database.
GIVEN = tuple(role for role in Role if role is not Role.OPERATOR)
