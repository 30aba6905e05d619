"""The signing key is changed: what each screen is given, in which order, and signed with what."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select, update

from server.accounts.models import AuditEntry
from server.app import build_core
from server.foundation.crypto.signing import (
    Signer,
    load_or_make_signer,
    read_private,
    recovery_paths,
)
from server.foundation.errors import Conflict
from server.foundation.runtime.data_folder_lock import InUse, mark_serving
from server.publishing.assignments.issuer import DesiredState
from server.publishing.assignments.key_rotation import LEAP
from server.publishing.assignments.signing_keys import (
    former_folder,
    signing_key_path,
    withdrawn_kids,
)
from server.publishing.models import Assignment
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import make_screen
from tests.support.app.world import World
from tests.support.devices.key_changes import Player, change, kids, newest_kid, waiting
from tests.support.factories.assets import make_asset
from tests.support.factories.manifests import assign, issue

pytestmark = pytest.mark.slow


def test_the_former_key_brings_the_new_one_and_then_signs_no_more(
    world: World, player: Player
) -> None:
    former = world.core.signer.kid
    change(world)
    assert newest_kid(world, player.screen) == former

    player.live()

    assert player.trusts == kids(world)
    assert waiting(world) == []
    assign(world, player.screen.id, "next")
    assert newest_kid(world, player.screen) == world.core.signer.kid
    player.live()
    assert (player.version, player.refused) == (LEAP + 3, [])


def test_a_screen_that_was_away_gets_the_hand_over_first_and_then_the_newest(
    world: World, player: Player
) -> None:
    change(world)
    for name in ("second", "third"):
        assign(world, player.screen.id, name)

    version = player.beat()
    player.poll()
    assert (version, player.version) == (LEAP + 2, LEAP + 2)
    assert player.beat() == LEAP + 4
    player.poll()

    assert (player.version, player.refused) == (LEAP + 4, [])
    assert player.trusts == kids(world)
    assert waiting(world) == []


def test_by_its_tag_alone_a_player_is_given_what_comes_next(world: World, player: Player) -> None:
    change(world)
    assign(world, player.screen.id, "second")

    tag = player.poll(player.poll())

    assert (player.version, player.refused) == (LEAP + 3, [])
    assert player.poll(tag) == tag


def test_a_lost_receipt_costs_nothing(world: World, player: Player) -> None:
    change(world)
    assign(world, player.screen.id, "second")
    player.poll()  # accepted, and the power goes before the receipt
    assign(world, player.screen.id, "third")

    player.beat()
    player.poll()

    assert (player.version, player.refused) == (LEAP + 4, [])


def test_a_screen_that_was_away_twice_changes_over_twice(world: World, player: Player) -> None:
    change(world)
    between = world.core.signer.kid
    change(world)
    assign(world, player.screen.id, "newest")
    assert [one.introduces for one in waiting(world)] == [between, world.core.signer.kid]

    seen = []
    for _ in range(3):
        player.poll()
        player.beat()
        seen.append(player.trusts[0])

    assert seen == [between, world.core.signer.kid, world.core.signer.kid]
    assert (player.version, player.refused) == (2 * LEAP + 4, [])


def test_another_box_on_the_screen_needs_no_hand_over(world: World, player: Player) -> None:
    change(world)
    issue(world, player.screen.id, DesiredState(newly_bound=True))
    bound = Player(world, player.screen, list(world.core.signer.public_keys()))

    bound.poll()

    assert waiting(world) == []
    assert (bound.version, bound.refused) == (LEAP + 3, [])


def test_a_screen_paired_afterwards_has_the_new_key_alone(world: World) -> None:
    change(world)
    screen = make_screen(world)
    assign(world, screen.id, "first")

    assert newest_kid(world, screen) == world.core.signer.kid
    assert waiting(world) == []


def test_who_comes_back_after_months_can_still_change_over(world: World, player: Player) -> None:
    change(world)
    for _ in range(12):
        world.clock.forward(9 * DAY_MS)
        issue(world, player.screen.id, DesiredState(renew_below_ms=30 * DAY_MS))

    player.live()

    assert player.refused == []
    assert player.trusts == kids(world)


def test_a_stolen_key_is_out_of_the_pins_and_off_the_server(
    world: World, player: Player, recovery: Path
) -> None:
    path = signing_key_path(world.core.settings)
    thief = Signer(read_private(path))
    stolen = path.read_bytes()
    done = change(world, recovery)
    assign(world, player.screen.id, "next")

    player.live()

    assert (player.trusts, player.refused) == (kids(world), [])
    assert done.withdrawn == [thief.kid]
    assert withdrawn_kids(world.core.settings) == {thief.kid}
    assert list(former_folder(world.core.settings).iterdir()) == []
    for one in path.parent.rglob("*"):
        assert not one.is_file() or one.read_bytes() not in {stolen, recovery.read_bytes()}
    forged = json.loads(player.accepted or "") | {"version": player.version + 1}
    text = json.dumps(forged)
    player.take({"assignment": text, "kid": thief.kid, "signature": thief.sign(text)})
    assert player.refused == ["unknown_key"]


def test_recovery_goes_on_above_what_a_thief_has_sent(
    world: World, player: Player, recovery: Path
) -> None:
    thief = Signer(read_private(signing_key_path(world.core.settings)))
    text = json.dumps(json.loads(player.accepted or "") | {"version": 900_000})
    player.take({"assignment": text, "kid": thief.kid, "signature": thief.sign(text)})
    assert player.version == 900_000
    change(world, recovery)

    player.poll()

    assert player.version == LEAP + 2
    assert (player.trusts, player.refused) == (kids(world), [])


def test_recovery_reaches_those_who_had_not_taken_an_earlier_change(
    world: World, player: Player, recovery: Path
) -> None:
    change(world)
    change(world, recovery)

    for _ in range(3):
        player.poll()
        player.beat()

    assert (player.trusts, player.refused) == (kids(world), [])


def test_a_server_restored_from_before_a_change_is_put_right_by_recovery(
    world: World, player: Player, recovery: Path
) -> None:
    path, old = signing_key_path(world.core.settings), world.core.signer
    pem = path.read_bytes()
    change(world)
    player.live()
    path.write_bytes(pem)  # as the backup has it: key, pins and versions of before
    object.__setattr__(world.core, "signer", old)
    with world.core.config.write() as session:
        session.execute(update(Assignment).values(pinned=old.kid))
    assign(world, player.screen.id, "next")
    player.poll()
    assert player.refused == ["unknown_key"]

    change(world, recovery)
    player.poll()

    assert player.refused == ["unknown_key"]
    assert player.trusts == kids(world)


def test_a_screen_that_accepts_a_new_signature_counts_as_trusting_it(
    world: World, player: Player
) -> None:
    with world.core.config.write() as session:
        session.execute(update(Assignment).values(pinned="unknown"))
    assign(world, player.screen.id, "next")

    player.live()

    with world.core.config.read() as session:
        assert session.scalar(select(Assignment.pinned)) == world.core.signer.kid


def test_a_screen_that_was_paired_a_moment_ago_changes_over_too(
    world: World, recovery: Path
) -> None:
    make_asset(world, builtin=True, name="等待画面")
    screens = [make_screen(world) for _ in range(2)]
    players = [Player(world, one, list(world.core.signer.public_keys())) for one in screens]

    change(world)
    for one in players:
        one.live()
    assert [(one.trusts, one.refused) for one in players] == [(kids(world), [])] * 2

    later = make_screen(world)
    another = Player(world, later, list(world.core.signer.public_keys()))
    change(world, recovery)
    another.live()
    assert (another.trusts, another.refused) == (kids(world), [])


def test_what_isn_t_the_recovery_key_changes_nothing(world: World, tmp_path: Path) -> None:
    (tmp_path / "other.pem").write_bytes(signing_key_path(world.core.settings).read_bytes())
    (tmp_path / "none.pem").write_text("-----BEGIN NONSENSE-----")
    before = signing_key_path(world.core.settings).read_bytes()

    for name, message in (
        ("other.pem", "isn't the recovery key"),
        ("none.pem", "holds no private"),
    ):
        with pytest.raises(Conflict) as refused:
            change(world, tmp_path / name)
        assert message in refused.value.detail.en

    assert signing_key_path(world.core.settings).read_bytes() == before


def test_a_server_at_work_is_left_alone(world: World) -> None:
    before = signing_key_path(world.core.settings).read_bytes()
    mark_serving(world.core.settings.data)

    with pytest.raises(InUse):
        change(world)

    assert signing_key_path(world.core.settings).read_bytes() == before


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN NONSENSE-----"])
def test_a_lost_key_is_never_replaced_without_a_word(
    world: World, player: Player, recovery: Path, content: bytes | None
) -> None:
    path = signing_key_path(world.core.settings)
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(Conflict):
        build_core(world.core.settings)
    with pytest.raises(Conflict) as refused:
        change(world)
    assert "--recovery" in refused.value.detail.en

    change(world, recovery)
    player.live()

    assert (player.trusts, player.refused) == (kids(world), [])


def test_the_recovery_key_can_be_changed_too(
    world: World, player: Player, recovery: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    change(world, recovery, other)
    player.live()
    assert player.trusts == kids(world)
    assert player.trusts[1] == Signer(read_private(other)).kid
    assert other.stat().st_mode & 0o077 == 0

    with pytest.raises(Conflict):
        change(world, recovery)
    change(world, other)
    player.live()

    assert (player.trusts, player.refused) == (kids(world), [])


def test_screens_that_were_paired_without_a_recovery_key_get_one(
    world: World, tmp_path: Path
) -> None:
    for one in recovery_paths(signing_key_path(world.core.settings)):
        one.unlink()
    signer = load_or_make_signer(signing_key_path(world.core.settings))
    object.__setattr__(world.core, "signer", signer)
    screen = make_screen(world)
    player = Player(world, screen, list(world.core.signer.public_keys()))
    assert len(player.pins) == 1
    assign(world, screen.id, "first")
    player.live()

    made = tmp_path / "made.pem"
    change(world, new=made)
    player.live()

    assert player.trusts == kids(world)
    assert player.trusts[1] == Signer(read_private(made)).kid


def test_a_file_that_is_there_is_not_written_over(world: World, tmp_path: Path) -> None:
    (tmp_path / "there.pem").write_text("something else")

    for name in ("there.pem", "nowhere/new.pem"):
        with pytest.raises(Conflict):
            change(world, new=tmp_path / name)

    assert (tmp_path / "there.pem").read_text() == "something else"


def test_each_change_is_on_record(world: World, player: Player, recovery: Path) -> None:
    first = change(world)
    second = change(world, recovery, recovery.with_name("other.pem"))

    with world.core.config.read() as session:
        query = select(AuditEntry).where(AuditEntry.action.like("server.%")).order_by(AuditEntry.id)
        found = [(one.action, one.object, one.detail) for one in session.scalars(query)]

    assert found == [
        ("server.new_key", first.kid, {"screens": 1}),
        ("server.recover_key", second.kid, {"screens": 1}),
        ("server.new_recovery_key", kids(world)[1], {}),
    ]
