"""Commands that a person sends to a player, answered by the player (needs the socket)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from socketio.exceptions import TimeoutError as NoAnswer

from server.accounts.actor import Actor
from server.accounts.audit import record
from server.core import Core
from server.errors import Conflict, Invalid, fault
from server.ids import public
from server.realtime.live import Live
from server.realtime.presence import Link
from server.screens.queries import find
from server.texts import Sentence

NAMES: Final = ("reload", "screenshot", "identify", "clear_cache", "volume", "log")
ANSWER_S: Final = 10.0
OFFLINE = Sentence(
    "显示屏当前没有实时连接，请待其在线后再发命令。",
    "The screen has no live connection: send the command when it is online.",
)
NO_ANSWER = Sentence(
    "显示屏在 10 秒内没有回应，请稍后重试。",
    "The screen didn't answer within 10 seconds: try again later.",
)
UNKNOWN = Sentence(f"命令可选：{'、'.join(NAMES)}。", f"Choose one of: {', '.join(NAMES)}.")
VOLUME = Sentence("音量为 0 到 100。", "A volume is from 0 to 100.")


class Caller(Protocol):
    """Sends an event to a socket and waits for its answer."""

    def call(self, event: str, payload: Any, link: Link, timeout_s: float) -> Any:
        """Raises NoAnswer."""
        ...


@dataclass(frozen=True)
class Command:
    """What a player is asked to do; its id is new with each."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: secrets.token_hex(8))


def send(
    core: Core, live: Live, caller: Caller, actor: Actor, screen_id: str, command: Command
) -> dict[str, Any]:
    """Send a command and return `{"id", "ok", "result" | "error"}` as the player answers.

    Raises NotFound, Forbidden, Invalid, and Conflict if the screen isn't there or doesn't answer.
    """
    _check(command)
    with core.config.write() as session:
        screen = find(session, actor, "screens.command", screen_id)
        number, name = screen.id, screen.name
        said = {"name": command.name, "args": dict(command.args)}
        record(session, core.clock.now_ms(), actor.user_id, "screen.command", screen_id, **said)
    link = live.presence.holder(number)
    if link is None:
        raise Conflict(OFFLINE, code="offline")
    args = dict(command.args)
    if command.name == "identify":
        args = {"name": name, "number": public("screen", number), **args}
    payload = {"id": command.id, "name": command.name, "args": args}
    try:
        answer = caller.call("command", payload, link, ANSWER_S)
    except NoAnswer as error:
        raise Conflict(NO_ANSWER, code="no_answer") from error
    return {"id": command.id, **_read(answer)}


def _check(command: Command) -> None:
    if command.name not in NAMES:
        raise Invalid(UNKNOWN, faults=[fault("/name", UNKNOWN)])
    if command.name == "volume" and not _is_level(command.args.get("level")):
        raise Invalid(VOLUME, faults=[fault("/args/level", VOLUME)])


def _is_level(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return 0 <= value <= 100


def _read(answer: object) -> dict[str, Any]:
    """What a player says is taken over only in the protocol's shape."""
    if not isinstance(answer, Mapping):
        return {"ok": False, "error": "malformed"}
    if answer.get("ok") is True:
        return {"ok": True, "result": answer.get("result")}
    return {"ok": False, "error": str(answer.get("error"))[:200]}
