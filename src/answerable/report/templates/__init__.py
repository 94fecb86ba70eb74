"""The templates of reports, and how they are filled: escaped always, and never half."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def environment() -> Environment:
    """Give the one place templates are filled from: a name without a value is refused."""
    return Environment(
        loader=PackageLoader("answerable.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
