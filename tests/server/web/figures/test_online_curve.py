"""Screens online by the hour on 运行监测: seconds of the report as mean numbers of screens.

Hours that can't be judged are shown apart from dark ones."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.app.inventory import make_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world
from tests.support.monitoring.fleet import Fleet, make_fleet
from tests.support.monitoring.heartbeats import at

pytestmark = pytest.mark.slow

HOUR_S = 3600


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    folder: Path = tmp_path_factory.mktemp("online")
    world = make_world(folder)
    return make_fleet(world, make_unit(world, "公交公司"))


@pytest.fixture(scope="module")
def person(fleet: Fleet) -> Person:
    return sign_in(fleet.world, "transport", fleet.unit)


def curve(person: Person, **query: str) -> str:
    """The card of the curve."""
    answer = person.client.get("/uptime", query_string={"lang": "zh", **query})
    assert answer.status_code == 200, answer.text
    card = re.search(r'<section class="card chart-card".*?</section>', answer.text, re.DOTALL)
    assert card is not None
    return html.unescape(card[0])


def table(shown: str) -> list[list[str]]:
    """Its figures as readers have them."""
    rows = re.findall(r"<tr>(<td.*?)</tr>", shown)
    return [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in rows]


def series(shown: str) -> dict[str, Any]:
    """What the script draws: by name the values of each hour, beside when it begins."""
    found = re.search(r'data-series="(.*?)" data-hour', shown)
    assert found is not None
    chart = json.loads(found[1])
    return {"at": chart["at"]} | {one["name"]: one["values"] for one in chart["lines"]}


def reported(person: Person, day: str, hour: int) -> dict[str, int]:
    asked = {"from": day, "to": day, "group_by": "hour", "vehicles": "true"}
    items = person.client.get("/api/v1/reports/uptime", query_string=asked).json["items"]
    (found,) = [one for one in items if one["hour"].startswith(f"{day}T{hour:02d}:")]
    return dict(found)


def number(text: str) -> float:
    return float(text.replace(",", ""))


def test_a_day_has_the_reports_seconds_as_mean_numbers_of_screens(person: Person) -> None:
    rows = {row[0]: row[1:] for row in table(curve(person, days="1"))}

    hour = reported(person, "2026-11-24", 7)
    seconds = (hour["monitored_s"] + hour["unknown_s"], hour["up_s"], hour["down_s"])
    assert [number(text) for text in rows["07:00"][:3]] == [
        round(one / HOUR_S, 1) for one in seconds
    ]
    assert hour["down_s"] > 0
    assert min(rows) == "06:00"


def test_the_present_hour_is_the_mean_until_now_and_hours_to_come_are_left_out(
    person: Person,
) -> None:
    rows = {row[0]: row[1:] for row in table(curve(person, days="1"))}

    hour = reported(person, "2026-11-24", 15)
    assert max(rows) == "15:00"
    assert number(rows["15:00"][1]) == round(hour["up_s"] / 60, 1)
    assert (rows["15:00"][3], hour["unknown_s"] > 0) == ("0", True)


def test_our_own_outage_is_a_gap_of_its_own_and_nobody_is_dark_in_it(person: Person) -> None:
    chart = series(curve(person, days="7"))

    away, before = (chart["at"].index(at(f"21 {hour}:00")) for hour in ("10", "08"))
    assert chart["在线"][away] is chart["断联"][away] is None
    assert chart["无法判定（本系统故障等）"][away] == chart["应运行"][away] > 0
    assert chart["在线"][before] > 0
    assert chart["无法判定（本系统故障等）"][before] == 0


def test_nights_are_gaps(person: Person) -> None:
    chart = series(curve(person, days="7"))

    night = chart["at"].index(at("21 22:00"))
    assert [chart[name][night] for name in ("应运行", "在线", "断联")] == [None] * 3


def test_the_sentence_and_the_table_name_the_lowest_hour(person: Person) -> None:
    shown = curve(person, days="7")

    named = re.search(r"(\d\d-\d\d) (\d\d) 时最低：在线 ([\d.]+) 块", shown)
    rows = {row[0]: row[1:] for row in table(shown)}
    assert named is not None
    assert len(rows) == 7
    assert rows[f"2026-{named[1]}"][:3:2] == [f"{named[2]}:00", named[3]]
    shares = [float(row[-1].split(" ")[0]) for row in rows.values()]
    assert float(rows[f"2026-{named[1]}"][-1].split(" ")[0]) == min(shares)


def test_it_is_narrowed_as_the_page_is(fleet: Fleet, person: Person) -> None:
    line = f"n_{fleet.lines['12 路']}"
    whole, some, depot = (
        max(number(row[1]) for row in table(curve(person, days="1", **query)))
        for query in ({}, {"line_id": line}, {"depot": "东站"})
    )

    assert some < whole
    assert some + depot == whole


def test_nothing_is_drawn_before_anything_was_watched(world: World) -> None:
    assert "chart-card" not in sign_in(world, "transport").client.get("/uptime").text
