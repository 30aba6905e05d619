"""An officer finds a screen: by a vehicle's number, from a figure of the board, on the map."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from server.foundation.public_ids import number
from tests.support.district.inventory import District
from tests.support.district.served import serving_district
from tests.support.district.story import found
from tests.support.district.visits import sign_in
from tests.support.factories.district_outline import draw_outline
from tests.support.monitoring.crowd import CENTRE
from tests.support.monitoring.fleet import make_fleet
from tests.support.network.network_idle import Traffic
from tests.support.processes.web_worker import WebWorker

pytestmark = [pytest.mark.long, pytest.mark.browser]

BANK = "建设银行城关支行"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> District:
    made = found(tmp_path_factory.mktemp("finding"))
    make_fleet(made.world, number("unit", made.units["交通运输分局"]))
    made.again()
    made.chen.does("PATCH", f"/venues/{made.venues['云来宾馆']}", lat=34.28, lon=117.2)
    draw_outline(made.world.core.settings.data / "map", CENTRE)
    return made


@pytest.fixture(scope="module")
def site(here: District) -> Iterator[WebWorker]:
    with serving_district(here) as worker:
        yield worker


@pytest.fixture
def chen(browser: Browser, site: WebWorker) -> Iterator[Page]:
    page = sign_in(browser, site, "chen", locale="zh-CN")
    yield page
    page.context.close()


def test_from_the_search_field_by_vehicle_number(chen: Page) -> None:
    chen.keyboard.press("/")
    chen.keyboard.type("苏c3012")
    field = chen.get_by_role("combobox", name="搜索")
    expect(field).to_have_attribute("aria-expanded", "true")
    # Slow fingers are answered on the way; what comes to all that was typed chooses nothing yet.
    expect(chen.locator("[data-find-all] .all a")).to_have_attribute(
        "href", re.compile(f"={quote('苏c3012')}$")
    )
    first = chen.get_by_role("option").first
    expect(first).to_contain_text("苏C·3012")
    chen.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    chen.keyboard.press("Enter")

    chen.wait_for_url(re.compile(r"/screens/s_\d+$"))
    expect(chen.get_by_role("heading", level=1)).to_have_text(re.compile("^[前后]屏$"))


def test_words_without_a_choice_lead_to_all_results(chen: Page) -> None:
    chen.keyboard.press("Control+k")
    chen.keyboard.type("公交")
    chen.keyboard.press("Enter")
    chen.wait_for_url("**/search?q=**")

    expect(chen.get_by_role("heading", name="点位")).to_be_visible()
    chen.get_by_role("combobox", name="搜索").fill("没有这样的")
    expect(chen.get_by_role("listbox")).to_contain_text("没有找到")
    chen.keyboard.press("Escape")
    expect(chen.get_by_role("listbox")).to_be_hidden()


def test_from_the_dark_screens_of_a_unit_to_their_rows(chen: Page, site: WebWorker) -> None:
    chen.goto(f"{site.base}/board")
    card = chen.locator(".board > .card", has_text="交通运输分局")
    figure = card.get_by_role("link", name="断联")
    count = int(figure.inner_text().split()[0])
    figure.click()
    chen.wait_for_url("**/screens?**state=dark**")

    assert count > 0
    expect(chen.locator(".tile")).to_have_count(count)
    expect(chen.locator("main")).to_contain_text(f"{count} 块显示屏")
    chen.go_back()
    card.get_by_role("link", name="交通运输分局").click()
    expect(chen.get_by_role("heading", level=1)).to_have_text("交通运输分局")


def test_from_the_map_by_keyboard_to_a_venue(chen: Page, site: WebWorker) -> None:
    chen.goto(f"{site.base}/map")
    chen.locator("[data-map][data-ready]").wait_for()
    expect(chen.locator("[data-list] > li")).to_have_count(1)
    chen.locator("[data-ground]").focus()
    for key in ("+", "ArrowRight", "ArrowLeft", "0", "n"):
        chen.keyboard.press(key)
    expect(chen.locator("[data-card]")).to_contain_text("云来宾馆")
    chen.keyboard.press("Enter")
    chen.keyboard.press("Enter")
    chen.wait_for_url(re.compile(r"/venues/v_\d+$"))

    expect(chen.get_by_role("heading", level=1)).to_have_text("云来宾馆")


def test_a_venue_is_put_on_the_map_by_a_click(chen: Page, here: District, site: WebWorker) -> None:
    traffic = Traffic(chen)
    chen.goto(f"{site.base}/venues/{here.venues[BANK]}")
    chen.get_by_text("在地图上标注").click()
    traffic.settles()  # it begins near the other venues once their places are loaded
    canvas = chen.locator("[data-place] [data-ground]")
    expect(canvas).to_have_class(re.compile("leaflet-container"))  # drawn on: it takes clicks
    canvas.click(position={"x": 200, "y": 120})
    expect(chen.get_by_label("纬度")).to_have_value(re.compile(r"^34\.\d"))
    with chen.expect_navigation():  # the page reloads once it is stored
        chen.get_by_role("button", name="保存").click()
    chen.goto(f"{site.base}/map?q=城关支行")

    expect(chen.locator("[data-list]")).to_contain_text(BANK)
