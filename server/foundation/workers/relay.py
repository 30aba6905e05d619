"""Messages between workers through Redis, sent without blocking.

Messages are only hints: everything that must not be lost is in the database, which each worker
polls. Sending appends to a short queue; a thread of its own publishes it. While Redis is
unavailable messages are dropped, and `is_whole` is False. Messages are JSON.
"""

import os
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import structlog

from server.foundation.runtime.yielding import yield_to_loop
from server.foundation.workers.redis_connections import AWAY, Silence, Subscription, open_client

log = structlog.get_logger(__name__)

MOST_WAITING: Final = 5_000
STALE_S: Final = 5.0
MOST_BYTES: Final = 256 * 1024
HERE_EVERY_S: Final = 2.0
LOST_AFTER_S: Final = 6.0
"""Seconds without the own echo after which the connection counts as broken."""
PEER_GONE_S: Final = 10.0
PAUSES_S: Final = (0.5, 1.0, 2.0, 5.0)
POLL_INTERVAL_S: Final = 1.0
MOST_ANSWERING: Final = 64
PATIENCE_S: Final = 1.0
"""Seconds beyond the time granted to the other worker for an answer."""

Handler = Callable[[str, Any], None]
"""Called with the sending worker's name and the message."""


class NobodyAnswered(Exception):
    """The other worker didn't answer in time, or no worker can be reached now."""


@dataclass
class _Question:
    answered: threading.Event = field(default_factory=threading.Event)
    answer: Mapping[str, Any] = field(default_factory=dict)


class Relay:
    """One worker's end. A process that only sends never starts to listen."""

    def __init__(self, url: str, channel: str) -> None:
        self._url = url
        self._channel = channel
        self._handlers: dict[str, list[Handler]] = {}
        self._answerers: dict[str, Callable[[Any], Any]] = {}
        self._outgoing: deque[tuple[float, str, Any]] = deque(maxlen=MOST_WAITING)
        self._filled = threading.Event()
        self._questions: dict[str, _Question] = {}
        self._answering = threading.BoundedSemaphore(MOST_ANSWERING)
        self._peers: dict[str, float] = {}
        self._process = 0
        self._whole_since_s: float | None = None
        self._is_outage_logged = False
        self._is_over = False
        self.name = ""

    @property
    def is_whole(self) -> bool:
        """Whether messages arrive, judged by this worker's own echo."""
        return self._whole_since_s is not None

    @property
    def whole_for_s(self) -> float:
        """Seconds since it is whole; 0 while it isn't."""
        since_s = self._whole_since_s
        return 0.0 if since_s is None else time.monotonic() - since_s

    @property
    def peers(self) -> list[str]:
        """The names of the other reachable workers; none while the connection is broken."""
        return list(self._peers) if self.is_whole else []

    @property
    def workers(self) -> int:
        """Number of reachable workers, including this one."""
        return 1 + len(self._peers)

    def listen(self, kind: str, handler: Handler) -> None:
        """Register a handler; it is called by the listening thread and must be brief."""
        self._handlers.setdefault(kind, []).append(handler)

    def answer(self, kind: str, answerer: Callable[[Any], Any]) -> None:
        """Register an answerer for requests of a kind; it runs in a thread of its own."""
        self._answerers[kind] = answerer

    def publish(self, kind: str, message: Any = None) -> None:
        """Send to all other workers, best effort. Never blocks or fails."""
        if self._process != os.getpid():
            self._start_sender()
        self._outgoing.append((time.monotonic(), kind, message))
        self._filled.set()

    def publish_here(self, kind: str, message: Any = None) -> None:
        """Call this worker's own handlers."""
        self._hand_on(kind, self.name, message)

    def ask(self, worker: str, kind: str, message: Any, timeout_s: float) -> Any:
        """Request an answer from another worker. Raises NobodyAnswered."""
        if not self.is_whole:
            raise NobodyAnswered
        number, question = secrets.token_hex(8), _Question()
        self._questions[number] = question
        try:
            self.publish("ask", {"to": worker, "number": number, "kind": kind, "said": message})
            if not question.answered.wait(timeout_s + PATIENCE_S):
                raise NobodyAnswered
        finally:
            del self._questions[number]
        if "value" not in question.answer:
            raise NobodyAnswered
        return question.answer["value"]

    def start(self) -> None:
        """Start listening, until the process ends."""
        if self._process != os.getpid():
            self._start_sender()
        threading.Thread(target=self._listen_loop, name="relay-ear", daemon=True).start()

    def stop(self) -> None:
        """Announce an orderly end, and stop sending and listening."""
        self.publish("bye")
        deadline = time.monotonic() + POLL_INTERVAL_S
        while self._outgoing and self.is_whole and time.monotonic() < deadline:
            time.sleep(0.02)
        self._is_over = True
        self._filled.set()

    def _start_sender(self) -> None:
        """A forked process has none of its parent's threads: start a sender of its own."""
        self._process = os.getpid()
        self.name = secrets.token_hex(6)
        self._outgoing = deque(maxlen=MOST_WAITING)
        self._filled = threading.Event()
        threading.Thread(target=self._send_loop, name="relay-mouth", daemon=True).start()

    def _send_loop(self) -> None:
        failures, client = 0, None
        while not self._is_over:
            self._filled.wait()
            self._filled.clear()
            while self._outgoing and not self._is_over:
                try:
                    client = client or open_client(self._url)
                    client.publish(self._channel, self._letter())
                    failures = 0
                except AWAY as error:
                    self._note_away(error)
                    time.sleep(PAUSES_S[min(failures, len(PAUSES_S) - 1)])
                    failures += 1
                except Exception as error:  # in any case later messages must be sent
                    log.error("relay_publish_failed", exc_info=error)
                    time.sleep(PAUSES_S[-1])

    def _letter(self) -> bytes:
        """The queued, not outdated messages as one; values without a JSON form are left out."""
        fresh_s, length = time.monotonic() - STALE_S, 0
        encoded: list[bytes] = []
        while self._outgoing and length < MOST_BYTES:
            at_s, kind, message = self._outgoing.popleft()
            if at_s < fresh_s:
                continue
            try:
                encoded.append(orjson.dumps((kind, message), option=orjson.OPT_NON_STR_KEYS))
            except TypeError as error:
                log.warning("relay_message_unserializable", kind=kind, error=str(error))
                continue
            length += len(encoded[-1])
        return self._opening() + b',"told":[' + b",".join(encoded) + b"]}"

    def _listen_loop(self) -> None:
        failures = 0
        while not self._is_over:
            try:
                with Subscription(self._url, self._channel) as subscription:
                    self._receive(subscription)
            except AWAY as error:
                failures = 0 if self.is_whole else failures + 1
                self._note_away(error)
            except Exception as error:  # the only listener must continue in any case
                failures += 1
                self._note_away(error)
                log.error("relay_listen_failed", exc_info=error)
            time.sleep(PAUSES_S[min(failures, len(PAUSES_S) - 1)])

    def _receive(self, subscription: Subscription) -> None:
        """Listen until the connection breaks. Raises its error."""
        self._last_s = here_s = time.monotonic()
        self.publish("here")
        while not self._is_over:
            letter = subscription.next(POLL_INTERVAL_S)
            if letter is not None:
                self._read(letter)
            now_s = time.monotonic()
            if now_s - here_s >= HERE_EVERY_S:
                here_s = now_s
                self.publish("here")
                self._drop_silent_peers(now_s)
            if now_s - self._last_s > LOST_AFTER_S:
                raise Silence

    def _read(self, letter: bytes) -> None:
        if letter.startswith(self._opening()):
            self._note_echo()
            return
        try:
            parsed = orjson.loads(letter)
            sender, messages = (
                str(parsed["from"]),
                [(str(kind), what) for kind, what in parsed["told"]],
            )
        except (ValueError, KeyError, TypeError):
            log.warning("relay_message_malformed", length=len(letter))
            return
        # Jobs and commands send too; listeners announce themselves.
        if sender in self._peers or any(kind == "here" for kind, _ in messages):
            self._peers[sender] = time.monotonic()
        for kind, what in messages:
            try:
                self._take(sender, kind, what)
            except (KeyError, TypeError):
                log.warning("relay_handler_input_malformed", kind=kind)
            yield_to_loop()  # thousands may arrive at once, and others wait for the loop

    def _opening(self) -> bytes:
        """The prefix of this worker's messages, by which its echo is detected without parsing."""
        return b'{"from":"%s"' % self.name.encode()

    def _take(self, sender: str, kind: str, message: Any) -> None:
        if kind == "ask" and message["to"] == self.name:
            # Beyond that the request isn't from a worker, or its answer would come too late.
            if self._answering.acquire(blocking=False):
                threading.Thread(target=self._answer, args=(sender, message), daemon=True).start()
        elif kind == "answer" and message["to"] == self.name:
            question = self._questions.get(message["number"])
            if question is not None:
                question.answer = message
                question.answered.set()
        elif kind == "bye":
            self._lose(sender)
        else:
            self._hand_on(kind, sender, message)

    def _answer(self, sender: str, asked: Mapping[str, Any]) -> None:
        answer: dict[str, Any] = {"to": sender, "number": asked["number"]}
        answerer = self._answerers.get(asked["kind"])
        try:
            if answerer is not None:
                answer["value"] = answerer(asked["said"])
        except NobodyAnswered:
            pass
        except Exception as error:
            log.error("relay_answer_failed", kind=asked["kind"], exc_info=error)
        finally:
            self._answering.release()
        self.publish("answer", answer)

    def _hand_on(self, kind: str, sender: str, message: Any) -> None:
        for handler in self._handlers.get(kind, ()):
            try:
                handler(sender, message)
            except Exception as error:
                log.error("relay_handler_failed", kind=kind, exc_info=error)

    def _note_echo(self) -> None:
        self._last_s = time.monotonic()
        if self._whole_since_s is None:
            self._whole_since_s = self._last_s
            # Peers that were silent during the outage are not dropped for that.
            self._peers = dict.fromkeys(self._peers, self._last_s)
            if self._is_outage_logged:
                self._is_outage_logged = False
                log.info("relay_recovered")
            self._hand_on("whole", self.name, None)

    def _drop_silent_peers(self, now_s: float) -> None:
        if self.is_whole:
            for peer in [one for one, at_s in self._peers.items() if now_s - at_s > PEER_GONE_S]:
                self._lose(peer)

    def _lose(self, peer: str) -> None:
        if self._peers.pop(peer, None) is not None:
            self._hand_on("lost", peer, None)

    def _note_away(self, error: Exception) -> None:
        self._whole_since_s = None
        for question in list(self._questions.values()):
            question.answered.set()
        if not self._is_outage_logged:
            self._is_outage_logged = True
            log.error("relay_disconnected", error=repr(error))
