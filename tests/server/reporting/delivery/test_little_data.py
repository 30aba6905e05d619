"""What 运行监测 omits where little is known, and reports of screens not on the page."""

import re

import pytest

from server.inventory.screens.models import Screen
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.monitoring.fleet import NOW, Fleet
from tests.support.monitoring.heartbeats import ContactHistory, at

pytestmark = pytest.mark.slow


def page(fleet: Fleet, path: str) -> str:
    answer = sign_in(fleet.world, "transport", fleet.unit).client.get(f"{path}&lang=zh")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_month_of_which_less_than_half_is_monitored_gets_no_verdict(world: World) -> None:
    fleet = make_fleet_of_today(world, up_since="24 14:40")

    row, foot = sheet_of(fleet)

    assert re.search(r"<td>数据不足<br><span class=.faint.>可判定 3\.\d %</span></td>", row)
    assert "达标</td>" not in row
    assert "达标率 –（在线率不低于 95 %；1 块数据不足的不判）" in foot
    assert re.search(r"可判定时间占应运行 3\.\d %", foot)


def test_a_month_of_which_half_is_monitored_is_judged(world: World) -> None:
    fleet = make_fleet_of_today(world, up_since="24 10:30")

    row, foot = sheet_of(fleet)

    assert "<td>达标</td>" in row
    assert "达标率 100.0 %（在线率不低于 95 %）" in foot


def make_fleet_of_today(world: World, up_since: str) -> Fleet:
    """One bus in contact all the time that the server itself was up, from then until now."""
    world.clock.at_ms = at(NOW) * 1000
    fleet = Fleet(world, ContactHistory(world), make_unit(world, "公交公司"))
    fleet.line("7 路")
    fleet.bus("苏C·7001", "7 路", "前屏")
    with world.core.config.write() as session:
        session.get_one(Screen, fleet.screens["苏C·7001 前屏"].id).enrolled_at = (
            at("24 06:00") * 1000
        )
    fleet.contacts.we_were_up(up_since, NOW)
    fleet.runs("苏C·7001 前屏", every_day=False)
    fleet.contacts.keep()
    return fleet


def sheet_of(fleet: Fleet) -> tuple[str, str]:
    """The bus's row and the totals, tags of headings left out."""
    shown = page(fleet, f"/uptime/sheet?line_id=n_{fleet.lines['7 路']}&month=2026-11")
    body, _, foot = shown.partition("<tfoot>")
    return body.partition("<tbody>")[2], re.sub(r"</?span[^>]*>", "", foot)


def test_where_no_vehicle_is_dark_it_is_shown_how_many_screens_elsewhere_are(world: World) -> None:
    world.clock.at_ms = at(NOW) * 1000
    fleet = Fleet(world, ContactHistory(world), make_unit(world, "公交公司"))
    fleet.line("7 路")
    fleet.bus("苏C·7001", "7 路", "前屏", "后屏")
    fleet.contacts.we_were_up("11 00:00", NOW)
    for name in ("前屏", "后屏"):
        fleet.runs(f"苏C·7001 {name}")
    market = make_venue(world, kind="market", name="东门农贸市场", unit=fleet.unit)
    dark = make_screen(world, venue=market, enrolled_at=at("20 09:00") * 1000)
    fleet.contacts.beats(dark.id, "24 06:00", "24 09:00")
    fleet.contacts.keep()

    now = page(fleet, "/uptime?by=line")
    everywhere = re.search(r'href="([^"]+)">看断联的屏', now)

    assert "公交线路 2 块屏中没有断联的；其他点位还有 1 块。" in now
    assert "alert-success" not in now
    assert everywhere is not None
    assert "东门农贸市场" in page(fleet, everywhere[1].replace("&amp;", "&"))
