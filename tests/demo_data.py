"""The demonstration's data, where they are installed."""

import csv
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from answerable.project import compas


def compas_file() -> Path:
    """The file in its package; skips the test, saying so, where it is not installed."""
    try:
        return Path(str(distribution(compas.PACKAGE).locate_file(compas.FILE)))
    except PackageNotFoundError:
        pytest.skip("the demonstration's data are not installed (`make demo` installs them)")


def personal_values() -> set[str]:
    """Every name, birth date and case number of the file: none may appear in any output."""
    with compas_file().open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns = ("name", "first", "last", "dob", "c_case_number", "r_case_number", "vr_case_number")
    values = {row[column] for row in rows for column in columns}
    # Short first names are parts of ordinary words; whole names and numbers are not.
    return {value for value in values if len(value) > 8}
