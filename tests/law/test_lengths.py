"""A length of law ends at a moment that anyone can find on a calendar."""

from datetime import UTC, datetime

import pytest

from answerable.law.lengths import NotALength, later
from answerable.law.rules import value

from .situations import TODAY

NINE = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "ends"),
    [
        ("permit_length", datetime(2027, 11, 30, 9, tzinfo=UTC)),
        ("self_report", datetime(2027, 2, 28, 9, tzinfo=UTC)),
        ("supplier_review", datetime(2027, 11, 30, 9, tzinfo=UTC)),
        ("observe_state", datetime(2027, 2, 28, 9, tzinfo=UTC)),
        ("breach_to_pause", datetime(2026, 12, 1, 9, tzinfo=UTC)),
        ("lease_length", datetime(2026, 11, 30, 9, 1, tzinfo=UTC)),
        ("lease_cap", datetime(2026, 11, 30, 9, 15, tzinfo=UTC)),
    ],
)
def test_a_length_ends_so_much_later(rule: str, ends: datetime) -> None:
    assert later(NINE, value(rule, jurisdiction="statement", on=TODAY)) == ends


@pytest.mark.parametrize("rule", ["challenge_acknowledgement", "familywise_error"])
def test_working_days_and_shares_are_no_length(rule: str) -> None:
    with pytest.raises(NotALength, match=rule):
        later(NINE, value(rule, jurisdiction="statement", on=TODAY))
