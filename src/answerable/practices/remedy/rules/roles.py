"""Who may do what in this room: asked by the actions, and by the pages that offer them."""

from answerable.people.roles import Role

STAFF = (Role.OWNER, Role.APPROVER, Role.REVIEWER, Role.CASEWORKER, Role.AUDITOR)
"""Look at letters, challenges and look-backs."""

HEARERS = (Role.CASEWORKER, Role.REVIEWER)
"""Consider challenges and close them, and note what became of letters."""

ASSIGNERS = (*HEARERS, Role.APPROVER)
"""Give a challenge to whoever considers it, and name what has to be undone."""

REPAIRERS = (Role.CASEWORKER, Role.APPROVER, Role.OWNER)
"""Note that a harm was undone."""

SENDERS = (Role.CASEWORKER, Role.OWNER)
"""Have a lost letter sent again."""

SEARCHERS = (Role.REVIEWER, Role.APPROVER)
"""Search for others hit by the same fault, and close the look-back."""

OPENERS = (*SEARCHERS, Role.OWNER)
"""Open a look-back."""

IMPORTERS = (Role.OWNER, Role.CASEWORKER, Role.ADMINISTRATOR)
"""Say how people can be written to."""
