"""Nobody guesses a pairing code: 5 wrong ones a minute from an address, 100 in all."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.accounts.actor import Actor, Grant
from server.accounts.models import Unit
from server.foundation.errors import Invalid, TooMany
from server.inventory.enrolment.pairing import PairRequest, pair
from server.inventory.enrolment.pairing_attempts import WrongCodes
from server.inventory.enrolment.pairing_codes import ALPHABET, new_code, normalised, shown
from tests.support.app.clock import MINUTE_MS
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]


def enter(person: Person, code: str, venue: int, address: str = "203.0.113.1") -> Any:
    return person.client.post(
        "/api/v1/screens/pair",
        json={"user_code": code, "venue_id": f"v_{venue}", "name": "屏"},
        environ_base={**person.client.environ_base, "REMOTE_ADDR": address},
    )


def ask(world: World) -> str:
    answer = world.visitor().post("/api/v1/player/pairing", json={})
    code: str = answer.get_json()["user_code"]
    return code


def test_after_five_wrong_codes_a_right_one_is_refused_too_for_a_minute(world: World) -> None:
    wang, venue, code = sign_in(world), make_venue(world), ask(world)
    for _ in range(5):
        assert enter(wang, "2222-2222", venue).status_code == 422

    locked = enter(wang, code, venue)

    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "60")
    world.clock.forward(MINUTE_MS)
    assert enter(wang, code, venue).status_code == 201


def test_another_address_is_not_locked(world: World) -> None:
    wang, venue, code = sign_in(world), make_venue(world), ask(world)
    for _ in range(6):
        enter(wang, "2222-2222", venue)

    assert enter(wang, code, venue, "203.0.113.2").status_code == 201


def test_after_a_hundred_wrong_codes_all_addresses_are_locked(world: World) -> None:
    wang, venue, code = sign_in(world), make_venue(world), ask(world)
    for number in range(100):
        assert enter(wang, "2222-2222", venue, f"198.51.100.{number // 5}").status_code == 422

    assert enter(wang, code, venue, "203.0.113.2").status_code == 429
    world.clock.forward(MINUTE_MS)
    assert enter(wang, code, venue, "203.0.113.2").status_code == 201


def test_a_room_full_of_screens_can_be_paired_at_once(world: World) -> None:
    wang, venue = sign_in(world), make_venue(world)

    answers = [enter(wang, ask(world), venue).status_code for _ in range(12)]

    assert answers == [201] * 12


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 30_000), st.sampled_from("abcdefgh")), max_size=400))
def test_no_minute_ever_sees_more_wrong_codes_than_allowed(steps: list[tuple[int, str]]) -> None:
    codes, now_ms, let_in = WrongCodes(), 0, []
    for wait_ms, address in steps:
        now_ms += wait_ms
        try:
            codes.check(address, now_ms)
        except TooMany:
            continue
        codes.note(address, now_ms)
        let_in.append((now_ms, address))

    for at_ms, address in let_in:
        minute = [who for when, who in let_in if at_ms <= when < at_ms + MINUTE_MS]
        assert len(minute) <= 100
        assert minute.count(address) <= 5


def test_codes_are_of_forty_random_bits() -> None:
    codes = {new_code() for _ in range(1000)}

    assert len(codes) == 1000
    assert {character for code in codes for character in code} == set(ALPHABET)
    assert not set(ALPHABET) & set("01IO")


@given(st.text(ALPHABET, min_size=8, max_size=8))
def test_however_a_code_is_typed_it_is_the_same(code: str) -> None:
    fullwidth = "".join(chr(ord(character) + 0xFEE0) for character in code)

    for typed in (shown(code), shown(code).lower(), f" {code[:4]} {code[4:]} ", fullwidth):
        assert normalised(typed) == code


@pytest.mark.long
def test_a_hundred_thousand_guesses_find_none_and_lock_out_the_right_one_too(
    world: World,
) -> None:
    """As many as a botnet of 1,000 addresses sends in the ten minutes that a code lives."""
    wang, venue, right = sign_in(world), make_venue(world), ask(world)
    codes, actor, tried, found = WrongCodes(), actor_of(world, wang), 0, 0
    for number in range(100_000):
        guess = shown(new_code())
        request = PairRequest(guess, f"v_{venue}", "屏")
        try:
            pair(world.core, actor, request, codes, f"198.51.{number % 1000}.1")
            found += 1
        except TooMany:
            pass
        except Invalid:
            tried += 1
        if number % 167 == 0:
            world.clock.forward(1_000)

    assert (found, tried <= 11 * 100) == (0, True)
    assert tried >= 900
    with pytest.raises(TooMany):
        pair(world.core, actor, PairRequest(right, f"v_{venue}", "屏"), codes, "198.51.7.1")


def actor_of(world: World, person: Person) -> Actor:
    with world.core.config.read() as session:
        return Actor(
            person.user_id,
            person.username,
            person.unit_id,
            (Grant("publicity", session.get_one(Unit, person.unit_id).path),),
        )
