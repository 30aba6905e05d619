"""Rounds on a real store: incidents that begin once, wait, or are matched by meaning."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select, text

from server.gateway.connection.messages import Beat, ClockState, Storage
from server.gateway.connection.messages import Incident as ReportedIncident
from server.gateway.connection.telemetry.sightings import SightingCollector
from server.gateway.events import CloneSuspected, IncidentsReported
from server.inventory.screens.models import Screen
from server.monitoring.detection.detector import run_detection
from server.monitoring.incidents.models import Alert, Incident
from server.publishing.models import Assignment
from tests.support.app.clock import DAY_MS, MINUTE_MS
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.notification_sinks import WebhookSink, webhook_sink
from tests.support.monitoring.heartbeats_by_minute import Hearing, always, but_for

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    with webhook_sink() as opened:
        yield opened


def target(world: World, sink: WebhookSink, **fields: object) -> str:
    body = {"name": "群", "kind": "webhook", "url": sink.url, **fields}
    made = sign_in(world, "admin").client.post("/api/v1/notification-targets", json=body)
    assert made.status_code == 201, made.get_json()
    return str(made.get_json()["id"])


def incidents(world: World) -> list[Incident]:
    with world.core.config.read() as session:
        return list(session.scalars(select(Incident).order_by(Incident.id)))


def codes(world: World) -> list[str]:
    return [row.code for row in incidents(world)]


def dead(world: World, count: int = 1, **venue: object) -> dict[int, object]:
    return {
        make_screen(world, venue=make_venue(world, **venue)).id: but_for((0, 2**40))
        for _ in range(count)
    }


def dying(world: World, after_s: int = 120) -> object:
    return but_for((world.clock.at_ms // 1000 + after_s, 2**40))


def test_there_is_one_incident_after_any_number_of_rounds(world: World) -> None:
    screen = make_screen(world).id
    hearing = Hearing(world, {screen: dying(world)})
    hearing.pass_minutes(30)
    run_detection(world.core)
    run_detection(world.core)

    assert codes(world) == ["offline"]
    assert incidents(world)[0].open_key == f"offline:{screen}"


def test_twenty_buses_of_a_line_are_one_message(world: World, sink: WebhookSink) -> None:
    target(world, sink)
    admin = sign_in(world, "admin").client
    line = admin.post("/api/v1/lines", json={"name": "6 路"}).get_json()["id"]
    number = int(line.partition("_")[2])
    reports = {}
    for bus in range(20):
        venue = make_venue(world, name=f"苏C{bus:05d}", line_id=number, vehicle=f"苏C{bus:05d}")
        reports[make_screen(world, venue=venue).id] = dying(world, 125 + 6 * bus)
    Hearing(world, reports).pass_minutes(18)

    assert sink.titles == ["【安屏】6 路：20 块显示屏断联"]
    assert sink.texts[0].count("\n- ") == 11
    assert "……等共 20 块" in sink.texts[0]


def test_a_restart_in_between_notifies_nothing_twice(world: World, sink: WebhookSink) -> None:
    target(world, sink)
    hearing = Hearing(world, {make_screen(world).id: dying(world)})
    hearing.pass_minutes(13)
    with world.core.config.read() as session:
        assert session.scalars(select(Alert.message_id)).all() == [None]
    for _ in range(3):
        # Killed after its transaction and before it knocked; the next one does the same again.
        run_detection(world.core)
    hearing.pass_minutes(5)
    run_jobs(world.core)

    assert len(sink.bodies) == 1


def test_an_incident_that_ends_before_its_notification_is_not_notified(
    world: World, sink: WebhookSink
) -> None:
    target(world, sink, quiet_hours={"from": "09:00", "until": "10:00"})
    now_s = world.clock.at_ms // 1000
    hole = (now_s + 120, now_s + 1500)
    Hearing(world, {make_screen(world).id: but_for(hole)}).pass_minutes(70)

    assert [row.state for row in incidents(world)] == ["closed"]
    assert sink.bodies == []


def test_in_quiet_hours_messages_wait_for_their_end(world: World, sink: WebhookSink) -> None:
    target(world, sink, quiet_hours={"from": "08:00", "until": "10:00"})
    hearing = Hearing(world, {make_screen(world).id: dying(world)})
    hearing.pass_minutes(59)
    assert codes(world) == ["offline"]
    assert sink.bodies == []

    hearing.pass_minutes(2)

    assert len(sink.bodies) == 1


def test_our_own_outage_blames_nobody(world: World, sink: WebhookSink) -> None:
    target(world, sink)
    now_s = world.clock.at_ms // 1000
    outage = (now_s + 600, now_s + 1800)
    screens_there = {make_screen(world).id: always for _ in range(3)}
    hearing = Hearing(world, screens_there, (outage,))
    hearing.pass_minutes(9)
    for _ in range(20):
        world.clock.forward(MINUTE_MS)
        hearing.beat()
        assert run_detection(world.core) is (world.clock.at_ms // 1000 < outage[0])
    hearing.pass_minutes(30)

    assert codes(world) == []


def test_a_doubt_in_the_servers_clock_gives_no_verdict(world: World) -> None:
    hearing = Hearing(world, {make_screen(world).id: dying(world)})
    hearing.pass_minutes(5)
    with world.core.plays.write() as session:
        later = world.clock.at_ms // 1000 + 3600
        session.execute(text("INSERT INTO clock_doubts VALUES (1, :u)"), {"u": later})
    hearing.pass_minutes(20)

    assert codes(world) == []


def test_a_screen_taken_out_of_use_has_no_incident_any_more(
    world: World, sink: WebhookSink
) -> None:
    target(world, sink)
    screen = make_screen(world)
    hearing = Hearing(world, {screen.id: dying(world)})
    hearing.pass_minutes(20)
    with world.core.config.write() as session:
        session.get_one(Screen, screen.id).retired_at = world.clock.at_ms
    hearing.pass_minutes(5)

    assert [row.state for row in incidents(world)] == ["closed"]
    assert len(sink.bodies) == 1


@pytest.mark.long
def test_flapping_is_one_alert_and_death_after_it_another(world: World, sink: WebhookSink) -> None:
    target(world, sink, events=["raised", "recovered"])
    now_s = world.clock.at_ms // 1000
    holes = [(low, low + 210) for low in range(now_s + 60, now_s + 3600, 330)]
    died = (now_s + 3600, 2**40)
    Hearing(world, {make_screen(world).id: but_for(*holes, died)}).pass_minutes(110)

    assert codes(world) == ["flapping", "offline"]
    assert [title[4:] for title in sink.titles] == [
        "建设银行城关支行 大厅屏反复断联",
        "建设银行城关支行 大厅屏断联",
    ]


def test_a_new_screen_that_never_came_is_no_fault(world: World) -> None:
    Hearing(world, dead(world)).pass_minutes(60)

    assert codes(world) == []


@pytest.fixture
def lookout(world: World) -> SightingCollector:
    found: SightingCollector = world.app.extensions["anping.lookout"]
    return found


def test_a_copy_is_an_incident_until_a_person_closes_it(
    world: World, lookout: SightingCollector
) -> None:
    screen = make_screen(world)
    hearing = Hearing(world, {screen.id: always})
    hearing.beat()
    world.core.events.publish(CloneSuspected(screen.id, "old", "new", world.clock.at_ms))
    lookout.write()
    hearing.pass_minutes(2)
    assert [(row.code, row.state) for row in incidents(world)] == [("clone_suspected", "open")]

    admin = sign_in(world, "admin").client
    closed = admin.post(f"/api/v1/incidents/i_{incidents(world)[0].id}/close")

    assert closed.get_json()["state"] == "closed"


def test_a_players_reports_are_counted_in_one_incident(
    world: World, lookout: SightingCollector
) -> None:
    screen = make_screen(world)
    hearing = Hearing(world, {screen.id: always})
    for count in (1, 4):
        reported = (
            ReportedIncident("storage_full", "QuotaExceeded", count),
            ReportedIncident("stalled"),
            ReportedIncident("unheard_of"),
        )
        world.core.events.publish(IncidentsReported(screen.id, "b", reported, world.clock.at_ms))
        lookout.write()
        hearing.pass_minutes(1)

    assert codes(world) == ["storage_full"]
    assert incidents(world)[0].facts["count"] == 5


@pytest.mark.long
def test_an_event_that_does_not_come_again_is_over_after_a_day(
    world: World, lookout: SightingCollector
) -> None:
    screen = make_screen(world)
    hearing = Hearing(world, {screen.id: always})
    reported = (ReportedIncident("clock_jump"),)
    world.core.events.publish(IncidentsReported(screen.id, "b", reported, world.clock.at_ms))
    lookout.write()
    hearing.pass_minutes(25 * 60, step_s=600)

    assert [(row.code, row.state) for row in incidents(world)] == [("clock_jump", "closed")]


def beats(lookout: SightingCollector, screen: BoundScreen, beat: Beat) -> None:
    lookout.presence.record_beat(screen.id, lookout.core.clock.now_ms(), beat)
    lookout.write()


def test_an_unsure_clock_and_a_full_storage_are_incidents_while_they_last(
    world: World, lookout: SightingCollector
) -> None:
    screen = make_screen(world)
    hearing = Hearing(world, {screen.id: always})
    unwell = Beat(
        "b", "playing", clock=ClockState(0, 2500), storage=Storage(81, 100, persisted=True)
    )
    for _ in range(12):
        beats(lookout, screen, unwell)
        hearing.pass_minutes(1)
    assert sorted(codes(world)) == ["clock_uncertain", "storage_low"]

    for _ in range(7):
        well = Beat("b", "playing", clock=ClockState(0, 20), storage=Storage(20, 100))
        beats(lookout, screen, well)
        hearing.pass_minutes(1)

    assert {row.state for row in incidents(world)} == {"closed"}


def test_a_short_unsureness_is_no_incident(world: World, lookout: SightingCollector) -> None:
    screen = make_screen(world)
    hearing = Hearing(world, {screen.id: always})
    for _ in range(5):
        beats(lookout, screen, Beat("b", "playing", clock=ClockState(0, 2500)))
        hearing.pass_minutes(1)
    hearing.pass_minutes(15)

    assert codes(world) == []


@pytest.mark.long
def test_a_plan_that_is_old_for_a_day_of_a_screen_that_is_online(world: World) -> None:
    screen = make_screen(world)
    hearing = Hearing(world, {screen.id: always})
    plan(world, screen, 7)
    contact(world, screen, 6)
    hearing.pass_minutes(20)
    hearing.pass_minutes(24 * 60, step_s=1200)
    assert codes(world) == ["old_plan"]

    contact(world, screen, 7)
    hearing.pass_minutes(1)

    assert [row.state for row in incidents(world)] == ["closed"]


def plan(world: World, screen: BoundScreen, version: int) -> None:
    now_ms = world.clock.at_ms
    with world.core.config.write() as session:
        session.execute(
            text("INSERT INTO manifests (digest, body, made_at) VALUES (:d, '{}', 0)"),
            {"d": "0" * 64},
        )
        session.add(
            Assignment(
                screen_id=screen.id, version=version, serial=1, manifest="0" * 64, activate_at=0,
                issued_at=now_ms, expires_at=now_ms + 40 * DAY_MS, revoked=[], inputs="",
                built_at=0, pinned="", text="", kid="", signature="",
            )
        )  # fmt: skip


def contact(world: World, screen: BoundScreen, version: int) -> None:
    with world.core.plays.write() as session:
        session.execute(text("DELETE FROM contacts WHERE screen = :s"), {"s": screen.id})
        session.execute(
            text(
                "INSERT INTO contacts (screen, at_ms, boot, backlog, version, clear_at) "
                "VALUES (:s, :a, 'b', 0, :v, 0)"
            ),
            {"s": screen.id, "a": world.clock.at_ms, "v": version},
        )


@pytest.mark.long
def test_age_escalates(world: World, sink: WebhookSink) -> None:
    """Tuesday 09:00: an hour, the next working day, three days."""
    for level in ("duty", "venue", "unit", "district"):
        target(world, sink, level=level, name=level, events=["raised", "recovered"])
    hearing = Hearing(world, {make_screen(world).id: dying(world)})
    hearing.pass_minutes(90)
    first = [title[4:12] for title in sink.titles]
    hearing.pass_minutes(24 * 60, step_s=1200)
    second = [title[4:14] for title in sink.titles[2:]]
    hearing.pass_minutes(48 * 60, step_s=1200)

    assert first == ["建设银行城关支行", "超过 1 小时未"]
    assert second == ["超过 1 个工作日未"]
    assert [title[4:13] for title in sink.titles[3:]] == ["超过 3 天未恢复"]


@pytest.mark.long
def test_an_acknowledged_incident_is_not_sent_to_the_venues_contact(
    world: World, sink: WebhookSink
) -> None:
    target(world, sink, level="venue")
    hearing = Hearing(world, {make_screen(world).id: dying(world)})
    hearing.pass_minutes(20)
    admin = sign_in(world, "admin").client
    admin.post(f"/api/v1/incidents/i_{incidents(world)[0].id}/acknowledge")
    hearing.pass_minutes(90)

    assert sink.bodies == []


@pytest.mark.long
def test_a_daily_digest_lists_what_is_new_still_there_and_back(
    world: World, sink: WebhookSink
) -> None:
    target(world, sink, events=["digest"], digest_at="11:00")
    now_s = world.clock.at_ms // 1000
    names = ("甲店", "乙店", "丙店")
    for_good, for_an_hour, later = (
        make_screen(world, venue=make_venue(world, name=name), name="").id for name in names
    )
    hearing = Hearing(
        world,
        {
            for_good: but_for((now_s + 120, 2**40)),
            for_an_hour: but_for((now_s + 120, now_s + 3600)),
            later: but_for((now_s + 5 * 3600, 2**40)),
        },
    )
    hearing.pass_minutes(121)
    hearing.pass_minutes(24 * 60, step_s=300)

    assert sink.texts[0].split("\n") == [
        "【安屏】每日故障摘要 2026-11-24",
        "每日故障摘要 2026-11-24",
        "新增故障：1",
        "- 甲店：断联，自 11-24 09:01 起",
        "已恢复：1",
        "- 乙店：断联，11-24 09:01 至 11-24 10:00",
    ]
    assert sink.texts[1].split("\n")[2:6] == [
        "新增故障：1",
        "- 丙店：断联，自 11-24 13:56 起",
        "仍未恢复：1",
        "- 甲店：断联，自 11-24 09:01 起",
    ]
    assert len(sink.texts) == 2


def test_a_day_without_anything_has_no_digest(world: World, sink: WebhookSink) -> None:
    target(world, sink, events=["digest"], digest_at="11:00")
    Hearing(world, {make_screen(world).id: always}).pass_minutes(180, step_s=300)

    assert sink.bodies == []


def test_a_target_is_notified_of_its_unit_and_its_codes(world: World, sink: WebhookSink) -> None:
    ours, others = make_unit(world, "城关街道"), make_unit(world, "开发区")
    target(world, sink, unit_id=f"u_{ours}", codes=["offline"])
    screens_there = {
        make_screen(world, venue=make_venue(world, unit=unit, name=name)).id: dying(world)
        for unit, name in ((ours, "甲店"), (others, "乙店"))
    }
    Hearing(world, screens_there).pass_minutes(20)

    assert sink.titles == ["【安屏】甲店 大厅屏断联"]
