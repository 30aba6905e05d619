"""Guessing is hopeless, at codes and at PINs, and those who guess harm nobody else."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.accounts.auth.one_time_secrets import hashed
from server.foundation.errors import NotFound
from server.inventory.enrolment import venue_page_codes
from server.inventory.screens.models import ScreenCode
from server.web.venue_page.models import PinLock
from server.web.venue_page.rate_limits import MOST_ADDRESSES, Counts
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.world import World, make_world
from tests.support.reporting.venue_page import PIN_HASH, Door, open_door, set_pin

pytestmark = pytest.mark.slow

# Of 15, 30, 60, 120, 240, 480 and 960 minutes' locks six fit into a day: seven times five tries.
FIRST_DAY = 35
LATER_DAYS = 5


def tries_in(world: World, doors: list[Door], days: int) -> list[int]:
    """How many wrong PINs were checked each day, of somebody who tries whenever he may."""
    counts = []
    for _ in range(days):
        tried, until_ms = 0, world.clock.now_ms() + DAY_MS
        while world.clock.now_ms() < until_ms:
            answer = doors[tried % len(doors)].pause("1357")
            if answer.status_code == 403:
                tried += 1
                continue
            assert answer.json["code"] == "pin_locked"
            wait_ms = 1000 * int(answer.headers["Retry-After"])
            world.clock.forward(min(wait_ms, until_ms - world.clock.now_ms()))
        counts.append(tried)
    return counts


def test_an_attacker_gets_35_tries_on_the_first_day_and_five_a_day_from_then_on(
    world: World,
) -> None:
    assert tries_in(world, [open_door(world)], 12) == [FIRST_DAY, *([LATER_DAYS] * 11)]


def test_many_addresses_and_many_screens_of_the_venue_give_no_more(world: World) -> None:
    venue = make_venue(world, pause_pin_hash=PIN_HASH)
    doors = [
        open_door(world, make_screen(world, venue=venue), address=f"10.0.{count}.1")
        for count in range(8)
    ]

    assert tries_in(world, doors, 3) == [FIRST_DAY, LATER_DAYS, LATER_DAYS]


def test_four_tries_a_day_lock_nothing_and_find_as_little(world: World) -> None:
    """Below the lock there are fewer tries than with it, however long anyone waits."""
    door, tried = open_door(world), 0
    for hour in range(10 * 24):
        if hour % 6 == 0:
            tried += door.pause("1357").status_code == 403
        world.clock.forward(HOUR_MS)

    assert tried <= FIRST_DAY + 9 * LATER_DAYS


@pytest.mark.long
def test_who_waits_a_week_for_short_locks_gets_fewer_still(world: World) -> None:
    door, counts = open_door(world), []
    for _ in range(3):
        counts += tries_in(world, [door], 1)
        world.clock.forward(8 * DAY_MS)

    assert counts == [FIRST_DAY] * 3
    assert sum(counts) / (3 * 9) < LATER_DAYS


def test_a_locked_pin_refuses_the_right_one_too_and_a_restart_frees_nobody(
    tmp_path: Path,
) -> None:
    world = make_world(tmp_path)
    door = open_door(world)
    for _ in range(5):
        door.pause("1357")
    locked = door.pause()
    assert (locked.status_code, locked.json["code"]) == (429, "pin_locked")
    assert locked.headers["Retry-After"] == "900"
    assert "已锁定至" in door.page().text

    url = world.core.settings.database_url
    again = make_world(tmp_path, **({"database_url": url} if url else {}))
    again.clock.at_ms = world.clock.at_ms + MINUTE_MS
    after = Door(door.screen, door.code, again.visitor())
    assert after.pause().json["code"] == "pin_locked"
    again.clock.forward(14 * MINUTE_MS)
    assert after.pause().status_code == 201


def test_right_ones_arent_counted_and_forgive_nothing(world: World) -> None:
    door = open_door(world)
    for hour in range(30):
        if hour < 4:
            assert door.pause("1357").status_code == 403
        assert door.pause().status_code == 201
        world.clock.forward(HOUR_MS)
    with world.core.config.read() as session:
        assert session.scalars(select(PinLock.tries)).one() <= 4


def test_the_fifth_try_may_be_the_right_one(world: World) -> None:
    door = open_door(world)
    for _ in range(4):
        door.pause("1357")

    assert door.pause().status_code == 201
    world.clock.forward(HOUR_MS)
    assert door.pause("1357").status_code == 403
    assert door.pause().json["code"] == "pin_locked"


def test_a_new_pin_of_the_office_opens_the_lock(world: World) -> None:
    door = open_door(world)
    for _ in range(5):
        door.pause("1357")
    set_pin(world, door.screen.venue_id, None)
    set_pin(world, door.screen.venue_id, PIN_HASH[:-1] + "A")

    assert door.pause().json["code"] == "wrong_pin"
    set_pin(world, door.screen.venue_id, PIN_HASH)
    assert door.pause().status_code == 201


def test_the_lock_of_one_venue_is_none_of_anothers(world: World) -> None:
    door, other = open_door(world), open_door(world, name="工商银行")
    for _ in range(5):
        door.pause("1357")

    assert other.pause().status_code == 201


def test_one_address_may_be_wrong_twenty_times_an_hour_over_all_venues(world: World) -> None:
    doors = [open_door(world) for _ in range(6)]
    answers = [door.pause("1357").status_code for door in doors for _ in range(4)]

    assert answers.count(403) == 20
    assert answers.count(429) == 4
    elsewhere = Door(doors[0].screen, doors[0].code, world.visitor(), "10.9.9.9")
    assert elsewhere.pause().status_code == 201, "nobody else is refused"


def test_100_000_guesses_at_codes_find_none(world: World) -> None:
    door = open_door(world)
    found = 0
    with world.core.config.read() as session:
        for _ in range(200):
            guesses = [hashed(secrets.token_urlsafe(16)) for _ in range(500)]
            query = select(func.count()).where(ScreenCode.code_hash.in_(guesses))
            found += session.scalar(query) or 0
        assert venue_page_codes.find(session, door.code) is not None
        with pytest.raises(NotFound):
            venue_page_codes.find(session, door.code[:-1])

    assert found == 0
    assert len(door.code) * 6 >= 100, "bits"


@pytest.mark.long
def test_wrong_codes_are_limited_for_each_address_and_in_all(world: World) -> None:
    def guess(address: str) -> int:
        phone = world.visitor()
        code = secrets.token_urlsafe(16)
        return phone.get(f"/v/{code}", environ_base={"REMOTE_ADDR": address}).status_code

    one = [guess("10.0.0.1") for _ in range(40)]
    many = [guess(f"10.1.{count // 30}.1") for count in range(700)]

    assert (one.count(404), one.count(429)) == (30, 10)
    assert one.count(404) + many.count(404) == 600, "in a minute, in all"


def test_a_right_code_is_never_refused_by_others_guesses(world: World) -> None:
    door, phone = open_door(world), world.visitor()
    for _ in range(100):
        phone.get(f"/v/{secrets.token_urlsafe(16)}")
    refused = phone.get("/v/abc")

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 60
    assert door.page().status_code == 200, "from the same address: many phones share one"
    assert door.pause().status_code == 201


def test_counters_take_no_more_memory_however_many_addresses_come() -> None:
    counts = Counts(5, 10**9, MINUTE_MS)
    for number in range(3 * MOST_ADDRESSES):
        counts.note(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 0)

    assert len(counts) == MOST_ADDRESSES


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:1::1", "2001:db8:1:1:ffff::2", True),
        ("2001:db8:1:1::1", "2001:db8:1:2::1", False),
        ("10.0.0.1", "10.0.0.2", False),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
    ],
)
def test_a_network_of_ipv6_is_one_address(first: str, second: str, same: bool) -> None:
    counts = Counts(1, 100, MINUTE_MS)
    counts.note(first, 0)
    refused = False
    try:
        counts.check(second, 0)
    except Exception:  # noqa: BLE001 - whatever refuses
        refused = True

    assert refused == same


def test_tries_at_the_same_instant_are_no_more(world: World) -> None:
    """A try is counted before its PIN is checked, which takes a while."""
    door = open_door(world)
    with ThreadPoolExecutor(12) as pool:
        doors = [Door(door.screen, door.code, world.visitor(), f"10.0.0.{n}") for n in range(40)]
        answers = list(pool.map(lambda one: one.pause("1357").status_code, doors))

    assert answers.count(403) == 5
    assert answers.count(429) == 35


def test_the_time_to_guess_a_pin_is_on_the_page_of_the_decision() -> None:
    """Half of all PINs have to be tried on the average."""
    page = Path(__file__).parents[4] / "docs/decisions/0026-who-stands-before-a-screen.md"
    text = page.read_text(encoding="utf-8")
    years = {digits: ((10**digits / 2 - FIRST_DAY) / LATER_DAYS + 1) / 365 for digits in (4, 6, 8)}

    assert f"| 4 | {years[4]:.1f} |" in text
    assert f"| 6 | {years[6]:.0f} |" in text
    assert f"| 8 | {years[8]:,.0f} |" in text
