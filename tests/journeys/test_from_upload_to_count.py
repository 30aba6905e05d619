"""A district's first day: from an uploaded phone photo to its counted play, through the pages.

One real server (`server.cli serve`), real Chromium for everyone, nothing patched. The steps build
on each other, so they are one test; each step says what it holds the product to.
"""

import io
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.support.browser import chromium
from tests.support.office import (
    ADMIN_PASSWORD,
    Person,
    employs,
    makes_a_campaign,
    makes_a_playlist,
    makes_a_slide,
    makes_a_venue,
    signs_in,
    uploads,
)
from tests.support.samples import clip, photo
from tests.support.serving import RunningServer, serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

HOUR_S = 3600


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with serving(tmp_path_factory.mktemp("server"), admin_password=ADMIN_PASSWORD) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def soon(what: str, holds: Callable[[], Any], within_s: float) -> float:
    """Wait until it holds; answers after how many seconds. Fails with the sentence."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < within_s, f"not within {within_s} s: {what}"
        time.sleep(0.1)
    return time.monotonic() - began


def on_glass(screen: Page) -> dict[str, str]:
    """What the player says of its composited page."""
    facts: dict[str, str] = screen.evaluate("() => ({...document.body.dataset})")
    return facts


def files_of(person: Person, asset_id: str) -> set[str]:
    return {one["digest"] for one in person.asks(f"/api/v1/assets/{asset_id}")["renditions"]}


def newest(person: Person, screen_id: str) -> dict[str, Any]:
    """The newest assignment of a screen: `version` and `digest`."""
    answer: dict[str, Any] = person.asks(f"/api/v1/screens/{screen_id}/manifest")
    return answer


def plan_of(person: Person, screen_id: str) -> dict[str, Any]:
    """The newest manifest of a screen."""
    manifest: dict[str, Any] = person.asks(f"/manifests/{newest(person, screen_id)['digest']}")
    return manifest


def is_on_air(screen: Page, digest: str) -> bool:
    return on_glass(screen).get("manifest") == digest


def starts_in_current_loop(manifest: dict[str, Any], campaign: str) -> tuple[list[float], float]:
    """Seconds at which the campaign starts within the loop that plays now, and its period."""
    now_ms = time.time() * 1000
    segment = next(s for s in manifest["segments"] if s["from"] <= now_ms < s["until"])
    loop = manifest["loops"][segment["loop"]]
    index = manifest["campaigns"].index(campaign)
    starts = [slot[0] / 1000 for slot in loop["slots"] if slot[3] == index]
    return starts, loop["period_ms"] / 1000


def longest_gap_ratio(starts: list[float], period_s: float) -> float:
    ends = [*starts[1:], starts[0] + period_s]
    gaps = [end - start for start, end in zip(starts, ends, strict=True)]
    return max(gaps) / (period_s / len(starts))


def quadrant_colours(screenshot: bytes) -> list[tuple[int, ...]]:
    """The colours at the middle of the four quarters of the picture in the middle of the page."""
    picture = Image.open(io.BytesIO(screenshot)).convert("RGB")
    width, height = picture.size
    spots = [(0.45, 0.25), (0.55, 0.25), (0.45, 0.75), (0.55, 0.75)]
    return [picture.getpixel((int(width * x), int(height * y))) for x, y in spots]  # type: ignore[misc]


def main_colour(pixel: tuple[int, ...]) -> str:
    red, green, blue = pixel[:3]
    if red > 150 and green > 150:
        return "yellow"
    return ("red", "green", "blue")[max(range(3), key=(red, green, blue).__getitem__)]


def test_a_district_sees_its_first_picture_played_counted_boosted_and_interrupted(
    server: RunningServer, browser: Browser, tmp_path: Path
) -> None:
    admin = signs_in(browser, server.base, "admin", ADMIN_PASSWORD)
    employs(admin, "chen", "宣传")
    employs(admin, "lin", "审批")
    chen = signs_in(browser, server.base, "chen")
    lin = signs_in(browser, server.base, "lin")

    # Content: a phone photo stored on its side, a clip with sound, a slide.
    photo_file = photo(tmp_path / "phone.jpg", size=(1600, 1200), orientation=6)
    clip_file = clip(tmp_path / "clip.mp4", seconds=20)
    photo_id, clip_id = uploads(chen, photo_file, clip_file)
    slide_id = makes_a_slide(chen, "宣传标语")
    assert chen.asks(f"/api/v1/assets/{clip_id}")["duration_ms"] >= 20_000
    makes_a_playlist(chen, "反诈主列表", ["phone", "clip"])
    slide_name = chen.asks(f"/api/v1/assets/{slide_id}")["name"]
    makes_a_playlist(chen, "银行自有", [slide_name])

    # Where and how often: 12 plays an hour on bank screens; the bank's own slide fills the rest.
    makes_a_venue(chen, "城东支行")
    campaign = makes_a_campaign(chen, "反诈宣传", "反诈主列表", value="12")
    filler = makes_a_campaign(chen, "银行自有内容", "银行自有", kind="点位自有内容")

    # A screen is bound by the code that it shows.
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    screen = context.new_page()
    screen.goto(server.base + "/player/")
    code = screen.locator(".code")
    soon("a code stands on the screen", lambda: re.match(r"\w{4}-\w{4}", code.inner_text()), 20)
    chen.opens("/pair")
    chen.fills("绑定码", code.inner_text())
    chen.chooses("点位", "城东支行")
    chen.fills("显示屏名称", "大堂东侧")
    chen.page.locator("main form").get_by_role("button", name="绑定").click()
    screen_id = chen.arrives_at("**/screens/s_*")

    # The second person signs off; the screen plays within 30 s.
    for name in (campaign, filler):
        chen.opens(f"/campaigns/{name}")
        chen.presses("送审")
        chen.sees("待审批")
    approved_at = time.monotonic()
    for name in (filler, campaign):
        lin.opens(f"/campaigns/{name}")
        lin.presses("批准")
        lin.sees("播放中")
    slide_files = files_of(chen, slide_id)
    ours = slide_files | files_of(chen, photo_id) | files_of(chen, clip_id)

    def plays_both_campaigns() -> bool:
        return {campaign, filler} <= set(plan_of(chen, screen_id)["campaigns"])

    soon("both campaigns are planned", plays_both_campaigns, 30)
    manifest, digest = plan_of(chen, screen_id), newest(chen, screen_id)["digest"]
    soon("the new plan is on air", lambda: is_on_air(screen, digest), 30)
    soon("our content is on the glass", lambda: on_glass(screen).get("asset") in ours, 30)
    waited_s = time.monotonic() - approved_at
    print(f"approval to playing: {waited_s:.1f} s")
    assert waited_s <= 30

    # The loop: exactly 12 an hour, evenly.
    starts, period_s = starts_in_current_loop(manifest, campaign)
    ratio = longest_gap_ratio(starts, period_s)
    print(f"plays an hour: {len(starts) * HOUR_S / period_s}, longest gap / ideal: {ratio:.3f}")
    assert len(starts) * HOUR_S / period_s == 12
    assert ratio <= 1.30

    # What is on the glass is what the seat says.
    def seat_holds() -> bool:
        now = chen.asks(f"/api/v1/screens/{screen_id}/now")
        return bool(now["asset"] == on_glass(screen).get("asset"))

    soon("glass and seat agree", seat_holds, 5)

    # A boost of 2: assigned within 10 s, on the glass at its instant.
    chen.opens(f"/campaigns/{campaign}")
    chen.page.locator('form[data-api$="/boost"] [name="reason"]').fill("专项行动")
    chen.presses("加播")

    def boosted() -> bool:
        return len(starts_in_current_loop(plan_of(chen, screen_id), campaign)[0]) == 24

    boost_s = soon("a loop of 24 is assigned", boosted, 10)
    boost = newest(chen, screen_id)
    glass_s = soon("the boost is on air", lambda: is_on_air(screen, boost["digest"]), 60)
    print(f"boost: assigned after {boost_s:.1f} s, on air after {boost_s + glass_s:.1f} s")

    # Without polling, a new version comes over the socket within 2 s of being assigned.
    context.route("**/api/v1/player/assignment", lambda route: route.abort())
    chen.opens(f"/campaigns/{filler}")
    chen.page.on("dialog", lambda dialog: dialog.accept())
    chen.presses("撤下")
    before = boost["version"]
    soon("a newer version is assigned", lambda: newest(chen, screen_id)["version"] > before, 10)
    version = str(newest(chen, screen_id)["version"])
    push_s = soon("the player has it by push", lambda: on_glass(screen)["version"] == version, 2)
    print(f"push: {push_s:.2f} s")
    context.unroute("**/api/v1/player/assignment")

    # A takeover is on the glass within 5 s of the second person's yes.
    chen.opens("/takeovers")
    chen.page.get_by_label("素材", exact=True).select_option(value=photo_id)
    chen.fills("标题", "紧急提醒")
    chen.presses("发起")
    takeover = chen.arrives_at("**/takeovers/t_*")
    lin.opens(f"/takeovers/{takeover}")
    lin.presses("批准")
    photo_files = files_of(chen, photo_id)
    takeover_s = soon(
        "the takeover is on the glass",
        lambda: (
            on_glass(screen)["state"] == "takeover" and on_glass(screen)["asset"] in photo_files
        ),
        5,
    )
    print(f"takeover: {takeover_s:.2f} s")
    time.sleep(0.5)
    seen = [main_colour(pixel) for pixel in quadrant_colours(screen.screenshot())]
    assert seen == ["red", "green", "blue", "yellow"], "the photo stands the right way up"
    soon(
        "the screen's acknowledgement is shown",
        lambda: "acknowledged" in str(chen.asks(f"/api/v1/takeovers/{takeover}")),
        10,
    )
    assert chen.context.request.delete(
        f"{server.base}/api/v1/takeovers/{takeover}",
        headers={"X-CSRF-Token": csrf(chen), "Origin": server.base},
    ).ok
    soon("the plan is back", lambda: on_glass(screen)["state"] != "takeover", 5)

    # Counted: confirmed plays in the report, and the states sum to expected.
    today = chen.asks(f"/api/v1/reports/delivery?{report_of_today(group_by='campaign')}")
    soon(
        "a play of the campaign is confirmed",
        lambda: confirmed(chen, campaign) >= 1,
        330,
    )
    today = chen.asks(f"/api/v1/reports/delivery?{report_of_today(group_by='campaign')}")
    for row in [*today["items"], today["totals"]]:
        assert row["expected"] == sum(row[state] for state in STATES), row
    plays = chen.asks(f"/api/v1/reports/plays?{report_of_today(group_by='screen')}")
    assert plays["totals"]["confirmed"] == counted_events(chen, screen_id)


STATES = ("confirmed", "partial", "failed", "pre_empted", "screen_off", "pending", "missing")


def csrf(person: Person) -> str:
    """The token of the page that the person has open."""
    token = person.page.locator('meta[name="csrf-token"]').get_attribute("content")
    return str(token)


def report_of_today(**query: str) -> str:
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * HOUR_S))
    return "&".join([f"from={today}", f"to={today}", *(f"{k}={v}" for k, v in query.items())])


def confirmed(person: Person, campaign: str) -> int:
    report = person.asks(f"/api/v1/reports/plays?{report_of_today(group_by='campaign')}")
    rows = [row for row in report["items"] if row["campaign_id"] == campaign]
    return int(rows[0]["confirmed"]) if rows else 0


def counted_events(person: Person, screen_id: str) -> int:
    """Scheduled plays in the raw log that were counted."""
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * HOUR_S))
    span = f"from={day}T00:00:00%2B08:00&to={day}T23:59:59%2B08:00"
    log = person.asks(f"/api/v1/plays?screen_id={screen_id}&{span}&limit=200")
    return sum(
        play["verdict"] == "counted" and play["manifest"] is not None for play in log["items"]
    )
