"""A person judges a picture; the server's guess decides nothing."""

from typing import Any

import pytest
from sqlalchemy import select

from server.accounts.models import AuditEntry
from server.accounts.roles import Role
from tests.support.app.clock import MINUTE_MS
from tests.support.app.inventory import BoundScreen
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.reporting.spot_checks import make_check, screen_on_air, stored

API = "/api/v1/spot-checks"


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return screen_on_air(world)


def judge(person: Person, number: int, verdict: str, **more: Any) -> Any:
    body = {"verdict": verdict, **more}
    return person.client.post(f"{API}/z_{number}/verdict", json=body)


@pytest.mark.parametrize("role", ["publicity", "reviewer", "admin"])
@pytest.mark.parametrize("verdict", ["good", "bad", "unclear"])
def test_verdicts_are_stored_with_person_and_time(
    world: World, screen: BoundScreen, role: Role, verdict: str
) -> None:
    person = sign_in(world, role)
    number = make_check(world, screen, hint="differs")
    world.clock.forward(MINUTE_MS)

    one = judge(person, number, verdict, note="右下角缺一块").json

    assert (one["verdict"], one["judged_by"], one["note"]) == (
        verdict,
        person.public_id,
        "右下角缺一块",
    )
    assert one["judged_at"] == "2026-11-24T09:01:00+08:00"
    assert one["hint"] == "differs"


def test_a_later_word_replaces_an_earlier_one_and_both_are_on_record(
    world: World, screen: BoundScreen
) -> None:
    first, second = sign_in(world, "publicity"), sign_in(world, "reviewer")
    number = make_check(world, screen)

    judge(first, number, "good")
    judge(second, number, "bad", note="再看是黑屏")

    assert (stored(world, number).verdict, stored(world, number).judged_by) == (
        "bad",
        second.user_id,
    )
    with world.core.config.read() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "spot_check.judge").order_by("id")
        ).all()
    assert [(one.user_id, one.detail["verdict"]) for one in entries] == [
        (first.user_id, "good"),
        (second.user_id, "bad"),
    ]


@pytest.mark.parametrize("state", ["asked", "no_answer", "offline"])
def test_without_a_picture_there_is_nothing_to_judge(
    world: World, screen: BoundScreen, state: str
) -> None:
    number = make_check(world, screen, state=state)

    answer = judge(sign_in(world, "publicity"), number, "good")

    assert (answer.status_code, answer.json["code"]) == (409, "no_picture")
    assert stored(world, number).verdict is None


@pytest.mark.parametrize("role", ["venue", "viewer", "transport", "auditor"])
def test_others_may_not(world: World, screen: BoundScreen, role: Role) -> None:
    number = make_check(world, screen)

    assert judge(sign_in(world, role), number, "good").status_code == 403
    assert stored(world, number).verdict is None


def test_a_word_that_is_no_verdict_is_refused(world: World, screen: BoundScreen) -> None:
    number, person = make_check(world, screen), sign_in(world, "publicity")

    assert judge(person, number, "fine").status_code == 422
    assert judge(person, number, "good", note="长" * 501).status_code == 422
    assert person.client.post(f"{API}/z_{number}/verdict", json={}).status_code == 422
