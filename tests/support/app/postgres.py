"""A private PostgreSQL in a folder of its own, reached by a socket there or by a free port."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.support.patience import PATIENCE_S, until

# Durability is the server's own affair: here only its answers matter, and that they come soon.
FAST = (
    "fsync=off",
    "full_page_writes=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
    "checkpoint_timeout=1h",
    "jit=off",
    "max_connections=400",
)
QUIET = ("listen_addresses=", "log_min_messages=fatal", "logging_collector=off")


@dataclass
class PostgresServer:
    """One cluster, and its process held by its id."""

    folder: Path
    options: tuple[str, ...] = FAST
    process: subprocess.Popen[bytes] = field(init=False)

    def url(self, name: str) -> str:
        """A database's URL."""
        return f"postgresql://postgres@/{name}?host={quote(str(self.folder), safe='')}"

    def create(self, name: str, like: str | None = None) -> None:
        """Make a database, empty or as a copy of one that nobody is connected to."""
        self._run(
            f"CREATE DATABASE {name}" + (f" TEMPLATE {like} STRATEGY FILE_COPY" if like else "")
        )

    def drop(self, name: str) -> None:
        """Drop a database, even with open connections."""
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def start(self) -> None:
        """Start, and return when it takes connections.

        After a kill the kernel may still be ending children, whose memory the new one waits for.
        """
        try:
            until("PostgreSQL starts", self._starts)
        except AssertionError as never:
            never.add_note((self.folder / "log").read_text(encoding="utf-8"))
            raise

    def _starts(self) -> bool:
        given = [word for option in (*self.options, *QUIET) for word in ("-c", option)]
        place = ["-D", self.folder / "data", "-k", self.folder]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*as_postgres("--pdeathsig", "QUIT"), program("postgres"), *place, *given],
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        return self._answers()

    def kill(self) -> None:
        """A power cut: the process and all that it started."""
        children = _children_of(self.process.pid)
        for pid in (self.process.pid, *children):
            os.kill(pid, signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    def end(self) -> None:
        """Shut down in order, as for a restart."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE_S)

    def freeze(self) -> None:
        """Stop all of its processes where they are, as on a machine that is stuck."""
        os.kill(self.process.pid, signal.SIGSTOP)
        for pid in _children_of(self.process.pid):
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        for pid in (*_children_of(self.process.pid), self.process.pid):
            os.kill(pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it without ceremony and remove its folder, also if it was left frozen."""
        if self.process.poll() is None:
            self.thaw()
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(PATIENCE_S)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload] # psycopg wants literals; names are the tests' own

    def _answers(self) -> bool:
        until("it answers or has ended", lambda: self._lets_in() or self.process.poll() is not None)
        return self.process.poll() is None

    def _lets_in(self) -> bool:
        try:
            psycopg.connect(self.url("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True


def start_postgres(options: tuple[str, ...] = FAST) -> PostgresServer:
    """A new cluster, running. It ends with this process, however that ends."""
    folder = Path(tempfile.mkdtemp(prefix="anping-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    subprocess.run(
        [
            *as_postgres(),
            *(program("initdb"), "-D", folder / "data", "-U", "postgres", "-A", "trust"),
            *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    server = PostgresServer(folder, options)
    server.start()
    return server


@contextmanager
def durable_postgres() -> Iterator[PostgresServer]:
    """A cluster meanwhile that writes as in production, with an empty database `anping`."""
    server = start_postgres(options=())
    try:
        server.create("anping")
        yield server
    finally:
        server.stop()


def program(name: str) -> Path:
    """One of PostgreSQL's programs, of the newest version that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda one: one.parts[4])
    if not found:
        text = "PostgreSQL isn't installed: make setup-tests"
        raise AssertionError(text)
    return found[-1]


def as_postgres(*more: str) -> list[str]:
    """What a command begins with that root may not run: PostgreSQL refuses to be root's."""
    if os.geteuid() != 0:
        return ["setpriv", *more] if more else []
    return ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", *more]


def _children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]
