"""What became of a command is kept: who, when, how it ended, for 35 days, within bounds."""

from typing import Any

import pytest
from socketio.exceptions import TimeoutError as NoAnswer
from sqlalchemy import func, select

from server.foundation.errors import Conflict
from server.foundation.jobs.models import Job
from server.gateway.commands import command_log
from server.gateway.commands.replies import MOST_RESULT
from server.gateway.commands.service import Command
from server.gateway.models import CommandPicture, SentCommand
from server.gateway.tasks import forget_commands
from tests.support.app.clock import DAY_MS, MINUTE_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.devices.command_responder import Line, order, person
from tests.support.devices.socket_player import SocketPlayer
from tests.support.factories.screenshots import poster, shot_of


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return make_screen(world)


@pytest.fixture
def viewer(world: World) -> Person:
    return sign_in(world, "viewer")


def listed(reader: Person, screen: BoundScreen, query: str = "") -> Any:
    answer = reader.client.get(f"/api/v1/screens/{screen.public_id}/commands{query}")
    assert answer.status_code == 200
    return answer.json


def only(reader: Person, screen: BoundScreen) -> Any:
    (item,) = listed(reader, screen)["items"]
    return item


def count(world: World, table: Any) -> int:
    with world.core.config.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_answered_command_shows_who_when_how_long_and_what(
    world: World, screen: BoundScreen, viewer: Person
) -> None:
    SocketPlayer(world, screen)
    officer = person(world, "publicity")

    line = Line({"ok": True, "result": None}, takes_ms=340, world=world)
    answer = order(world, officer, screen, line, Command("volume", {"level": 40}))

    one = only(viewer, screen)
    assert one["id"] == answer["id"]
    assert (one["user_id"], one["name"]) == (f"p_{officer.user_id}", "volume")
    assert one["args"] == {"level": 40}
    assert one["sent_at"] == "2026-11-24T09:00:00+08:00"
    assert (one["state"], one["duration_ms"]) == ("answered", 340)
    assert one["summary"] == "音量已设为 40。"
    single = viewer.client.get(f"/api/v1/screens/{screen.public_id}/commands/{one['id']}")
    assert single.json == one


def test_each_way_to_end_is_a_state_with_words_in_both_languages(
    world: World, screen: BoundScreen, viewer: Person
) -> None:
    officer = person(world, "publicity")
    with pytest.raises(Conflict):
        order(world, officer, screen, Line(), Command("reload"))
    SocketPlayer(world, screen)
    order(world, officer, screen, Line({"ok": False, "error": "unknown_command"}), Command("log"))
    with pytest.raises(Conflict):
        order(world, officer, screen, Line(NoAnswer()), Command("reload"))
    order(world, officer, screen, Line("yes"), Command("reload"))
    order(world, officer, screen, Line(), Command("reload"))

    items = listed(viewer, screen)["items"]

    states = [(one["state"], one["error"]) for one in items]
    assert states == [
        ("answered", None),
        ("refused", "malformed"),
        ("no_answer", None),
        ("refused", "unknown_command"),
        ("offline", None),
    ]
    assert "终端不支持这条命令" in items[3]["summary"]
    english = listed(viewer, screen, "?lang=en")["items"]
    assert english[2]["summary"] == "The screen didn't answer."
    assert len({one["summary"] for one in english}) == 5


def test_a_command_whose_server_was_stopped_meanwhile_got_no_answer(
    world: World, screen: BoundScreen, viewer: Person
) -> None:
    SocketPlayer(world, screen)
    with pytest.raises(KeyboardInterrupt):
        order(
            world, person(world, "publicity"), screen, Line(KeyboardInterrupt()), Command("reload")
        )

    assert only(viewer, screen)["state"] == "sent"
    world.clock.forward(MINUTE_MS)
    assert only(viewer, screen)["state"] == "no_answer"


def test_a_list_comes_in_pages_newest_first(
    world: World, screen: BoundScreen, viewer: Person
) -> None:
    SocketPlayer(world, screen)
    officer = person(world, "publicity")
    names = ["reload", "identify", "log", "clear_cache", "reload"]
    for name in names:
        order(world, officer, screen, Line(), Command(name))

    first = listed(viewer, screen, "?limit=3")
    rest = listed(viewer, screen, f"?limit=3&cursor={first['next']}")

    assert [one["name"] for one in first["items"] + rest["items"]] == names[::-1]
    assert rest["next"] is None


def test_a_long_answer_is_cut_and_an_odd_one_is_refused(
    world: World, screen: BoundScreen, viewer: Person
) -> None:
    SocketPlayer(world, screen)
    officer = person(world, "publicity")
    lines = [[1, "日志" * 100] for _ in range(500)]

    whole = order(
        world, officer, screen, Line({"ok": True, "result": {"lines": lines}}), Command("log")
    )
    odd = [
        order(world, officer, screen, Line({"ok": True, "result": value}), Command("log"))
        for value in (b"bytes", "half \ud800", {"a": 2**80})
    ]
    order(world, officer, screen, Line({"ok": False, "error": "\0\ud800" * 500}), Command("log"))

    assert whole["result"] == {"lines": lines}
    assert [(one["ok"], one["error"]) for one in odd] == [(False, "malformed")] * 3
    newest, *_, oldest = listed(viewer, screen)["items"]
    assert oldest["result_cut"]
    assert oldest["result"].startswith('{"lines":[[1,"日志')
    assert len(oldest["result"].encode()) <= MOST_RESULT
    assert newest["error"] == "unknown"


def test_after_35_days_commands_and_pictures_are_swept(world: World, screen: BoundScreen) -> None:
    SocketPlayer(world, screen)
    officer = person(world, "publicity")
    order(world, officer, screen, Line(shot_of(poster("navy", 1))), Command("screenshot"))
    world.clock.forward(20 * DAY_MS)
    order(world, officer, screen, Line(), Command("reload"))
    assert count(world, CommandPicture) == 1

    world.clock.forward(15 * DAY_MS)
    forget_commands(world.core, Job())

    assert only(sign_in(world, "viewer"), screen)["name"] == "reload"
    assert count(world, CommandPicture) == 0


@pytest.mark.slow
def test_one_screen_keeps_no_more_than_its_share(
    world: World,
    screen: BoundScreen,
    viewer: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(command_log, "MOST_COMMANDS", 6)
    monkeypatch.setattr(command_log, "MOST_PICTURES", 2)
    other = make_screen(world)
    SocketPlayer(world, screen)
    SocketPlayer(world, other)
    officer = person(world, "publicity")
    order(world, officer, other, Line(shot_of(poster("navy", 1))), Command("screenshot"))
    for at in range(9):
        order(world, officer, screen, Line(shot_of(poster("navy", at))), Command("screenshot"))
    order(world, officer, screen, Line(), Command("reload"))

    shots = [one["screenshot"] for one in listed(viewer, screen)["items"][1:]]

    assert [one["picture"] is not None for one in shots] == [True, True, False, False, False]
    assert only(viewer, other)["screenshot"]["picture"] is not None


def test_strangers_find_neither_commands_nor_pictures(
    world: World, screen: BoundScreen, viewer: Person
) -> None:
    SocketPlayer(world, screen)
    order(
        world,
        person(world, "publicity"),
        screen,
        Line(shot_of(poster("navy", 1))),
        Command("screenshot"),
    )
    one = only(viewer, screen)
    unit = make_unit(world)
    stranger = sign_in(world, "publicity", unit)
    theirs = make_screen(world, venue=make_venue(world, unit=unit))
    base = f"/api/v1/screens/{screen.public_id}/commands"

    for path in (base, f"{base}/{one['id']}", one["screenshot"]["picture"]):
        assert viewer.client.get(path).status_code == 200
        assert stranger.client.get(path).status_code == 404
        assert world.visitor().get(path).status_code == 401
    # Nor by way of a screen of their own.
    elsewhere = one["screenshot"]["picture"].replace(screen.public_id, theirs.public_id)
    assert stranger.client.get(elsewhere).status_code == 404
    assert stranger.client.get(f"{base}/c_999").data == stranger.client.get(base).data
    assert viewer.client.get(f"{base}/nonsense").status_code == 404


def test_who_may_read_and_who_may_send(world: World, screen: BoundScreen) -> None:
    path = f"/api/v1/screens/{screen.public_id}/commands"
    roles = ("admin", "publicity", "reviewer", "transport", "viewer", "auditor")
    may = {
        role: (
            sign_in(world, role).client.get(path).status_code,
            sign_in(world, role).client.post(path, json={"name": "reload"}).status_code,
        )
        for role in roles
    }

    # 409: the screen isn't connected; the bank's screen is no vehicle for the transport unit.
    assert may == {
        "admin": (200, 409),
        "publicity": (200, 409),
        "reviewer": (200, 403),
        "transport": (200, 403),
        "viewer": (200, 403),
        "auditor": (403, 403),
    }


def test_a_contact_of_the_venue_sees_its_own_screens_commands_only(world: World) -> None:
    contact = sign_in(world, "venue")
    own = make_screen(world, venue=make_venue(world, contacts=(contact.user_id,)))
    other = make_screen(world)

    statuses = [
        contact.client.get(f"/api/v1/screens/{one.public_id}/commands").status_code
        for one in (own, other)
    ]

    assert statuses == [200, 404]


def test_stored_commands_go_with_their_screen(world: World) -> None:
    never_bound = make_screen(world, enrolled_at=None)
    admin = sign_in(world, "admin")
    admin.client.post(
        f"/api/v1/screens/{never_bound.public_id}/commands", json={"name": "identify"}
    )
    assert count(world, SentCommand) == 1

    assert admin.client.delete(f"/api/v1/screens/{never_bound.public_id}").status_code == 204
    assert count(world, SentCommand) == 0
