"""A thousand boxes come by one key, eight at a time, over a line that loses and doubles."""

import pytest
from sqlalchemy import func, select

from server.accounts.models import AuditEntry
from server.foundation.errors import Unauthorized
from server.inventory.screens.events import EnrolmentRefused
from server.inventory.screens.models import RefusedEnrolment, Screen
from server.inventory.screens.service import authenticate
from server.publishing.models import Assignment
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.devices.enrolment_rush import Box, Door, by_http, enrol_all, in_process
from tests.support.patience import until
from tests.support.processes.web_worker import web_worker

pytestmark = [pytest.mark.faults, pytest.mark.slow]

MANY, FEW = 1_000, 60
UNTIL = "2099-12-31T00:00:00+08:00"


def make_key(world: World, uses: int) -> str:
    make_waiting_picture(world)
    body = {"unit_id": f"u_{make_unit(world, '公交公司')}", "venue_kind": "bus", "uses": uses,
            "expires_at": UNTIL}  # fmt: skip
    made = sign_in(world, "admin").client.post("/api/v1/enrolment-keys", json=body)
    return str(made.get_json()["key"])


def serials(number: int) -> list[str]:
    return [f"BUS-{one:04}" for one in range(number)]


def is_good(world: World, token: str) -> bool:
    try:
        authenticate(world.core, token)
    except Unauthorized:
        return False
    return True


def each_has_one_screen_and_a_token(world: World, boxes: list[Box]) -> None:
    """None was refused, no key was used twice, there is no alarm."""
    assert [box for box in boxes if box.refused or len(box.screens) != 1] == []
    assert len({one for box in boxes for one in box.screens}) == len(boxes)
    assert [box for box in boxes if sum(is_good(world, one) for one in box.tokens) != 1] == []
    with world.core.config.read() as session:
        held = list(session.scalars(select(Screen.serial).order_by(Screen.serial)))
        alarms = session.scalar(select(func.count(RefusedEnrolment.id)))
        noted = select(func.count(AuditEntry.id)).where(AuditEntry.action == "screen.enrol")
        assert (held, alarms, session.scalar(noted)) == (serials(len(boxes)), 0, len(boxes))


def planned(world: World) -> int:
    with world.core.config.read() as session:
        return session.scalar(select(func.count(Assignment.screen_id))) or 0


def test_sixty_get_one_screen_each_and_their_plans(world: World) -> None:
    refusals: list[EnrolmentRefused] = []
    world.core.events.listen(EnrolmentRefused, refusals.append)
    key = make_key(world, FEW)

    boxes = enrol_all(Door(in_process(world), key), serials(FEW))

    each_has_one_screen_and_a_token(world, boxes)
    assert (refusals, planned(world)) == ([], FEW)


@pytest.mark.long
def test_a_thousand_get_one_screen_each_and_their_plans(world: World) -> None:
    key = make_key(world, MANY)

    with web_worker(world) as worker:
        boxes = enrol_all(Door(by_http(worker.base), key), serials(MANY))
        until("all have their plans", lambda: planned(world) == MANY)

    each_has_one_screen_and_a_token(world, boxes)
