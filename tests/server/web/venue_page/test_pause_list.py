"""Who paused which screen, when and why: where an officer of that unit finds it."""

from io import BytesIO

import openpyxl
import pytest

from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.plays.on_air import keep_house, put_on_air
from tests.support.reporting.exemptions import PROGRAMME
from tests.support.reporting.reports import totals
from tests.support.reporting.venue_page import PIN_HASH, open_door

API = "/api/v1/reports/pauses"


@pytest.mark.slow
def test_pauses_of_people_and_of_the_page_are_listed_together(world: World) -> None:
    unit = make_unit(world, "城关街道")
    door, officer = open_door(world, unit=unit), sign_in(world, "publicity", unit)
    door.pause(reason="领导接待")
    other = make_screen(world, venue=make_venue(world, unit=unit, name="工商银行"))
    world.clock.forward(HOUR_MS)
    sign_in_again(world, officer)
    body = {"until": "2026-11-24T11:30:00+08:00", "reason": "检修"}
    officer.client.post(f"/api/v1/screens/{other.public_id}/pause", json=body)

    by_user, by_contact = officer.client.get(API).json["items"]

    assert (by_contact["by"], by_contact["user_id"]) == ("contact", None)
    assert by_contact["user"] == "点位人员（扫码）"
    assert (by_contact["reason"], by_contact["minutes"]) == ("领导接待", 10)
    assert by_contact["from"] == "2026-11-24T09:00:00+08:00"
    assert by_contact["until"] == "2026-11-24T09:10:00+08:00"
    assert (by_user["by"], by_user["user_id"]) == ("user", officer.public_id)
    assert (by_user["venue"], by_user["unit"]) == ("工商银行", "城关街道")
    alone = officer.client.get(API, query_string={"by": "contact"}).json["items"]
    assert alone == [by_contact]
    narrowed = officer.client.get(API, query_string={"screen_id": other.public_id}).json["items"]
    assert narrowed == [by_user]


def test_the_page_and_the_sheet_agree(world: World) -> None:
    unit = make_unit(world)
    door, officer = open_door(world, unit=unit), sign_in(world, "viewer", unit)
    door.pause(reason="=cmd|'/c calc'")

    page = officer.client.get("/reports/pauses").text
    sheet = officer.client.get(f"{API}.xlsx")

    assert "09:00" in page
    assert "点位人员（扫码）" in page
    assert "2026-11-24" in page
    book = openpyxl.load_workbook(BytesIO(sheet.data))
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr] # it has one
    assert rows[0] == ("开始", "结束", "分钟", "责任单位", "点位", "显示屏", "暂停人", "原因")
    assert rows[1][:3] == ("2026-11-24 09:00", "2026-11-24 09:10", 10)
    assert rows[1][6:] == ("点位人员（扫码）", "=cmd|'/c calc'")
    assert book.active.cell(2, 8).data_type == "s", "no formula"  # type: ignore[union-attr] # it has one


def test_another_unit_sees_nothing_of_it(world: World) -> None:
    here, there = make_unit(world), make_unit(world, "开发区")
    open_door(world, unit=here).pause()
    stranger = sign_in(world, "publicity", there).client

    assert stranger.get(API).json["items"] == []
    assert stranger.get(API, query_string={"unit_id": f"u_{here}"}).status_code == 404
    assert "这段时间没有暂停" in stranger.get("/reports/pauses").text


def test_days_narrow_it(world: World) -> None:
    venue = make_venue(world, pause_pin_hash=PIN_HASH)
    door = open_door(world, make_screen(world, venue=venue))
    door.pause()
    world.clock.forward(10 * DAY_MS)
    officer = sign_in(world, "publicity").client

    assert officer.get(API).json["items"] == []
    days = {"from": "2026-11-24", "to": "2026-11-24"}
    assert len(officer.get(API, query_string=days).json["items"]) == 1
    assert officer.get(API, query_string={"from": "x"}).status_code == 422
    assert "2026-11-24 09:00" in officer.get("/reports/pauses", query_string=days).text


def test_reports_count_it_as_screen_off(world: World) -> None:
    """The heading that pauses from the console are counted under."""

    door, officer = open_door(world), sign_in(world, "publicity")
    put_on_air(world, door.screen, PROGRAMME, START_MS)
    keep_house(world)
    assert door.pause().status_code == 201
    world.clock.forward(HOUR_MS)
    sign_in_again(world, officer)

    found = totals(officer.client, **{"from": "2026-11-24", "to": "2026-11-24"})

    assert found["screen_off"] > 0
