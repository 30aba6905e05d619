"""What the district has set for itself, changed by its administrator."""

import re
from dataclasses import asdict
from typing import Any

import pytest

from server.accounts.roles import Role
from server.inventory.district.alert_thresholds import AS_DELIVERED
from server.inventory.district.queries import alert_rules
from server.inventory.venues.kinds import KINDS, VEHICLES
from tests.support.app.inventory import make_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World

PATH = "/api/v1/settings"


def changes(person: Person, **coverage: Any) -> Any:
    return person.client.patch(PATH, json={"coverage": coverage})


def test_as_delivered_four_fifths_of_plays_and_of_days_are_enough(world: World) -> None:
    answer = sign_in(world, "viewer").client.get(PATH)

    assert answer.json["coverage"] == {"day_share": 0.8, "venue_share": 0.8}


def test_one_is_changed_and_the_other_stays(world: World) -> None:
    admin = sign_in(world, "admin")

    first = changes(admin, day_share=0.9)
    second = changes(admin, venue_share=1)

    assert first.json["coverage"] == {"day_share": 0.9, "venue_share": 0.8}
    assert second.json == admin.client.get(PATH).json
    assert second.json["coverage"] == {"day_share": 0.9, "venue_share": 1}


@pytest.mark.parametrize("role", ["publicity", "reviewer", "transport", "venue", "viewer"])
def test_others_only_read(world: World, role: Role) -> None:
    person = sign_in(world, role)

    assert changes(person, day_share=0.5).status_code == 403
    assert person.client.get(PATH).json["coverage"]["day_share"] == 0.8


def test_the_administrator_of_a_street_does_not_change_the_district(world: World) -> None:
    answer = changes(sign_in(world, "admin", make_unit(world)), day_share=0.5)

    assert answer.status_code == 403
    assert "全区" in answer.json["detail"]


@pytest.mark.parametrize("share", [0, -0.1, 1.01, "viel", None])
def test_what_makes_no_sense_is_refused_at_its_field(world: World, share: Any) -> None:
    admin = sign_in(world, "admin")

    answer = changes(admin, venue_share=share)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/coverage/venue_share"
    assert admin.client.get(PATH).json["coverage"]["venue_share"] == 0.8


def test_an_old_reading_changes_nothing(world: World) -> None:
    admin = sign_in(world, "admin")
    tag = admin.client.get(PATH).headers["ETag"]
    changes(admin, day_share=0.9)

    answer = admin.client.patch(
        PATH, json={"coverage": {"day_share": 0.7}}, headers={"If-Match": tag}
    )

    assert answer.status_code == 412


def test_changes_are_in_the_audit_trail(world: World) -> None:
    admin = sign_in(world, "admin")
    changes(admin, day_share=0.9)

    entry = admin.client.get("/api/v1/audit").json["items"][0]

    assert (entry["action"], entry["object"]) == ("settings.change", "coverage")
    assert entry["detail"] == {"day_share": 0.9}


def test_as_delivered_a_beat_counts_90_seconds_and_six_hours_on_a_vehicle(world: World) -> None:
    found = sign_in(world, "viewer").client.get(PATH).json["uptime"]

    assert {kind for kind, grace_s in found["grace_s"].items() if grace_s == 21_600} == VEHICLES
    assert {grace_s for kind, grace_s in found["grace_s"].items() if kind not in VEHICLES} == {90}
    assert (found["target_pct"], found["engine_stop_minutes"]) == (95, 20)


def test_the_grace_of_one_kind_is_changed_and_all_others_stay(world: World) -> None:
    admin = sign_in(world, "admin")
    before = admin.client.get(PATH).json["uptime"]

    admin.client.patch(PATH, json={"uptime": {"grace_s": {"bus": 7200}}})
    admin.client.patch(PATH, json={"uptime": {"grace_s": {"bank": 120}, "target_pct": 98.5}})

    after = admin.client.get(PATH).json["uptime"]
    assert after["grace_s"] == before["grace_s"] | {"bus": 7200, "bank": 120}
    assert after["target_pct"] == 98.5


@pytest.mark.parametrize(
    ("uptime", "pointer"),
    [
        ({"grace_s": {"bank": 59}}, "/uptime/grace_s/bank"),
        ({"grace_s": {"bank": 86_401}}, "/uptime/grace_s/bank"),
        ({"grace_s": {"kiosk": 90}}, "/uptime/grace_s/kiosk"),
        ({"target_pct": 101}, "/uptime/target_pct"),
        ({"target_pct": 0}, "/uptime/target_pct"),
        ({"engine_stop_minutes": -1}, "/uptime/engine_stop_minutes"),
        ({"engine_stop_minutes": 121}, "/uptime/engine_stop_minutes"),
    ],
)
def test_uptime_rules_that_make_no_sense_are_refused_at_their_field(
    world: World, uptime: dict[str, Any], pointer: str
) -> None:
    admin = sign_in(world, "admin")
    before = admin.client.get(PATH).json

    answer = admin.client.patch(PATH, json={"uptime": uptime})

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]
    assert admin.client.get(PATH).json == before


def test_what_stays_the_same_is_not_in_the_trail(world: World) -> None:
    admin = sign_in(world, "admin")
    all_of_it = admin.client.get(PATH).json["uptime"]
    all_of_it["grace_s"]["bus"] = 7200

    admin.client.patch(PATH, json={"uptime": all_of_it})
    admin.client.patch(PATH, json={"uptime": all_of_it})

    entries = admin.client.get("/api/v1/audit").json["items"]
    assert [one["detail"] for one in entries if one["action"] == "settings.change"] == [
        {"grace_s": {"bus": 7200}}
    ]


def test_as_delivered_alerts_have_the_thresholds_of_the_code(world: World) -> None:
    found = sign_in(world, "viewer").client.get(PATH).json["alerts"]

    assert found == asdict(AS_DELIVERED)
    with world.core.config.read() as session:
        assert alert_rules(session) == AS_DELIVERED


@pytest.mark.parametrize(
    ("alerts", "pointer"),
    [
        ({"raise_minutes": 1}, "raise_minutes"),
        ({"raise_minutes": 241}, "raise_minutes"),
        ({"clear_minutes": 0}, "clear_minutes"),
        ({"impaired_failed_pct": 91}, "impaired_failed_pct"),
        ({"flapping_begins_pct": 9}, "flapping_begins_pct"),
        ({"flapping_begins_pct": 15}, "flapping_begins_pct"),
        ({"flapping_ends_pct": 30}, "flapping_ends_pct"),
        ({"flapping_begins_pct": 40, "flapping_ends_pct": 40}, "flapping_ends_pct"),
        ({"upstream_screens": 1}, "upstream_screens"),
        ({"upstream_pct": 4}, "upstream_pct"),
        ({"upstream_wait_minutes": 61}, "upstream_wait_minutes"),
        ({"floor_missed_hours": 13}, "floor_missed_hours"),
        ({"old_plan_hours": 0}, "old_plan_hours"),
        ({"clock_unsure_s": 0.1}, "clock_unsure_s"),
        ({"storage_pct": 100}, "storage_pct"),
        ({"escalate_venue_minutes": 5}, "escalate_venue_minutes"),
        ({"escalate_unit_workdays": 11}, "escalate_unit_workdays"),
        ({"escalate_district_days": 31}, "escalate_district_days"),
    ],
)
def test_thresholds_that_make_no_sense_are_refused_at_their_field(
    world: World, alerts: dict[str, Any], pointer: str
) -> None:
    admin = sign_in(world, "admin")

    answer = admin.client.patch(PATH, json={"alerts": alerts})

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == [f"/alerts/{pointer}"]
    assert admin.client.get(PATH).json["alerts"] == asdict(AS_DELIVERED)


@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 200), ("publicity", 200), ("reviewer", 200), ("transport", 200), ("venue", 403),
     ("viewer", 403), ("auditor", 403)],
)  # fmt: skip
def test_alert_rules_are_changed_by_people_in_charge_of_incidents(
    world: World, role: Role, status: int
) -> None:
    person = sign_in(world, role)

    answer = person.client.patch(PATH, json={"alerts": {"raise_minutes": 15}})

    assert answer.status_code == status
    assert person.client.get(PATH).json["alerts"]["raise_minutes"] == (15 if status == 200 else 10)


def test_a_person_with_access_to_alerts_alone_changes_nothing_in_a_mixed_request(
    world: World,
) -> None:
    officer = sign_in(world, "transport")

    answer = officer.client.patch(
        PATH, json={"alerts": {"raise_minutes": 15}, "uptime": {"target_pct": 90}}
    )

    assert answer.status_code == 403
    assert officer.client.get(PATH).json["alerts"]["raise_minutes"] == 10


def test_a_streets_officers_do_not_change_the_districts_alerts(world: World) -> None:
    officer = sign_in(world, "transport", make_unit(world))

    answer = officer.client.patch(PATH, json={"alerts": {"raise_minutes": 15}})

    assert answer.status_code == 403
    assert "全区" in answer.json["detail"]


def test_a_change_of_alerts_is_in_the_audit_trail(world: World) -> None:
    officer = sign_in(world, "transport")
    officer.client.patch(PATH, json={"alerts": {"raise_minutes": 15, "clear_minutes": 5}})

    entry = sign_in(world, "admin").client.get("/api/v1/audit").json["items"][0]

    assert (entry["action"], entry["object"]) == ("settings.change", "alerts")
    assert entry["detail"] == {"raise_minutes": 15}


def test_the_page_has_a_field_for_each_rule(world: World) -> None:
    page = sign_in(world, "admin").client.get("/settings").text

    names = set(re.findall(r'name="((?:uptime|alerts)\.[^"]+)"', page))
    assert names == {
        *(f"alerts.{name}" for name in asdict(AS_DELIVERED)),
        *(f"uptime.grace_s.{kind}" for kind in KINDS),
        "uptime.target_pct",
        "uptime.engine_stop_minutes",
    }
    assert 'name="uptime.grace_s.bus" type="number" value="360"' in page
    assert 'name="uptime.grace_s.bank" type="number" value="1.5"' in page


@pytest.mark.slow
def test_the_page_shows_rules_to_who_may_not_change_them_without_a_button(world: World) -> None:
    street = sign_in(world, "transport", make_unit(world)).client.get("/settings").text
    district = sign_in(world, "transport").client.get("/settings").text
    viewer = sign_in(world, "viewer").client.get("/settings").text

    assert street.count("<fieldset disabled>") == 2
    assert district.count("<fieldset disabled>") == 1
    assert "alert-rules" not in viewer
