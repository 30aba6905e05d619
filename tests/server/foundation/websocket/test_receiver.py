"""What a client sends is read whole, however it is cut, or refused with the protocol's code."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.foundation.websocket.wire.receiver import Message, Receiver, Violation
from tests.support.network.raw_socket import masked

LIMIT = 1_000

pieces = st.lists(st.binary(max_size=300), min_size=1, max_size=4)
controls = st.lists(st.tuples(st.sampled_from([9, 10]), st.binary(max_size=125)), max_size=2)


def feed(data: bytes, cut: int = 0) -> list[Message]:
    """All messages of these bytes, given in two parts."""
    receiver, found = Receiver(LIMIT), list[Message]()
    receiver.feed(data[:cut], found)
    receiver.feed(data[cut:], found)
    return found


def refused(data: bytes) -> int:
    """The code with which these bytes are refused."""
    with pytest.raises(Violation) as caught:
        feed(data)
    return caught.value.code


@pytest.mark.slow
@given(st.lists(pieces, max_size=4), controls, st.data())
def test_messages_come_out_whole_wherever_the_bytes_are_cut(
    messages: list[list[bytes]], between: list[Message], data: st.DataObject
) -> None:
    wire, expected = b"", list[Message]()
    for parts in messages:
        for place, part in enumerate(parts):
            last = 0x80 if place == len(parts) - 1 else 0
            wire += masked(last | (0 if place else 2), part)
            if not last:
                wire += b"".join(masked(0x80 | opcode, body) for opcode, body in between)
                expected += between
        expected.append((2, b"".join(parts)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))

    receiver, found = Receiver(10_000), list[Message]()
    for low, high in zip([0, *cuts], [*cuts, len(wire)], strict=True):
        receiver.feed(wire[low:high], found)

    assert found == expected


@given(st.binary(max_size=2_000))
def test_no_bytes_at_all_break_it_or_are_kept_beyond_the_limit(noise: bytes) -> None:
    receiver, found = Receiver(LIMIT), list[Message]()
    with suppress(Violation):
        receiver.feed(noise, found)

    assert all(len(payload) <= LIMIT for _, payload in found)


def test_text_is_refused_that_is_not_utf8() -> None:
    assert refused(masked(0x81, b"\xce\xba\xff")) == 1007
    assert refused(masked(0x01, "屏".encode()[:1]) + masked(0x80, b"x")) == 1007


def test_a_character_may_be_cut_between_two_pieces() -> None:
    whole = "安屏".encode()

    assert feed(masked(0x01, whole[:2]) + masked(0x80, whole[2:])) == [(1, whole)]


def test_too_large_a_frame_is_refused_by_its_head_alone() -> None:
    assert refused(masked(0x82, bytes(LIMIT + 1))[:4]) == 1009
    assert refused(masked(0x02, bytes(600)) + masked(0x80, bytes(600))) == 1009
    assert feed(masked(0x82, bytes(LIMIT))) == [(2, bytes(LIMIT))]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x81\x01x", id="not masked"),
        pytest.param(masked(0xC1, b"x"), id="a reserved bit"),
        pytest.param(masked(0x83, b"x"), id="a reserved opcode"),
        pytest.param(masked(0x8B, b"x"), id="a reserved control opcode"),
        pytest.param(masked(0x09, b"x"), id="a ping in pieces"),
        pytest.param(masked(0x89, bytes(126)), id="a long ping"),
        pytest.param(masked(0x80, b"x"), id="a piece of nothing"),
        pytest.param(masked(0x01, b"x") + masked(0x81, b"y"), id="a message within another"),
        pytest.param(masked(0x88, b"\x03"), id="half a code"),
        pytest.param(masked(0x88, b"\x03\xed"), id="code 1005 on the wire"),
        pytest.param(masked(0x88, b"\x00\x00"), id="code 0"),
    ],
)
def test_what_the_protocol_forbids_is_refused(data: bytes) -> None:
    assert refused(data) == 1002


def test_the_reason_of_a_goodbye_is_text() -> None:
    assert refused(masked(0x88, b"\x03\xe8\xff")) == 1007
    assert feed(masked(0x88, b"\x03\xe8bye")) == [(8, b"\x03\xe8bye")]
    assert feed(masked(0x88, b"")) == [(8, b"")]


def test_frames_before_a_fault_are_received() -> None:
    receiver, found = Receiver(LIMIT), list[Message]()

    with pytest.raises(Violation):
        receiver.feed(masked(0x81, b"heard") + masked(0x83, b"x"), found)

    assert found == [(1, b"heard")]
