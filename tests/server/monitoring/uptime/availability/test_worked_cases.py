"""Cases of `uptime account` computed by hand, in words.

By default: Tuesday 24 November 2026 in Shanghai, a shop that is open from 09:00 to 17:00 (28,800
s), grace 90 s. `16:00` is a time of that day, `25 01:00` one of the 25th; `09:00..17:00/30` are
heartbeats every 30 s. A bus has a grace of six hours (21,600 s).

Each line ends with the figures: operating, monitored, up (s), link availability, running (%).
"""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.monitoring.availability.calculator_cli import answer

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHOP = {"2": "09:00-17:00"}
BUS = {"hours": {"2": "06:00-22:00"}, "grace_s": 21_600}
NIGHT = {"2": "18:00-02:00"}
ALL_DAY = "09:00..17:00/30"
EARLY, LATE = "09:00..09:59:30/30", "10:10..17:00/30"
OURS = ["10:00..10:10"]

Figures = tuple[int, int, int, float | None] | tuple[int, int, int, float | None, float | None]

BEATS: dict[str, tuple[dict[str, Any], Figures]] = {
    "beats all day": ({"runs": [ALL_DAY]}, (28800, 28800, 28800, 100.0)),
    "never a beat": ({}, (28800, 28800, 0, 0.0)),
    # 7 h 30 min
    "switched on half an hour late": (
        {"runs": ["09:30..17:00/30"]},
        (28800, 28800, 27000, 93.75),
    ),
    # the last beat, 11:59:30, counts until 12:01: 3 h 1 min
    "dead from noon on": ({"runs": ["09:00..11:59:30/30"]}, (28800, 28800, 10860, 37.71)),
    # 3 h 1 min and 4 h
    "an hour without current": (
        {"runs": ["09:00..11:59:30/30", "13:00..17:00/30"]},
        (28800, 28800, 25260, 87.71),
    ),
    "one beat": ({"at": ["09:00"]}, (28800, 28800, 90, 0.31)),
    "one beat a minute before opening": ({"at": ["08:59"]}, (28800, 28800, 30, 0.1)),
    # 1 / 28,800 is 0.0035 %
    "one beat a second before closing": ({"at": ["16:59:59"]}, (28800, 28800, 1, 0.0)),
    "the same beat twice": ({"at": ["09:00", "09:00"]}, (28800, 28800, 90, 0.31)),
    # 0-90, 36-126, 120-210
    "beats with jitter": ({"at": ["09:00", "09:00:36", "09:02"]}, (28800, 28800, 210, 0.73)),
    "beats as far apart as the grace": ({"runs": ["09:00..17:00/90"]}, (28800, 28800, 28800, 100)),
    # 240 beats of 90 s each
    "beats too far apart": ({"runs": ["09:00..16:58/120"]}, (28800, 28800, 21600, 75.0)),
    "beats after closing only": ({"runs": ["17:30..20:00/30"]}, (28800, 28800, 0, 0.0)),
    "no grace at all": ({"grace_s": 0, "runs": [ALL_DAY]}, (28800, 28800, 0, 0.0)),
}

HOURS: dict[str, tuple[dict[str, Any], Figures]] = {
    # 3.5 h + 4 h; up in the morning only
    "a bank with a break, dark after it": (
        {"hours": {"2": "08:30-12:00 13:30-17:30"}, "runs": ["08:30..11:59:30/30"]},
        (27000, 27000, 12600, 46.67),
    ),
    "a bank with a break, beats through it": (
        {"hours": {"2": "08:30-12:00 13:30-17:30"}, "runs": ["08:00..18:00/30"]},
        (27000, 27000, 27000, 100.0),
    ),
    "a bar's evening ends with the window": (
        {"hours": NIGHT, "runs": ["18:00..23:59:30/30"]},
        (21600, 21600, 21600, 100.0),
    ),
    # 00:00-02:00 of Monday's evening and 18:00-24:00; up until 01:01
    "a bar's night began the day before": (
        {"hours": {"1": "18:00-02:00", **NIGHT}, "runs": ["23 18:00..00:59:30/30"]},
        (28800, 28800, 3660, 12.71),
    ),
    "a bar's whole night in a window from noon to noon": (
        {"window": ("12:00", "25 12:00"), "hours": NIGHT, "runs": ["18:00..25 01:59:30/30"]},
        (28800, 28800, 28800, 100.0),
    ),
    "open until 24:00": (
        {"hours": {"2": "20:00-24:00"}, "runs": ["20:00..21:00/30"]},
        # until 21:01:30
        (14400, 14400, 3690, 25.63),
    ),
    "round the clock": (
        {"hours": {"2": "00:00-24:00"}, "runs": ["00:00..23:59:30/30"]},
        (86400, 86400, 86400, 100.0),
    ),
    "hours that end when they begin are a whole day": (
        {"hours": {"2": "00:00-00:00"}},
        (86400, 86400, 0, 0.0),
    ),
    "closed on that date": ({"closed": ["24"], "runs": [ALL_DAY]}, (0, 0, 0, None)),
    # 19:00-20:01:30
    "closed, but for an evening": (
        {"closed": ["24"], "extra": {"24": "19:00-21:00"}, "runs": ["19:00..20:00/30"]},
        (7200, 7200, 3690, 51.25),
    ),
    "an extra hour after closing": (
        {"extra": {"24": "17:00-18:00"}, "runs": ["09:00..17:59:30/30"]},
        (32400, 32400, 32400, 100.0),
    ),
    # 09:00-18:00 once; up until 17:01
    "extra hours over the usual ones count once": (
        {"extra": {"24": "16:00-18:00"}, "runs": ["09:00..16:59:30/30"]},
        (32400, 32400, 28860, 89.07),
    ),
    "a closed date leaves the night that began before it": (
        {"hours": {"1": "18:00-02:00", **NIGHT}, "closed": ["24"]},
        (7200, 7200, 0, 0.0),
    ),
    "not open on Tuesdays": ({"hours": {"3": "09:00-17:00"}}, (0, 0, 0, None)),
    # Monday, Tuesday, Wednesday, Friday
    "a week with a holiday": (
        {
            "window": ("23 00:00", "30 00:00"),
            "hours": dict.fromkeys("12345", "09:00-17:00"),
            "closed": ["26"],
            "runs": ["23 09:00..27 17:00/30"],
        },
        (115200, 115200, 115200, 100.0),
    ),
    # 10:00-19:00 there is 12:00-21:00 here
    "a venue in Urumqi": (
        {"tz": "Asia/Urumqi", "hours": {"2": "10:00-19:00"}, "runs": ["12:00..20:59:30/30"]},
        (32400, 32400, 32400, 100.0),
    ),
    "a day of 25 hours": (
        {
            "tz": "Europe/Berlin",
            "window": ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"),
            "hours": {"7": "00:00-24:00"},
        },
        (90000, 90000, 0, 0.0),
    ),
    "a day of 23 hours": (
        {
            "tz": "Europe/Berlin",
            "window": ("2027-03-28T00:00:00+01:00", "2027-03-29T00:00:00+02:00"),
            "hours": {"7": "00:00-24:00"},
        },
        (82800, 82800, 0, 0.0),
    ),
}

OUR_OUTAGES: dict[str, tuple[dict[str, Any], Figures]] = {
    # 600 s are ours
    "the screen is back with us": (
        {"runs": [EARLY, LATE], "outages": OURS},
        (28800, 28200, 28200, 100.0),
    ),
    # and 60 s of the tail, 10:10-10:11
    "back after a minute": (
        {"runs": [EARLY, "10:11..17:00/30"], "outages": OURS},
        (28800, 28140, 28140, 100.0),
    ),
    # and the whole tail of 90 s; down 10:11:30-10:15
    "back after five minutes": (
        {"runs": [EARLY, "10:15..17:00/30"], "outages": OURS},
        (28800, 28110, 27900, 99.25),
    ),
    "never back": ({"runs": [EARLY], "outages": OURS}, (28800, 28110, 3600, 12.81)),
    # up until 09:31
    "gone before our outage and never back": (
        {"runs": ["09:00..09:29:30/30"], "outages": OURS},
        (28800, 28110, 1860, 6.62),
    ),
    "beats while we were away": (
        {"runs": [ALL_DAY], "outages": OURS},
        (28800, 28200, 28200, 100.0),
    ),
    # tail until 09:01, down 09:01-09:02
    "our outage ended just before opening": (
        {"runs": ["09:02..17:00/30"], "outages": ["08:00..08:59:30"]},
        (28800, 28740, 28680, 99.79),
    ),
    "our outage over the whole day": ({"outages": ["08:00..18:00"]}, (28800, 0, 0, None)),
    "our outage over closing time": (
        {"runs": ["09:00..15:59:30/30"], "outages": ["16:00..20:00"]},
        (28800, 25200, 25200, 100.0),
    ),
    # 60 + 60 ours, 10:01-10:02 and 10:03-10:04 tails
    "two outages one after the other": (
        {
            "runs": [EARLY, "10:04..17:00/30"],
            "outages": ["10:00..10:01", "10:02..10:03"],
        },
        (28800, 28560, 28560, 100.0),
    ),
    "two outages that overlap": (
        {"runs": [EARLY, LATE], "outages": ["10:00..10:08", "10:05..10:10"]},
        (28800, 28200, 28200, 100.0),
    ),
    # The beat of 09:00 counts until 15:00, the tail goes to 16:10: 600 s + 4,200 s unknown.
    "a bus after our outage": (
        {"grace_s": 21_600, "at": ["09:00"], "outages": OURS},
        (28800, 24000, 21000, 87.5),
    ),
    "our outage at night is nobody's": (
        {"runs": [ALL_DAY], "outages": ["02:00..04:00"]},
        (28800, 28800, 28800, 100.0),
    ),
}

OUR_CLOCK: dict[str, tuple[dict[str, Any], Figures]] = {
    "twenty minutes in doubt": (
        {"runs": [ALL_DAY], "doubt": ["11:00..11:20"]},
        (28800, 27600, 27600, 100.0),
    ),
    "in doubt while the screen was dark": (
        {"doubt": ["11:00..11:20"]},
        (28800, 27600, 0, 0.0),
    ),
    # 11:00-11:20; the tail ends within it
    "in doubt after an outage": (
        {"runs": [ALL_DAY], "outages": ["11:00..11:10"], "doubt": ["11:05..11:20"]},
        (28800, 27600, 27600, 100.0),
    ),
    "plays in that time prove nothing": (
        {"doubt": ["11:00..11:20"], "late": ["11:00..11:20"]},
        (28800, 27600, 0, 0.0, 0.0),
    ),
    # proven 10:00-11:00 and 11:20-12:00: 6,000 of 27,600
    "plays around that time prove what lies outside": (
        {"doubt": ["11:00..11:20"], "late": ["10:00..12:00"]},
        (28800, 27600, 0, 0.0, 21.74),
    ),
}

BUSES: dict[str, tuple[dict[str, Any], Figures]] = {
    "through a tunnel": (
        {**BUS, "runs": ["06:00..10:00/30", "10:20..22:00/30"]},
        (57600, 57600, 57600, 100.0),
    ),
    "five hours and 59 minutes without coverage": (
        {**BUS, "runs": ["06:00..10:00/30", "15:59..22:00/30"]},
        (57600, 57600, 57600, 100.0),
    ),
    # down 16:00-16:10
    "six hours and ten minutes without coverage": (
        {**BUS, "runs": ["06:00..10:00/30", "16:10..22:00/30"]},
        (57600, 57600, 57000, 98.96),
    ),
    # 06:00-14:00 and 20:00-22:00
    "silent for twelve hours": (
        {**BUS, "runs": ["06:00..08:00/30", "20:00..22:00/30"]},
        (57600, 57600, 36000, 62.5),
    ),
    "silent for twelve hours, and its plays came later": (
        {**BUS, "runs": ["06:00..08:00/30", "20:00..22:00/30"], "late": ["08:00..20:00"]},
        (57600, 57600, 36000, 62.5, 100.0),
    ),
    "of twelve silent hours of service half are up": (
        {"grace_s": 21_600, "hours": {"2": "08:00-20:00"}, "at": ["08:00"]},
        (43200, 43200, 21600, 50.0),
    ),
    # started five minutes late; the beat of last night ended at 03:59:30
    "out of the depot five minutes late": (
        {**BUS, "runs": ["23 06:00..23 21:59:30/30", "06:05..22:00/30"]},
        (57600, 57600, 57300, 99.48),
    ),
    # last night's beat counts until 05:50: 20 min, and 06:05-22:00
    "a late night in the depot helps the first service": (
        {
            **BUS,
            "hours": {"2": "05:30-22:00"},
            "runs": ["23 06:00..23 23:50/30", "06:05..22:00/30"],
        },
        (59400, 59400, 58500, 98.48),
    ),
    "all day in the depot": (
        {**BUS, "closed": ["24"], "at": ["09:00"]},
        (0, 0, 0, None),
    ),
    "a box that burned out at eleven": (
        {**BUS, "runs": ["06:00..11:00/30"]},
        (57600, 57600, 39600, 68.75),
    ),
    "a night line over midnight": (
        {
            **BUS,
            "window": ("12:00", "25 12:00"),
            "hours": {"2": "21:30-00:30"},
            "at": ["21:30"],
        },
        (10800, 10800, 10800, 100.0),
    ),
    # 00:00-00:30 (the beat of 20:00 counts until 02:00) and 21:30-24:00
    "a night line on the day after": (
        {
            **BUS,
            "window": ("25 00:00", "26 00:00"),
            "hours": {"2": "21:30-00:30", "3": "21:30-00:30"},
            "at": ["20:00"],
        },
        (10800, 10800, 1800, 16.67),
    ),
    # the beat of 08:59:30 counts until 14:59:30, before the second shift
    "two shifts, dark in the second": (
        {**BUS, "hours": {"2": "06:00-09:00 16:00-20:00"}, "runs": ["06:00..08:59:30/30"]},
        (25200, 25200, 10800, 42.86),
    ),
    # a beat of 12:00 counts until 18:00
    "two shifts, heard of in the depot between them": (
        {
            **BUS,
            "hours": {"2": "06:00-09:00 16:00-20:00"},
            "runs": ["06:00..08:59:30/30"],
            "at": ["12:00"],
        },
        (25200, 25200, 18000, 71.43),
    ),
}

BEGIN_AND_END: dict[str, tuple[dict[str, Any], Figures]] = {
    "bound at one o'clock": (
        {"runs": ["13:00..17:00/30"], "enrolled": "13:00"},
        (28800, 14400, 14400, 100.0),
    ),
    "bound at one o'clock, on air half an hour later": (
        {"runs": ["13:30..17:00/30"], "enrolled": "13:00"},
        (28800, 14400, 12600, 87.5),
    ),
    "bound after closing": ({"enrolled": "18:00"}, (28800, 0, 0, None)),
    "taken down at noon": (
        {"runs": ["09:00..11:59:30/30"], "retired": "12:00"},
        (28800, 10800, 10800, 100.0),
    ),
    "bound and taken down within the day": (
        {"runs": ["10:00..11:00/30"], "enrolled": "10:00", "retired": "12:00"},
        # up until 11:01:30
        (28800, 7200, 3690, 51.25),
    ),
    "it is noon": (
        {"runs": ["09:00..11:59:30/30"], "as_of": "12:00"},
        (28800, 10800, 10800, 100.0),
    ),
    "it isn't open yet": ({"as_of": "08:00"}, (28800, 0, 0, None)),
    "plays from before it was bound prove nothing": (
        {"enrolled": "13:00", "late": ["09:00..15:00"]},
        # 7,200 of 14,400
        (28800, 14400, 0, 0.0, 50.0),
    ),
    "plays from after it was taken down prove nothing": (
        {"retired": "12:00", "late": ["11:00..17:00"]},
        # 3,600 of 10,800
        (28800, 10800, 0, 0.0, 33.33),
    ),
    "plays from after now prove nothing": (
        {"as_of": "12:00", "late": ["09:00..17:00"]},
        (28800, 10800, 0, 0.0, 100.0),
    ),
}

EVIDENCE: dict[str, tuple[dict[str, Any], Figures]] = {
    "none came": ({"runs": [ALL_DAY], "late": []}, (28800, 28800, 28800, 100.0, 100.0)),
    "a dark link, a bright screen": ({"late": ["09:00..17:00"]}, (28800, 28800, 0, 0.0, 100.0)),
    # up until 13:01, proven until 14:00
    "over beats it counts once": (
        {"runs": ["09:00..12:59:30/30"], "late": ["12:00..14:00"]},
        (28800, 28800, 14460, 50.21, 62.5),
    ),
    "it fills our outage": (
        {"runs": [EARLY, "11:00..17:00/30"], "outages": ["10:00..11:00"], "late": ["10:00..11:00"]},
        (28800, 25200, 25200, 100.0, 100.0),
    ),
    # known: 14,310 after the tail, and the 3,600 proven
    "an hour of it within our outage": (
        {"outages": ["09:00..13:00"], "late": ["10:00..11:00"]},
        (28800, 14310, 0, 0.0, 20.1),
    ),
    # 90 of 14,310 + 90 is 0.625 %
    "in the tail": (
        {"outages": ["09:00..13:00"], "late": ["13:00..13:01:30"]},
        (28800, 14310, 0, 0.0, 0.63),
    ),
    "after closing": ({"late": ["17:00..20:00"]}, (28800, 28800, 0, 0.0, 0.0)),
    # 09:00-10:00 and 16:00-17:00
    "over opening and closing time": (
        {"late": ["08:00..10:00", "16:00..18:00"]},
        (28800, 28800, 0, 0.0, 25.0),
    ),
    "two pieces that touch": (
        {"late": ["09:00..11:00", "11:00..13:00"]},
        (28800, 28800, 0, 0.0, 50.0),
    ),
}

TABLES = (BEATS, HOURS, OUR_OUTAGES, OUR_CLOCK, BUSES, BEGIN_AND_END, EVIDENCE)
WORKED = {name: case for table in TABLES for name, case in table.items()}


def test_there_are_at_least_sixty_and_no_two_of_one_name() -> None:
    assert len(WORKED) == sum(map(len, TABLES)) >= 60


@pytest.mark.parametrize(("facts", "figures"), WORKED.values(), ids=WORKED)
def test_a_case_worked_out_by_hand(facts: dict[str, Any], figures: Figures) -> None:
    found = json.loads(answer(json.dumps(as_case(facts)).encode()))

    operating, monitored, up, *per_cents = figures
    assert found == {
        "operating_s": operating,
        "monitored_s": monitored,
        "up_s": up,
        "down_s": monitored - up,
        "unknown_s": operating - monitored,
        **dict(zip(("uptime_pct", "running_pct"), per_cents, strict=False)),
    }


def as_case(facts: dict[str, Any]) -> dict[str, Any]:
    """The case as the command takes it."""
    low, high = facts.get("window", ("24 00:00", "25 00:00"))
    found = {
        "tz": facts.get("tz", "Asia/Shanghai"),
        "from": at(low),
        "to": at(high),
        "as_of": maybe(facts.get("as_of")),
        "hours": {day: ranges(text) for day, text in facts.get("hours", SHOP).items()},
        "closed_dates": [f"2026-11-{day}" for day in facts.get("closed", ())],
        "extra_hours": {
            f"2026-11-{day}": ranges(text) for day, text in facts.get("extra", {}).items()
        },
        "grace_s": facts.get("grace_s", 90),
        "enrolled_at": maybe(facts.get("enrolled")),
        "retired_at": maybe(facts.get("retired")),
        "heartbeats": {
            "runs": [run(text) for text in facts.get("runs", ())],
            "at": [at(text) for text in facts.get("at", ())],
        },
        "server_outages": [span(text) for text in facts.get("outages", ())],
        "clock_doubt": [span(text) for text in facts.get("doubt", ())],
    }
    if "late" in facts:
        found["late_evidence"] = [span(text) for text in facts["late"]]
    return found


def at(text: str) -> int:
    """Seconds of `09:00`, `09:00:30`, `25 09:00` or an instant with its offset."""
    if "T" in text:
        return round(datetime.fromisoformat(text).timestamp())
    day, _, clock = text.rpartition(" ")
    hour, minute, second = (int(part) for part in f"{clock}:00:00".split(":")[:3])
    local = datetime(2026, 11, int(day or 24), hour, minute, second, tzinfo=SHANGHAI)
    return round(local.timestamp())


def maybe(text: str | None) -> int | None:
    return None if text is None else at(text)


def span(text: str) -> list[int]:
    return [at(part) for part in text.split("..")]


def run(text: str) -> dict[str, int]:
    times, _, every = text.partition("/")
    first, last = span(times)
    return {"first": first, "last": last, "every": int(every)}


def ranges(text: str) -> list[list[str]]:
    return [pair.split("-") for pair in text.split()]
