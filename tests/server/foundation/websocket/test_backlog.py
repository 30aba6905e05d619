"""What a full kernel buffer holds up goes out unbroken, and is never much."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.foundation.websocket.backlog import CAP, EVENT, NEEDED, Backlog
from server.foundation.websocket.wire.frames import TEXT, frame
from tests.support.network.websocket_frames import read_frame


def kernel(*takes: int) -> tuple[Callable[[bytes], int], bytearray]:
    """A socket that takes so many bytes, call by call, and none after that; what it took."""
    taken, left = bytearray(), list(takes)

    def send(data: bytes) -> int:
        if not left or not left[0]:
            del left[:1]
            raise BlockingIOError
        size = min(left.pop(0), len(data))
        taken.extend(data[:size])
        return size

    return send, taken


def drain(backlog: Backlog) -> bytes:
    """All that it holds."""
    send, taken = kernel(*[1 << 20] * 10_000)
    assert backlog.flush(send)
    return bytes(taken)


def test_a_frame_that_went_out_in_part_is_finished_first() -> None:
    backlog = Backlog(b"est")
    backlog.add(b"next", EVENT)

    assert drain(backlog) == b"estnext"


def test_of_assignments_and_manifests_only_the_newest_is_kept() -> None:
    backlog = Backlog(b"")
    for number in range(1_000):
        assert backlog.add(b"m%03d" % number, "manifest")
        assert backlog.add(b"a%03d" % number, "assignment")

    assert drain(backlog) == b"m999a999"
    assert backlog.dropped == 2 * 999


def test_other_events_are_dropped_beyond_the_cap() -> None:
    backlog = Backlog(b"")
    for _ in range(1_000):
        assert backlog.add(bytes(1_000), EVENT)

    assert len(backlog) <= CAP
    assert backlog.dropped == 1_000 - CAP // 1_000


def test_a_refused_essential_event_raises() -> None:
    backlog = Backlog(b"")
    assert all(backlog.add(bytes(1_000), NEEDED) for _ in range(CAP // 1_000))

    assert not backlog.add(bytes(1_000), NEEDED)


def test_what_went_out_makes_room() -> None:
    backlog = Backlog(b"")
    assert backlog.add(bytes(CAP), NEEDED)
    drain(backlog)

    assert backlog.add(bytes(CAP), NEEDED)


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(
            st.sampled_from([EVENT, NEEDED, "assignment", "manifest", "ping"]),
            st.binary(max_size=400),
        ),
        max_size=60,
    ),
    st.lists(st.integers(0, 300), max_size=60),
)
def test_the_stream_is_whole_frames_whatever_the_kernel_takes(
    messages: list[tuple[str, bytes]], takes: list[int]
) -> None:
    first = frame(TEXT, b"first")
    backlog = Backlog(first[3:])
    send, taken = kernel(*takes)
    for kind, payload in messages:
        backlog.add(frame(TEXT, payload), kind)
        backlog.flush(send)
    stream = first[:3] + bytes(taken) + drain(backlog)

    payloads = {payload for _, payload in messages} | {b"first"}
    assert all(one in payloads for one in unframed(stream))


def unframed(stream: bytes) -> list[bytes]:
    """The payloads of whole frames."""
    source, found, size = io.BytesIO(stream), [], 0
    while (one := read_frame(source)) is not None:  # type: ignore[arg-type] # reads as a buffered stream does
        found.append(one.payload)
        size = source.tell()
    assert size == len(stream), "the last frame isn't whole"
    return found
