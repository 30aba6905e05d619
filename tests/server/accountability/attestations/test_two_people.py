"""Who may report by hand, approve it, turn it down, take it back; and what makes no sense."""

from typing import Any

import pytest

from server.accounts.models import UserRole
from server.accounts.roles import Role
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import make_world
from tests.support.reporting.coverage import Town, day

PATH = "/api/v1/attestations"


def does(person: Person, act: str, attestation: str, **body: Any) -> Any:
    """Approve, reject or withdraw."""
    if act == "withdraw":
        return person.client.delete(f"{PATH}/{attestation}")
    return person.client.post(f"{PATH}/{attestation}/{act}", json=body)


def listed(person: Person, **query: Any) -> list[str]:
    found = person.client.get(PATH, query_string=query).json["items"]
    return [one["id"] for one in found]


@pytest.fixture
def mall(town: Town) -> str:
    """A venue of the district that reports by hand, on day 5."""
    venue = town.manual()
    town.becomes(5)
    return venue


def test_a_report_is_returned_as_sent(town: Town, mall: str) -> None:
    author = sign_in(town.world, "publicity")

    answer = town.attests(author, mall, days=4, note="U 盘播放", person="王店长")

    assert answer.status_code == 201
    found = {name: answer.json[name] for name in ("state", "from", "to", "days", "plays_per_day")}
    assert found == {
        "state": "submitted",
        "from": day(0),
        "to": day(4),
        "days": 4,
        "plays_per_day": 40,
    }
    assert (answer.json["venue_id"], answer.json["author_id"]) == (mall, author.public_id)
    assert (answer.json["person"], answer.json["note"]) == ("王店长", "U 盘播放")
    assert (answer.json["photos"], answer.json["reviews"]) == ([], [])
    assert answer.json["created_at"] == "2026-11-29T00:00:00+08:00"


def test_the_reporter_is_the_witness_by_default(town: Town, mall: str) -> None:
    author = sign_in(town.world, "publicity")

    assert town.attests(author, mall).json["person"] == author.username


@pytest.mark.slow
def test_without_a_photo_it_is_not_approved(town: Town, mall: str) -> None:
    author, reviewer = sign_in(town.world, "publicity"), sign_in(town.world, "reviewer")
    attestation = town.attests(author, mall).json["id"]

    early = does(reviewer, "approve", attestation)
    town.shows(author, attestation)
    late = does(reviewer, "approve", attestation, opinion="照片清楚")

    assert (early.status_code, early.json["code"]) == (409, "no_photo")
    assert "照片" in early.json["detail"]
    assert (late.status_code, late.json["state"]) == (200, "approved")
    review = late.json["reviews"][0]
    assert (review["user"], review["opinion"]) == (reviewer.public_id, "照片清楚")


@pytest.mark.slow
@pytest.mark.parametrize("hand", ["writes", "adds a photo"])
def test_nobody_approves_what_he_had_a_hand_in(town: Town, mall: str, hand: str) -> None:
    author = sign_in(town.world, "publicity")
    both = sign_in(town.world, "reviewer")
    _also(town, both, "publicity")
    attestation = town.attests(both if hand == "writes" else author, mall).json["id"]
    assert town.shows(both, attestation).status_code == 201

    answer = does(both, "approve", attestation)

    assert (answer.status_code, answer.json["code"]) == (403, "two_person")
    assert does(sign_in(town.world, "reviewer"), "approve", attestation).status_code == 200


@pytest.mark.slow
def test_with_one_person_offices_an_administrator_approves_his_own(tmp_path: Any) -> None:
    world = make_world(tmp_path / "alone", two_person=False)
    town = Town(world, tmp_path)
    venue = town.manual()
    town.becomes(5)
    admin = sign_in(world, "admin")
    attestation = town.attests(admin, venue).json["id"]
    town.shows(admin, attestation)

    assert does(admin, "approve", attestation).status_code == 200


@pytest.mark.parametrize("role", ["admin", "publicity", "transport"])
def test_people_responsible_for_venues_report_and_withdraw(town: Town, role: Role) -> None:
    stop = town.manual("站台", kind="bus_stop")
    town.becomes(5)
    person = sign_in(town.world, role)
    answer = town.attests(person, stop)

    assert answer.status_code == 201
    assert does(person, "approve", answer.json["id"]).status_code == 403
    assert does(person, "withdraw", answer.json["id"]).json["state"] == "withdrawn"


@pytest.mark.parametrize("role", ["reviewer", "viewer", "auditor"])
def test_others_only_read(town: Town, mall: str, role: Role) -> None:
    attestation = town.attests(sign_in(town.world, "publicity"), mall).json["id"]
    person = sign_in(town.world, role)

    assert town.attests(person, mall).status_code == 403
    assert town.shows(person, attestation).status_code == 403
    assert does(person, "withdraw", attestation).status_code == 403
    assert person.client.get(f"{PATH}/{attestation}").status_code == 200
    assert listed(person) == [attestation]


def test_a_venue_contact_reports_for_his_own_venue_only(town: Town) -> None:
    person = sign_in(town.world, "venue")
    own = town.manual("我的", contacts=(person.user_id,))
    other = town.manual("别人的")

    mine = town.attests(person, own, to=day(0), days=1)
    theirs = town.attests(person, other, to=day(0), days=1)

    assert (mine.status_code, theirs.status_code) == (201, 404)
    assert listed(person) == [mine.json["id"]]


@pytest.mark.slow
def test_objects_outside_the_scope_are_answered_as_missing(town: Town, mall: str) -> None:
    attestation = town.attests(sign_in(town.world, "publicity"), mall).json["id"]
    outside = make_unit(town.world, "外街道")
    for role in ("publicity", "reviewer", "viewer"):
        stranger = sign_in(town.world, role, outside)  # type: ignore[arg-type] # a role's name
        foreign = stranger.client.get(f"{PATH}/{attestation}")
        missing = stranger.client.get(f"{PATH}/m_99")

        assert (foreign.status_code, foreign.data) == (404, missing.data)
        assert listed(stranger) == []
    stranger = sign_in(town.world, "publicity", outside)
    assert town.attests(stranger, mall).status_code == 404
    assert town.shows(stranger, attestation).status_code == 404


@pytest.mark.slow
def test_it_is_turned_down_with_a_reason_once(town: Town, mall: str) -> None:
    author, reviewer = sign_in(town.world, "publicity"), sign_in(town.world, "reviewer")
    attestation = town.attests(author, mall).json["id"]

    silent = does(reviewer, "reject", attestation)
    answer = does(reviewer, "reject", attestation, reason="照片看不清")
    again = does(reviewer, "approve", attestation)

    assert (silent.status_code, answer.json["state"], again.status_code) == (422, "rejected", 409)
    assert answer.json["reviews"][0]["opinion"] == "照片看不清"


@pytest.mark.slow
def test_an_old_reading_takes_nothing_back(town: Town, mall: str) -> None:
    author = sign_in(town.world, "publicity")
    attestation = town.attests(author, mall).json["id"]
    tag = author.client.get(f"{PATH}/{attestation}").headers["ETag"]
    town.shows(author, attestation)

    answer = author.client.delete(f"{PATH}/{attestation}", headers={"If-Match": tag})

    assert answer.status_code == 412


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"to": "2026-11-23"}, "/to"),
        ({"to": day(6)}, "/to"),
        ({"from": "2026-07-01", "days": 90}, "/to"),
        ({"days": 6}, "/days"),
        ({"days": 0}, "/days"),
        ({"days": 2.5}, "/days"),
        ({"plays_per_day": 0}, "/plays_per_day"),
        ({"plays_per_day": 1_000_000}, "/plays_per_day"),
        ({"from": "gestern"}, "/from"),
        ({"person": "长" * 61}, "/person"),
        ({"foto": "x"}, "/foto"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    town: Town, mall: str, changes: dict[str, Any], pointer: str
) -> None:
    author = sign_in(town.world, "publicity")

    answer = town.attests(author, mall, **changes)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer
    assert listed(author) == []


@pytest.mark.parametrize("access", ["player", "none"])
def test_only_venues_that_report_by_hand_can(town: Town, access: str) -> None:
    venue = f"v_{make_venue(town.world, access=access)}"
    town.becomes(5)

    answer = town.attests(sign_in(town.world, "publicity"), venue)

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/venue_id")


@pytest.mark.slow
def test_once_the_month_is_frozen_nothing_changes_any_more(town: Town, mall: str) -> None:
    approved = town.approved(mall)
    waiting = town.attests(sign_in(town.world, "publicity"), mall).json["id"]
    town.becomes(36)  # the 30th of December
    assert town.attests(sign_in(town.world, "publicity"), mall).status_code == 201
    town.world.clock.forward(DAY_MS)
    author, reviewer = sign_in(town.world, "publicity"), sign_in(town.world, "reviewer")

    late = [
        town.attests(author, mall),
        does(reviewer, "approve", waiting),
        does(author, "withdraw", approved),
    ]

    assert [(one.status_code, one.json["code"]) for one in late] == [(409, "frozen")] * 3
    assert does(author, "withdraw", waiting).json["state"] == "withdrawn"


@pytest.mark.slow
def test_lists_narrow_by_state_and_venue(town: Town, mall: str) -> None:
    other = town.manual("超市")
    author = sign_in(town.world, "publicity")
    approved, waiting = town.approved(mall), town.attests(author, other).json["id"]

    assert listed(author) == [waiting, approved]
    assert listed(author, state="approved") == [approved]
    assert listed(author, venue_id=other) == [waiting]
    assert author.client.get(PATH, query_string={"state": "lost"}).status_code == 422


def test_a_venue_with_attestations_is_not_deleted(town: Town, mall: str) -> None:
    author = sign_in(town.world, "publicity")
    town.attests(author, mall)

    assert author.client.delete(f"/api/v1/venues/{mall}").json["code"] == "in_use"


@pytest.mark.slow
def test_actions_are_in_the_audit_trail(town: Town, mall: str) -> None:
    attestation = town.approved(mall)
    does(sign_in(town.world, "publicity"), "withdraw", attestation)

    trail = sign_in(town.world, "reviewer").client.get("/api/v1/audit").json["items"]

    acts = [one["action"] for one in trail if one["object"] == attestation]
    assert acts == [f"attestation.{act}" for act in ("withdraw", "approve", "photo", "submit")]


def _also(town: Town, person: Person, role: Role) -> None:
    with town.world.core.config.write() as session:
        session.add(UserRole(user_id=person.user_id, role=role, unit_id=person.unit_id))
