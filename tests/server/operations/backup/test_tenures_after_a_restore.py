"""A player reports a switch only once; a restored server derives it from heartbeats and plays."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from server.playlog.audit.reimport import reimport_export
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.upkeep import verify
from server.publishing.models import StoredManifest, Tenure
from tests.support.app.clock import MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world
from tests.support.devices.protocol_player import WirePlayer
from tests.support.factories.manifests import assign
from tests.support.plays.on_air import keep_house
from tests.support.plays.plays import Programme, programme_of
from tests.support.plays.restore import backed_up, restored
from tests.support.reporting.reports import check_sums

pytestmark = pytest.mark.slow


@dataclass
class Story:
    """The server restored to before the switch, and the player that has switched."""

    world: World
    player: WirePlayer
    switched_ms: int
    before: dict[str, int]
    export: list[bytes]


@pytest.fixture(params=["the order is in the backup", "the order came after the backup"])
def story(tmp_path: Path, request: pytest.FixtureRequest) -> Story:
    """A plan for ten minutes, another for twenty; in between, or just before, a backup."""
    world = make_world(tmp_path / "server")
    screen = make_screen(world)
    assign(world, screen.id, "one", "two")
    player = WirePlayer(screen, plan_of(world, screen), keeps=True)
    player.report_switched(world, 1, START_MS)
    archive = tmp_path / "b.tar.gz"
    world.clock.forward(10 * MINUTE_MS)
    if request.param == "the order came after the backup":
        backed_up(world, archive)
    order = assign(world, screen.id, "three", "four")
    if request.param == "the order is in the backup":
        backed_up(world, archive)
    player.play(START_MS, order.activate_at)
    player.change_to(plan_of(world, screen))
    player.play(order.activate_at, START_MS + 30 * MINUTE_MS)
    world.clock.at_ms = START_MS + 30 * MINUTE_MS
    player.report_switched(world, 2, order.activate_at)
    player.hand_in(world)
    before, export = figures(world), exported(world)
    assert before["confirmed"] == before["expected"] == 120
    world = restored(world, archive, START_MS + 31 * MINUTE_MS)
    if request.param == "the order came after the backup":
        assign(world, screen.id, "three", "four")
    return Story(world, player, order.activate_at, before, export)


def plan_of(world: World, screen: BoundScreen) -> Programme:
    with world.core.config.read() as session:
        tenures = session.scalars(select(Tenure).where(Tenure.screen_id == screen.id))
        newest = max(tenures, key=lambda row: row.version)
        return programme_of(session.get_one(StoredManifest, newest.manifest).body)


def figures(world: World) -> dict[str, int]:
    keep_house(world)
    assert verify(world.core, playback_of(world.app)) == []
    return check_sums(sign_in(world, "reviewer").client)


def exported(world: World) -> list[bytes]:
    query = {"from": "2026-11-24T08:00:00+08:00"}
    client = sign_in(world, "auditor").client
    return client.get("/api/v1/plays/export", query_string=query).data.splitlines()


def beats(story: Story, minutes: int) -> None:
    """The player shows its plan for a while and gives a sign of life each minute."""
    for _ in range(minutes):
        now_ms = story.world.clock.now_ms()
        story.world.clock.forward(MINUTE_MS)
        story.player.play(now_ms, story.world.clock.now_ms())
        story.player.beat(story.world, version=2)


def play_on(story: Story) -> None:
    story.player.play(START_MS + 30 * MINUTE_MS, story.world.clock.now_ms())
    story.player.hand_in(story.world)
    beats(story, 20)
    story.player.hand_in(story.world)


@pytest.mark.long
def test_beats_and_plays_show_since_when_the_plan_is_on_air(story: Story) -> None:
    play_on(story)

    after = figures(story.world)

    minutes = 31 + 20
    assert after["expected"] == after["confirmed"] == 4 * minutes
    with story.world.core.config.read() as session:
        rows = session.scalars(select(Tenure).order_by(Tenure.from_ms)).all()
    assert [(row.from_ms, row.reported) for row in rows] == [
        (START_MS, True),
        (story.switched_ms, True),
    ]


def test_one_beat_isn_t_enough_as_the_player_may_be_about_to_report_it(story: Story) -> None:
    story.player.beat(story.world, version=2)
    story.world.clock.forward(MINUTE_MS)
    story.player.beat(story.world, version=2)

    with story.world.core.config.read() as session:
        newest = session.scalars(select(Tenure).order_by(Tenure.id.desc())).first()
    assert newest is not None
    assert not newest.reported


@pytest.mark.long
def test_an_export_has_it_where_the_player_kept_nothing(story: Story) -> None:
    player = story.player
    player.keeps, player.oldest = False, len(player.shown) + 1

    play_on(story)
    done = reimport_export(story.world.core, playback_of(story.world.app), story.export)

    assert done.problems == []
    assert done.otherwise == 0
    after = figures(story.world)
    assert after["expected"] == after["confirmed"] == 4 * (31 + 20)
