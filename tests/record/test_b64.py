"""Base64 with exactly one accepted spelling."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.record import b64


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_what_is_written_is_read_back_in_both_alphabets(data: bytes) -> None:
    assert b64.decode(b64.encode(data)) == data
    assert b64.decode(base64.urlsafe_b64encode(data).decode(), urlsafe_too=True) == data


@pytest.mark.parametrize(
    "text",
    ["YWk", "YWk==", "YW k=", "YWk=\n", "YWl=", "Y", "=", "YWk=YWk=", "-_-_", "é===", "\x00"],
)
def test_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(b64.NotBase64):
        b64.decode(text)


def test_the_two_alphabets_are_never_mixed() -> None:
    assert b64.decode("-_-_", urlsafe_too=True) == b64.decode("+/+/")
    with pytest.raises(b64.NotBase64):
        b64.decode("+_-_", urlsafe_too=True)


@settings(deadline=None)
@given(st.text(max_size=12), st.booleans())
def test_arbitrary_text_is_read_or_refused_cleanly(text: str, urlsafe_too: bool) -> None:  # noqa: FBT001
    try:
        data = b64.decode(text, urlsafe_too=urlsafe_too)
    except b64.NotBase64:
        return
    assert text in (b64.encode(data), base64.urlsafe_b64encode(data).decode())
