"""The last 24 hours of each screen in the list: what is stored, by as many statements for many."""

import re
from pathlib import Path

import pytest

from server.monitoring.fleet.last_hours import HOURS, last_hours
from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world
from tests.support.browser.page_inventory import statements
from tests.support.monitoring.fleet import Fleet, make_fleet
from tests.support.monitoring.heartbeats import at

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    folder: Path = tmp_path_factory.mktemp("hours")
    world = make_world(folder)
    return make_fleet(world, make_unit(world, "公交公司"))


def test_they_end_with_the_present_hour(fleet: Fleet) -> None:
    found = last_hours(fleet.world.core, [fleet.screens["苏C·3018 前屏"].id])

    assert (found.begins[0], found.begins[-1]) == (at("23 16:00"), at("24 15:00"))
    (hours,) = found.by_screen.values()
    assert len(hours) == len(found.begins) == HOURS


def test_each_is_what_was_judged_and_the_present_one_ends_now(fleet: Fleet) -> None:
    screen = fleet.screens["苏C·3012 前屏"].id
    found = last_hours(fleet.world.core, [screen])
    hours = dict(zip(found.begins, found.by_screen[screen], strict=True))

    night, before, after, now = (
        hours[at(text)] for text in ("23 23:00", "24 06:00", "24 14:00", "24 15:00")
    )
    assert night.operating == 0
    assert before.up == before.operating == 3600
    assert (after.up, after.operating) == (0, 3600)
    assert now.operating == 60


def test_many_screens_take_as_many_statements_as_one(fleet: Fleet) -> None:
    core, screens = fleet.world.core, [one.id for one in fleet.screens.values()]
    asked = []
    for some in (screens[:1], screens):
        with statements(fleet.world) as found:
            last_hours(core, some)
        asked.append(len(found))

    assert asked[0] == asked[1] <= 4


@pytest.mark.parametrize("view", ["list", "grid"])
def test_the_list_has_a_bar_for_each_hour(fleet: Fleet, view: str) -> None:
    person = sign_in(fleet.world, "transport", fleet.unit)
    page = person.client.get("/screens", query_string={"view": view, "lang": "zh"}).text

    strips = re.findall(rf'<span class="cells\s*"[^>]*>((?:<i [^>]*></i>){{{HOURS}}})</span>', page)
    assert len(strips) == len(fleet.screens)
    assert 'title="14:00 中断' in page


def test_a_district_without_any_figures_has_no_bars(world: World) -> None:
    assert last_hours(world.core, [1]).by_screen == {}
