"""How a picture fits screens of another shape is chosen at upload, changed, and signed off."""

from pathlib import Path
from typing import Any

import pytest

from server.content.assets.renditions import process_original
from tests.support.app import office_api
from tests.support.app.inventory import make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.factories import tus_client
from tests.support.factories.assets import make_asset
from tests.support.factories.sample_files import photo
from tests.support.factories.uploads import act, read, send_form, stored, upload
from tests.support.plays.shown import files_on

pytestmark = pytest.mark.slow

URL = "/api/v1/assets/"


def change(person: Person, asset: dict[str, Any], **changes: Any) -> Any:
    tag = person.client.get(URL + asset["id"]).headers["ETag"]
    return person.client.patch(URL + asset["id"], json=changes, headers={"If-Match": tag})


def refit(person: Person, asset_id: str, fit: str) -> Any:
    return person.client.post(f"{URL}{asset_id}/refit", json={"fit": fit})


def files(asset: dict[str, Any]) -> list[str]:
    return [one["digest"] for one in asset["renditions"]]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Square, so that no screen has its shape."""
    return photo(tmp_path / "a.jpg", size=(64, 64))


@pytest.mark.slow
def test_another_fit_is_rendered_and_the_old_one_stays_until_it_is_ready(
    world: World, source: Path
) -> None:
    author = sign_in(world, "publicity")
    asset = upload(author, source).json
    run_jobs(world.core)
    before = read(author, asset["id"])

    answer = change(author, before, fit="crop")

    meanwhile = answer.json
    assert (meanwhile["fit"], meanwhile["state"]) == ("crop", "processing")
    assert files(meanwhile) == files(before)
    assert act(author, asset["id"], "submit").status_code == 409
    run_jobs(world.core)
    after = read(author, asset["id"])
    assert after["state"] == "ready"
    assert [one["class"] for one in after["renditions"]] == ["landscape-1080p", "portrait-1080p"]
    assert not set(files(after)) & set(files(before))
    assert not any(world.core.store.has(digest) for digest in files(before))
    trail = sign_in(world, "admin").client.get("/api/v1/audit").json["items"]
    changed = next(entry for entry in trail if entry["action"] == "asset.change")
    assert changed["detail"] == {"fields": ["fit"]}


@pytest.mark.slow
def test_both_ways_to_upload_take_the_fit(world: World, source: Path) -> None:
    author = sign_in(world, "publicity")
    form = upload(author, source, fit="crop").json
    again = source.read_bytes() + b"\0"
    parts = tus_client.uploaded(author, again, filename="b.jpg", fit="crop")
    plain = tus_client.uploaded(author, again + b"\0", filename="c.jpg")

    run_jobs(world.core)

    cropped = read(author, form["id"])
    assert cropped["fit"] == "crop"
    assert files(read(author, parts)) == files(cropped)
    assert not set(files(read(author, plain))) & set(files(cropped))


def test_a_fit_that_does_not_exist_is_refused_in_words(world: World, source: Path) -> None:
    author = sign_in(world, "publicity")

    form = upload(author, source, fit="stretch")
    parts = tus_client.ask(author, 10, fit="stretch")

    assert (form.status_code, form.json["errors"][0]["pointer"]) == (422, "/fit")
    assert "裁剪填满" in form.json["detail"]
    assert (parts.status_code, parts.json["errors"][0]["pointer"]) == (422, "/Upload-Metadata")
    assert author.client.get("/api/v1/assets").json["items"] == []


def test_a_reader_of_an_older_version_is_refused(world: World) -> None:
    author = sign_in(world, "publicity")
    asset = {"id": f"a_{make_asset(world, author=author.user_id, state='ready')}"}
    tag = author.client.get(URL + asset["id"]).headers["ETag"]
    change(author, asset, name="改过")

    late = author.client.patch(URL + asset["id"], json={"fit": "crop"}, headers={"If-Match": tag})

    assert late.status_code == 412
    assert read(author, asset["id"])["fit"] == "whole"


def test_a_choice_that_changes_while_it_is_processed_isnt_answered_with_the_old_one(
    world: World, source: Path
) -> None:
    author = sign_in(world, "publicity")
    asset = upload(author, source).json

    def meanwhile(_fraction: float) -> None:
        if read(author, asset["id"])["fit"] == "whole":
            change(author, asset, fit="crop")

    process_original(world.core, stored(world, asset["id"]).id, meanwhile)

    half = read(author, asset["id"])
    assert (half["state"], half["renditions"]) == ("processing", [])
    run_jobs(world.core)
    assert read(author, asset["id"])["state"] == "ready"


def test_a_slide_has_no_fit(world: World) -> None:
    author = sign_in(world, "publicity")
    slide = {"template": "slogan", "fields": {"lines": ["不轻信"]}}
    asset = {"id": f"a_{make_asset(world, author=author.user_id, state='ready', slide=slide)}"}

    answer = change(author, asset, fit="crop")

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/fit")
    assert read(author, asset["id"])["fit"] is None


def test_a_signed_off_asset_keeps_its_fit(world: World) -> None:
    author = sign_in(world, "publicity")
    asset = {"id": f"a_{make_asset(world, author=author.user_id)}"}
    withdrawn = {"id": f"a_{make_asset(world, author=author.user_id, state='withdrawn')}"}

    refusals = [change(author, one, fit="crop") for one in (asset, withdrawn)]

    assert [(one.status_code, one.json["code"]) for one in refusals] == [(409, "replace")] * 2
    assert refit(author, asset["id"], "whole").status_code == 409


@pytest.mark.slow
def test_another_fit_of_live_content_takes_its_place_once_signed_off(
    world: World, source: Path
) -> None:
    office = office_api.open_office(world)
    screen = make_screen(world).id
    asset = upload(office.publicity, source, name="海报").json
    run_jobs(world.core)
    act(office.publicity, asset["id"], "submit")
    act(office.reviewer, asset["id"], "approve")
    office.publish(int(asset["id"].removeprefix("a_")))
    run_jobs(world.core)
    old = set(files(read(office.publicity, asset["id"])))
    assert files_on(world, screen) & old

    made = refit(office.publicity, asset["id"], "crop")

    successor = made.json
    assert (made.status_code, successor["fit"], successor["name"]) == (201, "crop", "海报")
    assert successor["replaces"] == asset["id"]
    again = refit(office.publicity, asset["id"], "crop")
    assert (again.status_code, again.json["id"]) == (200, successor["id"])
    run_jobs(world.core)
    new = set(files(read(office.publicity, successor["id"])))
    assert files_on(world, screen) & old
    act(office.publicity, successor["id"], "submit")
    assert act(office.publicity, successor["id"], "approve").status_code == 403
    act(office.reviewer, successor["id"], "approve")
    run_jobs(world.core)
    assert files_on(world, screen) & new
    assert not files_on(world, screen) & old


def test_a_new_version_has_the_old_ones_fit_by_default(world: World, source: Path) -> None:
    author = sign_in(world, "publicity")
    asset_id = f"a_{make_asset(world, author=author.user_id, fit='crop')}"

    same = send_form(author, f"{URL}{asset_id}/replace", source).json
    other = send_form(author, f"{URL}{asset_id}/replace", source, fit="whole").json

    assert (same["fit"], other["fit"]) == ("crop", "whole")
