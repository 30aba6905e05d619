"""Sends commands of people to players and waits for the reply (needs the socket)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from socketio.exceptions import TimeoutError as NoAnswer
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.foundation.core import Core
from server.foundation.errors import Conflict, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.gateway.commands import command_log
from server.gateway.commands.replies import Outcome, read
from server.gateway.commands.screenshot import Asked
from server.gateway.connection.presence import Link
from server.gateway.connection.state import Live
from server.gateway.models import SentCommand
from server.inventory.screens.labels import NUMBER
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import find
from server.publishing.assignments.rebinding_proof import Vouchers

NAMES: Final = ("reload", "screenshot", "identify", "clear_cache", "volume", "log")
ANSWER_S: Final = 10.0
GOOD_FOR_MS: Final = 60_000
"""Validity of a command after it was signed, ms."""
# Size limit of a command's arguments, as JSON.
MOST_ARGS: Final = 2_000
OFFLINE = Sentence(
    "显示屏当前没有实时连接，请待其在线后再发命令。",
    "The screen has no live connection: send the command when it is online.",
)
NO_ANSWER = Sentence(
    "显示屏没有回应，请稍后重试。",
    "The screen didn't answer: try again later.",
)
UNKNOWN = Sentence(f"命令可选：{'、'.join(NAMES)}。", f"Choose one of: {', '.join(NAMES)}.")
TOO_MUCH = Sentence("命令的参数过长，请缩短。", "The arguments are too long: shorten them.")
NOT_BY_HAND = Sentence(
    "播放终端的版本在“设置 → 播放终端版本”中发布，不能随命令指定。",
    "A player's release is rolled out under settings, not named with a command.",
)
VOLUME = Sentence("音量为 0 到 100。", "A volume is from 0 to 100.")


class Caller(Protocol):
    """Sends an event to a socket and waits for its answer."""

    def call(self, event: str, payload: Any, link: Link, timeout_s: float) -> Any:
        """Raises NoAnswer."""


@dataclass(frozen=True)
class Command:
    """A command with its arguments."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Going:
    """A recorded command, and the socket that will answer, if any is connected."""

    number: int
    screen_id: int
    screen_name: str
    link: Link | None
    sent_ms: int


def send(
    core: Core, live: Live, caller: Caller, actor: Actor, screen_id: str, command: Command
) -> dict[str, Any]:
    """Send a command and return the player's `{"id", "ok", "result" | "error"}`.

    It is stored with its outcome in any case. Raises NotFound, Forbidden, Invalid, and Conflict if
    the screen isn't connected or doesn't answer.
    """
    check(command)
    entry = {"name": command.name, "args": dict(command.args)}
    with core.config.write() as session:
        screen = find(session, actor, "screens.command", screen_id)
        record(session, core.clock.now_ms(), actor.user_id, "screen.command", screen_id, **entry)
        going = begin(core, live, session, actor.user_id, screen, command)
    if going.link is None:
        raise Conflict(OFFLINE, code="offline")
    outcome, took_ms = exchange(core, caller, going, going.link, command)
    command_log.finish(core, going.number, outcome, took_ms)
    if outcome.state == "no_answer":
        raise Conflict(NO_ANSWER, code="no_answer")
    return {"id": public("command", going.number), **outcome.answer}


def begin(
    core: Core, live: Live, session: Session, user_id: int, screen: Screen, command: Command
) -> Going:
    """Record a command to a screen, in the caller's transaction."""
    now_ms, link = core.clock.now_ms(), live.presence.holder(screen.id)
    row = SentCommand(
        screen_id=screen.id,
        user_id=user_id,
        name=command.name,
        args=dict(command.args),
        sent_at=now_ms,
        state="offline" if link is None else "sent",
    )
    return Going(command_log.begin(session, row), screen.id, screen.name, link, now_ms)


def exchange(
    core: Core, caller: Caller, going: Going, link: Link, command: Command
) -> tuple[Outcome, int]:
    """Send a recorded command; its outcome, and how long the answer took (ms)."""
    try:
        answer = caller.call("command", _payload(core, going, command), link, ANSWER_S)
    except NoAnswer:
        return Outcome("no_answer", {}), _took_ms(core, going)
    took_ms = _took_ms(core, going)
    asked = Asked(going.screen_id, going.sent_ms, going.sent_ms + took_ms)
    return read(core, asked, command.name, answer), took_ms


def _payload(core: Core, to: Going, command: Command) -> dict[str, Any]:
    """A command in wire form; texts that it displays are the screen's own, and signed."""
    number, args = public("command", to.number), dict(command.args)
    if command.name != "identify":
        return {"id": number, "name": command.name, "args": args}
    args |= {"name": to.screen_name, "number": NUMBER.zh.format(to.screen_id)}
    statement = {"command": number, "name": command.name, "args": args}
    expires_at = core.clock.now_ms() + GOOD_FOR_MS
    signed = Vouchers(core).sign(to.screen_id, **statement, expires_at=expires_at)
    return {"id": number, "name": command.name, "args": args, "signed": signed}


def _took_ms(core: Core, going: Going) -> int:
    return max(core.clock.now_ms() - going.sent_ms, 0)


def check(command: Command) -> None:
    """Raises Invalid for a command that players don't have."""
    if command.name not in NAMES:
        raise Invalid.at("/name", UNKNOWN)
    if command.name == "volume" and not _is_level(command.args.get("level")):
        raise Invalid.at("/args/level", VOLUME)
    if command.name == "reload" and "player" in command.args:
        raise Invalid.at("/args/player", NOT_BY_HAND)
    if len(json.dumps(command.args)) > MOST_ARGS:
        raise Invalid.at("/args", TOO_MUCH)


def _is_level(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return 0 <= value <= 100
