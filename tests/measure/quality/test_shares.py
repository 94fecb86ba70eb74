"""Missing shares and representation ratios: what they say, and when they cannot."""

import pytest

from answerable.measure.quality.missing_share import missing_share
from answerable.measure.quality.representation_ratio import representation_ratio
from answerable.record.measurement import CannotSay, Measurement


def test_never_missing_is_0_and_its_interval_begins_there() -> None:
    share = missing_share(missing=0, rows=50)
    assert isinstance(share, Measurement)
    assert (0, 0) == (share.value, share.low)
    assert share.high > 0


def test_of_no_rows_nobody_can_say_what_is_missing() -> None:
    assert missing_share(missing=0, rows=0) == CannotSay(
        reason="no_rows", needs="at least one row of this group"
    )


def test_a_group_as_large_as_in_the_population_has_a_ratio_of_1() -> None:
    ratio = representation_ratio(counted=30, known=100, population_share=0.3)
    assert isinstance(ratio, Measurement)
    assert ratio.value == pytest.approx(1)
    assert ratio.low < 1 < ratio.high


def test_nobody_of_a_group_is_0_times_and_not_unknown() -> None:
    ratio = representation_ratio(counted=0, known=100, population_share=0.3)
    assert isinstance(ratio, Measurement)
    assert ratio.value == 0
    assert ratio.high < 0.2


@pytest.mark.parametrize(
    ("known", "share", "reason"), [(0, 0.3, "no_known_groups"), (9, 0.0, "nobody_in_population")]
)
def test_without_records_or_people_it_cannot_say(known: int, share: float, reason: str) -> None:
    found = representation_ratio(counted=0, known=known, population_share=share)
    assert isinstance(found, CannotSay)
    assert found.reason == reason
