"""No entry is renamed out of the public's sight, and nobody works out a small group."""

import importlib
import pkgutil
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import answerable
from answerable.inventory.figures import Measured, Unit, record_figure
from answerable.ledger.entries import WrittenEntry, class_of
from answerable.ledger.models import EntryRow
from answerable.practices.openness.actions.publishing import publish
from answerable.practices.openness.models import PublicRecord
from answerable.practices.openness.queries.content import may_be_told
from answerable.practices.openness.rules import PUBLIC, Sized, too_small
from answerable.record.canonical import JsonValue
from answerable.record.digests import sha256_of_bytes
from tests.inventory.situations import HOUR, OWNER, USE, VERSION_A
from tests.practices.openness.situations import LATER, a_use_that_runs

# What tells of one person, of staff, or of what a machine does with records.
PERSONAL = ("remedy.challenge.", "remedy.notice.", "people.", "competence.", "intake.")


def every_room_is_read() -> None:
    for module in pkgutil.walk_packages(answerable.__path__, "answerable."):
        if module.name.endswith(".entries"):
            importlib.import_module(module.name)


def test_every_public_kind_is_one_that_some_room_writes() -> None:
    every_room_is_read()
    assert [kind for kind in sorted(PUBLIC) if class_of(kind) is None] == []


def test_what_tells_of_one_person_is_of_no_public_kind() -> None:
    assert [kind for kind in PUBLIC if kind.startswith(PERSONAL)] == []


# -- small groups ------------------------------------------------------------------------


def figures(groups: dict[str, int], *, whole: int | None = None) -> list[Sized]:
    counted = ({} if whole is None else {"": whole}) | groups
    return [
        Sized(entry=number, source=("x",), name="selection_rate", about=about, n=n)
        for number, (about, n) in enumerate(counted.items())
    ]


def shown(groups: dict[str, int], *, whole: int | None = None) -> set[str]:
    told = figures(groups, whole=whole)
    hidden = too_small(told, smallest=10)
    return {one.about for one in told if one.entry not in hidden and one.about}


def test_a_small_group_takes_the_next_smallest_with_it() -> None:
    # 100 - 60 - 36 would be the 4 of C.
    assert shown({"sex=A": 60, "sex=B": 36, "sex=C": 4}, whole=100) == {"sex=A"}
    assert shown({"sex=A": 60, "sex=B": 40}, whole=100) == {"sex=A", "sex=B"}


def test_a_large_group_that_leaves_few_others_is_not_shown() -> None:
    assert shown({"sex=A": 95}, whole=100) == set()
    assert shown({"sex=A": 90}, whole=100) == {"sex=A"}


def test_each_attribute_is_looked_at_by_itself_and_all_together_are_shown() -> None:
    assert shown({"sex=A": 60, "sex=B": 40, "age=old": 91, "age=young": 9}, whole=100) == {
        "sex=A",
        "sex=B",
    }
    told = figures({}, whole=4)
    assert too_small(told, smallest=10) == frozenset()


@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=6),
    others=st.integers(0, 20),
)
def test_nobody_can_subtract_their_way_to_a_small_group(sizes: list[int], others: int) -> None:
    groups = {f"sex={number}": n for number, n in enumerate(sizes)}
    whole = sum(sizes) + others
    kept = shown(groups, whole=whole)
    left = sum(groups[about] for about in kept)
    assert all(groups[about] >= 10 for about in kept)
    if kept:
        assert whole - left == 0 or whole - left >= 10
        assert sum(sizes) - left == 0 or sum(sizes) - left >= 10


@given(sizes=st.lists(st.integers(1, 40), max_size=5), seed=st.randoms())
def test_the_order_of_the_figures_is_irrelevant(sizes: list[int], seed: object) -> None:
    told = figures({f"sex={number}": n for number, n in enumerate(sizes)}, whole=sum(sizes))
    mixed = list(told)
    seed.shuffle(mixed)  # type: ignore[attr-defined]
    assert too_small(told, smallest=10) == too_small(mixed, smallest=10)


def measured(about: str, n: int) -> int:
    """Record how many of a group were selected; give the entry."""
    return record_figure(
        use=USE,
        version=VERSION_A,
        measured=Measured(
            practice="monitoring",
            name="selection_rate",
            about=about,
            unit=Unit.SHARE,
            value=0.5,
            low=0.1,
            high=0.9,
            level=0.95,
            n=n,
            first_on=date(2026, 11, 1),
            last_on=date(2026, 11, 2),
            data=sha256_of_bytes(about.encode()),
            command="answerable audit",
        ),
        by=OWNER,
        at=LATER,
    ).entry


@pytest.mark.django_db(databases="__all__")
def test_neither_record_nor_history_tells_of_a_group_that_could_be_worked_out() -> None:
    a_use_that_runs()
    entries = {
        about: measured(about, n)
        for about, n in {"": 100, "sex=A": 60, "sex=B": 36, "sex=C": 4}.items()
    }
    content = publish(use=USE, by=OWNER, at=LATER + HOUR).content
    assert {one["about"] for one in content["figures"]} == {"", "sex=A"}
    assert content["figures_of_small_groups"] == 2
    told = {one["entry"] for one in content["history"]} & set(entries.values())
    assert told == {entries[""], entries["sex=A"]}


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize(
    ("group", "decisions", "beside", "told"),
    [
        ("", 9, False, False),
        ("", 10, False, True),
        ("sex=F", 40, False, False),
        ("sex=F", 40, True, True),
        ("sex=F", 0, False, True),
    ],
)
def test_a_tested_claim_is_told_of_as_its_figure_is(
    *, group: str, decisions: int, beside: bool, told: bool
) -> None:
    evidence = "e" * 64
    entry = WrittenEntry(
        index=7,
        agency="north",
        kind="procurement.claim.tested",
        at=LATER,
        occurred_at=LATER,
        by="",
        fields={"group": group, "decisions": decisions, "evidence": evidence},
    )
    listed: list[JsonValue] = [{"entry": 8, "evidence": evidence}] if beside else []
    assert may_be_told(entry, record={"figures": listed, "smallest_group": 10}) is told


@pytest.mark.django_db(databases="__all__")
def test_what_is_told_while_a_record_is_written_waits_for_the_next_and_is_told_once() -> None:
    a_use_that_runs()
    publish(use=USE, by=OWNER, at=LATER)
    # As if the last two entries had come after the first record had begun to read.
    first = PublicRecord.objects.get()
    first.upto -= 2
    cut = [one for one in first.content["history"] if one["entry"] < first.upto]
    first.content = {**first.content, "history": cut}
    first.save()
    measured("", 100)
    history = publish(use=USE, by=OWNER, at=LATER + HOUR).content["history"]
    indices = [one["entry"] for one in history]
    assert sorted(set(indices)) == indices
    of_use = EntryRow.objects.filter(kind__in=PUBLIC, index__lt=indices[-1] + 1)
    assert set(of_use.values_list("index", flat=True)) == set(indices)
