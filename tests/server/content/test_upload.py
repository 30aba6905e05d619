"""Uploads: let in by content, kept once, made fit for screens; refused in words."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import delete

from server.content.assets.renditions import give_up
from server.content.paths import arrivals
from server.foundation.jobs.models import Job
from tests.support.app.inventory import make_unit
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world
from tests.support.factories.sample_files import (
    clip,
    first_part,
    hls_playlist,
    photo,
    svg_drawing,
)
from tests.support.factories.uploads import act, read, ready_image, stored, upload

pytestmark = pytest.mark.slow


def test_a_photo_becomes_a_picture_for_each_class_of_screens(world: World, tmp_path: Path) -> None:
    author = sign_in(world, "publicity")

    answer = upload(author, photo(tmp_path / "现场.jpg"), name="现场.jpg")

    assert answer.status_code == 201
    fresh = answer.json
    assert (fresh["state"], fresh["kind"], fresh["name"]) == ("processing", "image", "现场.jpg")
    assert (fresh["progress"], fresh["duplicate"]) == (0.0, False)
    run_jobs(world.core)
    asset = read(author, fresh["id"])
    assert (asset["state"], asset["progress"], asset["reason"]) == ("ready", None, None)
    assert (asset["width"], asset["height"]) == (640, 480)
    by_class = {one["class"]: one for one in asset["renditions"]}
    assert by_class["landscape-1080p"]["width"] == 1920
    assert by_class["portrait-1080p"]["height"] == 1920
    assert all(world.core.store.has(one["digest"]) for one in asset["renditions"])
    assert asset["thumbnail"].startswith("/files/")
    assert "poster" not in {one["class"] for one in asset["renditions"]}


@pytest.mark.long
def test_a_clip_becomes_a_clip_for_each_class_with_its_exact_length(
    world: World, tmp_path: Path
) -> None:
    author = sign_in(world, "publicity")

    answer = upload(author, clip(tmp_path / "clip.mp4", seconds=1.0))
    assert answer.json["kind"] == "video"
    run_jobs(world.core)

    asset = read(author, answer.json["id"])
    assert (asset["state"], asset["duration_ms"]) == ("ready", 1000)
    assert asset["poster"] is not None
    with author.client.get(asset["filmstrip"]) as strip:
        assert (strip.status_code, strip.mimetype) == (200, "image/jpeg")
    rows = stored(world, asset["id"]).renditions
    assert all(len(row.blocks) == 1 and row.duration_ms == 1000 for row in rows)
    passed_on = author.client.get(f"/api/v1/assets/{asset['id']}/image?shape=9:16")
    assert (passed_on.status_code, passed_on.mimetype) == (200, "image/jpeg")
    with Image.open(BytesIO(passed_on.data)) as picture:
        assert picture.size == (1080, 1920)


def test_the_original_is_kept_and_nothing_is_left_in_the_arrivals(
    world: World, tmp_path: Path
) -> None:
    content = photo(tmp_path / "photo.jpg").read_bytes()
    asset = ready_image(world, sign_in(world), tmp_path)

    assert world.core.originals.path(asset["sha256"]).read_bytes() == content
    assert list(arrivals(world.core).iterdir()) == []
    assert list((world.core.settings.data / "work").iterdir()) == []


def test_the_same_content_again_is_the_same_asset(world: World, tmp_path: Path) -> None:
    author = sign_in(world, "publicity")
    first = ready_image(world, author, tmp_path)

    again = upload(author, tmp_path / "photo.jpg", name="别名.jpg")

    assert again.status_code == 200
    assert again.json["duplicate"] is True
    assert (again.json["id"], again.json["name"]) == (first["id"], first["name"])


def test_another_unit_gets_an_asset_of_its_own_from_the_same_content(
    world: World, tmp_path: Path
) -> None:
    first = ready_image(world, sign_in(world, "publicity", make_unit(world, "甲街道")), tmp_path)
    stranger = sign_in(world, "publicity", make_unit(world, "乙街道"))

    other = upload(stranger, tmp_path / "photo.jpg")

    assert other.status_code == 201
    assert other.json["id"] != first["id"]


def test_a_file_name_is_only_a_label(world: World, tmp_path: Path) -> None:
    answer = upload(sign_in(world), photo(tmp_path / "a.jpg"), name="..\\x/\u202egpj.防诈\x07.exe")

    assert answer.json["name"] == "gpj.防诈.exe"


def test_the_unit_can_be_named_within_the_persons_authority(world: World, tmp_path: Path) -> None:
    street = make_unit(world, "城关街道")
    author = sign_in(world, "publicity")
    stranger = sign_in(world, "publicity", make_unit(world, "别处"))
    path = photo(tmp_path / "a.jpg")

    assert upload(author, path, unit_id=f"u_{street}").json["unit_id"] == f"u_{street}"
    assert upload(stranger, path, unit_id=f"u_{street}").status_code == 404


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda folder: write(folder / "a.jpg", b""), "empty"),
        (lambda folder: svg_drawing(folder / "a.png", folder), "unsupported"),
        (lambda folder: hls_playlist(folder / "a.mp4", folder), "unsupported"),
        (lambda folder: write(folder / "a.mp4", b"<html><script>1</script>"), "unsupported"),
        (lambda folder: write(folder / "a.jpg", b"PK\x03\x04" + bytes(200)), "unsupported"),
    ],
)
def test_what_can_never_be_shown_is_refused_at_once_in_words(
    world: World, tmp_path: Path, make: object, code: str
) -> None:
    assert callable(make)
    answer = upload(sign_in(world), make(tmp_path))

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == code
    assert "上传" in answer.json["detail"] or "导出" in answer.json["detail"]


def test_a_damaged_file_is_rejected_with_reason_and_code_and_may_be_sent_again(
    world: World, tmp_path: Path
) -> None:
    author = sign_in(world, "publicity")
    whole = photo(tmp_path / "whole.jpg")
    half = first_part(tmp_path / "half.jpg", whole)
    asset_id = upload(author, half).json["id"]

    run_jobs(world.core)

    asset = read(author, asset_id)
    assert (asset["state"], asset["code"], asset["renditions"]) == ("rejected", "truncated", [])
    assert "不完整" in asset["reason"]
    english = author.client.get(f"/api/v1/assets/{asset_id}", headers={"Accept-Language": "en"})
    assert "incomplete" in english.json["reason"]
    assert upload(author, half).status_code == 201


def test_an_image_over_the_limit_is_413_whatever_it_is_called(tmp_path: Path) -> None:
    world = make_world(tmp_path, max_image_mb=1)
    path = write(tmp_path / "a.mp4", photo(tmp_path / "a.jpg").read_bytes() + bytes(2**20))

    answer = upload(sign_in(world), path)

    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert "1 MB" in answer.json["detail"]
    assert list(arrivals(world.core).iterdir()) == []


def test_a_form_without_a_file_reports_which_field_is_missing(world: World) -> None:
    answer = sign_in(world).client.post("/api/v1/assets", data={"name": "x"})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/file"


@pytest.mark.parametrize("head", [b"form-data", b'form-data; name="z\\"'])
def test_a_field_without_a_name_is_refused_in_words(world: World, head: bytes) -> None:
    heads = (head, b'form-data; name="file"; filename="a.jpg"')
    parts = [b"--edge\r\nContent-Disposition: %b\r\n\r\nx\r\n" % one for one in heads]
    answer = sign_in(world, "publicity").client.post(
        "/api/v1/assets",
        data=b"".join(parts) + b"--edge--\r\n",
        content_type="multipart/form-data; boundary=edge",
    )

    assert answer.status_code == 422
    assert "没有名称" in answer.json["detail"]


def test_only_those_who_make_content_may_upload(world: World, tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg")
    form = {"file": (BytesIO(path.read_bytes()), "a.jpg")}

    assert upload(sign_in(world, "reviewer"), path).status_code == 403
    assert upload(sign_in(world, "viewer"), path).status_code == 403
    assert world.visitor().post("/api/v1/assets", data=form).status_code == 401


def test_a_photo_can_be_passed_on_as_a_picture_of_a_groups_shape(
    world: World, tmp_path: Path
) -> None:
    author = sign_in(world, "publicity")
    asset_id = ready_image(world, author, tmp_path)["id"]

    answer = author.client.get(f"/api/v1/assets/{asset_id}/image?shape=3:4")

    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    with Image.open(BytesIO(answer.data)) as picture:
        assert picture.size == (1080, 1440)


def test_a_file_of_several_megabytes_arrives_whole(world: World, tmp_path: Path) -> None:
    chen = sign_in(world, role="publicity")
    noise = Image.effect_noise((2400, 2400), 90)
    noise.save(tmp_path / "noise.png")
    size = (tmp_path / "noise.png").stat().st_size

    answer = upload(chen, tmp_path / "noise.png")

    assert size > 4_000_000
    assert answer.status_code == 201, answer.text
    assert answer.json["bytes"] == size


def test_what_the_server_failed_to_process_is_tried_again(world: World, tmp_path: Path) -> None:
    author = sign_in(world, "publicity")
    asset_id = upload(author, photo(tmp_path / "a.jpg")).json["id"]
    give_up(world.core, stored(world, asset_id).id)
    failed = read(author, asset_id)
    with world.core.config.write() as session:
        session.execute(delete(Job))

    answer = act(author, asset_id, "retry")

    assert (failed["state"], failed["code"]) == ("rejected", "failed")
    assert (answer.status_code, answer.json["state"]) == (200, "processing")
    run_jobs(world.core)
    assert read(author, asset_id)["state"] == "ready"
    assert act(author, asset_id, "retry").status_code == 409


def test_a_file_that_was_refused_is_not_processed_again(world: World, tmp_path: Path) -> None:
    author = sign_in(world, "publicity")
    half = first_part(tmp_path / "half.jpg", photo(tmp_path / "whole.jpg"))
    asset_id = upload(author, half).json["id"]
    run_jobs(world.core)

    answer = act(author, asset_id, "retry")

    assert (answer.status_code, answer.json["code"]) == (409, "conflict")
