"""A photo on the spot: by whom, until when, and the parts of the file that are kept."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from server.accounts.models import AuditEntry
from server.accounts.roles import Role
from tests.support.app.clock import HOUR_MS, MINUTE_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import open_office
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.factories.sample_files import clip, photo, svg_drawing
from tests.support.factories.screenshots import make_pictured, poster
from tests.support.factories.uploads import send_form
from tests.support.reporting.spot_checks import make_check, screen_on_air, stored

pytestmark = pytest.mark.slow

API = "/api/v1/spot-checks"


@pytest.fixture
def contact(world: World) -> Person:
    return sign_in(world, "venue")


@pytest.fixture
def screen(world: World, contact: Person) -> BoundScreen:
    return screen_on_air(world, contacts=(contact.user_id,))


def wanted(world: World, screen: BoundScreen, **fields: Any) -> int:
    """A check that asks for a photo within ten minutes."""
    due = world.clock.now_ms() + 10 * MINUTE_MS
    return make_check(world, screen, **{"kind": "photo", "state": "asked", "due_at": due, **fields})


def hand_in(person: Person, number: int, file: Path) -> Any:
    return send_form(person, f"{API}/z_{number}/photo", file)


def from_a_phone(folder: Path, size: tuple[int, int] = (3000, 2000)) -> Path:
    """A photo held sideways, with the place where it was taken in it."""
    path = folder / "IMG_1.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[1] = "N"
    poster("navy", 2, size).save(path, "JPEG", exif=exif, quality=95)
    return path


def test_stored_photos_are_re_encoded_without_place_and_device(
    world: World, screen: BoundScreen, contact: Person, tmp_path: Path
) -> None:
    number = wanted(world, screen)

    answer = hand_in(contact, number, from_a_phone(tmp_path))

    assert answer.status_code == 201, answer.text
    assert (answer.json["state"], answer.json["late"]) == ("answered", False)
    assert answer.json["answered_by"] == contact.public_id
    kept = sign_in(world, "reviewer").client.get(answer.json["picture"]).data
    assert len(kept) <= 300_000
    assert b"SecretPhone" not in kept
    picture = Image.open(io.BytesIO(kept))
    assert picture.size == (1067, 1600)  # upright
    assert not picture.getexif()
    folder = world.core.settings.data
    assert [one for name in ("incoming", "work") for one in (folder / name).glob("*")] == []
    with world.core.config.read() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert (last.action, last.user_id) == ("spot_check.photo", contact.user_id)


def test_noise_too_is_small_enough(
    world: World, screen: BoundScreen, contact: Person, tmp_path: Path
) -> None:
    path = tmp_path / "noise.jpg"
    Image.effect_noise((2400, 1800), 250).convert("RGB").save(path, quality=95)
    number = wanted(world, screen)

    answer = hand_in(contact, number, path)

    assert len(contact.client.get(answer.json["picture"]).data) <= 300_000


def test_recent_content_is_beside_it(world: World, tmp_path: Path) -> None:
    office = open_office(world)
    screen = make_screen(world, venue=make_venue(world))
    assets = [make_pictured(world, poster("navy", at), name=f"图{at}") for at in (2, 5)]
    office.publish(*assets, target={"kind": "filler"})
    run_jobs(world.core)
    world.clock.forward(5 * MINUTE_MS)
    number = wanted(world, screen)

    answer = hand_in(office.publicity, number, photo(tmp_path / "a.jpg"))

    assert answer.status_code == 201, answer.text
    assert {one["name"] for one in answer.json["meant"]} == {"图2", "图5"}
    sheet = office.publicity.client.get(answer.json["meant_picture"])
    assert Image.open(io.BytesIO(sheet.data)).size == (960, 270)


def test_one_that_comes_late_is_kept_and_marked(
    world: World, screen: BoundScreen, contact: Person, tmp_path: Path
) -> None:
    in_time, late, over = (wanted(world, screen) for _ in range(3))
    file = photo(tmp_path / "a.jpg")

    world.clock.forward(10 * MINUTE_MS)
    assert hand_in(contact, in_time, file).json["late"] is False
    world.clock.forward(1)
    assert contact.client.get(f"{API}/z_{late}").json["state"] == "no_answer"
    answer = hand_in(contact, late, file)
    assert (answer.status_code, answer.json["late"]) == (201, True)
    world.clock.forward(24 * HOUR_MS)
    sign_in_again(world, contact)
    gone = hand_in(contact, over, file)
    assert (gone.status_code, gone.json["code"]) == (409, "over")


def test_a_photo_is_taken_once_and_only_where_one_was_asked_for(
    world: World, screen: BoundScreen, contact: Person, tmp_path: Path
) -> None:
    number, shot = wanted(world, screen), make_check(world, screen, state="asked")
    file = photo(tmp_path / "a.jpg")
    assert hand_in(contact, number, file).status_code == 201
    first = stored(world, number).answered_at

    world.clock.forward(1_000)
    for one in (number, shot):
        answer = hand_in(contact, one, file)
        assert (answer.status_code, answer.json["code"]) == (409, "no_photo_asked")
    assert stored(world, number).answered_at == first


@pytest.mark.parametrize("role", ["publicity", "admin"])
def test_the_office_may_take_it_too(
    world: World, screen: BoundScreen, tmp_path: Path, role: Role
) -> None:
    number = wanted(world, screen)

    assert hand_in(sign_in(world, role), number, photo(tmp_path / "a.jpg")).status_code == 201


@pytest.mark.parametrize("role", ["reviewer", "viewer", "transport", "auditor"])
def test_others_may_not(world: World, screen: BoundScreen, tmp_path: Path, role: Role) -> None:
    number = wanted(world, screen)

    assert hand_in(sign_in(world, role), number, photo(tmp_path / "a.jpg")).status_code == 403
    assert stored(world, number).state == "asked"


def test_a_contact_of_another_venue_finds_neither_check_nor_picture(
    world: World, screen: BoundScreen, contact: Person, tmp_path: Path
) -> None:
    number = wanted(world, screen)
    neighbour = sign_in(world, "venue")
    make_venue(world, contacts=(neighbour.user_id,))
    stranger = sign_in(world, "publicity", make_unit(world))
    file = photo(tmp_path / "a.jpg")

    for other in (neighbour, stranger):
        assert hand_in(other, number, file).status_code == 404
        assert hand_in(other, 999, file).status_code == 404
    assert hand_in(contact, number, file).status_code == 201
    for other in (neighbour, stranger):
        assert other.client.get(f"{API}/z_{number}/picture").status_code == 404
    assert contact.client.get(f"{API}/z_{number}/picture").status_code == 200


def test_an_invalid_picture_is_refused_and_nothing_is_stored(
    world: World, screen: BoundScreen, contact: Person, tmp_path: Path
) -> None:
    number = wanted(world, screen)
    text = tmp_path / "photo.jpg"
    text.write_bytes(b"hello, this is text\n" * 99)
    cut = tmp_path / "cut.jpg"
    whole = photo(tmp_path / "whole.jpg").read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    names = tmp_path / "names.txt"
    names.write_text("x", encoding="utf-8")
    moving = tmp_path / "moving.gif"
    frames = [poster("navy", at, (64, 48)) for at in (1, 5)]
    frames[0].save(moving, save_all=True, append_images=frames[1:], duration=200)
    drawing = svg_drawing(tmp_path / "a.svg", names)

    for file in (text, cut, clip(tmp_path / "a.mp4"), moving, drawing):
        answer = hand_in(contact, number, file)
        assert answer.status_code == 422, (file, answer.text)
        assert answer.json["detail"]
    assert contact.client.post(f"{API}/z_{number}/photo", json={}).status_code == 422
    assert stored(world, number).state == "asked"


def test_one_over_the_limit_is_too_large(tmp_path: Path) -> None:
    from tests.support.app.world import make_world

    world = make_world(tmp_path / "small", max_image_mb=1)
    contact = sign_in(world, "venue")
    screen = screen_on_air(world, contacts=(contact.user_id,))
    large = tmp_path / "large.jpg"
    large.write_bytes(photo(tmp_path / "a.jpg").read_bytes() + b"\0" * (2 * 1024 * 1024))

    assert hand_in(contact, wanted(world, screen), large).status_code == 413
