"""Takes every page of the console by light and by dark: `make gallery [names]`.

Pictures go to docs/pages, with a list of them; names limit it to some pages. Of a private server
with the district, by the person whom each page is for, with the clock of `make screenshots`.
"""

import io
import sys
import tempfile
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.support.browser.chromium import chromium
from tests.support.district.inventory import District
from tests.support.district.served import serving_district
from tests.support.district.sockets import connected
from tests.support.district.story import SILENT, make_district
from tests.support.district.visits import Visit, lengthen_menu, sign_in, visits
from tests.support.network.network_idle import Traffic
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import WebWorker

FOLDER: Final = ROOT / "docs/pages"
SCHEMES: Final = ("light", "dark")
WINDOW: Final = {"width": 1280, "height": 860}
TALLEST_PX: Final = 1720
QUALITY: Final = 58
DRAWN_MS: Final = 250
WHO: Final = ("admin", "chen", "lin")
LAST: Final = ("overview", "board", "uptime", "screens", "venues-grid")


def main(names: Sequence[str] = ()) -> None:
    """Make the district, serve it, take its pages, write their list."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="anping-gallery-") as folder:
        here = make_district(Path(folder))
        give_content(here)
        wanted = [one for one in visits(here) if not names or one.name in names]
        # The first heartbeats of screens are only written a minute after the start; one person
        # after another, so that the audit trail is the office's and not this script's.
        wanted.sort(key=lambda one: (one.name.startswith(LAST), WHO.index(one.who)))
        with (
            serving_district(here, SILENT) as site,
            connected(here, site, SILENT),
            chromium(language="zh-CN") as browser,
        ):
            for who, mine in groupby(wanted, key=lambda one: one.who):
                take(browser, site, who, mine)
        write_list(here)
        here.world.close()


def give_content(here: District) -> None:
    """What the district's day leaves empty: a key for a batch of buses, a report each week."""
    here.admin.signs_in().makes(
        "/enrolment-keys",
        unit_id=here.units["交通运输分局"],
        venue_kind="bus",
        uses=40,
        expires_at="2026-12-24T18:00:00+08:00",
    )
    here.chen.signs_in().makes("/report-schedules", kind="weekly")


def take(browser: Browser, site: WebWorker, who: str, mine: Iterable[Visit]) -> None:
    """Some pages by one person, each in both schemes."""
    page = sign_in(browser, site, who, locale="zh-CN", viewport=WINDOW)
    traffic = Traffic(page)
    for visit in mine:
        page.emulate_media(color_scheme="light")
        page.goto(site.base + visit.path)
        traffic.settles()
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of SCHEMES
            page.wait_for_timeout(DRAWN_MS)
            keep(whole(page), picture(visit.name, scheme))
    page.context.close()


def whole(page: Page) -> bytes:
    """The page, as far down as a reader of the docs would scroll; its menu goes down with it."""
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST_PX)
    lengthen_menu(page, height)
    clip = {"x": 0, "y": 0, "width": WINDOW["width"], "height": height}
    return page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type] # a FloatRect


def picture(name: str, scheme: str) -> Path:
    """Where the picture of a page is."""
    return FOLDER / f"{name}-{scheme}.webp"


def keep(content: bytes, path: Path) -> None:
    """As WebP of three quarters of the size."""
    drawn = Image.open(io.BytesIO(content)).convert("RGB")
    size = (drawn.width * 3 // 4, drawn.height * 3 // 4)
    drawn.resize(size, Image.Resampling.LANCZOS).save(path, "WEBP", quality=QUALITY, method=6)
    sys.stdout.write(f"{path.relative_to(ROOT)} {path.stat().st_size // 1024} KiB\n")


def write_list(here: District) -> None:
    """The list of all pages with their pictures, as docs/pages/README.md."""
    rows = [
        f"| {one.name} | ![{one.name}, light]({one.name}-light.webp) "
        f"| ![{one.name}, dark]({one.name}-dark.webp) |"
        for one in visits(here)
    ]
    head = (
        "# All pages 全部页面",
        "Every page of the console with a small district in it, by light and by dark, taken by"
        " `make gallery`.",
        "\n".join(["| page | light 浅色 | dark 深色 |", "| --- | --- | --- |", *rows]),
    )
    (FOLDER / "README.md").write_text("\n\n".join(head) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
