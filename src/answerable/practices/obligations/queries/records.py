"""What a use rests on, for a viewer; reads only."""

from collections.abc import Sequence
from datetime import datetime

from answerable.errors import AnswerableError
from answerable.gate.row_findings import RowFinding
from answerable.inventory.models import Use
from answerable.inventory.queries import (
    context_of,
    owners_ever,
    running_version,
    use_for,
)
from answerable.ledger.entries import text_of_time
from answerable.ledger.queries import tells
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.obligations.entries import (
    DossierFiled,
    RebuttalAgreed,
    RebuttalProposed,
    RightsChecked,
    ScreeningAnswered,
)
from answerable.practices.obligations.models import (
    BlindAnswers,
    Dossier,
    Rebuttal,
    RightsCheck,
    Ruling,
    SignOff,
)
from answerable.practices.obligations.rules import dossier, rows, screening
from answerable.practices.obligations.rules.dossier import Content
from answerable.practices.obligations.rules.duties import may_review
from answerable.practices.obligations.rules.rows import Known, Ruled

READERS = (Role.OWNER, Role.REVIEWER, Role.APPROVER, Role.AUDITOR)


class NoDossier(AnswerableError):
    """Nothing was said yet about what the use rests on."""

    code = "obligations.no_dossier"
    message = "Nobody has said yet what {use} rests on."
    hint = "Its owner files the purpose and the legal basis first."
    citation = "REQUIREMENTS P1"


class NotBlindYet(AnswerableError):
    """A reviewer would see the owner's answers before giving their own."""

    code = "obligations.not_blind_yet"
    message = "The owner's answers about {use} are shown to a reviewer after their own."
    hint = "Screen the use from its purpose and legal basis first."
    citation = "REQUIREMENTS S2"


def latest_dossier(use: Use) -> Dossier | None:
    """Give what was filed last."""
    return Dossier.objects.filter(use=use).order_by("number").last()


def need_dossier(use: Use) -> Dossier:
    """Give what was filed last, or refuse."""
    found = latest_dossier(use)
    if found is None:
        raise NoDossier(use=use.ref)
    return found


def content_of(found: Dossier | None) -> Content:
    """Read a dossier; an empty one where nothing was filed."""
    return Content() if found is None else dossier.content_from(found.content)


def fits(found: Dossier | None, use: Use) -> bool:
    """Whether a dossier was filed for the present context of its use, and the ledger tells so."""
    return (
        found is not None
        and found.context == context_of(use).digest
        and dossier.digest_of(content_of(found)) == found.digest
        and tells(
            found.entry,
            DossierFiled.kind,
            at=found.at,
            use=use.ref,
            number=found.number,
            dossier=found.digest,
        )
    )


def authors_of(use: Use) -> frozenset[str]:
    """Give everyone whose work a dossier is: owners of the use, and whoever filed part of it."""
    wrote = Dossier.objects.filter(use=use).values_list("by", flat=True)
    argued = Rebuttal.objects.filter(use=use).values_list("proposed_by", flat=True)
    return owners_ever(use) | {*wrote, *argued}


def blind_answers(use: Use, *, case: str) -> tuple[screening.Blind, ...]:
    """Give what reviewers whose work the dossier is not answered blind about a case."""
    authors = authors_of(use)
    return tuple(
        screening.Blind(
            answers=dossier.screening_from(row.answers),
            entry=row.entry,
        )
        for row in BlindAnswers.objects.filter(use=use, case=case).order_by("at", "pk")
        if may_review(row.by, authors=authors)
        and tells(
            row.entry,
            ScreeningAnswered.kind,
            at=row.at,
            use=use.ref,
            case=row.case,
            answers=dossier.answers_digest(dossier.screening_from(row.answers)),
        )
    )


def must_be_blind(use: Use, viewer: Actor) -> bool:
    """Whether the viewer may still become the second assessor, and so sees no answers yet."""
    found = latest_dossier(use)
    if found is None or not viewer.may(Role.REVIEWER, agency=use.agency_id):
        return False
    if not may_review(viewer.ref, authors=authors_of(use)):
        return False
    return not BlindAnswers.objects.filter(use=use, case=found.case, by=viewer.ref).exists()


def case_for(viewer: Actor, use: str) -> tuple[Use, Content]:
    """Give what a second assessor is shown: purpose and legal basis, and no answers."""
    found = use_for(viewer, use, *READERS)
    content = content_of(need_dossier(found))
    return found, Content(purpose=content.purpose, basis=content.basis)


def rebuttal_of(use: Use, *, case: str) -> Rebuttal | None:
    """Give the last rebuttal of a use for a case."""
    return Rebuttal.objects.filter(use=use, case=case).order_by("proposed_at", "pk").last()


def waiting_rebuttal(use: Use, *, case: str) -> Rebuttal | None:
    """Give the rebuttal of a case that nobody has decided on."""
    return Rebuttal.objects.filter(use=use, case=case, agreed=None).first()


def rights_checks(use: Use) -> Sequence[RightsCheck]:
    """List the rights checks of a use, oldest first."""
    return list(RightsCheck.objects.filter(use=use).order_by("at", "pk"))


def waiting_check(use: Use, number: int) -> RightsCheck | None:
    """Give a rights check that nobody has confirmed."""
    return RightsCheck.objects.filter(use=use, pk=number, entry=None).first()


def rulings(use: Use) -> Sequence[Ruling]:
    """List the rulings on a use, oldest first."""
    return list(Ruling.objects.filter(use=use).order_by("at", "pk"))


def sign_offs(use: Use) -> Sequence[SignOff]:
    """List the sign-offs of a use, oldest first."""
    rows = SignOff.objects.filter(dossier__use=use).select_related("dossier")
    return list(rows.order_by("at", "pk"))


def is_signed(latest: Dossier) -> bool:
    """Whether a reviewer went through everything that was said, for what runs where something does.

    Answers, rebuttals and rights checks that came after a sign-off are not covered by it.
    """
    use, runs = latest.use, running_version(latest.use)
    said = [
        latest.entry,
        *BlindAnswers.objects.filter(use=use).values_list("entry", flat=True),
        *(
            index
            for row in Rebuttal.objects.filter(use=use)
            for index in (row.proposed_entry, row.decided_entry)
            if index is not None
        ),
        *_checked(use).values(),
    ]
    later = SignOff.objects.filter(dossier=latest, entry__gt=max(said))
    return later.exists() if runs is None else later.filter(version=runs).exists()


def signed_versions(use: Use) -> tuple[str, ...]:
    """List the versions for which a reviewer ever went through a dossier of the use."""
    found = SignOff.objects.filter(dossier__use=use).values_list("version", flat=True)
    return tuple(sorted(set(found)))


def known_of(use: Use) -> Known:
    """Collect what the rows of this room depend on."""
    latest = latest_dossier(use)
    case = "" if latest is None else latest.case
    last = rebuttal_of(use, case=case)
    return Known(
        content=content_of(latest),
        filed=0 if latest is None else latest.entry,
        fits=fits(latest, use),
        blind=blind_answers(use, case=case),
        rebuttal=None if last is None else _rebutted(last, use=use),
        stages=tuple(
            dict.fromkeys(use.stages.order_by("at", "pk").values_list("stage", flat=True))
        ),
        checked=_checked(use),
        rulings=tuple(
            Ruled(
                entry=row.entry,
                stands=latest is None or row.basis in ("", latest.basis),
            )
            for row in rulings(use)
            if row.unlawful
        ),
    )


def _rebutted(row: Rebuttal, *, use: Use) -> screening.Rebutted:
    """Read a rebuttal; an agreement that the ledger does not tell of is none."""
    told = (
        row.until is not None
        and tells(
            row.decided_entry,
            RebuttalAgreed.kind,
            at=row.decided_at,
            use=use.ref,
            proposed=row.proposed_entry,
            until=text_of_time(row.until),
        )
        and tells(
            row.proposed_entry,
            RebuttalProposed.kind,
            at=row.proposed_at,
            use=use.ref,
            presumed=row.presumed,
        )
    )
    return screening.Rebutted(
        presumed=tuple(row.presumed),
        agreed=None if row.agreed and not told else row.agreed,
        until=row.until,
        entry=row.proposed_entry if row.decided_entry is None else row.decided_entry,
    )


def _checked(use: Use) -> dict[str, int]:
    """Give the entry of the last confirmed rights check of each stage."""
    confirmed = RightsCheck.objects.filter(use=use).exclude(entry=None).order_by("confirmed_at")
    return {
        row.stage: row.entry
        for row in confirmed
        if row.entry is not None
        and tells(
            row.entry,
            RightsChecked.kind,
            at=row.confirmed_at,
            use=use.ref,
            stage=row.stage,
            text=row.words,
            rights=row.rights,
        )
    }


def rating_of(use: Use, *, at: datetime) -> screening.Rating | None:
    """Rate a use as high-risk or not; None where it was not screened by owner and reviewer."""
    known = known_of(use)
    if known.content.screening is None or not known.blind:
        return None
    return screening.rating(known.content.screening, known.blind, rebuttal=known.rebuttal, at=at)


def findings(use: Use, *, version: str, at: datetime) -> tuple[RowFinding, ...]:  # noqa: ARG001 - the same of every version: they are about the use
    """Say how the rows of this room stand by what is recorded."""
    return rows.row_findings(known_of(use), at=at)
