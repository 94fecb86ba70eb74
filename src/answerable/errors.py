"""The root of every error: what happened, why, what can be done, and by which rule."""

import re
import unicodedata
from string import Formatter
from typing import ClassVar

_CODE = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z0-9]+(_[a-z0-9]+)*")


# Controls would command a terminal or break a document, and direction marks would let a
# value rearrange its neighbours.
_UNSHOWABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIRECTION_MARKS = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_NOT_CHARACTERS = frozenset("\ufffe\uffff")


def visible(text: str) -> str:
    r"""Write people's text so that every character of it shows, and none does anything else.

    >>> visible("a\tb\u202ec")
    'a\\u0009b\\u202ec'
    """
    # Most text is plain, and looked at in one go.
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    hidden = (
        character in _DIRECTION_MARKS
        or character in _NOT_CHARACTERS
        or unicodedata.category(character) in _UNSHOWABLE
    )
    return f"\\u{ord(character):04x}" if hidden else character


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
        return self._filled(self.message)

    @property
    def advice(self) -> str:
        """What can be done about it; empty where nothing can."""
        return self._filled(self.hint)

    def _filled(self, template: str) -> str:
        # Fields hold names and cells that strangers chose, and end up on terminals.
        shown = {name: visible(str(value)) for name, value in self.fields.items()}
        return template.format(**shown)

    def __str__(self) -> str:
        """Join the sentence, the advice and the rule."""
        rule = f"({self.citation})" if self.citation else ""
        return " ".join(part for part in (self.sentence, self.advice, rule) if part)
