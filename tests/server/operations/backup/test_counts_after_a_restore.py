"""After a restore the counts are the arithmetic again: handed in, or declared and listed.

A screen plays an hour, a backup is taken in its middle, it plays another hour; an export is taken
twenty minutes before the disaster. Then the server is restored and the screen plays on.
"""

import json
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from server.playlog.audit.reimport import HandedIn, NotTaken, reimport_export
from server.playlog.audit.verifier.verify import verify
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.upkeep import rebuild
from server.playlog.upkeep import verify as differences
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world
from tests.support.devices.protocol_player import WirePlayer
from tests.support.plays.on_air import hand_in as post
from tests.support.plays.on_air import keep_house, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.plays.restore import backed_up, restored, restored_elsewhere
from tests.support.reporting.reports import check_sums

pytestmark = pytest.mark.slow

PROGRAMME = make_programme(START_MS)
A_MINUTE = 4
BACKUP, EXPORT, DISASTER, BACK = 30, 100, 120, 130
"""Minutes after the start."""


@dataclass
class Story:
    """The restored server, its players, and the lines of the export."""

    world: World
    players: list[WirePlayer]
    export: list[bytes]
    archive: Path

    def totals(self) -> dict[str, Any]:
        keep_house(self.world)
        assert differences(self.world.core, playback_of(self.world.app)) == []
        return check_sums(sign_in(self.world, "reviewer").client)

    def take_export(self) -> HandedIn:
        return reimport_export(self.world.core, playback_of(self.world.app), self.export)


MakeStory = Callable[..., Story]


@dataclass
class Before:
    """The data when the server is lost; made once for all tests that begin alike."""

    archive: Path
    players: list[WirePlayer]
    export: list[bytes]

    def players_of_a_test(self) -> list[WirePlayer]:
        """The players as they were at the disaster, with logs of their own."""
        mine = [copy(one) for one in self.players]
        for one in mine:
            one.shown, one.declared = list(one.shown), list(one.declared)
        return mine


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool, int], Before]:
    @cache
    def until_the_disaster(keeps: bool, screens: int) -> Before:
        folder = tmp_path_factory.mktemp("before")
        world = make_world(folder / "server")
        players = [
            WirePlayer(make_screen(world), PROGRAMME, boot=f"b{n}", keeps=keeps)
            for n in range(screens)
        ]
        for player in players:
            put_on_air(world, player.screen, PROGRAMME, START_MS)
        archive, export = folder / "b.tar.gz", []
        for minute in range(10, DISASTER + 1, 10):
            play_until(world, players, minute)
            if minute == BACKUP:
                backed_up(world, archive)
            if minute == EXPORT:
                export = exported(world)
        world.close()
        return Before(archive, players, export)

    return until_the_disaster


@pytest.fixture
def make_story(tmp_path: Path, before: Callable[[bool, int], Before]) -> MakeStory:
    def story(*, keeps: bool = False, screens: int = 1) -> Story:
        lost = before(keeps, screens)
        world = restored_elsewhere(
            tmp_path / "server", lost.archive, START_MS + (DISASTER + 5) * MINUTE_MS
        )
        return Story(world, lost.players_of_a_test(), list(lost.export), lost.archive)

    return story


def play_until(world: World, players: list[WirePlayer], minute: int) -> None:
    """All show ten minutes more and hand in."""
    world.clock.at_ms = START_MS + minute * MINUTE_MS
    for player in players:
        player.play(START_MS + (minute - 10) * MINUTE_MS, world.clock.at_ms)
        player.hand_in(world)


def exported(world: World) -> list[bytes]:
    query = {"from": "2026-11-24T08:00:00+08:00"}
    client = sign_in(world, "auditor").client
    return client.get("/api/v1/plays/export", query_string=query).data.splitlines()


def test_a_player_that_kept_its_plays_hands_them_in_and_nothing_is_missing(
    make_story: MakeStory,
) -> None:
    story = make_story(keeps=True)

    play_until(story.world, story.players, BACK)

    totals = story.totals()
    assert totals["expected"] == totals["confirmed"] == BACK * A_MINUTE
    assert story.players[0].declared == []


def test_what_a_player_let_go_is_declared_missing_and_listed(make_story: MakeStory) -> None:
    story = make_story()

    play_until(story.world, story.players, BACK)

    totals = story.totals()
    assert story.players[0].declared == [(BACKUP * A_MINUTE + 1, DISASTER * A_MINUTE)]
    assert totals["expected"] == BACK * A_MINUTE
    assert totals["missing"] == (DISASTER - BACKUP) * A_MINUTE
    assert totals["confirmed"] == (BACKUP + BACK - DISASTER) * A_MINUTE


def test_a_declared_range_is_listed_in_the_log_and_on_reports_and_no_tampering_is_found(
    make_story: MakeStory,
) -> None:
    story = make_story()
    play_until(story.world, story.players, BACK)
    reader = sign_in(story.world, "reviewer").client

    plays = reader.get("/api/v1/plays", query_string={"from": "2026-11-24T08:00:00+08:00"})
    report = reader.get("/api/v1/reports/delivery", query_string={"from": "2026-11-24"}).json
    page = reader.get("/plays?day=2026-11-24&lang=en").text
    table = reader.get("/api/v1/reports/delivery.csv", query_string={"from": "2026-11-24"}).text

    assert plays.json["lost"] == [
        {
            "screen_id": "s_1",
            "boot": "b0",
            "first": 121,
            "last": 480,
            "reason": "acknowledged",
            "regained": 0,
        }
    ]
    assert report["declared"] == {"acknowledged": 360}
    assert "121–480" in page
    assert "360" in table
    assert verify(exported(story.world)).findings == ()
    events = reader.get("/api/v1/screens/s_1").json
    assert "tamper" not in json.dumps(events)


@pytest.mark.parametrize("first", ["the export", "the player"])
def test_an_export_restores_its_plays_in_any_order(make_story: MakeStory, first: str) -> None:
    story = make_story()
    if first == "the export":
        done = story.take_export()
        assert (done.held, done.added, done.regained) == (120, 280, 0)
        play_until(story.world, story.players, BACK)
        assert story.players[0].declared == [(401, 480)]
    else:
        play_until(story.world, story.players, BACK)
        done = story.take_export()
        assert (done.held, done.added, done.regained) == (120, 0, 280)

    assert done.problems == []
    totals = story.totals()
    assert totals["expected"] == BACK * A_MINUTE
    assert totals["missing"] == (DISASTER - EXPORT) * A_MINUTE
    assert totals["confirmed"] == (EXPORT + BACK - DISASTER) * A_MINUTE
    assert verify(exported(story.world)).findings == ()


@pytest.mark.long
@pytest.mark.parametrize("first", ["the export", "the player"])
def test_an_export_handed_in_ten_times_changes_nothing_after_the_first(
    make_story: MakeStory, first: str
) -> None:
    story = make_story()
    if first == "the player":
        play_until(story.world, story.players, BACK)
    story.take_export()
    before, log = story.totals(), exported(story.world)

    for _ in range(9):
        again = story.take_export()
        assert (again.held, again.added, again.regained, again.problems) == (400, 0, 0, [])

    after = story.totals()
    assert after == before
    assert without_seals(exported(story.world)) == without_seals(log)


def test_events_keep_the_heads_that_they_had_before_the_disaster(make_story: MakeStory) -> None:
    story = make_story()
    play_until(story.world, story.players, BACK)
    story.take_export()

    now = {key(line): line["head"] for line in map(json.loads, exported(story.world))}
    then = {key(line): line["head"] for line in map(json.loads, story.export)}

    assert then.items() <= now.items()


def test_an_export_with_a_side_chain_can_itself_be_handed_in(make_story: MakeStory) -> None:
    story = make_story()
    play_until(story.world, story.players, BACK)
    story.take_export()
    before, story.export = story.totals(), exported(story.world)
    assert story.take_export().held == (EXPORT + BACK - DISASTER) * A_MINUTE
    archive = story.archive

    story.world = restored(story.world, archive, story.world.clock.now_ms())
    done = story.take_export()

    assert done.problems == []
    assert story.totals() == before
    assert verify(exported(story.world)).findings == ()


def test_what_came_after_all_can_be_rebuilt_from_the_log(make_story: MakeStory) -> None:
    story = make_story(screens=2)
    play_until(story.world, story.players, BACK)
    story.take_export()
    before = story.totals()

    assert rebuild(story.world.core, playback_of(story.world.app)) == 0
    assert story.totals() == before


@pytest.mark.long
@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: (
            [*lines[:7], lines[7].replace(b'"shown_ms":30000', b'"shown_ms":29999'), *lines[8:]]
        ),
        lambda lines: lines[:50],
        lambda lines: lines[:10] + lines[11:],
    ],
    ids=["a time on the glass", "cut", "a line less"],
)
def test_a_spoilt_export_is_refused_whole(
    make_story: MakeStory, spoil: Callable[[list[bytes]], list[bytes]]
) -> None:
    story = make_story()
    story.export = spoil(story.export)
    before = story.totals()

    with pytest.raises(NotTaken, match="nothing was added"):
        story.take_export()
    assert story.totals() == before


def test_an_export_of_another_server_is_refused(make_story: MakeStory, tmp_path: Path) -> None:
    story = make_story()
    other = make_world(tmp_path / "other")
    player = WirePlayer(make_screen(other), PROGRAMME)
    put_on_air(other, player.screen, PROGRAMME, START_MS)
    play_until(other, [player], 10)
    story.export = exported(other)

    with pytest.raises(NotTaken, match="another server"):
        story.take_export()


def test_an_export_that_begins_after_a_hole_waits_for_what_comes_before(
    make_story: MakeStory,
) -> None:
    story = make_story()
    client = sign_in(story.world, "auditor").client
    assert client is not None
    play_until(story.world, story.players, BACK)
    late = exported_between(story.world, "2026-11-24T11:05:00+08:00")
    assert late
    # A world in which the player hasn't come back yet holds nothing that these events rest on.
    story.world = restored(story.world, story.archive, story.world.clock.at_ms)
    story.export = late

    done = story.take_export()

    assert done.added == done.regained == 0
    assert "earlier export first" in done.problems[0].en


def exported_between(world: World, from_: str) -> list[bytes]:
    client = sign_in(world, "auditor").client
    return client.get("/api/v1/plays/export", query_string={"from": from_}).data.splitlines()


def test_a_boot_that_began_after_the_backup_is_declared_from_its_first_play(
    make_story: MakeStory,
) -> None:
    story = make_story()
    player = story.players[0]
    player.boot, player.shown, player.acked = "b9", player.shown[480:], 0
    player.play(START_MS + DISASTER * MINUTE_MS, START_MS + BACK * MINUTE_MS)
    story.world.clock.at_ms = START_MS + BACK * MINUTE_MS
    player.acked, player.oldest = 8, 9

    player.hand_in(story.world)

    assert player.declared == [(1, 8)]
    totals = story.totals()
    assert totals["confirmed"] == BACKUP * A_MINUTE + (BACK - DISASTER) * A_MINUTE - 8
    assert sum(totals[state] for state in ("confirmed", "missing")) == totals["expected"]


def test_a_server_with_more_plays_than_its_player_goes_on_with_them(
    make_story: MakeStory,
) -> None:
    """The other way round: the player's disk is older than the server."""
    story = make_story(keeps=True)
    play_until(story.world, story.players, BACK)
    player = story.players[0]
    player.acked = 100

    play_until(story.world, story.players, BACK + 10)

    totals = story.totals()
    assert totals["expected"] == totals["confirmed"] == (BACK + 10) * A_MINUTE


def test_a_screen_paired_after_the_backup_gets_401_and_its_export_has_no_place(
    tmp_path: Path,
) -> None:
    world = make_world(tmp_path / "server")
    archive = backed_up(world, tmp_path / "b.tar.gz")
    player = WirePlayer(make_screen(world), PROGRAMME)
    put_on_air(world, player.screen, PROGRAMME, START_MS)
    play_until(world, [player], 10)
    export = exported(world)

    world = restored(world, archive, START_MS + HOUR_MS)
    answer = post(world, player.screen, {"boot": "b", "lost": [[1, 2, "acknowledged"]]})
    done = reimport_export(world.core, playback_of(world.app), export)

    assert answer.status_code == 401
    assert done.added == 0
    assert "no screen s_1" in done.problems[0].en


def key(line: dict[str, Any]) -> tuple[Any, ...]:
    return line["screen_id"], line["boot"], line.get("seq"), str(line.get("lost"))


def without_seals(lines: list[bytes]) -> list[dict[str, Any]]:
    kept = [json.loads(line) for line in lines]
    return [{name: line[name] for name in line if name != "signature"} for line in kept]
