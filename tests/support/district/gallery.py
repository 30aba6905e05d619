"""Takes every page of the console at a desk and on a phone, by light and by dark: `make gallery`.

Pictures go to docs/pages, with a list of them; names limit it to some pages. Of a private server
with the district, by the person whom each page is for, with the clock of `make screenshots`.
"""

import io
import sys
import tempfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.support.browser.chromium import chromium
from tests.support.district.inventory import District
from tests.support.district.served import serving_district
from tests.support.district.sockets import connected
from tests.support.district.story import SILENT, make_district
from tests.support.district.visits import PHONE, Visit, lengthen_menu, sign_in, visits
from tests.support.network.network_idle import Traffic
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import WebWorker

FOLDER: Final = ROOT / "docs/pages"
SCHEMES: Final = ("light", "dark")
QUALITY: Final = 58
DRAWN_MS: Final = 250


class Glass(NamedTuple):
    """A display for pages; `share` is the size of its pictures, in parts of a pixel."""

    name: str
    options: dict[str, Any]
    tallest_px: int
    share: float
    has_bar_at_foot: bool

    @property
    def width(self) -> int:
        """In CSS pixels."""
        return int(self.options["viewport"]["width"])


GLASSES: Final = (
    Glass("", {"viewport": {"width": 1280, "height": 860}}, 1720, 0.75, has_bar_at_foot=False),
    Glass(
        "phone-",
        {"viewport": PHONE, "is_mobile": True, "has_touch": True},
        2600,
        0.85,
        has_bar_at_foot=True,
    ),
)
WHO: Final = ("admin", "chen", "lin")
HEADINGS: Final = "| page | light 浅色 | dark 深色 | phone 手机 | phone, dark 手机深色 |"
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
                pages = list(mine)
                for glass in GLASSES:
                    take(browser, site, who, pages, glass)
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


def take(browser: Browser, site: WebWorker, who: str, mine: Sequence[Visit], glass: Glass) -> None:
    """Some pages by one person on one glass, each in both schemes."""
    page = sign_in(browser, site, who, locale="zh-CN", **glass.options)
    traffic = Traffic(page)
    for visit in mine:
        page.emulate_media(color_scheme="light")
        page.goto(site.base + visit.path)
        traffic.settles()
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of SCHEMES
            page.wait_for_timeout(DRAWN_MS)
            keep(whole(page, glass), picture(visit.name, glass, scheme), glass.share)
    page.context.close()


def whole(page: Page, glass: Glass) -> bytes:
    """The page, as far down as a reader of the docs would scroll."""
    height = min(page.evaluate("document.documentElement.scrollHeight"), glass.tallest_px)
    if glass.has_bar_at_foot:
        # What is fixed to the foot is to be there, and not in the middle.
        page.set_viewport_size({"width": glass.width, "height": height})
    else:
        lengthen_menu(page, height)
    clip = {"x": 0, "y": 0, "width": glass.width, "height": height}
    shot = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type] # a FloatRect
    page.set_viewport_size(glass.options["viewport"])
    return shot


def picture(name: str, glass: Glass, scheme: str) -> Path:
    """Where the picture of a page is."""
    return FOLDER / f"{name}-{glass.name}{scheme}.webp"


def keep(content: bytes, path: Path, share: float) -> None:
    """As WebP of so much of the size."""
    drawn = Image.open(io.BytesIO(content)).convert("RGB")
    size = (round(drawn.width * share), round(drawn.height * share))
    drawn.resize(size, Image.Resampling.LANCZOS).save(path, "WEBP", quality=QUALITY, method=6)
    sys.stdout.write(f"{path.relative_to(ROOT)} {path.stat().st_size // 1024} KiB\n")


def write_list(here: District) -> None:
    """The list of all pages with their pictures, as docs/pages/README.md."""
    columns = [(glass, scheme) for glass in GLASSES for scheme in SCHEMES]
    cells = {
        one.name: [picture(one.name, *column).name for column in columns] for one in visits(here)
    }
    rows = [
        f"| {name} | {' | '.join(f'![{file}]({file})' for file in files)} |"
        for name, files in cells.items()
    ]
    head = (
        "# All pages 全部页面",
        "Every page of the console with a small district in it, at a desk and on a phone, by light"
        " and by dark, taken by `make gallery`.",
        "\n".join([HEADINGS, "| --- " * 5 + "|", *rows]),
    )
    (FOLDER / "README.md").write_text("\n\n".join(head) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
