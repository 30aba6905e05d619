"""What workers tell each other, through Redis, without anybody having to wait for it.

All of it is hints: what must not be lost is in the database, and each worker looks there by itself.
So telling puts something into a short queue and returns; a thread of its own sends it. While Redis
is away what is told is dropped, and `is_whole` says so. Messages are JSON and nothing else.
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

from server.foundation.workers.redis_connections import AWAY, Hearing, Silence, open_client

log = structlog.get_logger(__name__)

MOST_WAITING: Final = 5_000
STALE_S: Final = 5.0
MOST_BYTES: Final = 256 * 1024
HERE_EVERY_S: Final = 2.0
LOST_AFTER_S: Final = 6.0
"""For so long nobody may hear himself before the line counts as broken."""
PEER_GONE_S: Final = 10.0
PAUSES_S: Final = (0.5, 1.0, 2.0, 5.0)
LOOK_S: Final = 1.0
MOST_ANSWERING: Final = 64
PATIENCE_S: Final = 1.0
"""Beyond the time that an answer may take at the other worker."""

Handler = Callable[[str, Any], None]
"""Is given the name of the worker that told, and what it said."""


class NobodyAnswered(Exception):
    """The other worker didn't answer in time, or nobody can be asked now."""


@dataclass
class _Question:
    answered: threading.Event = field(default_factory=threading.Event)
    answer: Mapping[str, Any] = field(default_factory=dict)


class Relay:
    """One worker's end. A process that only tells never begins to listen."""

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
        self._is_told_away = False
        self._is_over = False
        self.name = ""

    @property
    def is_whole(self) -> bool:
        """Whether what is told is heard, as far as this worker hears itself."""
        return self._whole_since_s is not None

    @property
    def whole_for_s(self) -> float:
        """For how long it has been so; 0 while it isn't."""
        since_s = self._whole_since_s
        return 0.0 if since_s is None else time.monotonic() - since_s

    @property
    def peers(self) -> list[str]:
        """The names of the other workers that are heard; nobody can be asked while none is."""
        return list(self._peers) if self.is_whole else []

    @property
    def workers(self) -> int:
        """How many workers are heard, this one with them."""
        return 1 + len(self._peers)

    def listen(self, kind: str, handler: Handler) -> None:
        """Wire a handler; it is called by the thread that listens, and must be brief."""
        self._handlers.setdefault(kind, []).append(handler)

    def answer(self, kind: str, answerer: Callable[[Any], Any]) -> None:
        """Wire what answers questions of a kind, in a thread of its own."""
        self._answerers[kind] = answerer

    def tell(self, kind: str, said: Any = None) -> None:
        """Tell all other workers, maybe. Never waits, never fails."""
        if self._process != os.getpid():
            self._begin_to_tell()
        self._outgoing.append((time.monotonic(), kind, said))
        self._filled.set()

    def tell_here(self, kind: str, said: Any = None) -> None:
        """Have this worker's own handlers hear something."""
        self._hand_on(kind, self.name, said)

    def ask(self, worker: str, kind: str, said: Any, timeout_s: float) -> Any:
        """What another worker answers. Raises NobodyAnswered."""
        if not self.is_whole:
            raise NobodyAnswered
        number, question = secrets.token_hex(8), _Question()
        self._questions[number] = question
        try:
            self.tell("ask", {"to": worker, "number": number, "kind": kind, "said": said})
            if not question.answered.wait(timeout_s + PATIENCE_S):
                raise NobodyAnswered
        finally:
            del self._questions[number]
        if "value" not in question.answer:
            raise NobodyAnswered
        return question.answer["value"]

    def start(self) -> None:
        """Begin to listen, until the process ends."""
        if self._process != os.getpid():
            self._begin_to_tell()
        threading.Thread(target=self._hear_for_ever, name="relay-ear", daemon=True).start()

    def stop(self) -> None:
        """Tell that this worker ends, in an orderly way, and neither tell nor listen any more."""
        self.tell("bye")
        deadline = time.monotonic() + LOOK_S
        while self._outgoing and self.is_whole and time.monotonic() < deadline:
            time.sleep(0.02)
        self._is_over = True
        self._filled.set()

    def _begin_to_tell(self) -> None:
        """A copy of a process has none of its threads: it begins with an end of its own."""
        self._process = os.getpid()
        self.name = secrets.token_hex(6)
        self._outgoing = deque(maxlen=MOST_WAITING)
        self._filled = threading.Event()
        threading.Thread(target=self._tell_for_ever, name="relay-mouth", daemon=True).start()

    def _tell_for_ever(self) -> None:
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
                except Exception as error:  # whatever it was, what follows must be told
                    log.error("something could not be told to workers", exc_info=error)
                    time.sleep(PAUSES_S[-1])

    def _letter(self) -> bytes:
        """What waits and isn't stale, as one message; what JSON has no form for is left out."""
        fresh_s, length = time.monotonic() - STALE_S, 0
        told: list[bytes] = []
        while self._outgoing and length < MOST_BYTES:
            at_s, kind, said = self._outgoing.popleft()
            if at_s < fresh_s:
                continue
            try:
                told.append(orjson.dumps((kind, said), option=orjson.OPT_NON_STR_KEYS))
            except TypeError as error:
                log.warning("what was to be told has no form in JSON", kind=kind, error=str(error))
                continue
            length += len(told[-1])
        return self._opening() + b',"told":[' + b",".join(told) + b"]}"

    def _hear_for_ever(self) -> None:
        failures = 0
        while not self._is_over:
            try:
                with Hearing(self._url, self._channel) as hearing:
                    self._hear(hearing)
            except AWAY as error:
                failures = 0 if self.is_whole else failures + 1
                self._note_away(error)
            except Exception as error:  # the only ear: whatever it was, it must go on
                failures += 1
                self._note_away(error)
                log.error("what workers tell can't be heard", exc_info=error)
            time.sleep(PAUSES_S[min(failures, len(PAUSES_S) - 1)])

    def _hear(self, hearing: Hearing) -> None:
        """Hear until the line breaks. Raises what broke it."""
        self._last_s = here_s = time.monotonic()
        self.tell("here")
        while not self._is_over:
            letter = hearing.next(LOOK_S)
            if letter is not None:
                self._read(letter)
            now_s = time.monotonic()
            if now_s - here_s >= HERE_EVERY_S:
                here_s = now_s
                self.tell("here")
                self._look_for_peers(now_s)
            if now_s - self._last_s > LOST_AFTER_S:
                raise Silence

    def _read(self, letter: bytes) -> None:
        if letter.startswith(self._opening()):
            self._hear_itself()
            return
        try:
            said = orjson.loads(letter)
            sender, told = str(said["from"]), [(str(kind), what) for kind, what in said["told"]]
        except (ValueError, KeyError, TypeError):
            log.warning("a message to workers can't be read", length=len(letter))
            return
        # Jobs and commands tell, too; who listens says that he is here.
        if sender in self._peers or any(kind == "here" for kind, _ in told):
            self._peers[sender] = time.monotonic()
        for kind, what in told:
            try:
                self._take(sender, kind, what)
            except (KeyError, TypeError):
                log.warning("what a worker told can't be read", kind=kind)
            time.sleep(0)  # thousands may be told at once, and others wait for the loop

    def _opening(self) -> bytes:
        """How each message of this worker's begins: it needn't be read to be known."""
        return b'{"from":"%s"' % self.name.encode()

    def _take(self, sender: str, kind: str, said: Any) -> None:
        if kind == "ask" and said["to"] == self.name:
            # Beyond that whoever asks isn't a worker, or wouldn't hear the answer in time.
            if self._answering.acquire(blocking=False):
                threading.Thread(target=self._answer, args=(sender, said), daemon=True).start()
        elif kind == "answer" and said["to"] == self.name:
            question = self._questions.get(said["number"])
            if question is not None:
                question.answer = said
                question.answered.set()
        elif kind == "bye":
            self._lose(sender)
        else:
            self._hand_on(kind, sender, said)

    def _answer(self, sender: str, asked: Mapping[str, Any]) -> None:
        answer: dict[str, Any] = {"to": sender, "number": asked["number"]}
        answerer = self._answerers.get(asked["kind"])
        try:
            if answerer is not None:
                answer["value"] = answerer(asked["said"])
        except NobodyAnswered:
            pass
        except Exception as error:
            log.error("another worker's question broke off", kind=asked["kind"], exc_info=error)
        finally:
            self._answering.release()
        self.tell("answer", answer)

    def _hand_on(self, kind: str, sender: str, said: Any) -> None:
        for handler in self._handlers.get(kind, ()):
            try:
                handler(sender, said)
            except Exception as error:
                log.error("what another worker told broke off", kind=kind, exc_info=error)

    def _hear_itself(self) -> None:
        self._last_s = time.monotonic()
        if self._whole_since_s is None:
            self._whole_since_s = self._last_s
            # Whoever wasn't heard while nobody was isn't gone for that.
            self._peers = dict.fromkeys(self._peers, self._last_s)
            if self._is_told_away:
                self._is_told_away = False
                log.info("workers hear each other again")
            self._hand_on("whole", self.name, None)

    def _look_for_peers(self, now_s: float) -> None:
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
        if not self._is_told_away:
            self._is_told_away = True
            log.error("workers can't hear each other for now: Redis is away", error=repr(error))
