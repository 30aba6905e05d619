"""Players that hand in plays through a network that does everything to them.

What a network does to a batch is thrown by dice of the test: its answer is lost, it comes twice, a
later one comes first, an earlier one comes late, both ways carry it at once. Each player is the
courier of the virtual players, half of them on sockets and half by POST (half of those in gzip).
"""

import gzip
import random
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import gevent

from playlists.wire.compliance import ExpectedSlot
from server.simulator.player.clock import ClockNote
from server.simulator.player.courier import Courier
from server.simulator.player.disk import Boot, Disk, Play
from server.simulator.wire.links import NetLink, PostLink, request
from server.simulator.wire.protocol import COMPLETED, SCHEDULED, Answer, Json, NoNetwork, Refused
from tests.support.app.inventory import BoundScreen

PLAYS_OF_A_BOOT = 400
MOST_AT_A_TIME = 24
PAUSE_S = 0.25
FASTEST = (MOST_AT_A_TIME + 1) / PAUSE_S
"""So many plays a second a player hands in on average where nothing ever takes time."""
# A socket that is closed while something comes in is given back some rounds of the hub later.
ROUNDS_S = 0.05
COLUMNS = (
    "segment", "cycle", "slot", "asset", "start_ms", "shown_ms", "state", "cause", "error",
)  # fmt: skip


class UnrulyLink:
    """A link to a server, with disturbances; `seen` counts them."""

    def __init__(
        self, base: str, token: str, dice: random.Random, *, sockets: bool, beside: str = ""
    ) -> None:
        self._base = base
        self._beside = beside or base
        self._token = token
        self._dice = dice
        self._link = NetLink(base, sockets=sockets)
        self._posts = PostLink(self._request)
        self._packs = not sockets and dice.random() < 0.5
        self._former: Json | None = None
        self.seen: Counter[str] = Counter()
        self.in_flight = False

    def connect(self, boot: str) -> None:
        """Open the socket if this link has one and it is gone. Raises NoNetwork and Refused."""
        if not self._link.up:
            auth = {"token": self._token, "boot": boot, "version": None, "player": "virtual 1.0"}
            self._link.connect({**auth, "protocol": 1}, self)

    def close(self) -> None:
        """Let go of the socket."""
        self._link.close()

    def receive(self, _event: str, _payload: Any) -> Any:
        """These players only hand in."""
        return None

    def wake(self) -> None:
        """The socket came or went; it is checked before the next batch."""

    def deliver(self, batch: Json) -> Any:
        """Deliver a batch somehow; the answer. Raises NoNetwork and Refused."""
        mischief = self._dice.choices(
            ("none", "twice", "answer lost", "later first", "earlier again", "both ways"),
            weights=(50, 10, 12, 10, 10, 8),
        )[0]
        self.seen[mischief] += 1
        self.in_flight = True
        try:
            answer = self._deliver(mischief, batch)
        finally:
            self.in_flight = False
        self._former = batch
        return answer

    def _deliver(self, mischief: str, batch: Json) -> Any:
        if mischief == "later first" and len(batch["slot"]) > 1:
            tail = _tail_of(batch)
            upto = self._send(tail)["upto"]
            whole = tail["first"] + len(tail["slot"]) - 1
            assert upto < tail["first"] or upto >= whole, "a hole was acknowledged"
        answer = self._both_ways(batch) if mischief == "both ways" else self._send(batch)
        if mischief == "twice":
            assert self._send(batch)["upto"] >= answer["upto"]
        if mischief == "earlier again" and self._former is not None:
            self._send(self._former)
        if mischief == "answer lost":
            raise NoNetwork
        return answer

    def _both_ways(self, batch: Json) -> Any:
        """By POST from another thread while it goes its own way."""
        beside = threading.Thread(target=self._post_quietly, args=(batch,))
        beside.start()
        try:
            return self._send(batch)
        finally:
            beside.join()

    def _post_quietly(self, batch: Json) -> None:
        try:
            self._post(batch)
        except (NoNetwork, Refused):
            self.seen["failed on the other way"] += 1

    def _send(self, batch: Json) -> Any:
        if self._link.up:
            return self._link.send(self._token, "plays", batch)
        return self._post(batch)

    def _post(self, batch: Json) -> Any:
        return self._posts.send(self._token, "plays", batch)

    def _request(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        if self._packs and body is not None:
            body, headers = gzip.compress(body, 1), {**headers, "Content-Encoding": "gzip"}
            self.seen["in gzip"] += 1
        return request(self._beside, method, path, body, headers)


def _tail_of(batch: Json) -> Json:
    """Its second half, which leaves a hole."""
    half = len(batch["slot"]) // 2
    rest = {name: batch[name][half:] for name in COLUMNS}
    return {**batch, **rest, "first": batch["first"] + half}


@dataclass
class FirePlayer(threading.Thread):
    """A screen that shows one slot after another of a past it never handed in."""

    base: str
    screen: BoundScreen
    manifest: str
    slots: Iterator[ExpectedSlot]
    booted_ms: int
    seed: int
    beside: str = ""
    """Where what doesn't go by the socket goes; left out: to the same place."""
    made: int = 0
    is_dry: bool = False
    """Whether it has shown all that there was to show: nothing more comes from it."""
    acknowledged: Counter[str] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)
    failure: str = ""

    def __post_init__(self) -> None:
        super().__init__(daemon=True, name=f"player {self.screen.id}")
        self._dice = random.Random(self.seed)
        sockets = self.seed % 2 == 0
        self.link = UnrulyLink(
            self.base, self.screen.token, self._dice, sockets=sockets, beside=self.beside
        )
        self._disk = Disk()
        self._courier = Courier(self._disk, self._deliver, self._went_back)
        self._over = threading.Event()

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        """Show and hand in until `finish`, then until everything is acknowledged."""
        while not (self._over.is_set() and self.is_done):
            if not self._over.is_set():
                self._show(self._dice.randint(1, MOST_AT_A_TIME))
            try:
                self._hand_in()
            except Exception as error:  # noqa: BLE001 - the edge of this thread: kept in `failure`
                self.failure = repr(error)
                return
            gevent.sleep(PAUSE_S * self._dice.random())
        self.link.close()
        gevent.sleep(ROUNDS_S)
        gevent.get_hub().destroy()

    def finish(self) -> None:
        """Show nothing more."""
        self._over.set()

    @property
    def is_done(self) -> bool:
        """Whether the server has acknowledged everything."""
        return sum(self.acknowledged.values()) == self.made

    def _hand_in(self) -> None:
        boot = self._disk.boots[-1]
        try:
            self.link.connect(boot.boot)
            self._courier.hand_in(boot)
        except NoNetwork:
            self.link.seen["no answer"] += 1
        except Refused as refused:
            self.refused[refused.status] += 1
            if refused.status not in {429, 503}:
                raise
        for one in self._disk.boots:
            self.acknowledged[one.boot] = max(self.acknowledged[one.boot], one.acked)

    def _deliver(self, batch: Json) -> Any:
        answer = self.link.deliver(batch)
        held = self.acknowledged[batch["boot"]]
        assert answer["upto"] >= held, f"{held} were acknowledged, now {answer['upto']}"
        self.acknowledged[batch["boot"]] = answer["upto"]
        return answer

    def _went_back(self) -> None:
        self.failure = "the server holds less than it had acknowledged"

    def _show(self, count: int) -> None:
        if not self._disk.boots or self._disk.boots[-1].acked >= PLAYS_OF_A_BOOT:
            self.link.close()  # a new boot is a new page with a socket of its own
            self._disk.boots.append(Boot(f"{self._dice.getrandbits(64):016x}"))
        boot, shown = self._disk.boots[-1], list(islice(self.slots, count))
        self.is_dry = len(shown) < count
        for slot in shown:
            boot.plays.append(self._play(boot.kept + len(boot.plays) + 1, slot))
            self.made += 1

    def _play(self, seq: int, slot: ExpectedSlot) -> Play:
        return Play(
            seq=seq,
            manifest=self.manifest,
            segment=slot.segment,
            cycle=slot.cycle,
            slot=slot.slot,
            asset=slot.asset,
            start_ms=slot.start_ms - self.booted_ms,
            shown_ms=slot.duration_ms,
            expected_ms=slot.duration_ms,
            state=COMPLETED,
            cause=SCHEDULED,
            error=None,
            clock=ClockNote(self.booted_ms, 12),
            era=0,
            wall_ms=slot.start_ms,
        )
