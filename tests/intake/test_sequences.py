"""Missing numbers are known whatever order records arrive in."""

from hypothesis import given
from hypothesis import strategies as st

from answerable.intake.sequences import MOST_RANGES, Progress, advance

NUMBERS = st.lists(st.integers(1, 60), max_size=40)


def missing_in(progress: Progress) -> set[int]:
    return {number for one in progress.missing for number in range(one.first, one.last + 1)}


@given(NUMBERS, st.integers(1, 7))
def test_what_is_missing_is_what_has_not_arrived_below_the_highest(
    numbers: list[int], size: int
) -> None:
    progress = Progress()
    for start in range(0, len(numbers), size):
        progress = advance(progress, arrived=numbers[start : start + size], at_us=start)
    assert progress.highest == max(numbers, default=0)
    assert missing_in(progress) == set(range(1, progress.highest)) - set(numbers)


def test_too_many_gaps_are_counted_and_no_longer_listed() -> None:
    odd = range(1, 2 * MOST_RANGES + 6, 2)  # 1,002 gaps
    progress = advance(Progress(), arrived=odd, at_us=1)
    assert MOST_RANGES == len(progress.missing)
    assert 2 == progress.given_up
