"""A ledger export: whatever is done to it is found, and the sentence says what it was."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.errors import AnswerableError
from answerable.record import checkpoints, notes
from answerable.record.canonical import canonical_bytes, parse_json
from answerable.record.checkpoints import Checkpoint
from answerable.record.keylist import Purpose, first, rotate
from answerable.record.keys import SigningKey
from answerable.record.ledger_export import verify_export
from answerable.record.ledger_faults import (
    CheckpointDoesNotFit,
    EntriesBeyondCheckpoint,
    EntriesMissing,
    EntriesReordered,
    EntryChanged,
    EntryDropped,
    EntryInvented,
    ExportIsOlder,
    ExportNotSignedByKey,
    HistoryRewritten,
    SplitView,
    check_places,
)
from answerable.record.ledger_file import (
    ExportedEntry,
    ExportFormatUnknown,
    ExportMalformed,
    write_export,
)
from answerable.record.tree import Tree, leaf_hash
from tests.record.situations import LEDGER, a_key, is_refused

KEY = a_key()
IDENTITY = a_key("agency.example")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEYS = [first(keys={Purpose.LEDGER: KEY.verifier}, identity=IDENTITY, at=MONDAY)]


def an_entry(index: int, *, words: str = "", told: int | None = None) -> ExportedEntry:
    """An entry that tells its own place, or another where asked."""
    number = index if told is None else told
    payload = canonical_bytes({"fields": {"words": words or f"entry {number}"}, "index": number})
    return ExportedEntry(index=index, leaf=leaf_hash(payload), payload=payload)


def hidden(entry: ExportedEntry) -> ExportedEntry:
    """The entry as somebody sees it whose matter it is not."""
    return replace(entry, payload=None)


def renumbered(entries: Sequence[ExportedEntry]) -> list[ExportedEntry]:
    """Give each entry the number of its place, leaving what it says itself."""
    return [replace(entry, index=place) for place, entry in enumerate(entries)]


def signed(entries: Sequence[ExportedEntry], size: int, *, key: SigningKey = KEY) -> bytes:
    root = Tree(entry.leaf for entry in entries).root(size)
    return checkpoints.sign(Checkpoint(origin=key.name, size=size, root=root), key=key)


HONEST = [an_entry(index) for index in range(12)]
OLDER = signed(HONEST, 5)


@dataclass(frozen=True, kw_only=True)
class File:
    """What goes into an export; honest by default."""

    entries: Sequence[ExportedEntry] = tuple(HONEST)
    checkpoint: bytes = signed(HONEST, 12)
    earlier: Sequence[bytes] = (signed(HONEST, 3), signed(HONEST, 8))
    keys: Sequence[bytes] = tuple(KEYS)
    origin: str = LEDGER

    @property
    def data(self) -> bytes:
        return write_export(
            origin=self.origin,
            entries=self.entries,
            checkpoint=self.checkpoint,
            earlier=self.earlier,
            keys=self.keys,
        )


def refusal(file: File, *, since: bytes | None = OLDER) -> AnswerableError:
    """The error a file is refused with; it has one clean sentence of its own."""
    with pytest.raises(AnswerableError) as caught:
        verify_export(file.data, key=KEY.verifier, since=since)
    error = caught.value
    assert error.sentence.endswith(".")
    assert error.hint
    return error


# -- honest files ----------------------------------------------------------------------


@pytest.mark.parametrize("key", [KEY, IDENTITY], ids=["ledger's key", "identity key"])
@pytest.mark.parametrize("since", [None, OLDER, signed(HONEST, 12), signed(HONEST, 0)])
def test_an_honest_file_verifies(key: SigningKey, since: bytes | None) -> None:
    found = verify_export(File().data, key=key.verifier, since=since)
    assert (LEDGER, 12, KEY.verifier) == (found.origin, found.size, found.signed_by)
    assert tuple(HONEST) == found.entries
    assert (None if since is None else int(since.split()[1])) == found.since


def test_entries_may_be_hidden_and_the_file_verifies_all_the_same() -> None:
    some = [hidden(entry) if entry.index % 3 else entry for entry in HONEST]
    found = verify_export(File(entries=some).data, key=KEY.verifier, since=OLDER)
    assert tuple(some) == found.entries
    assert 12 == verify_export(File(keys=()).data, key=KEY.verifier).size


def test_an_empty_ledger_verifies() -> None:
    file = File(entries=(), checkpoint=signed([], 0), earlier=())
    assert 0 == verify_export(file.data, key=KEY.verifier).size


@given(st.text(), st.text(min_size=1))
def test_the_file_is_canonical_json(words: str, origin: str) -> None:
    data = File(entries=[an_entry(0, words=words), *HONEST[1:]], origin=origin).data
    assert data == canonical_bytes(parse_json(data)) + b"\n"


# -- each kind of rewriting, and the sentence that says which ---------------------------


def test_a_flipped_byte_in_an_entry_names_the_entry() -> None:
    data = File().data.replace(b"entry 7", b"entry_7")
    with pytest.raises(EntryChanged, match="Entry 7 was changed: its text does not have its hash"):
        verify_export(data, key=KEY.verifier)
    leaf = HONEST[7].leaf.hex()
    other = "0" * 64
    with pytest.raises(EntryChanged, match="Entry 7 was changed"):
        verify_export(File().data.replace(leaf.encode(), other.encode()), key=KEY.verifier)


def test_a_dropped_entry_is_called_dropped_also_when_the_rest_is_renumbered() -> None:
    dropped = [*HONEST[:4], *HONEST[5:]]
    for entries in (dropped, renumbered(dropped)):
        error = refusal(File(entries=entries))
        assert isinstance(error, EntryDropped)
        assert "number 5 stands where 4 belongs" in error.sentence
    error = refusal(File(entries=HONEST[:9]))
    assert isinstance(error, EntriesMissing)
    assert "9 are in the file, 12 were signed" in error.sentence


def test_an_invented_entry_is_called_invented_wherever_it_is_put() -> None:
    between = [*HONEST[:4], an_entry(4, words="invented"), *HONEST[4:]]
    for entries in (between, renumbered(between)):
        error = refusal(File(entries=entries))
        assert isinstance(error, EntryInvented)
        assert "number 4 stands where 5 belongs" in error.sentence
    error = refusal(File(entries=[*HONEST, an_entry(12)]))
    assert isinstance(error, EntriesBeyondCheckpoint)
    assert "13 are in the file, and the 12 that were signed" in error.sentence


def test_reordered_entries_are_called_reordered_also_when_renumbered() -> None:
    swapped = [*HONEST[:4], HONEST[5], HONEST[4], *HONEST[6:]]
    for entries in (swapped, renumbered(swapped)):
        error = refusal(File(entries=entries))
        assert isinstance(error, EntriesReordered)
        assert "number 5 stands where 4 belongs" in error.sentence


def test_an_entry_rewritten_with_its_hash_lies_between_two_checkpoints() -> None:
    rewritten = [*HONEST[:6], an_entry(6, words="rewritten"), *HONEST[7:]]
    error = refusal(File(entries=rewritten))
    assert isinstance(error, CheckpointDoesNotFit)
    # Checkpoints stand at 3, 5 and 8: the first five are as signed, the first eight not.
    assert "between entry 5 and entry 7 at least one was rewritten" in error.sentence
    error = refusal(File(entries=rewritten, earlier=()), since=None)
    assert "between entry 0 and entry 11" in error.sentence


def test_hidden_entries_that_are_moved_or_exchanged_are_found_though_not_told_apart() -> None:
    all_hidden = [hidden(entry) for entry in HONEST]
    for entries in (
        [*all_hidden[:6], all_hidden[7], all_hidden[6], *all_hidden[8:]],
        [*all_hidden[:6], hidden(an_entry(6, words="other")), *all_hidden[7:]],
    ):
        error = refusal(File(entries=renumbered(entries)))
        assert isinstance(error, CheckpointDoesNotFit)
        assert "rewritten, moved or exchanged" in error.sentence


REWRITTEN = [*HONEST[:2], an_entry(2, words="rewritten"), *HONEST[3:]]


def test_a_history_rewritten_by_the_keeper_of_the_key_contradicts_an_older_checkpoint() -> None:
    file = File(entries=REWRITTEN, checkpoint=signed(REWRITTEN, 12), earlier=())
    error = refusal(file)
    assert isinstance(error, HistoryRewritten)
    assert "these 12 entries do not begin with the 5 that the same log had" in error.sentence
    # Without an older checkpoint nobody could tell.
    assert 12 == verify_export(file.data, key=KEY.verifier).size


def test_a_split_view_is_shown_by_two_checkpoints_of_one_size() -> None:
    file = File(entries=REWRITTEN, checkpoint=signed(REWRITTEN, 12), earlier=())
    error = refusal(file, since=signed(HONEST, 12))
    assert isinstance(error, SplitView)
    assert "a tree of 12 and one of 12 entries" in error.sentence


def test_a_split_view_is_shown_by_an_earlier_checkpoint_inside() -> None:
    file = File(entries=REWRITTEN, checkpoint=signed(REWRITTEN, 12), earlier=[signed(HONEST, 5)])
    assert isinstance(refusal(file, since=None), SplitView)
    ahead = File(earlier=[signed([*HONEST, an_entry(12)], 13)])
    assert isinstance(refusal(ahead, since=None), SplitView)
    two = File(earlier=[signed(HONEST, 5), signed(REWRITTEN, 5)])
    assert isinstance(refusal(two, since=None), SplitView)


def test_a_checkpoint_of_another_size_or_tree_does_not_fit() -> None:
    older = refusal(File(checkpoint=signed(HONEST, 8), earlier=()), since=None)
    assert isinstance(older, EntriesBeyondCheckpoint)
    newer = refusal(File(checkpoint=signed([*HONEST, an_entry(12)], 13)))
    assert isinstance(newer, EntriesMissing)
    other = refusal(File(checkpoint=signed(REWRITTEN, 12)))
    assert isinstance(other, CheckpointDoesNotFit)
    shorter = refusal(File(checkpoint=signed(REWRITTEN, 8), earlier=()))
    assert isinstance(shorter, CheckpointDoesNotFit)


def test_a_file_older_than_the_checkpoint_brought_says_so() -> None:
    file = File(entries=HONEST[:8], checkpoint=signed(HONEST, 8), earlier=())
    error = refusal(file, since=signed(HONEST, 12))
    assert isinstance(error, ExportIsOlder)
    assert "ends at 8 entries, and the earlier checkpoint has 12" in error.sentence


def test_another_key_has_not_signed() -> None:
    for stranger in (a_key(variant="stranger"), a_key("agency.example", variant="stranger")):
        with pytest.raises(ExportNotSignedByKey):
            verify_export(File().data, key=stranger.verifier)
    forged = File(checkpoint=signed(HONEST, 12, key=a_key(variant="stranger")))
    for key in (KEY, IDENTITY):
        with pytest.raises(ExportNotSignedByKey):
            verify_export(forged.data, key=key.verifier)


def test_a_file_that_brings_its_own_keys_proves_nothing() -> None:
    forger, ledger = a_key("agency.example", variant="forger"), a_key(variant="forger")
    file = File(
        entries=REWRITTEN,
        checkpoint=signed(REWRITTEN, 12, key=ledger),
        earlier=(),
        keys=[first(keys={Purpose.LEDGER: ledger.verifier}, identity=forger, at=MONDAY)],
    )
    assert 12 == verify_export(file.data, key=forger.verifier).size
    for key in (KEY, IDENTITY):
        with pytest.raises(ExportNotSignedByKey):
            verify_export(file.data, key=key.verifier)


def test_after_a_rotation_the_retired_key_signs_no_newest_checkpoint() -> None:
    new = a_key(variant="new")
    rotated = rotate(
        KEYS[0], purpose=Purpose.LEDGER, key=new.verifier, identity=IDENTITY, at=MONDAY
    )
    file = File(keys=[*KEYS, rotated], checkpoint=signed(HONEST, 12, key=new))
    assert new.verifier == verify_export(file.data, key=IDENTITY.verifier, since=OLDER).signed_by
    with pytest.raises(ExportNotSignedByKey):
        verify_export(replace(file, checkpoint=File().checkpoint).data, key=IDENTITY.verifier)


def test_a_checkpoint_may_not_carry_a_signature_nobody_knows() -> None:
    text = Checkpoint.parse(notes.parse(File().checkpoint).text).text
    for others in ([KEY, a_key("witness.example")], [KEY, KEY]):
        error = refusal(File(checkpoint=notes.sign(text, keys=others)))
        assert isinstance(error, ExportMalformed)
    # What the reader brings is theirs to judge.
    brought = notes.sign(notes.parse(OLDER).text, keys=[KEY, a_key("witness.example")])
    assert 12 == verify_export(File().data, key=KEY.verifier, since=brought).size


def test_an_entry_that_was_hidden_by_nobody_who_says_so_is_missed() -> None:
    shown = b',"payload":"' + json.dumps(HONEST[7].payload.decode()).encode()[1:]  # type: ignore[union-attr]
    assert shown in File().data
    with pytest.raises(ExportMalformed, match="11 entries are shown, and it says otherwise"):
        verify_export(File().data.replace(shown, b""), key=KEY.verifier)


def test_a_file_of_two_logs_is_refused() -> None:
    other = notes.sign(
        Checkpoint(origin="other.example", size=3, root=HONEST[0].leaf).text, keys=[KEY]
    )
    assert isinstance(refusal(File(origin="other.example")), ExportMalformed)
    assert isinstance(refusal(File(earlier=[other])), ExportMalformed)
    assert isinstance(refusal(File(), since=other), ExportMalformed)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda _: [], ExportMalformed),
        (lambda file: file | {"format": "answerable-ledger-export/v2"}, ExportFormatUnknown),
        (lambda file: file | {"more": 1}, ExportMalformed),
        (lambda file: {name: file[name] for name in file if name != "keys"}, ExportMalformed),
        (lambda file: file | {"entries": {}}, ExportMalformed),
        (lambda file: file | {"entries": [1]}, ExportMalformed),
        (lambda file: file | {"earlier": [1]}, ExportMalformed),
        (
            lambda file: file | {"entries": [file["entries"][0] | {"payload": None}]},
            ExportMalformed,
        ),
        (lambda file: file | {"entries": [file["entries"][0] | {"more": 1}]}, ExportMalformed),
        (lambda file: file | {"entries": [file["entries"][0] | {"index": True}]}, ExportMalformed),
        (lambda file: file | {"entries": [file["entries"][0] | {"leaf": "00"}]}, ExportMalformed),
        (lambda file: file | {"entries": [file["entries"][0] | {"leaf": "zz"}]}, ExportMalformed),
        (
            lambda file: (
                file | {"entries": [file["entries"][0] | {"leaf": HONEST[0].leaf.hex().upper()}]}
            ),
            ExportMalformed,
        ),
        (lambda file: file | {"keys": [1]}, AnswerableError),
        (lambda file: file | {"checkpoint": "none"}, AnswerableError),
    ],
)
def test_another_form_is_refused(
    change: Callable[[dict[str, object]], object], expected: type[AnswerableError]
) -> None:
    changed = canonical_bytes(change(json.loads(File().data)))  # type: ignore[arg-type]
    with pytest.raises(expected):
        verify_export(changed + b"\n", key=KEY.verifier)


@pytest.mark.parametrize("data", [b"", b"\n", b"{}", b"{}\n", b"null\n", b"\xff\n", b"[" * 10**5])
def test_what_is_no_export_is_refused(data: bytes) -> None:
    with pytest.raises(ExportMalformed):
        verify_export(data, key=KEY.verifier)


def test_an_entry_that_does_not_tell_its_place_is_refused() -> None:
    for payload in (b"{}", b"no json", b'{"index":"0"}', b"[]", b"\xc3\xa9", b"[" * 10**5):
        entry = ExportedEntry(index=0, leaf=leaf_hash(payload), payload=payload)
        error = refusal(
            File(entries=[entry], checkpoint=signed([entry], 1), earlier=()), since=None
        )
        assert isinstance(error, EntryChanged)


# -- two hundred random changes ----------------------------------------------------------


def _of_bytes(data: bytes, draw: random.Random) -> bytes:
    at, other = draw.randrange(len(data)), draw.randrange(len(data))
    some = bytes(draw.randrange(256) for _ in range(draw.randint(1, 5)))
    start, end = sorted((at, other))
    return draw.choice(
        [
            data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :],
            data[:at] + data[at + draw.randint(1, 5) :],
            data[:at] + some + data[at:],
            data[:start] + data[end:],
            data[:start]
            + bytes([data[end]])
            + data[start + 1 : end]
            + data[start : start + 1]
            + data[end + 1 :],
            data[:at],
            data + some,
        ]
    )


def _of_entries(_: bytes, draw: random.Random) -> bytes:
    entries, at = list(HONEST), draw.randrange(12)
    invented = an_entry(at, words=f"invented {draw.random()}")
    match draw.randrange(7):
        case 0:
            del entries[at]
        case 1:
            entries.insert(at, invented)
        case 2:
            entries[at] = invented
        case 3:
            draw.shuffle(entries)
        case 4:
            entries[at] = hidden(invented)
        case 5:
            entries = entries[: draw.randrange(12)]
        case _:
            entries.append(an_entry(12))
    if draw.random() < 0.5:
        entries = renumbered(entries)
    if entries[:12] != HONEST and draw.random() < 0.3:
        # As whoever keeps the key could: sign what was made of it.
        resigned = signed(entries, len(entries))
        return File(entries=entries, checkpoint=resigned, earlier=()).data
    return File(entries=entries).data


def changes(count: int) -> Iterator[bytes]:
    draw, honest = random.Random(20261123), File().data  # noqa: S311 - to be run again
    made = 0
    while made < count:
        changed = draw.choice([_of_bytes, _of_entries])(honest, draw)
        if changed != honest:
            made += 1
            yield changed


def test_a_thousand_random_changes_are_all_found() -> None:
    # The reader holds the newest checkpoint, as everyone does who had a letter since.
    newest = File().checkpoint
    for changed in changes(1000):
        assert is_refused(verify_export, changed, key=KEY.verifier, since=newest), changed


@pytest.mark.parametrize("mask", [1, 0x20, 0x80])
def test_one_flipped_byte_anywhere_refuses_a_file(mask: int) -> None:
    data = File(entries=HONEST[:2], checkpoint=signed(HONEST, 2), earlier=[signed(HONEST, 1)]).data
    assert 2 == verify_export(data, key=IDENTITY.verifier).size
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]
        for key in (KEY, IDENTITY):
            assert is_refused(verify_export, changed, key=key.verifier), at


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_any_change_hypothesis_thinks_of_is_found(data: st.DataObject) -> None:
    honest = File().data
    start = data.draw(st.integers(0, len(honest)))
    end = data.draw(st.integers(start, min(len(honest), start + 80)))
    middle = data.draw(st.binary(max_size=80) | st.text(max_size=20).map(str.encode))
    changed = honest[:start] + middle + honest[end:]
    if changed == honest:
        assert not is_refused(verify_export, changed, key=KEY.verifier)
    else:
        assert is_refused(verify_export, changed, key=KEY.verifier)


@settings(deadline=None)
@given(st.integers(1, 30), st.data())
def test_each_single_deed_has_its_own_name(count: int, data: st.DataObject) -> None:
    numbers = list(range(count))
    at = data.draw(st.integers(0, count - 1))
    other = data.draw(st.integers(0, count - 1))
    dropped = numbers[:at] + numbers[at + 1 :]
    invented = numbers[: at + 1] + numbers[at:]
    swapped = list(numbers)
    swapped[at], swapped[other] = swapped[other], swapped[at]
    for changed, expected in (
        (dropped, EntryDropped),
        (invented, EntryInvented),
        (swapped, EntriesReordered),
    ):
        places = [(number, place) for place, number in enumerate(changed)]
        if changed == list(range(len(changed))):
            check_places(places)  # at the very end, where only the checkpoint tells
        else:
            with pytest.raises(expected):
                check_places(places)
