"""A camera's view of the real player, and of pages known to show black.

Real: the server, the signed plan, the player, Chromium over a whole screen, media that went through
the pipeline. The camera (`tests/bench/player/`) reads the screen's pixels from outside.

How exactly swaps keep their time is measured on a quiet machine by `make bench-player`; here others
are at work beside, so only rules for any machine are checked: no black, and the plan's order.
"""

from pathlib import Path

import pytest

from tests.bench.player.controls import control
from tests.bench.player.footage import KINDS, Item, make_items
from tests.bench.player.judging import AROUND_MS
from tests.bench.player.turning import Turning, turning
from tests.support.defect import Defect

pytestmark = pytest.mark.timeout(900)

SLOT_S = 1
SHORT, LONG = 20, 300


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[Item]:
    return make_items(tmp_path_factory.mktemp("camera"), KINDS, SLOT_S)


def shows_each_item_and_nothing_between(seen: Turning) -> None:
    report(seen)
    if seen.dark:
        raise Defect(f"{len(seen.dark)} black or blank pictures, the first {seen.dark[0]}")
    assert len(seen.orders()) == 4
    assert min(seen.orders().values()) >= len(seen.changes) // 5
    comes_in_order(seen)


def comes_in_order(seen: Turning) -> None:
    """Of the changes that the camera found, each later one came later; most were found."""
    came = [one.shown_ms for one in seen.changes if one.late_ms < AROUND_MS]
    assert len(came) > len(seen.changes) // 2
    assert came == sorted(set(came))


def report(seen: Turning) -> None:
    """The milliseconds, for who reads on: `make bench-player` judges them."""
    late = sorted(seen.lateness_ms())
    print(
        f"{len(seen.changes)} changes, {seen.pictures} pictures, {len(seen.dark)} black or blank, "
        f"late {late[len(late) // 2]:.0f} ms, at most {late[-1]:.0f} ms"
    )


@pytest.mark.long
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


@pytest.mark.long
@pytest.mark.browser
def test_the_same_camera_sees_black_where_one_element_gets_new_addresses(
    items: list[Item], tmp_path: Path
) -> None:
    seen = control(tmp_path, items, "naive", 4, SLOT_S)

    assert seen.black.total() > 0
