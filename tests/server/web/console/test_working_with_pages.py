"""What people do with the pages: drag, type, slide, and use the keyboard alone."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser.questions import answers
from tests.support.district.inventory import District
from tests.support.district.visits import PHONE, sign_in
from tests.support.factories.sample_files import photo
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser


def names_on(page: Page) -> list[str]:
    return page.locator("[data-items] [data-name]").all_inner_texts()


def test_a_playlist_is_ordered_by_dragging_and_by_keys(
    chen: Page, site: WebWorker, district: District
) -> None:
    chen.goto(f"{site.base}/playlists/{district.playlists['反诈主列表']}")
    expect(chen.locator("[data-items] [data-name]")).not_to_have_count(0)
    first, second, *rest = names_on(chen)
    expect(chen.locator("[data-total]")).to_have_text("51")

    rows = chen.locator("[data-items] > li")
    rows.nth(0).locator("[data-handle]").drag_to(rows.nth(1), target_position={"x": 60, "y": 40})
    expect(chen.locator("[data-items] [data-name]").first).to_have_text(second)
    chen.locator("[data-handle]").nth(1).focus()
    chen.keyboard.press("ArrowUp")
    chen.keyboard.press("ArrowDown")
    chen.keyboard.press("ArrowDown")

    expect(chen.locator("[data-items] [data-name]")).to_have_text(
        [second, rest[0], first, *rest[1:]]
    )
    expect(chen.locator("[data-said]")).to_contain_text("第 3 项")
    expect(chen.locator("[data-handle]").nth(2)).to_be_focused()


def test_after_a_refusal_the_focus_is_on_the_first_field_that_is_wrong(
    chen: Page, site: WebWorker, district: District
) -> None:
    chen.goto(f"{site.base}/campaigns/{district.campaigns['银行网点强化宣传']}/edit")
    chen.locator('[name="starts_on"]').fill("2027-02-02")
    chen.locator('[name="ends_on"]').fill("2027-01-01")

    chen.get_by_role("button", name="保存", exact=True).click()

    expect(chen.locator(".is-invalid").first).to_be_focused()
    expect(chen.locator('[name="ends_on"]')).to_have_class(re.compile("is-invalid"))


def test_a_slide_enters_a_list_with_the_seconds_that_it_was_made_for(
    chen: Page, site: WebWorker, district: District
) -> None:
    chen.goto(f"{site.base}/playlists/new")
    slide = chen.locator('[data-add] option[data-kind="image"]:not([data-length="0.0"])').first
    seconds = float(slide.get_attribute("data-length") or 0)
    chen.locator("[data-add]").select_option(slide.get_attribute("value"))

    chen.locator("[data-add-button]").click()

    assert seconds > 0
    expect(chen.locator("[data-items] [data-duration]")).to_have_value(f"{seconds:g}")


def test_a_live_campaign_is_boosted_in_two_clicks(
    chen: Page, site: WebWorker, district: District
) -> None:
    chen.goto(f"{site.base}/campaigns/{district.campaigns['医院窗口提醒']}")

    chen.get_by_role("link", name="加播", exact=True).click()
    chen.get_by_role("button", name="加播", exact=True).click()

    expect(chen.get_by_text("×2　集中宣传期间加播")).to_be_visible()
    expect(chen.get_by_text("加播期间（")).to_contain_text("，×2）每小时")


def test_the_number_of_screens_follows_the_selection(chen: Page, site: WebWorker) -> None:
    chen.goto(f"{site.base}/takeovers/new")
    count = chen.locator("[data-count]")
    expect(count).to_have_text("16 块显示屏，14 个点位")
    chen.get_by_label("全部显示屏").uncheck()
    expect(count).to_have_text("还没有选中任何显示屏")

    chen.get_by_label("医院", exact=True).check()
    expect(count).to_have_text("2 块显示屏，1 个点位")
    chen.get_by_label("全部显示屏").check()
    expect(count).to_have_text("16 块显示屏，14 个点位")


def test_a_venue_gets_a_midday_break_with_the_keyboard(
    chen: Page, site: WebWorker, district: District
) -> None:
    chen.goto(f"{site.base}/venues/{district.venues['农商银行东门分理处']}")
    monday = chen.locator('[data-day="1"]')
    monday.get_by_role("button", name="加一段").focus()
    chen.keyboard.press("Enter")
    chen.keyboard.type("18:00")
    chen.keyboard.press("Tab")
    chen.keyboard.type("19:30")
    with chen.expect_navigation():
        chen.get_by_role("button", name="保存").click()

    expect(chen.locator('[data-day="1"] .span')).to_have_count(2)
    expect(chen.locator('[data-day="1"] input').nth(3)).to_have_value("19:30")


def test_a_wrong_value_is_named_at_its_field_and_nothing_typed_is_lost(
    chen: Page, site: WebWorker
) -> None:
    chen.goto(f"{site.base}/campaigns/new")
    chen.get_by_label("名称").fill("元宵宣传")
    chen.get_by_label("全部显示屏").check()
    chen.get_by_label("结束日期（含）").fill("2020-01-01")
    chen.get_by_role("button", name="保存").click()

    field = chen.get_by_label("结束日期（含）")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(chen.get_by_label("名称")).to_have_value("元宵宣传")


def test_a_slide_is_drawn_on_each_shape_while_it_is_typed(chen: Page, site: WebWorker) -> None:
    chen.goto(f"{site.base}/slides/slogan")
    pictures = chen.locator("[data-preview]")
    for place in range(7):
        expect(pictures.nth(place)).to_have_attribute("src", re.compile("^blob:"))
    before = str(pictures.first.get_attribute("src"))

    chen.get_by_label("标语").fill("一二三四五六七八九十一二三四五六七八九十")

    checks = chen.locator("[data-slide-checks]")
    expect(checks).to_contain_text("最多 16 个字")
    expect(pictures.first).to_have_attribute("src", before)
    chen.get_by_label("标语").fill("未知链接不点击\n陌生来电不轻信\n转账汇款多核实")
    chen.get_by_label("播放时长").fill("3")
    expect(checks).to_contain_text("读完")
    expect(checks).to_contain_text("请缩短文字或延长时长")


CALL = """async ([method, path, body]) => {
  const {call} = await import('/static/console/api.js');
  return call(method, path, body ?? undefined);
}"""


def rush_hours(district: District) -> dict[str, Any]:
    """A campaign with more than its form can show."""
    return {
        "name": "早晚高峰",
        "playlist_id": district.playlists["反诈主列表"],
        "starts_on": "2027-01-01",
        "ends_on": "2027-01-31",
        "target": {"kind": "plays_per_hour", "value": 6},
        "floor": 2,
        "dayparts": [
            {"days": [1, 2, 3, 4, 5], "from": "07:00", "to": "09:00", "calendar": "workdays"},
            {"days": [1, 2, 3, 4, 5], "from": "17:00", "to": "19:00", "calendar": "all"},
        ],
        "selector": {
            "venue_kinds": ["bank"],
            "tags": ["大堂"],
            "except": {"venue_ids": [district.venues["农商银行东门分理处"]]},
        },
    }


@pytest.fixture
def campaign(chen: Page, site: WebWorker, district: District) -> dict[str, Any]:
    chen.goto(f"{site.base}/campaigns")
    made: dict[str, Any] = chen.evaluate(CALL, ["POST", "/api/v1/campaigns", rush_hours(district)])
    chen.goto(f"{site.base}/campaigns/{made['id']}/edit")
    return made


def saved(page: Page, site: WebWorker, campaign: dict[str, Any]) -> dict[str, Any]:
    """The stored campaign after the button was pressed."""
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(f"{site.base}/campaigns/{campaign['id']}")
    kept: dict[str, Any] = page.evaluate(CALL, ["GET", f"/api/v1/campaigns/{campaign['id']}", None])
    return kept


def test_saving_a_campaign_keeps_what_its_form_doesnt_show(
    chen: Page, site: WebWorker, campaign: dict[str, Any]
) -> None:
    chen.get_by_label("最低频次（每小时，可不填）").fill("")

    kept = saved(chen, site, campaign)

    assert len(kept["dayparts"]) == 2
    assert kept["dayparts"] == campaign["dayparts"]
    assert kept["selector"] == {**campaign["selector"], "all": False}
    assert kept["floor"] == 0


def test_a_day_part_is_taken_away_by_emptying_it(
    chen: Page, site: WebWorker, campaign: dict[str, Any]
) -> None:
    second = chen.get_by_role("group", name="时段 2（不填即不限）")
    for day in second.get_by_role("checkbox").all():
        day.uncheck()
    second.get_by_label("开始时间").fill("")
    second.get_by_label("结束时间").fill("")

    assert saved(chen, site, campaign)["dayparts"] == campaign["dayparts"][:1]


def test_a_person_decides_about_a_player_that_may_be_a_copy(
    chen: Page, site: WebWorker, district: District
) -> None:
    chen.goto(f"{site.base}/quarantine")
    boot = chen.locator("li", has_text="农商银行东门分理处 营业厅")
    expect(boot).to_contain_text("等待认定")
    boot.get_by_role("button", name="不是这块屏的终端，不计入").click()
    answers(chen, yes=False)
    expect(boot).to_contain_text("等待认定")

    boot.get_by_role("button", name="不是这块屏的终端，不计入").click()
    answers(chen)

    expect(boot).to_contain_text("已认定不是本屏，不计入")
    expect(boot.get_by_role("button")).to_have_text(["是这块屏的终端，计入"])


def test_transport_asks_for_an_exemption_and_another_approves_it_on_the_list(
    browser: Browser, site: WebWorker
) -> None:
    here = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
    zhao, lin = (sign_in(browser, site, who, **here) for who in ("zhao", "lin"))
    zhao.goto(f"{site.base}/settings/exemptions/new")
    zhao.get_by_text("单独加选点位").click()
    for name in ("3 路公交 012 号车", "人民广场站台"):
        zhao.get_by_label(name).check()
    zhao.get_by_label("原因").select_option(label="检修")
    zhao.locator('[name="from"]').fill("2026-11-23T08:00")
    zhao.locator('[name="until"]').fill("2026-11-27T18:00")
    zhao.get_by_label("依据文件").fill("报修单 2026-1124-07")
    zhao.get_by_label("说明", exact=True).fill("送厂检修，周五下午装回。")
    expect(zhao.locator("[data-count]")).to_have_text("2 块显示屏，2 个点位")
    zhao.get_by_role("button", name="送审").click()
    zhao.wait_for_url("**/settings/exemptions/f_*")
    expect(zhao.get_by_text("等待另一人批准")).to_be_visible()

    lin.goto(f"{site.base}/settings/exemptions")
    row = lin.locator("tr", has_text="报修单 2026-1124-07")
    expect(row).to_contain_text("2026-11-27 18:00")
    with lin.expect_request("**/approve") as sent:
        row.get_by_role("button", name="批准").click()
        asked = answers(lin)
    expect(row).to_contain_text("已批准")
    assert re.fullmatch(r'"\w{32}"', sent.value.headers["if-match"])

    # The stop's screen is silent since 11:00; the bus has played.
    assert re.match(r"批准后，2 块显示屏这段时间没有播成的（至今 [\d,]+ 次）免予考核", asked)
    lin.goto(f"{site.base}/reports?group_by=unit")
    unit = lin.locator("tr", has_text="交通运输分局").locator("td").all_text_contents()
    pending, excused = (int(unit[at].replace(",", "")) for at in (8, 10))
    assert excused > 1_000
    # By now the other screens have plays due since the district was made.
    rows = lin.request.get(f"{site.base}/api/v1/reports/delivery?group_by=screen").json()["items"]
    silent = max(rows, key=lambda row: int(row["pending"]))
    assert abs(silent["pending"] - silent["excused"]) <= 2
    awaited = sum(row["pending"] for row in rows if not row["excused"])
    assert -50 < pending - excused < 50 + awaited
    due = sum(row["expected"] - row["excused"] for row in rows)
    assert float(unit[1].removesuffix(" %")) > 99 - 100 * awaited / due
    for page in (zhao, lin):
        page.context.close()


@pytest.fixture
def on_the_phone(browser: Browser, site: WebWorker, district: District) -> Page:
    """The form of the mall, on a phone."""
    page = sign_in(browser, site, "chen", locale="zh-CN", viewport=PHONE, is_mobile=True)
    page.goto(f"{site.base}/attestations/new?venue_id={district.venues['万象商场']}")
    return page


def test_two_minutes_on_a_phone_are_enough_to_report_by_hand(
    on_the_phone: Page, tmp_path: Path
) -> None:
    page = on_the_phone
    page.get_by_label("到（含）").fill("2026-11-24")
    page.get_by_label("拍照").set_input_files([photo(tmp_path / "screen.jpg")])
    page.get_by_role("button", name="提交", exact=True).click()

    page.wait_for_url("**/attestations/m_*")
    expect(page.locator("h1")).to_have_text("人工上报 · 万象商场")
    expect(page.get_by_text("等待另一人审批")).to_be_visible()
    picture = page.locator(".photos img")
    expect(picture).to_have_count(1)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_the_report_is_kept_when_the_network_breaks_before_the_photo(
    on_the_phone: Page, tmp_path: Path
) -> None:
    page, requests = on_the_phone, []
    page.on("request", lambda one: requests.append((one.method, one.url.rpartition("/api/v1")[2])))
    page.route("**/photos", lambda route: route.abort())
    page.get_by_label("每天大约几次").fill("77")
    page.get_by_label("拍照").set_input_files([photo(tmp_path / "screen.jpg")])
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("没有网络，内容和照片都留在手机里")).to_be_visible()
    expect(page.get_by_label("每天大约几次")).to_be_disabled()

    page.unroute("**/photos")

    page.wait_for_url("**/attestations/m_*")
    expect(page.locator(".photos img")).to_have_count(1)
    assert requests.count(("POST", "/attestations")) == 1


def test_days_follow_the_dates_until_somebody_writes_his_own(on_the_phone: Page) -> None:
    page = on_the_phone
    days = page.get_by_label("其中播了几天")
    page.get_by_label("从", exact=True).fill("2026-11-20")
    page.get_by_label("到（含）").fill("2026-11-22")
    expect(days).to_have_value("3")
    days.fill("2")
    page.get_by_label("到（含）").fill("2026-11-23")

    expect(days).to_have_value("2")


def test_once_approved_it_is_in_the_ledger_in_a_column_of_its_own(
    browser: Browser, site: WebWorker
) -> None:
    lin = sign_in(browser, site, "lin", locale="zh-CN")
    lin.goto(f"{site.base}/attestations/m_1")
    lin.get_by_role("button", name="批准", exact=True).click()
    expect(lin.locator(".state.good")).to_have_text("已批准")

    lin.goto(f"{site.base}/reports/coverage?from=2026-11-16&to=2026-11-23")
    lin.locator("summary", has_text="明细表").click()
    row = lin.get_by_role("row", name="三产服务科")
    expect(row).to_contain_text("含人工上报")
    row.locator('a[href$="state=attested"]').click()

    expect(lin.locator("h1")).to_have_text("人工上报点位（1 个）")
    expect(lin.get_by_role("link", name="万象商场")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "new", "shown", "kind"),
    [
        ("/settings/enrolment-keys", "[data-key-form] button", "[data-key]", "ane_"),
        ("/settings", "form[data-token] button", "[data-token-shown] code", "anp_"),
    ],
)
def test_a_secret_shown_once_is_large_and_grouped_and_copied_in_one_piece(
    browser: Browser, site: WebWorker, path: str, new: str, shown: str, kind: str
) -> None:
    page = sign_in(browser, site, "admin", locale="zh-CN", viewport=PHONE)
    page.goto(site.base + path)
    if kind != "ane_":
        page.fill("form[data-token] [name=name]", "报表")

    page.click(new)

    key = page.locator(shown)
    expect(key).to_have_text(re.compile(rf"^{kind}[\w-]{{30,}}$"))
    assert key.locator("span").count() > 8
    assert float(str(key.evaluate("one => parseFloat(getComputedStyle(one).fontSize)"))) >= 20
    copied = key.evaluate(
        "one => { getSelection().selectAllChildren(one); return `${getSelection()}` }"
    )
    assert copied == key.text_content()
    box = key.bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= box["x"] + box["width"] <= PHONE["width"]


def test_a_new_enrolment_key_is_in_the_list_while_it_is_shown(
    browser: Browser, site: WebWorker
) -> None:
    page = sign_in(browser, site, "admin", locale="zh-CN")
    page.goto(site.base + "/settings/enrolment-keys")
    keys = page.locator("[data-live=keys] tbody tr")
    before = keys.count()

    page.click("[data-key-form] button")

    expect(keys).to_have_count(before + 1)
    expect(page.locator("[data-key]")).to_be_visible()
    keys.first.get_by_role("button", name="吊销").click()
    answers(page)
    expect(keys.first.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Asia/Shanghai"])
def test_a_typed_time_is_the_districts_in_any_time_zone_of_the_computer(
    browser: Browser, site: WebWorker, zone: str
) -> None:
    page = sign_in(browser, site, "admin", locale="zh-CN", timezone_id=zone)
    page.goto(site.base + "/settings/enrolment-keys")
    page.fill('[name="expires_at"]', "2026-12-01T09:30")

    page.click("[data-key-form] button")

    expect(page.locator("[data-live=keys] tbody tr").first).to_contain_text("2026-12-01 09:30")
    page.goto(site.base + "/takeovers/new")
    page.select_option("#f-for", "custom")
    page.fill("#f-until", "2026-11-26T08:15")
    expect(page.locator("[data-ends]")).to_contain_text("11-26 08:15")
