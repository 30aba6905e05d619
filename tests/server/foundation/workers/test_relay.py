"""Messages between workers through a real Redis, and their behaviour without one."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from redis.exceptions import RedisError

from server.foundation.workers.channel import channel
from server.foundation.workers.relay import MOST_WAITING, NobodyAnswered, Relay
from server.foundation.workers.shared_counts import shared
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.slow

Make = Callable[[], Relay]


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture
def make(redis: RedisServer, request: pytest.FixtureRequest) -> Iterator[Make]:
    """A worker's end; all of a test are on one channel."""
    name, made = channel(request.node.name), list[Relay]()

    def one() -> Relay:
        made.append(Relay(redis.url, name))
        return made[-1]

    yield one
    for relay in made:
        relay.stop()


@pytest.fixture
def both(make: Make) -> tuple[Relay, Relay]:
    """Two connected relays."""
    one, other = make(), make()
    for relay in (one, other):
        relay.start()
    until("two workers", lambda: one.workers == other.workers == 2)
    return one, other


def test_all_others_receive_a_message_and_its_sender_doesnt(both: tuple[Relay, Relay]) -> None:
    received: list[tuple[str, str, Any]] = []
    for name, relay in zip(("one", "other"), both, strict=True):
        relay.listen(
            "word", lambda worker, message, name=name: received.append((name, worker, message))
        )

    both[0].publish("word", {"numbers": [1, 2]})

    until("a word", lambda: bool(received))
    assert received == [("other", both[0].name, {"numbers": [1, 2]})]


def test_a_question_is_answered_by_who_was_asked(both: tuple[Relay, Relay]) -> None:
    both[1].answer("double", lambda message: 2 * message)

    assert both[0].ask(both[1].name, "double", 21, PATIENCE_S) == 42


def test_workers_without_an_answer_and_lost_ones_leave_the_asker_in_time(
    both: tuple[Relay, Relay],
) -> None:
    """A worker without an answer reports so at once: the asker's own time isn't over."""
    one, other = both
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(one.ask, other.name, "what nobody answers", None, 2 * PATIENCE_S)
        with pytest.raises(NobodyAnswered):
            asked.result(PATIENCE_S)

    with pytest.raises(NobodyAnswered):
        one.ask("somebody else", "double", None, 0.1)


def test_a_handler_that_breaks_keeps_nobody_from_hearing(both: tuple[Relay, Relay]) -> None:
    received: list[Any] = []
    both[1].listen("word", lambda _worker, message: received.append(1 // message))

    both[0].publish("word", 0)
    both[0].publish("word", 1)

    until("the second word", lambda: received == [1])


def test_a_worker_that_closes_is_gone_at_once(
    both: tuple[Relay, Relay], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "server.foundation.workers.relay.PEER_GONE_S", 1_000.0
    )  # who is silent is there yet
    gone: list[str] = []
    both[1].listen("lost", lambda worker, _message: gone.append(worker))

    both[0].stop()

    until("the goodbye", lambda: gone == [both[0].name])


def test_a_value_without_json_form_loses_no_other_message(both: tuple[Relay, Relay]) -> None:
    received: list[Any] = []
    both[1].listen("word", lambda _worker, value: received.append(value))

    for value in (1, 2**70, {"bytes": b"x"}, 2):
        both[0].publish("word", value)

    until("the second word", lambda: received == [1, 2])


def test_a_sender_alone_is_no_worker(make: Make, both: tuple[Relay, Relay]) -> None:
    received: list[Any] = []
    both[0].listen("word", lambda _worker, message: received.append(message))

    make().publish("word", 1)

    until("a word of the jobs", lambda: bool(received))
    assert both[0].workers == 2


def test_installations_at_one_redis_are_separate(
    redis: RedisServer, both: tuple[Relay, Relay]
) -> None:
    stranger = Relay(redis.url, channel("another secret"))
    stranger.start()
    until("the stranger", lambda: stranger.is_whole)

    assert stranger.workers == 1
    assert both[0].workers == 2
    stranger.stop()


def test_counts_of_one_worker_are_counted_by_the_others(both: tuple[Relay, Relay]) -> None:
    counted: list[tuple[str, int]] = []
    shared(both[1], "guess", lambda *args: counted.append(args))
    report = shared(both[0], "guess", lambda *_args: None)

    report("10.0.0.1", 7)

    until("a count", lambda: counted == [("10.0.0.1", 7)])


def test_messages_of_no_worker_are_ignored(
    redis: RedisServer, both: tuple[Relay, Relay], request: pytest.FixtureRequest
) -> None:
    received: list[Any] = []
    both[1].listen("word", lambda _worker, message: received.append([message]))
    for letter in (
        b"",
        b"{",
        b"[]",
        b'{"from": 1}',
        b'{"from": "x", "told": [1]}',
        b'{"from": "x", "told": [["ask", 1]]}',
        b"\x80pickle",
    ):
        redis.client().publish(channel(request.node.name), letter)

    both[0].publish("word")

    until("the word behind all that", lambda: received)
    assert both[1].is_whole


def test_sending_and_asking_do_nothing_while_redis_is_away() -> None:
    relay = Relay("redis://127.0.0.1:1/0", channel("nobody"))

    for number in range(2 * MOST_WAITING):
        relay.publish("word", number)

    assert not relay.is_whole
    with pytest.raises(NobodyAnswered):
        relay.ask("anybody", "double", 1, 5.0)
    relay.stop()


def test_sending_never_waits_while_redis_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """All calls return before the attempt to connect ends."""
    all_sent, seen = threading.Event(), list[bool]()

    def hangs(_url: str) -> None:
        seen.append(all_sent.wait(PATIENCE_S))
        raise RedisError

    monkeypatch.setattr("server.foundation.workers.relay.open_client", hangs)
    relay = Relay("redis://127.0.0.1:1/0", channel("nobody"))
    for number in range(2 * MOST_WAITING):
        relay.publish("word", number)
    all_sent.set()

    assert until("the end of a try", lambda: seen)[0]
    relay.stop()
