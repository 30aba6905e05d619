"""The list of screens: narrowed, sorted, paged, as a grid or a list, all of it in the address."""

import re
from typing import Any

import pytest

from tests.support.believed import Believed, make_believed
from tests.support.people import Person, sign_in
from tests.support.places import make_screen, make_venue
from tests.support.world import World, make_world

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Believed:
    made = make_believed(make_world(tmp_path_factory.mktemp("screens")))
    admin = sign_in(made.world, "admin")
    admin.client.post("/api/v1/lines", json={"name": "3 路"})
    bus = make_venue(made.world, kind="bus", name="公交车", vehicle="苏C·3012", line_id=1)
    make_screen(made.world, venue=bus, name="前屏", serial="BOX-7", tags=["车载"], enrolled_at=None)
    return made


@pytest.fixture(scope="module")
def officer(here: Believed) -> Person:
    return sign_in(here.world, "publicity")


def shown(person: Person, **wish: str) -> list[str]:
    """The names of the screens on the page, in their order."""
    page = person.client.get("/screens", query_string={"view": "list", **wish})
    assert page.status_code == 200, page.text
    return re.findall(r'<a href="/screens/s_\d+">([^<]+)</a>', page.text)


@pytest.mark.parametrize(
    ("wish", "names"),
    [
        ({"state": "dark"}, ["dark 屏"]),
        ({"state": "idle"}, ["idle 屏"]),
        ({"state": "offline"}, ["idle 屏", "dark 屏"]),
        ({"state": "online"}, ["online 屏"]),
        ({"state": "paused"}, ["paused 屏"]),
        ({"state": "never_seen"}, ["前屏", "未绑定屏"]),
        ({"q": "3012"}, ["前屏"]),
        ({"q": "box-7"}, ["前屏"]),
        ({"q": "东门支行"}, ["online 屏"]),
        ({"line_id": "n_1"}, ["前屏"]),
        ({"tag": "车载"}, ["前屏"]),
        ({"venue_kind": "market"}, ["idle 屏", "dark 屏"]),
        ({"territory_id": "none"}, ["前屏", "未绑定屏"]),
        ({"q": "没有"}, []),
    ],
)
def test_it_is_narrowed(officer: Person, wish: dict[str, str], names: list[str]) -> None:
    assert shown(officer, **wish) == names


def test_a_unit_and_a_territory_stand_for_all_below_them(here: Believed, officer: Person) -> None:
    assert len(shown(officer, unit_id=here.unit("城关街道"))) == 4
    assert len(shown(officer, territory_id=here.unit("城关街道"))) == 4
    assert len(shown(officer, unit_id=here.unit("东门社区"))) == 2


@pytest.mark.parametrize("name", ["name", "venue", "unit", "kind", "serial"])
def test_it_is_sorted_either_way(officer: Person, name: str) -> None:
    one, other = shown(officer, sort=name), shown(officer, sort=f"-{name}")

    assert sorted(one) == sorted(other)
    assert one != other


def test_by_name_it_is_in_that_order_and_newest_first_otherwise(officer: Person) -> None:
    assert shown(officer, sort="name") == sorted(shown(officer))
    assert shown(officer)[0] == "前屏"
    assert shown(officer, sort="no such column") == shown(officer)


def test_both_views_show_the_same_and_keep_what_was_asked(officer: Person) -> None:
    page = officer.client.get("/screens?venue_kind=market&sort=name").text

    assert page.count('class="tile"') == 2
    assert "2 块显示屏" in page
    assert "/screens?venue_kind=market&amp;sort=name&amp;view=list" in page
    assert '<input type="hidden" name="sort" value="name">' in page


def test_a_venue_that_was_asked_for_is_named_and_kept(here: Believed, officer: Person) -> None:
    page = officer.client.get("/screens", query_string={"venue_id": "v_1"}).text

    assert "东门农贸市场" in page
    assert '<input type="hidden" name="venue_id" value="v_1">' in page


def test_long_lists_have_pages(tmp_path: Any) -> None:
    world: World = make_world(tmp_path)
    venue = make_venue(world)
    for place in range(50):
        make_screen(world, venue=venue, name=f"屏 {place:02}")
    person = sign_in(world, "publicity")
    first, second = shown(person, sort="name"), shown(person, sort="name", page="2")

    assert (len(first), second) == (48, ["屏 48", "屏 49"])
    assert shown(person, sort="name", page="99") == second
    assert shown(person, sort="name", page="x") == first
    page = person.client.get("/screens?page=2&q=屏").text
    assert "第 2 / 2 页" in page
    assert "page=1" in page


@pytest.mark.parametrize("wish", ["state=broken", "unit_id=nonsense", f"q={'x' * 61}"])
def test_a_wrong_wish_is_said(officer: Person, wish: str) -> None:
    assert officer.client.get(f"/screens?{wish}").status_code in (404, 422)


def test_a_stranger_sees_none_of_it(here: Believed) -> None:
    viewer = sign_in(here.world, "viewer", here.units["河西街道"])

    assert shown(viewer) == ["未绑定屏"]
    assert shown(viewer, venue_id="v_1") == []
    assert "东门农贸市场" not in viewer.client.get("/screens?venue_id=v_1").text
