"""A realistic fleet: two weeks of contacts of two bus lines.

It is Tuesday the 24th, 15:01. A tunnel and a terminus take the signal away for minutes, one bus is
dark since 07:12, one screen is dead for days, one bus never had contact, one waits in the depot;
the server itself was away on Saturday from 09:00 to 11:30.
"""

from dataclasses import dataclass, field
from typing import Any

from server.inventory.venues.models import Line
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.world import World
from tests.support.factories.incidents import make_incident
from tests.support.monitoring.heartbeats import ContactHistory, at

NOW = "24 15:01"
LATER = "24 15:40"
"""Screens in contact go on for a while, for readers in real time."""
HOURS = {str(day): [["06:00", "22:00"]] for day in range(1, 8)}
DEPOT_HOURS = {day: spans for day, spans in HOURS.items() if day != "2"}
DAYS = range(11, 25)
PHONE = "13800001111"


@dataclass
class Fleet:
    """The objects made, by name: lines' numbers and screens as `苏C·3012 前屏`."""

    world: World
    contacts: ContactHistory
    unit: int
    lines: dict[str, int] = field(default_factory=dict)
    screens: dict[str, BoundScreen] = field(default_factory=dict)
    venues: dict[str, int] = field(default_factory=dict)

    def line(self, name: str) -> None:
        """A line of the unit."""
        with self.world.core.config.write() as session:
            line = Line(unit_id=self.unit, name=name, created_at=0)
            session.add(line)
            session.flush()
            self.lines[name] = line.id

    def bus(self, name: str, line: str, *screens: str, **fields: Any) -> None:
        """A bus with its screens."""
        place = {"hours": HOURS, "contact_name": "朱师傅", "contact_phone": PHONE, **fields}
        venue = make_venue(
            self.world,
            kind="bus",
            name=f"{line}公交 {name}",
            vehicle=name,
            unit=self.unit,
            line_id=self.lines[line],
            **place,
        )
        self.venues[name] = venue
        for screen in screens:
            made = make_screen(
                self.world, venue=venue, name=screen, enrolled_at=at("11 09:00") * 1000
            )
            self.screens[f"{name} {screen}"] = made

    def runs(self, name: str, until: str = LATER, *, every_day: bool = True) -> None:
        """It runs each day from 05:50 to 22:10, with a tunnel at 08:20; at last until a time."""
        screen, end_s = self.screens[name].id, at(until)
        for day in DAYS if every_day else DAYS[-1:]:
            for begin, end in (("05:50", "08:20"), ("08:24", "22:10")):
                low, high = at(f"{day} {begin}"), min(at(f"{day} {end}"), end_s)
                if low < high:
                    self._beats(screen, low, high)

    def _beats(self, screen: int, low: int, high: int, kind: int = 0) -> None:
        self.contacts.run(
            "INSERT INTO contact_runs (screen, from_s, last_s, kind) VALUES (?, ?, ?, ?)",
            *(screen, low, high, kind),
        )

    def proves(self, name: str, until: str = NOW) -> None:
        """Its plays came in, each day until a time."""
        for day in DAYS:
            end_s = min(at(f"{day} 22:00"), at(until))
            if at(f"{day} 06:00") < end_s:
                self.contacts.run(
                    "INSERT INTO evidence_runs (screen, from_s, until_s) VALUES (?, ?, ?)",
                    *(self.screens[name].id, at(f"{day} 06:00"), end_s),
                )
        self.contacts.reports_all_until(self.screens[name].id, until)


def make_fleet(world: World, unit: int) -> Fleet:
    """Two lines with seven buses and thirteen screens, of one unit."""
    world.clock.at_ms = at(NOW) * 1000
    fleet = Fleet(world, ContactHistory(world), unit)
    for name in ("3 路", "12 路"):
        fleet.line(name)
    fleet.bus("苏C·3012", "3 路", "前屏", "后屏", depot="东站")
    fleet.bus("苏C·3015", "3 路", "前屏", "后屏", depot="东站")
    fleet.bus("苏C·3018", "3 路", "前屏", "后屏", depot="东站")
    fleet.bus("苏C·1201", "12 路", "前屏", "后屏", depot="西站")
    fleet.bus("苏C·1204", "12 路", "前屏", depot="西站")
    fleet.bus("苏C·1207", "12 路", "前屏", "后屏", depot="西站")
    fleet.bus("苏C·1209", "12 路", "前屏", depot="西站", hours=DEPOT_HOURS)
    fleet.contacts.we_were_up("11 00:00", "21 09:00")
    fleet.contacts.we_were_up("21 11:30", NOW)
    _let_them_run(fleet)
    fleet.contacts.keep()
    _report(fleet)
    return fleet


def _let_them_run(fleet: Fleet) -> None:
    for name in (
        "苏C·3018 前屏",
        "苏C·3018 后屏",
        "苏C·1201 前屏",
        "苏C·1207 前屏",
        "苏C·1207 后屏",
    ):
        fleet.runs(name)
        fleet.proves(name)
    fleet.runs("苏C·3012 前屏", "24 07:12")
    fleet.runs("苏C·3012 后屏", "24 07:12")
    fleet.proves("苏C·3012 前屏", "24 07:12")
    fleet.proves("苏C·3012 后屏", "24 07:12")
    fleet.runs("苏C·3015 前屏")
    fleet.proves("苏C·3015 前屏")
    fleet.runs("苏C·3015 后屏", "19 16:40")
    fleet.proves("苏C·3015 后屏", "19 16:40")
    fleet.runs("苏C·1201 后屏", "24 14:44")
    fleet.proves("苏C·1201 后屏", "24 14:44")
    fleet.runs("苏C·1209 前屏", "23 22:05")
    fleet.proves("苏C·1209 前屏", "23 22:05")


def _report(fleet: Fleet) -> None:
    """What a round would have found."""
    for name, since in (("苏C·3012 前屏", "24 13:12"), ("苏C·3012 后屏", "24 13:12")):
        make_incident(fleet.world, fleet.screens[name], since=at(since) * 1000)
    make_incident(
        fleet.world,
        fleet.screens["苏C·3015 后屏"],
        since=at("19 22:40") * 1000,
        state="acknowledged",
        cause="panel",
        note="后屏不亮，已约周四回场更换。",
    )
    make_incident(
        fleet.world,
        fleet.screens["苏C·1207 前屏"],
        since=at("17 10:00") * 1000,
        until=at("17 12:30") * 1000,
        state="closed",
        open_key=None,
    )
