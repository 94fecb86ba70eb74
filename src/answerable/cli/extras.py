"""Saying which part of Answerable a command needs, where that part is not installed."""

from importlib.util import find_spec

from answerable.errors import AnswerableError

_AUDIT = (
    "duckdb",
    "jinja2",
    "nanoarrow",
    "numpy",
    "rich",
    "ruamel.yaml",
    "scipy",
    "sqlglot",
    "typst",
)
_WEB = ("django", "gunicorn", "msgspec", "psycopg", "starlette", "uvicorn")
_NEEDED = {"audit": _AUDIT, "web": (*_AUDIT, *_WEB)}


class ExtraMissing(AnswerableError):
    """The light installation lacks what a command needs."""

    code = "cli.extra_missing"
    message = "This command needs the {extra} extra, and {missing} is not installed."
    hint = "Install it: pip install 'answerable[{extra}]'"


def require(extra: str) -> None:
    """Refuse to go on without an extra."""
    for module in _NEEDED[extra]:
        try:
            found = find_spec(module)
        except ModuleNotFoundError:
            found = None
        if found is None:
            raise ExtraMissing(extra=extra, missing=module)
