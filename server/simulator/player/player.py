"""One boot of a virtual player: its parts, timing and messages.

Nothing runs by itself: `step` does everything due and returns the time of the next call, so that a
fleet, a test and a replay at a hundred times the speed use the same player.
"""

import json
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from server.simulator.player.agenda import Agenda
from server.simulator.player.clock import Clock
from server.simulator.player.commands import Commands
from server.simulator.player.courier import Courier
from server.simulator.player.disk import Credential, Disk
from server.simulator.player.due import Item
from server.simulator.player.fittings import Fittings
from server.simulator.player.plans import Plans
from server.simulator.player.playlog import PlayLog
from server.simulator.player.rebinding import Rebinder
from server.simulator.player.shelf import Spoilt
from server.simulator.player.stage import Stage
from server.simulator.wire.protocol import (
    BEAT_MS,
    POLL_MS,
    PROTOCOL,
    Json,
    NoNetwork,
    Refused,
)

HAND_IN_MS: Final = 5_000
COMPARE_MS: Final = 60_000
MOST_WAIT_MS: Final = 60_000
AT_ONCE: Final = 6
GAP_MS: Final = 200
MOST_LINES: Final = 100
STATES: Final = {"off": "off_hours", "takeover": "takeover", "fallback": "fallback"}


class Player:
    """A bound screen's player from one start to its end."""

    def __init__(self, fittings: Fittings, disk: Disk) -> None:
        if disk.credential is None:
            text = "a player is bound before it starts"
            raise ValueError(text)
        self.fittings = fittings
        self.disk = disk
        self._began_with = disk.credential
        self.token = disk.credential.token
        self.screen = disk.credential.screen
        self.boot = f"{fittings.dice.getrandbits(64):016x}"
        self.clock = Clock(fittings.time, disk.clock)
        self.log = PlayLog(disk, self.clock, self.boot)
        self.plans = Plans(disk, self.clock, fittings.shelf)
        self.stage = Stage(self.clock, self.log, fittings.trouble)
        self.courier = Courier(disk, lambda batch: self._send("plays", batch), self._report_again)
        self.commands = Commands(self)
        self.rebinder = Rebinder(
            self._held, fittings.enrolment, fittings.size, disk.box, self._doubted
        )
        self._agenda = Agenda(fittings.time, fittings.dice)
        self.lines: deque[tuple[int, str]] = deque(maxlen=MOST_LINES)
        self._exchanges = AT_ONCE
        self._tries = 0
        self._etag = ""
        self._has_sockets = True
        # The build that the box loads after this page has ended, possibly the same one.
        self.wanted = ""
        for name in ("connect", "come_online"):
            self._agenda.plan(name, 0)

    def step(self) -> float:
        """Do everything due; returns the ms until the next call."""
        if self.clock.notice_jump():
            self.disk.note("clock_jump")
            self._exchanges = AT_ONCE
            self._agenda.plan("compare", 0)
        rest_ms = self.show()
        self._come_back()
        for name in self._agenda.due():
            self._do(name)
        return max(1.0, min(rest_ms, self._agenda.wait_ms(), self.show()))

    def show(self) -> float:
        """Advance the display to now; returns the ms until its next change."""
        plays = self.stage.plays
        rest_ms = self.stage.advance(self.plans.situation())
        if self.plans.settle(self.clock.now_ms()):
            self._agenda.plan("report_switched", 0)
            rest_ms = min(rest_ms, self.stage.advance(self.plans.situation()))
        self._note_picture()
        if self.stage.plays != plays:
            self._agenda.plan_once("hand_in", self._agenda.jittered(HAND_IN_MS))
        return rest_ms

    def hurry(self) -> None:
        """Make all tasks due now."""
        for name in ("poll", "prepare", "report_switched", "hand_in", "beat"):
            self._agenda.plan(name, 0)

    def facts(self) -> Json:
        """State and content as reported by a real player's page."""
        current = self.plans.current
        return {
            "screen": self.screen,
            "state": self.word(),
            "asset": self.stage.asset.digest if self.stage.asset else "",
            "manifest": current.digest if current else "",
            "version": str(self.plans.version or ""),
        }

    def cut(self) -> None:
        """Cut the power at this instant."""
        self.show()
        self.stage.cut()
        self.fittings.link.close()

    def receive(self, event: str, payload: Any) -> Any:
        """Handle an event of the server; returns the ack."""
        if event == "assignment":
            return self.obey(payload)
        if event == "command":
            return self.commands.answer(payload)
        if event == "manifest" and isinstance(payload, Mapping):
            self._take_body(payload)
        if event == "restarting" and isinstance(payload, Mapping):
            self.fittings.link.close()
            self._agenda.plan("connect", self.fittings.dice.random() * payload["back_within_ms"])
        return None

    def obey(self, message: Any) -> Json:
        """Handle an assignment from any channel; returns its receipt."""
        self.show()
        receipt = self.plans.receive(message)
        self._agenda.plan("prepare", 0)
        self.show()
        self.fittings.wake()
        return receipt

    def wake(self) -> None:
        """The socket was connected or closed."""
        self._come_back()
        self.fittings.wake()

    def word(self) -> str:
        """The state for heartbeats."""
        item = self.stage.item
        if self.fittings.fate(self.disk.player) == "stalls":
            return "stalled"
        if item is None or (item.kind == "builtin" and item.plan is None):
            return "preparing"
        if item.error is not None or item.kind == "builtin":
            return "fallback"
        return STATES.get(item.kind, "playing")

    def beat(self) -> Json:
        """A heartbeat like a real player's."""
        note = self.clock.note()
        width, height = self.fittings.size
        heartbeat: Json = {
            "boot": self.boot,
            "at_mono_ms": round(self.fittings.time.mono_ms()),
            "version": self.plans.version,
            "on_air": self._on_air(),
            "state": self.word(),
            "visible": True,
            "clock": note.wire() if note is not None else None,
            "backlog": sum(boot.waiting for boot in self.disk.boots)
            + self.fittings.pending_plays(),
            "storage": {"used": 64 << 20, "quota": 8 << 30, "persisted": True},
            "secure": True,
            "incidents": [dict(one) for one in self.disk.incidents],
            "player": self.disk.player,
            "gave_up": self.disk.gave_up,
            "browser": "virtual",
            "size": {"width": width, "height": height},
        }
        position = self.fittings.where(self.clock.now_ms())
        return heartbeat if position is None else {**heartbeat, "position": position}

    def _note_picture(self) -> None:
        """Record the picture for the command `log`."""
        item = self.stage.item
        if item is not None and (not self.lines or self.lines[-1][1] != item.key):
            self.lines.append((round(self.clock.now_ms()), item.key))

    def _do(self, name: str) -> None:
        """Run one task; a failed one is rescheduled."""
        act: Callable[[], None] = getattr(self, f"_{name}")
        try:
            act()
        except NoNetwork:
            self._again(name, self._agenda.back_off(self._tries, MOST_WAIT_MS))
            self._tries += 1
        except Refused as refused:
            if refused.status == 401:
                self._note_doubt(refused.code)
            wait_ms = refused.retry_after_ms or self._agenda.jittered(MOST_WAIT_MS * 0.75)
            self._again(name, wait_ms)

    def _again(self, name: str, wait_ms: float) -> None:
        if name in {"connect", "hand_in", "prepare", "report_switched", "come_online"}:
            self._agenda.plan_once(name, wait_ms)

    def _note_doubt(self, word: str) -> None:
        """React to a refusal of any origin: the loop continues and nothing is erased."""
        wait_ms = self.rebinder.refused(word)
        if wait_ms == 0:
            self._agenda.plan("rebind", 0)
        elif wait_ms is not None:
            self._agenda.plan_once("rebind", wait_ms)

    def _rebind(self) -> None:
        """Request a new binding; a proven one is adopted, and the page restarts with it."""
        if not self.rebinder.last_refusal:
            return
        self._agenda.plan("rebind", self._agenda.jittered(self.rebinder.pause_ms()))
        found = self.rebinder.ask(self.fittings.link, self.fittings.time.mono_ms())
        if found is not None:
            self.disk.adopt(found)
            self.wanted = self.disk.player

    def _held(self) -> Credential:
        return self.disk.credential or self._began_with

    def _doubted(self, doubt: str) -> None:
        self.disk.note("binding_refused", doubt)

    def _come_back(self) -> None:
        """Without a socket schedule another attempt, unless the link never has one."""
        if self._has_sockets and not self.fittings.link.up:
            self._agenda.plan_once("connect", self._agenda.back_off(self._tries, MOST_WAIT_MS))

    def _connect(self) -> None:
        auth = {
            "token": self.token,
            "boot": self.boot,
            "version": self.plans.version,
            "player": self.disk.player,
            "protocol": PROTOCOL,
        }
        if self.fittings.link.up:
            return
        self._has_sockets = self.fittings.link.connect(auth, self)
        if not self._has_sockets:
            return
        self.rebinder.welcome()
        self._tries = 0
        self._agenda.plan("come_online", 0)

    def _come_online(self) -> None:
        """Do everything that waited for the network."""
        self._exchanges = AT_ONCE
        self._compare()
        self._tries = 0
        if not self.fittings.link.up:
            self._poll()
        self._agenda.plan("beat", 0)
        self._agenda.plan_once("poll", self._agenda.jittered(POLL_MS))
        for name in ("prepare", "report_switched", "hand_in"):
            self._agenda.plan(name, 0)

    def _poll(self) -> None:
        self._agenda.plan("poll", self._agenda.jittered(POLL_MS))
        if not self.fittings.link.up:
            self._fetch_assignment(self._etag)

    def _fetch_assignment(self, etag: str = "") -> None:
        """Fetch the newest assignment; without the current ETag it comes in full."""
        answer = self.fittings.link.ask(
            "GET", "/api/v1/player/assignment", token=self.token, etag=etag
        )
        if answer.status == 401:
            raise Refused(401, _word(_json(answer.body)))
        if answer.status in {200, 304}:
            self.rebinder.welcome()
        if answer.status == 200 and self.obey(_json(answer.body))["state"] == "accepted":
            self._etag = answer.headers.get("etag", "")

    def _compare(self) -> None:
        """One clock exchange, followed by a few more soon after coming online."""
        self._exchanges -= 1
        wait_ms = GAP_MS if self._exchanges > 0 else self._agenda.jittered(COMPARE_MS)
        self._agenda.plan("compare", wait_ms)
        self.show()
        t0 = self.fittings.time.mono_ms()
        answer = self._send("clock", {"t0": t0})
        if self.clock.sample(t0, answer, self.fittings.time.mono_ms()):
            self.plans.reckon_again()
            self._agenda.plan("report_switched", 0)
        self.disk.clock = self.clock.to_keep() or self.disk.clock

    def _beat(self) -> None:
        self._agenda.plan("beat", self._agenda.jittered(BEAT_MS))
        heartbeat = self.beat()
        answer = self._send("beat", heartbeat)
        newest = answer.get("version") if isinstance(answer, dict) else None
        if not isinstance(newest, int):
            return  # the answer of a captive portal, not the server
        self.disk.forget(heartbeat["incidents"])
        build = answer.get("player")
        if isinstance(build, str) and build != self.disk.player:
            self.wanted = build
        elif build == self.disk.player:
            self.disk.gave_up = ""
        if newest > (self.plans.version or 0):
            self._fetch_assignment()
        if newest > (self.plans.version or 0):
            self.disk.note("assignment_refused", "withheld")

    def _prepare(self) -> None:
        if not self.plans.lacking:
            return
        self.plans.prepare(self.fittings.link, self.token)
        if self.plans.lacking:
            self._agenda.plan_once("prepare", self._agenda.jittered(POLL_MS))

    def _report_switched(self) -> None:
        switched = self.disk.switched
        if switched is None or not self.clock.is_synced:
            return  # after the first clock exchange all pending reports are sent
        self._send("switched", switched)
        if self.disk.switched is switched:
            self.disk.switched, self.disk.on_air_since = None, switched

    def _report_again(self) -> None:
        """A server restored from a backup has lost the switch too."""
        if self.disk.switched is None:
            self.disk.switched = self.disk.on_air_since
            self._agenda.plan("report_switched", 0)

    def _hand_in(self) -> None:
        self.courier.hand_in(self.log.boot)

    def _send(self, event: str, payload: Json) -> Any:
        answer = self.fittings.link.send(self.token, event, payload)
        self.rebinder.welcome()
        return answer

    def _take_body(self, payload: Mapping[str, Any]) -> None:
        try:
            self.fittings.shelf.put_manifest(str(payload.get("digest")), str(payload.get("body")))
        except Spoilt as spoilt:
            self.disk.note("manifest_corrupt", str(spoilt))

    def _on_air(self) -> Json | None:
        item, asset = self.stage.item, self.stage.asset
        if item is None or asset is None:
            return None
        own = is_own(item)
        segment, cycle, slot = item.place if own else (-1, -1, -1)
        return {
            "manifest": item.plan if own else None,
            "segment": segment,
            "cycle": cycle,
            "slot": slot,
            "asset": asset.digest,
        }


def is_own(item: Item) -> bool:
    """Whether it is the plan's own picture in its slot."""
    return item.kind == "held" or (item.kind == "slot" and item.error is None)


def _word(answer: Any) -> str:
    """The code of a refusal over HTTP, if it is one that players act on."""
    code = answer.get("code") if isinstance(answer, dict) else None
    return code if code in {"moved", "revoked"} else "unauthorized"


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
