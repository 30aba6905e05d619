"""Beside a rate are the figures that it is made of, so that dividing them gives the rate."""

import re

import pytest
from sqlalchemy import select

from server.campaigns.models import CampaignVersion
from server.campaigns.workflow.state_clock import advance
from server.publishing.models import AssignedTakeover
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, hand_in_all, put_on_air
from tests.support.plays.plays import takeover_batch
from tests.support.reporting.rise_scenario import MIDNIGHT, SINCE, open_district

pytestmark = pytest.mark.slow

MORNING = START_MS + 2 * DAY_MS
TAKEN = (MORNING + 30 * MINUTE_MS, MORNING + 40 * MINUTE_MS)
ASSET = "f" * 64


@pytest.fixture
def screen(world: World) -> BoundScreen:
    """Ten minutes of its two hours went to a takeover, and five more were missed."""
    district = open_district(world)
    district.publish()
    made = district.screen()
    put_on_air(world, made, SINCE, MIDNIGHT)
    world.clock.at_ms = MORNING + 3 * HOUR_MS
    with world.core.config.write() as session:
        times = {"from_ms": TAKEN[0], "until_ms": TAKEN[1]}
        session.add(AssignedTakeover(screen_id=made.id, object="t_1", asset=ASSET, **times))
    shown = [
        slot
        for slot in SINCE.slots(MORNING, MORNING + 2 * HOUR_MS)
        if not TAKEN[0] <= slot.start_ms < TAKEN[1] + 5 * MINUTE_MS
    ]
    hand_in_all(world, made, SINCE, shown)
    taken = takeover_batch(ASSET, TAKEN[0], TAKEN[1] - TAKEN[0], boot="t")
    assert hand_in(world, made, taken).status_code == 200
    advance(world.core)
    return made


def page(world: World, path: str, language: str = "zh") -> str:
    answer = sign_in(world, "publicity").client.get(f"{path}?lang={language}")
    assert answer.status_code == 200
    return re.sub(r"<[^>]+>", " ", answer.text)


def test_a_campaigns_day_adds_up_from_all_its_states(world: World, screen: BoundScreen) -> None:
    shown = page(world, "/campaigns/k_1")

    # Two plays of 20 s a minute for two hours.
    assert "应播 240 = 实播 210 + 插播占用 20 + 漏播 10" in shown
    assert "播放完成率 = 实播 ÷（应播 − 插播占用 20 − 免考核 0）" in shown
    assert re.search(r"20\s+插播占用\s", shown)
    assert not re.search(r"\d\s+播放失败\s", shown)
    assert "Expected 240 = Confirmed 210 + Pre-empted 20 + Missing 10" in page(
        world, "/campaigns/k_1", "en"
    )


def test_a_screens_page_shows_how_much_its_rate_leaves_out(
    world: World, screen: BoundScreen
) -> None:
    shown = page(world, f"/screens/{screen.public_id}")

    assert re.search(r"应播 − 插播占用 \d+ − 免考核 0）", shown)


@pytest.mark.parametrize("path", ["/uptime/screens/{}"])
def test_a_row_shows_under_its_expected_plays_those_left_out_of_its_rate(
    world: World, screen: BoundScreen, path: str
) -> None:
    shown = page(world, path.format(screen.public_id))

    assert re.search(r"\d\s+插播占用 \d", shown)


def test_the_headline_figures_are_of_campaigns_and_venues_own_content_is_shown_beside_them(
    world: World, screen: BoundScreen
) -> None:
    before = re.sub(r"\s+", " ", page(world, "/"))
    with world.core.config.write() as session:
        version = session.scalars(select(CampaignVersion)).one()
        version.target_kind, version.target_value = "filler", None
    after = re.sub(r"\s+", " ", page(world, "/"))

    # All that k_1 played, of what else was shown there.
    figures = r"([\d,]+) 今日宣传任务实播 另有点位自有内容 ([\d,]+) ([\d,]+) 今日宣传任务应播"
    (mine, beside, due), (others, own, less) = (
        [int(one.replace(",", "")) for one in re.search(figures, text).groups()]  # type: ignore[union-attr] # or it fails
        for text in (before, after)
    )
    assert mine - others == own - beside == 210
    assert due - less == 240
    assert re.search(r"[\d.]+ % 宣传任务播放完成率 含点位自有内容 [\d.]+ %", after)
    assert "1 进行中的宣传任务 其中点位自有内容 1" in after
    assert "其中点位自有内容" not in before


def test_the_report_by_campaign_has_a_line_of_campaigns_alone_above_its_totals(
    world: World, screen: BoundScreen
) -> None:
    foot = sign_in(world, "publicity").client.get("/reports?lang=zh").text.partition("<tfoot>")[2]
    names = re.findall(r"<tr data-of=\"(\w*)\"><th>([^<]+)</th>", foot)

    assert names == [("campaigns", "其中宣传任务"), ("", "合计")]
    by_unit = sign_in(world, "publicity").client.get("/reports?group_by=unit&lang=zh").text
    assert "其中宣传任务" not in by_unit
