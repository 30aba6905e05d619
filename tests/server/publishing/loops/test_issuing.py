"""Assignments: versions, instants, signatures, and nothing written when nothing is new."""

import json
from typing import Any

import pytest

from server.foundation.crypto.signing import load_or_make_signer
from server.publishing.assignments.issuer import DesiredState
from server.publishing.assignments.payload import VALID_MS
from server.publishing.assignments.rows import AssignmentRecord
from server.publishing.assignments.signing_keys import rotate
from server.simulator.player.verify import TrustState, judge
from tests.support.app.clock import DAY_MS, START_MS
from tests.support.app.inventory import make_screen
from tests.support.app.world import World
from tests.support.factories.manifests import SLOT_MS, assign, issue, picture, store_manifest


def order(row: AssignmentRecord | None) -> dict[str, Any]:
    assert row is not None
    read: dict[str, Any] = json.loads(row.text)
    return read


def takeover(until: int | None = START_MS + 600_000) -> dict[str, Any]:
    warning = picture("warning")
    asset = {"digest": warning.digest, "kind": "image", "type": "image/jpeg", "bytes": 1_000}
    return {
        "id": "t_1",
        "asset": asset,
        "from": START_MS,
        "until": until,
        "label": "紧急预警",
        "drill": False,
    }


@pytest.fixture
def screen(world: World) -> int:
    return make_screen(world).id


def test_the_first_assignment_is_in_force_at_once_for_thirty_days(
    world: World, screen: int
) -> None:
    written = order(assign(world, screen))

    assert written["version"] == 1
    assert written["screen"] == f"s_{screen}"
    assert written["activate_at"] == written["issued_at"] == START_MS
    assert written["expires_at"] == START_MS + VALID_MS
    assert written["takeover"] is None


def test_a_player_that_pinned_the_servers_keys_accepts_it(world: World, screen: int) -> None:
    row = assign(world, screen)
    message = {"assignment": row.text, "kid": row.kid, "signature": row.signature}
    pinned = world.core.signer.public_keys()

    judgement = judge(message, TrustState(f"s_{screen}", None, pinned, START_MS))

    assert judgement.reason is None


def test_a_new_plan_begins_at_a_slot_boundary_of_the_old_one_five_seconds_ahead(
    world: World, screen: int
) -> None:
    assign(world, screen, "old")
    world.clock.forward(SLOT_MS - 4_999)

    written = order(assign(world, screen, "new"))

    assert written["version"] == 2
    assert written["activate_at"] == START_MS + 2 * SLOT_MS


def test_a_boundary_exactly_five_seconds_ahead_is_taken(world: World, screen: int) -> None:
    assign(world, screen, "old")
    world.clock.forward(SLOT_MS - 5_000)

    assert order(assign(world, screen, "new"))["activate_at"] == START_MS + SLOT_MS


def test_screens_that_leave_the_same_plan_leave_it_at_the_same_instant(world: World) -> None:
    screens = [make_screen(world).id for _ in range(3)]
    for screen in screens:
        assign(world, screen, "old")
    world.clock.forward(1_234)

    instants = {order(assign(world, screen, "new"))["activate_at"] for screen in screens}

    assert instants == {START_MS + SLOT_MS}


def test_a_plan_that_replaces_one_not_yet_in_force_is_timed_by_the_one_on_air(
    world: World, screen: int
) -> None:
    assign(world, screen, "one")
    assign(world, screen, "two", "three")
    world.clock.forward(5_000)

    row = assign(world, screen, "four")

    assert row.leaving == store_manifest(world, "one")
    assert row.activate_at == START_MS + SLOT_MS


def test_the_same_desired_state_again_writes_nothing(world: World, screen: int) -> None:
    first = assign(world, screen)

    assert issue(world, screen, DesiredState()) is None
    assert first.version == 1


def test_a_takeover_leaves_plan_and_instant_as_they_are(world: World, screen: int) -> None:
    before = order(assign(world, screen))
    world.clock.forward(60_000)

    after = order(issue(world, screen, DesiredState(takeover=takeover())))

    assert after["takeover"] == takeover()
    assert after["version"] == before["version"] + 1
    assert (after["manifest"], after["activate_at"]) == (
        before["manifest"],
        before["activate_at"],
    )


def test_a_stop_lasts_as_long_as_its_assignment_and_is_sent_once(world: World, screen: int) -> None:
    assign(world, screen)
    stopped = order(issue(world, screen, DesiredState(takeover=takeover(until=None))))

    world.clock.forward(60_000)
    again = issue(world, screen, DesiredState(takeover=takeover(until=None)))

    assert stopped["takeover"]["until"] == stopped["expires_at"]
    assert again is None


def test_withdrawn_files_are_listed_and_left_out_when_there_are_none(
    world: World, screen: int
) -> None:
    plain = order(assign(world, screen))
    file = picture("slide").digest

    revoked = order(issue(world, screen, DesiredState(revoked=(file,))))

    assert "revoked" not in plain
    assert revoked["revoked"] == [file]


def test_an_assignment_is_renewed_only_below_the_time_asked_for(world: World, screen: int) -> None:
    assign(world, screen)
    world.clock.forward(10 * DAY_MS)

    assert issue(world, screen, DesiredState(renew_below_ms=20 * DAY_MS)) is None
    world.clock.forward(1)
    renewed = order(issue(world, screen, DesiredState(renew_below_ms=20 * DAY_MS)))

    assert renewed["expires_at"] == world.clock.now_ms() + VALID_MS


def test_versions_go_on_above_what_the_player_reports(world: World, screen: int) -> None:
    assign(world, screen)

    assert order(issue(world, screen, DesiredState(above=41)))["version"] == 42
    assert issue(world, screen, DesiredState(above=41)) is None


def test_issued_at_never_goes_back_when_the_clock_does(world: World, screen: int) -> None:
    assign(world, screen, "one")
    world.clock.forward(-DAY_MS)

    assert order(assign(world, screen, "two"))["issued_at"] == START_MS


def test_each_round_has_a_serial_above_the_last(world: World) -> None:
    screens = [make_screen(world).id for _ in range(3)]

    serials = [assign(world, screen).serial for screen in screens]

    assert serials == [1, 2, 3]


def test_after_a_rotation_the_trusted_key_introduces_the_new_one(world: World, screen: int) -> None:
    assign(world, screen, "old")
    trusted = world.core.signer.public_keys()

    new_kid = rotate(world.core.settings)
    path = world.core.settings.data / "keys" / "signing-key.pem"
    object.__setattr__(world.core, "signer", load_or_make_signer(path))
    row = assign(world, screen, "new")

    message = {"assignment": row.text, "kid": row.kid, "signature": row.signature}
    judged = judge(message, TrustState(f"s_{screen}", None, trusted, START_MS))
    assert judged.reason is None
    assert order(row)["keys"][0]["kid"] == new_kid


def test_another_player_on_the_screen_gets_the_plan_at_once(world: World, screen: int) -> None:
    assign(world, screen, "old")
    row = assign(world, screen, "new")
    assert row.activate_at > START_MS

    again = order(issue(world, screen, DesiredState(newly_bound=True)))

    assert again["activate_at"] == START_MS
    assert again["version"] == 3
