"""A player release whose roll-out halted by itself; a reload of many that went mostly well."""

from dataclasses import dataclass
from typing import Any

from socketio.exceptions import TimeoutError as NoAnswer
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.foundation.public_ids import number
from server.gateway.bulk.dispatcher import Sending
from server.gateway.connection.presence import Link
from server.gateway.rollouts import queries, service
from server.gateway.rollouts.models import PlayerRelease, ReleaseScreen
from server.gateway.rollouts.rounds.health_rules import Seen
from server.gateway.rollouts.rounds.rings import choose, usual_rings
from server.gateway.rollouts.service import Halt
from server.inventory.screens.models import Screen
from tests.support.app.clock import HOUR_MS, MINUTE_MS
from tests.support.app.inventory import BoundScreen
from tests.support.app.world import World
from tests.support.devices.socket_player import SocketPlayer
from tests.support.district.builds import own_build
from tests.support.district.inventory import District, number_of
from tests.support.factories.releases import NEW, build
from tests.support.reporting.spot_checks import live_of

BEGAN_MS = 26 * HOUR_MS
"""So long ago the new release came, and its roll-out began."""
UNTOUCHED = (0, 2)
"""Places in the second ring of screens that were offered the release and kept theirs."""
IN_TUNNEL = "车厢前部"


def roll_out(here: District, awake: list[str]) -> None:
    """The first ring took it a day ago; of the second's three screens two failed."""
    core, now_ms = here.world.core, here.world.clock.now_ms()
    service.register(core, own_build())
    release = service.register(core, build(NEW)).id
    here.admin.signs_in()
    here.admin.does("POST", f"/player-releases/R_{release}/start")
    failed: list[int] = []
    with core.config.write() as session:
        row = queries.active(session)
        assert row is not None
        row.ring, row.started_at = 1, now_ms - BEGAN_MS
        for one in session.scalars(select(PlayerRelease)):
            one.registered_at -= BEGAN_MS
            one.completed_at = one.completed_at and one.completed_at - BEGAN_MS
        first, second = _rings(session, {number_of(here.screens[name]) for name in awake})
        for screen in first:
            _place(session, row.id, screen, ring=0, at_ms=row.started_at)
        for place, screen in enumerate(second):
            # They played on as before: no reason that would have cost them a play.
            reason = "not_taken" if place in UNTOUCHED else ""
            failed += [screen] if reason else []
            at_ms = now_ms - 20 * MINUTE_MS
            _place(session, row.id, screen, ring=1, at_ms=at_ms, reason=reason)
        why = Halt("failures", now_ms - 15 * MINUTE_MS, 1, tuple(failed))
        service.halt_now(core, session, row, why)
    _run(here, {*first, *second} - set(failed))
    for name in awake:
        here.players[name].live()


def _run(here: District, updated: set[int]) -> None:
    """Which release each screen's box runs, as the server has noted it from beats."""
    with here.world.core.config.write() as session:
        for name, player in here.players.items():
            screen = number_of(here.screens[name])
            if screen in updated:
                player.box.disk.player = NEW
            session.get_one(Screen, screen).player = player.box.disk.player


def _rings(session: Session, awake: set[int]) -> tuple[list[int], list[int]]:
    """The screens of the first ring and of the second, as the rule chooses them."""
    screens = session.scalars(select(Screen).where(Screen.enrolled_at.is_not(None))).all()
    rings = usual_rings(len(screens))
    candidates = [
        Seen(one.id, one.venue_id, one.venue.unit_id, one.venue.kind, online=one.id in awake)
        for one in screens
    ]
    first = choose(rings[0], 0, candidates)
    rest = [one for one in candidates if one.screen not in first]
    return first, choose(rings[1], len(first), rest)


def _place(
    session: Session, release: int, screen: int, *, ring: int, at_ms: int, reason: str = ""
) -> None:
    """It was offered at an instant; it took it within a minute, or failed within five."""
    session.add(
        ReleaseScreen(
            release_id=release,
            screen_id=screen,
            ring=ring,
            state="failed" if reason else "updated",
            told_at=at_ms,
            updated_at=0 if reason else at_ms + MINUTE_MS,
            failed_at=at_ms + 5 * MINUTE_MS if reason else 0,
            reason=reason,
            before=0,
        )
    )


def reload_many(here: District, awake: list[str]) -> None:
    """All screens were to reload: one is off, one is in a tunnel, the others do."""
    world = here.world
    here.chen.signs_in()
    ids = [here.screens[name] for name in here.players]
    act = here.chen.makes("/screens/bulk", action="reload", screen_ids=ids)
    there = [_connected(here, name) for name in awake]
    line = Street(world, number_of(here.screens[IN_TUNNEL]))
    sending = Sending(world.core, live_of(world), line, AtOnce(), lambda _seconds: None)
    sending.run(number("bulk_act", act))
    for one in there:
        one.leave()


def _connected(here: District, name: str) -> SocketPlayer:
    player, screen = here.players[name].player, number_of(here.screens[name])
    options = {"boot": player.boot, "version": player.plans.version}
    return SocketPlayer(here.world, BoundScreen(screen, 0, player.token, ""), **options)


@dataclass
class Street:
    """Players at the other end of their sockets, each of which answers a little later."""

    world: World
    mute: int

    def call(self, _event: str, _payload: Any, link: Link, _timeout_s: float) -> Any:
        """What `server.gateway.connection.socket_sender` does over a socket."""
        self.world.clock.forward(140)
        if link.screen_id == self.mute:
            raise NoAnswer
        return {"ok": True, "result": None}


class AtOnce:
    """Does in this very moment what goes on side by side in a server."""

    def spawn(self, act: Any, *values: Any) -> None:
        """Do it."""
        act(*values)

    def join(self) -> None:
        """All is done."""
