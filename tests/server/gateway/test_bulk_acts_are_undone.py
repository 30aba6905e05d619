"""An act on many screens is taken back within fifteen minutes; what changed since stays."""

from typing import Any

import pytest
from sqlalchemy import select

from server.accounts.models import AuditEntry
from server.inventory.screens.models import Screen, ScreenPause
from server.inventory.venues.models import Line, Venue
from tests.support.app.clock import MINUTE_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue, root_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World

pytestmark = pytest.mark.slow
BULK = "/api/v1/screens/bulk"
LATER = "2026-11-24T12:00:00+08:00"


@pytest.fixture
def chen(world: World) -> Person:
    return sign_in(world, "publicity", over=root_unit(world))


def act(person: Person, screens: list[BoundScreen], action: str, **more: Any) -> str:
    body = {"screen_ids": [one.public_id for one in screens], "action": action, **more}
    answer = person.client.post(BULK, json=body)
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def undo(person: Person, bulk_id: str) -> Any:
    return person.client.post(f"{BULK}/{bulk_id}/undo")


def tags(world: World) -> list[list[str]]:
    with world.core.config.read() as session:
        return [list(one.tags) for one in session.scalars(select(Screen).order_by(Screen.id))]


def test_tags_are_as_they_were_on_each_screen(world: World, chen: Person) -> None:
    screens = [make_screen(world) for _ in range(3)]
    act(chen, screens[:1], "add_tags", tags=["临街"])
    bulk_id = act(chen, screens, "add_tags", tags=["临街", "大屏"])

    done = undo(chen, bulk_id).json

    assert done == {"screens": 3, "changed_since": 0}
    assert tags(world) == [["临街"], [], []]


def test_tags_that_were_taken_away_come_back_in_their_order(world: World, chen: Person) -> None:
    screens = [make_screen(world)]
    act(chen, screens, "add_tags", tags=["甲", "乙", "丙"])

    undo(chen, act(chen, screens, "remove_tags", tags=["乙"]))

    assert tags(world) == [["甲", "乙", "丙"]]


def test_a_screen_that_somebody_changed_since_stays(world: World, chen: Person) -> None:
    screens = [make_screen(world) for _ in range(2)]
    bulk_id = act(chen, screens, "add_tags", tags=["临街"])
    act(chen, screens[:1], "add_tags", tags=["后来的"])

    assert undo(chen, bulk_id).json == {"screens": 1, "changed_since": 1}
    assert tags(world) == [["临街", "后来的"], []]


def test_vehicles_are_back_on_their_lines(world: World, chen: Person) -> None:
    with world.core.config.write() as session:
        lines = [Line(unit_id=1, name=name, vehicles=[], created_at=0) for name in ("1 路", "2 路")]
        session.add_all(lines)
        session.flush()
        first, second = (one.id for one in lines)
    bus = make_venue(world, kind="bus", line_id=first)
    screens = [make_screen(world, venue=bus) for _ in range(2)]

    bulk_id = act(chen, screens, "move_line", line_id=f"n_{second}")
    assert undo(chen, bulk_id).json == {"screens": 2, "changed_since": 0}

    with world.core.config.read() as session:
        assert session.get_one(Venue, bus).line_id == first


def test_a_pause_ends_and_the_one_that_gave_way_goes_on(world: World, chen: Person) -> None:
    screen = make_screen(world)
    act(chen, [screen], "pause", until=LATER, reason="装修")
    world.clock.forward(MINUTE_MS)
    bulk_id = act(chen, [screen], "pause", until="2026-11-24T10:00:00+08:00", reason="清洗")
    world.clock.forward(MINUTE_MS)

    assert undo(chen, bulk_id).json == {"screens": 1, "changed_since": 0}

    now_ms = world.clock.now_ms()
    with world.core.config.read() as session:
        lasting = select(ScreenPause.reason).where(ScreenPause.until_at > now_ms)
        assert session.scalars(lasting).all() == ["装修"]


def test_after_fifteen_minutes_and_a_second_time_it_is_refused(world: World, chen: Person) -> None:
    screens = [make_screen(world)]
    early, late = (act(chen, screens, "add_tags", tags=[tag]) for tag in ("甲", "乙"))
    undo(chen, late)

    assert undo(chen, late).json["code"] == "undone"
    world.clock.forward(15 * MINUTE_MS)
    assert (undo(chen, early).status_code, undo(chen, early).json["code"]) == (409, "over")


def test_a_command_cant_be_taken_back(world: World, chen: Person) -> None:
    bulk_id = act(chen, [make_screen(world)], "reload")

    assert undo(chen, bulk_id).json["code"] == "not_undoable"


def test_it_is_for_who_may_do_it_himself_and_in_the_audit_trail(world: World, chen: Person) -> None:
    screen = make_screen(world)
    bulk_id = act(chen, [screen], "add_tags", tags=["临街"])
    stranger = sign_in(world, "publicity", make_unit(world, "外街道"))

    assert undo(stranger, bulk_id).status_code == 404
    undo(chen, bulk_id)

    with world.core.config.read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.object, entry.detail) == (
        "screens.undo",
        bulk_id,
        {"act": "add_tags", "screens": [screen.public_id]},
    )
