"""运行监测: who sees which screens dark and since when, strips, filters, incidents, the sheet."""

import gc
import re
from pathlib import Path

import pytest

from server.inventory.screens.models import Screen
from server.monitoring.availability.distribution import Spread
from server.monitoring.availability.packed_records import Record
from server.monitoring.fleet.tree import Fleet as FleetTree
from server.playlog.upkeep import follow_changes
from server.web.console.fleet import monthly_sheet, view
from server.web.console.fleet.labels import length, since_text
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world
from tests.support.monitoring.fleet import NOW, Fleet, make_fleet
from tests.support.monitoring.heartbeats import SHANGHAI, at

pytestmark = pytest.mark.slow

NAMES = {
    "中文",
    "路",
    "东站",
    "西站",
    "前屏",
    "后屏",
    "苏",
    "公交公司",
    "后屏不亮",
    "已约周四回场更换",
}
DARK = ("苏C·3015", "苏C·3012", "苏C·1204", "苏C·1201")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    folder: Path = tmp_path_factory.mktemp("fleet")
    world = make_world(folder)
    return make_fleet(world, make_unit(world, "公交公司"))


def page(fleet: Fleet, path: str, role: str = "transport", language: str = "zh") -> str:
    person = sign_in(fleet.world, role, fleet.unit)  # type: ignore[arg-type] # one of the roles
    mark = "&" if "?" in path else "?"
    answer = person.client.get(f"{path}{mark}lang={language}")
    assert answer.status_code == 200, answer.text
    return answer.text


def part(shown: str, name: str) -> str:
    """The content of a live part of a page."""
    found = re.search(rf'data-live="{name}".*?(?=data-live=|</main>)', shown, re.DOTALL)
    assert found is not None
    return found[0]


def listed(shown: str) -> list[str]:
    """The vehicles in the list of the fleet."""
    return re.findall(r"<strong>(苏C·\d+)</strong>", part(shown, "uptime-fleet"))


def test_dark_buses_and_since_when_come_first(fleet: Fleet) -> None:
    now = part(page(fleet, "/uptime"), "uptime-now")

    assert re.findall(r">(\d+ 路：[^<]+)<", now) == [
        "3 路：2 辆车 3 块屏断联，最早始于 11-19 16:40",
        "12 路：2 辆车 2 块屏断联，最早始于 14:44，其中 1 块从未联系",
    ]
    assert tuple(re.findall(r"<strong>(苏C·\d+)</strong>", now)) == DARK
    assert now.count("最近联系 07:12") == 2
    assert re.search(r'最近联系 07:12</span> <span class="faint">[^<]+前</span>', now)
    assert now.count(">从未联系</span>") == 1


def test_the_overview_leads_there(fleet: Fleet) -> None:
    shown = page(fleet, "/")

    card = re.search(
        r'href="(/uptime[^"]+)"><strong[^>]*>5</strong>断联显示屏<small>([^<]+)', shown
    )
    assert card is not None
    assert card[2] == "最早始于 11-19 16:40"
    assert sorted(set(listed(page(fleet, card[1].replace("&amp;", "&"))))) == sorted(DARK)


def test_the_overview_keeps_no_fleet_in_memory(fleet: Fleet) -> None:
    page(fleet, "/")

    gc.collect()
    assert not any(type(one) is FleetTree for one in gc.get_objects())


def test_a_screen_that_was_dark_before_we_were_away_stays_dark(world: World) -> None:
    """After a restart of ours a bus has six hours, but not one that was missed already."""
    fleet = make_fleet(world, make_unit(world, "公交公司"))
    end = "UPDATE server_runs SET last_s = ? WHERE last_s = ?"
    fleet.contacts.run(end, at("24 14:50"), at(NOW))
    fleet.contacts.we_were_up("24 15:00", NOW)

    now = part(page(fleet, "/uptime"), "uptime-now")

    assert "3 路：2 辆车 3 块屏断联" in now


def line(fleet: Fleet, name: str) -> str:
    return f"n_{fleet.lines[name]}"


def test_filters_narrow_the_list_and_stay_in_the_address(fleet: Fleet) -> None:
    one = page(fleet, f"/uptime?line_id={line(fleet, '12 路')}&state=off_hours")

    assert listed(one) == ["苏C·1209"]
    assert f'value="{line(fleet, "12 路")}" selected' in one
    assert re.search(r'href="/uptime\?[^"]*line_id=n_\d+[^"]*state=off_hours[^"]*days=7"', one)
    assert listed(page(fleet, "/uptime?depot=西站&days=30"))[0] == "苏C·1204"
    assert "没有符合条件的显示屏" in page(fleet, "/uptime?by=unit&kind=taxi")


def test_figures_are_of_all_screens_however_the_list_is_narrowed(fleet: Fleet) -> None:
    figures = tiles(page(fleet, "/uptime"))
    dark = page(fleet, "/uptime?state=dark")

    assert tiles(dark) == figures
    assert "以下比率按 12 块有监测记录的显示屏计算。比率不随状态筛选。" in dark
    assert "以下只列现在“全部断联”的 5 块显示屏" in dark
    assert "不随状态筛选" not in page(fleet, "/uptime?kind=bus")
    assert [name for _, name in figures] == ["在线率", "正常播放率", "日志回传及时率", "达标率"]
    assert re.fullmatch(r"\d+\.\d–\u2060100\.0\u00a0%", figures[1][0])  # logs aren't complete yet
    assert figures[3][0] == "83.3 %"  # 10 of 12 screens


def test_median_and_lowest_tenth_are_shown_under_details_and_in_no_headline(fleet: Fleet) -> None:
    shown = page(fleet, "/uptime")
    details = shown.partition('<details class="card more">')[2]

    assert "中位" not in part(shown, "uptime-figures")
    assert re.search(r"在线率中位数</dt><dd>\d+\.\d %", details)
    assert re.search(r"最低 10 % 的屏</dt><dd>不高于 \d+\.\d %", details)


def test_a_range_is_drawn_as_a_bar_from_what_is_proven_to_what_may_come(fleet: Fleet) -> None:
    drawn = part(page(fleet, "/uptime"), "uptime-figures")

    low = re.search(r"<strong>(\d+\.\d)–\u2060100\.0\u00a0%</strong>正常播放率", drawn)
    widths = re.findall(r'<rect class="share-(good|wait)"[^>]* width="([\d.]+)"', drawn)
    assert low is not None
    assert widths[0] == ("good", low[1])
    assert sum(float(width) for _, width in widths) == pytest.approx(100)


def test_screens_that_are_in_no_rate_are_separate(world: World) -> None:
    fleet = make_fleet(world, make_unit(world, "公交公司"))
    assert "有监测记录" not in page(fleet, "/uptime")
    figures = tiles(page(fleet, "/uptime"))
    make_screen(world, venue=fleet.venues["苏C·1204"], name="后屏", enrolled_at=None)

    shown = page(fleet, "/uptime")
    english = page(fleet, "/uptime?state=dark", language="en")

    assert tiles(shown) == figures
    assert "以下比率按 12 块有监测记录的显示屏计算（另 1 块未绑定或还没有记录，不计）。" in shown
    assert "the 12 screens with a record (1 more aren" in english


def tiles(shown: str) -> list[tuple[str, str]]:
    """The figures at the top with their names."""
    return re.findall(r'<div class="number"><strong[^>]*>([^<]+)</strong>(\w+)', shown)


def test_our_own_outage_is_hatched_and_hours_to_come_are_not(fleet: Fleet) -> None:
    screen = fleet.screens["苏C·3012 前屏"].public_id

    saturday = page(fleet, f"/uptime/screens/{screen}?day=2026-11-21")
    today = page(fleet, f"/uptime/screens/{screen}")

    assert hours(saturday)[8:12] == ["c-up", "c-unknown", "c-unknown", "c-up"]
    assert hours(today)[11:17] == ["c-up", "c-up", "c-partly", "c-down", "c-down", "c-none"]
    assert "无法判定 2 小时 30 分" in saturday


def hours(shown: str) -> list[str]:
    """The tones of the hours of the day on a screen's page."""
    strip = re.findall(
        r'class="cells wide".*?</span>\s*<span class="cells-scale"', shown, re.DOTALL
    )
    return re.findall(r'<(?:a|i) class="(c-\w+)', strip[1])


def test_an_hour_opens_into_its_plays_and_a_day_into_its_hours(fleet: Fleet) -> None:
    screen = fleet.screens["苏C·3012 前屏"].public_id

    shown = page(fleet, f"/uptime/screens/{screen}?day=2026-11-21")

    assert f'href="/plays?screen_id={screen}&amp;day=2026-11-21&amp;hour=6"' in shown
    assert f'href="/uptime/screens/{screen}?day=2026-11-20"' in shown
    assert f'href="/screens/{screen}/hours?day=2026-11-20"' in shown
    assert "1 小时 49 分" in shown  # down since grace passed at 13:12


def test_a_vehicles_page_has_all_its_screens(fleet: Fleet) -> None:
    shown = page(fleet, f"/uptime/venues/v_{fleet.venues['苏C·3012']}")

    assert shown.count("逐小时") == 2
    assert "朱师傅" in shown


def test_incidents_are_handled_by_those_who_may(fleet: Fleet) -> None:
    transport, viewer = page(fleet, "/uptime"), page(fleet, "/uptime", "viewer")

    for shown in (transport, viewer):
        assert shown.count('class="incident"') == 3
        assert "后屏不亮，已约周四回场更换。" in shown
        assert "显示屏故障" in shown
    assert transport.count("/acknowledge") == 2
    assert transport.count("/dispatch") == 3
    assert "/acknowledge" not in viewer
    assert "/dispatch" not in viewer


def test_the_failure_rate_is_under_details(fleet: Fleet) -> None:
    shown = page(fleet, "/uptime")

    facts = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", shown))
    assert facts["故障次数"] == "4"
    assert facts["其中未恢复（不计入 MTTR）"] == "3"
    assert facts["平均恢复时间 MTTR"] == "2 小时 30 分"
    assert "小时" in facts["平均无故障时间 MTBF"]


def test_who_opens_no_incident_reads_the_same_figures_of_failures(fleet: Fleet) -> None:
    figures = [
        re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page(fleet, "/uptime", role))[:3]
        for role in ("transport", "auditor")
    ]

    assert figures[0] == figures[1]


def test_a_page_filtered_by_depot_has_the_failures_of_that_depot(fleet: Fleet) -> None:
    east, west = (page(fleet, f"/uptime?depot={name}") for name in ("东站", "西站"))

    counts = [re.search(r"故障次数</dt><dd>(\d+)", shown) for shown in (east, west)]
    assert [count and count[1] for count in counts] == ["3", "1"]
    assert "苏C·12" not in part(east, "uptime-figures")


def test_the_file_of_a_page_has_what_the_page_is_narrowed_to(fleet: Fleet) -> None:
    person = sign_in(fleet.world, "transport", fleet.unit)
    shown = person.client.get("/uptime?depot=东站&days=7&lang=zh").text
    link = re.search(r'href="(/api/v1/reports/uptime\.csv[^"]+)"', shown)
    assert link is not None

    rows = person.client.get(link[1].replace("&amp;", "&")).text.splitlines()

    screens = [row for row in rows if row.startswith("3 路公交")]
    assert len(screens) == 6
    assert all(",3 路,东站," in row for row in screens)
    assert not any("12 路公交" in row for row in rows)
    total = next(row for row in rows if row.startswith("合计"))
    whole = float(re.findall(r"\d+\.\d\d%", total)[0].rstrip("%"))
    assert float(tiles(shown)[0][0].removesuffix(" %")) == pytest.approx(whole, abs=0.05)


def test_at_the_full_hour_the_hour_that_begins_is_empty(world: World) -> None:
    fleet = make_fleet(world, make_unit(world, "公交公司"))
    fleet.contacts.we_are_up_until("24 16:00")
    screen = fleet.screens["苏C·3018 前屏"].public_id

    shown = page(fleet, f"/uptime/screens/{screen}")

    assert hours(shown)[14:18] == ["c-up", "c-up", "c-none", "c-none"]


@pytest.mark.parametrize("role", ["transport", "viewer", "auditor", "reviewer"])
def test_others_see_none_of_it(fleet: Fleet, role: str) -> None:
    elsewhere = make_unit(fleet.world, "别的公司")
    stranger = sign_in(fleet.world, role, elsewhere)  # type: ignore[arg-type] # one of the roles
    screen = fleet.screens["苏C·3012 前屏"].public_id

    assert "苏C" not in stranger.client.get("/uptime?by=line").text
    for path in (
        f"/uptime/screens/{screen}",
        f"/uptime/venues/v_{fleet.venues['苏C·3012']}",
        f"/uptime?line_id={line(fleet, '3 路')}",
        f"/uptime/sheet?line_id={line(fleet, '3 路')}",
        f"/uptime?by=unit&unit_id=u_{fleet.unit}",
    ):
        assert stranger.client.get(path).status_code == 404, path


def test_a_visitor_and_who_has_no_role_see_nothing(fleet: Fleet) -> None:
    nobody = sign_in(fleet.world, None, fleet.unit)

    assert fleet.world.visitor().get("/uptime").status_code == 401
    assert nobody.client.get("/uptime").status_code == 403
    assert 'href="/uptime"' not in nobody.client.get("/settings").text


def test_an_auditor_reads_it_without_links_to_what_he_may_not_open(fleet: Fleet) -> None:
    shown = page(fleet, "/uptime", "auditor")

    assert "3 路：2 辆车 3 块屏断联" in shown
    assert 'href="/screens/' not in shown
    assert "/api/v1/incidents.xlsx" not in shown


def test_the_sheet_has_a_sign_for_each_day_and_room_for_seals(fleet: Fleet) -> None:
    shown = page(fleet, f"/uptime/sheet?line_id={line(fleet, '3 路')}&month=2026-11")

    rows = re.findall(r"<tr><td>(苏C·\d+)</td><td>(..)</td>(.*?)</tr>", shown, re.DOTALL)
    signs = {
        f"{bus} {name}": re.findall(r'<td class="sheet-day[^>]*>([^<]?)', cells)
        for bus, name, cells in rows
    }
    assert len(rows) == 6
    assert signs["苏C·3015 后屏"][17:25] == ["○", "○", "×", "×", "×", "×", "×", ""]
    assert signs["苏C·3012 前屏"][23:] == ["△", *[""] * 6]
    assert shown.count("未达标") == 1
    assert re.findall(r"<div>([^<]*（盖章）)</div>", shown) == [
        "运营单位（盖章）",
        "维修单位（盖章）",
        "主管部门（盖章）",
    ]
    assert "月报表" in page(fleet, "/uptime/sheet")


def test_hours_of_the_sheet_add_up_as_printed(fleet: Fleet) -> None:
    shown = page(fleet, f"/uptime/sheet?line_id={line(fleet, '3 路')}&month=2026-11")

    body, _, foot = shown.partition("<tfoot>")
    rows = [
        re.findall(r'<td class="num">([\d.,]+)</td>', row)[-3:]
        for row in body.partition("<tbody>")[2].split("</tr>")[:-1]
    ]
    printed = re.findall(r'<th class="num">([\d.,]+)</th>', foot)[-3:]
    columns = zip(*rows, strict=True)
    sums = [sum(float(one.replace(",", "")) for one in column) for column in columns]
    assert [f"{one:,.1f}" for one in sums] == printed
    assert sums[0] > 0


def test_too_wide_a_range_is_no_headline() -> None:
    nothing = Record(expected=1000, awaited=981)
    nearly = Record(expected=1000, proven=990, awaited=5)
    spread = Spread(100.0, 100.0, 100.0)

    wide, narrow = view.figures(nothing, spread, 0), view.figures(nearly, spread, 0)

    assert (wide["is_wide"], wide["display"]) == (True, "0.0–\u206098.1\u00a0%")
    assert (narrow["is_wide"], narrow["display"]) == (False, "99.0–\u206099.5\u00a0%")


@pytest.fixture
def district(world: World) -> Fleet:
    """The fleet, and a shop of another unit."""
    fleet = make_fleet(world, make_unit(world, "公交公司"))
    venue = make_venue(world, kind="shop", unit=make_unit(world, "城关街道"))
    make_screen(world, venue=venue, name="橱窗屏", enrolled_at=at("11 09:00") * 1000)
    fleet.contacts.keep()
    return fleet


def test_a_sheet_of_more_screens_than_paper_holds_leads_to_the_units(
    district: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monthly_sheet, "MOST_ROWS", 12)
    viewer = sign_in(district.world, "viewer").client

    whole = viewer.get("/uptime/sheet?unit_id=u_1&month=2026-11&lang=zh").text
    one = viewer.get(f"/uptime/sheet?unit_id=u_{district.unit}&month=2026-11&lang=zh").text

    assert "有 13 块屏，一张月报表放不下" in whole
    assert f'href="/uptime/sheet?unit_id=u_{district.unit}&amp;month=2026-11"' in whole
    assert "<tfoot>" not in whole
    assert one.count("<tr><td>苏C") == 12


def test_a_screen_that_was_retired_stays_on_the_sheet_and_is_marked(district: Fleet) -> None:
    path = f"/uptime/sheet?line_id={line(district, '3 路')}&month=2026-11"
    follow_changes(district.world.core, district.contacts.parts)
    with district.world.core.config.write() as session:
        screen = session.get_one(Screen, district.screens["苏C·3015 后屏"].id)
        screen.retired_at = at(NOW) * 1000

    shown, file = (
        page(district, path),
        page(
            district,
            f"/api/v1/reports/uptime.csv?line_id={line(district, '3 路')}"
            "&from=2026-11-01&to=2026-11-30",
        ),
    )

    assert shown.count("（已停用或调走）") == 1
    assert shown.count("未达标") == 1
    total = next(row for row in file.splitlines() if row.startswith("合计"))
    foot = re.findall(r'<th class="num"[^>]*>([^<]+)</th>', shown.partition("<tfoot>")[2])
    assert foot[0].replace(" ", "") == total.split(",")[6]


def test_a_page_of_many_screens_draws_the_worst_and_closes_the_others(
    district: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "MOST_STRIPS", 12)
    viewer = sign_in(district.world, "viewer").client

    shown = viewer.get("/uptime?by=unit&unit_id=u_1&lang=zh").text

    assert len(set(listed(shown))) == 7
    assert "橱窗屏" not in part(shown, "uptime-fleet")
    assert "1 个点位，1 块屏 →" in part(shown, "uptime-fleet")


@pytest.mark.parametrize(
    "path",
    [
        "/uptime?state=broken",
        "/uptime?days=9",
        "/uptime/sheet?month=2026-13",
        "/uptime/sheet?month=0001-01",
        "/uptime/sheet?month=9999-12",
        "/uptime?by=x",
    ],
)
def test_an_invalid_address_is_reported(fleet: Fleet, path: str) -> None:
    person = sign_in(fleet.world, "transport", fleet.unit)

    assert person.client.get(path).status_code in {400, 422}


@pytest.mark.parametrize("path", ["/uptime", "/uptime?by=unit", "/uptime/sheet?line_id=n_1"])
def test_english_pages_are_complete(fleet: Fleet, path: str) -> None:
    shown = page(fleet, path, language="en")

    left = set(re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<option[^>]*>[^<]*</option>", "", shown)))
    assert left <= NAMES


def test_without_screens_the_page_shows_what_to_do(world: World) -> None:
    shown = sign_in(world, "admin").client.get("/uptime?lang=zh").text
    by_line = sign_in(world, "admin").client.get("/uptime?by=line&lang=zh").text

    assert "绑定播放终端后，这里显示每块屏的在线情况。" in shown
    assert "还没有装在车上的显示屏" in by_line


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 分钟"),
        (59, "不到 1 分钟"),
        (60, "1 分钟"),
        (3599, "59 分钟"),
        (3600, "1 小时"),
        (86_399, "23 小时 59 分"),
        (86_400, "1 天 0 小时"),
        (414_000, "4 天 19 小时"),
    ],
)
def test_a_length_of_time(fleet: Fleet, seconds: int, text: str) -> None:
    with fleet.world.app.test_request_context("/?lang=zh"):
        assert length(seconds) == text


def test_since_when_is_the_clock_today_and_the_date_before(fleet: Fleet) -> None:
    with fleet.world.app.test_request_context("/?lang=zh"):
        assert since_text(at("24 07:12"), at(NOW), SHANGHAI) == "07:12"
        assert since_text(at("23 22:00"), at(NOW), SHANGHAI) == "11-23 22:00"
        assert since_text(None, at(NOW), SHANGHAI) == "从未联系"


def test_each_cause_has_one_sign(fleet: Fleet) -> None:
    """Hours before the binding, on its day, can't be known; a day wholly before it is none."""
    screen = fleet.screens["苏C·3018 前屏"].public_id  # bound on the 11th at 09:00
    bound = page(fleet, f"/uptime/screens/{screen}?day=2026-11-11")
    sheet = page(fleet, f"/uptime/sheet?line_id={line(fleet, '3 路')}&month=2026-11")

    row = next(one for one in sheet.split("<tr>") if "<td>苏C·3018</td>" in one)
    days = re.findall(r'class="sheet-day (c-\w+)', row)
    assert hours(bound)[7] == "c-unknown"
    assert set(days[:10]) == {"c-none"}
    assert days[10] == "c-up"
    for text in (bound, page(fleet, "/uptime")):
        assert "无法判定（本系统故障、接入当天接入之前）" in text
        assert "不运营，或整天未接入" in text
    assert "– 不运营，或整天未接入" in sheet
    assert "接入当天接入之前或停用当天停用之后，不算中断；整天未接入的不计入应运行" in sheet


def test_display_uptime_is_explained_beside_it(fleet: Fleet) -> None:
    screen = fleet.screens["苏C·3018 前屏"].public_id
    explanation = "正常播放率 = 有播放记录的时间 ÷ 应亮屏的时间"

    assert explanation in page(fleet, f"/uptime/screens/{screen}")
    assert explanation in part(page(fleet, "/uptime"), "uptime-figures").split("<details")[0]
    assert "Display uptime = time with plays" in page(fleet, "/uptime", language="en")
