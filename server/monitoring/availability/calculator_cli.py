"""The command `server.cli uptime account`: one calculator input, or a list, as JSON."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from playlists.windows import DAY_MINUTES, ClockRange, Span, VenueHours
from server.monitoring.availability.calculator import AvailabilityInput, Run, availability
from server.monitoring.duty.operating_hours import open_seconds

MOST_BEATS = 5_000_000
LATEST_S = 1 << 36
"""About the year 4147; larger values come from a mistaken unit."""


class WrongCase(ValueError):
    """The place of an error in the input and its remedy, in Chinese and English."""


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


Instant = Field(ge=-LATEST_S, le=LATEST_S)


class _Run(_Strict):
    first: int = Instant
    last: int = Instant
    every: int = Field(ge=1, le=LATEST_S)


class _Beats(_Strict):
    runs: list[_Run] | None = None
    at: list[int] | None = None


class _Input(_Strict):
    tz: str
    from_s: int = Field(alias="from", ge=0, le=LATEST_S)
    to_s: int = Field(alias="to", ge=0, le=LATEST_S)
    as_of: int | None = None
    hours: dict[str, list[list[str]]]
    closed_dates: list[str] | None = None
    extra_hours: dict[str, list[list[str]]] | None = None
    grace_s: int = Field(ge=0, le=LATEST_S)
    enrolled_at: int | None = None
    retired_at: int | None = None
    heartbeats: _Beats | None = None
    server_outages: list[list[int]] | None = None
    clock_doubt: list[list[int]] | None = None
    late_evidence: list[list[int]] | None = None


_ONE = TypeAdapter(_Input)
_MANY = TypeAdapter(list[_Input])


def answer(text: bytes) -> str:
    """The figures of one input, or of a list in order, as JSON. Raises WrongCase."""
    try:
        value = json.loads(text)
        if isinstance(value, list):
            figures: Any = [
                availability(_case(given)).as_json() for given in _MANY.validate_python(value)
            ]
        else:
            figures = availability(_case(_ONE.validate_python(value))).as_json()
    except ValidationError as error:
        first = error.errors()[0]
        place = "/" + "/".join(str(part) for part in first["loc"])
        raise WrongCase(f"{place}: {first['msg']}") from error
    except ValueError as error:
        raise WrongCase(str(error)) from error
    return json.dumps(figures, separators=(", ", ": "))


def _case(given: _Input) -> AvailabilityInput:
    beats = given.heartbeats or _Beats()
    runs = tuple(Run(run.first, run.last, run.every) for run in beats.runs or ())
    _check_count(runs, given.grace_s)
    evidence = (
        None if given.late_evidence is None else _spans(given.late_evidence, "/late_evidence")
    )
    return AvailabilityInput(
        operating=_operating(given),
        grace_s=given.grace_s,
        runs=runs,
        beats=tuple(beats.at or ()),
        outages=_spans(given.server_outages, "/server_outages"),
        clock_doubt=_spans(given.clock_doubt, "/clock_doubt"),
        evidence=evidence,
        enrolled_at=given.enrolled_at,
        retired_at=given.retired_at,
        as_of=given.as_of,
    )


def _operating(given: _Input) -> tuple[Span, ...]:
    venue = VenueHours(
        timezone=_zone(given.tz),
        weekly={_weekday(day): _ranges(hours) for day, hours in given.hours.items()},
        closed=frozenset(map(date.fromisoformat, given.closed_dates or ())),
        extra={
            date.fromisoformat(day): _ranges(hours)
            for day, hours in (given.extra_hours or {}).items()
        },
    )
    return open_seconds(venue, given.from_s, given.to_s)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        text = f"/tz: 没有这个时区 there is no such zone: {name}"
        raise WrongCase(text) from error
    return name


def _weekday(name: str) -> int:
    if name not in {"1", "2", "3", "4", "5", "6", "7"}:
        text = f"/hours/{name}: 星期写 1 至 7 days are 1 (Monday) to 7"
        raise WrongCase(text)
    return int(name)


def _ranges(pairs: Sequence[Sequence[str]]) -> tuple[ClockRange, ...]:
    """Clock ranges; one whose end isn't after its start runs past midnight."""
    ranges = []
    for pair in pairs:
        if len(pair) != 2:
            text = f"营业时段写两个时刻 hours are two times: {list(pair)}"
            raise WrongCase(text)
        begin, end = (_minutes(text) for text in pair)
        ranges.append(ClockRange(begin, end if end > begin else end + DAY_MINUTES))
    return tuple(ranges)


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    if len(hour) == len(minute) == 2 and (hour + minute).isdecimal() and int(minute) < 60:
        minutes = int(hour) * 60 + int(minute)
        if minutes <= DAY_MINUTES:
            return minutes
    wrong = f"时刻写 HH:MM，00:00 至 24:00 times are HH:MM, up to 24:00: {text}"
    raise WrongCase(wrong)


def _spans(pairs: Sequence[Sequence[int]] | None, pointer: str) -> tuple[Span, ...]:
    for index, pair in enumerate(pairs or ()):
        if len(pair) != 2:
            text = f"{pointer}/{index}: 时段写起止两个时间 a span is two instants"
            raise WrongCase(text)
    return tuple((low, high) for low, high in pairs or ())


def _check_count(runs: Sequence[Run], grace_s: int) -> None:
    sparse = (run for run in runs if run.every > grace_s)
    if sum(max(0, run.last - run.first) // run.every for run in sparse) > MOST_BEATS:
        text = f"/heartbeats/runs: 心跳超过 {MOST_BEATS} 次 more than {MOST_BEATS} beats"
        raise WrongCase(text)
