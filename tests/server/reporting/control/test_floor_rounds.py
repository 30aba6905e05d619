"""A screen that is online and below a campaign's floor for two hours is an incident."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select, text

from playlists.wire.compliance import ExpectedSlot
from server.campaigns.models import Campaign, CampaignVersion
from server.inventory.screens.models import ScreenPause
from server.monitoring.detection.detector import run_detection as detect_incidents
from server.monitoring.incidents.models import Incident
from server.playlog.ingest.runtime import parts_of_job
from server.publishing.models import AssignedTakeover
from server.reporting.control.floor_check import check_floors
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.assets import make_asset
from tests.support.factories.notification_sinks import webhook_sink
from tests.support.plays.on_air import hand_in, hand_in_all, put_on_air
from tests.support.plays.plays import make_programme, takeover_batch

pytestmark = pytest.mark.slow

# Each minute 10 and 15 s of k_1, 5 s of none, 30 s of k_2; at 09:00 of a Tuesday.
PROGRAMME = make_programme(START_MS)
NOTICE = "f" * 64


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


@pytest.fixture
def screen(world: World, office: Office) -> BoundScreen:
    """One with two campaigns: k_1 asks for a floor of 60 an hour, k_2 for none."""
    made = make_screen(world, venue=make_venue(world, name="城南超市"))
    put_on_air(world, made, PROGRAMME, START_MS)
    asset, target = make_asset(world), {"kind": "plays_per_hour", "value": 60}
    for floor in (60, 0):
        office.publish(asset, name=f"反诈 {floor}", target=target, floor=floor)
    return made


def shown(world: World, screen: BoundScreen, hours: Sequence[Sequence[str]]) -> None:
    """Let hours pass in which only these campaigns are shown; the screen is online and reports."""
    for only in hours:
        begin = world.clock.at_ms
        world.clock.forward(HOUR_MS)
        online(world, screen, begin // 1000, world.clock.at_ms // 1000)
        hand_in_all(world, screen, PROGRAMME, of_hour(begin, only), boot=f"{begin:016x}")


def of_hour(begin: int, only: Sequence[str]) -> list[ExpectedSlot]:
    found = PROGRAMME.slots(begin, begin + HOUR_MS)
    kept = [one for one in found if one.campaign in only]
    # The last play marks all before it as complete.
    return kept if found[-1] in kept else [*kept, found[-1]]


def online(world: World, screen: BoundScreen, from_s: int, until_s: int) -> None:
    with world.core.plays.write() as session:
        session.execute(
            text("INSERT INTO contact_runs VALUES (:s, :f, :u, 0)"),
            {"s": screen.id, "f": from_s, "u": until_s},
        )


def judge(world: World) -> list[tuple[str, str]]:
    """A round twelve minutes into the hour, and what there is then."""
    world.clock.forward(12 * MINUTE_MS)
    with parts_of_job(world.core) as parts:
        check_floors(world.core, parts)
    world.clock.forward(-12 * MINUTE_MS)
    return [(row.code, row.state) for row in incidents(world)]


def incidents(world: World) -> list[Incident]:
    with world.core.config.read() as session:
        return list(session.scalars(select(Incident).order_by(Incident.id)))


ALL = ("k_1", "k_2")
NONE = ("k_2",)


def test_two_hours_below_the_floor_are_an_incident_that_names_them(
    world: World, screen: BoundScreen
) -> None:
    shown(world, screen, [NONE, NONE])

    assert judge(world) == [("floor_missed", "open")]
    [row] = incidents(world)
    assert row.since == START_MS
    assert row.facts["campaigns"] == [
        {"campaign_id": "k_1", "shown": [0, 0], "floor": 60.0, "name": "反诈 60"}
    ]


def test_one_hour_is_none_and_neither_is_a_campaign_without_a_floor(
    world: World, screen: BoundScreen
) -> None:
    shown(world, screen, [ALL, NONE])
    assert judge(world) == []

    shown(world, screen, [("k_1",), ("k_1",)])

    assert judge(world) == []


def test_for_how_many_hours_is_a_setting(world: World, screen: BoundScreen) -> None:
    def set_to(hours: int) -> None:
        rule = {"alerts": {"floor_missed_hours": hours}}
        admin = sign_in(world, "admin").client
        assert admin.patch("/api/v1/settings", json=rule).status_code == 200

    set_to(3)
    shown(world, screen, [NONE, NONE])
    assert judge(world) == []

    shown(world, screen, [NONE])
    assert judge(world) == [("floor_missed", "open")]
    shown(world, screen, [ALL])
    assert judge(world) == [("floor_missed", "open")]

    set_to(1)
    assert judge(world) == [("floor_missed", "closed")]


def test_it_is_over_after_two_good_hours_and_not_after_one(
    world: World, screen: BoundScreen
) -> None:
    shown(world, screen, [NONE, NONE])
    judge(world)
    shown(world, screen, [ALL])
    assert judge(world) == [("floor_missed", "open")]

    shown(world, screen, [ALL])

    assert judge(world) == [("floor_missed", "closed")]
    assert incidents(world)[0].until == START_MS + 2 * HOUR_MS


def test_it_begins_once_after_any_number_of_rounds(world: World, screen: BoundScreen) -> None:
    shown(world, screen, [NONE, NONE, NONE])

    judge(world)

    assert judge(world) == [("floor_missed", "open")]


def test_plays_missed_offline_are_another_incident(world: World, screen: BoundScreen) -> None:
    shown(world, screen, [NONE, NONE])
    with world.core.plays.write() as session:
        session.execute(text("UPDATE contact_runs SET last_s = from_s + 3000"))

    assert judge(world) == []


def test_excused_plays_are_not_missed(world: World, screen: BoundScreen) -> None:
    shown(world, screen, [NONE, NONE])
    user = sign_in(world, "admin").user_id
    with world.core.config.write() as session:
        session.add(
            ScreenPause(
                screen_id=screen.id, from_at=START_MS, until_at=START_MS + HOUR_MS,
                reason="检修", user_id=user,
            )
        )  # fmt: skip

    assert judge(world) == []


def test_plays_not_yet_reported_are_not_missed(world: World, screen: BoundScreen) -> None:
    begin = world.clock.at_ms
    world.clock.forward(2 * HOUR_MS)
    online(world, screen, begin // 1000, world.clock.at_ms // 1000)

    assert judge(world) == []


def test_a_campaign_that_is_no_longer_live_ends_it_without_a_notification(
    world: World, screen: BoundScreen
) -> None:
    shown(world, screen, [NONE, NONE])
    judge(world)
    with world.core.config.write() as session:
        session.scalars(select(Campaign).order_by(Campaign.id)).first().state = "ended"  # type: ignore[union-attr] # it is there

    assert judge(world) == [("floor_missed", "closed")]


def test_a_floor_that_was_taken_away_ends_it(world: World, screen: BoundScreen) -> None:
    shown(world, screen, [NONE, NONE])
    judge(world)
    with world.core.config.write() as session:
        for row in session.scalars(select(CampaignVersion)):
            row.floor = 0

    assert judge(world) == [("floor_missed", "closed")]


def test_people_read_which_campaign_was_shown_how_often(world: World, screen: BoundScreen) -> None:
    admin = sign_in(world, "admin").client
    with webhook_sink() as sink:
        body = {"name": "群", "kind": "webhook", "url": sink.url}
        assert admin.post("/api/v1/notification-targets", json=body).status_code == 201
        shown(world, screen, [NONE, NONE])
        judge(world)
        world.clock.forward(15 * MINUTE_MS)
        detect_incidents(world.core)
        run_jobs(world.core)

        assert sink.titles == ["【安屏】城南超市 大厅屏播放不足"]
        assert "（“反诈 60”每小时 0/0 次，最低 60 次）" in sink.texts[0]


def test_a_takeover_is_nobodys_fault(world: World, screen: BoundScreen) -> None:
    from_ms, until_ms = START_MS + 30 * MINUTE_MS, START_MS + 35 * MINUTE_MS
    with world.core.config.write() as session:
        session.add(
            AssignedTakeover(
                screen_id=screen.id, object="t_1", asset=NOTICE, from_ms=from_ms, until_ms=until_ms
            )
        )
    around = [one for one in of_hour(START_MS, NONE) if not from_ms <= one.start_ms < until_ms]
    world.clock.forward(HOUR_MS)
    online(world, screen, START_MS // 1000, world.clock.at_ms // 1000)
    hand_in_all(world, screen, PROGRAMME, [one for one in around if one.start_ms < from_ms])
    batch = takeover_batch(NOTICE, from_ms, until_ms - from_ms, boot="00000000000000b2")
    assert hand_in(world, screen, batch).status_code == 200
    after = [one for one in around if one.start_ms >= until_ms]
    hand_in_all(world, screen, PROGRAMME, after, boot="00000000000000b3")
    shown(world, screen, [NONE])

    assert judge(world) == []
