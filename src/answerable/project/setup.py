"""Setting up an installation: keys, tables, the first agency and its first administrator.

Each step leaves alone what is there, and the file that names the installation comes last, so
that an interrupted set-up is finished by running it again.
"""

from dataclasses import dataclass
from datetime import datetime

from answerable.law.profiles import profile as law_profile
from answerable.ledger import checkpoints
from answerable.people import actions, queries
from answerable.people.actors import Actor
from answerable.people.models import Account, Agency
from answerable.people.roles import Role
from answerable.project import database, installation, keys
from answerable.project.installation import Installation
from answerable.project.rotation import enter_newest_list
from answerable.project.settings import Settings

BY = Actor.operator("answerable/init")


@dataclass(frozen=True, kw_only=True, slots=True)
class First:
    """The first agency, and who can let others into it."""

    agency: str
    agency_name: str
    profile: str
    email: str
    name: str


def set_up(named: Installation, first: First, *, settings: Settings, at: datetime) -> None:
    """Make an installation where there is none."""
    found = installation.find(settings)
    if found is not None:
        raise installation.SetUpAlready(home=settings.home, name=found.name)
    # Refused before anything is made, so that no half-made home is left behind.
    law_profile(first.profile)
    actions.address_of(first.email)
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = keys.make_missing(settings.keys, installation=named.name, at=at)
    database.bring_up_to_date()
    _first_agency(first, at=at)
    _first_administrator(first, at=at)
    enter_newest_list(made, at=at)
    checkpoints.make(key=made.ledger, folder=settings.checkpoints, at=at)
    installation.write(named, settings)


def _first_agency(first: First, *, at: datetime) -> None:
    if not Agency.objects.filter(ref=first.agency).exists():
        actions.found_agency(
            ref=first.agency, name=first.agency_name, profile=first.profile, by=BY, at=at
        )


def _first_administrator(first: First, *, at: datetime) -> None:
    if queries.administrators(first.agency):
        return
    account = Account.objects.filter(email=first.email.strip().lower()).first()
    if account is None:
        account = actions.add_account(
            email=first.email, name=first.name, agency=first.agency, by=BY, at=at
        )
    actions.give_role(account=account, role=Role.ADMINISTRATOR, agency=first.agency, by=BY, at=at)
