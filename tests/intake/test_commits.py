"""A commit keeps every good record, whatever else comes with it."""

from collections.abc import Sequence

import msgspec
import pytest

from answerable.intake.arrival import Arrival, Rows
from answerable.intake.commits import Committed, Desk, Kept, commit, progress_of
from answerable.intake.hot.models import Commit, Record, Seen
from answerable.intake.hot.store import Row, RowUnwritable, Store, open_store
from answerable.intake.marks import Judge
from answerable.intake.wire import Decision
from answerable.record.receipts import root_of
from tests.gateway.asking import PSEUDONYMS, RECEIPTS
from tests.gateway.sent import USE, a_decision
from tests.gateway.situations import CHECKPOINT, AUse

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

DESK = Desk(judge=Judge({USE: AUse()}), pseudonyms=PSEUDONYMS, key=RECEIPTS, checkpoint=CHECKPOINT)
AT_US = 1_795_000_000_000_000


class APickyStore:
    """A store that takes no row of one id, as a database might that knows more than we do."""

    def __init__(self, store: Store, *, refused: str) -> None:
        self.inner, self.refused = store, refused

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        if table == "hot_record" and any(row[4] == self.refused for row in rows):
            raise RowUnwritable(reason="22001")
        self.inner.insert(table, rows)

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


def stored(
    *numbers: int, store: Store | None = None, historic: bool = False, **changes: object
) -> Committed:
    records = [
        msgspec.convert(a_decision(number, **changes), Decision, strict=False) for number in numbers
    ]
    arrival = Arrival(agency="north", records=records, historic=historic)
    mine = store or open_store()
    try:
        rows = Rows([arrival], pseudonyms=PSEUDONYMS)
        return commit(rows, store=mine, desk=DESK, at_us=AT_US)
    finally:
        mine.close()


def test_one_row_that_the_database_refuses_harms_no_other() -> None:
    picky = APickyStore(open_store(), refused="d-2")
    done = stored(1, 2, 3, store=picky)  # type: ignore[arg-type]
    kept = [isinstance(fate, Kept) and not fate.before for fate in done.fates]
    assert [True, False, True] == kept
    assert ["d-1", "d-3"] == list(
        Record.objects.order_by("seq").values_list("record_id", flat=True)
    )
    assert 2 == Seen.objects.count() == len(done.leaves)


def test_a_commit_of_nothing_but_refused_rows_acknowledges_nothing() -> None:
    picky = APickyStore(open_store(), refused="d-1")
    done = stored(1, 1, store=picky)  # type: ignore[arg-type]
    assert all(isinstance(fate, RowUnwritable) for fate in done.fates)
    assert (None, 0) == (done.envelope, Seen.objects.count())


def test_numbers_go_on_after_everything_was_sealed_away() -> None:
    stored(1, 2)
    Record.objects.all().delete()
    stored(3)
    assert 3 == Record.objects.get().seq


def test_a_commit_keeps_the_leaves_of_what_it_only_repeated() -> None:
    stored(1)
    done = stored(2, 1)
    kept = Commit.objects.get(commit_id=2)
    assert (1).to_bytes(4, "big") + done.leaves[1] == bytes(kept.repeated)
    assert root_of(done.leaves).hex() in bytes(done.envelope.payload).decode()  # type: ignore[union-attr]


def test_historic_records_are_marked_so_and_not_judged() -> None:
    stored(1, historic=True, version="cd" * 32)
    assert "historic" == Record.objects.get().marks


def test_a_source_knows_which_of_its_numbers_are_missing() -> None:
    stored(1, sequence=1)
    stored(2, sequence=5)
    stored(3, sequence=4)
    mine = open_store()
    row = mine.source("north", "desk-1")
    mine.close()
    assert row is not None
    found = progress_of(row)
    assert (5, [(2, 3)]) == (found.highest, [(one.first, one.last) for one in found.missing])
