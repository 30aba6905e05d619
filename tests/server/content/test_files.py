"""Files go to people whose scope has them and to screens whose plans name them, to nobody else."""

from pathlib import Path

import pytest

from server.content.models import Asset
from server.inventory.enrolment.device_auth_api import FILES_COOKIE
from server.publishing.models import ManifestAsset, StoredManifest, Tenure
from tests.support.app.inventory import BoundScreen, make_screen, make_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.factories.assets import fetch, make_asset
from tests.support.factories.uploads import ready_image, stored

MANIFEST = "ab" * 32


@pytest.fixture
def author(world: World) -> Person:
    return sign_in(world, "publicity", make_unit(world, "甲街道"))


@pytest.fixture
def asset(world: World, author: Person) -> Asset:
    number = make_asset(world, unit=author.unit_id, author=author.user_id)
    return stored(world, f"a_{number}")


@pytest.fixture
def url(asset: Asset) -> str:
    return f"/files/{asset.renditions[0].digest}"


def name_in_plan(world: World, screen: BoundScreen, digest: str) -> None:
    now_ms = world.clock.now_ms()
    with world.core.config.write() as session:
        session.add(StoredManifest(digest=MANIFEST, body="{}", made_at=now_ms))
        session.flush()
        session.add(ManifestAsset(manifest=MANIFEST, asset=digest))
        session.add(
            Tenure(screen_id=screen.id, manifest=MANIFEST, version=1, from_ms=now_ms, reported=True)
        )


@pytest.mark.slow
def test_a_person_fetches_what_his_scope_has_with_the_right_headers(
    author: Person, asset: Asset, url: str
) -> None:
    answer = fetch(author.client, url)

    assert (answer.status, answer.type) == (200, "image/jpeg")
    assert len(answer.content) == asset.renditions[0].bytes
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    caching = {word.strip() for word in answer.headers["Cache-Control"].split(",")}
    assert {"private", "immutable"} <= caching
    assert "public" not in caching


def test_a_part_of_a_file_is_206(author: Person, url: str) -> None:
    whole = fetch(author.client, url).content

    part = fetch(author.client, url, {"Range": "bytes=3-6"})
    beyond = fetch(author.client, url, {"Range": f"bytes={len(whole)}-"})

    assert (part.status, part.content) == (206, whole[3:7])
    assert part.headers["Content-Range"] == f"bytes 3-6/{len(whole)}"
    assert beyond.status == 416


@pytest.mark.slow
def test_thumbnails_are_fetched_like_renditions(
    world: World, author: Person, tmp_path: Path
) -> None:
    thumbnail = ready_image(world, author, tmp_path)["thumbnail"]

    assert fetch(author.client, thumbnail).type == "image/jpeg"


def test_strangers_get_404_and_nobodies_401(world: World, url: str) -> None:
    stranger = sign_in(world, "admin", make_unit(world, "乙街道"))

    assert fetch(stranger.client, url).status == 404
    assert fetch(world.visitor(), url).status == 401


@pytest.mark.parametrize("name", ["0" * 64, "x", "..%2f..%2fkeys%2fsecret-key", "A" * 64])
def test_an_unknown_file_is_404(author: Person, name: str) -> None:
    assert fetch(author.client, f"/files/{name}").status == 404


@pytest.mark.slow
def test_an_original_is_never_served(author: Person, asset: Asset) -> None:
    assert fetch(author.client, f"/files/{asset.sha256}").status == 404


def test_a_screen_fetches_what_its_plan_names_by_token_or_by_its_cookie(
    world: World, url: str
) -> None:
    screen = make_screen(world)
    with_cookie = world.visitor()
    with_cookie.set_cookie(FILES_COOKIE, screen.files_secret)
    assert fetch(world.visitor(), url, screen.headers).status == 404

    name_in_plan(world, screen, url.removeprefix("/files/"))

    assert fetch(world.visitor(), url, screen.headers).status == 200
    assert fetch(with_cookie, url).status == 200


def test_a_screen_fetches_nothing_that_only_another_screens_plan_names(
    world: World, url: str
) -> None:
    name_in_plan(world, make_screen(world), url.removeprefix("/files/"))

    assert fetch(world.visitor(), url, make_screen(world).headers).status == 404


def test_a_wrong_token_is_refused(world: World, url: str) -> None:
    answer = world.visitor().get(url, headers={"Authorization": "Bearer ans_wrong"})

    assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")
