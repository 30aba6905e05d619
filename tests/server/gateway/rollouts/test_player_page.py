"""The player's page is open to any kiosk, and changes only when its files do."""

from pathlib import Path

import pytest

from server.gateway.rollouts.builds import DIST
from tests.support.app.inventory import root_unit
from tests.support.app.world import World, make_world

BUILT = (DIST / "sw.js").exists()


@pytest.fixture
def kiosk(world: World) -> World:
    if not BUILT:
        pytest.skip("the player isn't built here: npm run build")
    return world


def test_the_page_is_never_cached(kiosk: World) -> None:
    answer = kiosk.visitor().get("/player/", buffered=True)

    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_service_worker_is_never_cached(kiosk: World) -> None:
    answer = kiosk.visitor().get("/player/sw.js", buffered=True)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "javascript" in answer.mimetype


def test_files_named_by_their_content_are_kept(kiosk: World) -> None:
    (script,) = [file.name for file in DIST.glob("player.*.js")]

    answer = kiosk.visitor().get(f"/player/{script}", buffered=True)

    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["../package.json", "..%2fpackage.json", "nothing.js"])
def test_nothing_beside_the_build_is_served(world: World, name: str) -> None:
    assert world.visitor().get(f"/player/{name}").status_code == 404


def test_the_settings_name_the_district(world: World) -> None:
    root_unit(world)

    answer = world.visitor().get("/player/config.json")

    assert answer.get_json() == {
        "name": "本区", "allow_insecure": False, "timezone": "Asia/Shanghai", "player": "",
    }  # fmt: skip
    assert answer.headers["Cache-Control"] == "no-cache"


def test_insecure_players_are_allowed_by_setting_only(tmp_path: Path) -> None:
    world = make_world(tmp_path, allow_insecure_players=True)

    assert world.visitor().get("/player/config.json").get_json()["allow_insecure"] is True


def test_only_named_sites_may_embed_the_player(tmp_path: Path) -> None:
    world = make_world(tmp_path, embed_origins="https://lobby.example")

    def ancestors(path: str) -> str:
        policy = world.visitor().get(path, buffered=True).headers["Content-Security-Policy"]
        return policy.partition("frame-ancestors ")[2]

    assert ancestors("/player/?embed=1") == "https://lobby.example"
    assert ancestors("/player/") == "'self'"
