"""Reads are as large as a client's frames allow: what holds up nobody."""

from server.foundation.websocket.read_size import (
    FIRST_BYTES,
    LEAST_BYTES,
    MANY,
    MOST_BYTES,
    is_flood,
    next_size,
)


def test_a_large_message_is_read_in_ever_larger_pieces() -> None:
    size, sizes = FIRST_BYTES, []
    while size < MOST_BYTES:
        size = next_size(size, size, frames=0)
        sizes.append(size)

    assert sizes == [2_048, 4_096, 8_192, 16_384]
    assert next_size(size, size, frames=0) == MOST_BYTES


def test_what_was_read_to_its_end_asks_for_no_more_the_next_time() -> None:
    assert next_size(FIRST_BYTES, FIRST_BYTES - 1, frames=1) == FIRST_BYTES


def test_after_many_frames_in_one_read_reads_are_small() -> None:
    assert next_size(MOST_BYTES, MOST_BYTES, frames=MANY + 1) == LEAST_BYTES


def test_only_the_smallest_frames_are_a_flood() -> None:
    head_of_a_frame, head_of_an_event = 6, len('42/screen,["beat",{}]')

    assert is_flood(LEAST_BYTES, LEAST_BYTES // head_of_a_frame)
    assert not is_flood(LEAST_BYTES, LEAST_BYTES // (head_of_a_frame + head_of_an_event))
    assert not is_flood(MOST_BYTES, MOST_BYTES // head_of_a_frame)
