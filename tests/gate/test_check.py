"""What `answerable check` says of a use."""

import pytest

from answerable.gate.check import check
from answerable.gate.terms import Finding
from answerable.law.rows import rows
from tests.gate.situations import a_running_use, an_open_use, record, small_law
from tests.inventory.situations import HOUR, NINE, OWNER, USE, VERSION_A, VERSION_B, a_use

pytestmark = pytest.mark.django_db(databases="__all__")

NOW = NINE + 4 * HOUR


def test_an_open_permit_is_told_row_by_row_with_what_each_rests_on() -> None:
    an_open_use()
    found = check(use=USE, viewer=OWNER, at=NOW, ledger_fits=True, law=small_law)
    document = found.document()
    assert isinstance(document, dict)
    assert (document["use"], document["permit"], found.worst) == (USE, "open", Finding.MET)
    rows = document["rows"]
    assert isinstance(rows, list)
    assert rows[0] == {
        "id": "P1c",
        "verdict": "met",
        "rests_on": ["evidence/7"],
        "needs": [],
        "not_built": False,
        "waived": False,
        "holds_the_gate": False,
    }
    assert found.lines()[0] == f"{USE} ({VERSION_A[:12]}): permit open, open"


def test_what_is_missing_is_listed_first_and_makes_the_whole_cannot_say() -> None:
    a_running_use()
    record("P2.5b", Finding.CANNOT_SAY, at=NINE + 2 * HOUR)
    found = check(use=USE, viewer=OWNER, at=NOW, ledger_fits=True, law=small_law)
    assert found.worst is Finding.CANNOT_SAY
    assert found.permit.reasons == ("no_live_approval", "cannot_say:P2.5b")
    assert found.lines()[1:4] == [
        "  Because of: no_live_approval.",
        "  1 row holds the gate, marked with !:",
        "! P2.5b: cannot say",
    ]
    record("P2.5b", Finding.NOT_MET, at=NINE + 3 * HOUR)
    assert (
        check(use=USE, viewer=OWNER, at=NOW, ledger_fits=True, law=small_law).worst
        is Finding.NOT_MET
    )


def test_under_the_real_profile_what_nothing_serves_is_shown_as_not_built() -> None:
    an_open_use()
    found = check(use=USE, viewer=OWNER, at=NOW, ledger_fits=True)
    assert (found.permit.is_open, found.worst) == (False, Finding.CANNOT_SAY)
    assert len(found.permit.rows) == 96
    unserved = {row.id for row in rows() if row.served_by is None}
    assert {row.id for row in found.permit.rows if row.not_built} == unserved
    assert "! P2.3c: not built" in found.lines()


def test_a_version_may_be_asked_about_before_it_runs() -> None:
    a_running_use()
    found = check(use=USE, version=VERSION_B, viewer=OWNER, at=NOW, ledger_fits=True, law=small_law)
    assert found.permit.reasons == ("version_not_running",)
    assert [row.id for row in found.holding] == ["P1c", "P2.5b", "P2.4c"]


def test_a_use_of_which_nothing_runs_is_checked_too() -> None:
    a_use()
    document = check(use=USE, viewer=OWNER, at=NOW, ledger_fits=True, law=small_law).document()
    assert isinstance(document, dict)
    assert (document["version"], document["permit"]) == (None, "closed")
