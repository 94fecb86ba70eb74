"""Who plays a part in the demonstration: two agencies, and invented people with real roles."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from answerable.people import actions, links, queries
from answerable.people.actors import Actor
from answerable.people.models import Account
from answerable.people.roles import Role
from answerable.people.tokens import Scope, issue_token
from answerable.project.installation import Installation
from answerable.project.settings import Settings
from answerable.project.setup import First, set_up

PROFILE = "replay"
COUNTY, NORTH = "county", "north"
NAMED = Installation(name="demo.answerable.localhost", demo=True)
OPERATOR = Actor.operator()

_TOKEN_LASTS = timedelta(days=366)
_PASSWORD_BYTES = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Player:
    """Somebody invented, and the one role they have in one agency."""

    email: str
    name: str
    agency: str
    role: Role


OWNER, APPROVER, REVIEWER, ASSESSOR, AUDITOR, ADMINISTRATOR = (
    Player(email=f"{name.lower()}@{COUNTY}.example", name=name, agency=COUNTY, role=role)
    for name, role in (
        ("Olivia", Role.OWNER),
        ("Anthony", Role.APPROVER),
        ("Rosa", Role.REVIEWER),
        ("Samuel", Role.REVIEWER),
        ("Audrey", Role.AUDITOR),
        ("Adam", Role.ADMINISTRATOR),
    )
)
CASEWORKERS = tuple(
    Player(email=f"{name.lower()}@{COUNTY}.example", name=name, agency=COUNTY, role=Role.CASEWORKER)
    for name in ("Carla", "Chen", "Cyrus")
)
NORTH_ADMINISTRATOR, NORTH_OWNER = (
    Player(email=f"{name.lower()}@{NORTH}.example", name=name, agency=NORTH, role=role)
    for name, role in (("Nadia", Role.ADMINISTRATOR), ("Noah", Role.OWNER))
)
PLAYERS = (
    *(ADMINISTRATOR, OWNER, APPROVER, REVIEWER, ASSESSOR, AUDITOR, *CASEWORKERS),
    *(NORTH_ADMINISTRATOR, NORTH_OWNER),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """Everybody who can sign in, with the password that is shown once."""

    passwords: Mapping[str, str] = field(repr=False)
    players: tuple[Player, ...] = PLAYERS

    def actor(self, player: Player) -> Actor:
        """Give somebody with the roles they hold now."""
        return queries.actor_of(queries.account(player.email))


def install(settings: Settings, *, at: datetime) -> Cast:
    """Set up an installation of its own for the demonstration, and let its people in."""
    first = First(
        agency=COUNTY,
        agency_name="The county (invented)",
        profile=PROFILE,
        email=ADMINISTRATOR.email,
        name=ADMINISTRATOR.name,
    )
    set_up(NAMED, first, settings=settings, at=at)
    actions.found_agency(
        ref=NORTH, name="The northern agency (invented)", profile=PROFILE, by=OPERATOR, at=at
    )
    return Cast(passwords={player.email: _let_in(player, at=at) for player in PLAYERS})


def token_for(cast: Cast, use: str, *, at: datetime) -> str:
    """Issue a token for the software of the county; it lasts for a year at most."""
    issued = issue_token(
        agency=COUNTY,
        name="court software",
        scopes=list(Scope),
        use=use,
        expires_at=at + _TOKEN_LASTS,
        by=cast.actor(ADMINISTRATOR),
        at=at,
    )
    return issued.secret


def _let_in(player: Player, *, at: datetime) -> str:
    account = Account.objects.filter(email=player.email).first()
    if account is None:
        account = actions.add_account(
            email=player.email, name=player.name, agency=player.agency, by=OPERATOR, at=at
        )
        actions.give_role(
            account=account, role=player.role, agency=player.agency, by=OPERATOR, at=at
        )
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    link = links.make_link(account=account, agency=player.agency, by=OPERATOR, at=at)
    links.set_password(secret=link.secret, password=password, at=at)
    return password
