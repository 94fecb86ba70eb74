"""The command `answerable`: its sub-commands, and what becomes of a failure."""

import sys
import traceback
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Annotated

import typer

from answerable import __version__
from answerable.cli import (
    audit,
    check,
    decisions,
    demo,
    export,
    init,
    inventory,
    keys,
    ledger,
    people,
    performance,
    permits,
    quality,
    reproduce,
    serve,
    sidecar,
    verify,
)
from answerable.cli.connection import sign_what_was_entered
from answerable.cli.outputs import tell_error
from answerable.cli.status import Status
from answerable.errors import AnswerableError
from answerable.project.settings import wants_traceback

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Lets a government use AI only where it can answer for it.",
    epilog=(
        "Exit status: 0 met or done, 1 not met or no match, 2 bad input or use, "
        "3 cannot say, 70 a fault of ours."
    ),
)


def _version(wanted: bool | None) -> None:  # noqa: FBT001 - called so by the library
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def answerable(
    _version: Annotated[
        bool | None,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = None,
) -> None:
    """Take the options that stand before a sub-command."""


app.command("audit")(audit.audit)
app.command("data")(quality.data)
app.command("performance")(performance.performance)
app.command("reproduce")(reproduce.reproduce)
app.command("verify")(verify.verify)
app.command("demo")(demo.demo)
app.command("init")(init.init)
app.command("serve")(serve.serve)
app.command("check")(check.check)
app.command("export")(export.export)
app.command("sidecar")(sidecar.sidecar)
app.add_typer(people.agency_commands, name="agency")
app.add_typer(people.account_commands, name="account")
app.add_typer(people.token_commands, name="token")
app.add_typer(keys.key_commands, name="keys")
app.add_typer(inventory.system_commands, name="system")
app.add_typer(inventory.use_commands, name="use")
app.add_typer(permits.permit_commands, name="permit")
app.add_typer(decisions.decision_commands, name="decisions")
app.add_typer(ledger.ledger_commands, name="ledger")
app.add_typer(permits.hold_commands, name="hold")


def options_by_command() -> dict[str, tuple[str, ...]]:
    """Name every command that can be typed, with its options, in the order they are offered."""
    return dict(_leaves(typer.main.get_command(app), ()))


def _leaves(command: object, words: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    inside = getattr(command, "commands", {})
    for name, below in inside.items():
        yield from _leaves(below, (*words, name))
    if words and not inside:
        parameters = getattr(command, "params", ())
        yield " ".join(words), tuple(word for one in parameters for word in one.opts)


class OptionRepeated(AnswerableError):
    """An option was given twice, and only one of the two could be meant."""

    code = "cli.option_repeated"
    message = "{option} is given more than once, and only the last one would count."
    hint = "Give it once. Several columns go into one: --by race,sex."


_REPEATABLE = frozenset({"--norm", "--reference"})


def _refuse_repeated_options(words: Sequence[str]) -> None:
    seen: set[str] = set()
    for word in takewhile(lambda word: word != "--", words):
        option = word.partition("=")[0]
        if option.startswith("--") and option in seen - _REPEATABLE:
            raise OptionRepeated(option=option)
        seen.add(option)


def run() -> None:
    """Run the command line, so that every failure says what to do and has its own status."""
    try:
        _refuse_repeated_options(sys.argv[1:])
        # Left to itself the library ends with 1 where a pipe is closed, which means "not met".
        status = _signed(app(standalone_mode=False))
    except AnswerableError as error:
        tell_error(f"answerable: {error}\n")
        status = Status.BAD_INPUT
    except KeyboardInterrupt:
        status = Status.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last door: told apart from every verdict
        status = _failed(error)
    sys.exit(status or Status.MET)


def _signed(status: int | None) -> int | None:
    """Sign what the command entered; where that is refused, a worse status stands."""
    try:
        sign_what_was_entered()
    except AnswerableError as error:
        tell_error(f"answerable: {error}\n")
        return status or Status.BAD_INPUT
    return status


def _failed(error: Exception) -> int:
    # The library's own refusals (an unknown option, a missing argument) know how to show
    # themselves, and are told apart by that.
    show, status = getattr(error, "show", None), getattr(error, "exit_code", None)
    if callable(show) and isinstance(status, int):
        show()
        return Status.BAD_INPUT
    _own_fault(error)
    return Status.OUR_FAULT


def _own_fault(error: Exception) -> None:
    # The message of an unforeseen error may quote a cell, so only its kind is shown.
    tell_error(
        f"answerable: a fault of ours ({type(error).__name__}); take no verdict from this run. "
        "Please report it. ANSWERABLE_DEBUG=1 shows where it happened.\n"
    )
    if wants_traceback():
        traceback.print_exception(error)
