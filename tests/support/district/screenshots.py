"""Takes the pictures of README and docs: `make screenshots`.

A private server with the district and a clock of its own (Tuesday 15:01), so that the pictures
show the same data each time. It ends what it starts.
"""

import io
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import requests
from PIL import Image
from playwright.sync_api import Browser, Page

from server.foundation.public_ids import number
from tests.support.app import people
from tests.support.app.jobs import run_jobs
from tests.support.browser.chromium import chromium
from tests.support.devices.rendered_page import pairing_code
from tests.support.district.first_day import take_first_day
from tests.support.district.inventory import District
from tests.support.district.served import serving_district
from tests.support.district.story import SILENT, found, make_district
from tests.support.district.visits import PHONE, lengthen_menu, sign_in
from tests.support.monitoring.crowd_server import found_crowd, serving_crowd
from tests.support.monitoring.fleet import make_fleet
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import WebWorker

PICTURES = ROOT / "docs/pictures"
LARGEST_BYTES = 150_000
PATIENCE_MS = 90_000
SETTLED_MS = 1_500
CROWD = 400
BOXES = ("BUS-0417", "BUS-0418", "BUS-0419")
TALL = {"width": 1366, "height": 1200}
WHOLE = {"width": 1440, "height": 900}
"""A desk's window, in which the overview has all its parts."""


def main() -> None:
    """Make the district, serve it, take all pictures into docs/pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="anping-pictures-") as folder:
        here = make_district(Path(folder))
        take_paper(here)
        with serving_district(here, SILENT) as site, chromium(language="zh-CN") as browser:
            take_console(browser, site, here)
            take_screen(browser, site, here)
            take_onsite(browser, site, here)
            take_boxes(browser, site, here)
            take_first_day(browser, keep)
        here.world.close()
    take_fleet()
    take_district()


def take_console(browser: Browser, site: WebWorker, here: District) -> None:
    """The pages that README and docs show."""
    draft = here.campaigns["银行网点强化宣传"]
    chen = sign_in(browser, site, "chen", locale="zh-CN")
    for name, path in (
        ("campaign", f"/campaigns/{draft}/edit"),
        ("screens", "/screens"),
        ("reports", "/reports?from=2026-11-18&to=2026-11-24&group_by=venue_kind"),
        ("slide", "/slides/case_bulletin"),
    ):
        take(chen, site.base + path, name)
    chen.context.close()
    take_releases(browser, site)
    lin = sign_in(browser, site, "lin", locale="zh-CN", viewport=WHOLE)
    take(lin, f"{site.base}/", "overview")
    lin.context.close()
    dark = sign_in(
        browser, site, "chen", locale="en-US", color_scheme="dark", viewport=PHONE, is_mobile=True
    )
    take(dark, f"{site.base}/campaigns/{here.campaigns['年末反诈集中宣传']}", "phone-dark")
    dark.context.close()


def take_releases(browser: Browser, site: WebWorker) -> None:
    """A roll-out that halted by itself, and what became of a reload of many screens."""
    admin = sign_in(browser, site, "admin", locale="zh-CN", viewport=TALL)
    take(admin, f"{site.base}/settings/player", "player-releases")
    take(admin, f"{site.base}/screens/bulk/B_1", "bulk")
    admin.context.close()


def take_onsite(browser: Browser, site: WebWorker, here: District) -> None:
    """What somebody before a screen opens with a phone, and the stickers that lead there."""
    chen = sign_in(browser, site, "chen", locale="zh-CN")
    take(chen, f"{site.base}/labels?unit_id={here.units['市监分局']}", "labels")
    # The code leads to the district's public address, which nobody serves here.
    address = chen.locator("[data-address]").first.get_attribute("data-address") or ""
    address = site.base + urlsplit(address).path
    chen.context.close()
    for scheme in ("light", "dark"):
        context = browser.new_context(
            viewport=PHONE, is_mobile=True, color_scheme=scheme, locale="zh-CN"
        )
        phone = context.new_page()
        take(phone, address, "onsite" if scheme == "light" else "onsite-dark")
        context.close()


def take_boxes(browser: Browser, site: WebWorker, here: District) -> None:
    """A key with its cards, boxes that came, a box to be replaced, a report from a phone."""
    admin = sign_in(browser, site, "admin", locale="zh-CN", viewport=TALL)
    admin.goto(f"{site.base}/settings/enrolment-keys")
    admin.click("form[data-key-form] button")
    admin.fill('[name="serials"]', "\n".join(BOXES))
    admin.click("form[data-sheet] button.btn-primary")
    admin.locator("[data-cards] article").nth(len(BOXES) - 1).wait_for()
    key = admin.inner_text("[data-key]")
    lengthen_menu(admin, admin.evaluate("document.documentElement.scrollHeight"))
    keep(admin.screenshot(full_page=True), "enrolment-keys")
    for serial in (BOXES[0], BOXES[1], BOXES[0]):
        grant = {"grant_type": "enrolment_key", "enrolment_key": key, "serial": serial}
        requests.post(f"{site.base}/api/v1/player/token", json=grant, timeout=10)
    take(admin, f"{site.base}/screens/arrivals", "arrivals")
    admin.context.close()
    chen = sign_in(browser, site, "chen", locale="zh-CN", viewport=TALL)
    take(chen, f"{site.base}/screens/{here.screens['门诊大厅']}#replace", "replace-box")
    chen.context.close()
    phone = {"viewport": PHONE, "is_mobile": True, "has_touch": True}
    held = sign_in(browser, site, "chen", locale="zh-CN", **phone)
    take(
        held,
        f"{site.base}/attestations/new?venue_id={here.venues['万象商场']}",
        "attestation-phone",
    )
    held.context.close()


def take_fleet() -> None:
    """Two bus lines as the transport officer sees them, and the sheet of one of them."""
    with tempfile.TemporaryDirectory(prefix="anping-fleet-") as folder:
        here = found(Path(folder))
        fleet = make_fleet(here.world, number("unit", here.units["交通运输分局"]))
        line, screen = fleet.lines["3 路"], fleet.screens["苏C·3012 前屏"].public_id
        with serving_district(here) as site, chromium(language="zh-CN") as browser:
            zhao = sign_in(browser, site, "zhao", locale="zh-CN", viewport=TALL)
            take(zhao, f"{site.base}/uptime", "uptime")
            take(zhao, f"{site.base}/uptime/screens/{screen}?day=2026-11-21", "uptime-screen")
            zhao.goto(f"{site.base}/uptime/sheet?line_id=n_{line}")
            keep_paper(zhao.pdf(prefer_css_page_size=True), "uptime-sheet")
            zhao.context.close()
            phone = {"viewport": PHONE, "is_mobile": True, "has_touch": True}
            held = sign_in(browser, site, "zhao", locale="zh-CN", **phone)
            take(held, f"{site.base}/uptime", "uptime-phone")
            held.context.close()
        here.world.close()


def take_district() -> None:
    """A district of 400 screens: its board, its map, a bus found by its number."""
    with tempfile.TemporaryDirectory(prefix="anping-crowd-") as folder:
        here, crowd = found_crowd(Path(folder), CROWD, days=2)
        with serving_crowd(here, crowd) as site, chromium(language="zh-CN") as browser:
            chen = sign_in(browser, site, "chen", locale="zh-CN", viewport=TALL)
            take(chen, f"{site.base}/board", "board")
            take(chen, f"{site.base}/map", "map")
            chen.goto(f"{site.base}/screens?view=list&state=dark")
            chen.keyboard.press("/")
            chen.keyboard.type("苏C0003")
            chen.locator("#find-all-list [role=option]").first.wait_for()
            keep(chen.screenshot(), "search")
            chen.context.close()
            phone = {"viewport": PHONE, "is_mobile": True, "has_touch": True}
            held = sign_in(browser, site, "chen", locale="zh-CN", **phone)
            take(held, f"{site.base}/board?by=territory", "board-phone")
            held.goto(f"{site.base}/map")
            held.wait_for_timeout(SETTLED_MS)
            held.locator("[data-ground]").press("n")
            keep(held.screenshot(), "map-phone")
            held.context.close()
        here.world.close()


def take_paper(here: District) -> None:
    """The first page of an assessment pack."""
    author = people.sign_in(here.world, "publicity")
    body = {"unit_ids": ["u_1"], "from": "2026-11-23", "to": "2026-11-24"}
    pack = author.client.post("/api/v1/assessment-packs", json=body).get_json()["id"]
    run_jobs(here.world.core)
    paper = author.client.get(f"/api/v1/assessment-packs/{pack}/files/u_1.pdf").data
    keep_paper(paper, "assessment-pack")


def keep_paper(paper: bytes, name: str) -> None:
    """The first page of a pdf."""
    document = pypdfium2.PdfDocument(paper)
    sink = io.BytesIO()
    document[0].render(scale=1.8).to_pil().save(sink, "PNG")
    document.close()
    keep(sink.getvalue(), name)


def take(page: Page, address: str, name: str) -> None:
    """One picture of a page, once nothing is loading any more."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_MS)
    keep(page.screenshot(), name)


def take_screen(browser: Browser, site: WebWorker, here: District) -> None:
    """A screen that is bound by its code and plays."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    screen = context.new_page()
    screen.goto(f"{site.base}/player/")
    code = pairing_code(screen, PATIENCE_MS)
    keep(screen.screenshot(), "pairing")
    chen = sign_in(browser, site, "chen", locale="zh-CN")
    chen.goto(f"{site.base}/pair?code={code}")
    chen.get_by_label("点位", exact=True).first.fill("区政务")
    chen.get_by_role("option").filter(has_text="区政务服务大厅").click()
    chen.get_by_label("显示屏名称").fill("等候区")
    chen.get_by_role("button", name="绑定").first.click()
    chen.wait_for_url("**/screens/s_*")
    here.world.clock.at_ms = server_now_ms(site, here)
    run_jobs(here.world.core)
    screen.wait_for_function("() => document.body.dataset.manifest", timeout=PATIENCE_MS)
    screen.wait_for_timeout(4 * SETTLED_MS)
    keep(screen.screenshot(), "playing")
    context.close()
    chen.context.close()


def server_now_ms(site: WebWorker, here: District) -> int:
    """The time that the served district has by now, for the jobs that run here."""
    token = next(iter(here.players.values())).player.token
    answer = requests.post(
        f"{site.base}/api/v1/player/clock",
        json={"t0": 0},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    return int(answer.json()["t1"])


def keep(content: bytes, name: str) -> None:
    """As WebP, small enough for a page."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    for quality in (86, 75, 60):
        sink = io.BytesIO()
        picture.save(sink, "WEBP", quality=quality, method=6)
        if len(sink.getvalue()) <= LARGEST_BYTES:
            break
    (PICTURES / f"{name}.webp").write_bytes(sink.getvalue())
    sys.stdout.write(f"docs/pictures/{name}.webp {len(sink.getvalue()) // 1024} KiB\n")


if __name__ == "__main__":
    main()
