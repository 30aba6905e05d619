"""A district that is ready to play, made in its folder before a real server is started there."""

import io
import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from PIL import Image

from playlists.wire.manifest import decode
from playlists.wire.model import Manifest
from server.accounts.auth.one_time_secrets import PERSON_PREFIX, hashed, new_secret
from server.accounts.models import ApiToken
from server.content.models import Asset
from server.inventory.screens.models import EnrolmentKey
from tests.support.app.campaigns import live, make_playlist, open_office
from tests.support.app.cleanup import at_end
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import make_screen, make_venue, root_unit
from tests.support.app.world import World, make_world
from tests.support.factories.assets import keep, make_asset
from tests.support.factories.sample_files import clip
from tests.support.factories.screenshots import make_filmed
from tests.support.processes.server import ROOT, RunningServer, command, free_port, start_server

FILM = "film"
KEY, SERIAL = "ane_of-a-test", "BOX-1"
Ordered = tuple[Sequence[str], dict[str, Any]]
"""The colours of a campaign's pictures, and further fields of its order."""
Maker = Callable[[World, int, str], tuple[int, dict[str, bytes]]]
"""Makes an approved asset of an author by the colour (or other name) in the order; its number, and
its renditions' contents by digest."""
ALL_FILLER: Sequence[Ordered] = ((("red", "green", "blue"), {"target": {"kind": "filler"}}),)
DAY_MS = 86_400_000
ANSWER_S = 30


@dataclass(frozen=True)
class District:
    """A server and one screen, to be bound by `#enrol=`; its plan is pictures of a few seconds.

    `token` reads everything, `officer` is the publicity officer's.
    """

    server: RunningServer
    token: str
    screen_id: str
    campaign: str
    pictures: dict[str, bytes]
    officer: str = ""

    @property
    def address(self) -> str:
        """Where the box opens the player."""
        return f"{self.server.base}/player/#enrol={KEY}&serial={SERIAL}"

    def started_again(self) -> "District":
        """The same server, as another process."""
        port = int(self.server.base.rpartition(":")[2])
        server = start_server(self.server.folder, port)
        server.wait_until_ready()
        return replace(self, server=server)

    def asks(self, path: str) -> Any:
        """Read a resource with the token of a person who may see everything."""
        request = urllib.request.Request(self.server.base + path)
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
            return json.load(answer)

    def posts(self, path: str, body: Any) -> Any:
        """Do something as the publicity officer; a refusal is raised with its words."""
        request = urllib.request.Request(self.server.base + path, json.dumps(body).encode())
        request.add_header("Authorization", f"Bearer {self.officer}")
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
                return json.load(answer)
        except HTTPError as refused:
            with refused:
                refused.add_note(refused.read().decode())
            raise

    def manifest(self, digest: str) -> Manifest:
        """A manifest by its digest."""
        with urllib.request.urlopen(
            f"{self.server.base}/manifests/{digest}", timeout=ANSWER_S
        ) as answer:
            return decode(answer.read())

    def log(self) -> list[dict[str, Any]]:
        """The screen's raw log, in order of time."""
        now_s = time.time()
        since, until = (
            time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now_s + d)) for d in (-7200, 7200)
        )
        items, cursor = [], ""
        while True:
            query = f"screen_id={self.screen_id}&from={since}&to={until}&limit=200{cursor}"
            page = self.asks(f"/api/v1/plays?{query}")
            items += page["items"]
            if page["next"] is None:
                return sorted(items, key=lambda play: play["start"] or "")
            cursor = f"&cursor={page['next']}"


def coloured_picture(world: World, author: int, colour: str) -> tuple[int, dict[str, bytes]]:
    """An approved asset whose renditions are real pictures; its number, and content by digest."""
    number = make_asset(world, author=author)
    found = {}
    with world.core.config.write() as session:
        for one in session.get_one(Asset, number).renditions:
            out = io.BytesIO()
            Image.new("RGB", (one.width, one.height), colour).save(out, "JPEG")
            one.digest = keep(world, out.getvalue())
            one.bytes, one.blocks = len(out.getvalue()), [one.digest]
            found[one.digest] = out.getvalue()
    return number, found


def picture_or_film(world: World, author: int, colour: str) -> tuple[int, dict[str, bytes]]:
    """A coloured picture, or for `FILM` a moving clip of ten seconds, without content by digest."""
    if colour != FILM:
        return coloured_picture(world, author, colour)
    options = {"force_key_frames": "expr:gte(t,n_forced)"}
    path = world.core.settings.data / "film.mp4"
    film = clip(path, seconds=10, size=(640, 360), picture="testsrc2", options=options)
    return make_filmed(world, film, 10, author=author), {}


@contextmanager
def furnished(
    folder: Path,
    slot_s: int,
    ordered: Sequence[Ordered] = ALL_FILLER,
    maker: Maker = coloured_picture,
    serials: Sequence[str] = (SERIAL,),
    release: Path = ROOT,
) -> Iterator[District]:
    """A running server whose one bank screen plays coloured pictures of `slot_s` seconds.

    `campaign` is the first of those ordered, `screen_id` that of the first of the serials. The
    server is this tree's, or that of an older release in its folder, on that release's tables.
    """
    world = make_world(folder)
    world.clock.at_ms = time.time_ns() // 1_000_000
    office = open_office(world)
    pictures: dict[str, bytes] = {}
    campaigns = []
    for colours, order in ordered:
        assets = [maker(world, office.author.user_id, colour) for colour in colours]
        playlist = make_playlist(office, *(f"a_{one}" for one, _ in assets), duration_s=slot_s)
        today = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86400))
        dates = {"starts_on": today, "ends_on": "2030-12-31"}
        campaigns.append(live(office, playlist_id=playlist, **{**dates, **order}))
        pictures |= {digest: content for _, found in assets for digest, content in found.items()}
    venue = make_venue(world)
    screens = [
        make_screen(world, venue=venue, serial=one, enrolled_at=None).public_id for one in serials
    ]
    token = open_doors(world, office.reviewer.user_id)
    officer = program_token(world, office.author.user_id)
    make_waiting_picture(world)
    world.close()
    if release != ROOT:
        back = command(folder, "migrate", "--back-to", str(release))
        assert back.returncode == 0, back.stderr
    server = start_server(folder, free_port(), release=release)
    district = District(server, token, screens[0], campaigns[0], pictures, officer)
    at_end(server.stop)
    server.wait_until_ready()
    try:
        yield district
    finally:
        server.stop()


def open_doors(world: World, user_id: int) -> str:
    """A person's token and the enrolment key of the box."""
    now_ms = world.clock.now_ms()
    unit = root_unit(world)
    with world.core.config.write() as session:
        key = EnrolmentKey(
            unit_id=unit,
            secret_hash=hashed(KEY),
            venue_kind="bank",
            uses=99,
            used=0,
            created_at=now_ms,
            expires_at=now_ms + DAY_MS,
        )
        session.add(key)
    return program_token(world, user_id)


def program_token(world: World, user_id: int) -> str:
    """An API token of a person."""
    secret = new_secret(PERSON_PREFIX)
    with world.core.config.write() as session:
        session.add(
            ApiToken(
                name="program",
                secret_hash=hashed(secret),
                user_id=user_id,
                created_at=world.clock.now_ms(),
                expires_at=None,
            )
        )
    return secret
