"""The progress bar: on a terminal, for people, and never in the way of the result."""

import io
import sys

import pytest

from answerable.cli import progress
from answerable.cli.progress import reading


class Terminal(io.StringIO):
    """Standard error as a terminal has it."""

    def isatty(self) -> bool:
        return True


def test_nobody_watching_means_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with reading("decisions.parquet") as report:
        assert report is None


def test_a_long_read_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "_SHOWN_AFTER_SECONDS", -1)
    with reading("decisions.parquet") as report:
        assert report is not None
        report(0.5)
    assert "Reading decisions.parquet" in terminal.getvalue()


def test_a_short_read_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "_SHOWN_AFTER_SECONDS", 3600)
    with reading("decisions.parquet") as report:
        assert report is not None
        report(0.5)
    assert "" == terminal.getvalue().strip()
