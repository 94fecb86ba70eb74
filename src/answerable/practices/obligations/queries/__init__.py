"""What a use rests on, for a viewer; reads only.

- `records`: dossiers, answers, checks and what follows for the rows.
- `told`: whether the ledger tells of a row. `lines`: what waits for somebody.
"""

from answerable.practices.obligations.queries.lines import waiting
from answerable.practices.obligations.queries.records import (
    READERS,
    NoDossier,
    NotBlindYet,
    authors_of,
    blind_answers,
    case_for,
    content_of,
    findings,
    fits,
    is_signed,
    known_of,
    latest_dossier,
    must_be_blind,
    need_dossier,
    rating_of,
    rebuttal_of,
    rights_checks,
    rulings,
    sign_offs,
    signed_versions,
    waiting_check,
    waiting_rebuttal,
)

__all__ = [
    "READERS",
    "NoDossier",
    "NotBlindYet",
    "authors_of",
    "blind_answers",
    "case_for",
    "content_of",
    "findings",
    "fits",
    "is_signed",
    "known_of",
    "latest_dossier",
    "must_be_blind",
    "need_dossier",
    "rating_of",
    "rebuttal_of",
    "rights_checks",
    "rulings",
    "sign_offs",
    "signed_versions",
    "waiting",
    "waiting_check",
    "waiting_rebuttal",
]
