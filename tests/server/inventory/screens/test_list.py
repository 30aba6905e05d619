"""The list of screens: narrowed, sorted, paged, as a grid or a list, all of it in the address."""

import re
from typing import Any

import pytest

from server.web.console.screens.screens import expected_content
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world
from tests.support.monitoring.screen_states import ScreenStates, make_screen_states

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> ScreenStates:
    made = make_screen_states(make_world(tmp_path_factory.mktemp("screens")))
    admin = sign_in(made.world, "admin")
    admin.client.post("/api/v1/lines", json={"name": "3 路"})
    bus = make_venue(made.world, kind="bus", name="公交车", vehicle="苏C·3012", line_id=1)
    make_screen(made.world, venue=bus, name="前屏", serial="BOX-7", tags=["车载"], enrolled_at=None)
    return made


@pytest.fixture(scope="module")
def officer(here: ScreenStates) -> Person:
    return sign_in(here.world, "publicity")


def shown(person: Person, **query: str) -> list[str]:
    """The names of the screens on the page, in their order."""
    page = person.client.get("/screens", query_string={"view": "list", **query})
    assert page.status_code == 200, page.text
    return re.findall(r'<a href="/screens/s_\d+">([^<]+)</a>', page.text)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"state": "dark"}, ["dark 屏"]),
        ({"state": "idle"}, ["idle 屏"]),
        ({"state": "offline"}, ["idle 屏", "dark 屏"]),
        ({"state": "online"}, ["online 屏"]),
        ({"state": "paused"}, ["paused 屏"]),
        ({"state": "never_seen"}, ["前屏", "未绑定屏"]),
        ({"q": "3012"}, ["前屏"]),
        ({"q": "box-7"}, ["前屏"]),
        ({"q": "苏c3012"}, ["前屏"]),
        ({"q": "ｂｏｘ７"}, ["前屏"]),
        ({"q": "前 公交车"}, ["前屏"]),
        ({"q": "东门支行"}, ["online 屏"]),
        ({"line_id": "n_1"}, ["前屏"]),
        ({"tag": "车载"}, ["前屏"]),
        ({"venue_kind": "market"}, ["idle 屏", "dark 屏"]),
        ({"territory_id": "none"}, ["前屏", "未绑定屏"]),
        ({"q": "没有"}, []),
    ],
)
def test_it_is_narrowed(officer: Person, query: dict[str, str], names: list[str]) -> None:
    assert shown(officer, **query) == names


def test_a_unit_and_a_territory_include_all_below_them(here: ScreenStates, officer: Person) -> None:
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


def test_both_views_show_the_same_and_keep_the_filters(officer: Person) -> None:
    page = officer.client.get("/screens?venue_kind=market&sort=name").text

    assert page.count('class="tile"') == 2
    assert "2 块显示屏" in page
    assert "/screens?venue_kind=market&amp;sort=name&amp;view=list" in page
    assert '<input type="hidden" name="sort" value="name">' in page


def test_the_list_shows_each_screens_place(officer: Person) -> None:
    page = officer.client.get("/screens?view=list&q=box-7").text
    (row,) = re.findall(r"<tbody><tr>(.*?)</tr>", page, re.DOTALL)
    cells = [re.sub(r"<.*?>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row)]

    assert [cells[-8], *cells[-6:-4]] == ["公交车 苏C·3012", "公交车", "本区"]


def test_unconfirmed_content_is_not_shown_as_on_air(officer: Person) -> None:
    paused = officer.client.get("/screens?state=paused").text
    online = officer.client.get("/screens?state=online").text

    assert "暂停，屏幕关闭" in paused
    assert 'class="picture unsure"' in paused
    assert 'class="picture unsure"' not in online
    assert "当前应播" in officer.client.get("/screens?view=list").text


@pytest.mark.parametrize(
    ("state", "plays", "text"),
    [
        ("online", True, "防骗图"),
        ("offline", True, "应播：防骗图（离线，未确认）"),
        ("offline", False, "防骗图"),
        ("paused", True, "暂停，屏幕关闭"),
    ],
)
def test_what_belongs_on_a_screen_claims_no_more_than_is_confirmed(
    here: ScreenStates, state: str, plays: bool, text: str
) -> None:
    with here.world.app.test_request_context():
        assert expected_content(state, {"title": "防骗图", "plays": plays}) == text


def test_a_screen_that_beats_but_takes_no_commands_is_not_called_unconnected(
    here: ScreenStates, officer: Person
) -> None:
    online, dark = (
        officer.client.get(f"/screens/{here.screens[name].public_id}").text
        for name in ("online", "dark")
    )

    assert "屏幕在线，但远程操作通道暂未接通" in online
    assert "没有实时连接" not in online
    assert "点“截图”看看" not in online
    assert "显示屏现在没有实时连接" in dark


def test_a_venue_that_was_asked_for_is_named_and_kept(here: ScreenStates, officer: Person) -> None:
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


@pytest.mark.parametrize("query", ["state=broken", "unit_id=nonsense", f"q={'x' * 61}"])
def test_a_wrong_filter_is_reported(officer: Person, query: str) -> None:
    assert officer.client.get(f"/screens?{query}").status_code in (404, 422)


def test_a_stranger_sees_none_of_it(here: ScreenStates) -> None:
    viewer = sign_in(here.world, "viewer", here.units["河西街道"])

    assert shown(viewer) == ["未绑定屏"]
    assert shown(viewer, venue_id="v_1") == []
    assert "东门农贸市场" not in viewer.client.get("/screens?venue_id=v_1").text


@pytest.mark.parametrize("words", ["苏c3012", "公交车", "前屏 公交", "东门", "BOX"])
def test_the_list_finds_what_the_search_does(officer: Person, words: str) -> None:
    asked = {"q": words, "limit": "50"}
    groups = officer.client.get("/api/v1/search", query_string=asked).get_json()["groups"]
    found = next(one["items"] for one in groups if one["kind"] == "screen")
    listed = officer.client.get("/api/v1/screens", query_string=asked).get_json()["items"]

    assert {one["id"] for one in found} == {one["id"] for one in listed}


def table(person: Person, **query: str) -> list[list[str]]:
    """The cells of the list, its heading first."""
    text = person.client.get("/screens", query_string={"view": "list", **query}).text
    rows = re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells]


def test_a_server_that_has_just_started_has_the_last_contacts(
    here: ScreenStates, officer: Person
) -> None:
    dark = here.screens["dark"]

    assert here.live.presence.contact(dark.id) is None
    assert "2026-11-24 11:00" in table(officer, state="dark", lang="zh")[1]
    answer = officer.client.get(f"/api/v1/screens/{dark.public_id}")
    assert answer.status_code == 200, answer.text
    detail = answer.get_json()
    listed = officer.client.get("/api/v1/screens?state=dark").get_json()["items"]
    assert [one["last_contact"] for one in (detail, *listed)] == ["2026-11-24T11:00:00+08:00"] * 2


def test_never_seen_applies_to_a_player_and_not_to_a_screen_without_one(
    here: ScreenStates, officer: Person
) -> None:
    make_screen(here.world, venue=here.venues["manual"], name="没来过", enrolled_at=1)

    rows = {row[1]: row for row in table(officer, lang="zh")[1:]}

    assert (rows["没来过"][3][:2], rows["没来过"][6]) == ("离线", "从未联系")
    assert (rows["未绑定屏"][3], rows["未绑定屏"][6]) == ("未绑定", "–")


def test_numbers_have_a_column_only_where_a_screen_has_one(
    here: ScreenStates, officer: Person
) -> None:
    assert table(officer, q="前屏", lang="zh")[0][-1].startswith("序列号")
    assert table(officer, state="dark", lang="zh")[0][-1] == "当前应播"


def test_no_column_of_the_list_is_blank(here: ScreenStates, officer: Person) -> None:
    head, *rows = table(officer, lang="zh")
    # What is ticked or drawn has no text, and most screens have no serial.
    bare = {"选择", "序列号", "近 24"}
    named = [place for place, name in enumerate(head) if name[:4].strip() not in bare]

    assert {"类型", "责任单位"} <= {head[place] for place in named}
    assert rows
    assert [row for row in rows if not all(row[place] for place in named)] == []


def test_a_screen_has_the_word_of_the_board_in_its_list_and_on_its_page(
    here: ScreenStates, officer: Person
) -> None:
    rows = {row[1]: row[3] for row in table(officer, lang="zh")[1:]}
    page = officer.client.get(f"/screens/{here.screens['dark'].public_id}?lang=zh").text

    assert rows["dark 屏"] == "断联"
    assert rows["idle 屏"] == "离线（非运营时段）"
    assert '<span class="state bad">断联</span>' in page
