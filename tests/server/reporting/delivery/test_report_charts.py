"""Above the tables of reports: tabs that keep the days, days at one click, what there is to see."""

import json
import re

import pytest

from server.campaigns.workflow.state_clock import advance
from tests.support.app.clock import DAY_MS, HOUR_MS
from tests.support.app.inventory import BoundScreen
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.reporting.rise_scenario import MIDNIGHT, SINCE, open_district

pytestmark = pytest.mark.slow

TODAY = MIDNIGHT + 2 * DAY_MS
DAYS = "from=2026-11-24&to=2026-11-26"
HOURS = "各时段完成率"
TABS = ["播放", "覆盖", "运行", "考核", "抽查", "原始记录"]


@pytest.fixture
def screen(world: World) -> BoundScreen:
    """Three days of plays, of which the second lacks its ninth hour."""
    district = open_district(world)
    district.publish()
    made = district.screen()
    put_on_air(world, made, SINCE, MIDNIGHT)
    world.clock.at_ms = TODAY + 12 * HOUR_MS
    missed = (MIDNIGHT + DAY_MS + 9 * HOUR_MS, MIDNIGHT + DAY_MS + 10 * HOUR_MS)
    shown = [
        slot
        for slot in SINCE.slots(MIDNIGHT, TODAY + 11 * HOUR_MS)
        if not missed[0] <= slot.start_ms < missed[1]
    ]
    hand_in_all(world, made, SINCE, shown)
    advance(world.core)
    return made


def page(person: Person, path: str) -> str:
    answer = person.client.get(f"{path}{'&' if '?' in path else '?'}lang=zh")
    assert answer.status_code == 200
    return answer.text


def figure(shown: str, name: str) -> str:
    found = next(one for one in shown.split("<figure")[1:] if f">{name}</h2>" in one)
    return found.partition("</figure>")[0]


def sentence(shown: str, name: str) -> str:
    found = re.search(r'class="chart-sentence">([^<]*)<', figure(shown, name))
    assert found is not None
    return found[1]


def titles(drawing: str, line: str) -> list[str]:
    """The tooltips of a line of the map."""
    return re.findall(rf"<title>({line}[^<]*)</title>", drawing)


def tabs(shown: str) -> dict[str, str]:
    found = shown.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    return {
        name: href.replace("&amp;", "&")
        for href, name in re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)<', found)
    }


@pytest.mark.parametrize(
    "path",
    ["/reports", "/reports/coverage", "/uptime", "/assessment-packs", "/spot-checks", "/plays"],
)
def test_each_report_has_the_tabs_and_is_lit_in_them(
    world: World, screen: BoundScreen, path: str
) -> None:
    shown = page(sign_in(world), path)

    assert list(tabs(shown)) == TABS
    lit = re.search(r'<nav class="tabs".*?<a href="([^"?]*)[^"]*" aria-current', shown, re.DOTALL)
    assert lit is not None
    assert lit[1] == path


def test_the_days_go_along_from_tab_to_tab(world: World, screen: BoundScreen) -> None:
    found = tabs(page(sign_in(world), f"/reports?{DAYS}"))

    assert found["覆盖"] == f"/reports/coverage?{DAYS}"
    assert found["抽查"] == f"/spot-checks?{DAYS}"
    assert tabs(page(sign_in(world), found["覆盖"]))["播放"] == f"/reports?{DAYS}"


def test_days_at_one_click_keep_what_else_was_chosen(world: World, screen: BoundScreen) -> None:
    person = sign_in(world)
    shown = page(person, f"/reports?{DAYS}&group_by=unit&campaigns_only=true")
    week = re.search(r'href="([^"]*)"[^>]*>7 天<', shown)

    assert week is not None
    address = week[1].replace("&amp;", "&")
    assert "from=2026-11-20&to=2026-11-26" in address
    assert "group_by=unit" in address
    assert re.search(r'aria-current="true">7 天<', page(person, address))


def test_an_auditor_has_no_tab_that_is_refused(world: World, screen: BoundScreen) -> None:
    auditor = sign_in(world, "auditor")

    for href in tabs(page(auditor, "/reports")).values():
        assert auditor.client.get(href).status_code == 200


def test_days_are_columns_in_all_their_states_and_the_lowest_is_named(
    world: World, screen: BoundScreen
) -> None:
    shown = page(sign_in(world), f"/reports?{DAYS}&group_by=unit&campaigns_only=true")

    assert figure(shown, "每天播放").count('class="hit"') == 3
    assert sentence(shown, "每天播放").startswith("11-25 最低，")
    assert 'class="t-missing"' in figure(shown, "每天播放")


def test_a_single_day_is_drawn_by_the_hour(world: World, screen: BoundScreen) -> None:
    shown = page(sign_in(world), "/reports?from=2026-11-25&to=2026-11-25")

    assert sentence(shown, "各时段播放") == "9 时最低，0.0 %"


def test_hours_of_days_are_a_map_whose_worst_is_named(world: World, screen: BoundScreen) -> None:
    shown = page(sign_in(world), f"/reports?{DAYS}")

    assert sentence(shown, "各时段完成率") == "周三 11-25 9 时最低，0.0 %"
    assert 'class="heat-0"' in figure(shown, "各时段完成率")


def test_of_more_than_a_week_the_map_is_by_weekday(world: World, screen: BoundScreen) -> None:
    shown = page(sign_in(world), "/reports?from=2026-11-10&to=2026-11-26")

    assert sentence(shown, "各时段完成率") == "周三 9 时最低，0.0 %"


def test_the_hour_that_goes_on_is_not_called_the_lowest(world: World, screen: BoundScreen) -> None:
    world.clock.forward(HOUR_MS // 2)
    shown = page(sign_in(world), "/reports?from=2026-11-26&to=2026-11-26&campaigns_only=true")

    assert not sentence(shown, "各时段播放").startswith("12 时")


def test_in_the_map_of_days_the_hour_that_goes_on_is_hatched_and_named(
    world: World, screen: BoundScreen
) -> None:
    world.clock.at_ms = TODAY + DAY_MS + 9 * HOUR_MS + HOUR_MS // 2
    drawing = figure(page(sign_in(world), "/reports?from=2026-11-25&to=2026-11-27"), HOURS)

    assert titles(drawing, "周五")[0] == "周五 11-27 09:00 本小时未结束"
    assert 'class="t-pending"' in drawing.partition('class="chart-plot"')[2]
    assert "本小时未结束</span>" in drawing


def test_of_more_than_a_week_the_hour_that_goes_on_has_the_rate_of_the_weeks_before(
    world: World, screen: BoundScreen
) -> None:
    world.clock.at_ms = TODAY + 7 * DAY_MS + 9 * HOUR_MS + HOUR_MS // 2
    drawing = figure(page(sign_in(world), "/reports?from=2026-11-20&to=2026-12-03"), HOURS)

    assert titles(drawing, "周四")[0] == "周四 09:00 100.0 %"
    assert "本小时未结束" not in drawing


def test_the_table_has_an_anchor_for_each_hour_that_the_overview_leads_to(
    world: World, screen: BoundScreen
) -> None:
    shown = page(sign_in(world), "/reports?from=2026-11-26&to=2026-11-26&group_by=hour")

    assert 'id="hour-9"' in shown


def test_files_have_what_the_page_has(world: World, screen: BoundScreen) -> None:
    shown = page(sign_in(world), f"/reports?{DAYS}&campaigns_only=true")

    for suffix in ("csv", "xlsx"):
        assert re.search(rf'href="/api/v1/reports/delivery\.{suffix}\?[^"]*campaigns_only', shown)


def test_a_file_of_campaigns_alone_states_it(world: World, screen: BoundScreen) -> None:
    person = sign_in(world)

    def file(query: str) -> str:
        return person.client.get(f"/api/v1/reports/delivery.csv?{DAYS}{query}&lang=zh").text

    assert "只含宣传任务" in file("&campaigns_only=true")
    assert "只含宣传任务" not in file("")


def test_coverage_is_ranked_by_group_and_drawn_by_day(world: World, screen: BoundScreen) -> None:
    person = sign_in(world)
    by_day = page(person, f"/reports/coverage?{DAYS}&group_by=day")

    assert figure(by_day, "每天覆盖").count('class="hit"') == 3
    assert "最低" in sentence(by_day, "每天覆盖")


def test_a_campaigns_plays_add_up_beside_what_was_expected(
    world: World, screen: BoundScreen
) -> None:
    world.clock.forward(DAY_MS)
    shown = page(sign_in(world), "/campaigns/k_1")
    rows = re.findall(r"<tr>(<td.*?)</tr>", figure(shown, "播放进度"))
    cells = [
        [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<td.*?</td>", row)] for row in rows
    ]
    counts = [(int(day.replace(",", "")), int(total.replace(",", ""))) for _, day, total in cells]

    assert counts[0][1] == sum(day for day, _ in counts)
    assert sentence(shown, "播放进度").startswith(f"到今天 {counts[0][1]:,} 次，应播 ")


def test_a_rise_is_shown_after_a_whole_day_alone(world: World) -> None:
    district = open_district(world)
    made = district.screen()
    put_on_air(world, made, SINCE, MIDNIGHT)
    district.publish()
    advance(world.core)
    shown = page(sign_in(world), "/campaigns/k_1")

    assert "增幅：为开始前" not in shown


def test_hours_one_after_the_other_are_drawn_and_given_to_the_script(
    world: World, screen: BoundScreen
) -> None:
    shown = page(sign_in(world), f"/reports?{DAYS}&campaigns_only=true")
    found = re.search(r'data-series="([^"]*)"', shown)

    assert found is not None
    series = json.loads(found[1].replace("&#34;", '"'))
    expected, confirmed = (one["values"] for one in series["lines"])
    assert len(series["at"]) == len(expected) == len(confirmed)
    missed = series["at"].index((MIDNIGHT + DAY_MS + 9 * HOUR_MS) // 1000)
    assert (confirmed[missed], expected[missed] > 0) == (0, True)
    assert 'class="steps-confirmed" d="M' in shown


def test_a_single_day_has_no_curve_of_hours(world: World, screen: BoundScreen) -> None:
    assert "data-series" not in page(sign_in(world), "/reports?from=2026-11-25&to=2026-11-25")


def test_pages_of_last_days_or_of_one_day_are_asked_in_their_words_and_pass_the_days_on(
    world: World, screen: BoundScreen
) -> None:
    person = sign_in(world)
    found = tabs(page(person, f"/reports?{DAYS}"))

    assert found["运行"] == f"/uptime?{DAYS}&days=7"
    assert found["原始记录"] == f"/plays?{DAYS}&day=2026-11-26"
    for name in ("运行", "考核", "原始记录"):
        assert tabs(page(person, found[name]))["播放"] == f"/reports?{DAYS}"


def test_days_that_are_none_are_passed_on_to_nobody_that_can_not_read_them(world: World) -> None:
    assert sign_in(world).client.get("/assessment-packs?from=x&to=y").status_code == 200


def test_todays_plays_are_held_against_the_pace_until_now(world: World) -> None:
    """At noon of the second of 36 days the mark is placed after one day and a half."""
    district = open_district(world)
    made = district.screen()
    district.publish(target={"kind": "total_plays", "value": 3600})
    put_on_air(world, made, SINCE, MIDNIGHT)
    world.clock.at_ms = TODAY + DAY_MS + 12 * HOUR_MS
    advance(world.core)

    drawing = figure(page(sign_in(world), "/campaigns/k_1"), "播放进度")
    found = re.search(r'<line class="today" x1="([\d.]+)%"', drawing)
    assert found is not None
    assert float(found[1]) == pytest.approx(100 * 1.5 / 36, abs=0.1)
