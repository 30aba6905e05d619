"""Signatures have the form that browsers check: both numbers side by side, 32 bytes each."""

from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from server.foundation.crypto.signing import Signer, from_base64url, is_signed

NUMBERS = st.integers(1, 2**256 - 1) | st.integers(0, 255).map(lambda bits: 1 << bits)


class Key:
    """Signs all with the same two numbers."""

    def __init__(self, *numbers: int) -> None:
        self._numbers = numbers

    def sign(self, _text: bytes, _algorithm: object) -> bytes:
        return encode_dss_signature(*self._numbers)


@pytest.mark.slow
@given(NUMBERS, NUMBERS)
def test_numbers_of_any_length_take_32_bytes_each(r: int, s: int) -> None:
    signer = Signer(cast("Any", Key(r, s)))

    assert from_base64url(signer.sign("{}")) == r.to_bytes(32, "big") + s.to_bytes(32, "big")


@pytest.mark.slow
@given(st.text(max_size=200, alphabet=st.characters(codec="utf-8")))
def test_signed_text_is_accepted_and_nothing_else(text: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    signature = Signer(key).sign(text)

    assert is_signed(key.public_key(), signature, text)
    assert not is_signed(key.public_key(), signature, text + " ")
