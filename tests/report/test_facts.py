"""What a report may be made from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.report.situations import nearly_nothing


def test_a_time_in_utc_is_taken() -> None:
    at = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
    assert replace(nearly_nothing(), measured_at=at).measured_at == at


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=1))])
def test_a_time_that_is_not_in_utc_is_refused(zone: timezone | None) -> None:
    at = datetime(2026, 11, 23, 14, 5, tzinfo=zone)
    with pytest.raises(ValueError, match="aware UTC"):
        replace(nearly_nothing(), measured_at=at)
