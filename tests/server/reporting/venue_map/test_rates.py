"""The map by completion rate: figures of the delivery report of campaigns, by venue and area."""

import html
import json
import re
from typing import Any

import pytest

from server.foundation.i18n import per_cent, share_text
from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.reporting.rise_scenario import MIDNIGHT, SINCE, open_district

pytestmark = pytest.mark.slow

DAY = START_MS + 2 * DAY_MS


@pytest.fixture
def units(world: World) -> dict[str, int]:
    street = make_unit(world, "城关街道")
    return {
        "城关街道": street,
        "东门社区": make_unit(world, "东门社区", street),
        "河西街道": make_unit(world, "河西街道"),
    }


@pytest.fixture
def screen(world: World, units: dict[str, int]) -> BoundScreen:
    """In 东门社区 with coordinates; it reported one hour of the two that it was to play."""
    district = open_district(world)
    district.publish()
    place = {"territory_unit_id": units["东门社区"], "lat": 34.2, "lon": 117.1}
    made = district.screen(unit=units["城关街道"], **place)
    district.screen(unit=units["河西街道"], lat=34.3, lon=117.2)
    put_on_air(world, made, SINCE, MIDNIGHT)
    world.clock.at_ms = DAY + 3 * HOUR_MS
    hand_in_all(world, made, SINCE, SINCE.slots(DAY, DAY + HOUR_MS))
    return made


def rated(person: Person, path: str, **query: str) -> Any:
    answer = person.client.get(path, query_string={"rate_days": "1", "lang": "zh", **query})
    assert answer.status_code == 200, answer.text
    return answer


def report(person: Person, group_by: str) -> dict[str, Any]:
    day = "2026-11-26"
    asked = {"from": day, "to": day, "group_by": group_by, "campaigns_only": "true"}
    (row,) = person.client.get("/api/v1/reports/delivery", query_string=asked).json["items"]
    return dict(row)


def areas(person: Person) -> dict[str, float]:
    found = re.search(r'data-areas="([^"]*)"', rated(person, "/map").text)
    assert found is not None
    return dict(json.loads(html.unescape(found[1])))


def test_a_venue_has_the_reports_plays_and_its_rate(world: World, screen: BoundScreen) -> None:
    person = sign_in(world)
    found, row = rated(person, "/api/v1/map/points").json, report(person, "venue")

    place, other = (found["id"].index(f"v_{one}") for one in (screen.venue_id, screen.venue_id + 1))
    due = row["expected"] - row["pre_empted"] - row["excused"]
    assert (found["confirmed"][place], found["due"][place]) == (row["confirmed"], due)
    assert 0 < row["delivery_rate"] < 1
    assert found["rate_pct"][place] == per_cent(row["delivery_rate"])
    assert (found["due"][other], found["rate_pct"][other]) == (0, None)


def test_without_days_no_plays_are_counted(world: World, screen: BoundScreen) -> None:
    found = sign_in(world).client.get("/api/v1/map/points").json

    assert (found["confirmed"], found["due"], found["rate_pct"]) == ([], [], [])
    assert len(found["id"]) == 2


def test_the_table_has_each_territory_with_the_reports_rate(
    world: World, screen: BoundScreen
) -> None:
    person = sign_in(world)
    shown, row = rated(person, "/map").text, report(person, "territory")

    table = shown.partition('id="map-rates"')[2].partition("</table>")[0]
    cells = re.findall(r"<td[^>]*>(?:<svg.*?</svg>)?([^<]*)</td>", table)
    assert cells == [
        "东门社区",
        f"{row['expected']:,}",
        f"{row['confirmed']:,}",
        share_text(row["delivery_rate"]),
    ]


def test_areas_of_the_map_have_the_rates_of_all_below_them(
    world: World, screen: BoundScreen, units: dict[str, int]
) -> None:
    found, rate = areas(sign_in(world)), report(sign_in(world), "territory")["delivery_rate"]

    assert {"东门社区", "城关街道"} < found.keys()
    assert "河西街道" not in found
    assert {round(one, 6) for one in found.values()} == {round(rate, 6)}


def test_who_sees_a_part_has_no_rate_of_the_whole(
    world: World, screen: BoundScreen, units: dict[str, int]
) -> None:
    assert set(areas(sign_in(world, "viewer", units["城关街道"]))) == {"东门社区", "城关街道"}
    assert areas(sign_in(world, "viewer", units["河西街道"])) == {}


def test_days_that_are_not_offered_are_refused(world: World, screen: BoundScreen) -> None:
    answer = sign_in(world).client.get("/api/v1/map/points?rate_days=2")

    assert answer.status_code == 422
