"""Faults of the past weeks: contacts, incidents, and their handling."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from server.foundation.public_ids import number, public
from server.monitoring.availability import rollup_job
from server.monitoring.detection.apply_changes import write_verdict
from server.monitoring.detection.changes import IncidentChanges, Opened, Resolved
from server.monitoring.detection.open_incidents import Open, open_incidents
from server.monitoring.detection.watched_screens import Watched, watched
from server.operations.demo.founding import Office
from server.operations.demo.moving_clock import MovingClock
from server.operations.demo.past_weeks.contacts import Silence, Weeks
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.transaction import Tx

CODE: Final = "offline"
FOUND_AFTER_MS: Final = 12 * 60_000
TAKEN_OVER_AFTER_MS: Final = 20 * 60_000
VEHICLE_GRACE_S: Final = 6 * 3600
FIRMS: Final = (
    ("江湾显示屏维修部", "0500-55553021"),
    ("恒通通信服务", "0500-55553077"),
)
NOTES: Final = {
    "power": "配电箱跳闸，物业已合闸。",
    "network": "交换机端口松动，已重插。",
    "box": "播放盒不启动，已联系维修，等更换。",
    "panel": "屏幕背光不亮，维修部周四上门。",
    "config": "有人改了路由器密码，已改回。",
    "refurbishment": "大堂装修，屏幕临时断电。",
}


@dataclass(frozen=True)
class Troubles:
    """Replays the weeks' silences as if the server had detected them then."""

    office: Office
    parts: PlaylogRuntime
    clock: MovingClock
    weeks: Weeks

    def write_contacts(self) -> None:
        """Write contacts of screens and server, and compute the days."""
        runs = [(self._number(one.place), one.from_s, one.last_s) for one in self.weeks.contacts()]
        begin_s, end_s = self.weeks.ours
        own = ((self.weeks.from_s, begin_s), (end_s, self.weeks.until_s))

        def write(tx: Tx) -> None:
            tx.run_many("INSERT INTO server_runs (from_s, last_s) VALUES (?, ?)", own)
            tx.run_many(
                "INSERT INTO contact_runs (screen, from_s, last_s, kind) VALUES (?, ?, ?, 0)", runs
            )

        self.parts.committer.submit(write)
        rollup_job.keep(self.office.core, self.parts)

    def steps(self) -> Iterator[tuple[int, Callable[[], None]]]:
        """Steps by instant (ms): an incident begins, is handled, ends."""
        for count, one in enumerate(self._blamed()):
            begun_ms = one.from_s * 1000 + self._found_after_ms(one)
            yield begun_ms, lambda one=one: self._begin(one)  # type: ignore[misc] # a default binds it
            lasts = one.until_s is None
            if lasts or count % 3 == 0:
                seen_ms = begun_ms + TAKEN_OVER_AFTER_MS
                yield seen_ms, lambda one=one, count=count: self._see_to(one, count)  # type: ignore[misc] # likewise
            if one.until_s is not None:
                yield one.until_s * 1000, lambda one=one: self._end(one)  # type: ignore[misc] # likewise

    def _blamed(self) -> list[Silence]:
        """The silences that became incidents; those of vehicles must outlast their grace."""
        return [
            one
            for one in self.weeks.silences()
            if one.until_s is None
            or (one.until_s - one.from_s) * 1000 > self._found_after_ms(one) + TAKEN_OVER_AFTER_MS
        ]

    def _found_after_ms(self, one: Silence) -> int:
        grace_ms = 1000 * VEHICLE_GRACE_S if self.weeks.moves(one.place) else 0
        return FOUND_AFTER_MS + grace_ms

    def _begin(self, one: Silence) -> None:
        screen = self._watched()[self._number(one.place)]
        begun = [Opened(CODE, screen, one.from_s * 1000)]
        write_verdict(self.office.core, IncidentChanges(begun=begun))

    def _end(self, one: Silence) -> None:
        until_ms = 1000 * (one.until_s or 0)
        over = [Resolved(row, until_ms) for row in self._open(one)]
        write_verdict(self.office.core, IncidentChanges(over=over))

    def _open(self, one: Silence) -> list[Open]:
        """The silence's incident while it is open; others of its screen are none of it."""
        screen = self._number(one.place)
        with self.office.core.config.read() as session:
            return [
                row for row in open_incidents(session) if (row.code, row.screen) == (CODE, screen)
            ]

    def _see_to(self, one: Silence, count: int) -> None:
        """Acknowledge it with a cause; every other one is dispatched to a firm."""
        (found,) = self._open(one)
        path = f"/incidents/{public('incident', found.id)}"
        desk = self.office.publicity
        desk.does("POST", f"{path}/acknowledge")
        me = desk.does("GET", "/me")["id"]
        changes = {"cause": one.cause, "note": NOTES[one.cause], "assignee_id": me}
        desk.does("PATCH", path, changes)
        if count % 2 == 0:
            firm, phone = FIRMS[count // 2 % len(FIRMS)]
            desk.does("POST", f"{path}/dispatch", {"firm": firm, "phone": phone})

    def _watched(self) -> Mapping[int, Watched]:
        with self.office.core.config.read() as session:
            return watched(session)

    def _number(self, place: int) -> int:
        return number("screen", self.office.screens[place])
