"""Signatures have the form that browsers check: both numbers side by side, 32 bytes each."""

import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from server.foundation.crypto.signing import Signer, from_base64url, is_signed
from tests.support.processes.server import ROOT

SIGNED_BY_BOTH_HALVES_OF_A_FORK = """
import os
from cryptography.hazmat.primitives.asymmetric import ec
from server.foundation.crypto.signing import Signer

signer = Signer(ec.generate_private_key(ec.SECP256R1()))
signer.sign("before")
child = os.fork()
os.write(1, signer.sign("one text").encode() + b" ")
if child:
    os.waitpid(child, 0)
"""


def test_numbers_of_any_length_take_32_bytes_each() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    signer = Signer(key)

    signed = {text: signer.sign(text) for text in map(str, range(1_500))}

    # One in 128 has a number that is shorter: all of 1,500 without would come once in 100,000 runs.
    assert {len(from_base64url(signature)) for signature in signed.values()} == {64}
    assert all(is_signed(key.public_key(), signature, text) for text, signature in signed.items())


@pytest.mark.slow
@given(st.text(max_size=200, alphabet=st.characters(codec="utf-8")))
def test_signed_text_is_accepted_and_nothing_else(text: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    signature = Signer(key).sign(text)

    assert is_signed(key.public_key(), signature, text)
    assert not is_signed(key.public_key(), signature, text + " ")


@pytest.mark.slow
def test_processes_that_share_a_key_by_a_fork_never_share_a_nonce() -> None:
    """Two signatures by one nonce would give the key away (FIPS 186-5, 6.3)."""
    run = subprocess.run(
        [sys.executable, "-c", SIGNED_BY_BOTH_HALVES_OF_A_FORK],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )

    first, second = (from_base64url(one.decode()) for one in run.stdout.split())
    assert first[:32] != second[:32]
