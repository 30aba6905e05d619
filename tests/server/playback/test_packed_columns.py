"""Stored columns come back exactly as they were, and take few bytes."""

from hypothesis import given
from hypothesis import strategies as st

from server.playback.codec import PACKED, TEXT, Columns, pack, unpack

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
    return Columns(*(column() for _ in range(8)), errors)


@given(columns())
def test_any_columns_come_back(given_columns: Columns) -> None:
    codec, data = pack(given_columns)

    assert unpack(codec, data, len(given_columns.state)) == given_columns


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
