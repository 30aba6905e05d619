"""Whether material is AI-generated is asked at upload, kept with it, and shown at sign-off."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from media.ai.label import of_info
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.factories import tus_client
from tests.support.factories.sample_files import photo
from tests.support.factories.uploads import act, read, upload

pytestmark = pytest.mark.slow

SLIDE = {"template": "slogan", "fields": {"lines": ["不轻信 不透露 不转账"]}}
URL = "/api/v1/assets/"
LABEL = {"Label": "1", "ContentProducer": "某平台", "ProduceID": "77"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return photo(tmp_path / "a.jpg", size=(320, 180))


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "b.jpg"
    Image.new("RGB", (320, 180), (80, 90, 100)).save(
        path, comment=json.dumps({"AIGC": LABEL}, ensure_ascii=False).encode()
    )
    return path


def sent(person: Person, path: Path, **fields: str) -> dict[str, Any]:
    answer = upload(person, path, **fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


def label_of(world: World, asset: dict[str, Any]) -> dict[str, str] | None:
    """The contents of the rendition's metadata."""
    with Image.open(world.core.store.path(asset["renditions"][0]["digest"])) as opened:
        return of_info(opened.info)


def change(person: Person, asset: dict[str, Any], **changes: Any) -> Any:
    tag = person.client.get(URL + asset["id"]).headers["ETag"]
    return person.client.patch(URL + asset["id"], json=changes, headers={"If-Match": tag})


def test_the_authors_declaration_is_kept_and_written_into_the_renditions(
    world: World, source: Path
) -> None:
    author = sign_in(world)
    asset = sent(author, source, ai="unmarked")
    assert (asset["ai"], asset["ai_label"]) == ("unmarked", None)
    run_jobs(world.core)
    ready = read(author, asset["id"])

    label = label_of(world, ready)
    assert label is not None
    assert (label["Label"], label["ContentPropagator"], label["PropagateID"]) == (
        "1", "本区", asset["id"],
    )  # fmt: skip


def test_nobody_has_to_declare_it_and_then_it_is_unknown(world: World, source: Path) -> None:
    author = sign_in(world)
    asset = sent(author, source)
    run_jobs(world.core)

    assert read(author, asset["id"])["ai"] is None
    page = author.client.get(f"/media/{asset['id']}?lang=zh").text
    assert "<dt>AI 生成合成</dt><dd>未说明</dd>" in page
    assert upload(author, source, ai="perhaps").status_code == 422


def test_uploads_in_parts_declare_it_too(world: World, source: Path) -> None:
    author = sign_in(world)
    made = tus_client.uploaded(author, source.read_bytes(), filename="a.jpg", ai="marked")

    assert read(author, made)["ai"] == "marked"


def test_a_files_own_label_is_found_and_held_against_its_author(
    world: World, labelled: Path
) -> None:
    author = sign_in(world)
    asset = sent(author, labelled, ai="none")
    run_jobs(world.core)
    ready = read(author, asset["id"])

    assert ready["ai_label"]["ContentProducer"] == "某平台"
    label = label_of(world, ready)
    assert label is not None
    assert (label["ProduceID"], label["ContentPropagator"]) == ("77", "本区")
    page = author.client.get(f"/media/{asset['id']}?lang=zh").text
    assert "作者说明不含 AI 生成合成内容，但文件自带的标识" in page
    assert "属于，生成者 某平台，编号 77" in page


def test_a_change_of_mind_before_sign_off_renders_the_pictures_again(
    world: World, source: Path
) -> None:
    author = sign_in(world)
    asset = sent(author, source, ai="none")
    run_jobs(world.core)
    before = read(author, asset["id"])

    meanwhile = change(author, before, ai="unmarked")
    assert (meanwhile.status_code, meanwhile.json["state"]) == (200, "processing")
    run_jobs(world.core)
    after = read(author, asset["id"])
    assert (after["state"], after["ai"]) == ("ready", "unmarked")
    assert after["renditions"][0]["digest"] != before["renditions"][0]["digest"]
    assert label_of(world, after) is not None


def test_what_makes_no_difference_to_the_pictures_renders_none_again(
    world: World, source: Path
) -> None:
    author = sign_in(world)
    asset = sent(author, source)
    run_jobs(world.core)

    assert change(author, asset, ai="none").json["state"] == "ready"


def test_what_was_signed_off_keeps_its_declaration(world: World, source: Path) -> None:
    author, reviewer = sign_in(world), sign_in(world, "reviewer")
    asset = sent(author, source, ai="unmarked")
    run_jobs(world.core)
    act(author, asset["id"], "submit")
    seen = reviewer.client.get(f"/media/{asset['id']}?lang=zh").text
    assert "含 AI 生成合成内容，画面右下角已加“AI 生成”标识" in seen
    act(reviewer, asset["id"], "approve")
    act(author, asset["id"], "withdraw")

    refused = change(author, asset, ai="none")
    assert (refused.status_code, refused.json["code"]) == (409, "replace")
    again = author.client.post(f"{URL}{asset['id']}/refit", json={"fit": "crop"}).json
    assert again["ai"] == "unmarked"


def test_a_slide_is_drawn_from_a_template_and_not_asked_for_it(world: World) -> None:
    author = sign_in(world)
    made = author.client.post("/api/v1/slides", json=SLIDE)
    slide = made.json

    assert change(author, slide, ai="unmarked").status_code == 422
    assert "AI 生成合成" not in author.client.get(f"/media/{slide['id']}?lang=zh").text


def test_the_picture_for_groups_has_mark_and_label_too(world: World, source: Path) -> None:
    author = sign_in(world)
    asset = sent(author, source, ai="unmarked")
    run_jobs(world.core)
    answer = author.client.get(f"{URL}{asset['id']}/image?shape=1:1")

    assert b"TC260:AIGC" in answer.data


def test_the_sheet_to_be_signed_states_it_for_each_picture(world: World, source: Path) -> None:
    author = sign_in(world)
    asset = sent(author, source, ai="marked")
    run_jobs(world.core)
    items = [{"asset_id": asset["id"], "duration_s": 8}]
    listed = author.client.post("/api/v1/playlists", json={"name": "一", "items": items}).json
    campaign = author.client.post(
        "/api/v1/campaigns",
        json={
            "name": "年末宣传", "playlist_id": listed["id"], "starts_on": "2026-11-25",
            "ends_on": "2026-12-31", "target": {"kind": "plays_per_hour", "value": 6},
            "selector": {"all": True},
        },
    ).json  # fmt: skip
    sheet = author.client.get(f"/campaigns/{campaign['id']}/approval-sheet?lang=zh").text

    assert "AI 生成合成：含，画面上已有标识" in sheet
