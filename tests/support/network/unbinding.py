"""What a network does to have a bound player take another's keys, and the screen under attack."""

import json
import secrets
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from playlists.wire.manifest import decode
from server.foundation.crypto.signing import Signer, public_jwk
from tests.support.app.cleanup import at_end
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.defect import Defect
from tests.support.devices.kiosk import kiosk
from tests.support.devices.rendered_page import opened_page
from tests.support.devices.siege import (
    BUILT_IN,
    OTHER_SERIAL,
    PLAN,
    SAMPLE_INTERVAL_S,
    SLOT_S,
    SMALL,
    Assets,
    Siege,
    bound_beside,
)
from tests.support.factories.releases import write_build
from tests.support.network.attacks import ORDERS, Evil, evil_like
from tests.support.network.hostile_proxy import Asked, Attack, Reply, hostile_proxy
from tests.support.patience import until
from tests.support.processes.furnished_district import KEY, SERIAL, furnished, program_token
from tests.support.processes.last_release import this_tree
from tests.support.processes.server import ROOT, start_server

TOKEN, PAIRING = "/api/v1/player/token", "/api/v1/player/pairing"
PLAYER: Final = "/api/v1/player/"
STOLEN: Final = "ans_of-the-attacker"
DOUBT_MS: Final = 1_000
"""Ten minutes of doubt are for a venue, not for a test: the player is built with so much."""
Statement = Callable[[dict[str, Any]], Any]
Json = dict[str, Any]


class NoNetwork(Attack):
    """Nothing passes."""

    refuses_sockets = True

    def reply(self, asked: Asked) -> Reply | None:
        """As a proxy without a way on."""
        del asked
        return Reply(502)


class Unbinding(Attack):
    """401 with a message for the player's own token; a binding of the attacker's on request.

    A player that takes it gets the attacker's order, signed with the keys that came with it.
    """

    refuses_sockets = True

    def __init__(
        self, word: str, evil: Evil, order: Json, signer: Signer, state: Statement
    ) -> None:
        self._word = word
        self._order = order
        self._keys = [public_jwk(signer.key.public_key())]
        self._state = state
        self._files = evil.served()
        self.asked: list[Json] = []

    def reply(self, asked: Asked) -> Reply | None:
        """Everything that is asked with a player's token, and where one is given."""
        if asked.path in {TOKEN, PAIRING}:
            return self._bind(asked)
        if asked.path == ORDERS and asked.bearer == STOLEN:
            return _json(200, self._order)
        if asked.bearer == STOLEN and asked.path.startswith(PLAYER):
            return Reply(503)  # who has fallen for it isn't asked to doubt again
        if asked.path.startswith(PLAYER) and asked.path.count("/") == PLAYER.count("/"):
            return _json(401, {"code": self._word})
        return self._files.answer(asked.path)

    def _bind(self, asked: Asked) -> Reply:
        body = json.loads(asked.content)
        if asked.path == PAIRING:
            offer = {"device_code": "d", "user_code": "EV1L-EV1L", "qr_svg": "<svg/>"}
            where = {"verification_uri": "http://evil.example", "expires_in": 600, "interval": 1}
            return _json(201, {**offer, **where})
        self.asked.append(body)
        binding = self._state(body.get("rebinding") or {})
        more = {} if binding is None else {"binding": binding}
        screen = json.loads(self._order["assignment"])["screen"]
        given = {"access_token": STOLEN, "token_type": "Bearer", "screen_id": screen}
        return _json(200, {**given, "keys": self._keys, **more})


def _json(status: int, body: Any) -> Reply:
    return Reply(status, {"Content-Type": "application/json"}, json.dumps(body).encode())


@dataclass
class Unbound(Siege):
    """A siege whose attacks are on the binding; a wrong picture is a defect."""

    admin: str = ""
    release: Path = ROOT
    played: set[float] = field(default_factory=set)

    def sample(self, *also: str) -> str:
        """One sample of the glass; the built-in slide is inconclusive until its page has played.

        After an attack the server may bind the box again by its key, and its page reloads.
        """
        page = self._page_that_played()
        try:
            return super().sample(*also)
        except AssertionError as wrong:
            reloaded = not page or page != self._page_that_played()
            is_paired = self.box.facts().get("state") != "pairing"
            if reloaded and is_paired and self.samples[-1] == BUILT_IN:
                return self.samples.pop()
            raise Defect(str(wrong)) from wrong

    def _page_that_played(self) -> float:
        """The page on the screen by when it was opened; 0 until it was seen to play."""
        opened_ms, plays = opened_page(self.box.page)
        if plays:
            self.played.add(opened_ms)
        return opened_ms if opened_ms in self.played else 0

    def is_behind(self) -> bool:
        """For the server the screen is behind its newest order, or without contact."""
        now = self.district.asks(f"/api/v1/screens/{self.screen}/now")
        return bool(now["newest_version"] != now["player_version"])

    def plays(self) -> None:
        """Wait until a picture of the plan is composited."""
        until(
            "the plan is on the glass",
            lambda: self.box.facts().get("asset"),
            every_s=SAMPLE_INTERVAL_S,
        )

    def evil_order(self, signer: Signer) -> Json:
        """Of the attacker's plan for this screen, by his own key."""
        order = self.evil.forged(self.newest)
        return {**order, "kid": signer.kid, "signature": signer.sign(order["assignment"])}

    def under(self, word: str, state: Callable[[Signer], Statement]) -> Unbinding:
        """The attack with this word and these statements."""
        signer = Signer(ec.generate_private_key(ec.SECP256R1()))
        return Unbinding(word, self.evil, self.evil_order(signer), signer, state(signer))

    def genuine(self, screen: str, nonce: str) -> Json:
        """A statement of the server's own, for a box of the attacker's with the stolen key."""
        credentials = {
            "grant_type": "enrolment_key",
            "enrolment_key": KEY,
            "serial": secrets.token_hex(4),
        }
        asked = {**credentials, "rebinding": {"screen": screen, "nonce": nonce}}
        url = self.district.server.base + TOKEN
        request = urllib.request.Request(url, json.dumps(asked).encode())
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=20) as answer:
            statement: Json = json.load(answer)["binding"]
            return statement

    def acts(self, method: str, path: str, body: Any = None, etag: str = "") -> Any:
        """Something that an administrator does; what it answers."""
        with self._asked(method, path, body if body is not None else {}, etag) as answer:
            return json.loads(answer.read() or b"null")

    def etag(self, path: str) -> str:
        """The present tag of a resource."""
        with self._asked("GET", path) as answer:
            return str(answer.headers["ETag"])

    def _asked(self, method: str, path: str, body: Any = None, etag: str = "") -> Any:
        content = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.district.server.base + path, content, method=method)
        request.add_header("Authorization", f"Bearer {self.admin}")
        request.add_header("Content-Type", "application/json")
        if etag:
            request.add_header("If-Match", etag)
        return urllib.request.urlopen(request, timeout=20)

    @property
    def screen(self) -> str:
        """The screen's id."""
        return self.district.screen_id

    @property
    def other(self) -> str:
        """The screen beside it."""
        return str(json.loads(self.of_another["assignment"])["screen"])

    serial = SERIAL

    def reloads(self) -> None:
        """Reload the page."""
        self.box.page.reload()

    def starts_cold(self) -> None:
        """The power goes and comes."""
        self.box.cut_power()
        self.box.switch_on()

    def watch_until_so(self, what: str, holds: Callable[[], Any]) -> None:
        """Sample until it holds."""

        def has_sampled() -> Any:
            self.sample()
            return holds()

        until(what, has_sampled, every_s=SAMPLE_INTERVAL_S)

    def receives(self, incident: tuple[str, str]) -> None:
        """A beat that the server acknowledged has named this; a broken link brings one soon."""
        self.proxy.cut()
        self.watch_until_so(
            f"a beat tells {incident}", lambda: incident in self.incidents_since(self.since)
        )
        self.incidents = (incident,)

    @contextmanager
    def away(self) -> Iterator[None]:
        """The box can't reach its server."""
        with self.proxy.under(NoNetwork()):
            self.proxy.cut()
            yield

    def restarts(self) -> None:
        """The server, stopped, comes back at its address."""
        server = self.district.server
        port = int(server.base.rpartition(":")[2])
        self.district = replace(
            self.district, server=start_server(server.folder, port, release=self.release)
        )
        at_end(self.district.server.stop)
        self.district.server.wait_until_ready()


def hasty(folder: Path) -> Path:
    """This tree with a player that doubts for a second where it doubts for ten minutes."""
    release = this_tree(folder).folder
    write_build(release / "player" / "dist", "0.1.0", boot_ms=60_000, doubt_ms=DOUBT_MS)
    return release


@contextmanager
def unbound(folder: Path) -> Iterator[Unbound]:
    """A box that plays, its server, and the proxy between."""
    assets, admin = Assets(), []

    def make(world: World, author: int, colour: str) -> tuple[int, dict[str, bytes]]:
        if not admin:
            admin.append(program_token(world, sign_in(world, "admin").user_id))
        return assets.make(world, author, colour)

    ordered = ((PLAN, {"target": {"kind": "filler"}}),)
    release = hasty(folder / "release")
    with (
        furnished(
            folder / "district", SLOT_S, ordered, make, (SERIAL, OTHER_SERIAL), release
        ) as district,
        hostile_proxy(district.server.base) as proxy,
        kiosk(
            folder / "profile", f"{proxy.base}/player/#enrol={KEY}&serial={SERIAL}", SMALL
        ) as box,
    ):
        of_another, text = bound_beside(district)
        made = Unbound(
            district, assets, proxy, box, decode(text), evil_like(text), of_another, admin=admin[0]
        )
        made.release = release
        box.switch_on()
        made.plays()
        box.wait_until_kept()
        yield made
        for attack, glass, reported in made.table:
            print(f"{attack:52} {glass:44} {reported}")
