"""A commit keeps every good record, whatever else comes with it."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec
import pytest

from answerable.intake.arrival import Arrival, Rows
from answerable.intake.commits import Committed, Desk, Kept, commit, progress_of
from answerable.intake.hot.models import Commit, Record, Seen, Subject
from answerable.intake.hot.models import Head as HeadRow
from answerable.intake.hot.store import (
    Head,
    Row,
    RowUnwritable,
    Store,
    StoreUnavailable,
    open_store,
)
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


class AStoreThatTells:
    """A store that notes whom it is asked about, and may fail at the end."""

    def __init__(self, *, failing: bool = False) -> None:
        self.inner, self.failing = open_store(), failing
        self.asked: list[bytes] = []

    def tokens(self, lookups: Sequence[bytes]) -> dict[bytes, bytes]:
        self.asked += lookups
        return self.inner.tokens(lookups)

    def commit(self, head: Head | None) -> None:
        if self.failing:
            raise StoreUnavailable
        self.inner.commit(head)

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


def token_of(number: int) -> str:
    return Record.objects.get(record_id=f"d-{number}").subject


def tokens_known() -> list[str]:
    return [bytes(token).hex() for token in Subject.objects.values_list("token", flat=True)]


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


def test_a_writer_asks_once_for_the_token_of_a_person_and_goes_on_using_it() -> None:
    stored(1, person="anna")
    telling = AStoreThatTells()
    stored(2, 3, person="anna", store=telling)  # type: ignore[arg-type]
    assert [] == telling.asked
    assert [token_of(1)] * 2 == [token_of(2), token_of(3)]
    assert [token_of(1)] == tokens_known()


def test_a_writer_forgets_the_token_of_whoever_was_unlinked() -> None:
    stored(1, person="anna")
    Subject.objects.all().delete()
    stored(2, person="anna")
    assert token_of(1) != token_of(2)
    assert [token_of(2)] == tokens_known()


def test_a_writer_remembers_nobody_from_a_commit_that_failed() -> None:
    with pytest.raises(StoreUnavailable):
        stored(1, person="anna", store=AStoreThatTells(failing=True))  # type: ignore[arg-type]
    stored(2, person="anna")
    assert [token_of(2)] == tokens_known()


def test_a_writer_remembers_nobody_from_before_the_database_was_put_back() -> None:
    stored(1, person="anna")
    for table in (Record, Seen, Commit, Subject):
        table.objects.all().delete()
    HeadRow.objects.all().delete()
    stored(2, person="anna")
    assert [token_of(2)] == tokens_known()


def test_what_is_stored_is_what_was_hashed_whatever_characters_it_holds() -> None:
    stored(1, id='d\\1"')
    record = Record.objects.get()
    assert 'd\\1"' == msgspec.json.decode(bytes(record.body))["id"] == record.record_id
    assert sha256(bytes(record.body)).digest() == bytes(record.digest)
