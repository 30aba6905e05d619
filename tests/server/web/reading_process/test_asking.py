"""The web worker's end: bounded in calls, time and patience, whatever the other side does."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from server.accounts.actor import Actor
from server.foundation.errors import Busy
from server.monitoring.fleet.status import State
from server.playlog.ingest.flask_extension import playback_of
from server.web.health import READING as KEY
from server.web.reading_process import client
from server.web.reading_process.client import AskedStates, ReadingAway, ReadingClient
from server.web.reading_process.frames import (
    Asked,
    Broken,
    Call,
    Done,
    End,
    Follow,
    Head,
    Line,
    Piece,
    Refused,
    States,
)
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.patience import PATIENCE_S

CALL = Call({"PATH_INFO": "/reports"}, b"", None, "en", "")


@contextmanager
def other_side(folder: Path, does: Callable[[Line], None]) -> Iterator[ReadingClient]:
    """Something that listens, and what asks it."""
    where = str(folder / "reading.sock")
    door = socket.socket(socket.AF_UNIX)
    door.bind(where)
    door.listen()

    def serve() -> None:
        while True:
            try:
                connection, _ = door.accept()
            except OSError:
                return
            line = Line(connection, Asked)
            try:
                does(line)
            except Broken:
                pass
            finally:
                line.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield made(where)
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join()


def made(where: str, **handlers: Any) -> ReadingClient:
    """What asks, past its first seconds."""
    reading = ReadingClient(where, {Follow: handlers.get("follow", lambda _asked: Done())})
    reading._come_by_s = 0.0
    return reading


def answers(line: Line, *pieces: bytes) -> None:
    line.next()
    line.send(Head("200 OK", [("Content-Type", "text/plain")]))
    for piece in pieces:
        line.send(Piece(piece))
    line.send(End())


def test_an_answer_comes_as_head_and_pieces(tmp_path: Path) -> None:
    with other_side(tmp_path, lambda line: answers(line, b"one ", b"two")) as reading:
        head, body = reading.answer(CALL)
        assert (head.status, reading.calls) == ("200 OK", 1)

        assert b"".join(body) == b"one two"

        assert (reading.calls, reading.failures, reading.is_away) == (0, 0, False)


def test_after_the_last_byte_nothing_is_waited_for(tmp_path: Path) -> None:
    """The caller has all of it and asks again on the same connection: a process that was suspended
    just then kept a stop waiting for three minutes.
    """
    hung_up = threading.Event()

    def stalls(line: Line) -> None:
        line.next()
        line.send(Head("200 OK", [("content-length", "7")]))
        line.send(Piece(b"one "))
        line.send(Piece(b"two"))
        with pytest.raises(Broken):
            line.next()
        hung_up.set()

    with other_side(tmp_path, stalls) as reading:
        _, body = reading.answer_soon(CALL)
        with closing(body):
            assert (next(body), reading.calls) == (b"one ", 1)
            assert (next(body), reading.calls) == (b"two", 0)
            assert hung_up.wait(PATIENCE_S)
            assert list(body) == []


def test_a_missing_reading_process_is_reported_as_away(tmp_path: Path) -> None:
    reading = made(str(tmp_path / "nothing.sock"))

    with pytest.raises(ReadingAway) as caught:
        reading.answer(CALL)

    assert (caught.value.status, caught.value.code) == (503, "reading_away")
    assert caught.value.retry_after_s
    assert (reading.calls, reading.failures, reading.is_away) == (0, 1, True)
    assert (reading.health(), reading.states()) == (None, None)


def test_one_that_dies_before_its_head_is_away_and_after_it_the_body_breaks(
    tmp_path: Path,
) -> None:
    def half(line: Line) -> None:
        line.next()
        if dies_late:
            line.send(Head("200 OK", []))
            line.send(Piece(b"half"))

    with other_side(tmp_path, half) as reading:
        dies_late = False
        with pytest.raises(ReadingAway):
            reading.answer(CALL)
        dies_late = True
        _, body = reading.answer(CALL)
        assert next(body) == b"half"
        with pytest.raises(Broken):
            next(body)

        assert reading.calls == 0


def test_a_broken_writing_call_is_not_answered_with_retry(tmp_path: Path) -> None:
    """It may have been done."""
    writes = Call({}, b"", None, None, "", writes=True)
    with other_side(tmp_path, lambda line: line.next()) as reading, pytest.raises(Broken):
        reading.answer(writes)


def test_what_only_the_worker_can_do_is_done_before_the_head(tmp_path: Path) -> None:
    followed, replies = [], []

    def asks_first(line: Line) -> None:
        call = line.next()
        line.send(Follow({7: "stamp"}))
        replies.append(line.next())
        if isinstance(replies[-1], Done):
            line.send(Head("204 NO CONTENT", []))
            line.send(End())
        assert call == CALL

    def follow(asked: Follow) -> Done:
        followed.append(asked.stamps)
        if len(followed) > 1:
            raise Busy
        return Done()

    with other_side(tmp_path, asks_first) as reading:
        reading._handlers = {Follow: follow}
        head, body = reading.answer(CALL)
        assert (head.status, list(body)) == ("204 NO CONTENT", [])
        with pytest.raises(ReadingAway):
            reading.answer(CALL)

    assert followed == [{7: "stamp"}] * 2
    assert isinstance(replies[1], Refused)
    assert replies[1].error().status == 503


def test_who_reads_slowly_takes_no_turn_but_streams_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "STREAMS", 2)
    with other_side(tmp_path, lambda line: answers(line, b"x")) as reading:
        first, second = (reading.answer(CALL)[1] for _ in range(2))
        with pytest.raises(Busy) as caught:
            reading.answer(CALL)
        assert not isinstance(caught.value, ReadingAway)

        first.close()
        first.close()

        assert list(reading.answer(CALL)[1]) == [b"x"]
        second.close()
        assert reading.calls == 0


def test_what_can_be_done_without_it_waits_for_nobody_and_not_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SOON_S", 0.05)
    answered = threading.Event()

    def late(line: Line) -> None:
        line.next()
        answered.wait(PATIENCE_S)

    with other_side(tmp_path, late) as reading:
        with pytest.raises(ReadingAway):
            reading.answer_soon(CALL)
        answered.set()


def test_a_page_that_a_stop_needs_is_made_here_where_it_breaks_off(world: World) -> None:
    class BreaksOff:
        calls = 0

        def answer_soon(self, _call: Call) -> tuple[Head, Iterator[bytes]]:
            self.calls += 1
            return Head("200 OK", [("Content-Type", "text/html")]), self._half()

        def _half(self) -> Iterator[bytes]:
            yield b"<html><form>"
            raise Broken

    world.app.extensions[KEY] = reading = BreaksOff()
    page = sign_in(world, "publicity").client.get("/stop")

    assert (page.status_code, reading.calls) == (200, 1)
    assert page.text.rstrip().endswith("</html>")


def test_a_full_queue_is_tried_again_with_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that was suspended has a queue of calls that nobody waits for any more."""
    where, waited = str(tmp_path / "reading.sock"), []
    with ExitStack() as opened:
        door = opened.enter_context(socket.socket(socket.AF_UNIX))
        door.bind(where)
        door.listen(0)
        opened.enter_context(client._connection(where))

        def pause(seconds: float) -> None:
            waited.append(seconds)
            if len(waited) == 3:
                opened.enter_context(door.accept()[0])

        monkeypatch.setattr(time, "sleep", pause)
        opened.enter_context(client._connection(where))
        assert waited == [client.PAUSE_S] * 3
        monkeypatch.setattr(client, "CONNECT_S", 0.0)
        assert made(where).health() is None


def test_strangers_take_nobodys_turn(tmp_path: Path) -> None:
    """As many as may wait; further ones are asked to retry."""
    with other_side(tmp_path, lambda line: answers(line, b"x")) as reading:
        reading._strangers.there = 3 * client.OF_STRANGERS
        with pytest.raises(Busy):
            reading.answer(CALL)
        officer = structs.replace(CALL, actor=Actor(1, "chen", 1, ()))
        assert list(reading.answer(officer)[1]) == [b"x"]


def test_states_are_fetched_and_the_former_ones_stay_while_it_is_away(
    world: World, tmp_path: Path
) -> None:
    states: dict[int, State] = {3: "online", 4: "offline"}

    def sends_states(line: Line) -> None:
        line.next()
        line.send(States(states))

    parts = playback_of(world.app)
    with other_side(tmp_path, sends_states) as reading:
        cache = AskedStates(reading)
        assert cache.of(world.core, parts) == states
        states[4] = "online"
        assert cache.of(world.core, parts)[4] == "offline"
        world.clock.at_ms += client.STATES_KEPT_MS
        assert cache.of(world.core, parts)[4] == "online"
    world.clock.at_ms += client.STATES_KEPT_MS
    assert cache.of(world.core, parts)[4] == "online"
