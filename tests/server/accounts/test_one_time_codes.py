"""Codes are those of RFC 6238, so that every authenticator app shows the same."""

import base64

import pytest

from server.accounts.auth.second_factors import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()
# RFC 6238, appendix B, SHA-1: seconds and the eight digits.
VECTORS = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}


@pytest.mark.parametrize(("seconds", "code"), VECTORS.items())
def test_the_vectors_of_the_rfc_come_out(seconds: int, code: str) -> None:
    step = totp.step_at(seconds * 1000)

    assert totp.code_of(SECRET, step, digits=8) == code
    assert totp.code_of(SECRET, step) == code[2:]


def test_a_clock_may_be_off_by_a_step_each_way_and_no_more() -> None:
    now_ms = 1_111_111_111_000
    step = totp.step_at(now_ms)

    found = {
        off: totp.matching_step(SECRET, totp.code_of(SECRET, step + off), now_ms)
        for off in range(-3, 4)
    }

    assert found == {-3: None, -2: None, -1: step - 1, 0: step, 1: step + 1, 2: None, 3: None}


@pytest.mark.parametrize("typed", ["", "94287", "942870822", "九四二八七零", "😀", "94-287"])
def test_malformed_codes_match_none(typed: str) -> None:
    assert totp.matching_step(SECRET, typed, 59_000) is None


def test_secrets_have_160_bits_and_differ() -> None:
    made = {totp.new_secret() for _ in range(20)}

    assert len(made) == 20
    assert {len(base64.b32decode(one)) for one in made} == {20}


def test_the_address_names_the_account_and_the_system_as_apps_read_it() -> None:
    address = totp.address("ABCD", "chen guang", "安屏 Anping")

    assert address == (
        "otpauth://totp/%E5%AE%89%E5%B1%8F%20Anping:chen%20guang"
        "?secret=ABCD&issuer=%E5%AE%89%E5%B1%8F%20Anping"
    )
