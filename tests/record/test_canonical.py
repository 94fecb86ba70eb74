"""One spelling for one value, and nothing read that has two meanings."""

import json
import math

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.record.canonical import (
    MAX_DEPTH,
    JsonValue,
    NotCanonical,
    NotJson,
    canonical_bytes,
    first_difference,
    parse_canonical,
    parse_json,
)

exact_integers = st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
numbers = st.floats(allow_nan=False, allow_infinity=False) | exact_integers
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(values)
def test_a_value_is_read_back_as_it_was(value: JsonValue) -> None:
    written = canonical_bytes(value)
    assert parse_canonical(written) == value
    assert canonical_bytes(parse_canonical(written)) == written


@settings(deadline=None)
@given(values)
def test_the_quick_writer_spells_what_the_reference_spells(value: JsonValue) -> None:
    assert rfc8785.dumps(value) == canonical_bytes(value)


@pytest.mark.parametrize("mark", [chr(code) for code in (*range(0x30), 0x7F, 0x2028, 0x1F600)])
def test_every_mark_that_is_written_apart_is_spelt_as_the_reference_spells_it(mark: str) -> None:
    assert rfc8785.dumps({"a": mark}) == canonical_bytes({"a": mark})
    assert rfc8785.dumps({mark: 1, "z": 2}) == canonical_bytes({mark: 1, "z": 2})


@given(st.dictionaries(texts, exact_integers, min_size=2, max_size=6))
def test_the_order_of_keys_is_irrelevant(fields: dict[str, int]) -> None:
    turned = dict(reversed(fields.items()))
    assert canonical_bytes(fields) == canonical_bytes(turned)


@settings(deadline=None)
@given(values, st.sampled_from([" ", "\n", "\t"]))
def test_another_layout_of_the_same_value_is_json_but_not_canonical(
    value: JsonValue, gap: str
) -> None:
    other = (json.dumps(value) + gap).encode()
    assert parse_json(other) == value
    with pytest.raises(NotCanonical):
        parse_canonical(other)


@settings(deadline=None)
@given(st.binary(max_size=40) | st.text(' {}[]",:0123456789eE+-.truefalsn\\u', max_size=30))
def test_arbitrary_bytes_are_read_or_refused_cleanly(data: bytes | str) -> None:
    document = data.encode() if isinstance(data, str) else data
    try:
        value = parse_canonical(document)
    except (NotCanonical, NotJson):
        return
    assert canonical_bytes(value) == document


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        2**53,
        -(2**53),
        10**400,
        {1: "key"},
        {None: "key"},
        {"half": "\ud800"},
        {"\udfff": 1},
        b"bytes",
        {"a", "set"},
        object(),
    ],
)
def test_what_json_cannot_carry_is_refused_wherever_it_stands(value: object) -> None:
    for nested in (value, [value], {"n": {"inner": [1, value]}}):
        with pytest.raises(NotCanonical):
            canonical_bytes(nested)  # type: ignore[arg-type]  # that is the point


def test_the_refusal_names_the_place() -> None:
    with pytest.raises(NotCanonical, match=r"^At claims\[1\]\.value: nan is not a number"):
        canonical_bytes({"claims": [{"value": 1.0}, {"value": math.nan}]})


def test_the_largest_exact_integer_is_written() -> None:
    assert canonical_bytes([2**53 - 1, -(2**53) + 1]) == b"[9007199254740991,-9007199254740991]"


def test_a_larger_whole_number_is_read_as_the_double_it_is() -> None:
    assert parse_canonical(b"9007199254740992") == 2.0**53
    with pytest.raises(NotCanonical):  # 2**53 + 1: no double is written so
        parse_canonical(b"9007199254740993")
    assert parse_json(b"9007199254740993") == 2**53 + 1


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b'{"a":1,"a":1}',
        b'[{"a":{"b":1,"b":2}}]',
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"1e999",
        b"-1e999",
        b'"\\ud800"',
        b'{"\\udc00":1}',
        b'"\xff"',
        b"\xef\xbb\xbf1",
        '"text"'.encode("utf-16"),
        b"1" * 5000,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"01",
        b"'a'",
        b"[1,]",
        b"1 2",
    ],
)
def test_json_with_more_than_one_meaning_or_none_is_refused(document: bytes) -> None:
    with pytest.raises(NotJson):
        parse_json(document)
    with pytest.raises((NotJson, NotCanonical)):
        parse_canonical(document)


@pytest.mark.parametrize(
    "document", [b"1.0", b"-0", b"1E2", b'"\\u0061"', b'{"b":1,"a":1}', b" 1", b"1\n", b'"\\/"']
)
def test_a_second_spelling_is_refused(document: bytes) -> None:
    parse_json(document)
    with pytest.raises(NotCanonical):
        parse_canonical(document)


def nested(depth: int) -> JsonValue:
    value: JsonValue = 1
    for _ in range(depth):
        value = [value]
    return value


def test_the_depth_is_limited_and_a_loop_ends() -> None:
    assert parse_canonical(canonical_bytes(nested(MAX_DEPTH))) == nested(MAX_DEPTH)
    with pytest.raises(NotCanonical, match="deeper than 100"):
        canonical_bytes(nested(MAX_DEPTH + 1))
    loop: list[JsonValue] = []
    loop.append(loop)
    with pytest.raises(NotCanonical, match="deeper than 100"):
        canonical_bytes(loop)


def test_the_first_difference_is_found_also_at_the_end() -> None:
    assert first_difference(b"abc", b"abd") == 2
    assert first_difference(b"abc", b"abcd") == 3
    assert first_difference(b"", b"a") == 0
