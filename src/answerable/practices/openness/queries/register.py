"""The register as the public reads it: published records, and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from answerable.errors import AnswerableError
from answerable.inventory.figures import Unit
from answerable.practices.openness.models import Comparison, Policy, PublicRecord, RegisterLine
from answerable.record.canonical import JsonValue

LONGEST_SEARCH = 100


class UnknownRecord(AnswerableError):
    """No public record is at this address."""

    code = "openness.unknown_record"
    message = "The register has no record {record}."
    hint = "Search the register, or ask the agency: it may not have published one."


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedFigure:
    """A figure as a record published it."""

    practice: str
    name: str
    about: str
    unit: Unit
    value: float
    low: float
    high: float
    level: float
    n: int
    first_on: date
    last_on: date
    data: str
    command: str
    evidence: str
    version: str
    measured_on: date
    entry: int


def register(*, search: str = "", state: str = "") -> QuerySet[RegisterLine]:
    """List the newest records, by name; each word of a search is in the record."""
    lines = RegisterLine.objects.order_by("name", "pk")
    for word in search[:LONGEST_SEARCH].casefold().split():
        lines = lines.filter(searched__contains=word)
    return lines.filter(state=state) if state else lines


def line_of(use: str) -> RegisterLine:
    """Give the newest record of a use."""
    found = (
        RegisterLine.objects.filter(use__ref=use).select_related("record", "use__agency").first()
    )
    if found is None:
        raise UnknownRecord(record=use[:120])
    return found


def record_of(use: str, number: int) -> PublicRecord:
    """Give a record by its number; the earlier ones stay."""
    found = PublicRecord.objects.filter(use__ref=use, number=number).select_related("use").first()
    if found is None:
        raise UnknownRecord(record=f"{use[:120]}, number {number}")
    return found


def other_records(than: PublicRecord) -> QuerySet[PublicRecord]:
    """List the other records of the use, newest first, without what they say."""
    rows = PublicRecord.objects.filter(use=than.use_id).exclude(pk=than.pk)
    return rows.defer("content").order_by("-number")


def newest_records(most: int) -> list[PublicRecord]:
    """Give what was published last, of any use."""
    rows = PublicRecord.objects.select_related("use").defer("content").order_by("-pk")
    return list(rows[:most])


def comparison_of(record: PublicRecord) -> Comparison | None:
    """Give the last comparison of a record with what runs."""
    return record.comparisons.order_by("at", "pk").last()


def figures_in(content: Mapping[str, JsonValue]) -> tuple[PublishedFigure, ...]:
    """Read the figures of a record."""
    listed = content.get("figures")
    return tuple(_figures(listed if isinstance(listed, list) else []))


def figure_in(line: RegisterLine, entry: int) -> PublishedFigure:
    """Give the figure that a use published and that this entry tells of, from any record."""
    for record in records_around(line, entry):
        for figure in figures_in(record.content):
            if figure.entry == entry:
                return figure
    raise UnknownRecord(record=f"{line.use.ref}, figure of entry {entry}")


def records_around(line: RegisterLine, entry: int) -> list[PublicRecord]:
    """Give the first record of a use that can tell of an entry, and the one before it.

    The one before was begun earlier, and may have read a figure that came meanwhile.
    """
    records = PublicRecord.objects.filter(use=line.use_id)
    first = records.filter(upto__gt=entry).order_by("number").first()
    before = records.filter(upto__lte=entry).order_by("number").last()
    return [one for one in (first, before) if one is not None]


def policies() -> QuerySet[Policy]:
    """List the last policy of each agency in each language."""
    rows = Policy.objects.order_by("at", "pk").values_list("agency__ref", "language", "pk")
    newest = {(agency, language): pk for agency, language, pk in rows}
    found = Policy.objects.filter(pk__in=newest.values()).select_related("agency")
    return found.order_by("agency__name", "language")


def policy_of(agency: str, language: str) -> Policy:
    """Give the policy of an agency in a language."""
    found = policies().filter(agency__ref=agency, language=language).first()
    if found is None:
        raise UnknownRecord(record=f"policy of {agency[:40]} in {language[:20]}")
    return found


def summary(line: RegisterLine) -> dict[str, JsonValue]:
    """Give what the exports say of a record in one line."""
    return {
        "use": line.use.ref,
        "name": line.name,
        "agency": line.agency,
        "agency_name": line.agency_name,
        "kind": line.kind,
        "state": line.state,
        "refused": line.refused,
        "missing": line.missing,
        "differs": list(line.differs),
        "differs_since": _time(line.differs_since),
        "record": line.record.number,
        "content_sha256": line.record.digest,
        "entry": line.record.entry,
        "first_published_at": _time(line.first_at),
        "published_at": _time(line.at),
    }


def summaries() -> Iterator[dict[str, JsonValue]]:
    """Give the lines of the whole register, one after the other."""
    lines = register().select_related("use").select_related("record").defer("record__content")
    return (summary(line) for line in lines.iterator(chunk_size=1000))


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def _figures(listed: list[JsonValue]) -> Iterator[PublishedFigure]:
    for told in listed:
        if isinstance(told, Mapping):
            yield _published({name: str(value) for name, value in told.items()})


def _published(told: Mapping[str, str]) -> PublishedFigure:
    return PublishedFigure(
        practice=told["practice"],
        name=told["name"],
        about=told["about"],
        unit=Unit(told["unit"]),
        value=float(told["value"]),
        low=float(told["low"]),
        high=float(told["high"]),
        level=float(told["level"]),
        n=int(told["n"]),
        first_on=date.fromisoformat(told["first_on"]),
        last_on=date.fromisoformat(told["last_on"]),
        data=told["data"],
        command=told["command"],
        evidence=told["evidence"],
        version=told["version"],
        measured_on=date.fromisoformat(told["measured_on"]),
        entry=int(told["entry"]),
    )
