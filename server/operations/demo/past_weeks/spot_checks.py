"""Spot checks of the demo's last days: most judged, a few pending, one photo missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from server.foundation.durations import HOUR_MS, MINUTE_MS
from server.foundation.public_ids import number
from server.inventory.screens.models import Screen
from server.operations.demo.founding import ADMIN, Office
from server.operations.demo.past_weeks.photos import screenshot
from server.operations.demo.past_weeks.story_venues import Picked
from server.reporting.spot_checks.models import SpotCheck, SpotPicture

JUDGED: Final = 40
PICTURED: Final = 6
"""Judged checks with pictures; a demo doesn't need hundreds."""
WAITING: Final = (("slogan", False), ("hotlines", False), ("common_scams", True))
"""Templates on the screens of pending checks, and whether the panel is black."""
OTHERWISE: Final = {13: "bad", 29: "unclear"}
PLAN: Final = {"per_day": 12, "photos_per_day": 2, "photo_minutes": 60}
Pictures = tuple[bytes, bytes]
"""The screenshot and the expected picture, as JPEGs."""


def create_spot_checks(office: Office, picked: Picked) -> None:
    """Create them as the server's draws and the reviewer's judgements."""
    core = office.core
    judge = number("user", str(office.reviewer.does("GET", "/me")["id"]))
    now_ms = core.clock.now_ms()
    stamp = f"{datetime.fromtimestamp(now_ms / 1000, core.settings.zone):%Y-%m-%dT%H:%M} 9f3c"
    pictures = [
        (screenshot(name, stamp, dark=dark), screenshot(name, "")) for name, dark in WAITING
    ]
    with core.config.write() as session:
        unit = next(iter(office.units.values()))
        screens = [number("screen", one) for one in picked.screens()]
        checks = _Checks(session, number("unit", unit), screens)
        for place in range(JUDGED):
            shown = pictures[place % 2] if place >= JUDGED - PICTURED else None
            at_ms = now_ms - (JUDGED - place) * 3 * HOUR_MS - 8 * HOUR_MS
            verdict = OTHERWISE.get(place, "good")
            note = "" if verdict == "good" else "画面偏暗"
            judgement = {"verdict": verdict, "judged_by": judge, "judged_at": at_ms + HOUR_MS}
            checks.add(place, at_ms, shown, note=note, **judgement)
        checks.add(3, now_ms - 20 * HOUR_MS, None, state="no_answer")
        for place, (_, dark) in enumerate(WAITING):
            at_ms = now_ms - (30 - place) * MINUTE_MS
            hint = "differs" if dark else "matches"
            checks.add(place, at_ms, pictures[place], hint=hint)
        due_ms = now_ms + 2 * HOUR_MS
        checks.add(5, now_ms, None, kind="photo", state="asked", due_at=due_ms)
    office.desk(ADMIN).does("PATCH", "/spot-checks/plan", PLAN)


@dataclass(frozen=True)
class _Checks:
    """Adds checks of fixed screens, drawn over the whole district."""

    session: Session
    frame: int
    screens: Sequence[int]

    def add(self, place: int, at_ms: int, pictures: Pictures | None, **more: Any) -> None:
        """Add one, answered at once by default."""
        screen = self.session.get_one(Screen, self.screens[place % len(self.screens)])
        venue = screen.venue
        values = {
            "kind": "screenshot",
            "state": "answered",
            "due_at": at_ms + 15_000,
            "note": "",
            "late": False,
            **more,
        }
        if values["state"] == "answered":
            values["answered_at"] = at_ms + 2_000
        row = SpotCheck(
            screen_id=screen.id,
            venue_id=venue.id,
            unit_id=venue.unit_id,
            territory_id=venue.territory_unit_id,
            why="random",
            frame_unit_id=self.frame,
            asked_at=at_ms,
            **values,
        )
        self.session.add(row)
        self.session.flush()
        for kind, content in zip(("shown", "meant"), pictures or (), strict=False):
            self.session.add(SpotPicture(check_id=row.id, kind=kind, content=content))
