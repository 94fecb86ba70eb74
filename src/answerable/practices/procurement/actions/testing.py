"""A vendor's claim, measured again on the agency's own decisions."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.intake.addresses import Address
from answerable.intake.log import materialise
from answerable.intake.machine import Machine
from answerable.inventory.evidence import attach_evidence
from answerable.inventory.figures import Measured, Unit, record_figure, text_of
from answerable.inventory.queries import context_from, context_of
from answerable.ledger.append import append
from answerable.measure.catalogue import rates
from answerable.measure.tables import Columns
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.procurement import entries, rules
from answerable.practices.procurement.actions.claims import tell_fallen, text_of_group
from answerable.practices.procurement.models import Claim, ClaimTest
from answerable.practices.procurement.queries import claim_for
from answerable.practices.procurement.rules import ClaimVerdict, Judged, Promise
from answerable.record import statements
from answerable.record.digests import sha256_of_bytes
from answerable.record.measurement import CannotSay, Measurement
from answerable.verdict.audit import LEVEL, GroupResult
from answerable.verdict.evidence import evidence_statement
from answerable.verdict.norms import NO_PROFILE
from answerable.verdict.run import AuditedData, Question, audit_files

NAME = "procurement"
_TESTERS = (Role.OWNER, Role.REVIEWER)
_NOBODY = CannotSay(
    reason="no_decisions", needs="decisions of this version about this group in the period"
)


class NoTwoOutcomes(AnswerableError):
    """A share of right decisions needs decisions of two kinds."""

    code = "procurement.no_two_outcomes"
    message = "Claims about {use} cannot be tested: it does not have two outcomes, one adverse."
    hint = "Set its outcomes in the context of the use."


def measure_claim(
    *,
    use: str,
    claim: int,
    since_on: date,
    until_on: date,
    shadow: bool = False,
    machine: Machine,
    by: Actor,
    at: datetime,
) -> ClaimTest:
    """Measure what a vendor promised on the decisions from one day to another, and judge it.

    The log is read as it was known when the day began, for the version of the claim alone.
    Whatever comes of it is recorded with its evidence; a claim that is refuted makes row
    P7.4a *not met* at once. ``until_on`` is not included.
    """
    promised = claim_for(by, use, claim, *_TESTERS)
    question = _question(promised, on=at.date())
    # What arrives later today would change the data under the same address.
    address = Address(use=use, since=since_on, until=until_on, shadow=shadow, known=at.date())
    audited = _audited(address, question, machine=machine, by=by)
    envelope = statements.sign(evidence_statement(audited, at=at), keys=[machine.evidence])
    result = _result(audited, promised)
    found = _NOBODY if result is None else result.measures.get(promised.metric, _NOBODY)
    unknown = 0 if result is None else _unknown(result, promised.metric)
    judged = rules.judge(
        found, promise=Promise(promised.promise), value=promised.value, unknown=unknown
    )
    with transaction.atomic():
        held = locked(promised.use)
        promised = claim_for(by, use, claim, *_TESTERS)
        content = envelope.to_bytes()
        attach_evidence(use=use, envelope=content, by=by, at=at)
        test = _test(
            promised,
            found,
            judged,
            unknown=unknown,
            address=address,
            since_on=since_on,
            until_on=until_on,
            data=audited.digest.sha256,
            evidence=sha256_of_bytes(content),
            by=by,
            at=at,
        )
        test.entry = append(_entry(test), by=by, at=at, agency=held.agency_id).index
        test.save(force_insert=True)
        if isinstance(found, Measurement):
            figure = _figure(test, found)
            record_figure(use=use, version=promised.version, measured=figure, by=by, at=at)
        tell_fallen(held, version=promised.version, by=by, at=at)
    return test


def _question(claim: Claim, *, on: date) -> Question:
    context = context_from(context_of(claim.use))
    others = [code for code in context.outcomes if code not in context.adverse]
    if len(context.adverse) != 1 or len(others) != 1:
        raise NoTwoOutcomes(use=claim.use.ref)
    return Question(
        columns=Columns(decision="outcome", label="label", by=("version", *sorted(claim.group))),
        positive=context.adverse[0],
        favourable=others[0],
        norms=(),
        # A claim is held to what was promised, and to nobody's norm.
        profile=NO_PROFILE,
        on=on,
    )


def _audited(address: Address, question: Question, *, machine: Machine, by: Actor) -> AuditedData:
    with _decisions(address, machine=machine, by=by) as path:
        return audit_files(path, question, limits=machine.limits)


@contextmanager
def _decisions(address: Address, *, machine: Machine, by: Actor) -> Iterator[str]:
    with materialise(
        address, log=machine.log, keys=machine.log_keys, viewer=by, limits=machine.limits
    ) as made:
        try:
            yield str(made.path)
        except AnswerableError as error:
            if error.fields.get("file") != made.path.name:
                raise
            # Nobody knows the name of the temporary file, and it is gone by now.
            raise type(error)(**{**error.fields, "file": _text_of(address)}) from error


def _text_of(address: Address) -> str:
    shadow = "&shadow=only" if address.shadow else ""
    period = f"from={address.since}&to={address.until}"
    return f"log:{address.use}?{period}{shadow}&known={address.known}"


def _result(audited: AuditedData, claim: Claim) -> GroupResult | None:
    """Find the group that the claim speaks of, in the version that it speaks of."""
    wanted = (("version", claim.version), *sorted(claim.group.items()))
    return next((one for one in audited.audit.groups if one.key == wanted), None)


def _unknown(result: GroupResult, metric: str) -> int:
    """Count the decisions that could have come out either way, had more been known."""
    by_decision_alone = {one.name for one in rates(labelled=False, positive_is_favourable=False)}
    unlabelled = 0 if metric in by_decision_alone else result.without_label
    return result.without_decision + unlabelled


def _test(
    claim: Claim,
    found: Measurement | CannotSay,
    judged: Judged,
    *,
    unknown: int,
    address: Address,
    since_on: date,
    until_on: date,
    data: str,
    evidence: str,
    by: Actor,
    at: datetime,
) -> ClaimTest:
    measured = found if isinstance(found, Measurement) else None
    return ClaimTest(
        claim=claim,
        verdict=judged.verdict.value,
        needs=judged.needs[:300],
        value=None if measured is None else measured.value,
        low=None if measured is None else measured.low,
        high=None if measured is None else measured.high,
        n=0 if measured is None else measured.denominator,
        unknown=unknown,
        since_on=since_on,
        until_on=until_on,
        shadow=address.shadow,
        address=_text_of(address),
        data=data,
        evidence=evidence,
        at=at,
        by=by.ref,
    )


def _entry(test: ClaimTest) -> entries.ClaimTested:
    claim = test.claim
    measured = "nobody can say"
    if test.value is not None and test.low is not None and test.high is not None:
        measured = f"{text_of(test.value)} [{text_of(test.low)}, {text_of(test.high)}]"
    return entries.ClaimTested(
        use=claim.use.ref,
        claim=claim.number,
        version=claim.version,
        metric=claim.metric,
        group=text_of_group(claim.group),
        promise=claim.promise,
        promised=text_of(claim.value),
        measured=measured,
        gap="" if test.gap is None else text_of(test.gap),
        decisions=test.n,
        verdict=ClaimVerdict(test.verdict).value,
        needs=test.needs,
        address=test.address,
        data=test.data,
        evidence=test.evidence,
    )


def _figure(test: ClaimTest, found: Measurement) -> Measured:
    claim = test.claim
    group = text_of_group(claim.group)
    return Measured(
        practice=NAME,
        name=claim.metric,
        about=f"claim {claim.number}{f', {group}' if group else ''}",
        unit=Unit.SHARE,
        value=found.value,
        low=found.low,
        high=found.high,
        level=LEVEL,
        n=found.denominator,
        first_on=test.since_on,
        last_on=test.until_on - timedelta(days=1),
        data=test.data,
        command=shlex.join(
            ["answerable", "reproduce", f"{test.evidence}.json", "--data", test.address]
        ),
        evidence=test.evidence,
    )
