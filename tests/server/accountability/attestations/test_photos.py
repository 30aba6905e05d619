"""Photos as evidence: re-encoded by the server, kept as long as needed, seen by few."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from server.foundation.jobs.service import enqueue
from server.foundation.rest.security_headers import LARGEST_BODY
from server.publishing.manifests.file_retention import sweep, verify
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import make_unit
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, sign_in
from tests.support.factories.assets import Fetched, fetch, make_asset
from tests.support.factories.sample_files import clip, first_part, photo, svg_drawing
from tests.support.factories.uploads import ready_image, send_form
from tests.support.reporting.coverage import Town

PATH = "/api/v1/attestations"


@pytest.fixture
def author(town: Town) -> Person:
    town.becomes(5)
    return sign_in(town.world, "publicity")


@pytest.fixture
def attestation(town: Town, author: Person) -> str:
    attestation_id: str = town.attests(author, town.manual()).json["id"]
    return attestation_id


def sent(person: Person, attestation: str, path: Path, **fields: str) -> Any:
    return send_form(person, f"{PATH}/{attestation}/photos", path, **fields)


def picture_of(person: Person, attestation: str) -> Fetched:
    """The first photo as served."""
    found = person.client.get(f"{PATH}/{attestation}").json["photos"][0]
    return fetch(person.client, found["url"])


@pytest.mark.slow
def test_served_photos_are_re_encoded_without_camera_metadata(
    town: Town, author: Person, attestation: str
) -> None:
    path = town.folder / "phone.jpg"
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SecretPhone", 6
    exif.get_ifd(0x8825)[2] = (30.0, 16.0, 0.0)
    Image.new("RGB", (4000, 3000), "navy").save(path, exif=exif)

    answer = sent(author, attestation, path)
    served = picture_of(author, attestation)

    assert answer.status_code == 201
    assert (answer.json["photos"][0]["width"], answer.json["photos"][0]["height"]) == (1200, 1600)
    assert served.headers["Content-Type"] == "image/jpeg"
    assert b"SecretPhone" not in served.content
    image = Image.open(BytesIO(served.content))
    assert (image.size, dict(image.getexif())) == ((1200, 1600), {})
    assert "private" in served.headers["Cache-Control"]
    assert served.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.slow
def test_a_small_picture_stays_as_large_as_it_is(
    town: Town, author: Person, attestation: str
) -> None:
    sent(author, attestation, photo(town.folder / "small.jpg", size=(320, 200)))

    assert Image.open(BytesIO(picture_of(author, attestation).content)).size == (320, 200)


@pytest.mark.slow
def test_the_same_photo_is_kept_once(town: Town, author: Person, attestation: str) -> None:
    path = photo(town.folder / "a.jpg")

    answers = [sent(author, attestation, path) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 200]
    assert len(answers[1].json["photos"]) == 1


@pytest.mark.slow
def test_other_files_are_refused_in_words(town: Town, author: Person, attestation: str) -> None:
    text = town.folder / "a.jpg"
    text.write_bytes(b"hello, this is text\n" * 99)
    moving = town.folder / "moving.gif"
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    frames[0].save(moving, save_all=True, append_images=frames[1:], duration=200)
    files = [
        text,
        first_part(town.folder / "half.jpg", photo(town.folder / "whole.jpg")),
        svg_drawing(town.folder / "x.svg", town.folder / "names"),
        clip(town.folder / "clip.mp4"),
        moving,
    ]

    for path in files:
        answer = sent(author, attestation, path)
        assert answer.status_code == 422, path
        assert answer.json["detail"]
    assert author.client.post(f"{PATH}/{attestation}/photos", json={}).status_code == 422
    assert author.client.get(f"{PATH}/{attestation}").json["photos"] == []


@pytest.mark.slow
def test_nine_are_enough(town: Town, author: Person, attestation: str) -> None:
    sizes = [(320, 200 + 10 * number) for number in range(10)]
    answers = [
        sent(author, attestation, photo(town.folder / f"{number}.jpg", size=size))
        for number, size in enumerate(sizes)
    ]

    assert [one.status_code for one in answers] == [201] * 9 + [409]
    assert answers[-1].json["code"] == "enough"


@pytest.mark.slow
def test_who_may_not_see_the_attestation_sees_no_photo_by_any_way(
    town: Town, author: Person, attestation: str
) -> None:
    found = sent(author, attestation, photo(town.folder / "a.jpg")).json["photos"][0]
    stranger = sign_in(town.world, "publicity", make_unit(town.world, "外街道"))

    assert stranger.client.get(found["url"]).status_code == 404
    assert town.world.visitor().get(found["url"]).status_code == 401
    assert author.client.get(f"/files/{found['digest']}").status_code == 404
    assert author.client.get(f"{PATH}/{attestation}/photos/{'0' * 64}").status_code == 404


@pytest.mark.slow
def test_after_the_verdict_none_is_added(town: Town, author: Person, attestation: str) -> None:
    sent(author, attestation, photo(town.folder / "a.jpg"))
    sign_in(town.world, "reviewer").client.post(f"{PATH}/{attestation}/approve")

    answer = sent(author, attestation, photo(town.folder / "b.jpg", size=(500, 300)))

    assert answer.status_code == 409


@pytest.mark.slow
def test_a_photo_is_kept_when_files_that_nobody_needs_are_swept(
    town: Town, author: Person, attestation: str
) -> None:
    sent(author, attestation, photo(town.folder / "a.jpg"))
    town.world.clock.forward(400 * DAY_MS)
    reader = sign_in(town.world, "viewer")

    sweep(town.world.core)
    run_jobs(town.world.core)

    assert picture_of(reader, attestation).status == 200
    assert verify(town.world.core).unneeded == []


@pytest.mark.slow
def test_a_photo_is_kept_when_an_asset_of_the_same_file_is_deleted(
    town: Town, author: Person, attestation: str
) -> None:
    found = sent(author, attestation, photo(town.folder / "a.jpg")).json["photos"][0]
    with town.world.core.config.write() as session:
        enqueue(session, "forget_file", found["digest"], town.world.clock.now_ms())

    run_jobs(town.world.core)

    assert picture_of(author, attestation).status == 200


@pytest.mark.slow
def test_a_missing_photo_is_reported_with_its_use(
    town: Town, author: Person, attestation: str
) -> None:
    found = sent(author, attestation, photo(town.folder / "a.jpg")).json["photos"][0]
    town.world.core.store.remove(found["digest"])

    assert verify(town.world.core).missing == {found["digest"]: [attestation]}


@pytest.mark.slow
def test_a_photo_as_large_as_phones_take_them_is_let_in(
    town: Town, author: Person, attestation: str
) -> None:
    path = town.folder / "large.jpg"
    noise = Image.frombytes("RGB", (2400, 1800), os.urandom(2400 * 1800 * 3))
    noise.save(path, quality=97)
    assert path.stat().st_size > LARGEST_BODY

    assert sent(author, attestation, path).status_code == 201


@pytest.mark.slow
def test_pictures_of_the_library_may_be_named_at_once(town: Town, author: Person) -> None:
    asset = ready_image(town.world, author, town.folder)["id"]

    answer = town.attests(author, town.manual(), photos=[asset])

    assert answer.status_code == 201
    assert [one["user_id"] for one in answer.json["photos"]] == [author.public_id]
    assert picture_of(author, answer.json["id"]).status == 200
    author.client.delete(f"/api/v1/assets/{asset}")
    run_jobs(town.world.core)
    assert picture_of(author, answer.json["id"]).status == 200


def test_only_pictures_in_scope_become_photos(town: Town) -> None:
    here, elsewhere = make_unit(town.world, "东街"), make_unit(town.world, "西街")
    town.becomes(5)
    person, venue = sign_in(town.world, "publicity", here), town.manual(unit=here)
    clip_of_ours = f"a_{make_asset(town.world, unit=here, kind='video')}"
    foreign = f"a_{make_asset(town.world, unit=elsewhere)}"

    clips = town.attests(person, venue, photos=[clip_of_ours])
    others = [town.attests(person, venue, photos=[one]) for one in (foreign, "a_999")]
    many = town.attests(person, venue, photos=["a_1"] * 10)

    assert (clips.status_code, clips.json["errors"][0]["pointer"]) == (422, "/photos/0")
    assert [one.status_code for one in others] == [404, 404]
    assert others[0].json == others[1].json
    assert (many.status_code, many.json["errors"][0]["pointer"]) == (422, "/photos")
    assert person.client.get(PATH).json["items"] == []
