"""Commands: through the socket, answered by the player, by people who may, on record."""

import json
from typing import Any

import pytest
from socketio.exceptions import TimeoutError as NoAnswer
from sqlalchemy import select

from server.accounts.models import AuditEntry
from server.foundation.errors import AnpingError, Conflict, Forbidden, Invalid, NotFound
from server.gateway.commands.service import Command
from server.simulator.player.binding_statement import ordered
from server.simulator.player.disk import Credential
from tests.support.app.clock import MINUTE_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.devices.command_responder import Line, order, person
from tests.support.devices.socket_player import SocketPlayer


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return make_screen(world)


@pytest.mark.slow
def test_the_players_answer_comes_back(world: World, screen: BoundScreen) -> None:
    SocketPlayer(world, screen)
    line = Line({"ok": True, "result": {"lines": [[1, "link up"]]}, "more": 1})

    answer = order(world, person(world, "publicity"), screen, line, Command("log"))

    assert answer["ok"] is True
    assert answer["result"] == {"lines": [[1, "link up"]]}
    ((event, payload),) = line.sent
    assert event == "command"
    assert payload == {"id": answer["id"], "name": "log", "args": {}}


def test_identify_brings_the_screens_name_and_number(world: World, screen: BoundScreen) -> None:
    SocketPlayer(world, screen)
    line = Line()

    order(world, person(world, "publicity"), screen, line, Command("identify"))

    assert line.sent[0][1]["args"] == {"name": "大厅屏", "number": f"屏号 {screen.id}"}


def test_identify_is_signed_for_that_screen_by_a_key_that_it_has_pinned(
    world: World, screen: BoundScreen
) -> None:
    SocketPlayer(world, screen)
    line = Line()
    keys = world.core.signer.public_keys()

    order(world, person(world, "publicity"), screen, line, Command("identify"))

    command, now_ms = line.sent[0][1], world.clock.now_ms()
    own = Credential("", screen.public_id, keys)
    assert ordered(command, own, now_ms) == {"name": "大厅屏", "number": f"屏号 {screen.id}"}
    assert ordered(command, own, now_ms + MINUTE_MS) is None
    assert ordered(command, Credential("", "s_999", keys), now_ms) is None


def test_nobody_puts_words_of_his_own_on_a_screen_by_a_command(
    world: World, screen: BoundScreen
) -> None:
    """Two people sign content; a command is sent by one."""
    SocketPlayer(world, screen)
    line = Line()
    words = {"name": "转账 138", "number": "转账 139"}

    order(world, person(world, "publicity"), screen, line, Command("identify", words))

    assert "转账" not in json.dumps(line.sent, ensure_ascii=False)


def test_what_the_player_refuses_or_garbles_is_no_success(
    world: World, screen: BoundScreen
) -> None:
    SocketPlayer(world, screen)
    actor = person(world, "publicity")

    refused = order(world, actor, screen, Line({"ok": False, "error": "busy"}), Command("reload"))
    garbled = order(world, actor, screen, Line("yes"), Command("reload"))

    assert (refused["ok"], refused["error"]) == (False, "busy")
    assert (garbled["ok"], garbled["error"]) == (False, "malformed")


def test_a_command_is_on_record(world: World, screen: BoundScreen) -> None:
    SocketPlayer(world, screen)
    actor = person(world, "publicity")

    order(world, actor, screen, Line(), Command("volume", {"level": 40}))

    with world.core.config.read() as session:
        (entry,) = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "screen.command")
        ).all()
    assert entry.user_id == actor.user_id
    assert entry.detail == {"name": "volume", "args": {"level": 40}}


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (Command("format_disk"), Invalid),
        (Command("volume"), Invalid),
        (Command("volume", {"level": 101}), Invalid),
        (Command("volume", {"level": True}), Invalid),
        (Command("log", {"since": "x" * 3_000}), Invalid),
    ],
)
def test_unknown_commands_and_wrong_values_are_refused(
    world: World, screen: BoundScreen, command: Command, error: type[AnpingError]
) -> None:
    SocketPlayer(world, screen)

    with pytest.raises(error):
        order(world, person(world, "publicity"), screen, Line(), command)


def test_a_screen_without_a_socket_is_offline(world: World, screen: BoundScreen) -> None:
    with pytest.raises(Conflict) as refused:
        order(world, person(world, "publicity"), screen, Line(), Command("reload"))

    assert refused.value.code == "offline"


def test_a_screen_that_doesnt_answer_is_reported(world: World, screen: BoundScreen) -> None:
    SocketPlayer(world, screen)

    with pytest.raises(Conflict) as refused:
        order(world, person(world, "publicity"), screen, Line(NoAnswer()), Command("reload"))

    assert refused.value.code == "no_answer"


def test_strangers_find_no_screen_and_viewers_may_not_command(
    world: World, screen: BoundScreen
) -> None:
    SocketPlayer(world, screen)
    stranger = person(world, "publicity", make_unit(world))

    with pytest.raises(NotFound):
        order(world, stranger, screen, Line(), Command("reload"))
    with pytest.raises(Forbidden):
        order(world, person(world, "viewer"), screen, Line(), Command("reload"))


def test_transport_people_command_vehicles_and_stops_only(world: World) -> None:
    bank = make_screen(world)
    bus = make_screen(world, venue=make_venue(world, kind="bus", name="苏C00001"))
    SocketPlayer(world, bank)
    SocketPlayer(world, bus)
    driver = person(world, "transport")

    assert order(world, driver, bus, Line(), Command("reload"))["ok"]
    with pytest.raises(Forbidden):
        order(world, driver, bank, Line(), Command("reload"))


def test_a_copy_can_be_ruled_out_by_people_who_command(world: World, screen: BoundScreen) -> None:
    officer = sign_in(world, "publicity")
    world.visitor().post("/api/v1/player/plays", json=lost("copy"), headers=screen.headers)
    address = f"/api/v1/screens/{screen.public_id}/boots/copy/rule-out"

    unknown = officer.client.post(address.replace("copy", "nobody"))
    answer = officer.client.post(address)

    assert unknown.status_code == 404
    assert answer.status_code == 204
    assert not SocketPlayer(world, screen, boot="copy").is_connected


def lost(boot: str) -> dict[str, Any]:
    return {"boot": boot, "lost": [[1, 2, "storage_full"]]}
