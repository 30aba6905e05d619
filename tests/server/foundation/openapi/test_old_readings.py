"""A change based on an outdated reading is refused: If-Match on every change."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.app.campaigns import campaign_body
from tests.support.app.clock import START_MS
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world
from tests.support.factories.assets import make_asset
from tests.support.factories.incidents import make_incident
from tests.support.plays.on_air import put_on_air
from tests.support.reporting.exemptions import PROGRAMME
from tests.support.reporting.led_packages import make_led_pack

BODIES: dict[str, Any] = {
    "/calendar/{day}": {"kind": "holiday"},
    "/me": {"name": "新名"},
    "/exemptions/{exemption_id}/reject": {"reason": "不"},
    "/attestations/{attestation_id}/reject": {"reason": "不"},
    "/campaigns/{campaign_id}/reject": {"reason": "不"},
    "/takeovers/{takeover_id}/reject": {"reason": "不"},
    "/assets/{asset_id}/reject": {"reason": "不"},
    "/lines/{line_id}/rosters/{day}": {"vehicles": []},
}
TARGET = {"name": "群", "kind": "webhook", "url": "http://127.0.0.1:9/"}
EXEMPTED = {
    "from": "2026-11-24T09:00:00+08:00",
    "until": "2026-11-24T10:00:00+08:00",
    "code": "power_cut",
}
IF_MATCH = {"$ref": "#/components/parameters/IfMatch"}
READ = {"$ref": "#/components/parameters/Read"}
# Nobody reads these by GET; an upload is its sender's own.
UNREAD = {"/session", "/uploads/{upload}"}
# What a GET of these shows is read at the address above them.
READ_AT = {"/screens/{screen_id}/pause": "/screens/{screen_id}"}
READ_AT["/campaigns/{campaign_id}/revision"] = "/campaigns/{campaign_id}"
READ_AT["/tokens/{token_id}"] = "/tokens"


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Person, Person]]:
    world = make_world(tmp_path_factory.mktemp("old"))
    yield world, sign_in(world, "admin"), sign_in(world, "reviewer")
    world.close()


def _made(person: Person, path: str, body: Any) -> str:
    answer = person.client.post(f"/api/v1{path}", json=body)
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def _ids(world: World, admin: Person) -> dict[str, str]:
    asset = f"a_{make_asset(world, state='ready')}"
    playlist = _made(admin, "/playlists", {"name": "表", "items": [{"asset_id": asset}]})
    selector, screen = {"all": True}, make_screen(world)
    put_on_air(world, screen, PROGRAMME, START_MS)
    takeover = {"asset_id": f"a_{make_asset(world)}", "selector": selector}
    key = {"unit_id": "u_1", "venue_kind": "bus", "uses": 1}
    made = {
        "unit_id": _made(admin, "/units", {"name": "街道"}),
        "user_id": sign_in(world, "viewer").public_id,
        "venue_id": f"v_{make_venue(world)}",
        "line_id": _made(admin, "/lines", {"name": "1 路"}),
        "screen_id": screen.public_id,
        "key_id": _made(admin, "/enrolment-keys", {**key, "expires_at": "2027-01-01T00:00:00Z"}),
        "token_id": _made(admin, "/tokens", {"name": "脚本"}),
        "asset_id": asset,
        "playlist_id": playlist,
        "campaign_id": _made(admin, "/campaigns", campaign_body(playlist)),
        "takeover_id": _made(admin, "/takeovers", takeover),
        "stop_id": _made(admin, "/stop", {"selector": selector, "mode": "safe"}),
        "attestation_id": _made(admin, "/attestations", _attestation(world)),
        "play_export_id": _made(
            admin, "/plays/exports", {"from": "2026-11-24", "to": "2026-11-24"}
        ),
        "report_schedule_id": _made(admin, "/report-schedules", {"kind": "daily"}),
        "led_pack_id": make_led_pack(world, admin, make_venue(world)),
        "report_file_id": "r_1",
        "day": "2026-12-24",
        "list_name": "tools",
        "incident_id": f"i_{make_incident(world, make_screen(world))}",
        "notification_target_id": _made(admin, "/notification-targets", TARGET),
        "duty_shift_id": _made(
            admin,
            "/duty-shifts",
            {"unit_id": "u_1", "user_id": sign_in(world, "reviewer").public_id, "days": [1]},
        ),
        "maintenance_id": _made(admin, "/maintenance", _worked_on(world)),
        "exemption_id": _made(admin, "/exemptions", {"selector": selector, **EXEMPTED}),
    }
    return made | {"": ""}


def _worked_on(world: World) -> dict[str, Any]:
    screen = make_screen(world).public_id
    return {"screen_ids": [screen], "until": "2026-12-24T09:00:00+08:00", "reason": "换屏"}


def _attestation(world: World) -> dict[str, Any]:
    venue = f"v_{make_venue(world, access='manual')}"
    days = {"from": "2026-11-23", "to": "2026-11-23", "days": 1}
    return {"venue_id": venue, "plays_per_day": 40, **days}


@pytest.mark.slow
def test_every_change_made_from_an_old_reading_is_refused_with_nothing_changed(
    district: tuple[World, Person, Person],
) -> None:
    world, admin, reviewer = district
    spec = world.visitor().get("/api/openapi.json").get_json()
    ids, passed, tried = _ids(world, admin), [], 0
    for path, methods in spec["paths"].items():
        for method in {"post", "put", "patch", "delete"} & set(methods):
            short = path.removeprefix("/api/v1")
            parameters = methods[method].get("parameters", ())
            if short in UNREAD or (IF_MATCH not in parameters and READ not in parameters):
                continue
            signs = short.startswith("/stop") or short.endswith(("/approve", "/reject"))
            person = reviewer if signs else admin
            full, tried = path.format_map(ids), tried + 1
            answer = person.client.open(
                full, method=method, json=BODIES.get(short, {}), headers={"If-Match": '"old"'}
            )
            if answer.status_code != 412 or not answer.get_json()["detail"]:
                passed.append(f"{method} {short}: {answer.status_code}")

    assert passed == []
    assert tried >= 20


@pytest.mark.slow
def test_a_verdict_without_the_tag_of_the_version_read_is_refused(
    district: tuple[World, Person, Person],
) -> None:
    world, admin, reviewer = district
    spec = world.visitor().get("/api/openapi.json").get_json()
    ids, answers = _ids(world, admin), {}
    for path, methods in spec["paths"].items():
        if READ in methods.get("post", {}).get("parameters", ()):
            short = path.removeprefix("/api/v1")
            answers[short] = {
                reviewer.client.post(
                    path.format_map(ids), json=BODIES.get(short, {}), headers={"If-Match": read}
                ).status_code
                for read in ("", "*")
            }

    nouns = ("asset", "attestation", "campaign", "exemption", "takeover")
    verdicts = {f"/{one}s/{{{one}_id}}/{act}" for one in nouns for act in ("approve", "reject")}
    assert answers == {verdict: {428} for verdict in verdicts}


@pytest.mark.slow
def test_every_object_has_a_tag_with_which_it_can_be_changed(
    district: tuple[World, Person, Person],
) -> None:
    world, admin, reviewer = district
    spec = world.visitor().get("/api/openapi.json").get_json()
    ids, refused = _ids(world, admin), []
    for path, methods in spec["paths"].items():
        short = path.removeprefix("/api/v1")
        if "get" not in methods or not {"patch", "delete"} & set(methods) or short == "/session":
            continue
        person = reviewer if short.startswith("/stop") else admin
        full = path.format_map(ids)
        tag = person.client.get(full).headers["ETag"]
        method = "patch" if "patch" in methods else "delete"
        answer = person.client.open(full, method=method, json={}, headers={"If-Match": tag})
        # A reviewer lifts, a draft isn't withdrawn ...: anything but an old reading.
        if answer.status_code == 412:
            refused.append(f"{method} {short}")

    assert refused == []


def test_an_unchanged_list_is_not_sent_again(
    district: tuple[World, Person, Person],
) -> None:
    _, admin, _ = district
    tag = admin.client.get("/api/v1/units").headers["ETag"]

    again = admin.client.get("/api/v1/units", headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")
