"""The signing key is changed at a bad moment, from old files or into wrong ones."""

from pathlib import Path

import pytest
from sqlalchemy import update

from server.app import build_core
from server.foundation.crypto.signing import (
    Signer,
    load_or_make_signer,
    read_private,
    recovery_paths,
)
from server.foundation.errors import Conflict
from server.foundation.public_ids import number
from server.publishing.assignments.issuer import DesiredState
from server.publishing.assignments.key_rotation import LEAP, Request, rotate
from server.publishing.assignments.signing_keys import former_folder, own_keys, signing_key_path
from server.publishing.models import Assignment
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.devices.key_changes import Player, change, kids, start, waiting
from tests.support.factories.manifests import assign, issue

pytestmark = pytest.mark.slow
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def test_a_screen_whose_code_was_entered_just_before_fetches_the_new_key_alone(
    world: World,
) -> None:
    visitor, wang = world.visitor(), sign_in(world, "publicity")
    size = {"width": 1080, "height": 1920}
    offer = visitor.post(
        "/api/v1/player/pairing", json={"size": size, "player": "1.0.0"}
    ).get_json()
    entered = {"user_code": offer["user_code"], "venue_id": f"v_{make_venue(world)}", "name": "屏"}
    screen_id = number(
        "screen", wang.client.post("/api/v1/screens/pair", json=entered).get_json()["id"]
    )
    assign(world, screen_id, "first")

    change(world)
    fetch = {"grant_type": GRANT, "device_code": offer["device_code"]}
    token = visitor.post("/api/v1/player/token", json=fetch).get_json()
    screen = BoundScreen(screen_id, 0, token["access_token"], "")
    player = Player(world, screen, token["keys"])
    player.live()

    assert (player.trusts, player.refused) == (kids(world), [])
    assert player.version == LEAP + 2
    assert waiting(world) == []


def test_a_server_restored_from_before_the_last_orders_reaches_screens_with_another_key_too(
    world: World, player: Player
) -> None:
    for name in ("second", "third", "fourth"):
        assign(world, player.screen.id, name)
    player.live()
    with world.core.config.write() as session:
        session.execute(update(Assignment).values(version=1))  # as the backup has it

    change(world)
    player.beat()
    player.live()

    assert (player.trusts, player.refused) == (kids(world), [])
    assert waiting(world) == []


@pytest.mark.parametrize("has_news", [True, False])
def test_a_replaced_recovery_key_still_brings_back_those_who_were_away_for_long(
    world: World, player: Player, recovery: Path, tmp_path: Path, *, has_news: bool
) -> None:
    change(world, recovery, tmp_path / "newer.pem")
    world.clock.forward(31 * DAY_MS)
    if has_news:
        issue(world, player.screen.id, DesiredState(renew_below_ms=30 * DAY_MS))
        player.live()
        assert set(player.refused) == {"unknown_key"}
        player.refused.clear()
    before = kids(world)

    done = change(world, recovery)
    player.live()

    assert (done.again, done.screens, done.withdrawn) == (True, 1, [])
    assert (player.trusts, player.refused) == (kids(world), [])
    assert kids(world) == before
    assert waiting(world) == []
    assign(world, player.screen.id, "news")
    player.live()
    assert player.refused == []


def test_a_replaced_recovery_key_replaces_none(
    world: World, player: Player, recovery: Path, tmp_path: Path
) -> None:
    change(world, recovery, tmp_path / "newer.pem")
    before = kids(world)

    with pytest.raises(Conflict) as refused:
        change(world, recovery, tmp_path / "newest.pem")

    assert "isn't the recovery key that screens trust" in refused.value.detail.en
    assert kids(world) == before
    assert len(waiting(world)) == 1
    assert player.refused == []


def test_a_change_that_is_cut_off_leaves_no_screen_with_a_recovery_key_unknown_here(
    world: World, player: Player, tmp_path: Path
) -> None:
    public = recovery_paths(signing_key_path(world.core.settings))[1]
    in_the_way = public.with_suffix(".part")
    in_the_way.mkdir()
    with pytest.raises(Conflict) as refused:
        change(world, new=tmp_path / "first.pem")
    assert "run this command again" in refused.value.detail.en

    start(world)
    assign(world, player.screen.id, "news")
    player.live()
    assert (player.trusts, player.refused) == (kids(world), [])

    in_the_way.rmdir()
    change(world, new=tmp_path / "second.pem")
    player.live()
    assert (player.trusts, player.refused) == (kids(world), [])
    assert player.trusts[1] == Signer(read_private(tmp_path / "second.pem")).kid


def test_a_recovery_that_is_cut_off_can_be_done_again(
    world: World, player: Player, recovery: Path, tmp_path: Path
) -> None:
    public = recovery_paths(signing_key_path(world.core.settings))[1]
    in_the_way = public.with_suffix(".part")
    in_the_way.mkdir()
    with pytest.raises(Conflict) as refused:
        change(world, recovery, tmp_path / "first.pem")
    assert "run this command again" in refused.value.detail.en

    in_the_way.rmdir()
    change(world, recovery, tmp_path / "second.pem")
    player.live()

    assert (player.trusts, player.refused) == (kids(world), [])
    assert player.trusts[1] == Signer(read_private(tmp_path / "second.pem")).kid


@pytest.mark.parametrize("name", ["recovery-key-2.pem", "keys/recovery-key-2.pem", "media/key.pem"])
def test_the_recovery_key_is_never_written_to_where_the_server_keeps_its_own(
    world: World, player: Player, name: str
) -> None:
    data, before = world.core.settings.data, kids(world)
    (data / "media").mkdir(exist_ok=True)
    (data.parent / "stick").symlink_to(data)

    for path in (data / name, data.parent / "stick" / name):
        with pytest.raises(Conflict) as refused:
            change(world, new=path)
        assert "name a file elsewhere" in refused.value.detail.en

    start(world)
    assert kids(world) == before
    assert not (data / name).exists()
    assert waiting(world) == []
    assert player.trusts == before


def test_the_recovery_key_is_never_written_beside_a_signing_key_stored_elsewhere(
    world: World, tmp_path: Path
) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    elsewhere = {"signing_key_file": folder / "signing-key.pem"}
    settings = world.core.settings.model_copy(update=elsewhere)
    load_or_make_signer(folder / "signing-key.pem")
    request = Request(new_recovery=folder / "recovery-key-2.pem")

    with pytest.raises(Conflict) as refused:
        rotate(settings, request, lambda it: build_core(it, world.clock))

    assert "name a file elsewhere" in refused.value.detail.en


@pytest.mark.parametrize("spoilt", [b"", b"-----BEGIN NONSENSE-----", None])
def test_a_former_key_that_can_t_be_read_keeps_no_order_from_other_screens(
    world: World, player: Player, spoilt: bytes | None
) -> None:
    other = make_screen(world)
    assign(world, other.id, "first")
    change(world)
    bound = Player(world, other, list(world.core.signer.public_keys()))
    issue(world, other.id, DesiredState(newly_bound=True))
    change(world)
    for path in former_folder(world.core.settings).glob("*.pem"):
        path.unlink()
        path.mkdir() if spoilt is None else path.write_bytes(spoilt)

    for screen in (player.screen, other):
        assign(world, screen.id, "news")
        issue(world, screen.id, DesiredState(above=10 * LEAP))
    bound.live()
    player.live()

    assert [(one.trusts, one.refused) for one in (bound, player)] == [(kids(world), [])] * 2
    assert len(list(own_keys(world.core))) == 1


def test_what_a_write_that_was_cut_off_left_of_a_stolen_key_goes_too(
    world: World, player: Player, recovery: Path
) -> None:
    folder = former_folder(world.core.settings)
    folder.mkdir()
    left = folder / f"{world.core.signer.kid}.part", folder / "0123456789abcdef.part"
    for path in left:
        path.write_bytes(signing_key_path(world.core.settings).read_bytes())

    change(world, recovery)
    player.live()

    assert list(folder.iterdir()) == []
    assert (player.trusts, player.refused) == (kids(world), [])


def test_a_key_is_never_written_through_a_file_that_somebody_has_put_there(
    world: World, player: Player, tmp_path: Path
) -> None:
    path, theirs = signing_key_path(world.core.settings), tmp_path / "theirs.pem"
    theirs.write_text("")
    path.with_suffix(".part").symlink_to(theirs)
    read_by_all = recovery_paths(path)[1].with_suffix(".part")
    read_by_all.touch(0o666)

    change(world, new=tmp_path / "new.pem")
    player.live()

    assert theirs.read_text() == ""
    assert not path.is_symlink()
    assert recovery_paths(path)[1].stat().st_mode & 0o077 == 0
    assert (player.trusts, player.refused) == (kids(world), [])
