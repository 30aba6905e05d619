"""Ten minutes' pause by the venue's PIN: when it is given, when not, and what it leaves behind."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from server.accounts.models import AuditEntry
from server.gateway.commands.expected_picture import expected_pictures
from server.inventory.screens.models import ScreenPause
from server.inventory.venues.models import Venue
from server.publishing.assignments.rows import load
from server.web.venue_page.pausing import PAUSE_MS
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.assets import make_asset
from tests.support.factories.manifests import assign
from tests.support.reporting.venue_page import PIN, open_door

pytestmark = pytest.mark.slow


def pauses(world: World) -> list[tuple[int, int, str, int | None]]:
    with world.core.config.read() as session:
        rows = session.scalars(select(ScreenPause).order_by(ScreenPause.id))
        return [(row.from_at, row.until_at, row.reason, row.user_id) for row in rows]


def audited(world: World, action: str) -> AuditEntry:
    with world.core.config.read() as session:
        query = select(AuditEntry).where(AuditEntry.action == action)
        return session.scalars(query.order_by(AuditEntry.id.desc())).first()  # type: ignore[return-value] # there is one


def assignment(world: World, screen: BoundScreen) -> dict[str, Any]:
    """The text of the screen's newest assignment."""
    with world.core.config.read() as session:
        read: dict[str, Any] = json.loads(load(session, [screen.id])[screen.id].text)
    return read


@pytest.fixture
def office(world: World) -> Office:
    made = open_office(world)
    made.publish(make_asset(world))
    return made


def test_the_right_pin_pauses_the_screen_for_ten_minutes(world: World) -> None:
    door = open_door(world)

    answer = door.pause(reason="领导接待")

    assert answer.status_code == 201
    assert answer.json == {"paused_until": "2026-11-24T09:10:00+08:00", "reason": "领导接待"}
    assert pauses(world) == [(START_MS, START_MS + PAUSE_MS, "领导接待", None)]


def test_the_trail_names_nobody_but_the_code_that_was_used(world: World) -> None:
    door = open_door(world)
    door.pause()

    entry = audited(world, "screen.pause")

    assert (entry.user_id, entry.object) == (None, door.screen.public_id)
    assert entry.detail["by"] == "venue_code"
    assert entry.detail["code"] == door.code[:6]
    assert door.code not in json.dumps(entry.detail)


def test_the_player_is_notified_at_once_and_goes_on_by_itself(world: World, office: Office) -> None:
    door = open_door(world)
    run_jobs(world.core)
    before = assignment(world, door.screen)
    door.pause()

    after = assignment(world, door.screen)
    assert "pause" not in before
    assert after["version"] == before["version"] + 1
    assert after["pause"] == {"from": START_MS, "until": START_MS + PAUSE_MS}
    assert after["manifest"] == before["manifest"], "what was expected stays expected"


def test_a_pause_that_ran_out_is_no_news_and_goes_with_the_next_order(
    world: World, office: Office
) -> None:
    door = open_door(world)
    run_jobs(world.core)
    door.pause()
    paused = assignment(world, door.screen)["version"]
    world.clock.forward(11 * MINUTE_MS)
    run_jobs(world.core)
    assert assignment(world, door.screen)["version"] == paused

    office.take_over(make_asset(world))
    assert "pause" not in assignment(world, door.screen)


def test_what_the_office_pauses_darkens_the_screen_too(world: World, office: Office) -> None:
    door, officer = open_door(world), sign_in(world, "admin")
    run_jobs(world.core)
    path = f"/api/v1/screens/{door.screen.public_id}/pause"
    until = "2026-11-24T11:00:00+08:00"
    officer.client.post(path, json={"until": until, "reason": "检修"})
    assert assignment(world, door.screen)["pause"]["until"] == START_MS + 2 * HOUR_MS

    officer.client.delete(path)
    assert "pause" not in assignment(world, door.screen)


def test_a_screenshot_of_a_paused_screen_is_expected_dark(world: World) -> None:
    door = open_door(world)
    assign(world, door.screen.id)
    now_ms = world.clock.now_ms()

    def belongs() -> list[str]:
        with world.core.config.read() as session:
            return [
                one.what
                for one in expected_pictures(session, door.screen.id, (now_ms, now_ms), now_ms)
            ]

    before = belongs()
    door.pause()

    assert (before, belongs()) == (["playing"], ["off"])


def test_a_wrong_pin_is_refused_with_a_sentence(world: World) -> None:
    answer = open_door(world).pause("1357")

    assert (answer.status_code, answer.json["code"]) == (403, "wrong_pin")
    assert "口令不对" in answer.json["detail"]
    assert answer.mimetype == "application/problem+json"
    assert pauses(world) == []


def test_a_venue_without_a_pin_shows_that_the_office_sets_one(world: World) -> None:
    door = open_door(world, pause_pin_hash=None)

    assert door.pause().json["code"] == "no_pin"
    assert "请联系责任单位设置" in door.page().text


def test_once_an_hour_for_each_screen(world: World) -> None:
    door = open_door(world)
    other = open_door(world, make_screen(world, venue=door.screen.venue_id))
    assert door.pause().status_code == 201
    assert door.pause().json["code"] == "paused"
    world.clock.forward(30 * MINUTE_MS)

    again = door.pause()
    assert (again.status_code, again.json["code"]) == (429, "once_an_hour")
    assert again.headers["Retry-After"] == "1800"
    assert other.pause().status_code == 201, "another screen of the venue has an hour of its own"

    world.clock.forward(30 * MINUTE_MS)
    assert door.pause().status_code == 201


@pytest.mark.parametrize(("what", "word"), [("takeover", "紧急插播"), ("stop", "统一停播")])
def test_never_during_a_stop_or_takeover(
    world: World, office: Office, what: str, word: str
) -> None:
    door = open_door(world)
    _ = office.take_over(make_asset(world)) if what == "takeover" else office.stop()

    right, wrong = door.pause(), door.pause("1357")

    assert (right.status_code, right.json["code"]) == (409, "on_air")
    assert word in right.json["detail"]
    assert wrong.json == right.json, "no PIN is looked at"


def test_it_is_ended_early_with_the_pin_and_that_still_was_the_hours_one(world: World) -> None:
    door = open_door(world)
    door.pause()
    world.clock.forward(3 * MINUTE_MS)
    assert door.post("resume", pin="1357").status_code == 403
    answer = door.post("resume", pin=PIN)

    assert (answer.status_code, answer.json) == (200, {"paused_until": None})
    assert pauses(world)[0][1] == START_MS + 3 * MINUTE_MS
    assert audited(world, "screen.resume").user_id is None
    assert door.pause().json["code"] == "once_an_hour"


def test_what_the_office_paused_isnt_ended_from_the_page(world: World) -> None:
    door, officer = open_door(world), sign_in(world, "publicity")
    body = {"until": "2026-11-24T11:00:00+08:00", "reason": "检修"}
    officer.client.post(f"/api/v1/screens/{door.screen.public_id}/pause", json=body)

    assert door.post("resume", pin=PIN).json["code"] == "not_paused"
    assert door.pause().json["code"] == "paused"


def test_the_form_answers_with_the_page(world: World) -> None:
    door = open_door(world)

    wrong = door.send("pause", pin="1357", reason="接待")
    assert wrong.status_code == 403
    assert "口令不对" in wrong.text
    assert 'value="接待"' in wrong.text, "what was typed stays"
    assert "1357" not in wrong.text

    right = door.send("pause", pin=PIN, reason="接待")
    assert (right.status_code, right.headers["Location"]) == (303, f"{door.path}?done=pause")
    after = door.page(done="pause").text
    assert "已暂停 10 分钟" in after
    assert "提前恢复" in after
    assert "09:00 – 09:10" in after

    world.clock.forward(11 * MINUTE_MS)
    assert "已暂停 10 分钟" not in door.page(done="pause").text, "loaded again, it is no news"


@pytest.mark.parametrize(
    "pin", ["", "12", "123456789", "abcd", "12 34", "１２３４", None, 2468, ["2468"]]
)
def test_what_can_be_no_pin_is_unreadable_and_no_try(world: World, pin: Any) -> None:
    door = open_door(world)
    answers = {door.post("pause", pin=pin, reason="").status_code for _ in range(20)}

    assert answers == {422}
    assert door.pause().status_code == 201


def test_the_office_sets_the_pin_where_it_edits_the_venue(world: World) -> None:
    door, officer = open_door(world, pause_pin_hash=None), sign_in(world, "publicity")
    path = f"/api/v1/venues/v_{door.screen.venue_id}"
    etag = officer.client.get(path).headers["ETag"]
    set_ = officer.client.patch(path, json={"pause_pin": "975310"}, headers={"If-Match": etag})

    assert set_.status_code == 200
    assert "pause_pin" not in set_.json
    assert door.pause("975310").status_code == 201
    with world.core.config.read() as session:
        assert "975310" not in (session.get_one(Venue, door.screen.venue_id).pause_pin_hash or "")
