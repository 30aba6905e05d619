"""A credential that was taken back opens nothing: API, files, socket; nor does a foreign page."""

import pytest

from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.devices.socket_player import SocketPlayer
from tests.support.factories.assets import fetch, make_asset

DIGEST = "a" * 64
PLAYERS = "/api/v1/player/"
FOREIGN = {"Origin": "https://elsewhere.example"}
PLAYERS_POSTS = ("plays", "beat", "clock", "switched")


def test_a_revoked_screen_gets_nowhere(world: World) -> None:
    screen, admin = make_screen(world), sign_in(world, "admin")
    player = world.visitor()
    assert player.get("/api/v1/player/assignment", headers=screen.headers).status_code == 404
    assert SocketPlayer(world, screen).is_connected

    revoked = admin.client.post(f"/api/v1/screens/{screen.public_id}/revoke")

    assert revoked.status_code == 200
    opened = {
        path: player.post(f"/api/v1/player/{path}", json={}, headers=screen.headers).status_code
        for path in PLAYERS_POSTS
    }
    assert opened == dict.fromkeys(PLAYERS_POSTS, 401)
    assert player.get("/api/v1/player/assignment", headers=screen.headers).status_code == 401
    assert fetch(player, f"/files/{DIGEST}", screen.headers).status == 401
    player.set_cookie("anping_files", screen.files_secret, path="/files/")
    assert fetch(player, f"/files/{DIGEST}").status == 401
    assert not SocketPlayer(world, screen).is_connected


def test_a_persons_deleted_token_gets_nowhere(world: World) -> None:
    admin = sign_in(world, "admin")
    make_asset(world)
    made = admin.client.post("/api/v1/tokens", json={"name": "脚本"}).get_json()
    thumbnail = admin.client.get("/api/v1/assets/a_1").get_json()["thumbnail"]
    headers, program = {"Authorization": f"Bearer {made['token']}"}, world.visitor()
    assert fetch(program, thumbnail, headers).status == 200

    admin.client.delete(f"/api/v1/tokens/{made['id']}")

    assert program.get("/api/v1/units", headers=headers).status_code == 401
    assert program.post("/api/v1/units", json={"name": "街道"}, headers=headers).status_code == 401
    assert fetch(program, thumbnail, headers).status == 401


@pytest.mark.slow
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_no_page_of_another_site_changes_anything_on_any_route(world: World, method: str) -> None:
    admin = sign_in(world, "admin")
    rules = [rule for rule in world.app.url_map.iter_rules() if method in (rule.methods or ())]
    let_in = []
    for rule in rules:
        if not rule.rule.startswith("/api/v1/") or rule.rule.startswith(PLAYERS):
            continue
        path = rule.rule.replace("<", "").replace(">", "")
        answer = admin.client.open(path, method=method, json={}, headers=FOREIGN)
        if answer.status_code != 403 or answer.get_json()["code"] != "csrf":
            let_in.append(f"{rule.rule}: {answer.status_code}")

    assert let_in == []


@pytest.mark.slow
def test_a_players_route_ignores_the_session_of_the_same_browser(world: World) -> None:
    admin = sign_in(world, "admin")
    rules = [rule.rule for rule in world.app.url_map.iter_rules() if "POST" in (rule.methods or ())]

    answers = {
        path: admin.client.post(path, json={}, headers=FOREIGN).status_code
        for path in rules
        if path.startswith(PLAYERS)
    }

    assert answers.pop("/api/v1/player/pairing") == 201
    assert {path for path, status in answers.items() if status not in (400, 401, 422)} == set()
