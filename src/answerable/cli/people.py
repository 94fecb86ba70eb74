"""`answerable agency`, `account` and `token`: who and what is let in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from answerable.cli.connection import now, open_installation
from answerable.cli.options import Agency, By, Json, listed
from answerable.cli.outputs import outputs_for
from answerable.people.actors import Actor

if TYPE_CHECKING:
    from answerable.people.models import Account

agency_commands = typer.Typer(no_args_is_help=True, help="Agencies of the installation.")
account_commands = typer.Typer(no_args_is_help=True, help="People who work for an agency.")
token_commands = typer.Typer(no_args_is_help=True, help="Tokens of an agency's software.")


@agency_commands.command("add")
def add_agency(
    ref: Annotated[str, typer.Argument(help="Short name: small letters, digits, hyphens.")],
    name: Annotated[str, typer.Option(help="Full name.", metavar="NAME")],
    profile: Annotated[
        str, typer.Option(help="Profile whose rows and limits hold for it.", metavar="NAME")
    ] = "statement",
    json: Json = None,
) -> None:
    """Add an agency, as whoever runs the machine. Exit status: 0 when it is done."""
    outputs = outputs_for(json)
    open_installation()
    from answerable.people import actions

    added = actions.found_agency(ref=ref, name=name, profile=profile, by=Actor.operator(), at=now())
    document = {"agency": added.ref, "name": added.name, "profile": added.profile}
    outputs.conclude(
        json,
        dict(document),
        f"Added the agency {added.ref}. Give it an administrator:\n"
        f"  answerable account add EMAIL --agency {added.ref} --roles administrator\n",
    )


@account_commands.command("add")
def add_account(
    email: Annotated[str, typer.Argument(help="Address with which the person signs in.")],
    agency: Agency,
    name: Annotated[str, typer.Option(help="The person's name.", metavar="NAME")] = "",
    roles: Annotated[
        str, typer.Option(help="Roles in the agency, separated by commas.", metavar="ROLE[,ROLE]")
    ] = "",
    by: By = "",
    json: Json = None,
) -> None:
    """Add a person to an agency, or give one who is there more roles.

    Without --by it is done as whoever runs the machine. Exit status: 0 when it is done.
    """
    outputs = outputs_for(json)
    open_installation()
    from answerable.people import actions, queries
    from answerable.people.models import Account

    acting, at = actor(by), now()
    account = Account.objects.filter(email=email.strip().lower()).first()
    is_new = account is None
    if account is None:
        account = actions.add_account(
            email=email, name=name or email, agency=agency, by=acting, at=at
        )
    for role in listed(roles):
        actions.give_role(account=account, role=role, agency=agency, by=acting, at=at)
    held = sorted(role for ref, role in queries.actor_of(account).roles if ref == agency)
    document = {"account": account.ref, "agency": agency, "roles": [str(role) for role in held]}
    if not held:
        outputs.conclude(
            json,
            dict(document),
            f"{account.ref} has no role in {agency} yet: give one with --roles.\n",
        )
        return
    told = f"{account.ref} is {', '.join(held)} in {agency}.\n"
    if not is_new:
        outputs.conclude(json, dict(document), told)
        return
    link = _link(account, agency, acting, at)
    outputs.conclude(json, {**document, **link.document}, f"{told}{link.text}")


@account_commands.command("link")
def make_link(
    email: Annotated[str, typer.Argument(help="Address with which the person signs in.")],
    agency: Agency,
    by: By = "",
    json: Json = None,
) -> None:
    """Give a person a link with which they set a password, once.

    Links given before open nothing any more. Exit status: 0 when it is done.
    """
    outputs = outputs_for(json)
    open_installation()
    from answerable.people import queries

    account = queries.account(email)
    link = _link(account, agency, actor(by), now())
    outputs.conclude(json, {"account": account.ref, **link.document}, link.text)


@account_commands.command("remove-second-step")
def remove_second_step(
    email: Annotated[str, typer.Argument(help="Address with which the person signs in.")],
    agency: Agency,
    by: By = "",
    json: Json = None,
) -> None:
    """Take away a second step of signing in that a person has lost.

    At the next sign-in they have to set a new one before anything opens. Exit status: 0 when
    it is done.
    """
    outputs = outputs_for(json)
    open_installation()
    from answerable.people import queries, second_steps

    account = queries.account(email)
    second_steps.remove_second_steps(account=account, agency=agency, by=actor(by), at=now())
    outputs.conclude(
        json,
        {"account": account.ref, "agency": agency},
        f"The second step of {account.ref} was removed: the next sign-in asks for a new one.\n",
    )


@account_commands.command("end-role")
def end_role(
    email: Annotated[str, typer.Argument(help="Address with which the person signs in.")],
    agency: Agency,
    role: Annotated[str, typer.Option(help="The role that ends.", metavar="ROLE")],
    by: By = "",
    json: Json = None,
) -> None:
    """End a role that a person holds in an agency. Exit status: 0 when it is done."""
    outputs = outputs_for(json)
    open_installation()
    from answerable.people import actions, queries

    account = queries.account(email)
    actions.end_role(account=account, role=role, agency=agency, by=actor(by), at=now())
    outputs.conclude(
        json,
        {"account": account.ref, "agency": agency, "ended": role},
        f"{account.ref} is no longer {role} in {agency}.\n",
    )


@token_commands.command("issue")
def issue_token(
    name: Annotated[str, typer.Argument(help="Which software it is for.")],
    agency: Agency,
    by: By,
    scopes: Annotated[
        str, typer.Option(help="What it opens, separated by commas.", metavar="SCOPE[,SCOPE]")
    ] = "leases,decisions,outcomes,reviews,effects",
    use: Annotated[
        str, typer.Option(help="The one use it is for (default: every use).", metavar="USE")
    ] = "",
    days: Annotated[int, typer.Option(help="Days until it ends.", min=1, max=366)] = 90,
    json: Json = None,
) -> None:
    """Issue a token to an agency's software; it is shown once, and kept only as a hash.

    Exit status: 0 when it is done.
    """
    outputs = outputs_for(json)
    open_installation()
    from answerable.inventory.queries import use_named
    from answerable.people import tokens

    if use:
        use_named(use)
    at = now()
    issued = tokens.issue_token(
        agency=agency,
        name=name,
        scopes=listed(scopes),
        use=use,
        expires_at=at + timedelta(days=days),
        by=actor(by),
        at=at,
    )
    ends = issued.token.expires_at
    outputs.conclude(
        json,
        {
            "token": issued.secret,
            "prefix": issued.token.prefix,
            "scopes": list(issued.token.scopes),
            "expires_at": ends.isoformat(),
        },
        f"{issued.secret}\n"
        f"Keep it: it is not shown again. It ends on {ends:%Y-%m-%d}; to end it before:\n"
        f"  answerable token revoke {issued.token.prefix} --agency {agency} --by {by}\n",
    )


@token_commands.command("revoke")
def revoke_token(
    prefix: Annotated[str, typer.Argument(help="The part between the two underscores.")],
    agency: Agency,
    by: By,
    json: Json = None,
) -> None:
    """End a token before its time. Exit status: 0 when it is done."""
    outputs = outputs_for(json)
    open_installation()
    from answerable.people import tokens

    tokens.revoke_token(agency=agency, prefix=prefix, by=actor(by), at=now())
    outputs.conclude(json, {"revoked": prefix}, f"The token {prefix} opens nothing any more.\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Link:
    document: dict[str, str]
    text: str


def _link(account: "Account", agency: str, by: Actor, at: datetime) -> _Link:
    from answerable.people.links import make_link
    from answerable.project.settings import read_settings

    made = make_link(account=account, agency=agency, by=by, at=at)
    address = f"{read_settings().site}/accounts/first-password/{made.secret}/"
    return _Link(
        document={"link": address, "link_expires_at": made.expires_at.isoformat()},
        text=(
            f"{address}\n"
            "Pass it on to nobody else: it sets the password, works once and is not shown again.\n"
            f"It ends at {made.expires_at:%Y-%m-%d %H:%M} UTC.\n"
        ),
    )


def actor(email: str) -> Actor:
    """The account that acts; without one, whoever runs the machine."""
    from answerable.people import queries

    return queries.actor_of(queries.account(email)) if email else Actor.operator()
