"""Stored columns come back exactly as they were, and take few bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.playlog.store.packing.batch_codec import (
    FIRST,
    PACKED,
    TEXT,
    Columns,
    Placed,
    code_steps,
    pack,
    pack_codes,
    unpack,
    unpack_codes,
    unpack_placed,
)
from server.playlog.store.packing.integer_columns import Steps

NUMBERS = (
    st.integers(-3, 300)
    | st.integers(-(2**31), 2**31)
    | st.integers(-(2**63), 2**63 - 1)
    | st.integers(-(10**30), 10**30)
)
ERRORS = st.none() | st.sampled_from(["asset_failed", "hidden"]) | st.text(max_size=5)


@st.composite
def columns(draw: st.DrawFn) -> Columns:
    count = draw(st.integers(1, 40))

    def column() -> list[int]:
        kind = draw(st.sampled_from([st.just(0), st.integers(0, 9), NUMBERS]))
        return draw(st.lists(kind, min_size=count, max_size=count))

    errors = draw(st.lists(ERRORS, min_size=count, max_size=count))
    return Columns(*(column() for _ in range(8)), error=errors)


@pytest.mark.long
@pytest.mark.slow
@given(columns())
def test_any_columns_come_back(given_columns: Columns) -> None:
    codec, data = pack(given_columns)

    count = len(given_columns.state)
    c = given_columns
    assert unpack(codec, data, count) == c
    placed = unpack_placed(codec, data, count)
    assert placed is None or unfolded(placed) == [
        c.segment, c.cycle, c.slot, c.cause, c.item, c.shown_ms
    ]  # fmt: skip
    assert (placed is None) == (codec == TEXT)


def unfolded(placed: Placed) -> list[list[int]]:
    """Segments, cycles, slots, causes, items and lengths, play by play."""
    beside = dict(placed.beside)
    return [
        held(placed.segment, placed.count),
        held(placed.cycle, placed.count),
        [shift + place for place, shift in enumerate(held(placed.shift, placed.count))],
        held(placed.cause, placed.count),
        [placed.kinds[place] for place in placed.places],
        [placed.usual_ms[kind] + beside.get(place, 0) for place, kind in enumerate(placed.places)],
    ]


def held(steps: Steps, count: int) -> list[int]:
    """Each number until the next step."""
    ends = [*(place for place, _ in steps[1:]), count]
    return [
        number for (place, number), end in zip(steps, ends, strict=True) for _ in range(place, end)
    ]


@given(st.binary(min_size=1, max_size=500))
def test_any_codes_come_back(codes: bytes) -> None:
    packed = pack_codes(codes)

    assert list(unpack_codes(PACKED, packed, len(codes))) == list(codes)
    assert held(code_steps(PACKED, packed, len(codes)), len(codes)) == list(codes)


def test_numbers_beyond_64_bits_are_kept_as_text() -> None:
    absurd = Columns([0], [0], [0], [1], [10**30], [1], [0], [0], [None])

    codec, data = pack(absurd)

    assert codec == TEXT
    assert unpack(codec, data, 1) == absurd


def test_plays_of_a_loop_take_about_four_bytes() -> None:
    count = 50
    lengths = [(10_000, 15_000, 20_000, 30_000)[index % 4] for index in range(count)]
    starts = [sum(lengths[:index]) + index * 7 % 20 for index in range(count)]
    shown = [length - index * 11 % 9 for index, length in enumerate(lengths)]
    items = [1 + index * 7 % 24 for index in range(count)]
    plain = [0] * count

    codec, data = pack(
        Columns(
            plain, plain, list(range(count)), items, starts, shown, plain, plain, [None] * count
        )
    )

    assert codec == PACKED
    assert len(data) < 5 * count


def test_a_play_that_was_cut_short_takes_a_few_bytes_and_widens_no_column() -> None:
    count = 500
    cut = {120, 300}
    shown = [5_000 if index in cut else 15_000 for index in range(count)]
    plain = [0] * count
    codes = bytes(2 if index in cut else 0 for index in range(count))

    codec, data = pack(
        Columns(
            segment=plain,
            cycle=[index // 240 for index in range(count)],
            slot=[index % 240 for index in range(count)],
            item=[1_000 * (index % 9) for index in range(count)],
            start_ms=[15_000 * index for index in range(count)],
            shown_ms=shown,
            state=[1 if index in cut else 0 for index in range(count)],
            cause=plain,
            error=[None] * count,
        )
    )

    assert codec == PACKED
    assert len(data) < 1.4 * count
    assert len(pack_codes(codes)) < 20


def test_columns_that_were_packed_formerly_are_read() -> None:
    data = bytes.fromhex(
        "040000000000010011ed000000000010ff000000070101fe0111983af6ff0a00f0d810270100030007000100"
        "11270000000001ff040000000001ff005b2268696464656e225d"
    )

    assert unpack(FIRST, data, 5) == Columns(
        segment=[0] * 5,
        cycle=[0, 0, 0, 1, 1],
        slot=[237, 238, 239, 0, 1],
        item=[7, 8, 9, 7, 8],
        start_ms=[0, 15_003, 30_000, 45_001, 60_002],
        shown_ms=[15_000, 14_990, 15_000, 5_000, 15_000],
        state=[0, 0, 0, 1, 0],
        cause=[0] * 5,
        error=[None, None, "hidden", None, None],
    )
    assert list(unpack_codes(FIRST, bytes([0, 0, 2]), 3)) == [0, 0, 2]
