"""Deleting and expiry: unused assets go, files included; expired ones leave the screens."""

import os
import time
from datetime import date
from pathlib import Path

import pytest

from server.content.assets.renditions import process_original
from server.content.assets.tasks import clear_arrivals, expire_assets
from server.content.events import AssetWithdrawn
from server.content.paths import arrivals, works
from server.foundation.jobs.models import Job
from server.foundation.jobs.service import enqueue, lease_next
from server.operations.jobs_process.timetable import KINDS
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import make_unit
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.factories.assets import fetch, make_asset
from tests.support.factories.sample_files import clip
from tests.support.factories.uploads import act, read, ready_image, upload

pytestmark = pytest.mark.slow


def test_a_deleted_asset_takes_its_files_along(world: World, tmp_path: Path) -> None:
    author = sign_in(world, "publicity")
    asset = ready_image(world, author, tmp_path)
    digest = asset["renditions"][0]["digest"]

    assert author.client.delete(f"/api/v1/assets/{asset['id']}").status_code == 204
    run_jobs(world.core)
    assert author.client.get(f"/api/v1/assets/{asset['id']}").status_code == 404
    assert world.core.store.has(digest), "it may come back out of the bin"

    world.clock.forward(31 * DAY_MS)
    with world.core.config.write() as session:
        enqueue(session, "empty_bin", "night", world.core.clock.now_ms())
    run_jobs(world.core)

    assert not world.core.store.has(digest)
    assert not world.core.originals.has(asset["sha256"])


def test_files_that_another_units_asset_needs_stay(world: World, tmp_path: Path) -> None:
    one = sign_in(world, "publicity", make_unit(world, "甲街道"))
    other = sign_in(world, "publicity", make_unit(world, "乙街道"))
    first, second = ready_image(world, one, tmp_path), ready_image(world, other, tmp_path)

    one.client.delete(f"/api/v1/assets/{first['id']}")
    run_jobs(world.core)

    assert world.core.originals.has(second["sha256"])
    assert fetch(other.client, second["thumbnail"]).status == 200


def test_numbers_of_deleted_assets_are_never_used_again(world: World) -> None:
    author = sign_in(world, "publicity")
    first = make_asset(world, state="ready")
    author.client.delete(f"/api/v1/assets/a_{first}")

    assert make_asset(world, state="ready") > first


def test_a_submitted_asset_is_withdrawn_before_it_is_deleted(world: World) -> None:
    author = sign_in(world, "publicity")
    asset_id = f"a_{make_asset(world, state='ready')}"
    act(author, asset_id, "submit")

    assert author.client.delete(f"/api/v1/assets/{asset_id}").status_code == 409
    act(author, asset_id, "withdraw")
    assert author.client.delete(f"/api/v1/assets/{asset_id}").status_code == 204


def test_an_asset_is_shown_through_its_last_day_and_then_taken_off(world: World) -> None:
    author = sign_in(world, "publicity")
    number = make_asset(world, expires_on=date(2026, 11, 24))
    notices: list[AssetWithdrawn] = []
    world.core.events.listen(AssetWithdrawn, notices.append)

    expire_assets(world.core, Job())
    on_the_day = read(author, f"a_{number}")["state"]
    world.clock.forward(DAY_MS)
    sign_in_again(world, author)
    expire_assets(world.core, Job())

    assert (on_the_day, read(author, f"a_{number}")["state"]) == ("approved", "withdrawn")
    assert notices == [AssetWithdrawn(number)]


def test_abandoned_uploads_are_cleared_after_a_day(world: World) -> None:
    folder = arrivals(world.core)
    old, fresh = folder / "upload-old", folder / "upload-fresh"
    for path, age_s in ((old, 25 * 3600), (fresh, 60)):
        path.write_bytes(b"x")
        _set_age(world, path, age_s)

    clear_arrivals(world.core, Job())

    assert list(folder.iterdir()) == [fresh]


def _set_age(world: World, path: Path, age_s: int) -> None:
    at_s = world.clock.now_ms() / 1000 - age_s
    os.utime(path, (at_s, at_s))


@pytest.mark.long
@pytest.mark.slow
def test_processing_stops_soon_after_its_asset_was_deleted(world: World, tmp_path: Path) -> None:
    """The clip takes longer than the check for its asset; nothing of it is kept."""
    author = sign_in(world, "publicity")
    answer = upload(author, clip(tmp_path / "long.mp4", seconds=20.0))
    job = lease_next(world.core, KINDS)
    assert job is not None
    fractions: list[float] = []

    def delete_at_once(fraction: float) -> None:
        if not fractions:
            author.client.delete(f"/api/v1/assets/{answer.json['id']}")
        fractions.append(fraction)

    began = time.monotonic()
    process_original(world.core, int(job.ref), delete_at_once)

    print(f"stopped after {time.monotonic() - began:.1f} s at {fractions[-1]:.0%}")
    assert fractions[-1] < 0.95
    assert [
        path for path in (world.core.settings.data / "files").rglob("*") if path.is_file()
    ] == []
    assert list(works(world.core).iterdir()) == []
