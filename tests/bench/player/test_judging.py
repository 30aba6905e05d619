"""What the camera's judge makes of films: marks, gaps, lateness, black, and the wrong item."""

import pytest

from playlists.wire.model import Asset, Loop, Manifest, Segment, Slot
from tests.bench.player.film import Picture
from tests.bench.player.footage import picture
from tests.bench.player.judging import SAMPLE_INTERVAL_MS, boundaries, changes, out_of_place
from tests.bench.player.marks import (
    BLACK,
    BLANK,
    CELL_PX,
    CELLS,
    LEFT_PX,
    ROWS_PX,
    STILL,
    Mark,
    cells_of,
    read,
)
from tests.bench.player.turning import Turning, judged

SLOT_MS = 1000
KINDS = {1: "image", 2: "video"}
NUMBERS = [1, 2]


@pytest.fixture
def manifest() -> Manifest:
    assets = [
        Asset(digest=str(number) * 64, kind="image", type="image/jpeg", bytes=1, width=1, height=1)
        for number in NUMBERS
    ]
    slots = (Slot(0, SLOT_MS, 0, -1), Slot(SLOT_MS, SLOT_MS, 1, -1))
    return Manifest(
        timezone="Asia/Shanghai",
        assets=tuple(assets),
        campaigns=(),
        loops={"L1": Loop(2 * SLOT_MS, slots)},
        segments=(Segment(0, 3_600_000, "L1", 0),),
        fallback=0,
    )


def film(*runs: tuple[float, int | Mark]) -> list[Picture]:
    """Pictures that begin at these ms, each until the next; the last ends the film."""
    ends = [first for first, _ in runs[1:]]
    return [
        Picture(first, end - 2, (mark if isinstance(mark, Mark) else Mark(mark),) * 3)
        for (first, mark), end in zip(runs, ends, strict=False)
    ]


def seen(manifest: Manifest, pictures: list[Picture]) -> Turning:
    dues = boundaries(manifest, NUMBERS, pictures[0].first_ms + 300, pictures[-1].last_ms - 300)
    return judged(pictures, dues, KINDS, [])


@pytest.mark.parametrize("mark", [Mark(1), Mark(200, 0), Mark(255, STILL - 1)])
def test_a_mark_is_read_as_it_was_drawn(mark: Mark) -> None:
    drawn = picture(mark).convert("L")
    grey = drawn.tobytes()
    for row in ROWS_PX:
        middles = [LEFT_PX + CELL_PX // 2 + place * CELL_PX for place in range(CELLS)]
        cells = bytes(grey[row * drawn.width + x] for x in middles)
        assert read(cells) == mark


def test_half_of_all_cells_are_white_whatever_the_item() -> None:
    assert {sum(cells_of(Mark(item, frame))) for item in range(9) for frame in range(9)} == {
        CELLS // 2
    }


def test_a_dark_row_is_black_and_any_other_colour_is_blank() -> None:
    assert read(bytes(CELLS)) == BLACK
    assert {read(bytes([one] * CELLS)) for one in (41, 128, 255)} == {BLANK}


def test_swaps_within_a_frame_of_the_plan_are_right(manifest: Manifest) -> None:
    turning = seen(manifest, film((0, 1), (1010, 2), (1990, 1), (3000, 2), (3900, 1)))

    assert turning.dark == turning.wrong == ()
    assert turning.in_time() == 1.0
    assert turning.lateness_ms() == [10, -10, 0]
    assert turning.gaps_ms() == [0, 0, 0]


def test_one_black_picture_between_two_items_is_seen(manifest: Manifest) -> None:
    turning = seen(manifest, film((0, 1), (1000, BLACK), (1017, 2), (2000, 1), (2900, 2)))

    assert [one.first_ms for one in turning.dark] == [1000]


def test_black_in_one_place_of_the_glass_alone_is_seen(manifest: Manifest) -> None:
    torn = Picture(1000, 1015, (Mark(2), Mark(2), BLACK))
    pictures = [*film((0, 1), (1000, 1)), torn, *film((1017, 2), (2000, 1), (2900, 2))]

    assert seen(manifest, pictures).dark == (torn,)


def test_a_gap_is_the_time_between_two_whole_pictures(manifest: Manifest) -> None:
    pictures = film((0, 1), (990, BLANK), (1090, 2), (2000, 1), (2900, 2))
    found = list(changes(pictures, boundaries(manifest, NUMBERS, 300, 2600)))

    assert found[0].gap_ms == 1090 - 988 - SAMPLE_INTERVAL_MS
    assert found[1].gap_ms == 0


def test_an_item_that_stays_too_long_is_out_of_place(manifest: Manifest) -> None:
    pictures = film((0, 1), (1100, 2), (2000, 1), (2900, 2))
    dues = boundaries(manifest, NUMBERS, 300, 2600)

    assert out_of_place(pictures, dues) == [pictures[0]]


def test_an_item_that_comes_too_early_is_out_of_place(manifest: Manifest) -> None:
    pictures = film((0, 1), (900, 2), (2000, 1), (2900, 2))
    dues = boundaries(manifest, NUMBERS, 300, 2600)

    assert out_of_place(pictures, dues) == [pictures[1]]


def test_an_item_that_never_came_is_as_late_as_can_be_seen(manifest: Manifest) -> None:
    pictures = film((0, 1), (2900, 2))
    (first, *_) = changes(pictures, boundaries(manifest, NUMBERS, 300, 1600))

    assert first.late_ms >= 800
