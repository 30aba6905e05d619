"""The transport officer plans: rosters by hand and by file, maintenance, alerts and recipients."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from server.foundation.public_ids import number
from server.inventory.venues.models import Line
from tests.server.web.console.test_every_page import grave_faults
from tests.support.browser.questions import answers
from tests.support.district.served import serving_district
from tests.support.district.story import found
from tests.support.district.visits import PHONE, sign_in
from tests.support.factories.notification_sinks import webhook_sink
from tests.support.monitoring.fleet import Fleet, make_fleet
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WebWorker, Fleet]]:
    here = found(tmp_path_factory.mktemp("fleet"))
    fleet = make_fleet(here.world, number("unit", here.units["交通运输分局"]))
    with here.world.core.config.write() as session:
        for line in fleet.lines.values():
            row = session.get_one(Line, line)
            row.first_service, row.last_service = "06:00", "22:00"
    with serving_district(here) as worker:
        yield worker, fleet


@pytest.fixture
def site(served: tuple[WebWorker, Fleet]) -> WebWorker:
    return served[0]


@pytest.fixture
def line(served: tuple[WebWorker, Fleet]) -> str:
    return f"n_{served[1].lines['3 路']}"


@pytest.fixture
def zhao(browser: Browser, site: WebWorker) -> Iterator[Page]:
    page = sign_in(browser, site, "zhao", locale="zh-CN")
    yield page
    page.context.close()


def roster(page: Page, site: WebWorker, line: str, day: str) -> Any:
    return page.request.get(f"{site.base}/api/v1/lines/{line}/rosters/{day}").json()["vehicles"]


def test_a_roster_is_written_by_hand_for_several_days(
    zhao: Page, site: WebWorker, line: str
) -> None:
    zhao.goto(f"{site.base}/venues")
    zhao.get_by_role("link", name="线路和排班").click()
    zhao.get_by_role("link", name="3 路").click()
    zhao.wait_for_url(f"**/lines/{line}")
    zhao.goto(f"{zhao.url}?day=2026-12-01")
    zhao.get_by_label("苏C·3012", exact=True).fill("6:10-09:00 16:00—20:00")
    zhao.get_by_label("苏C·3015", exact=True).fill("")
    zhao.get_by_label("外线支援车号").fill("苏C·1201")
    zhao.get_by_label("支援时段").fill("07:00-08:30")
    zhao.get_by_label("一直用到").fill("2026-12-02")
    zhao.get_by_role("button", name="保存排班").click()
    answers(zhao)
    zhao.get_by_role("button", name="取消排班").wait_for()

    for day in ("2026-12-01", "2026-12-02"):
        runs = {one["vehicle"]: one["services"] for one in roster(zhao, site, line, day)}
        assert runs == {
            "苏C·3012": [["06:10", "09:00"], ["16:00", "20:00"]],
            "苏C·3018": [["06:00", "22:00"]],
            "苏C·1201": [["07:00", "08:30"]],
        }
    expect(zhao.get_by_label("苏C·1201 外线支援")).to_have_value("07:00-08:30")


@pytest.mark.long
def test_an_error_is_shown_at_the_vehicle_and_no_input_is_lost(
    zhao: Page, site: WebWorker, line: str
) -> None:
    zhao.goto(f"{site.base}/lines/{line}?day=2026-12-05")
    field = zhao.get_by_label("苏C·3015", exact=True)
    field.fill("早班")
    zhao.keyboard.press("Enter")

    error = zhao.locator(".roster-row", has=field).locator(".field-error")
    expect(error).to_contain_text("时刻写成")
    expect(field).to_have_value("早班")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert roster(zhao, site, line, "2026-12-05") is None


@pytest.mark.long
def test_a_day_is_copied(zhao: Page, site: WebWorker, line: str) -> None:
    duty = {"vehicle": "苏C·3018", "services": [["05:30", "23:00"]]}
    zhao.goto(f"{site.base}/lines/{line}?day=2026-12-08")
    zhao.evaluate(
        """([path, duty]) => fetch(path, {method: "PUT", body: JSON.stringify({vehicles: [duty]}),
        headers: {"Content-Type": "application/json", "X-CSRF-Token":
        document.querySelector('meta[name=csrf-token]').content}})""",
        [f"/api/v1/lines/{line}/rosters/2026-12-07", duty],
    )
    zhao.reload()
    zhao.get_by_label("照抄哪一天").select_option("2026-12-07")

    expect(zhao.get_by_label("苏C·3018", exact=True)).to_have_value("05:30-23:00")
    expect(zhao.get_by_label("苏C·3012", exact=True)).to_have_value("")


@pytest.mark.long
def test_rosters_of_all_lines_by_file_in_two_steps(
    zhao: Page, site: WebWorker, line: str, tmp_path: Path
) -> None:
    zhao.goto(f"{site.base}/lines")
    zhao.get_by_role("link", name="导入排班").click()
    with zhao.expect_download() as loaded:
        zhao.get_by_role("link", name="下载模板").click()
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    loaded.value.save_as(good)
    book = openpyxl.load_workbook(io.BytesIO(good.read_bytes()))
    book.worksheets[0]["D2"], book.worksheets[0]["E3"] = "苏C·9999", "早上"
    book.save(bad)

    zhao.get_by_label("排班表（xlsx 或 csv）").set_input_files(bad)
    zhao.get_by_role("button", name="检查").click()
    result = zhao.locator("[data-import-result]")
    expect(result).to_contain_text("2 处问题，改好之前什么都不导入")
    expect(result.locator("tbody tr")).to_have_count(2)
    assert result.locator("tbody tr").all_inner_texts() == [
        "第 2 行\t车号\t没有登记这辆车，请先在“点位”中登记。",
        "第 3 行\t开始\t时刻写成 06:10；过了午夜写 00:30 或 24:30。",
    ]
    expect(zhao.get_by_role("button", name="导入")).to_be_hidden()

    zhao.get_by_label("排班表（xlsx 或 csv）").set_input_files(good)
    expect(result).to_be_hidden()
    zhao.get_by_role("button", name="检查").click()
    expect(result).to_contain_text("没有问题。将设定 2 条线路、2 个线路日、7 辆车的排班")
    day = roster(zhao, site, line, "2026-11-25")
    zhao.get_by_role("button", name="导入").click()

    expect(result).to_contain_text("已导入：2 条线路、2 个线路日、7 辆车。")
    assert day is None
    expect(result).not_to_contain_text("没列全车辆")
    assert len(roster(zhao, site, line, "2026-11-25")) == 3


@pytest.mark.long
def test_a_file_that_leaves_vehicles_out_is_warned_of(
    zhao: Page, site: WebWorker, tmp_path: Path
) -> None:
    short = tmp_path / "short.csv"
    short.write_text("线路,日期,车号,开始,结束\n3 路,2026-12-20,苏C·3012,06:00,22:00\n")
    zhao.goto(f"{site.base}/lines/rosters/import")
    zhao.get_by_label("排班表（xlsx 或 csv）").set_input_files(short)
    zhao.get_by_role("button", name="检查").click()

    expect(zhao.locator("[data-import-result]")).to_contain_text("没列全车辆")
    row = zhao.locator("[data-import-result] tbody tr")
    expect(row).to_have_count(1)
    assert row.all_inner_texts() == ["3 路\t2026-12-20\t1 辆\t2 辆\t–"]


@pytest.mark.long
def test_maintenance_is_planned_for_a_screen_and_called_off(
    zhao: Page, site: WebWorker, served: tuple[WebWorker, Fleet]
) -> None:
    screen = served[1].screens["苏C·3012 前屏"].public_id
    zhao.goto(f"{site.base}/uptime/screens/{screen}")
    zhao.get_by_role("link", name="登记检修").click()
    zhao.get_by_label("开始").fill("2031-01-05T08:00")
    zhao.get_by_label("结束").fill("2031-01-05T07:00")
    zhao.get_by_label("事由").fill("更换主板")
    zhao.get_by_role("button", name="登记", exact=True).click()
    expect(zhao.locator(".field-error")).to_contain_text("结束不能早于开始")

    zhao.get_by_label("结束").fill("2031-01-05T18:00")
    zhao.get_by_role("button", name="登记", exact=True).click()
    zhao.wait_for_url("**/uptime/maintenance/w_*")
    expect(zhao.locator("main")).to_contain_text("苏C·3012")
    zhao.goto(f"{site.base}/screens/{screen}")
    zhao.locator("main").get_by_role("link", name="检修", exact=True).click()
    zhao.get_by_role("button", name="取消检修").click()
    answers(zhao)

    expect(zhao.locator(".lead-line .state")).to_have_text("已取消")


@pytest.mark.long
def test_ticked_screens_are_planned_for_at_once(zhao: Page, site: WebWorker) -> None:
    zhao.goto(f"{site.base}/screens?q=前屏")
    boxes = zhao.get_by_role("checkbox", name="选择")
    count = boxes.count()
    zhao.get_by_label("全选本页").check()
    boxes.first.uncheck()
    zhao.locator("summary", has_text="批量操作").click()
    zhao.get_by_label("操作", exact=True).select_option(label="检修")
    zhao.get_by_label("结束").fill("2031-01-06T18:00")
    zhao.get_by_label("开始（不填即从现在）").fill("2031-01-06T08:00")
    zhao.get_by_label("事由").fill("年检")
    zhao.get_by_role("button", name="执行").click()
    answers(zhao)
    zhao.wait_for_url("**/screens/bulk/B_*")

    expect(zhao.locator("main")).to_contain_text(f"{count - 1} 块屏")
    zhao.locator(".top-actions").get_by_role("link", name="检修", exact=True).click()
    zhao.wait_for_url("**/uptime/maintenance/w_*")
    expect(zhao.locator("main .rows li")).to_have_count(count - 1)


def test_a_wrong_rule_is_named_at_its_field_also_one_that_is_folded_away(
    browser: Browser, site: WebWorker
) -> None:
    page = sign_in(browser, site, "admin", locale="zh-CN")
    page.goto(f"{site.base}/settings")
    alerts = page.locator("#alert-rules")
    alerts.get_by_label("降到以下算结束").fill("60")
    alerts.get_by_role("button", name="保存").click()
    expect(alerts.locator(".field-error")).to_contain_text("恢复界限必须低于报告界限")

    uptime = page.locator("#uptime-rules")
    uptime.locator("summary").click()
    uptime.get_by_label("银行网点").fill("0.2")
    uptime.locator("summary").click()
    uptime.get_by_role("button", name="保存").click()
    expect(uptime.get_by_label("银行网点")).to_be_visible()
    assert uptime.get_by_label("银行网点").evaluate("field => field.matches(':invalid')")

    uptime.get_by_label("银行网点").fill("2")
    with page.expect_navigation():
        uptime.get_by_role("button", name="保存").click()
    rules = page.request.get(f"{site.base}/api/v1/settings").json()["uptime"]["grace_s"]
    assert (rules["bank"], rules["bus"], rules["shop"]) == (120, 21_600, 90)
    page.context.close()


@pytest.mark.long
def test_alerts_are_sent_where_the_officer_wants_them(zhao: Page, site: WebWorker) -> None:
    def target() -> Any:
        return zhao.request.get(f"{site.base}/api/v1/notification-targets").json()["items"][0]

    with webhook_sink() as sink:
        zhao.goto(f"{site.base}/settings")
        zhao.get_by_role("link", name="通知对象").first.click()
        zhao.get_by_role("link", name="新建通知对象").first.click()
        zhao.get_by_role("link", name="回调地址").click()
        zhao.get_by_label("名称").fill("运维值班")
        zhao.get_by_label("回调地址").fill(sink.url)
        zhao.get_by_text("高级设置（技术人员）").click()
        zhao.get_by_label("请求头").fill("Authorization")
        zhao.get_by_label("从").fill("22:00")
        zhao.get_by_label("到", exact=True).fill("06:30")
        zhao.get_by_role("button", name="保存").click()
        expect(zhao.locator(".mb-3", has_text="请求头").locator(".field-error")).to_be_visible()
        zhao.get_by_label("请求头").fill("Authorization：Bearer a:7")
        zhao.get_by_role("button", name="保存").click()
        zhao.wait_for_url("**/settings/notifications/h_*")
        zhao.get_by_role("button", name="发送测试").click()
        expect(zhao.locator("main .alert")).to_contain_text("测试消息已发出")
    assert sink.headers[0]["Authorization"] == "Bearer a:7"
    assert target()["quiet_hours"] == {"from": "22:00", "until": "06:30"}

    events = ("故障发生", "故障恢复", "每日摘要", "播放终端发布暂停", "待审批")
    for event in events:
        zhao.get_by_role("checkbox", name=event).uncheck()
    zhao.get_by_role("checkbox", name="断联", exact=True).check()
    zhao.get_by_label("从").fill("")
    zhao.get_by_label("到", exact=True).fill("")
    zhao.get_by_text("高级设置（技术人员）").click()
    zhao.get_by_label("删除全部请求头").check()
    with zhao.expect_navigation():
        zhao.get_by_role("button", name="保存").click()
    now = target()
    assert (now["events"], now["codes"], now["quiet_hours"]) == ([], ["offline"], None)
    assert (now["has_headers"], now["hint"]) == (False, "http://127.0.0.1/…")

    zhao.get_by_role("button", name="删除").click()
    answers(zhao)
    zhao.get_by_text("还没有通知对象").wait_for()


@pytest.mark.long
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_these_pages_are_for_screen_readers_and_phones(
    browser: Browser, site: WebWorker, line: str, device: str
) -> None:
    wanted = {"viewport": PHONE, "is_mobile": True} if device == "phone" else {}
    page = sign_in(
        browser, site, "zhao", locale="en-US" if device == "phone" else "zh-CN", **wanted
    )
    for path in (
        "/lines",
        f"/lines/{line}?day=2026-11-30",
        "/lines/rosters/import",
        "/uptime/maintenance?state=",
        "/uptime/maintenance/new",
        "/settings",
        "/screens",
    ):
        page.goto(site.base + path)
        page.wait_for_load_state("networkidle")
        assert grave_faults(page) == [], path
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.evaluate("window.innerWidth"), path
    page.context.close()
