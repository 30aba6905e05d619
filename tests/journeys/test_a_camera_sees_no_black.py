"""What a camera before the glass sees of the real player and of pages known to show black.

Real: the server, the signed plan, the player, Chromium over a whole screen, media that went
through the pipeline. The camera (`tests/bench/player/`) looks at the screen's pixels from outside.
How exactly swaps keep their time is measured on a quiet machine by `make bench-player`; here others
are at work beside, so only what must hold on any machine is held.
"""

from pathlib import Path

import pytest

from tests.bench.player.controls import control
from tests.bench.player.footage import KINDS, Item, make_items
from tests.bench.player.turning import Turning, turning

pytestmark = pytest.mark.timeout(900)

SLOT_S = 1
SHORT, LONG = 20, 300
BUSY_MS = 700  # how late a swap may be on a machine that encodes and compiles beside


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[Item]:
    return make_items(tmp_path_factory.mktemp("camera"), KINDS, SLOT_S)


def shows_each_item_and_nothing_between(seen: Turning) -> None:
    late = sorted(seen.lateness_ms())
    print(
        f"{len(seen.changes)} changes, {seen.pictures} pictures, {len(seen.dark)} black or blank, "
        f"late {late[len(late) // 2]:.0f} ms, at most {late[-1]:.0f} ms"
    )
    assert len(seen.orders()) == 4
    assert min(seen.orders().values()) >= len(seen.changes) // 5
    assert seen.dark == ()
    assert late[-1] < BUSY_MS


@pytest.mark.browser
def test_between_images_and_videos_there_is_never_a_black_picture(
    items: list[Item], tmp_path: Path
) -> None:
    seen = turning(tmp_path, items, SHORT, SLOT_S)

    assert len(seen.changes) == SHORT
    shows_each_item_and_nothing_between(seen)


@pytest.mark.soak
def test_there_is_none_in_hundreds_of_changes_either(items: list[Item], tmp_path: Path) -> None:
    seen = turning(tmp_path, items, LONG, SLOT_S)

    assert len(seen.changes) == LONG
    shows_each_item_and_nothing_between(seen)


@pytest.mark.browser
def test_the_same_camera_sees_black_where_one_element_gets_new_addresses(
    items: list[Item], tmp_path: Path
) -> None:
    seen = control(tmp_path, items, "naive", 4, SLOT_S)

    assert seen.black.total() > 0
