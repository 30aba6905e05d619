"""`explain`: the content of a screen at an instant, and why each order is on or not, in words."""

import json

import pytest

from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.world import World
from tests.support.factories.assets import make_asset
from tests.support.processes.cli import run

pytestmark = pytest.mark.slow
AT = "2026-11-24T09:00:05+08:00"
DAYTIME = {str(day): [["08:00", "20:00"]] for day in range(1, 8)}


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


@pytest.fixture
def screen(world: World, office: Office) -> BoundScreen:
    assert office.world is world
    return make_screen(world, venue=make_venue(world, hours=DAYTIME))


def explanation(world: World, screen: BoundScreen, at: str = AT) -> str:
    done = run(world, "explain", "--screen", screen.public_id, "--at", at)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.long
def test_the_content_and_each_other_campaigns_reason_in_both_languages(
    world: World, office: Office, screen: BoundScreen
) -> None:
    evening = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "18:00", "to": "20:00"}]
    office.publish(
        make_asset(world, name="防骗图"), name="全天", target={"kind": "share_of_voice", "value": 1}
    )
    coming = office.publish(make_asset(world), name="年末", starts_on="2026-12-01")
    later = office.publish(make_asset(world), name="晚间", dayparts=evening)
    school = {"selector": {"venue_kinds": ["school"]}}
    elsewhere = office.publish(make_asset(world), name="校园", **school)
    run_jobs(world.core)

    text = explanation(world, screen)

    chinese, english = text.split("\n\n")
    assert "建设银行城关支行 大厅屏 (s_1)，2026-11-24 09:00:05，Asia/Shanghai" in chinese
    assert "正在播放“防骗图”，属于“全天”" in chinese
    assert f"· “年末”（{coming}）：尚未开始，从 2026-12-01 起，下一次 2026-12-01 08:0" in chinese
    assert f"· “晚间”（{later}）：此时不在它的时段内，下一次 18:0" in chinese
    assert f"· “校园”（{elsewhere}）：播放范围不包括这块屏。" in chinese
    assert "On: “防骗图”, of “全天”" in english
    assert f"- “年末” ({coming}): it begins on 2026-12-01; next at 2026-12-01 08:0" in english
    assert f"- “校园” ({elsewhere}): its selector doesn't include this screen." in english
    assert "- The starter pack: it gives way to campaigns" in english
    assert len(chinese.splitlines()) == len(english.splitlines()) == 7


@pytest.mark.long
def test_a_campaign_that_gave_way_shows_what_it_asked_for(
    world: World, office: Office, screen: BoundScreen
) -> None:
    strong = {"target": {"kind": "plays_per_hour", "value": 400}, "tier": 1}
    office.publish(make_asset(world), name="重点", floor=360, **strong)
    weak = office.publish(make_asset(world), name="一般", tier=5)
    run_jobs(world.core)

    text = explanation(world, screen)

    assert f"· “一般”（{weak}）：这一小时排不下，要求 12 次，优先级 5，全部让出。" in text
    assert "its turn now, 360 plays an hour of 400 asked, as it gave way in part" in text


def test_a_takeover_is_explained_over_the_plan_and_after_it_is_over(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.publish(make_asset(world, name="防骗图"))
    run_jobs(world.core)
    takeover = office.take_over(make_asset(world), label="预警")

    text = explanation(world, screen)
    quiet = explanation(world, screen, "2026-11-24T09:30:00+08:00")

    assert f"正在紧急插播“预警”（{takeover}），至 09:10:00" in text
    assert "插播之下轮到“防骗图”" in text
    assert takeover not in quiet


def test_closed_hours_and_times_without_a_plan_are_named(
    world: World, office: Office, screen: BoundScreen
) -> None:
    office.publish(make_asset(world), name="全天")
    run_jobs(world.core)

    assert "点位此时不营业，屏幕按计划关闭。" in explanation(
        world, screen, "2026-11-24T21:00:00+08:00"
    )
    assert "There is no plan for this time" in explanation(
        world, screen, "2027-06-01T09:00:00+08:00"
    )


def test_the_same_as_json(world: World, office: Office, screen: BoundScreen) -> None:
    campaign = office.publish(make_asset(world), name="全天")
    run_jobs(world.core)

    done = run(world, "explain", "--screen", screen.public_id, "--at", AT, "--json")

    found = json.loads(done.stdout)
    assert found["names"] == {campaign: "全天"}
    assert found["seat"]["state"] == "playing"
    assert [one["campaign"] for one in found["campaigns"]] == [campaign, "starter"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--screen", "s_1"), 64, "--at"),
        (("--at", AT), 64, "--screen"),
        (("--screen", "s_1", "--at", AT, "--hour", "9"), 64, "--hour"),
        (("--screen", "s_1", "--at", "yesterday"), 65, "2026-11-24T08:00:00+08:00"),
        (("--screen", "s_1", "--at", "2026-11-24T08:00:00"), 65, "2026-11-24T08:00:00+08:00"),
        (("--screen", "s_99", "--at", AT), 65, "s_1"),
        (("--screen", "hall", "--at", AT), 65, "s_1"),
        (("--screen", "s_1", "--at", AT), 1, "pair its player first"),
    ],
)
def test_what_cant_be_answered_is_a_sentence_on_stderr(
    world: World, screen: BoundScreen, words: tuple[str, ...], code: int, message: str
) -> None:
    assert screen.public_id == "s_1"

    done = run(world, "explain", *words)

    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
