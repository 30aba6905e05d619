"""Notifications that must not be sent, sent twice, or go to the wrong people: past defects."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from server.gateway.connection.messages import Beat, Storage
from server.gateway.connection.messages import Incident as ReportedIncident
from server.gateway.connection.telemetry.sightings import SightingCollector
from server.gateway.events import IncidentsReported
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from server.monitoring.detection.detector import run_detection
from server.monitoring.incidents.models import Incident, Sighting
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.notification_sinks import WebhookSink, webhook_sink
from tests.support.monitoring.heartbeats_by_minute import BeatSchedule, Hearing, always, but_for

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]

FOREVER = 2**40


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    with webhook_sink() as opened:
        yield opened


def target(world: World, sink: WebhookSink, **fields: object) -> str:
    body = {"name": "群", "kind": "webhook", "url": sink.url, "events": ["raised", "recovered"]}
    made = sign_in(world, "admin").client.post(
        "/api/v1/notification-targets", json={**body, **fields}
    )
    assert made.status_code == 201, made.get_json()
    return str(made.get_json()["id"])


def incidents(world: World) -> list[Incident]:
    with world.core.config.read() as session:
        return list(session.scalars(select(Incident).order_by(Incident.id)))


def codes_and_states(world: World) -> list[tuple[str, str]]:
    return [(row.code, row.state) for row in incidents(world)]


def now_s(world: World) -> int:
    return world.clock.at_ms // 1000


def coming_and_going(world: World) -> BeatSchedule:
    begin = now_s(world) + 60
    return but_for(*((low, low + 210) for low in range(begin, begin + 6 * 3600, 330)))


@pytest.mark.long
def test_a_restart_of_ours_neither_ends_flapping_nor_notifies_it_again(
    world: World, sink: WebhookSink
) -> None:
    target(world, sink)
    outage = (now_s(world) + 3600, now_s(world) + 3660)
    Hearing(world, {make_screen(world).id: coming_and_going(world)}, (outage,)).pass_minutes(120)

    assert codes_and_states(world) == [("flapping", "open")]
    assert [title[4:] for title in sink.titles] == ["建设银行城关支行 大厅屏反复断联"]


@pytest.mark.long
def test_what_goes_to_rest_is_not_well_again(world: World, sink: WebhookSink) -> None:
    target(world, sink)
    closing = now_s(world) + 3600

    def reports(_screen: int, at_s: int) -> int:
        return 1 if at_s < closing else 2

    Hearing(world, {make_screen(world).id: reports}).pass_minutes(120)

    assert codes_and_states(world) == [("impaired", "open")]
    assert len(sink.titles) == 1


@pytest.fixture
def lookout(world: World) -> SightingCollector:
    found: SightingCollector = world.app.extensions["anping.lookout"]
    return found


@pytest.mark.long
def test_a_full_storage_is_no_emptier_for_a_night_switched_off(
    world: World, sink: WebhookSink, lookout: SightingCollector
) -> None:
    target(world, sink)
    screen = make_screen(world)
    night = (now_s(world) + 1800, now_s(world) + 9000)
    hearing = Hearing(world, {screen.id: but_for(night)})
    with world.core.config.write() as session:
        hours = [["09:00", "09:30"], ["11:30", "23:00"]]
        session.get_one(Venue, screen.venue_id).hours = {str(day): hours for day in range(1, 8)}
    full = Beat("b", "playing", storage=Storage(85, 100, persisted=True))
    for minute in range(200):
        if not 30 <= minute < 150:
            lookout.presence.record_beat(screen.id, world.clock.now_ms(), full)
            lookout.write()
        hearing.pass_minutes(1)

    assert codes_and_states(world) == [("storage_low", "open")]
    assert len(sink.titles) == 1


def test_a_player_raises_nothing_that_would_have_no_end(
    world: World, lookout: SightingCollector
) -> None:
    """What ends by itself is found by rounds; a copy, by who sees both."""
    screen = make_screen(world)
    Hearing(world, {screen.id: always}).beat()
    codes = ("floor_missed", "old_plan", "clock_uncertain", "offline", "clone_suspected")
    notice = IncidentsReported(
        screen.id, "b", tuple(ReportedIncident(code) for code in codes), world.clock.at_ms
    )
    world.core.events.publish(notice)
    lookout.write()
    run_detection(world.core)

    assert incidents(world) == []
    with world.core.config.read() as session:
        assert session.scalars(select(Sighting)).all() == []


def test_a_past_event_is_handled_or_not_and_never_comes_back(
    world: World, sink: WebhookSink, lookout: SightingCollector
) -> None:
    target(world, sink, level="venue")
    screen = make_screen(world)
    hearing = Hearing(world, {screen.id: always})
    notice = IncidentsReported(screen.id, "b", (ReportedIncident("lost_range"),), world.clock.at_ms)
    world.core.events.publish(notice)
    lookout.write()
    hearing.pass_minutes(70)

    assert [title[4:] for title in sink.titles] == [
        "超过 1 小时未处理：建设银行城关支行 大厅屏播放记录缺失"
    ]


def test_a_clock_that_was_a_year_ahead_for_five_minutes_silences_nobody(world: World) -> None:
    screen = make_screen(world)
    hearing = Hearing(world, {screen.id: but_for((now_s(world) + 600, FOREVER))})
    hearing.pass_minutes(5)
    ahead = now_s(world) + 365 * 86_400
    with world.core.plays.write() as session:
        span = {"a": ahead, "b": ahead + 300}
        session.execute(text("INSERT INTO server_runs VALUES (:a, :b)"), span)
        session.execute(text("INSERT INTO clock_doubts VALUES (:a, :b)"), span)
        session.execute(
            text("INSERT INTO contact_runs VALUES (:s, :a, :b, 0)"), {"s": screen.id, **span}
        )
    hearing.pass_minutes(30)

    assert codes_and_states(world) == [("offline", "open")]


@pytest.mark.long
def test_a_venue_given_to_another_unit_escalates_there(world: World, sink: WebhookSink) -> None:
    before, after = make_unit(world, "城关街道"), make_unit(world, "开发区")
    target(world, sink, unit_id=f"u_{after}", level="venue")
    venue = make_venue(world, unit=before, name="甲店")
    hearing = Hearing(
        world, {make_screen(world, venue=venue).id: but_for((now_s(world) + 120, FOREVER))}
    )
    hearing.pass_minutes(20)
    with world.core.config.write() as session:
        session.get_one(Venue, venue).unit_id = after
    hearing.pass_minutes(90)

    assert [title[4:] for title in sink.titles] == ["超过 1 小时未恢复：甲店 大厅屏断联"]
    assert "责任单位：开发区" in sink.texts[0]


def test_a_dark_screen_that_was_moved_is_notified_at_its_present_place(
    world: World, sink: WebhookSink
) -> None:
    before, after = make_unit(world, "城关街道"), make_unit(world, "开发区")
    target(world, sink, unit_id=f"u_{after}")
    screen = make_screen(world, venue=make_venue(world, unit=before, name="甲店"))
    hearing = Hearing(world, {screen.id: but_for((now_s(world) + 120, FOREVER))})
    hearing.pass_minutes(20)
    with world.core.config.write() as session:
        session.get_one(Screen, screen.id).venue_id = make_venue(world, unit=after, name="乙店")
    hearing.pass_minutes(10)

    assert codes_and_states(world) == [("offline", "closed"), ("offline", "open")]
    assert [title[4:] for title in sink.titles] == ["乙店 大厅屏断联"]


@pytest.mark.long
def test_thirty_shops_that_go_dark_at_once_are_one_message(world: World, sink: WebhookSink) -> None:
    target(world, sink)
    unit = make_unit(world, "城关街道")
    dark = but_for((now_s(world) + 120, now_s(world) + 3600))
    shops = [make_venue(world, unit=unit, name=f"商铺 {one}") for one in range(30)]
    Hearing(world, {make_screen(world, venue=one).id: dark for one in shops}).pass_minutes(90)

    assert [title[4:] for title in sink.titles] == [
        "城关街道：30 块显示屏断联",
        "已恢复：城关街道：30 块显示屏断联",
    ]


def test_ten_shops_that_go_dark_are_ten_messages(world: World, sink: WebhookSink) -> None:
    target(world, sink)
    dark = but_for((now_s(world) + 120, FOREVER))
    shops = [make_venue(world, name=f"商铺 {one}") for one in range(10)]
    Hearing(world, {make_screen(world, venue=one).id: dark for one in shops}).pass_minutes(20)

    assert len(sink.titles) == 10


@pytest.mark.long
def test_an_incident_acknowledged_at_night_is_not_sent_to_the_contact_in_the_morning(
    world: World, sink: WebhookSink
) -> None:
    target(world, sink, level="venue", quiet_hours={"from": "08:00", "until": "12:00"})
    hearing = Hearing(world, {make_screen(world).id: but_for((now_s(world) + 120, FOREVER))})
    hearing.pass_minutes(100)
    admin = sign_in(world, "admin").client
    admin.post(f"/api/v1/incidents/i_{incidents(world)[0].id}/acknowledge")
    hearing.pass_minutes(120)

    assert sink.titles == []


@pytest.mark.long
def test_nobody_is_called_at_night_for_a_shop_that_is_closed(
    world: World, sink: WebhookSink
) -> None:
    target(world, sink, level="venue")
    hours = {str(day): [["08:30", "09:30"], ["11:00", "12:00"]] for day in range(1, 8)}
    screen = make_screen(world, venue=make_venue(world, hours=hours)).id
    hearing = Hearing(world, {screen: but_for((now_s(world) + 120, FOREVER))})
    hearing.pass_minutes(119)
    assert codes_and_states(world) == [("offline", "open")]
    assert sink.titles == []

    hearing.pass_minutes(5)

    assert [title[4:] for title in sink.titles] == [
        "超过 1 小时未恢复：建设银行城关支行 大厅屏断联"
    ]


def test_two_workers_at_once_notify_it_once(world: World, sink: WebhookSink) -> None:
    """One that took too long goes on while another has taken its place."""
    target(world, sink)
    hearing = Hearing(world, {make_screen(world).id: but_for((now_s(world) + 120, FOREVER))})
    for _ in range(16):
        world.clock.forward(60_000)
        hearing.beat()
        with ThreadPoolExecutor(3) as pool:
            failures = [
                one.exception() for one in [pool.submit(run_detection, world.core) for _ in "abc"]
            ]
        assert [one for one in failures if one is not None] == []
    run_jobs(world.core)

    assert codes_and_states(world) == [("offline", "open")]
    assert len(sink.titles) == 1


@pytest.mark.long
def test_quiet_hours_made_longer_hold_for_what_waits_already(
    world: World, sink: WebhookSink
) -> None:
    name = target(world, sink, quiet_hours={"from": "08:00", "until": "10:00"})
    hearing = Hearing(world, {make_screen(world).id: but_for((now_s(world) + 120, FOREVER))})
    hearing.pass_minutes(30)
    changed = sign_in(world, "admin").client.patch(
        f"/api/v1/notification-targets/{name}",
        json={"quiet_hours": {"from": "08:00", "until": "11:00"}},
    )
    assert changed.status_code == 200
    hearing.pass_minutes(60)
    assert sink.titles == []

    hearing.pass_minutes(40)

    assert len(sink.titles) == 1


@pytest.mark.long
def test_a_digest_due_in_quiet_hours_comes_after_them(world: World, sink: WebhookSink) -> None:
    target(
        world, sink, events=["digest"], digest_at="10:00",
        quiet_hours={"from": "09:30", "until": "11:00"},
    )  # fmt: skip
    hearing = Hearing(world, {make_screen(world).id: but_for((now_s(world) + 120, FOREVER))})
    hearing.pass_minutes(115)
    assert sink.titles == []

    hearing.pass_minutes(20)

    assert sink.titles == ["【安屏】每日故障摘要 2026-11-24"]


@pytest.mark.long
def test_one_in_quiet_hours_over_midnight_comes_once_in_the_morning(
    world: World, sink: WebhookSink
) -> None:
    target(
        world, sink, events=["digest"], digest_at="23:00",
        quiet_hours={"from": "22:00", "until": "06:30"},
    )  # fmt: skip
    hearing = Hearing(world, {make_screen(world).id: but_for((now_s(world) + 120, FOREVER))})
    hearing.pass_minutes(30)
    hearing.pass_minutes(20 * 60, step_s=300)
    assert sink.titles == []

    hearing.pass_minutes(120, step_s=300)

    assert sink.titles == ["【安屏】每日故障摘要 2026-11-24"]


def bus(world: World, number: int, unit: int) -> int:
    name = f"苏C{number:05d}"
    venue = make_venue(world, unit=unit, kind="bus", name=name, vehicle=name)
    return make_screen(world, venue=venue).id


@pytest.mark.long
def test_an_access_point_that_takes_all_buses_with_it_is_notified_at_once(
    world: World, sink: WebhookSink
) -> None:
    target(world, sink)
    unit = make_unit(world, "交通运输")
    gone = (now_s(world) + 600, now_s(world) + 3600)
    hearing = Hearing(world, {bus(world, one, unit): but_for(gone) for one in range(20)})
    hearing.pass_minutes(10)
    hearing.upstream(gone[0] - 60, 0, 20, 20)
    hearing.pass_minutes(60)

    assert codes_and_states(world) == [("upstream", "closed")]
    assert [title[4:] for title in sink.titles] == [
        "交通运输：20 块显示屏同时断线（当时在线 20 块）",
        "已恢复：交通运输：20 块显示屏同时断线（当时在线 20 块）",
    ]


def test_people_in_charge_of_a_part_of_a_switchs_screens_are_notified_and_can_read_it(
    world: World, sink: WebhookSink
) -> None:
    streets = [make_unit(world, name) for name in ("城关街道", "开发区", "新城街道")]
    target(world, sink, unit_id=f"u_{streets[0]}")
    gone = (now_s(world) + 600, FOREVER)
    reports = {
        make_screen(world, venue=make_venue(world, unit=unit)).id: but_for(gone)
        for unit in streets[:2]
        for _ in range(10)
    }
    hearing = Hearing(world, reports)
    hearing.pass_minutes(10)
    hearing.upstream(gone[0] - 60, 0, 20, 20)
    hearing.pass_minutes(30)
    people = [sign_in(world, "publicity", unit).client for unit in streets]
    listed = [one.get("/api/v1/incidents").get_json()["items"] for one in people]

    assert [title[4:] for title in sink.titles] == ["本区：20 块显示屏同时断线（当时在线 20 块）"]
    assert [len(one) for one in listed] == [1, 1, 0]
    assert "paths" not in listed[0][0]["facts"]
    assert people[0].post(f"/api/v1/incidents/{listed[0][0]['id']}/acknowledge").status_code == 403


@pytest.mark.long
def test_a_bus_in_a_tunnel_at_that_moment_is_not_notified_as_part_of_a_switch(
    world: World, sink: WebhookSink
) -> None:
    street, transport = make_unit(world, "城关街道"), make_unit(world, "交通运输")
    target(world, sink, unit_id=f"u_{transport}")
    gone = (now_s(world) + 600, FOREVER)
    reports: dict[int, BeatSchedule] = {
        make_screen(world, venue=make_venue(world, unit=street)).id: but_for(gone)
        for _ in range(20)
    }
    reports |= {
        bus(world, one, transport): but_for(gone) if one < 2 else always for one in range(20)
    }
    hearing = Hearing(world, reports)
    hearing.pass_minutes(10)
    hearing.upstream(gone[0] - 60, 0, 22, 40)
    hearing.pass_minutes(30)

    assert codes_and_states(world) == [("upstream", "open")]
    assert sink.titles == []


@pytest.mark.long
def test_a_fault_upstream_that_was_ended_does_not_begin_again(world: World) -> None:
    gone = (now_s(world) + 600, FOREVER)
    hearing = Hearing(world, {make_screen(world).id: but_for(gone) for _ in range(20)})
    hearing.pass_minutes(10)
    hearing.upstream(gone[0] - 60, 0, 20, 20)
    hearing.pass_minutes(20)
    with world.core.config.write() as session:
        row = session.scalars(select(Incident)).one()
        row.state, row.open_key = "closed", None
        row.until = row.closed_at = world.clock.at_ms
    hearing.pass_minutes(100)

    assert [code for code, _ in codes_and_states(world)].count("upstream") == 1
