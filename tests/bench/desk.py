"""What a desk costs: `python -m tests.bench.desk FOLDER JOURNEYS`, a demo's data and a JUnit file.

JOURNEYS has what journeys of people noted (`tests/journeys/people`): interactions, the time that
they take a person by the keystroke-level model (`tests/support/browser/keystroke_model.py`), how
long the script took for them, most of which are the system's answers, and a person's time with
these: their sum, less what the system does meanwhile (`whole_s`, where a journey has it).

The pages are a demo district's, at 1366 x 768. Each is opened in profiles that have nothing yet:
requests and bytes without pictures, packed by gzip, and the first contentful paint, each the median
of some; from the overview by a click in the menu, until that paint; then what can be touched
without sending anything is touched, until the next paint (Event Timing API). All into one table.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree

from playwright.sync_api import Browser, Page

from tests.bench.demo_site import LOGIN, DemoSite, served_demo
from tests.support.browser.chromium import chromium
from tests.support.browser.interaction_timing import felt, listen
from tests.support.browser.page_weight import Scales
from tests.support.network.network_idle import Traffic

OPENINGS: Final = 3
WHO: Final = "xuanchuan"
DESK: Final[dict[str, Any]] = {
    "viewport": {"width": 1366, "height": 768},
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
}
PLAYER = "/player/"
PAGES: Final = (
    LOGIN, "/", "/screens", "/venues", "/media", "/slides/slogan", "/playlists", "/campaigns",
    "/campaigns/new", "/takeovers/new", "/uptime", "/reports", "/reports/coverage", "/board",
    "/map", "/settings", PLAYER,
)  # fmt: skip
PAINTED: Final = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
NOW: Final = "() => performance.timeOrigin + performance.now()"
BEGAN: Final = "() => performance.timeOrigin"
INTERACTIONS: Final = "interactions"


class Opened(NamedTuple):
    """One first opening: requests, bytes, ms until the first contentful paint."""

    requests: int
    size: int
    painted_ms: float


def main(folder: str, journeys: str) -> int:
    """Print the table."""
    print("| what | measured |\n| --- | --- |")
    for line in _journeys(Path(journeys)):
        print(line)
    with served_demo(folder, "desk") as site, chromium(language="zh-CN") as browser:
        for line in _pages(browser, site):
            print(line, flush=True)
    return 0


def _journeys(path: Path) -> Iterator[str]:
    """A line for each journey that has noted what it took."""
    for case in ElementTree.parse(path).iter("testcase"):  # noqa: S314 - our own file
        noted = {one.get("name"): float(one.get("value") or 0) for one in case.iter("property")}
        if INTERACTIONS not in noted:
            continue
        name = (case.get("name") or "").removeprefix("test_").replace("_", " ")
        whole_s = noted.get("whole_s", noted["person_s"] + noted["script_s"])
        yield (
            f"| {name} | {noted[INTERACTIONS]:.0f} interactions; a person "
            f"{noted['person_s'] / 60:.1f} min, with the answers {whole_s / 60:.1f} min; "
            f"the script {noted['script_s'] / 60:.1f} min |"
        )


def _pages(browser: Browser, site: DemoSite) -> Iterator[str]:
    base, signed_in = site.base, _session(browser, site)
    for path in PAGES:
        session = None if path in {LOGIN, PLAYER} else signed_in
        opened = [_opened(browser, base + path, session) for _ in range(OPENINGS)]
        found = Opened(*(median(figures) for figures in zip(*opened, strict=True)))
        clicked = [_clicked(browser, base, path, session) for _ in range(OPENINGS)]
        yield (
            f"| `{path}` | {found.requests:.0f} requests, {found.size / 1000:.1f} kB; first paint "
            f"{found.painted_ms:.0f} ms{_after_a_click(clicked)}"
            f"{_events(browser, base + path, session)} |"
        )


def _session(browser: Browser, site: DemoSite) -> Any:
    """The cookies of somebody who has signed in."""
    context = browser.new_context(**DESK)
    site.sign_in(context, WHO)
    state = context.storage_state()
    context.close()
    return state


def _opened(browser: Browser, address: str, session: Any) -> Opened:
    """In a profile of its own, which has nothing but the session."""
    context = browser.new_context(**DESK, storage_state=session)
    page = context.new_page()
    traffic, scales = Traffic(page), Scales(page)
    page.goto(address)
    traffic.settles()
    found = Opened(len(scales.parts), sum(scales.parts.values()), _painted_ms(page))
    context.close()
    return found


def _painted_ms(page: Page) -> float:
    """Since the navigation began."""
    page.wait_for_function(PAINTED)
    return float(page.evaluate(PAINTED))


def _clicked(browser: Browser, base: str, path: str, session: Any) -> float | None:
    """ms from a click in the overview's menu to the page's paint; None without such a link."""
    context = browser.new_context(**DESK, storage_state=session)
    page = context.new_page()
    traffic = Traffic(page)
    took_ms = None
    if session is not None and path != "/":
        page.goto(base + "/")
        traffic.settles()
        link = page.locator(f'nav a[href="{path}"]:visible').first
        if link.count():
            link.hover()
            clicked_at = page.evaluate(NOW)
            link.click()
            page.wait_for_url(base + path)
            painted_ms = _painted_ms(page)
            took_ms = page.evaluate(BEGAN) + painted_ms - clicked_at
    context.close()
    return took_ms


def _after_a_click(waits: Sequence[float | None]) -> str:
    found = [one for one in waits if one is not None]
    return f", {median(found):.0f} ms after a click in the menu" if found else ""


def _events(browser: Browser, address: str, session: Any) -> str:
    """How long after an event the page was drawn; nothing of the player, which takes none."""
    if address.endswith(PLAYER):
        return ""
    context = browser.new_context(**DESK, storage_state=session)
    listen(context)
    page = context.new_page()
    traffic = Traffic(page)
    page.goto(address)
    traffic.settles()
    waits = felt(page)
    context.close()
    return f"; {len(waits)} events, median {median(waits):.0f}, most {max(waits):.0f} ms"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
