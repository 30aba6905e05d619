"""The overview of somebody who has a part of the district, or no screens to open at all."""

import re

import pytest

from server.campaigns.workflow.state_clock import advance
from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import put_on_air
from tests.support.reporting.rise_scenario import MIDNIGHT, SINCE, open_district

pytestmark = pytest.mark.slow


def figures(person: Person) -> str:
    page = person.client.get("/", query_string={"lang": "zh"}).text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


@pytest.fixture
def street(world: World) -> int:
    """A street with a screen on which the district's campaign plays since an hour."""
    district, unit = open_district(world), make_unit(world, "城关街道")
    district.publish()
    screen: BoundScreen = district.screen(unit=unit)
    put_on_air(world, screen, SINCE, MIDNIGHT)
    world.clock.at_ms = START_MS + 2 * DAY_MS + HOUR_MS
    advance(world.core)
    return unit


def test_live_campaigns_are_those_that_play_on_a_persons_screens(world: World, street: int) -> None:
    elsewhere = make_unit(world, "河西街道")

    assert "1 本单位屏上进行中的宣传任务" in figures(sign_in(world, "viewer", street))
    assert "0 本单位屏上进行中的宣传任务" in figures(sign_in(world, "viewer", elsewhere))
    assert "1 进行中的宣传任务" in figures(sign_in(world, "viewer"))


def test_their_number_leads_to_their_rows(world: World, street: int) -> None:
    viewer = sign_in(world, "viewer", street).client
    page = viewer.get("/", query_string={"lang": "zh"}).text
    href = re.search(r'href="([^"]+)"><strong>1</strong>本单位屏上', page)

    assert href is not None
    assert "反诈宣传" in viewer.get(href[1]).text


def test_an_auditor_has_evidence_in_place_of_screens(world: World, street: int) -> None:
    auditor = sign_in(world, "auditor")
    page = auditor.client.get("/", query_string={"lang": "zh"}).text
    tiles = dict(re.findall(r'href="([^"]+)"><strong>[\d,]+</strong>([^<]+)</a>', page))

    assert [name for name in tiles.values() if "屏" in name] == []
    assert {"今日审计记录", "已冻结的考核材料", "待核查播放记录"} <= set(tiles.values())
    assert [href for href in tiles if auditor.client.get(href).status_code != 200] == []
    for words in ("在线显示屏", "还没有显示屏", "新建点位", "进行中的宣传任务"):
        assert words not in page
