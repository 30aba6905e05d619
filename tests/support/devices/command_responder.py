"""A player at the other end of a command, with preset answers."""

from dataclasses import dataclass, field
from typing import Any

from server.accounts.actor import Actor, Grant
from server.gateway.commands.service import Command, send
from server.gateway.connection.presence import Link
from server.gateway.connection.state import Live
from tests.support.app.inventory import BoundScreen, root_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World


@dataclass
class Line:
    """Records the sent messages, and answers after so many milliseconds, or raises."""

    answer: Any = field(default_factory=lambda: {"ok": True, "result": None})
    takes_ms: int = 0
    world: World | None = None
    sent: list[Any] = field(default_factory=list)

    def call(self, event: str, payload: Any, _link: Link, _timeout_s: float) -> Any:
        """What `server.gateway.connection.socket_sender` does over a socket."""
        self.sent.append((event, payload))
        if self.world is not None:
            self.world.clock.forward(self.takes_ms)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def person(world: World, role: Any, unit: int | None = None) -> Actor:
    """Somebody with a role over the district or one unit."""
    made = sign_in(world, role, unit)
    path = f"/{made.unit_id}/" if unit is None else f"/{root_unit(world)}/{unit}/"
    return Actor(made.user_id, made.username, made.unit_id, (Grant(role, path),))


def order(world: World, actor: Actor, screen: BoundScreen, line: Line, command: Command) -> Any:
    """Send a command; the answer for its sender."""
    live: Live = world.app.extensions["anping.live"]
    return send(world.core, live, line, actor, screen.public_id, command)
