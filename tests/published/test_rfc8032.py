"""RFC 8032, Ed25519: tests 1 to 3 of section 7.1, through our key texts.

Source: https://www.rfc-editor.org/rfc/rfc8032#section-7.1
"""

import pytest

from answerable.record import b64
from answerable.record.keys import SigningKey, VerifierKey

# Secret key, public key, message, signature.
TESTS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
            "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
            "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac1"
            "8ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), TESTS)
def test_a_key_of_the_rfc_signs_as_published(
    secret: str, public: str, message: str, signature: str
) -> None:
    verifier = VerifierKey(name="rfc8032", public=bytes.fromhex(public))
    encoded = b64.encode(b"\x01" + bytes.fromhex(secret))
    key = SigningKey.parse(f"PRIVATE+KEY+rfc8032+{verifier.key_id.hex()}+{encoded}")
    assert key.verifier == verifier
    assert key.sign(bytes.fromhex(message)).hex() == signature
    verifier.verify(bytes.fromhex(message), signature=bytes.fromhex(signature))
