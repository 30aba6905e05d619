"""A new installation gets one administrator; his password is printed and never lost."""

from pathlib import Path
from typing import Any

import pytest

from server.accounts.auth.first_admin import ensure_admin
from server.accounts.models import Unit, User
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world

pytestmark = pytest.mark.slow


class Killed(Exception):
    """The process ended here."""


def enter(world: World, password: str, username: str = "admin") -> Any:
    body = {"username": username, "password": password}
    return world.visitor().post("/api/v1/session", json=body)


def test_the_first_start_makes_the_district_and_its_administrator(world: World) -> None:
    printed: list[str] = []

    ensure_admin(world.core, printed.append)

    assert len(printed) == 1
    assert enter(world, printed[0]).status_code == 200
    with world.core.config.read() as session:
        unit = session.query(Unit).one()
        user = session.query(User).one()
    assert (unit.name, unit.parent_id, unit.path) == ("本区", None, "/1/")
    assert [(role.role, role.unit_id) for role in user.roles] == [("admin", unit.id)]


def test_later_starts_print_nothing_and_leave_the_password_alone(world: World) -> None:
    printed: list[str] = []
    ensure_admin(world.core, printed.append)

    ensure_admin(world.core, printed.append)

    assert len(printed) == 1
    assert enter(world, printed[0]).status_code == 200


def test_a_start_killed_while_printing_starts_again(world: World) -> None:
    printed: list[str] = []

    def print_and_die(password: str) -> None:
        printed.append(password)
        raise Killed

    with pytest.raises(Killed):
        ensure_admin(world.core, print_and_die)
    ensure_admin(world.core, printed.append)

    assert len(printed) == 2
    assert enter(world, printed[1]).status_code == 200


def test_a_password_from_the_settings_is_not_printed(tmp_path: Path) -> None:
    world = make_world(tmp_path, admin_password="chosen-by-the-operator")
    printed: list[str] = []

    ensure_admin(world.core, printed.append)

    assert printed == []
    assert enter(world, "chosen-by-the-operator").status_code == 200


def test_where_there_are_people_nobody_is_added(world: World) -> None:
    sign_in(world, "viewer")

    ensure_admin(world.core, lambda _password: pytest.fail("no password was due"))

    assert enter(world, "anything-at-all").status_code == 401
