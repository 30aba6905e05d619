"""Sends the commands of a bulk action gradually, and records each outcome.

The rate protects this server and the network of a street: a reloading page requests files,
assignment and clock all at once. Commands not sent before a stop are sent by the next process.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from gevent.pool import Pool
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.foundation.core import Core
from server.gateway.commands import command_log
from server.gateway.commands.replies import Outcome
from server.gateway.commands.service import Caller, Command, Going, begin, exchange
from server.gateway.connection.presence import Link
from server.gateway.connection.state import Live
from server.gateway.models import BulkAct, BulkOutcome
from server.inventory.screens.models import Screen

PORTION: Final = 50
A_SECOND: Final = {"reload": 20.0, "screenshot": 10.0}
ELSE_A_SECOND: Final = 100.0
_ANY: Final = "SELECT 1 FROM bulk_acts WHERE finished_at IS NULL LIMIT 1"


@dataclass
class Sending:
    """Sends one action's commands; `pause` yields for some seconds."""

    core: Core
    live: Live
    caller: Caller
    together: Pool
    pause: Callable[[float], None]
    dice: random.Random = field(default_factory=random.Random)
    _answers: list[tuple[Going, Outcome, int]] = field(default_factory=list)

    def run(self, bulk_id: int) -> None:
        """Send all pending commands."""
        while portion := self._begin(bulk_id):
            for going, link, command in portion:
                self.together.spawn(self._ask, going, link, command)
                # Jittered, so that screens don't reconnect in step.
                pace = A_SECOND.get(command.name, ELSE_A_SECOND)
                self.pause(2 * self.dice.random() / pace)
            self._write(bulk_id)
        self.together.join()
        self._write(bulk_id)
        with self.core.config.write() as session:
            row = session.get(BulkAct, bulk_id)
            if row is not None:
                row.finished_at = self.core.clock.now_ms()

    def _begin(self, bulk_id: int) -> Sequence[tuple[Going, Link, Command]]:
        """Record the next batch: connected screens get the command, the others are offline."""
        while True:
            with self.core.config.write() as session:
                act = session.get(BulkAct, bulk_id)
                mine = (BulkOutcome.bulk_id == bulk_id, BulkOutcome.state == "waiting")
                query = select(BulkOutcome).where(*mine).order_by(BulkOutcome.screen_id)
                rows = session.scalars(query.limit(PORTION)).all()
                if act is None or not rows:
                    return []
                command = Command(act.action, act.args.get("args", {}))
                found = [self._begin_one(session, act.user_id, row, command) for row in rows]
            going = [(one, one.link, command) for one in found if one.link is not None]
            if going:
                return going

    def _begin_one(
        self, session: Session, user_id: int, row: BulkOutcome, command: Command
    ) -> Going:
        screen = session.get_one(Screen, row.screen_id)
        going = begin(self.core, self.live, session, user_id, screen, command)
        row.at, row.command_id = going.sent_ms, going.number
        row.state = "offline" if going.link is None else "sent"
        return going

    def _ask(self, going: Going, link: Link, command: Command) -> None:
        self._answers.append((going, *exchange(self.core, self.caller, going, link, command)))

    def _write(self, bulk_id: int) -> None:
        """Record the answers received since, in one transaction."""
        answers, self._answers = self._answers, []
        if not answers:
            return
        with self.core.config.write() as session:
            for going, outcome, took_ms in answers:
                command_log.finish_within(session, going.number, outcome, took_ms)
                row = session.get(BulkOutcome, (bulk_id, going.screen_id))
                if row is not None:
                    row.state, row.error = outcome.state, outcome.error
                    row.at = going.sent_ms + took_ms


def unfinished(core: Core) -> list[int]:
    """Bulk actions with pending commands. Called twice a second, mostly without result."""
    if core.config.first(_ANY) is None:
        return []
    with core.config.read() as session:
        return list(session.scalars(select(BulkAct.id).where(BulkAct.finished_at.is_(None))))
