"""Messages are compressed one by one, for clients that offer it; nobody can inflate one."""

import json
import zlib
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.foundation.websocket.wire.deflate import agrees, deflated
from server.foundation.websocket.wire.receiver import Message, Receiver, Violation
from server.publishing.assignments.outbox import knock
from tests.support.app.inventory import BoundScreen
from tests.support.app.world import World
from tests.support.devices.socket_player import BOOT
from tests.support.factories.manifests import assign
from tests.support.network.raw_socket import RawSocket, masked
from tests.support.processes.web_worker import WebWorker

LIMIT = 4_096
CHROMIUM = "permessage-deflate; client_max_window_bits"


@pytest.mark.parametrize(
    "offers",
    [
        CHROMIUM,
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits=10",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "x-webkit-deflate-frame, permessage-deflate; client_max_window_bits",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate",
    ],
)
def test_what_can_be_met_is_agreed_to(offers: str) -> None:
    assert agrees(offers)


@pytest.mark.parametrize(
    "offers",
    [
        "",
        "permessage-bzip2",
        "permessage-deflate; server_max_window_bits=10",
        "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_no_context_takeover=1",
        "permessage-deflate; made_up",
        "permessage-deflate; client_max_window_bits; client_max_window_bits",
    ],
)
def test_what_cannot_is_not(offers: str) -> None:
    assert not agrees(offers)


@pytest.mark.slow
@given(st.lists(st.text(max_size=400), max_size=5))
def test_compressed_messages_come_out_as_they_were(texts: list[str]) -> None:
    receiver, found = Receiver(LIMIT, deflate=True), list[Message]()
    for text in texts:
        whole = deflated(text.encode())
        half = len(whole) // 2
        receiver.feed(masked(0x41, whole[:half]) + masked(0x80, whole[half:]), found)
        receiver.feed(masked(0x81, text.encode()), found)

    assert found == [(1, text.encode()) for text in texts for _ in range(2)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(masked(0xC1, deflated(bytes(LIMIT + 1))), 1009, id="it would blow up"),
        pytest.param(masked(0xC1, b"\xff\xff\xff"), 1007, id="it isn't deflated"),
        pytest.param(masked(0xC1, deflated(b"\xff")), 1007, id="no UTF-8 in it"),
        pytest.param(masked(0x41, b"") + masked(0xC0, b""), 1002, id="said again in a piece"),
        pytest.param(masked(0xC9, b""), 1002, id="a ping"),
        pytest.param(masked(0xA1, b""), 1002, id="another bit"),
    ],
)
def test_what_may_not_be_is_refused(data: bytes, code: int) -> None:
    with pytest.raises(Violation) as caught:
        Receiver(LIMIT, deflate=True).feed(data, [])

    assert caught.value.code == code


def test_many_small_ones_that_blow_up_together_are_refused_before_they_are_unpacked() -> None:
    receiver, found = Receiver(LIMIT, deflate=True), list[Message]()
    with pytest.raises(Violation) as caught:
        receiver.feed(masked(0xC1, deflated(bytes(LIMIT))) * 400, found)

    assert caught.value.code == 1009
    assert sum(len(payload) for _, payload in found) <= 4 * LIMIT


def test_without_agreement_nothing_is_compressed() -> None:
    with pytest.raises(Violation):
        Receiver(LIMIT).feed(masked(0xC1, deflated(b"x")), [])


@pytest.fixture
def client(worker: WebWorker, screen: BoundScreen) -> Iterator[RawSocket]:
    """A player in Chromium, as far as its handshake goes."""
    with closing(RawSocket(worker.base, Sec_WebSocket_Extensions=CHROMIUM)) as made:
        made.next()
        made.enter(token=screen.token, boot=BOOT, version=None)
        yield made


@pytest.mark.long
@pytest.mark.slow
def test_a_manifest_goes_out_compressed_and_answers_as_they_are(
    world: World, client: RawSocket, screen: BoundScreen
) -> None:
    question = deflated(b'42/screen,1["clock",{"t0":5}]')
    client.send(masked(0xC1, question))
    assert client.answer(1)["t0"] == 5

    assign(world, screen.id, *(f"picture {number}" for number in range(200)))
    knock(world.core.settings.data)
    sent = client.next()

    assert client.headers["sec-websocket-extensions"].endswith("client_no_context_takeover")
    assert sent is not None
    text = zlib.decompressobj(-15).decompress(sent.payload + b"\x00\x00\xff\xff").decode()
    body = json.loads(text.removeprefix("42/screen,"))[1]["body"]
    assert len(json.loads(body)["assets"]) == 201
    print(f"\na manifest of {len(body)} bytes was sent in {len(sent.payload)}")
    assert len(sent.payload) < len(body) * 0.75
