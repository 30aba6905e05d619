"""A client of resumable uploads over real connections, which can be cut in the middle of a part."""

import http.client
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.factories.tus_client import PART, VERSION, metadata
from tests.support.patience import PATIENCE_S, until
from tests.support.speed.memory import private_bytes, tree

BLOCK = 256 * 1024


@dataclass
class Sender:
    """Sends one file to `base`, as the owner of a bearer token."""

    base: str
    token: str
    file: Path
    url: str = ""

    def begin(self) -> None:
        """Announce it."""
        headers = {**VERSION, "Upload-Length": str(self.size)}
        headers["Upload-Metadata"] = metadata(filename=self.file.name)
        status, answered = self._ask("POST", "/api/v1/uploads", headers)
        assert status == 201, status
        self.url = urlsplit(answered["location"]).path

    @property
    def size(self) -> int:
        """Bytes in all."""
        return self.file.stat().st_size

    def head(self) -> dict[str, str]:
        """The headers of a HEAD; waits while the server is away or still holds the upload."""
        return until("the server comes back", self._head, every_s=0.1)

    def _head(self) -> dict[str, str]:
        try:
            status, headers = self._ask("HEAD", self.url, VERSION)
        except OSError:
            status, headers = 503, {}
        assert status in (200, 423, 503), status
        return headers if status == 200 else {}

    def send(
        self, until: int | None = None, then: Callable[[], object] = lambda: None
    ) -> dict[str, str]:
        """Send from where the server is; the headers of the answer.

        At `until` it stops in the middle of the part, calls `then`, and cuts the connection.
        """
        offset = int(self.head()["upload-offset"])
        if offset == self.size:
            return self.head()
        connection = self._connect()
        try:
            connection.putrequest("PATCH", self.url)
            headers = {
                **PART,
                "Upload-Offset": str(offset),
                "Content-Length": str(self.size - offset),
            }
            self._end_head(connection, headers)
            with self.file.open("rb") as file:
                file.seek(offset)
                while file.tell() < (until or self.size):
                    connection.send(file.read(BLOCK))
            then()
            return {} if until is not None else _headers(connection.getresponse())[1]
        finally:
            connection.close()

    def send_whole(self) -> str:
        """Go on until the server names the asset, whatever happens to it meanwhile."""

        def sent() -> str | None:
            try:
                return self.send().get("anping-asset")
            except (OSError, http.client.HTTPException):
                return None

        found = until("the server names the asset", sent, patience_s=3 * PATIENCE_S, every_s=0)
        assert found is not None
        return found

    def _ask(self, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
        connection = self._connect()
        try:
            connection.putrequest(method, path)
            self._end_head(connection, headers if method != "POST" else {**headers, **_EMPTY})
            return _headers(connection.getresponse())
        finally:
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        place = urlsplit(self.base)
        if place.scheme == "https":
            return http.client.HTTPSConnection(place.netloc, timeout=PATIENCE_S)
        return http.client.HTTPConnection(place.netloc, timeout=PATIENCE_S)

    def _end_head(self, connection: http.client.HTTPConnection, headers: dict[str, str]) -> None:
        for name, value in {**headers, "Authorization": f"Bearer {self.token}"}.items():
            connection.putheader(name, value)
        connection.endheaders()


_EMPTY = {"Content-Length": "0"}


def _headers(answer: http.client.HTTPResponse) -> tuple[int, dict[str, str]]:
    answer.read()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}


@dataclass
class Memory:
    """The private memory of a process and all below it, in MiB: before, and at its highest."""

    before: float
    peak: float = 0.0
    seen: list[float] = field(default_factory=list)


@contextmanager
def memory_watched(pid: int) -> Iterator[Memory]:
    """Sample ten times a second while the block runs; processes that end meanwhile are dropped."""
    memory, over = Memory(private_mib(pid)), threading.Event()

    def sample() -> None:
        while not over.wait(0.1):
            memory.seen.append(private_mib(pid))

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield memory
    finally:
        over.set()
        thread.join()
        memory.peak = max([memory.before, *memory.seen])


def private_mib(pid: int) -> float:
    """Pages that are nobody else's, of the whole tree."""
    return sum(map(private_bytes, tree(pid))) / (1024 * 1024)


def noise(path: Path, size: int, head: bytes) -> Path:
    """A file of that size that begins like a clip and goes on without any pattern."""
    with path.open("wb") as file:
        file.write(head)
        while (left := size - file.tell()) > 0:
            file.write(os.urandom(min(left, 4 * 1024 * 1024)))
    return path
