"""Every page in Chromium: for screen readers, phones, light and dark, within its own policy."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from server.help.topics import USED
from server.security import content_policy
from tests.support.cpu import used_ms, yardstick_ms
from tests.support.district.places import District
from tests.support.district.visits import PHONE, Visit, sign_in, visits
from tests.support.traffic import Traffic
from tests.support.weights import Scales
from tests.support.worker import WebWorker

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

AXE = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"
GRAVE = {"serious", "critical"}
DEAR = 15.0  # yardsticks: 97 ms where one takes 6.5
VISITS = 3
HEAVIEST_BYTES = 150_000
SCHEMES = ("light", "dark")
GROUND = "() => getComputedStyle(document.body).backgroundColor"
# Ends what fades from one colour to the next, as it does when the scheme changes.
SETTLED = """() => document.getAnimations()
  .filter((one) => one instanceof CSSTransition).forEach((one) => one.finish())"""


def open_pages(
    browser: Browser, site: WebWorker, here: District, **look: Any
) -> list[tuple[Visit, Page]]:
    """One signed-in browser for each person, to be led from page to page."""
    signed = {who: sign_in(browser, site, who, **look) for who in ("chen", "lin", "admin")}
    return [(visit, signed[visit.who]) for visit in visits(here)]


def close_all(pages: list[tuple[Visit, Page]]) -> None:
    for page in {page for _, page in pages}:
        page.context.close()


def traffic_of(pages: list[tuple[Visit, Page]]) -> dict[Page, Traffic]:
    return {page: Traffic(page) for page in {page for _, page in pages}}


@dataclass
class Tour:
    """What was found on each page by name, and what the pages asked for and said on the way.

    `grounds` are the colours behind the pages, by scheme.
    """

    faults: dict[str, dict[str, list[str]]]
    grounds: dict[str, set[str]]
    policies: dict[str, str] = field(default_factory=dict)
    weights: dict[str, dict[str, int]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)

    def listens_to(self, page: Page) -> None:
        """From now on note what the page asks for, logs and throws."""
        page.on("request", lambda request: self.asked.add(request.url))
        page.on("console", lambda line: self.said.append(f"{line.type} {line.text}"))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def visits(self, name: str, page: Page, address: str, on_way: Traffic, scales: Scales) -> None:
        """Open one page and look at it by light and by dark."""
        page.emulate_media(color_scheme="light")
        scales.begin()
        answer = page.goto(address)
        assert answer is not None
        self.policies[name] = answer.headers["content-security-policy"]
        on_way.settles()
        self.weights[name] = scales.parts
        for scheme, faults in self.faults.items():
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of SCHEMES
            page.evaluate(SETTLED)
            self.grounds[scheme].add(page.evaluate(GROUND))
            faults[name] = grave_faults(page, colours_only=scheme == "dark")


@pytest.fixture(scope="module")
def tour(browser: Browser, site: WebWorker, district: District) -> Tour:
    """Every page visited once, for several tests."""
    made = Tour({scheme: {} for scheme in SCHEMES}, {scheme: set() for scheme in SCHEMES})
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
        # What only the highest grade (AAA) asks for isn't looked at by light either.
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


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_page_has_a_serious_fault_for_screen_readers(tour: Tour, scheme: str) -> None:
    faults = tour.faults[scheme]

    assert len(faults) == len(tour.policies)
    assert {name: found for name, found in faults.items() if found} == {}
    assert tour.grounds["light"].isdisjoint(tour.grounds["dark"]), "looked at by light twice"


def test_pages_load_nothing_from_elsewhere_and_keep_to_their_policy(
    tour: Tour, site: WebWorker
) -> None:
    host = urlsplit(site.base).netloc

    assert set(tour.policies.values()) == {content_policy(host)}
    elsewhere = {url for url in tour.asked if urlsplit(url).scheme not in ("blob", "data")}
    assert {urlsplit(url).netloc for url in elsewhere} == {host}
    # The page that isn't there is the one that says so.
    assert [line for line in tour.said if "404" not in line] == []


def test_no_page_is_heavy_when_it_is_opened_first(tour: Tour) -> None:
    """As it comes over the line, without pictures."""
    weights = {name: sum(parts.values()) for name, parts in tour.weights.items()}
    print(json.dumps(weights))

    for parts in tour.weights.values():
        assert len(parts) >= len(("page", "style", "script"))
        assert min(parts.values()) > 0, "weighed from the browser's own store"
    assert {name: size for name, size in weights.items() if size > HEAVIEST_BYTES} == {}


def test_no_page_is_wider_than_a_phone(
    browser: Browser, site: WebWorker, district: District
) -> None:
    pages = open_pages(
        browser, site, district, viewport=PHONE, locale="en-US", is_mobile=True, has_touch=True
    )
    traffic, wide = traffic_of(pages), {}
    for visit, page in pages:
        page.goto(site.base + visit.path)
        traffic[page].settles()
        wide[visit.name] = page.evaluate("document.documentElement.scrollWidth")
    close_all(pages)

    assert {name: width for name, width in wide.items() if width > PHONE["width"]} == {}


def test_pages_cost_the_server_little(
    browser: Browser, site: WebWorker, district: District
) -> None:
    """In time of the processor, held against what a fixed piece of work takes of it just then."""
    pages = open_pages(browser, site, district)
    spent = {}
    for visit, page in pages:
        page.request.get(site.base + visit.path)
        before, yardstick = used_ms(site.process.pid), yardstick_ms()
        for _ in range(VISITS):
            page.request.get(site.base + visit.path)
        cost = (used_ms(site.process.pid) - before) / VISITS
        spent[visit.name] = round(cost / max(yardstick, yardstick_ms()), 2)
    close_all(pages)
    print(json.dumps(spent))

    assert {name: cost for name, cost in spent.items() if cost > DEAR} == {}
