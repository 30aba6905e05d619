"""The advice on pages of a district without a screen can be followed literally."""

import re

import pytest

from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world

pytestmark = pytest.mark.slow


def test_the_list_of_screens_has_the_whole_address_to_open(world: World) -> None:
    page = sign_in(world, "admin").client.get("/screens", query_string={"lang": "zh"}).text

    assert "在屏幕上打开 http://localhost/player/，把显示的绑定码填到“绑定”页。" in page


def test_the_log_of_plays_mentions_no_chosen_screen_where_there_is_none(world: World) -> None:
    page = sign_in(world, "publicity").client.get("/plays", query_string={"lang": "zh"}).text

    assert "绑定显示屏并开始播放后，这里逐条列出它播了什么。" in page
    assert "所选屏幕" not in page


FILTERS = '<form class="filters"'
LISTS = (
    "/attestations", "/campaigns", "/campaigns/calendar", "/map", "/media", "/papers/register",
    "/playlists", "/quarantine", "/screens", "/settings/exemptions", "/settings/notifications",
    "/takeovers", "/uptime", "/venues",
)  # fmt: skip
BY_THE_DAY = {
    "/board", "/labels", "/plays", "/preview", "/reports", "/reports/coverage", "/reports/pauses",
    "/papers/filing", "/settings/audit", "/spot-checks", "/uptime/maintenance",
}  # fmt: skip
"""Their filters ask for other days, which may have something, or are what there is to do."""
FRAGMENTS = {"/emergency", "/waiting"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a publicity officer is shown at each address that has no id, by address."""
    world = make_world(tmp_path_factory.mktemp("fresh"))
    person = sign_in(world, "publicity").client
    rules = [str(one) for one in world.app.url_map.iter_rules() if "GET" in (one.methods or ())]
    others = ("/api", "/static", "/player/")
    paths = {one for one in rules if "<" not in one and not one.startswith(others)}
    answers = {path: person.get(path, query_string={"lang": "zh"}) for path in sorted(paths)}
    return {
        path: answer.text
        for path, answer in answers.items()
        if answer.status_code == 200 and answer.content_type.startswith("text/html")
    }


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_list_has_no_filters_and_its_first_step_once(
    pages: dict[str, str], path: str
) -> None:
    steps = re.findall(r'<a class="btn[^"]*" href="([^"]+(?:/new|/pair))"', pages[path])

    assert "empty-state" in pages[path]
    assert FILTERS not in pages[path]
    assert len(steps) == len(set(steps))


def test_every_empty_page_with_filters_is_one_of_days(pages: dict[str, str]) -> None:
    found = {path for path, page in pages.items() if "empty-state" in page and FILTERS in page}

    assert found <= BY_THE_DAY


def test_each_page_is_at_one_place_of_the_menu(pages: dict[str, str]) -> None:
    menus = {path: page.partition('class="foot-bar"')[0] for path, page in pages.items()}
    lit = {path: menu.count('aria-current="page"') for path, menu in menus.items()}

    assert {path for path, count in lit.items() if count != 1} <= FRAGMENTS
    assert lit["/led-packs"] == lit["/search"] == 1
