"""`answerable init`: keys, tables, the first agency and its administrator."""

from typing import Annotated

import typer

from answerable.cli.connection import now, start_django
from answerable.cli.outputs import outputs_for
from answerable.errors import AnswerableError
from answerable.project import keys
from answerable.project.installation import Installation, find
from answerable.project.settings import Settings
from answerable.record.keylist import Purpose


class AdministratorNeeded(AnswerableError):
    """A new installation would have nobody who can let people in."""

    code = "cli.administrator_needed"
    message = "A new installation needs {missing}."
    hint = "For example: answerable init --agency north --email you@agency.example"


def init(
    name: Annotated[
        str,
        typer.Option(help="Name of the installation, which its keys bear.", metavar="ADDRESS"),
    ] = "answerable.localhost",
    agency: Annotated[
        str, typer.Option(help="Short name of the first agency.", metavar="REF")
    ] = "",
    agency_name: Annotated[
        str, typer.Option(help="Its full name (default: the short one).", metavar="NAME")
    ] = "",
    profile: Annotated[
        str, typer.Option(help="Profile whose rows and limits hold for it.", metavar="NAME")
    ] = "statement",
    email: Annotated[
        str, typer.Option(help="Address of its first administrator.", metavar="ADDRESS")
    ] = "",
    administrator: Annotated[
        str, typer.Option(help="Name of the first administrator.", metavar="NAME")
    ] = "",
    json: Annotated[
        str | None,
        typer.Option(help="Write the result as JSON (-: to standard output).", metavar="F"),
    ] = None,
) -> None:
    """Set up an installation, or bring one of an earlier release up to date.

    It makes one key for each purpose, the tables, the first agency and its first
    administrator, and signs the first checkpoint. Exit status: 0 when it is done.
    """
    outputs = outputs_for(json)
    settings = start_django()
    found = find(settings)
    asked = {"--agency": agency, "--email": email}
    if found is None:
        missing = [option for option, value in asked.items() if not value]
        if missing:
            raise AdministratorNeeded(missing=" and ".join(missing))
        from answerable.project.setup import First, set_up

        found = Installation(name=name, demo=False)
        first = First(
            agency=agency,
            agency_name=agency_name or agency,
            profile=profile,
            email=email,
            name=administrator or email,
        )
        set_up(found, first, settings=settings, at=now())
        done = f"Set up {found.name} in {settings.home}."
        first_step = f"Next: answerable account link {email} --agency {agency}\n"
        changes: tuple[str, ...] = ()
    else:
        if any(asked.values()):
            from answerable.project.installation import SetUpAlready

            raise SetUpAlready(home=settings.home, name=found.name)
        from answerable.project.database import bring_up_to_date

        changes = bring_up_to_date()
        done = f"{found.name} is up to date: {len(changes)} changes of the tables were made."
        first_step = ""
    outputs.conclude(
        json,
        {
            "installation": found.name,
            "home": str(settings.home),
            "keys": _public_keys(settings),
            "changes": list(changes),
        },
        f"{done}\n{_advice(settings)}{first_step}Then: answerable serve\n",
    )


def _public_keys(settings: Settings) -> dict[str, str]:
    held = keys.read(settings.keys)
    return {purpose.value: str(held.of(purpose).verifier) for purpose in Purpose}


def _advice(settings: Settings) -> str:
    public = _public_keys(settings)
    return (
        f"Identity key:  {public['identity']}\n"
        "Publish it: whoever verifies an export of the ledger needs it from somewhere else.\n"
        f"Copy {settings.keys} to a safe place, and keep {settings.checkpoints} on another\n"
        "machine or disk (ANSWERABLE_CHECKPOINTS): after a restore it shows what is missing.\n"
    )
