"""Figures and evidence: kept with all that is needed to believe them, or not at all."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from math import inf, nan

import pytest
from django.db import IntegrityError, transaction

from answerable.inventory.evidence import (
    EvidenceTooLarge,
    UnknownEvidence,
    attach_evidence,
    evidence_named,
    evidence_visible_to,
)
from answerable.inventory.figures import (
    FigureRefused,
    Measured,
    Unit,
    figures_of,
    latest_figures,
    record_figure,
)
from answerable.inventory.models import Evidence, Figure
from answerable.inventory.queries import UnknownUse
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.people.actors import NotPermitted
from answerable.record.envelopes import EnvelopeChanged, EnvelopeMalformed
from answerable.record.keys import SigningKey
from answerable.record.statements import Statement, Subject, sign
from tests.inventory.situations import (
    APPROVER,
    CASEWORKER,
    EVERYBODY_SOUTH,
    HOUR,
    NINE,
    OPERATOR,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    a_use,
)

pytestmark = pytest.mark.django_db(databases="__all__")

DATA = sha256(b"ten decisions").hexdigest()
# 3 of 10 with Wilson's interval at 95 %.
THREE_OF_TEN = Measured(
    practice="assessment",
    name="selection_rate",
    about="sex=female",
    unit=Unit.SHARE,
    value=0.3,
    low=0.107789,
    high=0.603222,
    level=0.95,
    n=10,
    first_on=date(2026, 11, 1),
    last_on=date(2026, 11, 22),
    data=DATA,
    command="answerable audit log:north.benefit-check --decision outcome --by sex",
)


def an_envelope() -> bytes:
    statement = Statement(
        subjects=(Subject.of_sha256(name="decisions.parquet", sha256=DATA),),  # type: ignore[arg-type]
        predicate_type="https://example.org/measurement/v1",
        predicate={"n": 10},
    )
    return sign(statement, keys=[SigningKey.make("evidence.example")]).to_bytes()


def test_a_figure_is_kept_with_its_interval_and_an_entry_that_says_the_same() -> None:
    a_use()
    figure = record_figure(use=USE, version=VERSION_A, measured=THREE_OF_TEN, by=OPERATOR, at=NINE)
    entry = WrittenEntry.read(bytes(EntryRow.objects.get(index=figure.entry).payload))
    assert (figure.value, figure.low, figure.high, figure.n) == (0.3, 0.107789, 0.603222, 10)
    assert (entry.fields["value"], entry.fields["n"], entry.fields["data"]) == ("0.3", 10, DATA)
    assert "0.3, from 0.107789 to 0.603222 (share, n = 10, level 0.95)" in entry.sentence


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"value": nan, "low": nan, "high": nan}, "not finite"),
        ({"high": inf}, "not finite"),
        ({"value": 0.7}, "outside its interval"),
        ({"low": -0.1}, "from 0 to 1"),
        ({"n": 0}, "rests on nothing"),
        ({"level": 1.0}, "rests on nothing"),
        ({"first_on": date(2026, 11, 23)}, "ends before it begins"),
        ({"data": ""}, "count it again"),
        ({"data": "AB" * 32}, "count it again"),
        ({"command": " "}, "count it again"),
        ({"name": "Fairness score"}, "lower case"),
        ({"evidence": DATA}, "not attached"),
    ],
)
def test_a_figure_without_what_is_needed_to_believe_it_is_refused(
    change: dict[str, object], reason: str
) -> None:
    a_use()
    with pytest.raises(FigureRefused, match=reason):
        record_figure(
            use=USE,
            version=VERSION_A,
            measured=replace(THREE_OF_TEN, **change),  # type: ignore[arg-type]
            by=OPERATOR,
            at=NINE,
        )
    assert not Figure.objects.exists()


def test_the_last_figure_of_each_name_and_group_is_the_latest() -> None:
    use = a_use()
    for hours, value in enumerate((0.2, 0.3, 0.4)):
        measured = replace(THREE_OF_TEN, value=value)
        at = NINE + hours * HOUR
        record_figure(use=USE, version=VERSION_A, measured=measured, by=OPERATOR, at=at)
    men = replace(THREE_OF_TEN, about="sex=male")
    record_figure(use=USE, version=VERSION_A, measured=men, by=OPERATOR, at=NINE)
    assert [(one.about, one.value) for one in latest_figures(use)] == [
        ("sex=female", 0.4),
        ("sex=male", 0.3),
    ]
    assert figures_of(use).count() == 4


def test_another_agency_can_record_no_figure_and_attach_no_evidence() -> None:
    a_use()
    with pytest.raises(UnknownUse):
        record_figure(
            use=USE, version=VERSION_A, measured=THREE_OF_TEN, by=EVERYBODY_SOUTH, at=NINE
        )
    with pytest.raises(UnknownUse):
        attach_evidence(use=USE, envelope=an_envelope(), by=EVERYBODY_SOUTH, at=NINE)


def test_the_database_itself_keeps_a_figure_inside_its_interval() -> None:
    a_use()
    figure = record_figure(use=USE, version=VERSION_A, measured=THREE_OF_TEN, by=OPERATOR, at=NINE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.filter(pk=figure.pk).update(low=0.5)


def test_evidence_is_kept_byte_for_byte_and_once() -> None:
    a_use()
    envelope = an_envelope()
    kept = attach_evidence(use=USE, envelope=envelope, by=REVIEWER, at=NINE)
    again = attach_evidence(use=USE, envelope=envelope, by=OWNER, at=NINE + HOUR)
    assert (kept.pk, kept.digest) == (again.pk, sha256(envelope).hexdigest())
    assert bytes(evidence_named(kept.digest).envelope) == envelope
    assert [one.digest for one in evidence_visible_to(CASEWORKER)] == [kept.digest]
    assert not evidence_visible_to(EVERYBODY_SOUTH)
    figure = replace(THREE_OF_TEN, evidence=kept.digest)
    record_figure(use=USE, version=VERSION_A, measured=figure, by=OPERATOR, at=NINE)


def test_evidence_that_was_changed_is_too_large_or_comes_from_others_is_refused() -> None:
    a_use()
    renamed = an_envelope().replace(b"payloadType", b"payloadtype", 1)
    with pytest.raises(EnvelopeMalformed, match="payloadType"):
        attach_evidence(use=USE, envelope=renamed, by=REVIEWER, at=NINE)
    with pytest.raises(EnvelopeChanged):
        attach_evidence(use=USE, envelope=an_envelope() + b" ", by=REVIEWER, at=NINE)
    with pytest.raises(EvidenceTooLarge):
        attach_evidence(use=USE, envelope=b" " * (4 * 1024 * 1024 + 1), by=REVIEWER, at=NINE)
    with pytest.raises(NotPermitted):
        attach_evidence(use=USE, envelope=an_envelope(), by=APPROVER, at=NINE)
    with pytest.raises(UnknownEvidence):
        evidence_named(DATA)
    assert not Evidence.objects.exists()
