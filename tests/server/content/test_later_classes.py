"""A screen gets a class after assets were made: their renditions follow, and then it shows them."""

import io
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from server.content.assets.rendition_backfill import make_missing
from server.content.assets.renditions import CHECK_INTERVAL_S
from server.content.assets.tasks import wanted_classes
from server.foundation.jobs import service
from server.foundation.jobs.models import Job
from server.foundation.jobs.runner import run_one, sweep
from server.operations.jobs_process.timetable import KINDS
from server.publishing.assignments.rows import load
from server.publishing.service import rebuild
from tests.support.app import office_api
from tests.support.app.clock import DAY_MS, MINUTE_MS
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.factories.assets import make_asset
from tests.support.factories.sample_files import clip
from tests.support.factories.uploads import act, ready_image, stored, upload
from tests.support.plays.shown import files_on

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]

LED = "led-384x64"
SHORT = {"template": "slogan", "fields": {"lines": ["不轻信 不透露 不转账"]}}


def give_class(person: Person, screen: BoundScreen, name: str = LED) -> None:
    url = f"/api/v1/screens/{screen.public_id}"
    answer = person.client.patch(url, json={"rendition_class": name})
    assert answer.status_code == 200, answer.text


def made(world: World, asset_id: str, name: str = LED) -> list[str]:
    """The digests of an asset's renditions of a class."""
    return [one.digest for one in stored(world, asset_id).renditions if one.cls == name]


def jobs(world: World, *kinds: str) -> list[Job]:
    with world.core.config.read() as session:
        return list(session.scalars(select(Job).where(Job.kind.in_(kinds)).order_by(Job.id)))


def size_of(world: World, digest: str) -> tuple[int, int]:
    with Image.open(io.BytesIO(world.core.store.path(digest).read_bytes())) as picture:
        return picture.size


@pytest.fixture
def office(world: World) -> office_api.Office:
    return office_api.open_office(world)


@pytest.mark.long
@pytest.mark.slow
def test_the_screen_shows_its_own_pixels_once_they_are_there(
    world: World, office: office_api.Office, tmp_path: Path
) -> None:
    first, second = make_screen(world), make_screen(world)
    asset = ready_image(world, office.publicity, tmp_path, size=(64, 64))["id"]
    act(office.publicity, asset, "submit")
    act(office.reviewer, asset, "approve")
    office.publish(int(asset.removeprefix("a_")))
    run_jobs(world.core)
    full_hd = set(made(world, asset, "landscape-1080p"))
    admin = sign_in(world, "admin")

    give_class(admin, first)

    assert files_on(world, first.id) & full_hd
    run_jobs(world.core)
    (digest,) = made(world, asset)
    assert size_of(world, digest) == (384, 64)
    assert digest in files_on(world, first.id)
    assert not files_on(world, first.id) & full_hd
    assert files_on(world, second.id) & full_hd
    answer = office.publicity.client.get(f"/api/v1/assets/{asset}").json["renditions"]
    assert [one["class"] for one in answer] == ["landscape-1080p", "portrait-1080p", LED]

    before = len(jobs(world, "make_renditions", "draw_renditions"))
    give_class(admin, second)
    run_jobs(world.core)
    assert made(world, asset) == [digest]
    assert digest in files_on(world, second.id)
    assert len(jobs(world, "make_renditions", "draw_renditions")) == before


@pytest.mark.long
def test_slides_and_the_waiting_picture_are_drawn_for_it_or_explain_why_not(
    world: World, office: office_api.Office
) -> None:
    screen = make_screen(world)
    template = next(one for one in templates(office.publicity) if one["name"] == "case_bulletin")
    case = {one["name"]: one["example"] for one in template["fields"]}
    full = {"template": "case_bulletin", "fields": case}
    short, long = slide(office.publicity, SHORT), slide(office.publicity, full)

    give_class(sign_in(world, "admin"), screen, "led-128x32")
    run_jobs(world.core)

    (digest,) = made(world, short, "led-128x32")
    assert size_of(world, digest) == (128, 32)
    assert made(world, long, "led-128x32") == []
    gap = office.publicity.client.get(f"/api/v1/assets/{long}").json["gaps"]
    assert [(one["class"], one["code"]) for one in gap] == [("led-128x32", "no_room")]
    assert "放不下" in gap[0]["reason"]
    assert "放不下" in office.publicity.client.get(f"/media/{long}").text
    page = office.publicity.client.get(f"/screens/{screen.public_id}").text
    assert f'href="/media/{long}"' in page
    assert "素材已按这块屏的尺寸制作" in page


def slide(person: Person, body: dict[str, Any]) -> str:
    answer = person.client.post("/api/v1/slides", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


def templates(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.client.get("/api/v1/slide-templates").json["items"]
    return found


def test_a_new_slide_is_drawn_for_the_strips_that_there_are_and_a_takeover_changes_to_it(
    world: World, office: office_api.Office
) -> None:
    screen = make_screen(world, rendition_class=LED)
    rebuild(world.core)
    asset = slide(office.publicity, SHORT)
    office.take_over(int(asset.removeprefix("a_")))
    before = takeover_file(world, screen)

    run_jobs(world.core)

    assert before in made(world, asset, "landscape-1080p")
    assert [takeover_file(world, screen)] == made(world, asset)


def takeover_file(world: World, screen: BoundScreen) -> str:
    with world.core.config.read() as session:
        takeover = load(session, [screen.id])[screen.id].takeover
    assert takeover is not None
    return str(takeover["asset"]["digest"])


def test_live_assets_come_first_and_each_asset_is_one_job(
    world: World, office: office_api.Office
) -> None:
    screen = make_screen(world)
    shown = make_asset(world)
    others = [make_asset(world, state="ready") for _ in range(2)]
    make_asset(world, state="withdrawn")
    office.publish(shown)
    run_jobs(world.core)

    give_class(sign_in(world, "admin"), screen)
    run_jobs(world.core)

    done = jobs(world, "make_renditions")
    assert [int(one.ref) for one in done] == [shown, *reversed(others)]
    assert {one.state for one in done} == {"done"}


def test_an_unreadable_original_is_reported(world: World, office: office_api.Office) -> None:
    screen = make_screen(world)
    asset = f"a_{make_asset(world, state='ready')}"

    give_class(sign_in(world, "admin"), screen)
    run_jobs(world.core)

    (gap,) = stored(world, asset).gaps
    assert (gap.cls, gap.code) == (LED, "unsupported")
    assert office.world is world


@pytest.mark.long
def test_what_failed_three_times_is_tried_again_the_next_day(
    world: World, office: office_api.Office, tmp_path: Path
) -> None:
    screen = make_screen(world)
    asset = ready_image(world, office.publicity, tmp_path, size=(64, 64))["id"]
    store = world.core.originals
    original = store.path(stored(world, asset).sha256)
    content = original.read_bytes()
    store.remove(original.name)

    give_class(sign_in(world, "admin"), screen)
    for _ in range(3):
        run_jobs(world.core)
        world.clock.forward(MINUTE_MS)

    (gap,) = stored(world, asset).gaps
    assert gap.code == "failed"
    (tmp_path / "again").write_bytes(content)
    store.add(tmp_path / "again")
    plan_again(world)
    assert len(jobs(world, "make_renditions")) == 1
    world.clock.forward(DAY_MS)
    plan_again(world)
    assert len(made(world, asset)) == 1
    assert stored(world, asset).gaps == []


def plan_again(world: World) -> None:
    """What the timetable does each hour."""
    with world.core.config.write() as session:
        service.enqueue(session, "plan_renditions", "hour", world.clock.now_ms())
    run_jobs(world.core)


@pytest.mark.long
@pytest.mark.slow
def test_a_killed_worker_loses_nothing_and_doubles_nothing_of_a_clip(
    world: World, office: office_api.Office, tmp_path: Path
) -> None:
    screen = make_screen(world)
    asset = upload(office.publicity, clip(tmp_path / "a.mp4", seconds=0.2)).json["id"]
    run_jobs(world.core)
    before = stored(world, asset)
    give_class(sign_in(world, "admin"), screen)
    lost = begin(world, "make_renditions")

    world.clock.forward(MINUTE_MS)
    assert sweep(world.core, KINDS)
    world.clock.forward(MINUTE_MS)
    run_jobs(world.core)

    after = stored(world, asset)
    (strip,) = [one for one in after.renditions if one.cls == LED]
    assert (strip.width, strip.height, strip.type) == (384, 64, "video/mp4")
    assert strip.duration_ms == after.duration_ms
    assert (after.poster, after.filmstrip) == (before.poster, before.filmstrip)
    assert [one.id for one in jobs(world, "make_renditions")] == [lost.id]


def begin(world: World, kind: str) -> Job:
    """Do what comes before a job of that kind, and lease it as a worker does."""
    while True:
        job = service.lease_next(world.core, KINDS)
        assert job is not None
        if job.kind == kind:
            return job
        run_one(world.core, KINDS, job)


@pytest.mark.parametrize("way", ["retired", "changed"])
def test_nothing_is_made_for_a_class_that_went_away(
    world: World, office: office_api.Office, way: str
) -> None:
    screen, asset = make_screen(world), f"a_{make_asset(world, state='ready')}"
    admin = sign_in(world, "admin")
    give_class(admin, screen)
    job = begin(world, "make_renditions")

    if way == "retired":
        admin.client.post(f"/api/v1/screens/{screen.public_id}/retire")
    else:
        give_class(admin, screen, "portrait-1080p")
    run_one(world.core, KINDS, job)
    run_jobs(world.core)

    assert stored(world, asset).gaps == []
    assert made(world, asset) == []
    assert len(jobs(world, "make_renditions")) == 1
    assert office.world is world


@pytest.mark.long
def test_a_job_under_way_stops_when_its_class_goes_away(world: World, tmp_path: Path) -> None:
    author, admin = sign_in(world, "publicity"), sign_in(world, "admin")
    screen = make_screen(world)
    asset = stored(world, ready_image(world, author, tmp_path, size=(64, 64))["id"])
    give_class(admin, screen)
    fractions: list[float] = []

    def retire_then_wait(fraction: float) -> None:
        if not fractions:
            admin.client.post(f"/api/v1/screens/{screen.public_id}/retire")
            time.sleep(CHECK_INTERVAL_S)
        fractions.append(fraction)

    make_missing(world.core, asset.id, wanted_classes, retire_then_wait)

    assert 0 < max(fractions) < 1
    assert made(world, f"a_{asset.id}") == []
