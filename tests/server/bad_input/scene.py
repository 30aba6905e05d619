"""A district in which every kind of bad input has something to be bad about."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import inspect, text

from server.foundation.db.session import Database
from tests.support.app.campaigns import (
    EVERYWHERE,
    Office,
    act,
    bank,
    draft,
    live,
    open_office,
    picture,
)
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_unit, root_unit
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.plays.on_air import put_on_air
from tests.support.reporting.exemptions import PROGRAMME
from tests.support.reporting.spot_checks import make_check

# A session notes that it was used, whatever the request.
NOTED_ANYWAY = {"user_sessions"}

POWER_CUT = {
    "selector": EVERYWHERE,
    "from": "2026-11-24T08:00:00+08:00",
    "until": "2026-11-24T12:00:00+08:00",
    "code": "power_cut",
}


@dataclass
class Scene:
    """The people (by what they are) and the ids that the cases name."""

    world: World
    office: Office
    alone: Person
    screen: BoundScreen
    people: dict[str, FlaskClient] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    def client(self, who: str) -> FlaskClient:
        """Somebody's browser, or a visitor's."""
        return self.people.get(who) or self.world.visitor()

    def dump(self) -> dict[str, Any]:
        """Everything that is saved: rows of both databases, files by path and digest."""
        core = self.world.core
        files = {
            str(path.relative_to(core.settings.data)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in core.settings.data.rglob("*")
            if path.is_file() and ".db" not in path.name
        }
        return {"config": _rows(core.config), "plays": _rows(core.plays), "files": files}


def _rows(database: Database) -> dict[str, list[Any]]:
    with database.engine.connect() as connection:
        names = inspect(connection).get_table_names(database.schema)
        return {
            name: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{name}"'))))  # noqa: S608 - names of our own tables
            for name in sorted(names)
            if name not in NOTED_ANYWAY
        }


def make_scene(world: World) -> Scene:
    """Two streets, a live campaign, drafts, a screen, codes in every condition."""
    office = open_office(world)
    screen = bank(world)
    put_on_air(world, screen, PROGRAMME, START_MS)
    admin = sign_in(world, "admin", username="chen.guang")
    alone = sign_in(world, "publicity", office.author.unit_id, over=root_unit(world))
    scene = Scene(world, office, alone, screen)
    scene.people = _people(scene, admin)
    codes = _codes(world, office)
    scene.ids |= _content(office) | _places(world, admin, office) | codes
    scene.ids |= _by_hand(office)
    scene.ids |= {"screen": screen.public_id, "own": f"p_{admin.user_id}"}
    scene.ids["check"] = f"z_{make_check(world, screen, state='no_answer')}"
    scene.ids["photo"] = f"z_{make_check(world, screen, state='asked', kind='photo')}"
    scene.ids["own work"] = _own_work(scene, admin)
    scene.kept["revoked"] = _token(world, admin, revoke=True)
    scene.kept["expired"] = _token(world, admin, ends="2026-11-24T09:30:00+08:00")
    world.clock.forward(HOUR_MS // 2 + MINUTE_MS)
    for person in (admin, office.author, office.reviewer, office.stranger, scene.alone):
        sign_in_again(world, person)
    scene.people = _people(scene, admin)
    _keyed(scene)
    return scene


def _own_work(scene: Scene, admin: Person) -> str:
    """A campaign of somebody who may both write and sign off; he has submitted it."""
    roles = {"roles": [{"role": one, "unit_id": "u_1"} for one in ("publicity", "reviewer")]}
    changed = admin.client.patch(f"/api/v1/users/{scene.alone.public_id}", json=roles)
    assert changed.status_code == 200, changed.json
    sign_in_again(scene.world, scene.alone)
    mine = draft(Office(scene.world, scene.alone, scene.office.reviewer, scene.office.stranger))
    act(scene.alone, mine, "submit", include_assets=True)
    return mine


def _people(scene: Scene, admin: Person) -> dict[str, FlaskClient]:
    world, office = scene.world, scene.office
    foreign_origin, no_token = world.visitor(), world.visitor()
    people = {
        "admin": admin.client,
        "author": office.author.client,
        "reviewer": office.reviewer.client,
        "stranger": office.stranger.client,
        "own": scene.alone.client,
    }
    cookie = admin.client.get_cookie("anping_session")
    assert cookie is not None
    for client, left_out in ((no_token, "HTTP_X_CSRF_TOKEN"), (foreign_origin, "HTTP_ORIGIN")):
        client.environ_base.update(admin.client.environ_base)
        del client.environ_base[left_out]
        client.set_cookie("anping_session", cookie.value)
    return people | {"without token": no_token, "foreign page": foreign_origin}


def _token(world: World, admin: Person, ends: str | None = None, *, revoke: bool = False) -> str:
    made = admin.client.post("/api/v1/tokens", json={"name": "脚本", "expires_at": ends}).json
    if revoke:
        admin.client.delete(f"/api/v1/tokens/{made['id']}")
    return f"Bearer {made['token']}"


def _codes(world: World, office: Office) -> dict[str, str]:
    """A pairing code that ran out, and one that was used."""
    codes = [world.visitor().post("/api/v1/player/pairing", json={}).json for _ in range(3)]
    venue = office.author.client.post("/api/v1/venues", json={"name": "网点", "kind": "bank"}).json
    used = {"user_code": codes[1]["user_code"], "venue_id": venue["id"], "name": "屏"}
    assert office.author.client.post("/api/v1/screens/pair", json=used).status_code == 201
    return {
        "expired code": codes[0]["user_code"],
        "used code": codes[1]["user_code"],
        "venue": venue["id"],
    }


def _content(office: Office) -> dict[str, str]:
    foreign = {"unit": office.stranger.unit_id, "author": office.stranger.user_id}
    running = live(office)
    submitted = draft(office)
    office.author.client.post(
        f"/api/v1/campaigns/{submitted}/submit", json={"include_assets": True}
    )
    shown = office.author.client.get(f"/api/v1/campaigns/{running}").json
    takeover = office.author.client.post(
        "/api/v1/takeovers", json={"asset_id": picture(office), "selector": EVERYWHERE}
    ).json
    exemption = office.author.client.post("/api/v1/exemptions", json=POWER_CUT).json
    return {
        "asset": picture(office),
        "foreign asset": picture(office, **foreign),
        "used asset": shown["items"][0]["asset_id"],
        "playlist": shown["playlist_id"],
        "live": running,
        "draft": draft(office),
        "submitted": submitted,
        "takeover": takeover["id"],
        "exemption": exemption["id"],
    }


def _places(world: World, admin: Person, office: Office) -> dict[str, str]:
    parent = make_unit(world, "镇")
    child = make_unit(world, "村", parent)
    line = admin.client.post("/api/v1/lines", json={"name": "1 路"}).json["id"]
    key = {"unit_id": "u_1", "venue_kind": "bus", "uses": 1, "expires_at": "2027-01-01T00:00:00Z"}
    enrolment = admin.client.post("/api/v1/enrolment-keys", json=key).json["id"]
    stop = admin.client.post("/api/v1/stop", json={"selector": EVERYWHERE, "mode": "safe"}).json
    assert office.author.client.delete(f"/api/v1/stop/{stop['id']}").status_code == 403
    return {
        "parent": f"u_{parent}",
        "child": f"u_{child}",
        "line": line,
        "key": enrolment,
        "stop": stop["id"],
    }


def _by_hand(office: Office) -> dict[str, str]:
    """A venue that reports by hand, and a report without a photo."""
    author = office.author.client
    venue = {"name": "商场", "kind": "mall", "access": "manual"}
    made = author.post("/api/v1/venues", json=venue).json["id"]
    body = {"venue_id": made, "from": "2026-11-23", "to": "2026-11-23", "days": 1}
    answer = author.post("/api/v1/attestations", json={**body, "plays_per_day": 40})
    return {"manual venue": made, "attestation": answer.json["id"]}


def _keyed(scene: Scene) -> None:
    scene.client("admin").post(
        "/api/v1/lines", json={"name": "2 路"}, headers={"Idempotency-Key": "key-of-one-line"}
    )
