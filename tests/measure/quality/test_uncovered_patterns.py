"""Maximal uncovered patterns, against looking at every pattern one by one."""

from collections import Counter
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from answerable.measure.quality.uncovered_patterns import Uncovered, uncovered_patterns

VALUES = (("a", "b"), ("x", "y", "z"), ("1", "2"))
COLUMNS = ("first", "second", "third")
ROWS = st.lists(
    st.tuples(*(st.sampled_from((*values, None)) for values in VALUES)), min_size=0, max_size=60
)


def brute(rows: list[tuple[str | None, ...]], fewest: int) -> set[tuple[str | None, ...]]:
    patterns = list(product(*((None, *values) for values in VALUES)))

    def records(pattern: tuple[str | None, ...]) -> int:
        return sum(
            all(want in (None, have) for want, have in zip(pattern, row, strict=True))
            for row in rows
        )

    uncovered = {pattern for pattern in patterns if records(pattern) < fewest}

    def parents(pattern: tuple[str | None, ...]) -> list[tuple[str | None, ...]]:
        return [
            (*pattern[:at], None, *pattern[at + 1 :])
            for at, value in enumerate(pattern)
            if value is not None
        ]

    return {
        pattern
        for pattern in uncovered
        if not any(parent in uncovered for parent in parents(pattern))
    }


def as_row(found: Uncovered) -> tuple[str | None, ...]:
    named = dict(found.pattern)
    return tuple(named.get(column) for column in COLUMNS)


@given(ROWS, st.integers(1, 12))
def test_they_are_those_that_looking_at_every_pattern_finds(
    rows: list[tuple[str | None, ...]], fewest: int
) -> None:
    found = uncovered_patterns(Counter(rows), columns=COLUMNS, values=VALUES, fewest=fewest)
    assert {as_row(one) for one in found} == brute(rows, fewest)
    assert len({one.pattern for one in found}) == len(found)


def test_a_missing_value_is_nobodys_and_hides_nobody() -> None:
    rows: dict[tuple[str | None, ...], int] = {("a", "x", "1"): 5, (None, "x", "1"): 5}
    found = uncovered_patterns(rows, columns=COLUMNS, values=VALUES, fewest=6)
    assert (("first", "a"),) in [one.pattern for one in found]
    assert next(one.records for one in found if one.pattern == (("first", "a"),)) == 5


def test_too_few_records_of_anybody_are_one_pattern() -> None:
    found = uncovered_patterns({("a", "x", "1"): 3}, columns=COLUMNS, values=VALUES, fewest=4)
    assert [((), 3)] == [(one.pattern, one.records) for one in found]
