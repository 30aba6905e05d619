"""Every page in Chromium: for screen readers, phones, light and dark, within its own policy."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import gt
from pathlib import Path
from statistics import median
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from flask import template_rendered
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from server.foundation.rest.security_headers import content_policy
from server.web.help.topics import USED
from tests.support.app.world import World
from tests.support.browser.page_inventory import statements
from tests.support.browser.page_weight import Scales
from tests.support.defect import Defect
from tests.support.district.inventory import District
from tests.support.district.office import PASSWORDS
from tests.support.district.story import ADMIN_PASSWORD
from tests.support.district.visits import PHONE, Visit, sign_in, visits
from tests.support.network.network_idle import Traffic
from tests.support.processes.web_worker import WebWorker
from tests.support.speed.cpu import used_ms, yardstick_ms

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]

AXE = Path(__file__).parents[4] / "node_modules/axe-core/axe.min.js"
GRAVE = {"serious", "critical"}
MANY = 80
MOST_STATEMENTS, MOST_RENDERED = 90, 3
DEAR = 15.0  # yardsticks: 97 ms where one takes 6.5
VISITS = 5
HEAVIEST_BYTES = 150_000
OVERVIEW_BYTES = 40_000
Scheme = Literal["light", "dark"]
GROUND = "() => getComputedStyle(document.body).backgroundColor"
TALLEST = 4_000
HEIGHT = "() => document.documentElement.scrollHeight"
# After the frame in which charts take the width that their places have since the window changed.
WIDTH = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
  () => done(document.documentElement.scrollWidth))))"""
# Ends what fades from one colour to the next, as it does when the scheme changes.
SETTLED = """() => document.getAnimations()
  .filter((one) => one instanceof CSSTransition).forEach((one) => one.finish())"""


def open_pages(
    browser: Browser, site: WebWorker, here: District, **options: Any
) -> list[tuple[Visit, Page]]:
    """One signed-in browser for each person, to be led from page to page."""
    signed = {who: sign_in(browser, site, who, **options) for who in ("chen", "lin", "admin")}
    return [(visit, signed[visit.who]) for visit in visits(here)]


def close_all(pages: list[tuple[Visit, Page]]) -> None:
    for page in {page for _, page in pages}:
        page.context.close()


def traffic_of(pages: list[tuple[Visit, Page]]) -> dict[Page, Traffic]:
    return {page: Traffic(page) for page in {page for _, page in pages}}


@dataclass
class Tour:
    """Results of a tour in a colour scheme: faults, requests and console output by page.

    `grounds` are the colours behind the pages; `widths` and `heights` those that they take of a
    window as large as a phone, in CSS pixels.
    """

    scheme: Scheme
    faults: dict[str, list[str]] = field(default_factory=dict)
    grounds: set[str] = field(default_factory=set)
    widths: dict[str, int] = field(default_factory=dict)
    heights: dict[str, int] = field(default_factory=dict)
    policies: dict[str, str] = field(default_factory=dict)
    weights: dict[str, dict[str, int]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    logged: list[str] = field(default_factory=list)

    def listens_to(self, page: Page) -> None:
        """From now on note what the page asks for, logs and throws."""
        page.on("request", lambda request: self.asked.add(request.url))
        page.on("console", lambda line: self.logged.append(f"{line.type} {line.text}"))
        page.on("pageerror", lambda error: self.logged.append(str(error)))

    def visits(self, name: str, page: Page, address: str, on_way: Traffic, scales: Scales) -> None:
        """Open one page and check it."""
        page.emulate_media(color_scheme=self.scheme)
        on_way.settles()  # the page before may still be renewing a part
        scales.begin()
        answer = page.goto(address)
        assert answer is not None
        self.policies[name] = answer.headers["content-security-policy"]
        on_way.settles()
        self.weights[name] = scales.parts
        page.evaluate(SETTLED)
        self.grounds.add(page.evaluate(GROUND))
        self.faults[name] = grave_faults(page, colours_only=self.scheme == "dark")
        desk = page.viewport_size
        assert desk is not None
        page.set_viewport_size(PHONE)
        self.widths[name] = page.evaluate(WIDTH)
        self.heights[name] = page.evaluate(HEIGHT)
        page.set_viewport_size(desk)


@pytest.fixture(scope="module")
def tour(browser: Browser, site: WebWorker, district: District) -> Tour:
    """Every page visited once by light, for several tests."""
    return toured(browser, site, district, "light")


def toured(browser: Browser, site: WebWorker, district: District, scheme: Scheme) -> Tour:
    """Every page visited once."""
    made = Tour(scheme)
    pages = open_pages(browser, site, district, locale="zh-CN")
    traffic = traffic_of(pages)
    scales = {page: Scales(page) for page in traffic}
    for page in traffic:
        made.listens_to(page)
    for visit, page in pages:
        made.visits(visit.name, page, site.base + visit.path, traffic[page], scales[page])
    close_all(pages)
    return made


def grave_faults(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe finds serious or critical. It is put in past the page's policy, as a tester may.

    `colours_only` leaves out all rules that another colour scheme can't make a difference to.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    asked: dict[str, Any] = {"resultTypes": ["violations"]}
    if colours_only:
        asked["runOnly"] = {"type": "tag", "values": ["cat.color"]}
        # Rules of the highest grade (AAA) alone aren't checked by light either.
        asked["rules"] = {"color-contrast-enhanced": {"enabled": False}}
    found = page.evaluate("(asked) => axe.run(document, asked)", asked)
    return [
        f"{one['id']}: {one['nodes'][0]['target']} {one['nodes'][0].get('failureSummary', '')}"
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]


def test_every_page_of_the_console_is_among_those_that_are_opened(district: District) -> None:
    addresses = district.world.app.url_map.bind("localhost")
    opened = {
        addresses.match(visit.path.partition("?")[0])[0]
        for visit in visits(district)
        if visit.name != "missing"
    }

    assert {page for pages, _ in USED.values() for page in pages} - opened == set()


def test_a_serious_fault_would_be_found(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html lang=zh-CN><title>x</title><main><h1>x</h1><input></main></html>")
    faults = grave_faults(page)
    page.close()

    assert [one.partition(":")[0] for one in faults] == ["label"]


def test_a_colour_that_is_hard_to_read_would_be_found(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html lang=zh><title>x</title><main style='color: #bbb'>faint words</main>")
    faults = grave_faults(page, colours_only=True)
    page.close()

    assert [one.partition(":")[0] for one in faults] == ["color-contrast"]


def test_no_page_has_a_serious_fault_for_screen_readers(tour: Tour) -> None:
    has_no_faults(tour)


@pytest.mark.long
def test_no_page_is_hard_to_read_by_dark(
    tour: Tour, browser: Browser, site: WebWorker, district: District
) -> None:
    dark = toured(browser, site, district, "dark")

    has_no_faults(dark)
    assert tour.grounds.isdisjoint(dark.grounds), "looked at by light twice"


def has_no_faults(tour: Tour) -> None:
    """Not on any page."""
    assert len(tour.faults) == len(tour.policies) > MANY
    assert {name: found for name, found in tour.faults.items() if found} == {}


def test_pages_load_nothing_from_elsewhere_and_keep_to_their_policy(
    tour: Tour, site: WebWorker
) -> None:
    host = urlsplit(site.base).netloc

    policies = set(tour.policies.values())
    asked = {url for url in tour.asked if urlsplit(url).scheme not in ("blob", "data")}
    hosts = {urlsplit(url).netloc for url in asked}
    if (policies, hosts) != ({content_policy(host)}, {host}):
        text = f"policies {policies}, hosts {hosts}"
        raise Defect(text)
    # The missing page itself logs the 404.
    assert [line for line in tour.logged if "404" not in line] == []


def test_no_page_is_heavy_when_it_is_opened_first(tour: Tour) -> None:
    """As it comes over the line, without pictures."""
    weights = {name: sum(parts.values()) for name, parts in tour.weights.items()}
    print(json.dumps(weights))

    for parts in tour.weights.values():
        assert len(parts) >= len(("page", "style", "script"))
        assert min(parts.values()) > 0, "weighed from the browser's own store"
    assert {name: size for name, size in weights.items() if size > HEAVIEST_BYTES} == {}


def test_the_page_that_is_opened_first_is_light(tour: Tour) -> None:
    parts = tour.weights["overview"]

    assert sum(parts.values()) <= OVERVIEW_BYTES, parts


def test_no_page_is_wider_than_a_phone(tour: Tour) -> None:
    assert len(tour.widths) > MANY
    assert too_wide(tour.widths) == {}


def test_every_page_can_be_leafed_through_on_a_phone(tour: Tour) -> None:
    """Long cards begin folded there, and long tables begin short."""
    assert len(tour.heights) > MANY
    assert {name: height for name, height in tour.heights.items() if height > TALLEST} == {}


def too_wide(widths: dict[str, int]) -> dict[str, int]:
    """Pages whose lines would have to be followed by pushing them to and fro."""
    return {name: width for name, width in widths.items() if width > PHONE["width"]}


@pytest.mark.long
def test_no_page_in_english_is_wider_than_a_phone_with_its_touch_screen(
    browser: Browser, site: WebWorker, district: District
) -> None:
    pages = open_pages(
        browser, site, district, viewport=PHONE, locale="en-US", is_mobile=True, has_touch=True
    )
    traffic, wide = traffic_of(pages), {}
    for visit, page in pages:
        page.goto(site.base + visit.path)
        traffic[page].settles()
        wide[visit.name] = page.evaluate(WIDTH)
    close_all(pages)

    assert too_wide(wide) == {}


def test_pages_ask_the_database_and_draw_little(district: District) -> None:
    """Which of a page's costs don't depend on the machine."""
    spent = {}
    clients = {who: signed_in(district, who) for who in ("chen", "lin", "admin")}
    for visit in visits(district):
        clients[visit.who].get(visit.path)  # what is read once and kept
        with statements(district.world) as asked, drawn(district.world) as templates:
            clients[visit.who].get(visit.path)
        spent[visit.name] = (len(asked), len(templates))
    print(json.dumps(spent))

    most = (MOST_STATEMENTS, MOST_RENDERED)
    dear = {name: cost for name, cost in spent.items() if any(map(gt, cost, most))}
    assert dear == {}
    assert min(templates for _, templates in spent.values()) > 0


def signed_in(district: District, who: str) -> FlaskClient:
    """The browser of one of the district's people, in this process."""
    client = district.world.visitor()
    password = ADMIN_PASSWORD if who == "admin" else PASSWORDS
    answer = client.post("/api/v1/session", json={"username": who, "password": password})
    assert answer.status_code < 300, answer.text
    return client


@contextmanager
def drawn(world: World) -> Iterator[list[str]]:
    """The templates that are rendered meanwhile."""
    found: list[str] = []

    def note(_app: Any, template: Any, **_rest: Any) -> None:
        found.append(str(template.name))

    with template_rendered.connected_to(note, world.app):
        yield found


@pytest.mark.timed
def test_pages_cost_the_server_little(
    browser: Browser, site: WebWorker, district: District
) -> None:
    """In time of the processor, held against what a fixed piece of work takes of it just then.

    Of some visits the one in the middle counts: the first ones fill caches.
    """
    pages = open_pages(browser, site, district)
    spent = {}
    for visit, page in pages:
        page.request.get(site.base + visit.path)
        yardstick = yardstick_ms()
        cost = median(cost_ms(site, page, visit.path) for _ in range(VISITS))
        spent[visit.name] = round(cost / max(yardstick, yardstick_ms()), 2)
    close_all(pages)
    print(json.dumps(spent))

    assert {name: cost for name, cost in spent.items() if cost > DEAR} == {}


def cost_ms(site: WebWorker, page: Page, path: str) -> float:
    """The processor time of the server's processes while a page is fetched once, in ms."""
    before = used_ms(site.process.pid)
    page.request.get(site.base + path)
    return used_ms(site.process.pid) - before
