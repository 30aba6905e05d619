"""How the console feels: `python -m tests.bench.console_feel FOLDER`, a demo's data folder.

Serves what `server.cli demo` made there and opens in Chromium every page that its people come to
by links from the overview: one of each form of address, with one filter at most, as the others put
filters together without end. Prints for each page the server's own time (`Server-Timing`, p95 of
some openings), the bytes of its first opening without pictures, and how long after an event the
page was redrawn, as the page measures it (Event Timing API). 1 if a page takes longer than
300 ms or weighs more than 150,000 bytes, or 95 % of the events of all pages were not drawn within
200 ms.
"""

import re
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final, NamedTuple

from playwright.sync_api import Browser, Page

from tests.bench.demo_site import DemoSite, served_demo
from tests.support.browser.chromium import chromium
from tests.support.browser.interaction_timing import felt, listen
from tests.support.browser.page_weight import Scales
from tests.support.network.network_idle import Traffic

SERVER_MS: Final = 300
HEAVIEST_BYTES: Final = 150_000
DRAWN_MS: Final = 200
OPENINGS: Final = 10
PEOPLE: Final = ("admin", "xuanchuan", "shenpi", "jiaotong", "chakan", "shenji")
NO_PAGE: Final = re.compile(
    r"^/(api|static|files|player|manifests|v|metrics)(/|$)|\.(xlsx|csv|pdf)$"
)
LINKS: Final = "() => [...document.querySelectorAll('a[href]')].map((one) => one.href)"
_TOTAL: Final = re.compile(r"total;dur=([\d.]+)")
_ID: Final = re.compile(r"\b[A-Za-z]{1,2}_\d+\b")
_VALUE: Final = re.compile(r"=[^&]*")


class Found(NamedTuple):
    """A page: who opened it, the server's time (p95, ms), its bytes, and waits after events."""

    who: str
    path: str
    server_ms: float
    size: int
    waits: Sequence[float]


def main(folder: str) -> int:
    """Print the results of each page."""
    with served_demo(folder, "feel") as site, chromium() as browser:
        pages = [
            one for who in PEOPLE if who in site.passwords for one in _pages_of(browser, site, who)
        ]
    return _judge(pages)


def _pages_of(browser: Browser, site: DemoSite, who: str) -> Iterator[Found]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    listen(context)
    page, base = site.sign_in(context, who), site.base
    traffic, scales = Traffic(page), Scales(page)
    waiting, visited = deque(["/"]), {"/"}
    while waiting:
        path = waiting.popleft()
        scales.begin()
        answer = page.goto(base + path)
        if answer is None or answer.status != 200 or "html" not in answer.headers["content-type"]:
            continue
        traffic.settles()
        size = sum(scales.parts.values())
        for link in page.evaluate(LINKS):
            below = str(link).removeprefix(base).partition("#")[0]
            if below.startswith("/") and not NO_PAGE.search(below.partition("?")[0]):
                form = _form(below)
                if form not in visited and "&" not in form:
                    visited.add(form)
                    waiting.append(below)
        yield _reported(Found(who, path, _server_ms(page, base + path), size, felt(page)))
    context.close()


def _form(path: str) -> str:
    """An address without its numbers and values."""
    return _VALUE.sub("=", _ID.sub("*", path))


def _server_ms(page: Page, address: str) -> float:
    times = []
    for _ in range(OPENINGS):
        answer = page.request.get(address)
        timing = _TOTAL.search(answer.headers.get("server-timing", ""))
        if timing is None:
            raise SystemExit(f"{address} doesn't say how long it took")
        times.append(float(timing[1]))
        answer.dispose()
    return _p95(times)


def _reported(found: Found) -> Found:
    print(
        f"{found.who:<10} {found.path[:60]:<60} {found.server_ms:6.0f} ms "
        f"{found.size / 1000:7.1f} kB"
        f"  {len(found.waits):3d} events, median {median(found.waits):3.0f},"
        f" most {max(found.waits):4.0f} ms",
        flush=True,
    )
    return found


def _judge(pages: Sequence[Found]) -> int:
    slow = [one for one in pages if one.server_ms > SERVER_MS]
    heavy = [one for one in pages if one.size > HEAVIEST_BYTES]
    waits = [wait for one in pages for wait in one.waits]
    drawn = _p95(waits)
    worst = max(pages, key=lambda one: one.server_ms)
    print(f"{len(pages)} pages; slowest {worst.path} {worst.server_ms:.0f} ms;", end=" ")
    print(f"heaviest {max(one.size for one in pages) / 1000:.1f} kB;", end=" ")
    print(f"{len(waits)} events, p95 {drawn:.0f} ms, most {max(waits):.0f} ms")
    for one in [*slow, *heavy]:
        print(f"above the goal: {one.path} {one.server_ms:.0f} ms {one.size:,} bytes")
    return int(bool(slow or heavy) or drawn > DRAWN_MS)


def _p95(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
