"""The page of a screen shows any hour of its plan, and explains its content."""

import re
from html import unescape
from itertools import pairwise

import pytest

from playlists.wire.manifest import decode
from server.publishing import queries
from server.publishing.explain.hour_timeline import pieces
from server.publishing.manifests import store as manifests
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.assets import make_asset

pytestmark = pytest.mark.slow

DAYTIME = {str(day): [["08:00", "20:30"]] for day in range(1, 8)}


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return make_screen(world, venue=make_venue(world, hours=DAYTIME))


def page(office: Office, screen: BoundScreen, at: str = "", language: str = "zh") -> str:
    address = f"/screens/{screen.public_id}?lang={language}" + (f"&at={at}" if at else "")
    answer = office.publicity.client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(answer.text))


def begins(text: str, name: str) -> set[str]:
    """When the plays of a campaign begin, by the titles of the line."""
    return set(re.findall(rf"<title>([\d:]+) [^<]*{name}</title>", text))


def test_every_play_of_the_hour_is_on_the_line(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.publish(make_asset(world), name="年末宣传")
    run_jobs(world.core)

    text = page(office, screen, "2026-11-25T10:20")

    assert "10:00 – 11:00" in text
    assert len(begins(text, "年末宣传")) == 12
    assert all(clock.startswith("10:") for clock in begins(text, "年末宣传"))
    assert '<td class="num">12</td>' in text


def test_the_instant_is_named_with_or_without_an_offset(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.publish(make_asset(world))
    run_jobs(world.core)

    for same in ("2026-11-25T10:20", "2026-11-25T02:20:00Z", "2026-11-25T10:20:00%2B08:00"):
        text = page(office, screen, same)
        assert "2026-11-25 10:20:00" in text
        assert "?at=2026-11-25T09:20" in text
        assert "?at=2026-11-25T11:20" in text
    wrong = office.publicity.client.get(f"/screens/{screen.public_id}?at=yesterday")
    assert wrong.status_code == 422
    assert "2026-11-24T15:00" in wrong.text


def test_a_campaign_that_is_on_is_explained_with_its_tier_target_and_day_parts(
    world: World, office: Office, screen: BoundScreen
) -> None:
    mornings = [{"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "12:00"}]
    campaign = office.publish(make_asset(world), name="早间宣传", tier=2, dayparts=mornings)
    office.publish(make_asset(world), name="元旦宣传", starts_on="2027-01-01")
    run_jobs(world.core)
    with world.core.config.read() as session:
        name = queries.tenures(session, screen.id)[-1].manifest
        plan = decode(manifests.text(session, name))
    from_ms = START_MS + HOUR_MS
    on_ms = next(
        one.from_ms
        for one in pieces(plan, from_ms, from_ms + HOUR_MS)
        if one.seat.campaign == campaign and one.seat.offset_ms == 0
    )

    on = page(office, screen, str(on_ms))
    before = page(office, screen, str(on_ms - 1000))
    afternoon = page(office, screen, "2026-11-24T15:00", "en")

    assert "这一刻轮到“早间宣传”：优先级 2，每小时 12 次，周一至周五 08:00–12:00。" in on
    assert "2027-01-01 才开始" in on
    assert "在循环里，轮到别的节目，下次" in before
    assert "Outside its day parts" in afternoon


def test_an_hour_in_which_the_venue_opens_or_is_closed(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.publish(make_asset(world), name="年末宣传")
    run_jobs(world.core)

    closing = page(office, screen, "2026-11-25T20:10")
    closed = page(office, screen, "2026-11-25T03:00")

    assert max(begins(closing, "年末宣传")) < "20:30"
    assert "20:30:00 非营业时段，屏幕关闭" in closing
    assert "这一小时没有播放。" in closed
    assert "这一刻点位不营业，屏幕按营业时段关闭。" in closed
    assert '非营业时段</span></td><td class="num">–</td>' in closed
    assert "届时应播" in closed


def test_beyond_the_plan_the_fallback_picture_is_explained(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.publish(make_asset(world))
    run_jobs(world.core)

    text = page(office, screen, "2027-06-01T10:00")

    assert "垫播画面（没有节目单）" in text
    assert "这一刻不在已编排的节目单之内" in text


def test_a_screen_without_a_plan_shows_what_to_do(office: Office, screen: BoundScreen) -> None:
    text = page(office, screen)

    assert "还没有节目单" in text
    assert "为什么播这个" not in text


def test_a_takeover_is_seen_on_the_page_of_its_time_also_when_it_is_over(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.publish(make_asset(world))
    run_jobs(world.core)
    office.take_over(make_asset(world, name="医保局来电"))
    during = str(START_MS + MINUTE_MS)

    assert "这一刻在紧急插播“" in page(office, screen, during)
    assert "医保局来电" in page(office, screen, during)
    world.clock.forward(20 * MINUTE_MS)
    assert "医保局来电" in page(office, screen, during)
    assert "医保局来电" not in page(office, screen)


def test_campaigns_of_other_units_have_no_name(
    world: World, office: Office, screen: BoundScreen
) -> None:
    unit = make_unit(world, "卫健科")
    own = make_screen(world, venue=make_venue(world, unit=unit))
    office.publish(make_asset(world), name="年末宣传")
    run_jobs(world.core)
    local = sign_in(world, "publicity", unit)

    text = local.client.get(f"/screens/{own.public_id}?at=2026-11-25T10:20&lang=zh").text

    assert "年末宣传" not in text
    assert "其他宣传任务" in text
    assert local.client.get(f"/screens/{screen.public_id}?at=2026-11-25T10:20").status_code == 404


def test_the_page_of_now_keeps_itself_fresh_and_one_of_another_time_stays(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.publish(make_asset(world))
    run_jobs(world.core)

    assert 'data-live="now"' in page(office, screen)
    assert 'data-live="now"' not in page(office, screen, "2026-11-25T10:20")
    assert "回到现在" in page(office, screen, "2026-11-25T10:20")


def test_pieces_cover_the_time_and_hold_the_last_picture_to_the_end(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.publish(make_asset(world))
    run_jobs(world.core)
    with world.core.config.read() as session:
        name = queries.tenures(session, screen.id)[-1].manifest
        plan = decode(manifests.text(session, name))
    # 20:00 to 21:00, closing at half past.
    from_ms = START_MS + 11 * HOUR_MS

    found = list(pieces(plan, from_ms, from_ms + HOUR_MS))

    assert found[0].from_ms == from_ms
    assert found[-1].until_ms == from_ms + HOUR_MS
    assert all(a.until_ms == b.from_ms for a, b in pairwise(found))
    assert found[-1].from_ms == from_ms + 30 * MINUTE_MS
    assert {one.seat.state for one in found[:-1]} == {"playing"}
    assert found[-1].seat.state == "off"


def test_a_stop_and_a_takeover_show_what_they_are_and_until_when(
    world: World, office: Office, screen: BoundScreen
) -> None:
    asset = make_asset(world)
    office.publish(asset)
    run_jobs(world.core)
    takeover = office.publicity.client.post(
        "/api/v1/takeovers",
        json={"asset_id": f"a_{asset}", "selector": {"all": True}, "label": "暴雨预警"},
    ).json["id"]
    office.reviewer.client.post(f"/api/v1/takeovers/{takeover}/approve", json={})
    run_jobs(world.core)
    covered = page(office, screen, "")
    explanation = explained(office, screen)
    office.publicity.client.delete(f"/api/v1/takeovers/{takeover}")
    office.publicity.client.post("/api/v1/stop", json={"selector": {"all": True}, "mode": "safe"})
    run_jobs(world.core)

    words = "这一刻在紧急插播“暴雨预警”，到 09:10:00 结束"
    assert words in covered
    assert "09:10:00 前紧急插播；结束后：" in covered
    after = covered.partition("结束后：")[2].partition("</ul>")[0]
    following = re.findall(r'<span class="faint time">([\d:]+)</span>', after)
    assert following
    assert min(following) > "09:10:00"
    assert explanation.startswith(words)
    assert "已被一键停播" in page(office, screen, "")


def explained(office: Office, screen: BoundScreen) -> str:
    """The sentence of the API."""
    answer = office.publicity.client.get(f"/api/v1/screens/{screen.public_id}/explain")
    return str(answer.json["sentence"])


def test_an_order_that_gives_way_shows_its_plays(
    world: World, office: Office, screen: BoundScreen
) -> None:
    often = {"kind": "plays_per_hour", "value": 200}
    office.publish(make_asset(world), name="优先任务", tier=1, target=often)
    office.publish(make_asset(world), name="让出的任务", tier=5, target=often)
    run_jobs(world.core)

    assert "要求 200 次，已让出一部分" in page(office, screen, "")


def test_a_total_of_less_than_a_play_an_hour_is_explained(
    world: World, office: Office, screen: BoundScreen
) -> None:
    few = {"kind": "total_plays", "value": 5}
    end = "2027-06-30"
    office.publish(make_asset(world), name="很少的任务", target=few, ends_on=end)
    office.publish(make_asset(world), name="年末宣传")
    run_jobs(world.core)

    assert "按总次数分到每小时不足一次，这一小时没有轮到" in page(office, screen, "")


def test_a_campaign_whose_media_were_withdrawn_reports_that_it_has_nothing_to_show(
    world: World, office: Office, screen: BoundScreen
) -> None:
    asset = make_asset(world)
    office.publish(asset, name="素材撤下的任务")
    office.publish(make_asset(world), name="年末宣传")
    office.publicity.client.post(f"/api/v1/assets/a_{asset}/withdraw", json={})
    run_jobs(world.core)

    text = page(office, screen, "")

    assert "没有这块屏可用的画面：素材已撤下、到期，或还没有批准" in text


def test_a_boost_is_shown_at_a_closed_hour_too(
    world: World, office: Office, screen: BoundScreen
) -> None:
    campaign = office.publish(make_asset(world), name="年末宣传")
    office.publicity.client.post(
        f"/api/v1/campaigns/{campaign}/boost",
        json={
            "factor": 2,
            "from": "2026-11-25T08:00:00+08:00",
            "until": "2026-11-26T08:00:00+08:00",
            "reason": "集中宣传",
        },
    )
    run_jobs(world.core)

    assert "非营业时段，加播 ×2" in page(office, screen, "2026-11-25T23:00")
    assert "加播" not in page(office, screen, "2026-11-26T23:00").split("为什么播这个")[1]
