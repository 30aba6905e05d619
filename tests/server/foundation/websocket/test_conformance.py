"""The server on the wire, byte by byte: what RFC 6455 asks of it, by a client of our own."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.app.inventory import BoundScreen
from tests.support.devices.socket_player import BOOT
from tests.support.network.raw_socket import CLOSE, PING, PONG, RawSocket, masked
from tests.support.network.websocket_frames import Frame
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.slow


@pytest.fixture
def client(worker: WebWorker, screen: BoundScreen) -> Iterator[RawSocket]:
    """A player that was let in."""
    with closing(RawSocket(worker.base)) as made:
        assert made.enter(token=screen.token, boot=BOOT, version=None).startswith("40/screen,")
        yield made


def clock(number: int = 1) -> bytes:
    """A question that has an answer."""
    return f'42/screen,{number}["clock",{{"t0":{number}}}]'.encode()


def works(client: RawSocket, number: int = 99) -> bool:
    """Whether the connection still does what it is for."""
    return bool(client.ask("clock", {"t0": number}, number=number)["t0"] == number)


def test_the_handshake_is_answered_by_the_key_of_the_standard(worker: WebWorker) -> None:
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    with closing(RawSocket(worker.base, Sec_WebSocket_Key=key)) as made:
        assert made.status == 101
        assert made.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        assert made.opened["pingInterval"] == 25_000
        assert made.opened["maxPayload"] == 256 * 1024


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_WebSocket_Version": "8"}, 426),
        ({"Sec_WebSocket_Key": "short"}, 400),
        ({"Sec_WebSocket_Key": "x" * 24}, 400),
        ({"Connection": "keep-alive"}, 400),
        ({"Upgrade": "h2c"}, 400),
        ({"Content_Length": "5"}, 400),
        ({"Origin": "https://elsewhere.example"}, 400),
    ],
)
def test_an_invalid_handshake_is_refused_before_there_is_a_socket(
    worker: WebWorker, headers: dict[str, str], status: int
) -> None:
    with closing(RawSocket(worker.base, **headers)) as made:
        assert made.status == status


def test_a_message_may_come_in_pieces_with_pings_between(client: RawSocket) -> None:
    whole = clock(7)

    client.send(masked(0x01, whole[:5]) + masked(0x80 | PING, b"now"))
    client.send(masked(0x00, whole[5:9]) + masked(0x00, b"") + masked(0x80, whole[9:]))

    assert client.next() == Frame(PONG, b"now")
    assert client.answer(7)["t0"] == 7


def test_a_message_may_come_byte_by_byte(client: RawSocket) -> None:
    for byte in masked(0x81, clock(8)):
        client.send(bytes([byte]))

    assert client.answer(8)["t0"] == 8


def test_many_messages_may_come_at_once_and_are_answered_in_order(client: RawSocket) -> None:
    client.send(b"".join(masked(0x81, clock(number)) for number in range(100, 400)))

    heads = [client.next_text().partition("[")[0] for _ in range(300)]

    assert heads == [f"43/screen,{number}" for number in range(100, 400)]


def test_every_ping_has_its_pong(client: RawSocket) -> None:
    for payload in (b"", b"x", bytes(125)):
        client.send(masked(0x80 | PING, payload))
        assert client.next() == Frame(PONG, payload)
    client.send(masked(0x80 | PONG, b"nobody asked"))
    assert works(client)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(masked(0x81, b"4\xff\xfe"), 1007, id="text that is no UTF-8"),
        pytest.param(masked(0x01, b"4\xce") + masked(0x80, b"\xff"), 1007, id="in pieces too"),
        pytest.param(b"\x81\x02hi", 1002, id="not masked"),
        pytest.param(masked(0xC1, b"x"), 1002, id="compressed without agreement"),
        pytest.param(masked(0x83, b"x"), 1002, id="a reserved opcode"),
        pytest.param(masked(0x09, b"x"), 1002, id="a ping in pieces"),
        pytest.param(masked(0x89, bytes(126)), 1002, id="a long ping"),
        pytest.param(masked(0x80, b"x"), 1002, id="a piece of nothing"),
        pytest.param(masked(0x01, b"x") + masked(0x81, b"y"), 1002, id="one within another"),
        pytest.param(masked(0x88, b"\x03\xed"), 1002, id="code 1005"),
        pytest.param(masked(0x88, b"\x03"), 1002, id="half a code"),
        pytest.param(masked(0x82, b"\x01"), 1003, id="binary"),
        pytest.param(masked(0x81, bytes(256 * 1024 + 1))[:10], 1009, id="too large, by its head"),
        pytest.param(
            masked(0x01, bytes(200 * 1024)) + masked(0x80, bytes(60 * 1024)),
            1009,
            id="too large in pieces",
        ),
        pytest.param(masked(0x81, b"4no packet"), 1002, id="no Socket.IO"),
        pytest.param(masked(0x81, b'451-/screen,["x",{"num":0}]'), 1002, id="a binary event"),
        pytest.param(masked(0x81, b'42/screen,["disconnect"]'), 1002, id="a reserved event"),
        pytest.param(masked(0x81, b'42/screen,{"a":1}'), 1002, id="an event without a name"),
        pytest.param(masked(0x81, b"42/screen," + b"[" * 100_000), 1002, id="deep"),
    ],
)
def test_what_may_not_be_ends_the_connection_with_its_code(
    client: RawSocket, data: bytes, code: int
) -> None:
    client.send(data)

    assert client.close_code() == code
    client.ends()


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
def test_a_goodbye_is_answered_by_its_own_code(client: RawSocket, code: int) -> None:
    client.send(masked(0x80 | CLOSE, code.to_bytes(2, "big") + b"bye"))

    assert client.close_code() == code
    client.ends()


def test_nothing_is_received_after_a_close(client: RawSocket) -> None:
    client.send(masked(0x80 | CLOSE, b"") + masked(0x81, clock(9)))

    assert client.next() == Frame(CLOSE, b"")
    assert client.next() is None


def test_the_largest_message_is_taken(client: RawSocket) -> None:
    head, tail = b'42/screen,5["clock",{"t0":5,"more":"', b'"}]'
    filled = head + b"x" * (256 * 1024 - len(head) - len(tail)) + tail

    client.send(masked(0x81, filled))

    assert client.answer(5)["t0"] == 5


def test_an_unauthenticated_client_may_not_send_much(worker: WebWorker) -> None:
    with closing(RawSocket(worker.base)) as stranger:
        stranger.send(masked(0x81, b"40/screen," + bytes(16 * 1024)))

        assert stranger.close_code() == 1009


def test_unneeded_packets_of_engineio_are_ignored(client: RawSocket) -> None:
    for text in ("5", "6", "2probe", "9", "x"):
        client.send_text(text)

    assert works(client)


def test_a_client_that_enters_no_namespace_twice_gets_an_error(
    client: RawSocket, screen: BoundScreen
) -> None:
    response = client.enter(token=screen.token, boot=BOOT)

    assert response.startswith("44/screen,")
    assert works(client)


def test_an_http_request_for_a_sockets_session_is_refused(
    client: RawSocket, worker: WebWorker
) -> None:
    sid = client.opened["sid"]
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(
            f"{worker.base}/socket.io/?EIO=4&transport=websocket&sid={sid}", timeout=PATIENCE_S
        )
    caught.value.close()
    assert caught.value.code == 400
    assert works(client)


def test_closed_connections_are_counted_as_closed(worker: WebWorker, client: RawSocket) -> None:
    def sockets() -> float:
        return worker.figures["anping_sockets"]

    until("only the one of this test", lambda: sockets() == 1)
    client.kill()

    until("none", lambda: sockets() == 0)
