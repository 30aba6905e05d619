"""Phone pages of screens, opened and used by somebody without an account."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from server.inventory.enrolment import venue_page_codes
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.world import World

PIN = "2468"
# argon2id of PIN with the cheapest parameters, so that thousands of tries cost no time.
PIN_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$gdqWOsY0/RSyBHjAlxk6Cg$86TOVN4NKwyVgCBRHTNltESAtNKirJ/au2ZMrYc/lZs"
)


@dataclass(frozen=True)
class Door:
    """A phone at a screen; `address` is the network's."""

    screen: BoundScreen
    code: str
    client: FlaskClient
    address: str = "127.0.0.1"

    @property
    def path(self) -> str:
        """Where the page is."""
        return f"/v/{self.code}"

    def page(self, **query: str) -> TestResponse:
        """The page, as a browser asks for it."""
        return self.client.get(self.path, query_string=query, environ_base=self._from)

    def post(self, what: str, **body: Any) -> TestResponse:
        """What a program sends."""
        return self.client.post(f"{self.path}/{what}", json=body, environ_base=self._from)

    def send(self, what: str, **fields: Any) -> TestResponse:
        """What the page's form sends, and what came of it."""
        return self.client.post(f"{self.path}/{what}", data=fields, environ_base=self._from)

    def upload(self, what: str, content: bytes, name: str, **fields: str) -> TestResponse:
        """The same with a file, encoded here so that no temporary file is left open."""
        file = FileStorage(BytesIO(content), name)
        boundary, body = encode_multipart({"file": file, **fields})
        kind = f'multipart/form-data; boundary="{boundary}"'
        path = f"{self.path}/{what}"
        return self.client.post(path, data=body, content_type=kind, environ_base=self._from)

    def pause(self, pin: str = PIN, reason: str = "接待") -> TestResponse:
        """A pause by the PIN."""
        return self.post("pause", pin=pin, reason=reason)

    @property
    def _from(self) -> dict[str, str]:
        return {"REMOTE_ADDR": self.address}


def open_door(
    world: World, screen: BoundScreen | None = None, *, address: str = "127.0.0.1", **venue: Any
) -> Door:
    """A phone at a screen, whose venue has a PIN by default."""
    fields = {"pause_pin_hash": PIN_HASH, **venue}
    made = screen or make_screen(world, venue=make_venue(world, **fields))
    return Door(made, code_of(world, made), world.visitor(), address)


def code_of(world: World, screen: BoundScreen) -> str:
    """The screen's code."""
    with world.core.config.write() as session:
        row = session.get_one(Screen, screen.id)
        return venue_page_codes.ensure(session, [row], world.clock.now_ms())[screen.id]


def set_pin(world: World, venue: int, stored: str | None) -> None:
    """Give a venue another PIN, by its hash."""
    with world.core.config.write() as session:
        session.get_one(Venue, venue).pause_pin_hash = stored
