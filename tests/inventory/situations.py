"""Systems and uses by name."""

from datetime import UTC, datetime, timedelta

from answerable.inventory import actions
from answerable.inventory.contexts import Context, Kind
from answerable.inventory.models import Use
from answerable.people.actors import Actor
from answerable.people.models import Agency
from answerable.people.roles import Role

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

VERSION_A = "aa" * 32
VERSION_B = "bb" * 32
USE = "north.benefit-check"

CONTEXT = Context(
    kind=Kind.DECIDES,
    purpose="Which benefit claims are checked by hand.",
    population="Everyone who claims the benefit.",
    legal_basis="Benefits Act, section 12.",
    outcomes=("paid", "checked", "refused"),
    adverse=("refused",),
    bought=False,
)


def an_actor(name: str, *roles: Role, agency: str = "north") -> Actor:
    return Actor(ref=f"account/{name}", roles=frozenset((agency, role) for role in roles))


OWNER = an_actor("owner", Role.OWNER)
APPROVER = an_actor("approver", Role.APPROVER)
OTHER_APPROVER = an_actor("other-approver", Role.APPROVER)
REVIEWER = an_actor("reviewer", Role.REVIEWER)
CASEWORKER = an_actor("caseworker", Role.CASEWORKER)
EVERYBODY_SOUTH = an_actor("south", *Role, agency="south")
OPERATOR = Actor.operator("answerable/flow")


def an_agency(ref: str = "north") -> Agency:
    return Agency.objects.get_or_create(
        ref=ref, defaults={"name": ref.title(), "profile": "statement", "created_at": NINE}
    )[0]


def a_use(
    *, slug: str = "benefit-check", at: datetime = NINE, running_since: datetime | None = None
) -> Use:
    """A use of a system with two recorded versions, neither of which runs."""
    an_agency()
    system = f"north.{slug}-system"
    actions.enrol_system(
        agency="north", slug=f"{slug}-system", name="Benefit checks", by=OWNER, at=at
    )
    for digest in (VERSION_A, VERSION_B):
        actions.record_version(system=system, digest=digest, source="client", by=OWNER, at=at)
    return actions.enrol_use(
        system=system,
        slug=slug,
        name="Benefit check",
        context=CONTEXT,
        reasons=("income_missing",),
        attributes=("sex",),
        running_since=running_since,
        by=OWNER,
        at=at,
    )
