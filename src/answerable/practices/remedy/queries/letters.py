"""What a letter says: put together from the record, and read back from where it lies encrypted."""

import json
from dataclasses import asdict
from datetime import date

from answerable.intake.subjects import Pseudonyms
from answerable.practices.remedy.models import Notice
from answerable.practices.remedy.queries.people import Addressee, close, open_again
from answerable.practices.remedy.queries.wordings import Words
from answerable.practices.remedy.rules.states import Part
from answerable.record.canonical import canonical_bytes
from answerable.record.digests import HexDigest, sha256_of_bytes
from answerable.report.letter import Letter

_TUPLES = ("address", "reasons", "data_used", "what_to_do", "help")


def compose(
    notice: Notice,
    *,
    addressee: Addressee | None,
    words: Words,
    secret: str,
    on: date,
    deadline_on: date | None,
    case_url: str,
    checkpoint: str,
) -> Letter:
    """Fill a letter from the decision's record and the words of the use; blanks stay blank.

    Where a look-back found the decision, the letter says that first.
    """
    language = "" if addressee is None else addressee.language
    outcome = words.of(Part.OUTCOME, language=language, code=notice.outcome)
    found_again = words.of(Part.LOOK_BACK, language=language)
    by_look_back = notice.look_back_id is not None
    decision = outcome if not by_look_back else f"{found_again}\n{outcome}"
    blank = not outcome or (by_look_back and not found_again)
    return Letter(
        language=language,
        agency=notice.use.agency.name,
        person="" if addressee is None else addressee.name,
        reference=notice.reference,
        on=on,
        decision="" if blank else decision,
        ai_part=words.of(Part.AI_PART, language=language),
        reasons=tuple(
            words.of(Part.REASON, language=language, code=code) for code in notice.reasons
        ),
        data_used=words.lines(Part.DATA_USED, language=language),
        what_to_do=words.lines(Part.WHAT_TO_DO, language=language),
        deadline_on=deadline_on,
        help=words.lines(Part.HELP, language=language),
        contact=words.of(Part.CONTACT, language=language),
        case_url=case_url,
        secret=secret,
        checkpoint=checkpoint,
    )


def digest_of_letter(letter: Letter) -> HexDigest:
    """Commit to what a letter says. Its secret is part of it, so nobody can guess the rest."""
    return sha256_of_bytes(canonical_bytes(json.loads(_text(letter))))


def close_letter(letter: Letter, pseudonyms: Pseudonyms) -> bytes:
    """Encrypt a letter for its row, without its secret."""
    told = {**json.loads(_text(letter)), "secret": ""}
    return close(json.dumps(told), pseudonyms, what="letter", of=letter.reference)


def letter_of(notice: Notice, pseudonyms: Pseudonyms, *, secret: str = "") -> Letter | None:
    """Give the letter of a notice as it was written; None where there is none, or no longer."""
    if not notice.letter:
        return None
    text = open_again(bytes(notice.letter), pseudonyms, what="letter", of=notice.reference)
    told = json.loads(text)
    deadline = told["deadline_on"]
    return Letter(
        **{
            **told,
            **{name: tuple(told[name]) for name in _TUPLES},
            "on": date.fromisoformat(told["on"]),
            "deadline_on": None if deadline is None else date.fromisoformat(deadline),
            "secret": secret,
        }
    )


def _text(letter: Letter) -> str:
    return json.dumps(asdict(letter), default=date.isoformat)
