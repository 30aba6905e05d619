"""A pack shows its days as they were: placements, units and orders of that time."""

import json
from typing import Any

import pytest

from server.inventory.screens.models import Screen, ScreenPause
from server.inventory.venues.models import Venue
from server.monitoring.exemptions.models import ExemptedScreen, Exemption
from tests.support.app.clock import DAY_MS, HOUR_MS
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen, make_unit
from tests.support.app.office_api import open_office
from tests.support.app.people import sign_in
from tests.support.factories.assets import make_asset
from tests.support.plays.on_air import keep_house
from tests.support.reporting.assessment import fetched, made
from tests.support.reporting.coverage import MIDNIGHT_MS, Town
from tests.support.reporting.spot_checks import make_check

pytestmark = [pytest.mark.slow, *([pytest.mark.soak] if ON_POSTGRES else [])]


def figures(town: Town, *units: str, **days: int) -> list[Any]:
    """The units of a new pack, with their rows."""
    chen = sign_in(town.world, "publicity")
    pack = made(town, *units, person=chen, **days)
    found: list[Any] = json.loads(fetched(chen, pack, "manifest.json"))["figures"]["units"]
    return found


def rows(town: Town, *units: str) -> dict[str, Any]:
    """All rows of them, by the venue's name."""
    return {row["name"]: row for unit in figures(town, *units) for row in unit["rows"]}


def exempt(town: Town, screen: BoundScreen, *stays: tuple[int, int, int, int]) -> None:
    """An approved exemption of that screen, at its placements: (venue, unit, from, until) each."""
    unit, from_ms, until_ms = stays[0][1], stays[0][2], stays[-1][3]
    person = sign_in(town.world, "reviewer")
    with town.world.core.config.write() as session:
        row = Exemption(
            unit_id=unit,
            author_id=person.user_id,
            state="approved",
            selector={},
            reach=[],
            from_at=from_ms,
            until_at=until_ms,
            code="power_cut",
            note="",
            file="停电通知",
            created_at=from_ms,
            decided_at=from_ms,
        )
        session.add(row)
        session.flush()
        for venue, owner, begin_ms, end_ms in stays:
            session.add(
                ExemptedScreen(
                    exemption_id=row.id,
                    screen_id=screen.id,
                    venue_id=venue,
                    unit_id=owner,
                    from_at=begin_ms,
                    until_at=end_ms,
                )
            )


def pause(town: Town, screen: BoundScreen, from_ms: int, until_ms: int) -> None:
    """A declared pause of that screen."""
    person = sign_in(town.world, "reviewer")
    with town.world.core.config.write() as session:
        row = ScreenPause(screen_id=screen.id, from_at=from_ms, until_at=until_ms, reason="盘点")
        row.user_id = person.user_id
        session.add(row)


def move(town: Town, screen: BoundScreen, venue: int) -> None:
    with town.world.core.config.write() as session:
        session.get_one(Screen, screen.id).venue_id = venue
    keep_house(town.world)


def test_a_screens_plays_stay_at_its_venue_of_that_time(town: Town) -> None:
    here, there = make_unit(town.world, "城关街道"), make_unit(town.world, "东湖街道")
    screen = town.opens("甲网点", unit=here)[0]
    other = town.opens("乙网点", unit=there)[0]
    keep_house(town.world)
    check = make_check(
        town.world, screen, kind="photo", verdict="good", asked_at=MIDNIGHT_MS + 10 * HOUR_MS
    )
    exempt(town, screen, (screen.venue_id, here, MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS))
    pause(town, screen, MIDNIGHT_MS + 30 * HOUR_MS, MIDNIGHT_MS + 32 * HOUR_MS)
    town.becomes(2)
    move(town, screen, other.venue_id)
    town.becomes(5)
    town.plays(screen, 0, 10, 10, 10, 10)
    town.plays(other, *[10] * 5)

    found = rows(town, f"u_{here}", f"u_{there}")

    old, new = found["甲网点"], found["乙网点"]
    assert (old["excused"], new["excused"]) == (10, 0)
    assert "停电 11-24 00:00" in old["remarks"]
    assert "盘点 11-25 06:00" in old["remarks"]
    assert [one["id"] for one in old["evidence"]] == [f"z_{check}"]
    assert (new["remarks"], new["evidence"]) == ("", [])
    assert (old["screens"], new["screens"]) == (1, 2)


@pytest.mark.long
def test_an_exemption_over_a_move_is_shown_at_both_places(town: Town) -> None:
    here, there = make_unit(town.world, "城关街道"), make_unit(town.world, "东湖街道")
    screen = town.opens("甲网点", unit=here)[0]
    other = town.opens("乙网点", unit=there)[0]
    keep_house(town.world)
    town.becomes(2)
    move(town, screen, other.venue_id)
    moved_ms = MIDNIGHT_MS + 2 * DAY_MS
    exempt(
        town,
        screen,
        (screen.venue_id, here, MIDNIGHT_MS, moved_ms),
        (other.venue_id, there, moved_ms, moved_ms + DAY_MS),
    )
    town.becomes(5)
    town.plays(other, *[10] * 5)
    town.plays(screen, 0, 0, 0, 10, 10)

    found = rows(town, f"u_{here}", f"u_{there}")

    assert (found["甲网点"]["excused"], found["乙网点"]["excused"]) == (20, 10)
    assert all("免考核" in row["remarks"] for row in found.values())


@pytest.mark.long
@pytest.mark.parametrize("verdict", ["bad", "unclear", None])
def test_a_photo_that_was_not_found_good_is_no_evidence(town: Town, verdict: str | None) -> None:
    screen = town.opens("甲网点")[0]
    for one in ("good", verdict):
        make_check(town.world, screen, kind="photo", verdict=one)
    town.becomes(5)
    town.plays(screen, *[10] * 5)

    assert [one["id"] for one in rows(town)["甲网点"]["evidence"]] == ["z_1"]


@pytest.mark.long
def test_a_venue_that_moved_away_shows_the_old_unit_no_contact(town: Town) -> None:
    here, there = make_unit(town.world, "城关街道"), make_unit(town.world, "东湖街道")
    screen = town.opens("甲网点", unit=here, contact_name="王芳", contact_phone="13800000000")[0]
    keep_house(town.world)
    town.becomes(2)
    with town.world.core.config.write() as session:
        venue = session.get_one(Venue, screen.venue_id)
        venue.unit_id, venue.contact_name, venue.contact_phone = there, "李强", "13911111111"
    keep_house(town.world)
    make_check(town.world, screen, kind="photo", verdict="good")
    town.becomes(5)
    town.plays(screen, *[10] * 5)

    old, new = figures(town, f"u_{here}", f"u_{there}")

    fields = ("contact", "phone", "expected", "screens", "moved_to")
    assert [old["rows"][0][name] for name in fields] == ["", "", 20, 1, "东湖街道"]
    assert [new["rows"][0][name] for name in fields] == ["李强", "139****1111", 30, 1, None]
    assert [one["rows"][0]["evidence"] for one in (old, new)] == [
        [],
        [
            {
                "id": "z_1",
                "kind": "spot_check",
                "first": "2026-11-26",
                "last": "2026-11-26",
                "photos": ["z_1"],
            }
        ],
    ]


def test_a_screen_that_was_retired_since_counts_for_its_days_in_service(town: Town) -> None:
    screen = town.opens("甲网点")[0]
    town.becomes(5)
    town.plays(screen, *[10] * 5)
    with town.world.core.config.write() as session:
        session.get_one(Screen, screen.id).retired_at = town.world.clock.now_ms()

    (unit,) = figures(town)
    assert (unit["rows"][0]["expected"], unit["rows"][0]["screens"]) == (50, 1)
    assert unit["totals"]["screens"] == 1

    town.becomes(7)
    (later,) = figures(town, first=6, last=6)
    assert later["totals"]["screens"] == 0


@pytest.mark.long
def test_a_screen_that_moved_within_the_unit_is_counted_once(town: Town) -> None:
    screen, other = town.opens("甲网点")[0], town.opens("乙网点")[0]
    make_screen(town.world, venue=other.venue_id, enrolled_at=None)
    keep_house(town.world)
    town.becomes(2)
    move(town, screen, other.venue_id)
    town.becomes(5)
    town.plays(screen, *[10] * 5)

    (unit,) = figures(town)

    assert {row["name"]: row["screens"] for row in unit["rows"]} == {"甲网点": 1, "乙网点": 3}
    assert unit["totals"]["screens"] == 3


@pytest.mark.long
def test_a_revision_changes_nothing_of_the_days_before_it(town: Town) -> None:
    office = open_office(town.world)
    asset = make_asset(town.world, author=office.publicity.user_id)
    campaign = office.publish(asset, target={"kind": "plays_per_day", "value": 10})
    screen = town.opens("甲网点")[0]
    town.becomes(5)
    town.plays(screen, *[10] * 5)
    fields = ("first", "last", "frequency")
    before = rows(town)["甲网点"]

    target = {"kind": "plays_per_hour", "value": 30}
    office.revise(campaign, target=target, starts_on="2026-11-29")

    after = rows(town)["甲网点"]
    assert [after[name] for name in fields] == [before[name] for name in fields]
    assert (after["first"], after["last"]) == ("2026-11-24", "2026-11-28")
    assert "10" in after["frequency"]


@pytest.mark.long
def test_days_over_a_revision_name_both_demands(town: Town) -> None:
    office = open_office(town.world)
    asset = make_asset(town.world, author=office.publicity.user_id)
    campaign = office.publish(asset, target={"kind": "plays_per_day", "value": 10})
    screen = town.opens("甲网点")[0]
    town.becomes(2)
    office.revise(campaign, target={"kind": "plays_per_hour", "value": 30}, ends_on="2026-11-27")
    town.becomes(5)
    town.plays(screen, *[10] * 5)

    row = rows(town)["甲网点"]

    assert (row["first"], row["last"]) == ("2026-11-24", "2026-11-27")
    assert len(row["frequency"].split("；")) == 2
