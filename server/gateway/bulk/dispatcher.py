"""Sends the commands of a bulk action gradually, and records each outcome.

The rate protects this server and the network of a street: a reloading page requests files,
assignment and clock all at once. Commands not sent before a stop are sent by the next process.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from socketio.exceptions import TimeoutError as NoAnswer
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.foundation.core import Core
from server.gateway.commands import command_log
from server.gateway.commands.replies import Outcome, read
from server.gateway.commands.screenshot import Asked
from server.gateway.commands.service import ANSWER_S, Addressee, Caller, Command, payload_of
from server.gateway.connection.presence import Link
from server.gateway.connection.state import Live
from server.gateway.models import BulkAct, BulkOutcome, SentCommand
from server.inventory.screens.models import Screen

PORTION: Final = 50
A_SECOND: Final = {"reload": 20.0, "screenshot": 10.0}
ELSE_A_SECOND: Final = 100.0
_ANY: Final = "SELECT 1 FROM bulk_acts WHERE finished_at IS NULL LIMIT 1"


class GreenletPool(Protocol):
    """Runs calls concurrently."""

    def spawn(self, act: Callable[..., None], *values: Any) -> object:
        """Start a call; blocks while too many run."""

    def join(self) -> object:
        """Wait for all."""


@dataclass(frozen=True)
class _Going:
    """A command in progress: its number and screen, the answering socket, and when it was sent."""

    number: int
    screen: int
    screen_name: str
    link: Link
    sent_ms: int


@dataclass
class Sending:
    """Sends one action's commands; `pause` yields for some seconds."""

    core: Core
    live: Live
    caller: Caller
    together: GreenletPool
    pause: Callable[[float], None]
    dice: random.Random = field(default_factory=random.Random)
    _answers: list[tuple[_Going, Outcome, int]] = field(default_factory=list)

    def run(self, bulk_id: int) -> None:
        """Send all pending commands."""
        while portion := self._begin(bulk_id):
            for going, act in portion:
                self.together.spawn(self._ask, going, act)
                # Jittered, so that screens don't reconnect in step.
                pace = A_SECOND.get(act.action, ELSE_A_SECOND)
                self.pause(2 * self.dice.random() / pace)
            self._write(bulk_id)
        self.together.join()
        self._write(bulk_id)
        with self.core.config.write() as session:
            row = session.get(BulkAct, bulk_id)
            if row is not None:
                row.finished_at = self.core.clock.now_ms()

    def _begin(self, bulk_id: int) -> Sequence[tuple[_Going, BulkAct]]:
        """Record the next batch: connected screens get the command, the others are offline."""
        while True:
            with self.core.config.write() as session:
                act = session.get(BulkAct, bulk_id)
                mine = (BulkOutcome.bulk_id == bulk_id, BulkOutcome.state == "waiting")
                query = select(BulkOutcome).where(*mine).order_by(BulkOutcome.screen_id)
                rows = session.scalars(query.limit(PORTION)).all()
                if act is None or not rows:
                    return []
                found = [self._begin_one(session, act, row) for row in rows]
            going = [(one, act) for one in found if one is not None]
            if going:
                return going

    def _begin_one(self, session: Session, act: BulkAct, row: BulkOutcome) -> _Going | None:
        now_ms, link = self.core.clock.now_ms(), self.live.presence.holder(row.screen_id)
        row.at = now_ms
        screen = session.get(Screen, row.screen_id)
        row.state = "offline" if link is None or screen is None else "sent"
        if screen is None:
            return None
        command = SentCommand(
            screen_id=row.screen_id,
            user_id=act.user_id,
            name=act.action,
            args=act.args.get("args", {}),
            sent_at=now_ms,
            state=row.state,
        )
        row.command_id = number = command_log.begin(session, command)
        return None if link is None else _Going(number, screen.id, screen.name, link, now_ms)

    def _ask(self, going: _Going, act: BulkAct) -> None:
        to = Addressee(going.number, going.screen, going.screen_name)
        payload = payload_of(self.core, to, Command(act.action, act.args.get("args", {})))
        try:
            answer = self.caller.call("command", payload, going.link, ANSWER_S)
        except NoAnswer:
            outcome = Outcome("no_answer", {})
        else:
            asked = Asked(going.screen, going.sent_ms, self.core.clock.now_ms())
            outcome = read(self.core, asked, act.action, answer)
        took_ms = max(self.core.clock.now_ms() - going.sent_ms, 0)
        self._answers.append((going, outcome, took_ms))

    def _write(self, bulk_id: int) -> None:
        """Record the answers received since, in one transaction."""
        answers, self._answers = self._answers, []
        if not answers:
            return
        with self.core.config.write() as session:
            for going, outcome, took_ms in answers:
                command_log.finish_within(session, going.number, outcome, took_ms)
                row = session.get(BulkOutcome, (bulk_id, going.screen))
                if row is not None:
                    row.state, row.error = outcome.state, outcome.error
                    row.at = going.sent_ms + took_ms


def unfinished(core: Core) -> list[int]:
    """Bulk actions with pending commands. Called twice a second, mostly without result."""
    if core.config.first(_ANY) is None:
        return []
    with core.config.read() as session:
        return list(session.scalars(select(BulkAct.id).where(BulkAct.finished_at.is_(None))))
