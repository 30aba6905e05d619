"""The audit trail has who changed what, and shows if somebody changed the trail itself."""

from typing import Any

import pytest
from sqlalchemy import delete

from server.accounts.audit_log.reader import first_broken
from server.accounts.models import AuditEntry
from tests.support.app.inventory import make_unit
from tests.support.app.people import PASSWORD, Person, sign_in
from tests.support.app.world import World


@pytest.fixture
def busy(world: World) -> Person:
    """An administrator who has changed four things."""
    admin = sign_in(world, "admin", username="zhang")
    for number in range(4):
        admin.client.post("/api/v1/units", json={"name": f"单位{number}"})
    return admin


def test_a_change_is_recorded_with_person_object_and_time(world: World, busy: Person) -> None:
    newest = busy.client.get("/api/v1/audit").get_json()["items"][0]

    assert newest["username"] == "zhang"
    assert newest["user_id"] == busy.public_id
    assert (newest["action"], newest["object"]) == ("unit.create", "u_5")
    assert newest["at"] == "2026-11-24T09:00:00+08:00"


@pytest.mark.slow
def test_no_password_is_ever_in_the_trail(world: World, busy: Person) -> None:
    body = {"username": "wang", "password": "secret-horse-9"}
    busy.client.post("/api/v1/users", json=body)
    busy.client.patch(
        "/api/v1/me", json={"password": "other-horse-9", "current_password": PASSWORD}
    )

    trail = busy.client.get("/api/v1/audit").text

    assert "user.create" in trail
    assert "horse" not in trail


def test_an_untouched_trail_is_whole(world: World, busy: Person) -> None:
    with world.core.config.read() as session:
        assert first_broken(session) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("user_id", None), ("object", "u_9"), ("at", 0), ("action", "x"), ("detail", {"a": 1})],
)
def test_editing_an_entry_is_found(world: World, busy: Person, field: str, value: Any) -> None:
    with world.core.config.write() as session:
        setattr(session.get_one(AuditEntry, 2), field, value)

    with world.core.config.read() as session:
        assert first_broken(session) == 2


def test_taking_an_entry_out_is_found(world: World, busy: Person) -> None:
    with world.core.config.write() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.id == 2))

    with world.core.config.read() as session:
        assert first_broken(session) == 3


@pytest.mark.parametrize("role", ["admin", "reviewer", "auditor"])
def test_administrators_reviewers_and_auditors_read_it(world: World, role: Any) -> None:
    assert sign_in(world, role).client.get("/api/v1/audit").status_code == 200


@pytest.mark.parametrize("role", ["publicity", "transport", "venue", "viewer"])
def test_others_do_not(world: World, role: Any) -> None:
    assert sign_in(world, role).client.get("/api/v1/audit").status_code == 403


def test_an_auditor_of_a_street_reads_what_its_people_did(world: World, busy: Person) -> None:
    street = make_unit(world, "城关街道")
    li = sign_in(world, "admin", street, username="li")
    li.client.post("/api/v1/units", json={"name": "东村"})
    auditor = sign_in(world, "auditor", street)

    items = auditor.client.get("/api/v1/audit").get_json()["items"]

    assert {item["username"] for item in items} == {"li"}
