"""`/preview` in Chromium: the player's stage shows any screen at any time, and leaves no trace."""

import re
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from playlists.wire.manifest import decode
from server.foundation.public_ids import number
from server.publishing import queries
from server.publishing.explain.hour_timeline import Piece, pieces
from server.publishing.manifests import store as manifests
from tests.support.devices.rendered_page import first_of
from tests.support.district.inventory import District
from tests.support.district.visits import sign_in
from tests.support.patience import until
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 25, 9, 0, tzinfo=ZONE)
NIGHT = datetime(2026, 11, 25, 3, 0, tzinfo=ZONE)
HOUR_MS = 3_600_000
LEFT_MS = 1_000
# The changes of the stage's content.
NOTE_CHANGES = """() => {
  window.seen = [];
  let was = document.body.dataset.asset;
  new MutationObserver(() => {
    const on = document.body.dataset.asset;
    if (on !== was) window.seen.push(on);
    was = on;
  }).observe(document.body, {attributes: true});
}"""
# The times that the stage reported, while it ran ten times as fast.
NOTE_TIMES = """() => {
  window.times = [];
  addEventListener("message", ({data, timeStamp}) => {
    const {at, runs, speed} = data?.preview ?? {};
    if (runs && speed === 10) window.times.push([timeStamp, at]);
  });
}"""
TOP = "() => document.querySelector('.layer.top .picture:not([hidden])')"


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def opened(page: Page, site: WebWorker, screen: str, at_ms: int) -> Frame:
    """The preview at an instant, paused there; the frame with the stage."""
    page.goto(f"{site.base}/preview?screen={screen}&at={at_ms}")
    page.locator("[data-kind]:not(:empty)").wait_for()
    page.get_by_role("button", name="暂停").click()
    expect(page.get_by_role("button", name="播放", exact=True)).to_be_visible()
    seek(page, at_ms)  # it ran until then, for as long as the machine took
    expect(page.locator("[data-clock]")).to_have_text(clock_at(at_ms))
    return stage(page)


def stage(page: Page) -> Frame:
    found = page.frame(url=re.compile("/preview/stage"))
    assert found is not None
    return found


def clock_at(at_ms: int) -> str:
    """The text of the page's clock at an instant."""
    return datetime.fromtimestamp(at_ms // 1000, ZONE).strftime("%Y-%m-%d %H:%M:%S")


def seek(page: Page, at_ms: int) -> None:
    local = datetime.fromtimestamp(at_ms / 1000, ZONE).strftime("%Y-%m-%dT%H:%M:%S")
    page.get_by_label("时间").fill(local)
    page.get_by_label("时间").dispatch_event("change")


def seat(page: Page, site: WebWorker, screen: str, at_ms: int) -> dict[str, Any]:
    found: dict[str, Any] = page.request.get(
        f"{site.base}/api/v1/screens/{screen}/seat?at={at_ms}"
    ).json()
    return found


def expect_on_stage(frame: Frame, digest: str) -> None:
    """That the picture is loaded, whole, and on top of the other layer."""
    frame.wait_for_function(
        f"digest => {{ const on = ({TOP})(); return on?.src?.endsWith(digest)"
        " && (on.naturalWidth || on.videoWidth) > 0; }",
        arg=digest,
    )


def planned(district: District, screen: str, from_ms: int) -> list[Piece]:
    """An hour of the screen's plan."""
    with district.world.core.config.read() as session:
        name = queries.tenures(session, number("screen", screen))[-1].manifest
        plan = decode(manifests.text(session, name))
    return list(pieces(plan, from_ms, from_ms + HOUR_MS))


def test_the_right_picture_is_on_the_stage_at_any_instant(
    chen: Page, site: WebWorker, district: District
) -> None:
    screen = district.screens["营业厅"]
    frame = opened(chen, site, screen, ms(MORNING))

    for offset_s in (0, 333, 1_234, 2_750, -16 * 3600 + 600):
        at_ms = ms(MORNING) + offset_s * 1000
        seek(chen, at_ms)

        expected = seat(chen, site, screen, at_ms)
        expect_on_stage(frame, expected["asset"])
        expect(chen.locator("[data-title]")).to_have_text(expected["asset_name"])


@pytest.mark.long
def test_a_clip_is_shown_at_its_place(chen: Page, site: WebWorker, district: District) -> None:
    screen = district.screens["营业厅"]
    frame = opened(chen, site, screen, ms(MORNING))
    assets = {one.seat.asset: one for one in planned(district, screen, ms(MORNING))}
    clip = next(
        one
        for digest, one in assets.items()
        if "video" in chen.request.head(f"{site.base}/files/{digest}").headers["content-type"]
    )

    seek(chen, clip.from_ms // 1000 * 1000 + 3000)

    assert clip.seat.asset is not None
    expect_on_stage(frame, clip.seat.asset)
    at_its_place = "(on) => on.paused && on.currentTime >= 1.9 && on.currentTime <= 3.1"
    frame.wait_for_function(f"() => ({at_its_place})(({TOP})())")


@pytest.mark.long
def test_it_goes_on_from_place_to_place_as_planned(
    chen: Page, site: WebWorker, district: District
) -> None:
    screen = district.screens["营业厅"]
    frame = opened(chen, site, screen, ms(MORNING))
    plan = planned(district, screen, ms(MORNING))
    frame.evaluate(NOTE_CHANGES)
    changes = [pair for pair in pairwise(plan) if pair[0].seat.asset != pair[1].seat.asset]

    for before, after in changes[:5]:
        seek(chen, before.until_ms - LEFT_MS)
        expect_on_stage(frame, str(before.seat.asset))
        frame.evaluate("() => { window.seen = []; }")
        chen.get_by_role("button", name="播放", exact=True).click()
        frame.wait_for_function("() => window.seen.length > 0")
        chen.get_by_role("button", name="暂停").click()
        expect(chen.get_by_role("button", name="播放", exact=True)).to_be_visible()
        assert frame.evaluate("() => window.seen[0]") == after.seat.asset


@pytest.mark.long
def test_it_runs_faster_on_request(chen: Page, site: WebWorker, district: District) -> None:
    """By the stage's own reported time, independent of the machine's load."""
    opened(chen, site, district.screens["营业厅"], ms(MORNING))
    chen.evaluate(NOTE_TIMES)

    chen.get_by_label("速度").select_option("10")
    chen.get_by_role("button", name="播放", exact=True).click()
    chen.wait_for_function("() => window.times.length > 15")

    times = chen.evaluate("() => window.times")
    (real_ms, shown_ms), (later_ms, later_shown_ms) = times[0], times[-1]
    assert 5 < (later_shown_ms - shown_ms) / (later_ms - real_ms) < 20


@pytest.mark.long
def test_single_places_forward_and_back(chen: Page, site: WebWorker, district: District) -> None:
    screen = district.screens["营业厅"]
    frame = opened(chen, site, screen, ms(MORNING))
    first, second, third = planned(district, screen, ms(MORNING))[:3]
    clock = chen.locator("[data-clock]")

    chen.get_by_role("button", name="下一个").click()
    expect(clock).to_have_text(clock_at(second.from_ms))
    chen.get_by_role("button", name="下一个").click()
    expect(clock).to_have_text(clock_at(third.from_ms))
    assert third.seat.asset is not None
    expect_on_stage(frame, third.seat.asset)
    chen.get_by_role("button", name="上一个").click()
    expect(clock).to_have_text(clock_at(second.from_ms))
    chen.get_by_role("button", name="+1 小时").click()
    expect(clock).to_contain_text(" 10:00:")
    assert first.from_ms == ms(MORNING)


def test_it_records_no_play_and_asks_nothing_that_players_ask(
    chen: Page, site: WebWorker, district: District
) -> None:
    screen = district.screens["营业厅"]
    asked: list[str] = []
    chen.context.on("request", lambda request: asked.append(request.url.removeprefix(site.base)))
    sent: list[str] = []
    chen.on("websocket", lambda line: line.on("framesent", lambda frame: sent.append(str(frame))))
    log = (
        f"{site.base}/api/v1/plays?screen_id={screen}&limit=200"
        "&from=2026-11-23T00:00:00%2B08:00&to=2026-11-27T00:00:00%2B08:00"
    )
    before = chen.request.get(log).json()

    frame = opened(chen, site, screen, ms(MORNING))
    chen.get_by_role("button", name="播放", exact=True).click()
    chen.get_by_label("速度").select_option("10")
    shown = chen.locator("[data-clock]")
    until("some places", lambda: shown.inner_text() > clock_at(ms(MORNING) + 40_000))

    assert any(path.startswith("/files/") for path in asked)
    wrong = [path for path in asked if re.match(r"/player|/api/v1/player|/socket\.io", path)]
    assert wrong == []
    first_of(chen, "the page itself follows what changes", sent)
    assert [frame for frame in sent if not re.match(r"3$|4\d/console,", frame)] == []
    assert chen.request.get(log).json() == before
    # Beside the console's own mark, which it has in the same storage.
    kept = frame.evaluate(
        "async () => [(await indexedDB.databases()).length, (await caches.keys()).length,"
        " (await navigator.serviceWorker.getRegistrations()).length,"
        " Object.keys(localStorage).filter((key) => key !== 'anping.version').length]"
    )
    assert kept == [0, 0, 0, 0]


def test_off_hours_are_black_with_a_label(chen: Page, site: WebWorker, district: District) -> None:
    screen = district.screens["营业厅"]
    frame = opened(chen, site, screen, ms(NIGHT))

    expect(chen.locator("[data-kind]")).to_have_text("非营业时段，屏幕关闭")
    expect(frame.locator(".builtin")).to_be_hidden()
    expect(frame.locator(".layer.on")).to_have_count(0)
    chen.get_by_role("button", name="下一个").click()
    expect(chen.locator("[data-clock]")).to_contain_text(" 08:30:00")
    chen.get_by_role("button", name="上一个").click()
    expect(chen.locator("[data-kind]")).to_have_text("非营业时段，屏幕关闭")


@pytest.mark.long
def test_a_takeover_is_shown_over_the_plan_also_when_it_is_over(
    chen: Page, site: WebWorker, district: District
) -> None:
    screen = district.screens["门诊大厅"]
    at_ms = ms(datetime(2026, 11, 24, 15, 0, 30, tzinfo=ZONE))

    frame = opened(chen, site, screen, at_ms)

    takeover = seat(chen, site, screen, at_ms)["takeover"]
    expect_on_stage(frame, takeover["asset"]["digest"])
    expect(chen.locator("[data-kind]")).to_have_text("紧急插播")
    expect(chen.locator("[data-title]")).to_have_text("紧急提醒：冒充医保局")


@pytest.mark.long
def test_a_screen_without_a_plan_shows_that(
    chen: Page, site: WebWorker, district: District
) -> None:
    chen.goto(f"{site.base}/preview?screen={district.screens['二楼展厅']}")

    expect(chen.locator("[data-kind]")).to_contain_text("还没有节目单")
    expect(chen.frame_locator("[data-stage]").get_by_text("还没有节目单")).to_be_visible()


def test_a_missing_file_is_reported_and_the_next_picture_comes(
    chen: Page, site: WebWorker, district: District
) -> None:
    screen = district.screens["营业厅"]
    first, second = planned(district, screen, ms(MORNING))[:2]
    assert first.seat.asset is not None
    assert second.seat.asset is not None
    assert first.seat.asset != second.seat.asset
    path = district.world.core.store.path(first.seat.asset)
    away = path.with_suffix(".away")
    path.rename(away)
    try:
        frame = opened(chen, site, screen, ms(MORNING))
        expect(chen.locator("[data-kind]")).to_contain_text("画面打不开")
        chen.get_by_role("button", name="下一个").click()
        expect_on_stage(frame, second.seat.asset)
        expect(frame.locator(".panel")).to_be_hidden()
    finally:
        away.rename(path)


def test_screens_of_others_are_answered_as_missing(
    browser: Browser, site: WebWorker, district: District
) -> None:
    sun = sign_in(browser, site, "sun", locale="zh-CN")

    for path in ("/preview", "/preview/stage"):
        for screen in (district.screens["门诊大厅"], "s_999"):
            assert sun.request.get(f"{site.base}{path}?screen={screen}").status == 404
    own = sun.request.get(f"{site.base}/preview?screen={district.screens['咨询台']}")
    assert own.status == 200
    assert "门诊大厅" not in own.text()


@pytest.mark.long
def test_a_campaign_is_previewed_where_and_when_it_is_on_next(
    chen: Page, site: WebWorker, district: District
) -> None:
    chen.goto(f"{site.base}/campaigns/{district.campaigns['医院窗口提醒']}")
    chen.get_by_role("link", name="预览画面").click()

    expect(chen.locator("[data-kind]")).to_have_text(re.compile("医院窗口提醒|紧急插播"))
    name = chen.get_by_role("combobox", name="看哪块屏").input_value()
    assert name in ("区人民医院 · 门诊大厅", "区人民医院 · 取药窗口")
    assert f"screen={district.screens[name.rpartition(' ')[2]]}" in chen.url
    chen.get_by_role("link", name="为什么播这个").click()
    expect(chen.get_by_role("heading", name="为什么播这个")).to_be_visible()


def test_a_draft_is_rehearsed_on_a_screen_before_anybody_signs_it(
    chen: Page, site: WebWorker, district: District
) -> None:
    chen.goto(f"{site.base}/campaigns/{district.campaigns['银行网点强化宣传']}")
    chen.get_by_role("link", name="预演画面").click()

    expect(chen.locator("[data-kind]")).to_have_text("银行网点强化宣传")
    expect(chen.get_by_role("heading", name="预演", exact=True)).to_be_visible()
    expect(chen.get_by_text("草稿预演：")).to_be_visible()
    stage(chen).wait_for_function(f"() => {{ const on = ({TOP})(); return on?.naturalWidth > 0; }}")
    chen.get_by_role("button", name="下一个").click()
    expect(chen).to_have_url(re.compile(rf"&draft={district.campaigns['银行网点强化宣传']}$"))
    expect(chen.get_by_role("link", name="为什么播这个")).to_have_count(0)


@pytest.mark.long
def test_another_screen_is_found_by_its_name_and_shown_at_the_same_time(
    chen: Page, site: WebWorker, district: District
) -> None:
    first, other = district.screens["营业厅"], district.screens["门厅"]
    opened(chen, site, first, ms(MORNING))

    field = chen.get_by_role("combobox", name="看哪块屏")
    field.fill("不会有的屏")
    expect(chen.get_by_text("没有符合的，请换个词。")).to_be_attached()
    assert f"screen={first}" in chen.url
    field.fill("门厅")
    chen.get_by_role("option").filter(has_text="门厅").first.click()

    expect(chen).to_have_url(re.compile(rf"screen={other}&at={ms(MORNING) // 100_000}"))
