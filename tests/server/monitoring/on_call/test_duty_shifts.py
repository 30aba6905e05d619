"""`/duty-shifts`: who is on duty for a unit, and who is to approve what somebody asks for."""

from typing import Any

import pytest

from server.accounts.models import User
from tests.support.app.campaigns import Office, call, open_office
from tests.support.app.clock import MINUTE_MS
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


def put(office: Office, person: Person, **changes: Any) -> Any:
    body = {"unit_id": "u_1", "user_id": person.public_id, "days": EVERY_DAY, **changes}
    return call(office.author, "POST", "/duty-shifts", **body)


def asked(person: Person, unit: str = "u_1") -> list[tuple[str, str | None]]:
    answer = person.client.get(f"/api/v1/duty-shifts/now?unit_id={unit}")
    assert answer.status_code == 200, answer.json
    return [(one["user_id"], one["until"]) for one in answer.json["items"]]


def test_who_is_on_duty_is_asked_and_without_a_list_all_who_may_sign_off(office: Office) -> None:
    other = sign_in(office.world, "reviewer", over=1)
    assert asked(office.author) == [(office.reviewer.public_id, None), (other.public_id, None)]

    made = put(office, other, **{"from": "08:00", "until": "18:00"})

    assert (made.status_code, made.json["days"], made.json["until"]) == (201, EVERY_DAY, "18:00")
    assert asked(office.author) == [(other.public_id, "2026-11-24T18:00")]
    street = f"u_{office.author.unit_id}"
    assert asked(office.author, street) == [(other.public_id, "2026-11-24T18:00")]
    office.world.clock.forward(10 * 60 * MINUTE_MS)
    office.again()
    assert len(asked(office.author)) == 2


def test_nobody_is_asked_to_approve_his_own(office: Office) -> None:
    other = sign_in(office.world, "reviewer", over=1)
    put(office, office.reviewer)

    assert asked(office.reviewer) == [(other.public_id, None)]


def test_only_who_may_sign_off_there_can_be_on_duty(office: Office) -> None:
    street = sign_in(office.world, "reviewer", office.stranger.unit_id)

    publicity = put(office, office.author)
    elsewhere = put(office, street)
    there = put(office, street, unit_id=f"u_{office.stranger.unit_id}")

    assert (publicity.status_code, publicity.json["errors"][0]["pointer"]) == (422, "/user_id")
    assert (elsewhere.status_code, there.status_code) == (422, 201)


def test_weekdays_or_one_date_and_never_both_or_none(office: Office) -> None:
    both = put(office, office.reviewer, date="2026-12-01")
    none = put(office, office.reviewer, days=[])
    empty = put(office, office.reviewer, **{"from": "08:00", "until": "08:00"})

    assert [one.status_code for one in (both, none, empty)] == [422, 422, 422]
    assert [one.json["errors"][0]["pointer"] for one in (both, none, empty)] == [
        "/days", "/days", "/until",
    ]  # fmt: skip


def test_a_shift_is_changed_from_a_week_to_a_date_and_taken_away(office: Office) -> None:
    shift = put(office, office.reviewer).json["id"]

    changed = call(office.author, "PATCH", f"/duty-shifts/{shift}", date="2026-12-01")
    gone = call(office.author, "DELETE", f"/duty-shifts/{shift}")

    assert (changed.json["days"], changed.json["date"]) == ([], "2026-12-01")
    assert gone.status_code == 204
    assert call(office.author, "GET", "/duty-shifts").json["items"] == []
    acts = [one["action"] for one in call(office.reviewer, "GET", "/audit").json["items"]]
    assert acts[:3] == ["duty_shift.delete", "duty_shift.change", "duty_shift.create"]


def test_a_shift_elsewhere_is_answered_like_a_missing_one(office: Office) -> None:
    shift = put(office, office.reviewer).json["id"]

    foreign = call(office.stranger, "GET", f"/duty-shifts/{shift}")
    missing = call(office.stranger, "GET", "/duty-shifts/d_999")

    assert (foreign.status_code, foreign.json["detail"]) == (404, missing.json["detail"])
    assert call(office.stranger, "POST", "/duty-shifts", user_id="p_1", unit_id="u_1",
                days=[1]).status_code in (403, 404)  # fmt: skip


def test_numbers_are_masked_in_lists_and_on_the_page(office: Office) -> None:
    with office.world.core.config.write() as session:
        session.get_one(User, office.reviewer.user_id).phone = "13805221234"
    put(office, office.reviewer)

    page = office.author.client.get("/settings/on-duty?unit=u_1")

    assert call(office.author, "GET", "/duty-shifts").json["items"][0]["phone"] == "138****1234"
    assert (page.status_code, "138****1234" in page.text, "13805221234" in page.text) == (
        200, True, False,
    )  # fmt: skip


@pytest.mark.slow
def test_the_page_shows_from_when_nobody_is_on_duty_and_where_phones_are_kept(
    office: Office,
) -> None:
    other = sign_in(office.world, "reviewer", over=1)
    put(office, office.reviewer, **{"from": "08:00", "until": "17:00"})
    put(office, other, **{"from": "16:00", "until": "18:00"})

    page = office.author.client.get("/settings/on-duty?unit=u_1").text
    put(office, other, **{"from": "18:00", "until": "07:00"})
    later = office.author.client.get("/settings/on-duty?unit=u_1").text

    assert "；18:00 后无人值班" in page
    assert "；次日 07:00 后无人值班" in later
    assert "今天起七天" in page
    assert "由本人在“设置 → 我的账号”里登记" in page
