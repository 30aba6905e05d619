"""The reading process in tests: a real one beside a web worker, or its views without the socket."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

from server.app import create_app
from server.operations.supervisor.serve import READING_PROCESS
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.upkeep import catch_up
from server.web.health import READING as KEY
from server.web.reading_process.answering import answer
from server.web.reading_process.client import ReadingClient
from server.web.reading_process.frames import Call, ContactsAnswer, Head, Piece, address
from server.web.reading_process.presence import AskedPresence, contacts_answer, fetch_all_contacts
from tests.support.app.cleanup import at_end
from tests.support.app.world import World
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import WebWorker, inherited_environment, web_worker


class WithoutASocket:
    """Answers an app's calls with the views of another, which reads alone."""

    def __init__(self, world: World) -> None:
        self.answered = 0
        self.followed: list[dict[int, str]] = []
        """The stamps sent to be brought in line."""
        live = world.app.extensions["anping.live"]

        def contacts(since_ms: int) -> ContactsAnswer:
            now_ms = world.clock.now_ms()
            return fetch_all_contacts(
                lambda asked: contacts_answer(live.presence, asked, now_ms), since_ms
            )

        def follow(stamps: Mapping[int, str]) -> None:
            self.followed.append(dict(stamps))
            catch_up(playback_of(world.app), stamps)

        self.app = create_app(
            world.core.settings,
            world.clock,
            reader=(follow, AskedPresence(contacts)),
        )
        self.app.jinja_env.bytecode_cache = world.app.jinja_env.bytecode_cache
        at_end(World(self.app, world.clock).close)

    def answer(self, call: Call) -> tuple[Head, Iterator[bytes]]:
        """As the real one, when all of it is there; what passes a socket can be packed."""
        self.answered += 1
        sent: list[Any] = []
        answer(
            self.app, msgspec.msgpack.decode(msgspec.msgpack.encode(call), type=Call), sent.append
        )
        return sent[0], (one.content for one in sent if isinstance(one, Piece))

    answer_soon = answer


def read_by_another(world: World) -> WithoutASocket:
    """From now on a world's requests are answered as those of a server with a reading process."""
    made = world.app.extensions[KEY] = WithoutASocket(world)
    return made


@dataclass
class ReadingProcess:
    """A real one, held by its id."""

    process: "subprocess.Popen[bytes]"
    where: str

    def wait(self) -> None:
        """Return when it answers."""
        asks = ReadingClient(self.where, {})
        asks._come_by_s = 0.0
        until("the reading process answers", asks.health)

    def signal(self, number: int) -> None:
        """To the process alone."""
        self.process.send_signal(number)

    def stop(self) -> None:
        """End it, if it hasn't."""
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait(PATIENCE_S)


def start_reading(world: World, **environment: str) -> ReadingProcess:
    """Begin one on a world's data."""
    data = world.core.settings.data
    with (data / "reading.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "server.operations.reading_process.process"],
            cwd=ROOT,
            env={**inherited_environment(), **world.environment, **environment},
            stdout=log,
            stderr=log,
        )
    return ReadingProcess(process, address(data))


@dataclass
class Pair:
    """A web worker and the reading process that it asks."""

    web: WebWorker
    reading: ReadingProcess


@contextmanager
def web_and_reading(world: World) -> Iterator[Pair]:
    """Both on a world's data, for the block's length; it may put another in the place of one."""
    with web_worker(world, **{READING_PROCESS: "1"}) as web:
        pair = Pair(web, start_reading(world))
        try:
            pair.reading.wait()
            yield pair
        finally:
            pair.reading.stop()


def log_of(world: World) -> str:
    """The log of the reading process."""
    path = world.core.settings.data / "reading.log"
    return path.read_text(encoding="utf-8") if os.path.exists(path) else ""  # noqa: PTH110 - read above
