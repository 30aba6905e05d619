"""Figures of dark screens: one count for the overview, 运行监测, the board, lists and files."""

import csv
import io
import re

import pytest

from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.monitoring.fleet import make_fleet
from tests.support.monitoring.screen_states import beats, make_screen_states
from tests.support.reporting.marked_figures import printed

pytestmark = pytest.mark.slow


def test_the_figure_is_the_number_of_dots_where_a_contact_is_not_stored_yet(world: World) -> None:
    make_screen_states(world)

    page = sign_in(world, "publicity").client.get("/").text

    dots = re.findall(r'<i class="dot d-dark"></i>', page)
    assert re.findall(r'data-figure="dark">(\d+)<', page) == [str(len(dots))] == ["1"]


def test_every_page_counts_the_same_screens_where_a_contact_is_not_stored_yet(world: World) -> None:
    """For a minute after a start screens that are back are in memory alone."""
    made = make_screen_states(world)
    client = sign_in(world, "publicity").client
    dark = f"s_{made.screens['dark'].id}"

    fleet = client.get("/uptime?by=unit&lang=zh").text
    assert printed(fleet)["", "dark"] == {"1"}
    assert "东门社区：1 个点位 1 块屏断联" in fleet
    assert printed(client.get("/").text)["", "dark"] == {"1"}
    assert client.get("/api/v1/board").json["unit"]["dark"] == 1
    listed = client.get("/api/v1/screens?state=dark").json["items"]
    assert [one["id"] for one in listed] == [dark]
    day = {"from": "2026-11-24", "to": "2026-11-24", "group_by": "screen", "lang": "zh"}
    file = client.get("/api/v1/reports/uptime.csv", query_string=day).data.decode("utf-8-sig")
    states = [
        one["状态（现在）"] for one in csv.DictReader(io.StringIO(file)) if one["线路"] is not None
    ]
    assert states.count("断联") == 1


@pytest.mark.parametrize("silent_until", ["15:02:00", "15:02:17", "15:02:29", "15:02:31"])
def test_so_they_do_at_any_age_of_a_buss_last_contact(world: World, silent_until: str) -> None:
    """It was last in contact at 15:01; it is late from 75 s on, and dark from 90 s on."""
    buses = make_fleet(world, make_unit(world, "公交公司"))
    beats(world, buses.screens["苏C·3012 前屏"])
    buses.contacts.we_are_up_until(f"24 {silent_until}")
    client = sign_in(world, "publicity").client

    counted = client.get("/api/v1/board").json["unit"]["dark"]
    assert printed(client.get("/uptime?by=unit").text)["", "dark"] == {str(counted)}
    assert counted == (5 if silent_until == "15:02:31" else 4)
