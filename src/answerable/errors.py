"""The root of every error: what happened, why, what can be done, and by which rule."""

import re
from string import Formatter
from typing import ClassVar

_CODE = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z0-9]+(_[a-z0-9]+)*")


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


class AnswerableError(Exception):
    """Something was refused, and the sentence says what to do next.

    A subclass stands beside the function that raises it and fills four class
    attributes. ``message`` and ``hint`` are templates kept apart from their fields,
    so that they can be translated; a missing field is a mistake in our code and
    raises `TypeError` at once. Errors know no HTTP and no exit status.

    Examples
    --------
    >>> class ColumnMissing(AnswerableError):
    ...     code = "example.column_missing"
    ...     message = "{file} has no column {column}."
    ...     hint = "It has {found}."
    >>> error = ColumnMissing(file="a.csv", column="race", found="sex, age")
    >>> str(error)
    'a.csv has no column race. It has sex, age.'
    >>> error.fields["column"]
    'race'
    """

    code: ClassVar[str]
    message: ClassVar[str]
    hint: ClassVar[str] = ""
    citation: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        """Refuse a subclass without a stable code of the form ``room.what_happened``."""
        super().__init_subclass__()
        if not _CODE.fullmatch(cls.code):
            reason = f"{cls.__name__}.code must read room.what_happened, not {cls.code!r}"
            raise TypeError(reason)

    def __init__(self, **fields: object) -> None:
        """Fill the templates; every name they use must be given."""
        missing = (_names(self.message) | _names(self.hint)) - fields.keys()
        if missing:
            reason = f"{type(self).__name__} needs {', '.join(sorted(missing))}"
            raise TypeError(reason)
        self.fields = fields
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """What happened and why, with the fields filled in."""
        return self.message.format(**self.fields)

    @property
    def advice(self) -> str:
        """What can be done about it; empty where nothing can."""
        return self.hint.format(**self.fields)

    def __str__(self) -> str:
        """Join the sentence, the advice and the rule."""
        rule = f"({self.citation})" if self.citation else ""
        return " ".join(part for part in (self.sentence, self.advice, rule) if part)
