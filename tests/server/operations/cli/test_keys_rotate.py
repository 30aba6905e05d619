"""`keys rotate` prints its changes, the next steps, and errors."""

import shutil
from pathlib import Path

import pytest

from server.foundation.crypto.signing import Signer, load_or_make_signer, recovery_paths
from server.foundation.runtime.data_folder_lock import mark_serving
from server.publishing.assignments.signing_keys import signing_key_path
from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.manifests import assign
from tests.support.processes.cli import operate, run

pytestmark = pytest.mark.slow


def kid(world: World) -> str:
    return load_or_make_signer(signing_key_path(world.core.settings)).kid


def test_it_names_the_new_key_and_the_next_steps(world: World) -> None:
    assign(world, make_screen(world).id, "one")
    before = kid(world)

    done = run(world, "keys", "rotate")

    assert done.returncode == 0, done.stderr
    assert kid(world) != before
    assert f"The signing key is {kid(world)} now" in done.stdout
    assert "for 1 screens" in done.stdout
    assert "take a backup at once" in done.stdout
    assert "Withdrawn" not in done.stdout


def test_after_a_theft_it_names_the_withdrawn_keys(world: World, tmp_path: Path) -> None:
    kept, other = tmp_path / "taken-away.pem", tmp_path / "other.pem"
    recovery_paths(signing_key_path(world.core.settings))[0].rename(kept)
    before = kid(world)

    done = run(world, "keys", "rotate", "--recovery", str(kept), "--new-recovery", str(other))

    assert done.returncode == 0, done.stderr
    assert f"Withdrawn: {before}" in done.stdout
    assert f"The new recovery key is {other}" in done.stdout
    assert isinstance(load_or_make_signer(signing_key_path(world.core.settings)), Signer)


def test_with_a_replaced_recovery_key_it_reports_that_orders_were_signed_again(
    world: World, tmp_path: Path
) -> None:
    assign(world, make_screen(world).id, "one")
    kept, other = tmp_path / "taken-away.pem", tmp_path / "other.pem"
    recovery_paths(signing_key_path(world.core.settings))[0].rename(kept)
    run(world, "keys", "rotate", "--recovery", str(kept), "--new-recovery", str(other))
    before = kid(world)

    done = run(world, "keys", "rotate", "--recovery", str(kept))

    assert done.returncode == 0, done.stderr
    assert f"the signing key is {before} as before" in done.stdout
    assert "1 screens that were away are signed again" in done.stdout
    assert "take a backup" not in done.stdout
    assert kid(world) == before


def test_the_key_of_a_running_server_is_left_alone(world: World) -> None:
    mark_serving(world.core.settings.data)
    before = kid(world)

    done = run(world, "keys", "rotate")

    assert done.returncode == 1
    assert "the server is running" in done.stderr
    assert kid(world) == before


def test_a_wrong_file_is_reported(world: World, tmp_path: Path) -> None:
    done = run(world, "keys", "rotate", "--recovery", str(tmp_path / "lost.pem"))

    assert done.returncode == 1
    assert "holds no private recovery key" in done.stderr


def test_a_folder_without_a_server_is_reported(tmp_path: Path) -> None:
    done = operate("keys", "rotate", ANPING_DATA=str(tmp_path))

    assert done.returncode == 1
    assert "there is no database" in done.stderr
    assert not (tmp_path / "keys").exists()


def test_a_server_whose_signing_key_is_lost_reports_it_and_does_not_start(world: World) -> None:
    signing_key_path(world.core.settings).unlink()

    done = run(world, "serve")

    assert done.returncode == 1
    assert "keys rotate --recovery FILE" in done.stderr
    assert not signing_key_path(world.core.settings).exists()


def test_a_machine_without_keys_before_the_database_of_a_district_does_not_start(
    world: World,
) -> None:
    sign_in(world, "admin")
    keys = signing_key_path(world.core.settings).parent
    shutil.rmtree(keys)

    for _ in range(2):
        done = run(world, "serve")
        assert done.returncode == 1
        assert "copy the folder keys from the first one" in done.stderr

    assert not list(keys.glob("*.pem"))
