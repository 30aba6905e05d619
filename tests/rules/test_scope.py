"""Every route of one object, every role: what lies outside the scope looks like what isn't there.

The routes are taken from the app itself, so a new one is held to this without anybody's help.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from werkzeug.routing import Rule

from server.accounts.roles import Role
from tests.support.clock import START_MS
from tests.support.exemptions import PROGRAMME
from tests.support.incidents import make_incident
from tests.support.ledpacks import make_led_pack
from tests.support.on_air import put_on_air
from tests.support.people import Person, sign_in
from tests.support.places import make_screen, make_unit, make_venue
from tests.support.spotchecks import make_check
from tests.support.world import World, make_world

pytestmark = pytest.mark.slow

ROLES = get_args(Role)
MISSING = {
    "unit_id": "u_999",
    "user_id": "p_999",
    "venue_id": "v_999",
    "line_id": "n_999",
    "screen_id": "s_999",
    "key_id": "e_999",
    "token_id": "o_999",
    "attestation_id": "m_999",
    "exemption_id": "f_999",
    "spot_check_id": "z_999",
    "play_export_id": "y_999",
    "report_schedule_id": "j_999",
    "assessment_pack_id": "g_999",
    "maintenance_id": "w_999",
    "incident_id": "i_999",
    "notification_target_id": "h_999",
    "led_pack_id": "lp_999",
}
TARGET = {"name": "群", "kind": "webhook", "url": "http://127.0.0.1:9/"}
INSTANT = "2026-11-24T12:00:00+08:00"
EXPORT = {"from": "2026-11-24", "to": "2026-11-24"}
EXEMPTED = {
    "selector": {"all": True},
    "from": "2026-11-24T09:00:00+08:00",
    "until": INSTANT,
    "code": "power_cut",
}
# What makes a request valid, so that it comes as far as the object.
BODIES = {
    "pause": {"until": INSTANT, "reason": "检修"},
    "commands": {"name": "identify"},
    "reject": {"reason": "看不清"},
    "verdict": {"verdict": "good"},
    "dispatch": {"firm": "彭城电子"},
    "replace": {"serial": "SN-NEW"},
    "place": {"venue_name": "新点位"},
    "cards": {"key": "ane_x", "serials": ["SN-1"]},
    "led-packs": {"width": 384, "height": 64},
}


@dataclass(frozen=True)
class District:
    """Two streets with one of everything each, and strangers of every role in the other."""

    world: World
    ours: dict[str, str]
    insiders: dict[str, Person]
    strangers: dict[str, Person]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    folder: Path = tmp_path_factory.mktemp("district")
    world = make_world(folder / "server")
    here, elsewhere = make_unit(world, "城关街道"), make_unit(world, "开发区")
    insiders = {role: sign_in(world, role, here) for role in ROLES}
    strangers = {role: sign_in(world, role, elsewhere) for role in ROLES}
    yield District(world, _one_of_everything(world, here, insiders), insiders, strangers)
    world.core.config.engine.dispose()
    world.core.plays.engine.dispose()


def _one_of_everything(world: World, unit: int, insiders: dict[str, Person]) -> dict[str, str]:
    admin = insiders["admin"].client
    key = {"unit_id": f"u_{unit}", "venue_kind": "bus", "uses": 1, "expires_at": INSTANT}
    venue = make_venue(world, unit=unit, contacts=(insiders["venue"].user_id,))
    screen = make_screen(world, venue=venue)
    put_on_air(world, screen, PROGRAMME, START_MS)
    return {
        "unit_id": f"u_{unit}",
        "user_id": insiders["viewer"].public_id,
        "venue_id": f"v_{venue}",
        "line_id": _made(admin.post("/api/v1/lines", json={"name": "1 路"})),
        "screen_id": screen.public_id,
        "spot_check_id": f"z_{make_check(world, screen)}",
        "key_id": _made(admin.post("/api/v1/enrolment-keys", json=key)),
        "assessment_pack_id": _pack(admin, unit),
        "incident_id": f"i_{make_incident(world, screen)}",
        "notification_target_id": _made(admin.post("/api/v1/notification-targets", json=TARGET)),
        "maintenance_id": _made(admin.post("/api/v1/maintenance", json=_work(screen.public_id))),
        "attestation_id": _attested(world, unit, insiders),
        "exemption_id": _made(insiders["venue"].client.post("/api/v1/exemptions", json=EXEMPTED)),
        "play_export_id": _made(admin.post("/api/v1/plays/exports", json=EXPORT)),
        "report_schedule_id": _made(admin.post("/api/v1/report-schedules", json={"kind": "daily"})),
        "led_pack_id": make_led_pack(world, insiders["admin"], venue),
        "token_id": _made(admin.post("/api/v1/tokens", json={"name": "脚本"})),
    }


def _attested(world: World, unit: int, insiders: dict[str, Person]) -> str:
    contacts = (insiders["venue"].user_id,)
    venue = make_venue(world, unit=unit, access="manual", contacts=contacts)
    body = {"venue_id": f"v_{venue}", "from": "2026-11-23", "to": "2026-11-23", "days": 1}
    said = insiders["venue"].client.post("/api/v1/attestations", json={**body, "plays_per_day": 40})
    return _made(said)


def _work(screen_id: str) -> dict[str, Any]:
    return {"screen_ids": [screen_id], "until": INSTANT, "reason": "换屏"}


def _pack(admin: Any, unit: int) -> str:
    body = {"unit_ids": [f"u_{unit}"], "from": "2026-11-23", "to": "2026-11-23"}
    return _made(admin.post("/api/v1/assessment-packs", json=body))


def _made(answer: Any) -> str:
    made: str = answer.get_json()["id"]
    return made


def _rules_of_objects(world: World) -> list[tuple[str, Rule, str]]:
    """Method, rule and parameter of each API route that names one object of a known kind."""
    return [
        (method, rule, parameter)
        for rule in world.app.url_map.iter_rules()
        for parameter in rule.arguments
        for method in sorted(rule.methods or ())
        if rule.rule.startswith("/api/v1/")
        and rule.arguments <= MISSING.keys()
        and method not in {"HEAD", "OPTIONS"}
    ]


def _send(person: Person, method: str, rule: Rule, object_id: str) -> Any:
    parameter = next(iter(rule.arguments))
    path = rule.rule.replace(f"<{parameter}>", object_id)
    body = None if method == "GET" else BODIES.get(path.rpartition("/")[2], {})
    query = f"?at={INSTANT.replace('+', '%2B')}" if method == "GET" else ""
    return person.client.open(path + query, method=method, json=body)


@pytest.mark.parametrize("role", ROLES)
def test_a_stranger_cannot_tell_a_foreign_object_from_a_missing_one(
    district: District, role: str
) -> None:
    stranger, told_apart, tried = district.strangers[role], [], 0
    for method, rule, parameter in _rules_of_objects(district.world):
        foreign = _send(stranger, method, rule, district.ours[parameter])
        missing = _send(stranger, method, rule, MISSING[parameter])
        tried += 1
        if (foreign.status_code, foreign.data) != (missing.status_code, missing.data):
            told_apart.append(f"{method} {rule.rule}: {foreign.status_code}")
        if foreign.status_code < 400:
            told_apart.append(f"{method} {rule.rule} works on a foreign object")

    assert told_apart == []
    assert tried > 20


@pytest.mark.parametrize("role", ROLES)
def test_a_stranger_hears_403_only_where_people_of_the_unit_hear_it_too(
    district: District, role: str
) -> None:
    stranger, insider, unlike = district.strangers[role], district.insiders[role], []
    for method, rule, parameter in _rules_of_objects(district.world):
        if _send(stranger, method, rule, district.ours[parameter]).status_code != 403:
            continue
        if _send(insider, method, rule, district.ours[parameter]).status_code != 403:
            unlike.append(f"{method} {rule.rule}")

    assert unlike == []


@pytest.mark.parametrize("role", ROLES)
def test_no_list_shows_anything_of_a_foreign_unit(district: District, role: str) -> None:
    stranger, ours, leaks = district.strangers[role], set(district.ours.values()), []
    for rule in district.world.app.url_map.iter_rules():
        if rule.arguments or not rule.rule.startswith("/api/v1/"):
            continue
        if "GET" not in (rule.methods or ()):
            continue
        answer = stranger.client.get(rule.rule)
        items = (answer.get_json(silent=True) or {}).get("items") or []
        leaks += [f"{rule.rule}: {item['id']}" for item in items if item.get("id") in ours]

    assert leaks == []
