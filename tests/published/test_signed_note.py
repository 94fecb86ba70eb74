"""C2SP signed notes: the example of Go's sumdb/note, key, text and signed note.

Source: https://pkg.go.dev/golang.org/x/mod/sumdb/note, package documentation. The private
key is the documentation's own and protects nothing.
"""

from answerable.record import notes
from answerable.record.keys import SigningKey, VerifierKey

VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
SIGNATURE = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
NOTE = f"{TEXT}\n\N{EM DASH} PeterNeumann {SIGNATURE}\n".encode()


def test_the_example_is_signed_byte_for_byte_as_published() -> None:
    assert notes.sign(TEXT, keys=[SigningKey.parse(SIGNER)]) == NOTE


def test_the_example_opens_with_the_published_key() -> None:
    opened = notes.open_signed(NOTE, known=[VerifierKey.parse(VERIFIER)])
    assert opened.text == TEXT
    assert [str(key) for key in opened.verified] == [VERIFIER]


def test_the_two_halves_of_the_example_key_belong_together() -> None:
    key = SigningKey.parse(SIGNER)
    assert str(key.verifier) == VERIFIER
    assert key.secret_text() == SIGNER
