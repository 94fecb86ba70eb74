"""Numbers and people's text, written out."""

import math
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import visible
from answerable.report.words import at_most, one_in, per_cent, shown
from tests.report.situations import LONG, LONG_TOO


@given(st.floats(0, 1))
def test_only_nobody_and_everybody_read_as_0_and_100_per_cent(share: float) -> None:
    if 1e-7 < share < 1 - 1e-7:
        assert 0 < float(per_cent(share)) < 100
    assert math.isclose(float(per_cent(share)), 100 * share, abs_tol=0.0501)


@given(st.floats(1e-300, 1))
def test_a_p_value_as_written_is_never_below_the_p_value(p_value: float) -> None:
    assert float(at_most(p_value)) >= p_value * (1 - 1e-9)
    assert float(at_most(p_value)) <= max(1e-4, p_value * 1.11)


@given(st.floats(1e-300, 1))
def test_a_chance_as_said_is_never_below_the_p_value(p_value: float) -> None:
    assert 1 / float(one_in(p_value).removeprefix("1 in ").replace(",", "")) >= p_value * (1 - 1e-9)


@given(st.text())
def test_what_is_shown_holds_nothing_that_acts(text: str) -> None:
    for character in visible(text):
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert (
            character
            not in "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        )


@given(st.text())
def test_no_value_reads_like_a_missing_one(text: str) -> None:
    assert shown(text) != shown(None)


def test_two_long_values_that_begin_alike_are_told_apart() -> None:
    assert shown(LONG) != shown(LONG_TOO)
    assert len(shown(LONG)) < 150
