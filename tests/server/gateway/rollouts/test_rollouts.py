"""A roll-out over the API, with simulated players: rings, failures, going back."""

from typing import NoReturn

import pytest
from sqlalchemy import select, update

from server.foundation.db.session import Database
from server.foundation.errors import Busy
from server.gateway.rollouts import service
from server.gateway.rollouts.builds import release_of
from server.gateway.rollouts.runtime import rounds_of
from server.inventory.district.models import DistrictSetting
from server.inventory.screens.events import ScreenPaired
from server.inventory.screens.models import Screen
from server.simulator.player.fittings import Fate
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.releases import NEW, OLD, SOON, Rollout, build

pytestmark = pytest.mark.slow


@pytest.fixture
def rollout(world: World) -> Rollout:
    made = Rollout(world)
    with world.core.config.write() as session:
        person = sign_in(world, "admin")
        session.add(
            DistrictSetting(
                name="player", values={"updates": "by_hand"}, user_id=person.user_id, changed_at=0
            )
        )
    service.register(world.core, build(NEW))
    return made


@pytest.mark.long
def test_ring_by_ring_all_screens_take_it_and_it_is_live(rollout: Rollout) -> None:
    rollout.add(14).pass_s(60)
    rollout.act("start", SOON)
    rollout.until(lambda: rollout.release()["ring"] == 0)
    rollout.until(lambda: rollout.release()["rings"][0]["updated"] == 10)
    first = rollout.release()["rings"]
    rollout.until(lambda: rollout.release()["state"] == "complete")

    assert (first[0]["total"], first[1]["total"]) == (10, None)
    assert rollout.runs(NEW) == 14
    assert (rollout.release()["live"], rollout.release(OLD)["live"]) == (True, False)
    assert rollout.release()["running"] == 14


@pytest.mark.long
def test_two_of_ten_that_fail_halt_it_and_it_reports_which_and_why(rollout: Rollout) -> None:
    rollout.add(14).pass_s(60)
    bad: dict[int, Fate] = {rollout.screens[2].id: "goes back", rollout.screens[5].id: "stalls"}
    rollout.fates.update(bad)
    rollout.act("start", SOON)
    rollout.until(lambda: rollout.release()["state"] == "halted")
    rollout.pass_s(300)

    seen = rollout.release()
    assert (rollout.runs(NEW), rollout.runs(OLD)) == (8, 6)
    assert {one["reason"] for one in seen["failed_screens"]} == {"went_back", "stalled"}
    assert seen["halt"]["rule"] == "failures"
    assert set(seen["halt"]["screen_ids"]) == {f"s_{one}" for one in bad}
    assert seen["rings"][0] | {"soak_s": 0} == seen["rings"][0] | {
        "soak_s": 0, "total": 10, "updated": 8, "failed": 2, "waiting": 0, "offline": 0,
    }  # fmt: skip
    page = rollout.admin.get("/").text
    assert "发布自动暂停：2 块屏更新失败" in page
    shown = rollout.admin.get("/settings/player").text
    assert "点位 3 大厅屏" in shown
    assert "第 1 批 10 块屏中 2 块更新失败（满 2 块且不低于已换版本的 10 % 即自动暂停）" in shown
    assert f"失败的屏都回到 {OLD}" in shown
    assert (
        "2 of the 10 screens of ring 1 failed" in rollout.admin.get("/settings/player?lang=en").text
    )
    assert "累计 10 %，至少" in shown
    assert "<th>操作</th>" not in shown


def test_after_a_halt_all_goes_back_in_one_act(rollout: Rollout) -> None:
    rollout.add(8).pass_s(60)
    rollout.act("start", SOON)
    rollout.until(lambda: rollout.runs(NEW) == 8)
    rollout.act("halt", {"reason": "画面偏色"})
    rollout.pass_s(60)
    assert rollout.runs(NEW) == 8

    rollout.act("roll-back", {"reason": "画面偏色"})
    rollout.pass_s(60)

    assert (rollout.runs(OLD), rollout.release()["state"]) == (8, "withdrawn")


@pytest.mark.long
def test_a_player_called_back_before_it_switched_is_notified_again_after_a_halt(
    rollout: Rollout,
) -> None:
    rollout.add(6).pass_s(60)
    late = rollout.screens[0].id
    rollout.fates[late] = "ignores"
    rollout.act("start", SOON)
    rollout.until(lambda: rollout.runs(NEW) == 5)
    rollout.act("halt", {"reason": "先看看"})
    rollout.pass_s(600)
    assert rollout.release()["failed_screens"] == []

    rollout.fates.clear()
    rollout.act("resume")
    rollout.pass_s(60)

    assert (rollout.runs(NEW), rollout.release()["failed_screens"]) == (6, [])


@pytest.mark.long
def test_a_person_goes_on_and_the_failed_keep_the_former(rollout: Rollout) -> None:
    rollout.add(12).pass_s(60)
    for one in rollout.screens[:2]:
        rollout.fates[one.id] = "goes back"
    rollout.act("start", SOON)
    rollout.until(lambda: rollout.release()["state"] == "halted")
    rollout.act("resume")
    rollout.until(lambda: rollout.release()["state"] == "complete")
    assert (rollout.runs(NEW), rollout.runs(OLD)) == (10, 2)

    rollout.fates.clear()
    rollout.act("retry")
    rollout.pass_s(60)

    assert rollout.runs(NEW) == 12


@pytest.mark.long
def test_a_box_that_was_away_gets_it_when_it_is_back(rollout: Rollout) -> None:
    rollout.add(6).pass_s(60)
    away = rollout.screens[0].id
    rollout.away.add(away)
    rollout.pass_s(120)
    rollout.act("start", SOON)
    rollout.until(lambda: rollout.release()["state"] == "complete")
    assert (rollout.runs(NEW), rollout.release()["failed_screens"]) == (5, [])

    rollout.away.clear()
    rollout.pass_s(60)

    assert rollout.boxes[away].disk.player == NEW


def test_an_outage_of_the_server_blames_nobody(rollout: Rollout) -> None:
    rollout.add(8).pass_s(60)
    rollout.act("start", SOON)
    rollout.until(lambda: rollout.release()["rings"][0]["updated"] == 8)
    rollout.world.clock.forward(20 * 60_000)
    rollout.pass_s(30)

    assert rollout.release()["failed_screens"] == []
    assert rollout.release()["state"] != "halted"


@pytest.mark.long
def test_a_restart_of_the_server_forgets_nobody(rollout: Rollout) -> None:
    rollout.add(8).pass_s(60)
    for one in rollout.screens[:2]:
        rollout.fates[one.id] = "goes back"
    rollout.act("start", SOON)
    rollout.until(lambda: rollout.release()["state"] == "halted")
    before = rollout.release()["rings"][0]
    rollout.away |= {one.id for one in rollout.screens}
    rollout.starts_again()
    rollout.pass_s(30)

    after = rollout.release()["rings"][0]
    assert (after["total"], after["updated"], after["failed"]) == (8, 6, 2) == (
        before["total"], before["updated"], before["failed"],
    )  # fmt: skip
    rollout.away.clear()
    rollout.pass_s(60)
    assert (rollout.runs(NEW), rollout.runs(OLD)) == (6, 2)


@pytest.mark.long
def test_another_box_at_a_screen_has_a_turn_of_its_own(rollout: Rollout) -> None:
    rollout.add(12).pass_s(60)
    replaced = rollout.screens[0].id
    rollout.fates[replaced] = "goes back"
    rollout.act("start", SOON)
    rollout.until(lambda: rollout.release()["rings"][0]["failed"] == 1)
    rollout.fates.clear()
    rollout.world.core.events.publish(ScreenPaired(replaced))
    rollout.boxes[replaced].cut()
    rollout.boxes[replaced].disk.gave_up = ""
    rollout.until(lambda: rollout.release()["state"] == "complete")
    rollout.pass_s(30)

    assert rollout.runs(NEW) == 12


@pytest.mark.long
def test_by_itself_a_new_build_begins_in_rings(world: World) -> None:
    rollout = Rollout(world).add(4)
    service.register(world.core, build(NEW))
    rollout.pass_s(20)

    seen = rollout.release()
    assert (seen["state"], seen["ring"]) == ("rolling", 0)
    assert [one["total"] for one in seen["rings"]] == [1, None, None]
    rollout.pass_s(300)
    assert rollout.runs(NEW) == 0, "nobody is told before the server has listened for a while"
    rollout.pass_s(1800)
    assert rollout.runs(NEW) == 1


def test_at_once_if_the_district_has_set_so(world: World) -> None:
    rollout = Rollout(world).add(4)
    rollout.pass_s(20)
    answer = rollout.admin.patch("/api/v1/settings", json={"player": {"updates": "at_once"}})
    assert answer.status_code == 200
    service.register(world.core, build(NEW))
    rollout.pass_s(60)

    assert (rollout.runs(NEW), rollout.release()["live"]) == (4, True)


def test_players_that_name_no_build_are_not_updated(world: World) -> None:
    rollout = Rollout(world).add(1)
    bound = rollout.screens[0]
    rollout.pass_s(20)

    def answer(player: str) -> set[str]:
        beat = {"boot": "9f3c2a7be1d04c55", "state": "playing", "player": player}
        sent = world.visitor().post("/api/v1/player/beat", json=beat, headers=bound.headers)
        return set(sent.get_json())

    assert answer("1.0.0") == {"version"}
    assert answer(OLD) == {"version", "player"}


def player_of(world: World, screen: BoundScreen) -> str | None:
    """The player that is stored for a screen."""
    with world.core.config.read() as session:
        return session.scalars(select(Screen.player).where(Screen.id == screen.id)).one()


def store_player(world: World, name: str) -> None:
    with world.core.config.write() as session:
        session.execute(update(Screen).values(player=name))


def test_a_screens_player_is_stored_once_a_boot(world: World) -> None:
    rollout = Rollout(world).add(1)
    screen = rollout.screens[0]
    store_player(world, "")
    rollout.tick()
    assert player_of(world, screen) == OLD

    store_player(world, "by another worker")
    rollout.tick()
    assert player_of(world, screen) == "by another worker"

    rollout.boxes[screen.id].cut()
    rollout.tick()
    assert player_of(world, screen) == OLD


def test_a_screens_player_that_could_not_be_stored_is_stored_by_the_next_round(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = make_screen(world)
    store_player(world, "")
    beat = {"boot": "9f3c2a7be1d04c55", "state": "playing", "player": OLD}
    world.visitor().post("/api/v1/player/beat", json=beat, headers=screen.headers)

    def refuse(_database: Database) -> NoReturn:
        raise Busy

    with monkeypatch.context() as locked:
        locked.setattr(Database, "write", refuse)
        with pytest.raises(Busy):
            rounds_of(world.app).run_round()
    rounds_of(world.app).run_round()

    assert player_of(world, screen) == OLD


def test_each_release_is_served_by_its_name_and_the_live_one_to_strangers(world: World) -> None:
    service.register(world.core, build(OLD))
    service.register(world.core, build(NEW))
    visitor = world.visitor()

    def title(query: str) -> str:
        return str(visitor.get(f"/player/{query}").text)

    assert title("") == title(f"?release={release_of(OLD)}") == f"<title>{OLD}</title>"
    assert title(f"?release={release_of(NEW)}") == f"<title>{NEW}</title>"
    assert visitor.get(f"/player/sw.js?release={release_of(NEW)}").text == f"// {NEW}"
    assert visitor.get(f"/player/player.{release_of(NEW)}.js").status_code == 200
    for unknown in ("cccccccccc", "..", "4a31fe5d0"):
        assert visitor.get(f"/player/sw.js?release={unknown}").status_code == 404
    assert visitor.get("/player/sw.js").headers["Cache-Control"] == "no-cache"


def test_only_the_districts_administrator_acts(rollout: Rollout) -> None:
    path = f"/api/v1/player-releases/{rollout.release()['id']}/start"
    for role in ("publicity", "transport", "viewer"):
        client = sign_in(rollout.world, role).client
        assert client.get("/api/v1/player-releases").status_code == 200
        assert client.post(path, json={}).status_code == 403
        page = client.get("/settings/player")
        assert page.status_code == 200
        assert "分批发布</button>" not in page.text


def test_each_version_opens_to_its_screens(rollout: Rollout) -> None:
    rollout.add(3)
    make_screen(rollout.world, name="别的屏", player="1.0.0")
    client = sign_in(rollout.world, "viewer").client

    page = client.get("/settings/player").text
    listed = client.get("/screens", query_string={"player": OLD}).text

    assert "/screens?player=1.0.0%2B4a31fe5d02" in page
    assert "其他播放终端" in page
    assert listed.count('class="tile"') == 3
    assert "别的屏" not in listed


def test_a_server_without_releases_shows_what_to_do(world: World) -> None:
    assert "还没有登记版本" in sign_in(world, "admin").client.get("/settings/player").text


def test_the_last_ring_is_all(rollout: Rollout) -> None:
    rollout.act("start", {"rings": [{"screens": 3}]}, status=422)
    assert rollout.release()["state"] == "registered"
