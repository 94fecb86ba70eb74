"""One call from a file to a result: what was identified is what was counted."""

from pathlib import Path

import pytest

from answerable.measure.tables import Columns, Limits, count_decisions
from answerable.measure.tables.sources import ChangedWhileRead
from answerable.verdict import run
from answerable.verdict.run import Question, audit_files
from tests.verdict.situations import TODAY

QUESTION = Question(
    columns=Columns(decision="granted", label=None, by=("office",)),
    positive=None,
    favourable=None,
    norms=(),
    profile="none",
    on=TODAY,
)


def test_data_that_change_between_the_count_and_the_digest_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text("office,granted\nnorth,1\nsouth,0\n", encoding="utf-8")

    def count_and_change(*given: object, **named: object) -> object:
        tally = count_decisions(*given, **named)  # type: ignore[arg-type]  # passed on as they came
        path.write_text("office,granted\nnorth,0\nsouth,1\nsouth,1\n", encoding="utf-8")
        return tally

    monkeypatch.setattr(run, "count_decisions", count_and_change)
    with pytest.raises(ChangedWhileRead):
        audit_files(str(path), QUESTION, limits=Limits(threads=1))
