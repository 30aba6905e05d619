"""Screens on air with a player each, and checks written into the tables."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from server.gateway.connection.state import Live
from server.inventory.screens.models import Screen
from server.reporting.spot_checks import plan
from server.reporting.spot_checks.models import SpotCheck, SpotPicture, SpotPlan
from server.reporting.spot_checks.rounds import Rounds
from tests.support.app.inventory import BoundScreen, make_screen, make_venue, root_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.devices.command_responder import Line
from tests.support.devices.socket_player import SocketPlayer
from tests.support.factories.manifests import assign
from tests.support.factories.screenshots import jpeg, poster, shot_of

PICTURE = jpeg(poster("navy", 2, (480, 270)))


def screen_on_air(world: World, *, online: bool = True, **place: Any) -> BoundScreen:
    """A screen that plays a plan of its venue; keyword arguments are the venue's."""
    screen = make_screen(world, venue=make_venue(world, **place))
    assign(world, screen.id)
    if online:
        SocketPlayer(world, screen)
    return screen


def live_of(world: World) -> Live:
    """What the serving process keeps in memory."""
    live: Live = world.app.extensions["anping.live"]
    return live


def rounds(world: World, line: Line | None = None, seed: int = 1) -> Rounds:
    """The rounds as the server runs them, with numbers that are the same each time."""
    return Rounds(world.core, live_of(world), line or good_line(), random.Random(seed))


def at_once(work: Any, *given: Any) -> None:
    """Do in this very moment what goes on beside others in a server."""
    work(*given)


def good_line() -> Line:
    """A player that sends a picture."""
    return Line(shot_of(poster("navy", 2)))


def set_plan(world: World, **fields: int) -> None:
    """Set the plan of draws, with today's screen-time computed."""
    with world.core.config.write() as session:
        row = plan.load(session)
        for name, value in fields.items():
            setattr(row, name, value)
        session.add(row)
    plan.measure(world.core)


def make_check(world: World, screen: BoundScreen | int, **fields: Any) -> int:
    """A check, by default drawn by the server and answered now; its number."""
    now_ms = world.clock.now_ms()
    values = {
        "why": "random",
        "frame_unit_id": root_unit(world),
        "kind": "screenshot",
        "state": "answered",
        "asked_at": now_ms,
        "due_at": now_ms + 15_000,
        "late": False,
        "note": "",
        **fields,
    }
    number = screen if isinstance(screen, int) else screen.id
    with world.core.config.write() as session:
        venue = session.get_one(Screen, number).venue
        place = {"venue_id": venue.id, "unit_id": venue.unit_id}
        values = {**place, "territory_id": venue.territory_unit_id, **values}
        row = SpotCheck(screen_id=number, **values)
        session.add(row)
        session.flush()
        if values["state"] == "answered":
            session.add(SpotPicture(check_id=row.id, kind="shown", content=PICTURE))
        return row.id


def make_checks(world: World, screen: BoundScreen, count: int, **fields: Any) -> None:
    """So many of them."""
    for _ in range(count):
        make_check(world, screen, **fields)


def stored(world: World, number: int) -> SpotCheck:
    """A check from the table."""
    with world.core.config.read() as session:
        return session.get_one(SpotCheck, number)


def stored_plan(world: World) -> SpotPlan:
    """The stored plan."""
    with world.core.config.read() as session:
        return plan.load(session)


def exempt(world: World, screen: BoundScreen, hours: int = 4) -> None:
    """From the hour before now on nobody has to play there, by two persons."""
    now = datetime.fromtimestamp(world.clock.now_ms() / 1000, UTC)
    body = {
        "selector": {"screen_ids": [screen.public_id]},
        "code": "refurbishment",
        "from": (now - timedelta(hours=1)).isoformat(),
        "until": (now + timedelta(hours=hours - 1)).isoformat(),
    }
    asked = sign_in(world, "publicity").client.post("/api/v1/exemptions", json=body)
    assert asked.status_code == 201, asked.text
    path = f"/api/v1/exemptions/{asked.json['id']}/approve"
    answer = sign_in(world, "reviewer").client.post(path, json={})
    assert answer.status_code == 200, answer.text


def move(world: World, screen: BoundScreen, venue: int) -> None:
    """An administrator puts the screen up at another venue."""
    client, path = sign_in(world, "admin").client, f"/api/v1/screens/{screen.public_id}"
    tag = {"If-Match": client.get(path).headers["ETag"]}
    answer = client.patch(path, json={"venue_id": f"v_{venue}"}, headers=tag)
    assert answer.status_code == 200, answer.text


def hang(world: World, unit: int, parent: int) -> None:
    """An administrator hangs a unit below another one."""
    client, path = sign_in(world, "admin").client, f"/api/v1/units/u_{unit}"
    tag = {"If-Match": client.get(path).headers["ETag"]}
    answer = client.patch(path, json={"parent_id": f"u_{parent}"}, headers=tag)
    assert answer.status_code == 200, answer.text
