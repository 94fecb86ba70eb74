"""Missing values by group: verdicts, and what unknown groups could change."""

from answerable.measure.tables.whole import Filled
from answerable.record.measurement import CannotSay
from answerable.verdict.quality_limits import DEFAULTS
from answerable.verdict.quality_missing import GroupMissing, MissingFound, judge_missing
from answerable.verdict.verdicts import verdict_name

BAND = DEFAULTS["missing.difference"]


def judged(**cells: tuple[int, int]) -> MissingFound:
    """Groups of office, each with rows and how many of them have the field income."""
    filled = Filled(
        columns=("income",),
        cells={
            (None if office == "nowhere" else office,): (rows, (there,))
            for office, (rows, there) in cells.items()
        },
    )
    return judge_missing(filled, ("office",), BAND)


def verdict_of(found: MissingFound, office: str | None) -> str:
    return verdict_name(_result(found, office).verdict)


def _result(found: MissingFound, office: str | None) -> GroupMissing:
    return next(one for one in found.results if one.group == (("office", office),))


def test_a_field_missing_as_often_everywhere_meets_the_limit() -> None:
    # 10 % in both, of 10,000 each: a difference of 5 points is far outside the interval.
    found = judged(north=(10_000, 9_000), south=(10_000, 9_000))
    assert ("met", "met") == (verdict_of(found, "north"), verdict_of(found, "south"))
    assert "met" == found.answer.verdict


def test_a_field_missing_in_a_third_of_one_group_breaks_it() -> None:
    found = judged(north=(1_000, 990), south=(1_000, 670))
    assert "not_met" == verdict_of(found, "south")
    assert "not_met" == found.answer.verdict


def test_ten_rows_settle_nothing_and_the_group_is_in_the_table() -> None:
    found = judged(north=(1_000, 900), south=(10, 9))
    result = _result(found, "south")
    assert isinstance(result.verdict, CannotSay)
    assert "records of this group" in result.verdict.needs
    assert "cannot_say" == found.answer.verdict


def test_a_field_that_is_never_missing_puts_no_question() -> None:
    found = judged(north=(10, 10), south=(10, 10))
    assert ((), "met") == (found.results, found.answer.verdict)


def test_rows_without_an_office_are_a_group_and_may_belong_to_either() -> None:
    known = judged(north=(10_000, 9_000), south=(10_000, 9_000))
    assert "met" == verdict_of(known, "north")
    found = judged(north=(10_000, 9_000), south=(10_000, 9_000), nowhere=(4_000, 0))
    result = _result(found, "south")
    # All 4,000 without the field may be south's: 5,000 of 14,000, or of north's, none of them.
    assert "met" != verdict_name(result.verdict)
    assert "not_met" == verdict_of(found, None)


def test_an_attribute_is_not_compared_by_its_own_groups() -> None:
    filled = Filled(columns=("office",), cells={("n",): (5, (5,)), (None,): (5, (0,))})
    assert () == judge_missing(filled, ("office",), BAND).results


def test_attributes_are_crossed_as_deeply_as_the_family_allows() -> None:
    cells: dict[tuple[str | None, ...], tuple[int, tuple[int, ...]]] = {
        (f"a{a}", f"b{b}"): (40, (20,)) for a in range(50) for b in range(50)
    }
    found = judge_missing(Filled(columns=("x",), cells=cells), ("a", "b"), BAND)
    assert (1, 2, 100) == (found.crossed, found.of, len(found.results))
