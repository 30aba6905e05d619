"""People of the district, already signed in."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from server.accounts.auth.request_identity import COOKIE
from server.accounts.auth.sessions import OpenedSession, open_within
from server.accounts.models import User, UserRole
from server.accounts.roles import Role
from tests.support.app.inventory import root_unit
from tests.support.app.world import World

PASSWORD = "correct-horse-7"
# argon2id of PASSWORD with the cheapest parameters, so that many people cost no time.
PASSWORD_HASH = "$argon2id$v=19$m=8,t=1,p=1$PfDM6bBQ5Os$tiv8WFQ3IJr2PFm5cRp2GQ"


VERDICTS = ("/approve", "/reject")


class Reader(FlaskClient):
    """A browser whose pages are fresh: a verdict refers to the version just read.

    A request with an If-Match of its own refers to another one, or (with an empty one) to none.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """A request; a verdict gets the tag of the version just read."""
        path = str(args[0]) if args else ""
        headers = dict(kwargs.get("headers") or {})
        if path.startswith("/api/v1/") and path.endswith(VERDICTS) and "If-Match" not in headers:
            kwargs["headers"] = {**headers, "If-Match": self.tag_of(path.rpartition("/")[0])}
        return super().open(*args, **kwargs)

    def tag_of(self, path: str) -> str:
        """The tag of the resource, empty without one."""
        with super().open(path) as read:
            return read.headers.get("ETag", "")


def reader_of(world: World) -> Reader:
    """A browser in which somebody signs in."""
    return Reader(world.app, world.app.response_class, use_cookies=True)


@dataclass(frozen=True)
class Person:
    """Somebody with an account and a browser that sends the token against forged requests."""

    client: Reader
    user_id: int
    username: str
    unit_id: int

    @property
    def public_id(self) -> str:
        """The id on the wire."""
        return f"p_{self.user_id}"


def sign_in(
    world: World,
    role: Role | None = "publicity",
    unit: int | None = None,
    *,
    username: str | None = None,
    over: int | None = None,
) -> Person:
    """A new person of `unit` with `role` over it (or over another unit: `over`), signed in."""
    home = unit or root_unit(world)
    now_ms = world.clock.now_ms()
    with world.core.config.write() as session:
        count = session.scalar(select(func.count(User.id))) or 0
        user = User(
            username=username or f"{role or 'nobody'}{count + 1}",
            password_hash=PASSWORD_HASH,
            name=f"{role}{count + 1}",
            unit_id=home,
            created_at=now_ms,
            roles=[UserRole(role=role, unit_id=over or home)] if role else [],
        )
        session.add(user)
        session.flush()
        person = Person(reader_of(world), user.id, user.username, home)
        opened = open_within(session, now_ms, user.id)
    _take_along(person, opened)
    return person


def as_read(person: Person, path: str) -> dict[str, str]:
    """The headers of a verdict on the present version, for another client.

    `path` is such as `takeovers/t_1/approve`.
    """
    if not path.endswith(VERDICTS):
        return {}
    return {"If-Match": person.client.tag_of(f"/api/v1/{path.strip('/').rpartition('/')[0]}")}


def give_role(world: World, person: Person, role: Role) -> None:
    """A further role over the person's own unit."""
    with world.core.config.write() as session:
        session.add(UserRole(user_id=person.user_id, role=role, unit_id=person.unit_id))


def sign_in_again(world: World, person: Person) -> None:
    """Open a new session, for instance after the clock was moved by more than 30 minutes."""
    with world.core.config.write() as session:
        opened = open_within(session, world.clock.now_ms(), person.user_id)
    _take_along(person, opened)


def _take_along(person: Person, opened: OpenedSession) -> None:
    person.client.set_cookie(COOKIE, opened.secret)
    environment = person.client.environ_base
    environment["HTTP_X_CSRF_TOKEN"] = opened.csrf_token
    environment["HTTP_ORIGIN"] = "http://localhost"
