"""The list of venues: narrowed, sorted, as a list or a grid, all of it in the address."""

import re

import pytest

from server.gateway.status.venue import VENUE_STATES
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import make_world
from tests.support.monitoring.screen_states import ScreenStates, make_screen_states

pytestmark = pytest.mark.slow

NAMES = {
    "dark": "东门农贸市场",
    "online": "东门支行",
    "paused": "城关小学",
    "idle": "城关早市",
    "unbound": "河西支行",
    "manual": "万象商场",
    "none": "老街百货",
}

LABELS = {
    "dark": "有屏断联",
    "online": "在线",
    "paused": "暂停",
    "idle": "非运营时段",
    "unbound": "未绑定终端",
    "manual": "人工上报",
    "none": "无屏",
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> ScreenStates:
    return make_screen_states(make_world(tmp_path_factory.mktemp("venues")))


@pytest.fixture(scope="module")
def officer(here: ScreenStates) -> Person:
    return sign_in(here.world, "publicity")


def shown(person: Person, **query: str) -> list[str]:
    page = person.client.get("/venues", query_string=query)
    assert page.status_code == 200, page.text
    return re.findall(r'<a href="/venues/v_\d+">([^<]+)</a>', page.text)


@pytest.mark.parametrize("state", VENUE_STATES)
def test_each_venue_is_in_one_state(officer: Person, state: str) -> None:
    assert set(shown(officer, state=state)) == set(NAMES[state].split())


def test_it_is_narrowed_by_territory_and_words(here: ScreenStates, officer: Person) -> None:
    east = here.unit("东门社区")

    assert len(shown(officer, territory_unit_id=east)) == 4
    assert set(shown(officer, territory_unit_id="none")) == {"河西支行", "万象商场", "老街百货"}
    assert shown(officer, q="早市") == ["城关早市"]
    assert set(shown(officer, access="manual")) == {"万象商场"}


def test_a_contact_finds_it(here: ScreenStates, officer: Person) -> None:
    make_venue(here.world, name="电话亭", contact_name="吴师傅", contact_phone="051655550000")

    assert shown(officer, q="吴师傅") == shown(officer, q="55550000") == ["电话亭"]


@pytest.mark.parametrize("name", ["name", "kind", "unit", "access"])
def test_it_is_sorted_either_way(officer: Person, name: str) -> None:
    one, other = shown(officer, sort=name), shown(officer, sort=f"-{name}")

    assert sorted(one) == sorted(other)
    assert one != other


def test_the_grid_shows_the_same(officer: Person) -> None:
    page = officer.client.get("/venues?view=grid&kind=market").text

    assert page.count('class="tile"') == 2
    assert "2 个点位" in page


def tile_of(person: Person, name: str) -> str:
    """The text of a venue's tile, without its markup."""
    page = person.client.get("/venues", query_string={"view": "grid", "q": name}).text
    tile = re.search(r'<a class="tile".*?</a>', page, re.DOTALL)
    assert tile is not None
    return " ".join(re.sub(r"<[^>]+>", " ", tile[0]).split())


@pytest.mark.parametrize(("state", "label"), LABELS.items())
def test_a_tile_shows_the_state_of_the_venue(officer: Person, state: str, label: str) -> None:
    assert f"{NAMES[state]} {label} " in tile_of(officer, NAMES[state])


def test_a_row_shows_it_too(officer: Person) -> None:
    page = officer.client.get("/venues?q=东门农贸市场").text

    assert '<span class="state bad">有屏断联</span>' in page


def test_each_cell_has_its_heading(officer: Person) -> None:
    page = officer.client.get("/venues?q=东门农贸市场").text
    table = page[page.index("<table") : page.index("</table>")]
    headings = re.findall(r"<th(?: [^>]*)?>(?:<a[^>]*>)?([^<]*)", table)

    assert headings == ["名称", "状态", "类型", "责任单位", "接入方式", "联系人", "显示屏"]
    assert table.count("<td") == len(headings)
    assert not re.search(r"[{}]", table)


def test_a_tile_counts_screens_by_state(here: ScreenStates, officer: Person) -> None:
    venue = here.venues["dark"]
    for name in ("侧门屏", "后门屏"):
        make_screen(here.world, venue=venue, name=name, enrolled_at=None)

    assert "3 块显示屏 1 断联 2 未绑定" in tile_of(officer, "东门农贸市场")


def test_a_venue_without_a_screen_is_not_called_unbound(
    here: ScreenStates, officer: Person
) -> None:
    make_venue(here.world, name="空白点位")

    assert "空白点位 未登记显示屏" in tile_of(officer, "空白点位")


def test_a_tile_agrees_with_the_ledger_of_the_last_seven_days(officer: Person) -> None:
    ledger = officer.client.get("/api/v1/reports/coverage?group_by=venue").get_json()
    states = {row["name"]: row for row in ledger["items"]}

    assert states["万象商场"]["unattested"] == 1
    assert "近 7 天 未填报或不足 0 / 7 天" in tile_of(officer, "万象商场")
    assert states["老街百货"]["without_screen"] == 1
    assert "近 7 天" not in tile_of(officer, "老街百货")
    assert states["东门支行"]["not_reached"] == 1
    assert "近 7 天 无应播" in tile_of(officer, "东门支行")


def test_tiles_are_those_of_the_scope(here: ScreenStates) -> None:
    neighbour = sign_in(here.world, "publicity", here.units["河西街道"])
    page = neighbour.client.get("/venues?view=grid").text

    assert page.count('class="tile"') == 3
    assert "东门" not in page
    assert page.count("近 7 天 <") == 2


def test_a_wrong_filter_is_reported(officer: Person) -> None:
    assert officer.client.get("/venues?state=broken").status_code == 422
    assert officer.client.get("/venues?unit_id=7").status_code == 404


def test_coordinates_are_taken_away_by_the_form(here: ScreenStates, officer: Person) -> None:
    venue = make_venue(here.world, name="会搬走的", lat=34.2, lon=117.1)
    taken = officer.client.patch(f"/api/v1/venues/v_{venue}", json={"lat": None, "lon": None})

    assert taken.status_code == 200
    assert "会搬走的" in shown(officer, located="false")


def test_the_page_of_a_venue_begins_with_its_state(here: ScreenStates, officer: Person) -> None:
    page = officer.client.get(f"/venues/v_{here.venues['dark']}").text
    text = " ".join(re.sub(r"<[^>]+>", " ", page.partition("<form data-api")[0]).split())

    assert "现在 有屏断联" in text
    assert "dark 屏 断联" in text
    assert "近 7 天 无应播" in text
    assert f'href="/uptime/venues/v_{here.venues["dark"]}"' in page


def test_a_vehicle_is_put_on_its_line_by_the_form(here: ScreenStates, officer: Person) -> None:
    line = officer.client.post("/api/v1/lines", json={"name": "3 路", "unit_id": "u_1"}).json["id"]
    east = here.unit("东门社区")
    bus = f"v_{make_venue(here.world, name='12 号车', kind='bus')}"
    body = {"line_id": line, "vehicle": "苏C·3012", "territory_unit_id": east, "depot": "东场"}
    assert officer.client.patch(f"/api/v1/venues/{bus}", json=body).status_code == 200

    page = officer.client.get(f"/venues/{bus}").text

    chosen = re.findall(r'<option value="(\w+)" selected>', page)
    assert {line, east} <= set(chosen)
    assert 'name="vehicle" type="text" value="苏C·3012"' in page
    assert 'name="depot" type="text" value="东场"' in page


def test_a_territory_out_of_sight_stays_as_it_is(here: ScreenStates) -> None:
    river, east = here.units["河西街道"], here.units["东门社区"]
    venue = make_venue(here.world, unit=river, name="外属地", territory_unit_id=east)
    neighbour = sign_in(here.world, "publicity", river)

    page = neighbour.client.get(f"/venues/v_{venue}").text
    field = re.search(r'<select[^>]*name="territory_unit_id"[^>]*>', page)

    assert field is not None
    assert "disabled" in field[0]
    assert "东门社区" not in page
