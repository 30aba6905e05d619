"""A connection in this process: pings by one wheel, its end, and the library's API."""

import _socket
import fcntl
import json
import socket
import sys
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gevent
import pytest
from engineio.socket import Socket
from flask import Flask
from flask_socketio import Namespace, SocketIO
from werkzeug.test import create_environ

from server.foundation.errors import TooMany
from server.foundation.i18n import Sentence
from server.foundation.websocket.engine import Engine
from server.foundation.websocket.line import MOST_WAITING, Line
from server.foundation.websocket.pipe import PAUSE_S
from server.foundation.websocket.start import start
from server.foundation.websocket.wire.frames import BINARY, BROKEN, TEXT, close_frame, frame
from tests.support.network.raw_socket import masked
from tests.support.patience import PATIENCE_S

ROUNDS = 3
FLOODING = {"token": "flooding"}
PING = b"\x81\x012"
OWN_PING, OWN_PONG = 0x89, 0x8A
"""First bytes of the websocket's own frames."""


def settle() -> None:
    """Run the loop until it has nothing left to do: a short sleep may end before that."""
    for _ in range(ROUNDS):
        gevent.idle()


class Open(Namespace):  # type: ignore[misc] # the library has no types
    """Everybody may come in but who floods, and for whom the database is away."""

    def on_connect(self, auth: object = None) -> None:
        """Come in."""
        if auth == FLOODING:
            raise TooMany(Sentence("过于频繁", "too fast"))
        if auth:
            raise OSError("the database is away")


@dataclass
class Client:
    """The far end of a connection that the engine holds."""

    socketio: SocketIO
    engine: Engine
    line: Line
    far: socket.socket

    def pass_s(self, seconds: int) -> bytes:
        """So many turns of the wheel; what came."""
        for _ in range(seconds):
            self.engine.wheel.turn()
        return self.received()

    def received(self) -> bytes:
        """The bytes received since."""
        settle()
        try:
            return self.far.recv(4096)
        except BlockingIOError:
            return b""

    @property
    def unread(self) -> int:
        """Bytes of the client that the engine has left with the kernel."""
        found = fcntl.ioctl(self.line.number, termios.FIONREAD, bytes(4))
        return int.from_bytes(found, sys.byteorder)

    def wait_until_read(self) -> None:
        """The engine has left nothing with the kernel."""
        with gevent.Timeout(PATIENCE_S):
            while self.unread:
                gevent.sleep(PAUSE_S)

    def send(self, text: str) -> None:
        """A message."""
        self.far.send(masked(0x81, text.encode()))
        settle()


@pytest.fixture
def client() -> Iterator[Client]:
    """It has shaken hands, and is pinged five seconds later."""
    app, socketio = Flask("pings"), SocketIO()
    socketio.on_namespace(Open("/screen"))
    socketio.init_app(app, async_mode="gevent", transports=["websocket"])
    assert start(socketio, frozenset())
    engine = socketio.server.eio
    near, far = socket.socketpair()
    own = _socket.socket(fileno=near.detach())
    own.setblocking(False)
    far.setblocking(False)
    line = engine.sockets["e1"] = Line(engine, "e1", own, deflates=False)
    request = {"flask.app": app, **create_environ()}
    engine._trigger_event("connect", "e1", request, run_async=False)
    line.begin(b"hello", 5)
    made = Client(socketio, engine, line, far)
    assert made.received() == b"hello"
    yield made
    line.end()
    engine.wheel.stop()
    far.close()


def test_a_client_that_answers_is_pinged_every_25_seconds(client: Client) -> None:
    client.send("40/screen,")
    assert client.received().startswith(b"\x81")

    for _ in range(5):
        assert client.pass_s(5) == PING
        client.send("3")
        assert client.pass_s(20) == b""
    assert client.line.is_open


def test_one_that_does_not_answer_is_given_up_after_20_seconds(client: Client) -> None:
    client.send("40/screen,")
    client.received()
    assert client.pass_s(5) == PING

    assert client.pass_s(19) == b""
    assert client.line.is_open
    client.pass_s(1)

    assert not client.line.is_open
    assert "e1" not in client.engine.sockets


def test_who_enters_nothing_for_ten_seconds_is_ended_long_before_the_first_ping(
    client: Client,
) -> None:
    client.line.begin(b"", 25)

    assert client.pass_s(9) == b""
    assert client.pass_s(1).startswith(b"\x88")


def test_a_client_that_entered_meanwhile_is_pinged_on_time(client: Client) -> None:
    client.line.begin(b"", 25)
    client.send("40/screen,")
    client.received()

    assert client.pass_s(24) == b""
    assert client.pass_s(1) == PING


def test_one_that_enters_no_namespace_gets_an_error_and_is_closed(client: Client) -> None:
    assert client.pass_s(5).startswith(b"\x88")
    client.pass_s(4)

    assert not client.line.is_open
    assert "e1" not in client.engine.sockets


@pytest.mark.slow
def test_one_that_cannot_be_let_in_by_our_fault_is_ended_so_that_it_comes_again(
    client: Client,
) -> None:
    client.send('40/screen,{"token":"x"}')

    assert client.received() == close_frame(1011, "try again")
    assert client.far.recv(10) == b""
    assert "e1" not in client.engine.sockets
    manager = client.socketio.server.manager
    assert not list(manager.get_participants("/screen", None)), "he is still on his way in"
    assert not manager.is_pre_connected(manager.sid_from_eio_sid("e1", "/screen"), "/screen")


def test_one_that_comes_too_often_is_asked_to_try_later(client: Client) -> None:
    client.send(f"40/screen,{json.dumps(FLOODING)}")

    assert client.received() == close_frame(1013, "too many connects")
    assert "e1" not in client.engine.sockets


def test_one_that_never_closes_its_side_is_closed_after_three_seconds(client: Client) -> None:
    client.send("40/screen,")
    client.received()
    client.line.close()
    assert b"\x88\x02\x03\xe8" in client.received()

    client.pass_s(2)
    assert client.line.is_open
    client.pass_s(1)

    assert not client.line.is_open
    assert client.far.recv(10) == b""


def test_a_socket_of_the_libraries_own_beside_it_receives_the_same(client: Client) -> None:
    client.send("40/screen,")
    client.received()
    other = client.engine.sockets["e2"] = Socket(client.engine, "e2")
    manager = client.socketio.server.manager
    manager.connect(manager.pre_connect("e2", "/screen"), "/screen")

    client.socketio.server.emit("news", {"屏": 1}, namespace="/screen")

    text = '2/screen,["news",{"屏":1}]'
    assert client.received() == frame(TEXT, b"4" + text.encode())
    packet = other.queue.get_nowait()
    assert json.loads(packet.data[len("2/screen,") :]) == ["news", {"屏": 1}]


def test_what_json_has_no_word_for_goes_the_libraries_way(client: Client) -> None:
    client.send("40/screen,")
    client.received()

    client.socketio.server.emit("picture", b"\x00\xff", namespace="/screen")

    announced = b'451-/screen,["picture",{"_placeholder":true,"num":0}]'
    assert client.received() == frame(TEXT, announced) + frame(BINARY, b"\x00\xff")


def test_a_room_a_skipped_one_and_an_answer_are_as_they_were(client: Client) -> None:
    client.send("40/screen,")
    client.received()
    server, received = client.socketio.server, list[Any]()
    (sid,) = [one for one, _ in server.manager.get_participants("/screen", None)]
    server.enter_room(sid, "bank", namespace="/screen")

    server.emit("a", to="bus", namespace="/screen")
    server.emit("b", to="bank", skip_sid=sid, namespace="/screen")
    server.emit("c", (1, 2), to="bank", namespace="/screen")
    server.emit("d", to=sid, namespace="/screen", callback=lambda *args: received.append(args))

    third, fourth = b'42/screen,["c",1,2]', b'42/screen,1["d"]'
    assert client.received() == frame(TEXT, third) + frame(TEXT, fourth)
    client.send('43/screen,1["yes",2]')
    assert received == [("yes", 2)]


def test_answers_of_clients_are_read_without_the_librarys_packets(client: Client) -> None:
    client.send("40/screen,")
    client.received()
    server, received = client.socketio.server, list[Any]()
    (sid,) = [one for one, _ in server.manager.get_participants("/screen", None)]
    for _ in range(3):
        server.emit("d", to=sid, namespace="/screen", callback=lambda *args: received.append(args))
    client.received()
    server.packet_class = None

    client.send('43/screen,1[{"version":7,"state":"accepted"}]')
    client.send("43/screen,9[1]")
    client.send("43/screen,2[]")
    client.send('43/screen,3["是",1.5,null]')

    assert received == [({"version": 7, "state": "accepted"},), (), ("是", 1.5, None)]


class Yes:
    """Takes "yes" by the loop, and all else the usual way."""

    def __init__(self) -> None:
        self.received: list[Any] = []

    def __call__(self, *args: Any) -> None:
        self.received.append(args)

    def at_once(self, body: bytes) -> bool:
        """Whether it was that."""
        if body == b'["yes"]':
            self.received.append(body)
        return body == b'["yes"]'


def asked_twice(client: Client) -> Yes:
    """A collector of the client's answers to two questions."""
    client.send("40/screen,")
    client.received()
    server, yes = client.socketio.server, Yes()
    (sid,) = [one for one, _ in server.manager.get_participants("/screen", None)]
    for _ in range(2):
        server.emit("d", to=sid, namespace="/screen", callback=yes)
    return yes


def test_an_answer_may_be_taken_by_the_loop_without_a_greenlet(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    yes = asked_twice(client)
    added, add = list[Any](), client.engine.crew.add
    monkeypatch.setattr(client.engine.crew, "add", lambda work: (added.append(work), add(work)))

    client.send('43/screen,1["yes"]')
    assert (yes.received, added) == ([b'["yes"]'], [])
    client.send('43/screen,2["no"]')
    assert (yes.received[1:], len(added)) == ([("no",)], 1)
    client.send('43/screen,1["yes"]')
    client.send('43/nowhere,2["yes"]')
    client.send('43/screen,2["yes"]')
    assert len(yes.received) == 2


def test_an_answer_waits_for_earlier_messages_of_the_client(client: Client) -> None:
    yes = asked_twice(client)

    both = masked(0x81, b'43/screen,1["no"]') + masked(0x81, b'43/screen,2["yes"]')
    client.far.send(both)
    settle()

    assert yes.received == [("no",), ("yes",)]


@pytest.mark.parametrize("body", ["{}", "[1", '"yes"', ""])
def test_an_answer_that_is_no_list_is_as_unreadable_as_before(client: Client, body: str) -> None:
    client.send("40/screen,")
    client.received()

    client.send(f"43/screen,1{body}")

    assert close_frame(BROKEN)[2:4] in client.received()


def test_nobody_is_left_on_the_wheel_who_is_gone(client: Client) -> None:
    client.far.close()
    settle()

    assert not client.line.is_open
    assert not any(client.engine.wheel._slots)


def test_a_client_that_sends_nothing_but_thousands_of_empty_frames_is_read_with_pauses(
    client: Client,
) -> None:
    client.send("40/screen,")
    client.received()

    client.far.send(masked(OWN_PONG, b"") * 2_000)
    settle()
    assert client.unread > 0
    client.wait_until_read()

    client.far.send(masked(OWN_PING, b"still there"))
    settle()
    assert client.received() == b"\x8a\x0bstill there"


def test_a_client_that_answers_hundreds_of_orders_at_once_is_read_without_a_pause(
    client: Client,
) -> None:
    client.send("40/screen,")
    client.received()

    client.far.send(masked(0x81, b'43/screen,1["accepted"]') * 300)
    settle()

    assert client.unread == 0


def test_a_client_that_leaves_in_a_pause_is_released(client: Client) -> None:
    client.far.send(masked(OWN_PONG, b"") * 2_000)
    settle()

    client.line.end()
    settle()

    assert not client.line.is_open


def test_a_client_that_is_not_read_for_its_messages_is_not_read_after_a_pause(
    client: Client,
) -> None:
    client.send("40/screen,")
    client.received()
    client.far.send(masked(OWN_PONG, b"") * 2_000)
    settle()
    assert client.unread > 0

    client.line.working(MOST_WAITING + 1)
    before = client.unread
    gevent.sleep(3 * PAUSE_S)
    assert client.unread == before

    client.line.working(-1)
    client.wait_until_read()
