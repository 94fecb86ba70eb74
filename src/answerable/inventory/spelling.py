"""How references, versions and codes are written."""

import re

from answerable.errors import AnswerableError

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
LONGEST_TEXT = 500
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VERSION = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 60


class RefRefused(AnswerableError):
    """A system or a use cannot be called so."""

    code = "inventory.ref_refused"
    message = "{ref} cannot name something of {agency}."
    hint = "Use small letters and digits with single hyphens: benefit-check."


class VersionRefused(AnswerableError):
    """A version is not a digest, so it proves nothing."""

    code = "inventory.version_refused"
    message = "A version is a SHA-256 digest of 64 small hexadecimal digits."
    hint = "Have the client compute it from the files that run."


class CodeRefused(AnswerableError):
    """A catalogue holds something that no record may carry."""

    code = "inventory.code_refused"
    message = "{found} is no code."
    hint = "A code has up to 64 letters, digits and . _ : - and starts with a letter or digit."


def ref_of(*, agency: str, slug: str) -> str:
    """Name a system or a use within its agency.

    >>> ref_of(agency="north", slug="benefit-check")
    'north.benefit-check'
    """
    if not _NAME.fullmatch(slug) or len(slug) > _LONGEST_NAME:
        raise RefRefused(ref=slug[:80], agency=agency)
    return f"{agency}.{slug}"


def need_version(version: str) -> None:
    """Refuse a version that is no digest."""
    if not _VERSION.fullmatch(version):
        raise VersionRefused


def is_code(text: str) -> bool:
    """Say whether a record may carry this code."""
    return CODE.fullmatch(text) is not None


def need_codes(codes: tuple[str, ...]) -> None:
    """Refuse anything that is no code."""
    for code in codes:
        if not is_code(code):
            raise CodeRefused(found=code[:80])
