"""Whether groups differ at all: what is established, what to look into, and in what company."""

import numpy as np
import pytest

from answerable.measure.holm import holm_adjusted
from answerable.verdict.audit import Audit, audit
from answerable.verdict.differences import Difference, find_differences, unsettled
from tests.verdict.situations import Counted, a_plan, a_tally, flagged, gap, selected


def looked_at(groups: Counted, **plan: object) -> tuple[Audit, dict[str | None, Difference]]:
    """Selections of one attribute, by office."""
    tally = a_tally(groups)
    audited = audit(tally, a_plan(**plan))  # type: ignore[arg-type]
    found = find_differences(tally, audited)
    return audited, {key[0][1]: one for (_, key), one in found.items()}


def test_a_gap_that_no_limit_settles_can_be_certain_to_be_there() -> None:
    # 133 of 197 against 1,527 of 1,681: the ratio lies at 0.74 (0.67 to 0.81), around 0.8.
    groups: Counted = {"black": selected(133, 197), "white": selected(1527, 1681)}
    audited, found = looked_at(groups, reference={"office": "white"})
    assert found["black"].established
    assert found["black"].to_look_into
    assert found["black"].deviations == pytest.approx(-9.67, abs=0.01)
    assert [("selection_rate", (("office", "black"),))] == [
        (one.measure, one.group) for one in unsettled(audited, _by_place(groups))
    ]


def _by_place(groups: Counted) -> dict[tuple[str, tuple[tuple[str, str | None], ...]], Difference]:
    tally = a_tally(groups)
    return find_differences(tally, audit(tally, a_plan(reference={"office": "white"})))


def test_what_a_limit_has_settled_is_not_said_twice() -> None:
    groups: Counted = {"north": selected(100, 1_000), "south": selected(500, 1_000)}
    tally = a_tally(groups)
    audited = audit(tally, a_plan())
    differences = find_differences(tally, audited)
    assert all(one.established for one in differences.values())
    assert () == unsettled(audited, differences)


def test_offices_alike_are_neither_established_nor_on_the_list() -> None:
    _, found = looked_at({"north": selected(500, 1_000), "south": selected(501, 1_000)})
    assert [(False, False)] * 2 == [(one.established, one.to_look_into) for one in found.values()]


def test_an_office_without_decisions_is_not_compared() -> None:
    _, found = looked_at({"north": selected(5, 10), "south": selected(0, 0, undecided=4)})
    assert set() == set(found)


def test_offices_of_one_person_cost_the_others_nothing() -> None:
    two: Counted = {"north": selected(260, 400), "south": selected(230, 400)}
    many: Counted = {**two, **{f"office {at}": selected(at % 2, 1) for at in range(100)}}
    audited, found = looked_at(many)
    assert 102 == len(found)
    # Holm would multiply by 102; one person against 800 is never established, so by 2.
    assert found["north"].adjusted == pytest.approx(2 * found["north"].p_value)
    assert gap(audited, "office 1").verdict is not None


def test_the_second_opinion_pays_for_every_measure() -> None:
    groups: Counted = {
        "north": flagged(guilty=(50, 100), innocent=(40, 100)),
        "south": flagged(guilty=(50, 100), innocent=(10, 100)),
    }
    tally = a_tally(groups, labelled=True, positive_is_favourable=False)
    found = find_differences(tally, audit(tally, a_plan(norms=())))
    places = {measure: one for (measure, key), one in found.items() if key[0][1] == "north"}
    # Wrongful burden and false positive rate count the same people: five distinct questions.
    assert 6 == len(places)
    assert places["wrongful_burden"] == places["false_positive_rate"]
    assert places["false_positive_rate"].by_max_t == pytest.approx(5 / 2_000)
    assert places["false_negative_rate"].by_max_t == 1.0


def test_crossings_are_members_of_one_family() -> None:
    groups: Counted = {
        (office, sex): selected(30, 100) for office in ("north", "south") for sex in ("f", "m")
    }
    tally = a_tally(groups, by=("office", "sex"))
    found = find_differences(tally, audit(tally, a_plan(by=("office", "sex"))))
    assert 8 == len(found)
    assert all(one.adjusted == 1.0 and one.by_max_t == 1.0 for one in found.values())


def test_adjusting_is_never_harder_than_by_holm() -> None:
    groups: Counted = {f"{at}": selected(at, 40) for at in range(0, 40, 4)}
    _, found = looked_at(groups)
    p_values = np.array([one.p_value for one in found.values()])
    adjusted = np.array([one.adjusted for one in found.values()])
    assert (adjusted <= holm_adjusted(p_values) + 1e-15).all()
