"""Slides: fields in, a picture of any size out; an asset with a drawing for each orientation."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.factories.assets import fetch
from tests.support.factories.uploads import act, stored

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]


@pytest.fixture
def author(world: World) -> Person:
    return sign_in(world, "publicity")


def examples(person: Person) -> dict[str, dict[str, Any]]:
    items = person.client.get("/api/v1/slide-templates").json["items"]
    return {
        item["name"]: {field["name"]: field["example"] for field in item["fields"]}
        for item in items
    }


def size_of(content: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(content)) as picture:
        return picture.size


def test_each_template_describes_what_it_asks_for(author: Person) -> None:
    items = author.client.get("/api/v1/slide-templates").json["items"]

    assert len(items) == 7
    wanted = {"name", "type", "required", "example"}
    assert all(wanted <= field.keys() for item in items for field in item["fields"])
    english = author.client.get("/api/v1/slide-templates", headers={"Accept-Language": "en"})
    assert english.json["items"][0]["title"].isascii()


def test_the_examples_of_every_template_make_a_preview_of_exactly_the_requested_size(
    author: Person,
) -> None:
    for name, fields in examples(author).items():
        body = {"template": name, "fields": fields, "width": 1280, "height": 720}
        answer = author.client.post("/api/v1/slides/preview", json=body)

        assert answer.status_code == 200, (name, answer.text)
        assert answer.mimetype == "image/png"
        assert size_of(answer.data) == (1280, 720)


def test_a_slide_is_an_asset_drawn_for_each_orientation(world: World, author: Person) -> None:
    fields = examples(author)["slogan"]

    answer = author.client.post(
        "/api/v1/slides", json={"template": "slogan", "fields": fields, "duration_s": 12}
    )

    assert answer.status_code == 201, answer.text
    asset = answer.json
    assert (asset["kind"], asset["state"], asset["duration_ms"]) == ("image", "ready", 12_000)
    assert asset["slide"] == {"template": "slogan", "fields": fields}
    sizes = {}
    for one in asset["renditions"]:
        file = fetch(author.client, f"/files/{one['digest']}")
        assert file.type == one["type"]
        sizes[one["class"]] = size_of(file.content)
    assert sizes == {"landscape-1080p": (1920, 1080), "portrait-1080p": (1080, 1920)}
    assert all(one["bytes"] < 400_000 for one in asset["renditions"])
    assert list((world.core.settings.data / "work").iterdir()) == []


def test_a_slide_is_signed_off_like_any_asset(world: World, author: Person) -> None:
    body = {"template": "slogan", "fields": examples(author)["slogan"]}
    asset_id = author.client.post("/api/v1/slides", json=body).json["id"]

    act(author, asset_id, "submit")
    assert act(author, asset_id, "approve").status_code == 403
    assert act(sign_in(world, "reviewer"), asset_id, "approve").json["state"] == "approved"
    assert stored(world, asset_id).signed_at == world.clock.now_ms()


def test_wrong_fields_are_named_one_by_one_in_the_readers_language(author: Person) -> None:
    body = {"template": "slogan", "fields": {"lines": ["请拨打 13812345678"], "colours": "x"}}

    answer = author.client.post("/api/v1/slides", json=body)
    english = author.client.post(
        "/api/v1/slides/preview", json=body, headers={"Accept-Language": "en"}
    )

    assert (answer.status_code, answer.json["code"]) == (422, "slide_invalid")
    pointers = {error["pointer"] for error in answer.json["errors"]}
    assert pointers == {"/fields/lines/0", "/fields/colours"}
    assert any("13812345678" in error["detail"] for error in answer.json["errors"])
    assert "not on the allowed list" in english.text


def test_an_unknown_template_and_an_absurd_size_are_explained(author: Person) -> None:
    unknown = author.client.post("/api/v1/slides", json={"template": "x", "fields": {}})
    body = {"template": "slogan", "fields": examples(author)["slogan"], "width": 5, "height": 5}
    tiny = author.client.post("/api/v1/slides/preview", json=body)

    assert (unknown.status_code, unknown.json["errors"][0]["pointer"]) == (422, "/template")
    assert (tiny.status_code, tiny.json["errors"][0]["pointer"]) == (422, "/width")


def test_a_slide_can_be_passed_on_as_a_picture_of_a_groups_shape(author: Person) -> None:
    body = {"template": "slogan", "fields": examples(author)["slogan"]}
    asset_id = author.client.post("/api/v1/slides", json=body).json["id"]

    for shape, size in (("1:1", (1080, 1080)), ("3:4", (1080, 1440)), ("9:16", (1080, 1920))):
        answer = author.client.get(f"/api/v1/assets/{asset_id}/image?shape={shape}")

        assert (answer.status_code, size_of(answer.data)) == (200, size)
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_those_who_make_no_content_make_no_slides(world: World) -> None:
    reviewer = sign_in(world, "reviewer")

    assert reviewer.client.post("/api/v1/slides", json={}).status_code == 403
    assert world.visitor().post("/api/v1/slides", json={}).status_code == 401
