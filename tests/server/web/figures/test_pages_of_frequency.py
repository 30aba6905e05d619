"""The pages that prove that frequency rose: bars on the campaign's page, an hour's plays."""

import re

import pytest

from server.campaigns.workflow.state_clock import advance
from server.web.console.reports.uplift import change_text
from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.factories.assets import make_asset
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.reporting.rise_scenario import (
    MIDNIGHT,
    SINCE,
    District,
    make_rise,
    open_district,
)

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
DAY = "2026-11-24"


def page(world: World, path: str, language: str = "zh") -> str:
    mark = "&" if "?" in path else "?"
    answer = sign_in(world, "publicity").client.get(f"{path}{mark}lang={language}")
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def district(world: World) -> District:
    return open_district(world)


def go_live(world: World, district: District) -> str:
    campaign = district.publish(baseline={"value": 45, "source": "10 月台账", "date": "2026-10-31"})
    make_rise(district, district.screen())
    advance(world.core)
    return campaign


@pytest.mark.slow
def test_the_campaigns_page_draws_before_and_since_with_their_sources(
    world: World, district: District
) -> None:
    campaign = go_live(world, district)
    world.clock.forward(DAY_MS)

    shown = page(world, f"/campaigns/{campaign}")
    english = page(world, f"/campaigns/{campaign}", "en")

    widths = re.findall(r'<rect class="slot-(?:other|none|this)" width="([\d.]+)"', shown)
    assert widths[:3] == ["33.3", "25.0", "100.0"]
    assert "提高到开始前的 3.0 倍（增加 200 %）" in shown
    assert "为人工填写数的 4.0 倍" in shown
    assert "来源：10 月台账（2026-10-31）。" in shown
    assert "1 块屏（任务共 1 块）；2026-10-29 至 2026-11-25 共 4.0 运营小时，实播 240 次。" in shown
    assert "45 次/小时，10 月台账，2026-10-31" in shown
    assert "Up to 3.0 times what it was before (+200 %)" in english
    assert "这些屏上全部宣传内容的播放频次（每屏每小时）" in shown


@pytest.mark.slow
def test_before_a_whole_day_is_over_nothing_is_compared(world: World, district: District) -> None:
    campaign = go_live(world, district)

    shown = page(world, f"/campaigns/{campaign}")

    assert '<span class="state ">开始不足一整天，暂不比较</span>' in shown
    assert not re.search(r"(提高到|为)开始前的 [\d.]+ 倍", shown)
    assert "人工填写数的" not in shown


@pytest.mark.parametrize(
    ("uplift", "text"),
    [
        (2.3, "提高到开始前的 2.3 倍（增加 130 %）"),
        (0.8, "为开始前的 0.8 倍（减少 20 %）"),
        (0.96, "为开始前的 0.96 倍（减少 4 %）"),
        (1.004, "与开始前持平"),
        (14.0, "提高到开始前的 14.0 倍（增加 1,300 %）"),
    ],
)
def test_a_change_is_shown_as_a_multiple_and_by_how_much(
    world: World, uplift: float, text: str
) -> None:
    with world.app.test_request_context(headers={"Accept-Language": "zh"}):
        assert change_text(uplift) == text


@pytest.mark.slow
def test_the_campaigns_own_part_is_shown_without_opening_its_sources(
    world: World, district: District
) -> None:
    campaign = go_live(world, district)

    shown = page(world, f"/campaigns/{campaign}")

    card = shown[shown.index("这些屏上全部宣传内容") :].partition("</section>")[0]
    seen = card[: card.index("<details")]
    own = re.search(r'<a href="([^"]+)">(其中本任务 [^<]+)</a>', seen)
    assert own is not None
    assert re.fullmatch(r"其中本任务 [\d.]+ 次/小时（1 块屏）", own[2])
    assert f"campaign_id={campaign}" in own[1]
    # All publicity on just these screens has no page: nothing leads to another sum.
    assert set(re.findall(r'href="(/reports[^"]*)"', card)) == {own[1]}


@pytest.mark.slow
def test_the_figure_by_hand_is_given_in_the_campaigns_form(
    world: World, district: District
) -> None:
    campaign = go_live(world, district)
    sign_in_again(world, district.office.publicity)
    district.office.post(district.office.publicity, f"/campaigns/{campaign}/revise")

    fields = dict(
        re.findall(
            r'name="baseline\.(\w+)" type="\w+" value="([^"]*)"',
            page(world, f"/campaigns/{campaign}/edit"),
        )
    )
    empty = page(world, "/campaigns/new")

    assert fields == {"value": "45.0", "date": "2026-10-31", "source": "10 月台账"}
    assert '<input type="hidden" name="baseline" data-as="json" value="null">' in empty


@pytest.mark.slow
def test_a_revision_shows_that_the_figure_by_hand_changes(world: World, district: District) -> None:
    campaign = go_live(world, district)
    publicity = district.office.publicity
    sign_in_again(world, publicity)
    district.office.post(publicity, f"/campaigns/{campaign}/revise")
    publicity.client.patch(f"/api/v1/campaigns/{campaign}", json={"baseline": None})

    changed = page(world, f"/campaigns/{campaign}")

    before = "<td>45 次/小时，10 月台账，2026-10-31</td>"
    assert f"<td>基线（人工填写）</td>{before}<td><strong>–</strong></td>" in changed


@pytest.mark.slow
def test_the_reports_page_draws_it_beside_campaigns_only(world: World, district: District) -> None:
    go_live(world, district)
    world.clock.forward(DAY_MS)

    by_campaign = page(world, "/reports?from=2026-11-26&to=2026-11-26")
    by_unit = page(world, "/reports?from=2026-11-26&to=2026-11-26&group_by=unit")

    assert "提高到开始前的 3.0 倍" in by_campaign
    assert "/api/v1/reports/uplift.xlsx?from=2026-11-26&amp;to=2026-11-26" in by_campaign
    assert "开始前的" not in by_unit


@pytest.mark.slow
def test_the_reports_page_states_that_its_bars_are_of_the_days_chosen(
    world: World, district: District
) -> None:
    campaign = go_live(world, district)

    of_a_day = page(world, "/reports?from=2026-11-26&to=2026-11-26")

    assert ("开始以来" in of_a_day, "所选日期" in of_a_day) == (False, True)
    assert "开始以来" in page(world, f"/campaigns/{campaign}")


@pytest.mark.slow
def test_the_page_marks_a_period_without_measurements(world: World, district: District) -> None:
    campaign = district.publish(starts_on=DAY)
    screen = district.screen()
    put_on_air(world, screen, SINCE, MIDNIGHT)
    district.play(screen, SINCE, 0)
    advance(world.core)
    world.clock.forward(DAY_MS)

    shown = page(world, f"/campaigns/{campaign}")

    assert "开始前没有播放记录，无法比较" in shown
    assert "没有记录" in shown
    assert ">0.0 次/小时" not in shown


@pytest.fixture
def screen(world: World) -> BoundScreen:
    made = make_screen(world)
    put_on_air(world, made, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    hand_in_all(world, made, PROGRAMME, SLOTS)
    return made


def test_each_play_of_an_hour_is_on_its_strip(world: World, screen: BoundScreen) -> None:
    shown = page(world, f"/screens/{screen.public_id}/hours?day={DAY}")

    marks = re.findall(r'<rect class="slot-(this|filler)" x="([\d.]+)" width="([\d.]+)"', shown)
    assert len(marks) == 240
    assert marks[:3] == [
        ("this", "0.0", "10.0"),
        ("this", "10.0", "15.0"),
        ("filler", "25.0", "5.0"),
    ]
    assert "09:00–10:00" in shown


def test_the_reason_why_fewer_plays_meet_a_day_is_under_the_day(
    world: World, screen: BoundScreen
) -> None:
    shown = page(world, f"/screens/{screen.public_id}/hours?day={DAY}")

    of_day = shown.split("09:00–10:00")[0]
    assert "所以全天的每小时次数略低于要求也可能达标" in of_day
    assert "间隔：同一任务相邻两次实播" in of_day


@pytest.mark.slow
def test_a_figure_opens_into_the_plays_of_its_hour(world: World, screen: BoundScreen) -> None:
    shown = page(world, f"/screens/{screen.public_id}/hours?day={DAY}")
    href = f"/plays?screen_id={screen.public_id}&amp;day={DAY}&amp;hour=9&amp;campaign_id=k_1"
    assert href in shown

    of_campaign = page(world, href.replace("&amp;", "&"))
    of_none = page(world, href.replace("&amp;", "&").replace("k_1", "none"))
    other_hour = page(world, href.replace("&amp;", "&").replace("hour=9", "hour=10"))

    assert of_campaign.count('<td class="time">') == 120
    assert of_none.count('<td class="time">') == 60
    assert f"{DAY} 09:00–10:00 · 无宣传任务" in of_none
    assert "这一小时没有符合条件的播放记录。" in other_hour
    assert "看全天" in other_hour


@pytest.mark.slow
def test_the_delivery_reports_screens_and_the_screens_page_lead_there(
    world: World, screen: BoundScreen
) -> None:
    make_asset(world, builtin=True, name="等待画面")
    report = page(world, f"/reports?from={DAY}&to={DAY}&group_by=screen")

    assert f"/screens/{screen.public_id}/hours?day={DAY}" in report
    assert f"/screens/{screen.public_id}/hours" in page(world, f"/screens/{screen.public_id}")


def test_a_day_without_plays_is_reported_in_both_languages(
    world: World, screen: BoundScreen
) -> None:
    path = f"/screens/{screen.public_id}/hours?day=2026-11-01"

    assert "这一天没有应播" in page(world, path)
    assert "Nothing was expected that day" in page(world, path, "en")


@pytest.mark.slow
@pytest.mark.parametrize("hour", ["soon", "-1", "99", "９"])
def test_an_hour_that_is_none_shows_the_day(world: World, screen: BoundScreen, hour: str) -> None:
    shown = page(world, f"/plays?screen_id={screen.public_id}&day={DAY}&hour={hour}")

    assert shown.count('<td class="time">') == 200


def test_a_day_that_is_none_is_refused(world: World, screen: BoundScreen) -> None:
    client = sign_in(world, "publicity").client

    assert client.get(f"/screens/{screen.public_id}/hours?day=soon").status_code == 422
