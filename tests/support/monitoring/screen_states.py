"""Screens of a few units in every state at once, as this process and the play store know them.

It is Tuesday the 24th, 15:00, and the job has just folded the day: who is open is known.
"""

from dataclasses import dataclass, field

from server.gateway.connection.state import Live
from server.inventory.screens.models import ScreenPause
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.devices.socket_player import beat
from tests.support.monitoring.heartbeats import ContactHistory, at

NOW = "24 15:00"
MORNINGS = {str(day): [["06:00", "12:00"]] for day in range(1, 8)}
HOUR_MS = 3_600_000


@dataclass
class ScreenStates:
    """Units by name, venues and screens by the state that they are in."""

    world: World
    units: dict[str, int] = field(default_factory=dict)
    venues: dict[str, int] = field(default_factory=dict)
    screens: dict[str, BoundScreen] = field(default_factory=dict)

    @property
    def live(self) -> Live:
        """What this process holds in memory."""
        found: Live = self.world.app.extensions["anping.live"]
        return found

    def unit(self, name: str) -> str:
        """A unit's public id."""
        return f"u_{self.units[name]}"

    def again(self) -> None:
        """A minute later: who is alive has beaten again."""
        self.world.clock.forward(60_000)
        beats(self.world, self.screens["online"])


def make_screen_states(world: World) -> ScreenStates:
    """城关街道 with 东门社区 (dark, online), its own venues (idle, paused); 河西街道 (the rest).

    In territory all but 河西's are in 东门社区.
    """
    here = ScreenStates(world)
    world.clock.at_ms = at(NOW) * 1000
    here.units["城关街道"] = make_unit(world, "城关街道")
    here.units["东门社区"] = make_unit(world, "东门社区", here.units["城关街道"])
    here.units["河西街道"] = make_unit(world, "河西街道")
    gate, river, east = (here.units[name] for name in ("城关街道", "河西街道", "东门社区"))
    _venue(here, "dark", east, "东门农贸市场", "market", territory_unit_id=east)
    _venue(here, "online", east, "东门支行", "bank", territory_unit_id=east)
    _venue(here, "idle", gate, "城关早市", "market", territory_unit_id=east, hours=MORNINGS)
    _venue(here, "paused", gate, "城关小学", "school", territory_unit_id=east)
    _venue(here, "unbound", river, "河西支行", "bank")
    _venue(here, "manual", river, "万象商场", "mall", access="manual")
    _venue(here, "none", river, "老街百货", "shop", access="none")
    began_ms = at("20 09:00") * 1000
    for name in ("dark", "online", "idle", "paused"):
        here.screens[name] = make_screen(
            world, venue=here.venues[name], name=f"{name} 屏", enrolled_at=began_ms
        )
    here.screens["never_seen"] = make_screen(
        world, venue=here.venues["unbound"], name="未绑定屏", enrolled_at=None
    )
    _pause(here)
    contacts = ContactHistory(world)
    contacts.we_were_up("20 00:00", NOW)
    for name in ("dark", "idle", "paused"):
        contacts.beats(here.screens[name].id, "24 06:00", "24 11:00")
    contacts.keep()
    beats(world, here.screens["online"])
    return here


def _venue(
    here: ScreenStates, state: str, unit: int, name: str, kind: str, **fields: object
) -> None:
    here.venues[state] = make_venue(here.world, unit=unit, kind=kind, name=name, **fields)


def _pause(here: ScreenStates) -> None:
    now_ms = here.world.clock.now_ms()
    person = sign_in(here.world, None)
    with here.world.core.config.write() as session:
        session.add(
            ScreenPause(
                screen_id=here.screens["paused"].id,
                from_at=now_ms - HOUR_MS,
                until_at=now_ms + HOUR_MS,
                reason="检修",
                user_id=person.user_id,
            )
        )


def beats(world: World, screen: BoundScreen) -> None:
    """A player gives a sign of life."""
    answer = world.visitor().post("/api/v1/player/beat", json=beat(), headers=screen.headers)
    assert answer.status_code == 200, answer.text
