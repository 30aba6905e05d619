"""The district: a whole server on files of SQLite, its faults, and its stored plays."""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from server.content.models import Asset
from tests.support.app.campaigns import live, make_playlist, open_office
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.world import World, make_world
from tests.support.endurance.crowd import OPTIONS
from tests.support.factories.sample_files import clip
from tests.support.factories.screenshots import make_filmed
from tests.support.processes.furnished_district import (
    FILM,
    KEY,
    District,
    coloured_picture,
    open_doors,
    program_token,
)
from tests.support.processes.server import RunningServer, free_port, start_server
from tests.support.speed.memory import anonymous_bytes, tree

A_VENUE = 10
LOCK_S = 60.0
SERVES, OTHERS = b"gunicorn", "all others"
Waits = Callable[[float], None]
"""Lets so many s pass."""
SHOWN = ("red", FILM, "green", "blue")


@dataclass
class Site:
    """A server in its folder that may die, and its lives so far."""

    district: District
    folder: Path
    port: int
    screens: list[str]
    serials: list[str]
    life: int = 0

    @property
    def server(self) -> RunningServer:
        """The one that is running."""
        return self.district.server

    @property
    def approved(self) -> set[str]:
        """Digests of all that may be shown."""
        return set(self.district.pictures)

    @property
    def plays_url(self) -> str:
        """Where its plays are."""
        return f"sqlite:///{self.folder}/data/plays.db"

    def address(self, serial: str) -> str:
        """Where a box opens the player."""
        return f"{self.server.base}/player/#enrol={KEY}&serial={serial}"

    def is_killed(self, for_s: float, waits: Waits) -> None:
        """As by a power cut, and started again so much later."""
        self.server.kill()
        waits(for_s)
        self.district = self.district.started_again()
        self.life += 1

    def is_suspended(self, for_s: float, waits: Waits) -> None:
        """All of its processes."""
        os.killpg(self.server.process.pid, signal.SIGSTOP)
        waits(for_s)
        os.killpg(self.server.process.pid, signal.SIGCONT)

    def has_its_database_locked(self, for_s: float, waits: Waits) -> None:
        """By somebody who writes and doesn't come to an end."""
        path = self.folder / "data" / "plays.db"
        with closing(sqlite3.connect(path, isolation_level=None, timeout=LOCK_S)) as other:
            other.execute("BEGIN IMMEDIATE")
            waits(for_s)
            other.execute("ROLLBACK")

    def memory(self) -> dict[str, float]:
        """Bytes of who serves, and of all others together: workers are replaced."""
        found: dict[str, float] = {}
        for pid in tree(self.server.process.pid):
            who = f"gunicorn {pid}" if serves(pid) else OTHERS
            found[who] = found.get(who, 0.0) + anonymous_bytes(pid)
        return {who: size for who, size in found.items() if size}


def serves(pid: int) -> bool:
    """Whether a process is of gunicorn's, by the words of its command."""
    try:
        return SERVES in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def furnish(folder: Path, players: int, boxes: int, slot_s: int, minute_s: float) -> Site:
    """Serving: screens with a plan of pictures and a film; beside the data the crowd's request."""
    world = make_world(folder)
    world.clock.at_ms = time.time_ns() // 1_000_000
    office = open_office(world)
    author = office.author.user_id
    made = [asset(world, author, one, slot_s) for one in SHOWN]
    pictures = {digest: content for _, found in made for digest, content in found.items()}
    venues = [make_venue(world) for _ in range(-(-players // A_VENUE))]
    bound = [make_screen(world, venue=venues[n // A_VENUE]) for n in range(players)]
    serials = [f"BOX-{n + 1}" for n in range(boxes)]
    waiting = [make_screen(world, venue=venues[0], serial=one, enrolled_at=None) for one in serials]
    playlist = make_playlist(office, *(f"a_{one}" for one, _ in made), duration_s=slot_s)
    yesterday = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86_400))
    campaign = live(
        office,
        playlist_id=playlist,
        starts_on=yesterday,
        ends_on="2030-12-31",
        target={"kind": "filler"},
    )
    token = open_doors(world, office.reviewer.user_id)
    officer = program_token(world, author)
    make_waiting_picture(world)
    keys = cast("list[dict[str, Any]]", world.core.signer.public_keys())
    port = free_port()
    options = {
        "base": f"http://127.0.0.1:{port}",
        "keys": keys,
        "tokens": {one.public_id: one.token for one in bound},
        "over_s": players / 50,
        "minute_s": minute_s,
    }
    (folder / OPTIONS).write_text(json.dumps(options))
    world.close()
    server = start_server(folder, port)
    screens = [one.public_id for one in waiting]
    district = District(server, token, screens[0], campaign, pictures, officer)
    server.wait_until_ready()
    return Site(district, folder, port, screens, serials)


def asset(world: World, author: int, colour: str, slot_s: int) -> tuple[int, dict[str, bytes]]:
    """A coloured picture, or a moving clip as long as a slot; its number, and content by digest."""
    if colour != FILM:
        return coloured_picture(world, author, colour)
    path = world.core.settings.data / "film.mp4"
    film = clip(path, seconds=slot_s, size=(640, 360), picture="testsrc2")
    number = make_filmed(world, film, slot_s, author=author)
    with world.core.config.read() as session:
        digests = [one.digest for one in session.get_one(Asset, number).renditions]
    return number, dict.fromkeys(digests, path.read_bytes())
