"""What may stand in a record: codes, references and digests, and no free text.

Each text is checked once and then known: the same few codes come in every row, and a
set answers faster than a pattern does.
"""

import re
from collections.abc import Iterable

CODE = r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$"
USE = r"^[a-z0-9][a-z0-9-]{0,39}\.[a-z0-9][a-z0-9-]{0,58}$"
VISIBLE = r"^[!-~]+$"
DIGEST = r"^[0-9a-f]{64}$"

REVIEW_ACTIONS = ("accepted", "overridden")
"""What whoever reviewed an output before it counted may have done with it."""

_CODE = re.compile(CODE)
_USE = re.compile(USE)
_HEX = "0123456789abcdef"
_MOST_KNOWN = 20_000

# What is absent is no mistake of grammar.
_codes: set[str | None] = {None}
_uses: set[str] = set()


def check_codes(codes: Iterable[str | None]) -> None:
    """Refuse a text that is no code.

    >>> check_codes(["refused", "income:too-high", None])
    >>> check_codes(["he said so"])
    Traceback (most recent call last):
    ValueError: A code is 1 to 64 of A-Z a-z 0-9 _ . : - and begins with a letter or digit
    """
    if _codes.issuperset(codes):
        return
    for code in codes:
        # fullmatch: $ alone would pass a final line break.
        if code is not None and not _CODE.fullmatch(code):
            rule = "1 to 64 of A-Z a-z 0-9 _ . : - and begins with a letter or digit"
            reason = f"A code is {rule}"
            raise ValueError(reason)
    _remember(_codes, codes)


def check_use(use: str) -> None:
    """Refuse a text that names no use."""
    if use in _uses:
        return
    if not _USE.fullmatch(use):
        reason = "A use is named agency.use, in small letters, digits and hyphens"
        raise ValueError(reason)
    _remember(_uses, [use])


def check_review_action(action: str | None) -> None:
    """Refuse what is nothing that a reviewer does with an output.

    >>> check_review_action("overridden")
    >>> check_review_action("looked-at")
    Traceback (most recent call last):
    ValueError: A review_action is accepted or overridden
    """
    if action is not None and action not in REVIEW_ACTIONS:
        reason = f"A review_action is {' or '.join(REVIEW_ACTIONS)}"
        raise ValueError(reason)


def check_visible(*references: str | None) -> None:
    """Refuse a source or id with other than visible ASCII characters."""
    for text in references:
        if text is not None and not (
            text and text.isascii() and text.isprintable() and " " not in text
        ):
            reason = "A source or id is made of visible ASCII characters"
            raise ValueError(reason)


def check_digests(*digests: str | None) -> None:
    """Refuse a text that is no SHA-256 digest; its length is checked where it is read."""
    for text in digests:
        if text is not None and text.strip(_HEX):
            reason = "A digest is 64 of 0-9 a-f"
            raise ValueError(reason)


def _remember(known: set[str] | set[str | None], texts: Iterable[str | None]) -> None:
    # A sender of ever new codes must not fill the memory.
    if len(known) > _MOST_KNOWN:
        known.clear()
    known.update(texts)  # type: ignore[arg-type]
