"""A day of faults of every kind ends with exactly the alerts that are worth reading."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from server.inventory.screens.models import ScreenPause
from server.inventory.venues.models import Line
from server.monitoring.incidents.models import Incident
from server.monitoring.notifications.models import Message
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world
from tests.support.factories.notification_sinks import (
    MailSink,
    WebhookSink,
    mail_sink,
    webhook_sink,
)
from tests.support.monitoring.heartbeats_by_minute import BeatSchedule, Hearing, but_for

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES, pytest.mark.long]

ZONE = ZoneInfo("Asia/Shanghai")


def at(clock: str, day: int = 24) -> int:
    """A time of November 2026 in Shanghai, in seconds; the 24th is a Tuesday."""
    hour, minute = (int(part) for part in clock.split(":"))
    return int(datetime(2026, 11, day, hour, minute, tzinfo=ZONE).timestamp())


def daily(begin: str, end: str) -> dict[str, list[list[str]]]:
    return {str(day): [[begin, end]] for day in range(1, 8)}


@dataclass
class Town:
    """The screens by what befalls them."""

    world: World
    transport: int
    street: int
    reports: dict[int, BeatSchedule] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, reports: BeatSchedule, **venue: object) -> int:
        fields = {"unit": self.street, "hours": daily("08:00", "20:00"), "name": name, **venue}
        screen = make_screen(self.world, venue=make_venue(self.world, **fields)).id
        self.reports[screen], self.names[name] = reports, screen
        return screen

    def bus(self, number: int, reports: BeatSchedule, line: int) -> None:
        hours, name = daily("06:00", "22:00"), f"苏C{number:05d}"
        self.add(
            name, reports, unit=self.transport, kind="bus", hours=hours, line_id=line, vehicle=name
        )


def flapping(begin_s: int, end_s: int) -> BeatSchedule:
    """Six minutes silent, three there, again and again."""
    holes = [(low, low + 210) for low in range(begin_s, end_s, 330)]
    return but_for(*holes, within=OPEN)


OPEN = (at("07:58"), at("20:01"))
SWITCH = (at("13:00"), at("13:48"))
OUTAGE = (at("16:30"), at("16:41"))


def driving(*holes: tuple[int, int], tomorrow: bool = True) -> BeatSchedule:
    night = (at("22:01"), at("06:02", 25) if tomorrow else at("00:00", 30))
    return but_for(night, (0, at("06:02")), *holes)


def furnish(world: World) -> Town:
    transport, street = make_unit(world, "交通运输"), make_unit(world, "三产服务科")
    town = Town(world, transport, street)
    with world.core.config.write() as session:
        line = Line(
            unit_id=transport,
            name="1 路",
            depot="城南车场",
            first_service="06:00",
            last_service="22:00",
            created_at=0,
        )
        session.add(line)
        session.flush()
        number = line.id
    tunnels = [(low, low + 900) for low in range(at("07:00"), at("21:00"), 3600)]
    town.bus(1, driving(*tunnels), number)
    town.bus(2, driving((at("10:00"), at("00:00", 30))), number)
    town.bus(3, driving((at("10:00"), at("17:00"))), number)
    for bus in range(4, 21):
        town.bus(bus, driving(), number)
    dark = but_for((at("11:00"), at("14:00")), within=OPEN)
    bank = make_venue(
        world, unit=street, name="农商行城关支行", hours=daily("08:00", "20:00"),
        contact_name="王敏", contact_phone="0516-80000001",
    )  # fmt: skip
    for screen in range(3):
        town.reports[make_screen(world, venue=bank, name=f"{screen + 1} 号屏").id] = dark
    town.add("流花超市", flapping(at("09:00"), at("10:30")))
    town.add("迎宾酒店", but_for((at("15:00"), at("00:00", 30))), hours=daily("00:00", "24:00"))
    town.add("检修中的屏", but_for((at("10:05"), at("11:50")), within=OPEN))
    town.add("打了个盹的屏", but_for((at("12:00"), at("12:09")), within=OPEN))
    unwell = [but_for(within=(OPEN[0], at("12:00"))), but_for(within=(at("12:40"), OPEN[1]))]
    black = but_for(within=(at("12:00"), at("12:40")), kind=1)
    town.add("黑屏的屏", either(*unwell, black))
    for number in range(22):
        town.add(f"园区 {number}", but_for(SWITCH, within=OPEN))
    for number in range(4):
        town.add(f"好屏 {number}", but_for(within=OPEN))
    return town


def either(*several: BeatSchedule) -> BeatSchedule:
    def reports(screen: int, at_s: int) -> int | None:
        kinds = [one(screen, at_s) for one in several]
        return next((kind for kind in kinds if kind is not None), None)

    return reports


@dataclass
class Day:
    """The town after its day, and what came in at the sinks."""

    town: Town
    duty: WebhookSink
    chief: WebhookSink
    mail: MailSink


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder: Path = tmp_path_factory.mktemp("day")
    with webhook_sink() as duty, webhook_sink() as chief, mail_sink() as mail:
        world = make_world(folder, smtp_url=mail.url, public_url="https://anping.example.cn")
        world.clock.at_ms = at("04:55") * 1000
        town = furnish(world)
        admin = sign_in(world, "admin")
        pause(world, town.names["检修中的屏"], admin.user_id)
        for body in (
            {"name": "值班群", "kind": "webhook", "url": duty.url},
            {"name": "联系人短信", "kind": "webhook", "url": chief.url, "level": "venue"},
            {
                "name": "交通运输邮箱", "kind": "mail", "recipients": ["bus@example.cn"],
                "unit_id": f"u_{town.transport}", "digest_at": "21:00",
            },
        ):  # fmt: skip
            made = admin.client.post("/api/v1/notification-targets", json=body)
            assert made.status_code == 201, made.get_json()
        live(town)
        yield Day(town, duty, chief, mail)


def pause(world: World, screen: int, user: int) -> None:
    begin, end = at("10:00") * 1000, at("12:00") * 1000
    with world.core.config.write() as session:
        session.add(
            ScreenPause(screen_id=screen, from_at=begin, until_at=end, reason="检修", user_id=user)
        )


def live(town: Town) -> None:
    """Until half past six of the next morning."""
    hearing = Hearing(town.world, town.reports, (OUTAGE,))
    calmly, closely = 300, 60

    def until(clock: str, step_s: int, day: int = 24) -> None:
        hearing.until(at(clock, day) * 1000, step_s=step_s)

    until("05:55", calmly)
    until("06:30", closely)
    until("08:55", calmly)
    until("13:01", closely)
    hearing.upstream(SWITCH[0] - 60, 0, 22, 50)
    # The live process calls it over when nothing changes for ten minutes; the switch is still dead.
    until("13:12", closely)
    hearing.upstream(SWITCH[0] - 60, SWITCH[0] + 700, 22, 50)
    until("14:20", closely)
    until("15:00", calmly)
    until("15:20", closely)
    until("16:20", calmly)
    until("17:00", closely)
    until("19:55", calmly)
    # At closing time many vanish at once, and nothing is wrong.
    until("20:02", closely)
    hearing.upstream(OPEN[1] - 60, 0, 29, 50)
    until("20:30", closely)
    until("05:55", calmly, 25)
    until("06:30", closely, 25)


def test_the_group_on_duty_reads_exactly_what_is_worth_reading(day: Day) -> None:
    assert day.duty.titles == [
        "【安屏】流花超市 大厅屏反复断联",
        "【安屏】已恢复：流花超市 大厅屏反复断联",
        "【安屏】农商行城关支行：3 块显示屏断联",
        "【安屏】黑屏的屏 大厅屏播放异常",
        "【安屏】已恢复：黑屏的屏 大厅屏播放异常",
        "【安屏】三产服务科：22 块显示屏同时断线（当时在线 50 块）",
        "【安屏】已恢复：三产服务科：22 块显示屏同时断线（当时在线 50 块）",
        "【安屏】已恢复：农商行城关支行：3 块显示屏断联",
        "【安屏】迎宾酒店 大厅屏断联",
        "【安屏】1 路 苏C00002 大厅屏断联",
    ]


def test_an_alert_states_what_where_since_when_and_what_to_do(day: Day) -> None:
    alert = next(text for text in day.duty.texts if "农商行" in text and "已恢复" not in text)

    assert alert.split("\n") == [
        "【安屏】农商行城关支行：3 块显示屏断联",
        "农商行城关支行：3 块显示屏断联",
        "- 农商行城关支行 1 号屏：断联，自 11-24 10:59 起",
        "- 农商行城关支行 2 号屏：断联，自 11-24 10:59 起",
        "- 农商行城关支行 3 号屏：断联，自 11-24 10:59 起",
        "责任单位：三产服务科",
        "联系人：王敏 0516-****0001",
        "怎么办：请检查供电、网络和播放盒；若是停电、检修或停驶，请登记免考核。",
        "查看：https://anping.example.cn/incidents",
    ]


def test_the_contact_of_a_venue_is_notified_after_an_hour(day: Day) -> None:
    assert day.chief.titles == [
        "【安屏】超过 1 小时未恢复：流花超市 大厅屏反复断联",
        "【安屏】已恢复：流花超市 大厅屏反复断联",
        "【安屏】超过 1 小时未恢复：农商行城关支行：3 块显示屏断联",
        "【安屏】已恢复：农商行城关支行：3 块显示屏断联",
        "【安屏】超过 1 小时未恢复：迎宾酒店 大厅屏断联",
    ]


def test_the_transport_unit_is_notified_of_its_own_buses_alone(day: Day) -> None:
    subjects = [letter["Subject"] for letter in day.mail.letters]

    assert subjects == ["【安屏】1 路 苏C00002 大厅屏断联"]
    assert day.mail.recipients == [["bus@example.cn"]]
    body = day.mail.letters[0].get_content()
    assert "苏C00002 大厅屏：断联，自 11-25 06:00 起（最后联系 11-24 09:59）" in body


def test_the_list_of_incidents_is_the_same(day: Day) -> None:
    with day.town.world.core.config.read() as session:
        rows = session.scalars(select(Incident).order_by(Incident.id)).all()
        log = session.scalars(select(Message).where(Message.kind != "digest")).all()

    assert [(row.code, row.state) for row in rows] == [
        ("flapping", "closed"),
        *[("offline", "closed")] * 3,
        ("impaired", "closed"),
        ("upstream", "closed"),
        ("offline", "open"),
        ("offline", "open"),
    ]
    assert {row.state for row in log} == {"sent"}
