"""Files that nothing needs go after 35 days; what a plan, a play or an asset needs stays."""

import os
from pathlib import Path

import pytest

from server.content.models import Asset
from server.foundation.jobs.models import Job
from server.publishing.manifests import file_retention
from server.publishing.models import AssignedTakeover, ManifestAsset, StoredManifest
from server.publishing.tasks import sweep_files
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import make_screen
from tests.support.app.world import World
from tests.support.factories.assets import keep, make_asset
from tests.support.processes.cli import run


def put(world: World, content: bytes, days: float) -> str:
    """A served file that came so many days ago."""
    digest = keep(world, content)
    _age(world, world.core.store.path(digest), days)
    return digest


def put_original(world: World, content: bytes, days: float) -> str:
    path = world.core.settings.data / "original"
    path.write_bytes(content)
    digest = world.core.originals.add(path)
    _age(world, world.core.originals.path(digest), days)
    return digest


def _age(world: World, path: Path, days: float) -> None:
    at_s = (world.clock.now_ms() - days * DAY_MS) / 1000
    os.utime(path, (at_s, at_s))


def plan_names(world: World, digest: str) -> None:
    with world.core.config.write() as session:
        session.add(StoredManifest(digest="ab" * 32, body="{}", made_at=0))
        session.flush()
        session.add(ManifestAsset(manifest="ab" * 32, asset=digest))


def test_files_unused_for_35_days_go_and_younger_ones_stay(world: World) -> None:
    old, young = put(world, b"old", 35.1), put(world, b"young", 34.9)
    upload = put_original(world, b"upload", 36)

    sweep_files(world.core, Job())

    assert not world.core.store.has(old)
    assert world.core.store.has(young)
    assert not world.core.originals.has(upload)


def test_what_an_asset_a_plan_or_a_takeover_needs_stays_for_ever(world: World) -> None:
    original = put_original(world, b"an upload", 400)
    number = make_asset(world, sha256=original)
    with world.core.config.read() as session:
        files = [one.digest for one in session.get_one(Asset, number).renditions]
    planned, taken_over = put(world, b"in a plan", 400), put(world, b"in a takeover", 400)
    for digest in files:
        _age(world, world.core.store.path(digest), 400)
    plan_names(world, planned)
    screen = make_screen(world)
    with world.core.config.write() as session:
        row = {"object": "t_1", "asset": taken_over, "from_ms": 0, "until_ms": 1}
        session.add(AssignedTakeover(screen_id=screen.id, **row))

    put(world, b"nobody's", 400)

    assert file_retention.sweep(world.core) == 1

    assert all(world.core.store.has(digest) for digest in [*files, planned, taken_over])
    assert world.core.originals.has(original)


def test_all_is_well_where_every_file_matches_its_name(world: World) -> None:
    make_asset(world, sha256=put_original(world, b"an upload", 1))

    found = file_retention.verify(world.core)

    assert found.is_well
    assert (found.missing, found.altered) == ({}, {})


@pytest.mark.slow
def test_the_command_names_missing_altered_and_unused_files(world: World) -> None:
    lost, changed = put_original(world, b"lost", 1), put_original(world, b"changed", 1)
    first, second = make_asset(world, sha256=lost), make_asset(world, sha256=changed)
    unused = put(world, b"nobody's", 1)
    assert file_retention.verify(world.core).is_well
    world.core.originals.remove(lost)
    path = world.core.originals.path(changed)
    path.chmod(0o600)
    path.write_bytes(b"chAnged")

    result = run(world, "store", "verify")

    assert result.returncode == 1, result.stderr
    assert f"unused {unused}\n" in result.stdout
    assert f"missing    {lost}  a_{first}\n" in result.stdout
    assert f"altered  {changed}  a_{second}\n" in result.stdout
    assert "缺失 1，被改动 1" in result.stdout


def test_a_changed_file_that_is_served_is_found_with_its_asset(world: World) -> None:
    number = make_asset(world)
    with world.core.config.read() as session:
        digest = session.get_one(Asset, number).renditions[0].digest
    path = world.core.store.path(digest)
    path.write_bytes(path.read_bytes() + b"x")

    assert file_retention.verify(world.core).altered == {digest: [f"a_{number}"]}
