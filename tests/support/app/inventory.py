"""Units, venues and screens made at once, as their use cases leave them in the tables."""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask
from sqlalchemy import select

from server.accounts.auth.one_time_secrets import hashed, new_secret
from server.accounts.models import Unit
from server.inventory.screens.models import Screen, ScreenToken
from server.inventory.venues.models import Venue, VenueContact
from tests.support.app.world import World

ALWAYS = [["00:00", "24:00"]]
ROUND_THE_CLOCK = {str(day): ALWAYS for day in range(1, 8)}
_roots: WeakKeyDictionary[Flask, int] = WeakKeyDictionary()


def root_unit(world: World) -> int:
    """The district's number; made if it isn't there yet. It is never another one in its world."""
    found = _roots.get(world.app)
    if found is None:
        with world.core.config.read() as session:
            found = session.scalar(select(Unit.id).where(Unit.parent_id.is_(None)))
        found = _roots[world.app] = found or _add_unit(world, "本区", None, "/")
    return found


def make_unit(world: World, name: str = "三产服务科", parent: int | None = None) -> int:
    """A unit under `parent` (by default under the district); its number."""
    above = parent or root_unit(world)
    with world.core.config.read() as session:
        path = session.get_one(Unit, above).path
    return _add_unit(world, name, above, path)


def make_venue(
    world: World,
    *,
    unit: int | None = None,
    kind: str = "bank",
    name: str = "建设银行城关支行",
    contacts: tuple[int, ...] = (),
    **fields: Any,
) -> int:
    """A venue that is open round the clock unless `hours` are given; its number."""
    values = {"hours": ROUND_THE_CLOCK, "timezone": "Asia/Shanghai", **fields}
    with world.core.config.write() as session:
        venue = Venue(
            unit_id=unit or root_unit(world),
            kind=kind,
            name=name,
            created_at=world.clock.now_ms(),
            contacts=[VenueContact(user_id=user) for user in contacts],
            **values,
        )
        session.add(venue)
        session.flush()
        return venue.id


@dataclass(frozen=True)
class BoundScreen:
    """A screen with its player's credentials."""

    id: int
    venue_id: int
    token: str
    files_secret: str

    @property
    def public_id(self) -> str:
        """The id on the wire."""
        return f"s_{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        """What its player sends with each request."""
        return {"Authorization": f"Bearer {self.token}"}


def make_screen(world: World, *, venue: int | None = None, **fields: Any) -> BoundScreen:
    """A paired screen (by default in a venue of its own)."""
    now_ms = world.clock.now_ms()
    secret, files_secret = new_secret("ans_"), new_secret()
    values = {
        "name": "大厅屏",
        "width": 1920,
        "height": 1080,
        "rendition_class": "landscape-1080p",
        "enrolled_at": now_ms,
        **fields,
    }
    venue_id = venue or make_venue(world)
    with world.core.config.write() as session:
        screen = Screen(venue_id=venue_id, created_at=now_ms, **values)
        session.add(screen)
        session.flush()
        session.add(
            ScreenToken(
                screen_id=screen.id,
                secret_hash=hashed(secret),
                files_hash=hashed(files_secret),
                created_at=now_ms,
            )
        )
        return BoundScreen(screen.id, venue_id, secret, files_secret)


def _add_unit(world: World, name: str, parent: int | None, above: str) -> int:
    with world.core.config.write() as session:
        unit = Unit(parent_id=parent, path="", name=name)
        session.add(unit)
        session.flush()
        unit.path = f"{above}{unit.id}/"
        return unit.id
