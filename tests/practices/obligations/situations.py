"""Dossiers by name."""

from dataclasses import replace

from answerable.gate.models import RowVerdict
from answerable.gate.terms import Finding
from answerable.inventory.models import Use
from answerable.inventory.stages import Stage
from answerable.law.red_lines import red_lines
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.practices.obligations import queries
from answerable.practices.obligations.actions import dossier, review, rights, screening
from answerable.practices.obligations.models import RightsCheck, SignOff
from answerable.practices.obligations.queries import latest_dossier
from answerable.practices.obligations.rules.dossier import (
    Basis,
    LineAnswer,
    Option,
    Options,
    Purpose,
    RedLines,
    Reversibility,
    RightTouched,
    Scale,
    Screening,
    Severity,
)
from tests.inventory.situations import MINUTE, NINE, OWNER, REVIEWER, USE, VERSION_A, a_use

LATER = NINE + 10 * MINUTE

PURPOSE = Purpose(
    decision="Whether a claim is looked at by a person before it is paid.",
    population="Everyone who claims the benefit.",
    output="A score from 0 to 1.",
    action="Claims above 0.8 wait for a caseworker.",
)
BASIS = Basis(
    citation="Benefits Act, section 12.",
    authorises="Looking at a claim before it is paid.",
    necessity="Wrong payments are hard to recover from people who need the money.",
    private_data="None is reached.",
)
OPTIONS = Options(
    options=(
        Option(
            option="A random sample of claims.",
            compared="Finds a third of the errors at the same cost.",
            reason="More people would wait for nothing.",
        ),
    )
)
MAPPED = ("R02", "R05", "R07", "R08", "R16")
UNTOUCHED = {
    "R06": "Nobody is said to have done anything.",
    "R17": "Payment goes on meanwhile.",
    "R21": "Nothing is taken back.",
    "R22": "Children claim through adults, who are asked.",
    "R23": "Nothing asked depends on a disability.",
}
SCREENED = Screening(domain="BEN", watches=False, safety=False, rights=MAPPED, untouched=UNTOUCHED)
BLIND = replace(SCREENED, rights=("R02", "R05", "R07", "R08"), untouched={})
NOTHING_TOUCHED = Screening(domain="BEN", watches=False, safety=False, rights=())
CHANGED = "The right to social security is touched: a claim can wait for a month. {stage}"


def a_right(code: str) -> RightTouched:
    return RightTouched(
        right=code,
        holders="Everyone who claims.",
        group="People without a permanent address.",
        effect="The payment comes later.",
        severity=Severity.SERIOUS,
        scale=Scale.FEW,
        reversibility=Reversibility.WITH_EFFORT,
    )


def answers(*crossed: str) -> RedLines:
    return RedLines(
        answers=tuple(
            LineAnswer(line=line.id, crossed=line.id in crossed, reason="A person decides.")
            for line in red_lines()
        )
    )


def filed(*parts: object, minute: int = 1) -> None:
    """The owner files these parts, one after the other."""
    for part in parts:
        dossier.file_part(
            use=USE,
            part=part,  # type: ignore[arg-type]
            by=OWNER,
            at=NINE + minute * MINUTE,
        )


def a_dossier() -> None:
    """A full dossier of a use in design, one minute after nine; nobody reviewed it."""
    a_use()
    filed(PURPOSE, BASIS, OPTIONS, SCREENED, answers(), *(a_right(code) for code in MAPPED))


def a_rights_check(
    stage: Stage = Stage.DESIGN, *, minute: int = 2, confirmed: bool = True
) -> RightsCheck:
    """The owner writes it, the reviewer confirms it."""
    at = NINE + minute * MINUTE
    check = rights.propose_check(
        use=USE,
        stage=stage,
        rights=("R16", "R07"),
        changed=CHANGED.format(stage=stage),
        by=OWNER,
        at=at,
    )
    if confirmed:
        check = rights.confirm_check(use=USE, check=check.pk, by=REVIEWER, at=at)
    return check


def screened_blind(*, minute: int = 3, blind: Screening = BLIND) -> None:
    screening.answer_blind(use=USE, answers=blind, by=REVIEWER, at=NINE + minute * MINUTE)


def a_reviewed_dossier() -> SignOff:
    """All of it, signed off for version A five minutes after nine."""
    a_dossier()
    a_rights_check()
    screened_blind()
    return signed_off()


def signed_off(*, minute: int = 5, objections: dict[str, str] | None = None) -> SignOff:
    latest = latest_dossier(Use.objects.get(ref=USE))
    assert latest is not None
    return review.sign_off(
        use=USE,
        number=latest.number,
        version=VERSION_A,
        objections=objections or {},
        by=REVIEWER,
        at=NINE + minute * MINUTE,
    )


# -- what is found, and what was recorded ---------------------------------------------


def the_use() -> Use:
    return Use.objects.get(ref=USE)


def verdicts() -> dict[str, str]:
    """The last verdict on each row for version A."""
    rows = RowVerdict.objects.filter(use__ref=USE, version=VERSION_A).order_by("pk")
    return dict(rows.values_list("row", "finding"))


def found() -> dict[str, Finding]:
    rows = queries.findings(the_use(), version=VERSION_A, at=LATER)
    return {one.row: one.finding for one in rows}


def needs(row: str) -> tuple[str, ...]:
    rows = queries.findings(the_use(), version=VERSION_A, at=LATER)
    return next(one.needs for one in rows if one.row == row)


def entry(index: int) -> WrittenEntry:
    return WrittenEntry.read(bytes(EntryRow.objects.get(index=index).payload))
