"""What the live process would have written of screens, written by hand minute by minute."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import text

from server.monitoring.detection.detector import run_detection
from tests.support.app.jobs import run_jobs
from tests.support.app.world import World

BeatSchedule = Callable[[int, int], int | None]
"""The kind of beat that a screen (by number) gives at an instant (s), None: none."""


@dataclass
class Hearing:
    """A district whose screens beat as `schedule` has it, each minute; the server listens but for
    `outages`."""

    world: World
    screens: Mapping[int, BeatSchedule]
    outages: tuple[tuple[int, int], ...] = ()
    _now: dict[int, int] = field(default_factory=dict)
    _last_s: int = 0
    _listening: bool = False

    @property
    def now_s(self) -> int:
        """The world's clock."""
        return self.world.clock.at_ms // 1000

    def pass_minutes(self, minutes: int, *, step_s: int = 60) -> None:
        """Let time pass: beats, a round, the jobs that it puts in."""
        for _ in range(minutes * 60 // step_s):
            self.world.clock.forward(step_s * 1000)
            self.beat()
            run_detection(self.world.core)
            run_jobs(self.world.core)

    def until(self, at_ms: int, *, step_s: int = 60) -> None:
        """Let time pass until an instant."""
        self.pass_minutes((at_ms - self.world.clock.at_ms) // 60_000, step_s=step_s)

    def beat(self) -> None:
        """Write the present contacts."""
        now_s = self.now_s
        if any(low <= now_s < high for low, high in self.outages):
            self._listening = False
            return
        contacts = {
            screen: kind
            for screen, schedule in self.screens.items()
            if (kind := schedule(screen, now_s)) is not None
        }
        going = {
            one for one, kind in contacts.items() if self._listening and self._now.get(one) == kind
        }
        with self.world.core.plays.write() as session:
            self._extend(session, set(self._now) - going, now_s)
            for screen in contacts.keys() - going:
                session.execute(
                    text("INSERT INTO contact_runs VALUES (:screen, :now, :now, :kind)"),
                    {"screen": screen, "now": now_s, "kind": contacts[screen]},
                )
            self._own(session, now_s)
        self._now, self._last_s, self._listening = contacts, now_s, True

    def upstream(self, from_s: int, until_s: int, gone: int, online: int) -> None:
        """Many vanished at once (`until_s` 0: they still are)."""
        with self.world.core.plays.write() as session:
            session.execute(
                text(
                    "INSERT INTO upstream_runs VALUES (:from_s, :until_s, :gone, :online) "
                    "ON CONFLICT (from_s) DO UPDATE SET until_s = excluded.until_s"
                ),
                {"from_s": from_s, "until_s": until_s, "gone": gone, "online": online},
            )

    def _extend(self, session: object, stopped: Iterable[int], now_s: int) -> None:
        names = ", ".join(str(one) for one in stopped) or "0"
        session.execute(  # type: ignore[attr-defined] # a session of SQLAlchemy
            text(
                "UPDATE contact_runs SET last_s = :now "  # noqa: S608 - numbers alone
                f"WHERE last_s = :before AND screen NOT IN ({names})"
            ),
            {"now": now_s, "before": self._last_s if self._listening else -1},
        )

    def _own(self, session: object, now_s: int) -> None:
        parameters = {"now": now_s, "before": self._last_s}
        sql = (
            "UPDATE server_runs SET last_s = :now WHERE last_s = :before"
            if self._listening
            else "INSERT INTO server_runs VALUES (:now, :now)"
        )
        session.execute(text(sql), parameters)  # type: ignore[attr-defined] # a session of SQLAlchemy


def always(_screen: int, _at_s: int) -> int | None:
    """A screen that is well all the time."""
    return 0


def but_for(
    *holes: tuple[int, int], within: tuple[int, int] | None = None, kind: int = 0
) -> BeatSchedule:
    """Beats but for some spans (s), and only `within` one."""

    def schedule(_screen: int, at_s: int) -> int | None:
        if within is not None and not within[0] <= at_s < within[1]:
            return None
        return None if any(low <= at_s < high for low, high in holes) else kind

    return schedule
